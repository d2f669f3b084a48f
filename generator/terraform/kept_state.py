"""A state that could not be written to its bucket: kept safe, and pushed before anything else is done in its root.

Terraform writes it to `errored.tfstate` in the root's folder when an apply cannot save its state: it is all that is
known of what the apply made. It holds secrets, so it does not stay in a tree that is committed.
https://developer.hashicorp.com/terraform/cli/state/recover
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from generator.errors import TerraformError

WRITTEN = "errored.tfstate"  # by Terraform, in the root's folder


def keep(directory: Path, kept: Path) -> bool:
    """Take what an apply left in the root's folder; whether there was something. Raises TerraformError.

    One that is kept already stays, under a name of its own: each is of an apply that made something.
    """
    written = directory / WRITTEN
    if not written.is_file():
        return False
    try:
        kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if kept.exists():
            kept.rename(_free_name(kept))
        os.chmod(written, 0o600)
        shutil.move(written, kept)
    except OSError as error:
        raise TerraformError(
            f"{written}: holds what an apply could not write to the state's bucket, and cannot be moved to {kept} "
            f"({error.strerror}). Keep it safe, do not commit it, and push it: terraform state push {WRITTEN}"
        ) from error
    return True


def refuse_kept(root: str, directory: Path, kept: Path) -> None:
    """Raise TerraformError where a state is kept: without it, a plan would make again what is there.

    One that still lies in the root's folder is of an apply that outlived the run that began it.
    """
    found = next((path for path in (kept, directory / WRITTEN) if path.exists()), None)
    if found is not None:
        raise TerraformError(
            f"{root}: an earlier apply could not write its state, which is kept in {found}. "
            "Once the bucket can be written again, `goldsmith apply` or `goldsmith rollout resume` pushes it."
        )


def _free_name(kept: Path) -> Path:
    number = 1
    while (name := kept.with_name(f"{kept.name}.{number}")).exists():
        number += 1
    return name
