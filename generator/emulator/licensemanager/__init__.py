"""AWS License Manager for moto, as far as images have to do with it: license configurations and their tags.

moto has no such service. `register()` makes it known, as `generator.emulator.imagebuilder` does.
"""

from __future__ import annotations

from generator.emulator.licensemanager.register import register

__all__ = ["register"]
