"""Which engine applies the roots of a rollout, as the command line names it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.errors import UsageError

if TYPE_CHECKING:
    from generator.commands.asked import Asked
    from generator.commands.recording import Recording
    from generator.commands.scribe import Scribe
    from generator.commands.session import Session
    from generator.rollout.conductor import Engine

_options = (
    click.option(
        "--engine",
        "engine_name",
        type=click.Choice(["local", "dask"]),
        default="local",
        show_default=True,
        help="Where roots are applied: on this machine, or by the workers of a Dask cluster.",
    ),
    click.option("--scheduler", metavar="ADDRESS", help="Of the Dask cluster: tcp://HOST:8786, or tls://."),
    click.option(
        "--workdir",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Where the workers of the cluster have this checkout. [default: as here]",
    ),
)


@dataclass(frozen=True)
class Chosen:
    """An engine that is asked for."""

    asked: Asked
    scheduler: str | None = None  # of a Dask cluster; None is this machine
    workdir: Path | None = None

    @contextmanager
    def opened(
        self, session: Session, recording: Recording, scribe: Scribe, digests: Mapping[str, str]
    ) -> Iterator[Engine]:
        """The engine, connected. Raises UsageError, RolloutError."""
        if self.scheduler is None:
            from generator.commands.local_engine import LocalEngine

            yield LocalEngine(session, recording, scribe, digests)
            return
        from generator.commands.dask_engine import DaskEngine, connect, directory_of, options_of

        with connect(self.scheduler) as client:
            options = options_of(self.asked, session.retries)
            yield DaskEngine(client, recording, digests, options, directory_of(self.workdir), self.asked.jobs)


def engine_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_options):
        command = option(command)
    return command


def chosen(asked: Asked, engine_name: str, scheduler: str | None, workdir: Path | None) -> Chosen:
    """Raises UsageError for what does not go together."""
    if engine_name == "dask" and scheduler is None:
        raise UsageError("--engine dask: name the scheduler of the cluster: --scheduler tcp://HOST:8786")
    if engine_name == "local" and (scheduler or workdir):
        raise UsageError("--scheduler and --workdir are for a Dask cluster. Add: --engine dask")
    return Chosen(asked, scheduler, workdir)
