"""EC2 Image Builder for moto, in moto's own shape: urls, responses, models.

`register()` makes it known to moto; `pump()` does the work that has fallen due on `generator.emulator.clock.CLOCK`;
`inject_fault()` lets the next image fail at a stage. Shapes, lengths and patterns are botocore's
(service-2.json of imagebuilder 2019-12-02); what the operations mean is what its documentation says.
"""

from __future__ import annotations

from generator.emulator.imagebuilder.execution import pump
from generator.emulator.imagebuilder.faults import inject_fault
from generator.emulator.imagebuilder.register import register

__all__ = ["inject_fault", "pump", "register"]
