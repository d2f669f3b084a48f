"""Many roots verified beside each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from generator.render.roots import Root
from generator.terraform.cancellation import Cancellation
from generator.terraform.fleet import Bounds, Outcome, Progress, Task, run_fleet
from generator.terraform.running import RunningProviders
from generator.verify.checks import Check, failed
from generator.verify.clients import Clients
from generator.verify.copies import Copies
from generator.verify.report import summary
from generator.verify.root_test import RootTest
from generator.verify.verification import verify_root


@dataclass(frozen=True)
class Runner:
    """What runs Terraform: the program, and the whole of its environment."""

    binary: str
    environment: Mapping[str, str]


def verify_fleet(
    roots: Sequence[Root],
    copies: Copies,
    runner: Runner,
    clients: Clients,
    *,
    providers: RunningProviders,
    bounds: Bounds,
    progress: Progress,
    cancellation: Cancellation,
) -> list[Check]:
    """The checks of every root, in the order of `roots`; `copies` are left ready for further reading.

    Second plans are made with `providers`.
    """

    def task(root: Root) -> Task[list[Check]]:
        # Made here and not where it runs: tftest reads the process's environment, for which clients that are
        # made in another thread put theirs.
        test = RootTest(
            root,
            copies.directory / root.path,
            binary=runner.binary,
            environment=runner.environment,
            cancellation=cancellation,
            providers=providers,
        )

        def verify(says: Callable[[str], None]) -> list[Check]:
            copies.of(root)
            return verify_root(test, clients, says)

        return Task(root.name, verify, account=root.account.name)

    outcomes = run_fleet(list(map(task, roots)), bounds=bounds, progress=progress, cancellation=cancellation)
    return [check for outcome in outcomes for check in _checks_of(outcome)]


def summary_of(value: object) -> str:
    """What progress says of a root that is done."""
    return summary(value) if isinstance(value, list) else ""


def _checks_of(outcome: Outcome[list[Check]]) -> list[Check]:
    if outcome.value is not None:
        return outcome.value
    return [failed(outcome.name, "root", "verified", outcome.message)]
