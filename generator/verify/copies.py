"""Private copies of rendered roots: tests and checks never run in the rendered tree itself.

tftest removes `.terraform`, the lock file and local state of the directory that it was given, and a plan
holds secrets; a copy in a directory of mode 0700 makes the one harmless and keeps the other from all eyes.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from generator.errors import StaleError
from generator.render.roots import Root

_LEFTOVERS = shutil.ignore_patterns(".terraform", "*.tfstate", "*.tfstate.*", "*.tfplan", "*.auto.tfvars*")


@contextmanager
def private_copies(rendered: Path) -> Iterator[Copies]:
    """Copies of the roots below `rendered`, made when they are asked for and gone at the end."""
    # A provider may still be writing when its time is over: what cannot be removed is not our failure.
    with TemporaryDirectory(prefix="goldsmith-verify-", ignore_cleanup_errors=True) as name:
        yield Copies(rendered, Path(name))


class Copies:
    """One copy for each root, at its place below `directory`, and beside them one of the modules."""

    def __init__(self, rendered: Path, directory: Path) -> None:
        self._rendered = rendered
        self.directory = directory
        if (rendered / "modules").is_dir():
            shutil.copytree(rendered / "modules", directory / "modules")

    def of(self, root: Root) -> Path:
        """The root's copy. Raises StaleError where the root has not been rendered."""
        source, copy = self._rendered / root.path, self.directory / root.path
        if not source.is_dir():
            raise StaleError(f"{source}: not rendered; verify needs every root of the spec. Run: goldsmith render")
        shutil.copytree(source, copy, ignore=_LEFTOVERS)
        return copy
