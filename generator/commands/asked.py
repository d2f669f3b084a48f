"""What a command line asks for that works on roots: which ones, of which spec, on which AWS, by which Terraform.

These options are the same on every such command, so they come to it as one thing: `asked`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.commands.options import emulator_option, rendered_option, spec_option, terraform_option
from generator.terraform.fairness import ROOTS_PER_ACCOUNT

if TYPE_CHECKING:
    from generator.affected.earlier import Earlier

jobs_option = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many roots to run at once. [default: as many as cores allow, and memory that is free by then]",
)
per_account_option = click.option(
    "--jobs-per-account",
    "per_account",
    type=click.IntRange(min=1),
    default=ROOTS_PER_ACCOUNT,
    show_default=True,
    metavar="N",
    help="How many of them in the same account, which AWS throttles where they are too many.",
)


@dataclass(frozen=True)
class Selection:
    """The roots that are asked for; nothing asked for is everything."""

    environments: Sequence[str] = ()
    accounts: Sequence[str] = ()
    regions: Sequence[str] = ()
    images: Sequence[str] = ()

    @property
    def options(self) -> tuple[str, ...]:
        """What was asked for besides environments, as it is written: `("--account", "web-prod")`."""
        asked = {"--account": self.accounts, "--region": self.regions, "--image": self.images}
        return tuple(word for option, names in asked.items() for name in names for word in (option, name))


@dataclass(frozen=True)
class Asked:
    selection: Selection = Selection()
    spec_directory: Path = Path("environments")
    rendered_directory: Path = Path("rendered")
    use_emulator: bool = False
    terraform_path: Path | None = None
    jobs: int | None = None  # None: as many as cores and memory allow
    per_account: int = ROOTS_PER_ACCOUNT
    earlier: Earlier | None = None  # the commit whose spec and tree the two folders hold; None: what is on disk

    @property
    def commit(self) -> str:
        """The commit that was named to go back to; empty where none was."""
        return self.earlier.commit if self.earlier else ""


def asks(*choosing: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command these options, which choose roots, and those that all work on roots has; they come as `asked`."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def folded(
            *arguments: Any,
            spec_directory: Path,
            rendered_directory: Path,
            use_emulator: bool,
            terraform_path: Path | None,
            jobs: int | None,
            per_account: int,
            environments: Sequence[str] = (),
            accounts: Sequence[str] = (),
            regions: Sequence[str] = (),
            images: Sequence[str] = (),
            **others: Any,
        ) -> Any:
            selection = Selection(environments, accounts, regions, images)
            bounds = (jobs, per_account)
            asked = Asked(selection, spec_directory, rendered_directory, use_emulator, terraform_path, *bounds)
            return command(*arguments, asked=asked, **others)

        common = (spec_option, rendered_option, emulator_option, terraform_option, jobs_option, per_account_option)
        decorated: Callable[..., Any] = folded
        for option in reversed((*choosing, *common)):
            decorated = option(decorated)
        return decorated

    return decorate
