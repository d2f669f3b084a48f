"""What plan, apply and destroy share: work on each selected root, shown while it goes on, told at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import click

from generator.errors import TerraformError
from generator.terraform.passing import RETRIES

if TYPE_CHECKING:
    from pathlib import Path

    from rich.table import Table

    from generator.commands.session import Session
    from generator.render.roots import Root
    from generator.terraform.fleet import Outcome
    from generator.terraform.plans import Plan
    from generator.terraform.root import Terraform
    from generator.terraform.running import RunningProviders

T = TypeVar("T")
JSON_VERSION = 2
WIDE = 1000  # columns

retries_option = click.option(
    "--retries",
    type=click.IntRange(min=0),
    default=RETRIES,
    show_default=True,
    metavar="N",
    help="How often a root is tried again where AWS throttles, does not answer, or fails in another way that passes.",
)
fail_fast_option = click.option("--fail-fast", is_flag=True, help="Stop the others when a root fails.")


def over_roots(
    session: Session,
    work: Callable[[Terraform], T],
    *,
    role: str,
    after: Mapping[str, frozenset[str]],
    summary: Callable[[T], str],
    fail_fast: bool = False,
    only_plans: bool = False,
    pace: Callable[[int], int] | None = None,
    on_document: Callable[[Root, Mapping[str, Any]], None] | None = None,
) -> list[Outcome[T]]:
    """Do `work` in every root of the session with `role` assumed, those named in `after` first.

    With `only_plans`, roots share providers that are kept running; nothing is ever applied through those.

    `pace` says how many roots may be under way after so many failures; 0 lets no further one start.

    `on_document` sees each plan whole, in its worker.

    Outcomes are in the order of the session's roots. What failed is told on standard error.
    """
    from generator.terraform.again import Retries
    from generator.terraform.cancellation import Cancellation
    from generator.terraform.fleet import Task, run_fleet
    from generator.terraform.progress import shown_progress
    from generator.terraform.root import opened
    from generator.terraform.running import RunningProviders

    cancellation = Cancellation()
    environment = session.environment_with_role(role)
    providers = providers_of(session, environment) if only_plans else RunningProviders(None, environment)

    def task_of(root: Root) -> Task[T]:
        def action(say: Callable[[str], None]) -> T:
            def tell(event: Mapping[str, Any]) -> None:
                say(str(event.get("@message", "")).partition("\n")[0])

            look = partial(on_document, root) if on_document else None
            place = session.root_directory(root)
            with (
                _attached(session, providers, root, place.directory) as attached,
                opened(
                    *(place, session.binary, {**environment, **attached}, cancellation, tell),
                    key=session.key,
                    on_document=look,
                    retries=Retries(session.retries, partial(click.echo, err=True)),
                ) as terraform,
            ):
                return work(terraform)

        return Task(root.name, action, after.get(root.name, frozenset()), root.account.name)

    tasks = [task_of(root) for root in session.roots]
    with providers, shown_progress(len(tasks), summary) as progress:
        outcomes = run_fleet(
            tasks, bounds=session.bounds, progress=progress, cancellation=cancellation, fail_fast=fail_fast, pace=pace
        )
    for outcome in outcomes:
        if outcome.state == "failed":
            click.echo(f"\n{outcome.message}", err=True)
    return outcomes


def providers_of(session: Session, environment: Mapping[str, str]) -> RunningProviders:
    """To be kept running while the roots of the session are planned, and nothing else is done."""
    from generator.terraform.running import RunningProviders, running_providers

    staying = [root for root in session.roots if not session.is_removed(root.name)]
    if not staying:
        return RunningProviders(None, environment)
    lock_file = session.root_directory(staying[0]).directory / ".terraform.lock.hcl"
    return running_providers(lock_file, environment, session.state_directory)


def _attached(
    session: Session, providers: RunningProviders, root: Root, directory: Path
) -> AbstractContextManager[Mapping[str, str]]:
    """A running provider; none for a root that is removed, which has the provider that it had: it may be another."""
    return nullcontext({}) if session.is_removed(root.name) else providers.attached(directory)


def targets_first(roots: Iterable[Root]) -> dict[str, frozenset[str]]:
    """A build root ships to its targets: they are there before it."""
    selected = list(roots)
    return {root.name: frozenset(_targets_beside(root, selected)) for root in selected if root.kind == "build"}


def build_first(roots: Iterable[Root]) -> dict[str, frozenset[str]]:
    """The other way round, to take down."""
    selected = list(roots)
    order: dict[str, set[str]] = {}
    for root in selected:
        if root.kind == "build":
            for target in _targets_beside(root, selected):
                order.setdefault(target, set()).add(root.name)
    return {name: frozenset(names) for name, names in order.items()}


def apply_order(session: Session) -> dict[str, frozenset[str]]:
    """Targets before the build root that ships to them. What is removed goes when nothing ships to it any more."""
    staying = [root for root in session.roots if not session.is_removed(root.name)]
    removed = [root for root in session.roots if session.is_removed(root.name)]
    order = targets_first(staying) | build_first(removed)
    for root in removed:
        before = {each.name for each in staying if each.environment.name == root.environment.name}
        order[root.name] = order.get(root.name, frozenset()) | before
    return order


def _targets_beside(build: Root, roots: Iterable[Root]) -> list[str]:
    return [root.name for root in roots if root.kind == "target" and root.environment == build.environment]


def refuse_unfinished(outcomes: Iterable[Outcome[Any]], verb: str) -> None:
    """Raise TerraformError where a root was not done; their own messages have been told."""
    unfinished = [outcome for outcome in outcomes if outcome.state != "done"]
    if unfinished:
        failed = sum(outcome.state == "failed" for outcome in unfinished)
        skipped = len(unfinished) - failed
        count = f"{failed} failed" + (f" and {skipped} skipped" if skipped else "")
        names = ", ".join(outcome.name for outcome in unfinished[:5])
        more = f" and {len(unfinished) - 5} more" if len(unfinished) > 5 else ""
        raise TerraformError(
            f"{verb}: {count} of the roots: {names}{more}; all others are done. "
            f"Mend what is told above, and run `goldsmith {verb}` again."
        )


def print_plans(plans: Iterable[Plan], title: str) -> None:
    """The table of `plans_table` on standard output, whole names also where no terminal gives a width."""
    from rich.console import Console

    console = Console()
    console.print(plans_table(plans, title), width=None if console.is_terminal else WIDE, crop=False)


def plans_table(plans: Iterable[Plan], title: str) -> Table:
    """A row for each root: how much would be (or was) added, changed, replaced and destroyed."""
    from rich.table import Table

    table = Table("Root", title=title, title_justify="left")
    for column in ("Add", "Change", "Replace", "Destroy"):
        table.add_column(column, justify="right")
    for plan in plans:
        counts = plan.counts
        cells = [str(count) if count else "-" for count in counts.values()]
        styles = ("", "", "bold yellow", "bold red")
        table.add_row(plan.root, *(f"[{s}]{c}[/]" if s and c != "-" else c for c, s in zip(cells, styles, strict=True)))
    return table


def described(plan: Plan) -> str:
    """`2 to add, 1 to replace`, `no changes`."""
    parts = [f"{count} to {verb}" for verb, count in plan.counts.items() if count]
    if not parts and plan.outputs:
        return "outputs change"
    return ", ".join(parts) or "no changes"


def as_json(outcomes: Iterable[Outcome[Any]], plan_of: Callable[[Any], Plan]) -> dict[str, Any]:
    """The versioned document of `--json`: every root that was asked for, done or not."""
    return {
        "version": JSON_VERSION,
        "roots": [
            {"root": outcome.name, "state": outcome.state, "seconds": round(outcome.seconds, 2)}
            | ({"plan": plan_of(outcome.value).as_dict()} if outcome.state == "done" else {"message": outcome.message})
            for outcome in outcomes
        ],
    }
