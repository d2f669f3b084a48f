"""From the YAML of a spec to the frozen model.

    load(directory)   the model, or SpecError with every error of the spec
    read(directory)   the model and the warnings too, for `goldsmith check`

Loading is imported when it is asked for, so that the model alone costs nothing to import.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.spec.loading import Reading
    from generator.spec.model import Spec


def load(directory: Path) -> Spec:
    """The spec under a directory, checked, with every default applied. Raises SpecError with all errors."""
    from generator.spec.loading import load as load_now

    return load_now(directory)


def read(directory: Path) -> Reading:
    """As `load`, but an unusable spec is an answer too: what was found, and the model if there is one."""
    from generator.spec.loading import read as read_now

    return read_now(directory)
