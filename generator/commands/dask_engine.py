"""The engine `dask`: the roots of a wave are applied by `goldsmith run-one` on the workers of a Dask cluster.

What becomes of a root is what its worker writes into the journal. Dask runs a task again when its worker dies, whatever
that had begun: the second `run-one` finds the first one at work, or its root done, and does no harm.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.errors import RolloutError, UsageError
from generator.rollout.conductor import RolloutStoppedError
from generator.rollout.remote_work import Ran, run_here
from generator.rollout.steps import SETTLED, failed_in, why_none_begins

if TYPE_CHECKING:
    from generator.commands.asked import Asked
    from generator.commands.recording import Recording
    from generator.render.roots import Root
    from generator.rollout.plan import Wave

CONNECT_SECONDS = 20
LOOK_SECONDS = 2.0  # how often a root that another process is at is looked at


@dataclass
class DaskEngine:
    """See generator.rollout.conductor.Engine. `digests` are the approved ones, of each root's plan."""

    client: Any  # distributed.Client
    recording: Recording
    digests: Mapping[str, str]
    options: Sequence[str]  # of `run-one`, the same for all roots
    directory: str  # where workers have the checkout
    jobs: int | None  # at once at most; None: as many as the wave lets
    sleep: Callable[[float], None] = time.sleep
    _running: dict[Any, str] = field(default_factory=dict)  # future -> root

    def apply(self, wave: Wave, roots: Sequence[Root]) -> None:
        """Hand out as many roots at once as the wave lets, and the next when one has ended."""
        click.echo(f"{wave.id}: {len(roots)} of {len(wave.roots)} roots", err=True)
        waiting = [root.name for root in roots]
        try:
            while waiting or self._running:
                for root in waiting[: self._free(wave)]:
                    waiting.remove(root)
                    self._running[self._submit(root)] = root
                if not self._running:
                    return
                root, ran = self._next_ended()
                if self._settle(root, ran):
                    waiting.append(root)
        except BaseException:
            self._stop()
            raise

    def _free(self, wave: Wave) -> int:
        """How many more may begin."""
        records = self.recording.records()
        allowed = 0 if why_none_begins(wave, records) else wave.concurrency(len(failed_in(wave, records)))
        return max(0, min(allowed, self.jobs or allowed) - len(self._running))

    def _submit(self, root: str) -> Any:
        asked = ("--root", root, "--digest", self.digests[root], "--journal", self.recording.address)
        return self.client.submit(run_here, [*asked, *self.options], self.directory, pure=False)

    def _next_ended(self) -> tuple[str, Ran | None]:
        """Its root, and what its process said; None where Dask lost it, and ran it as often as it does.

        Raises RolloutStoppedError where the scheduler is gone: Dask then has every task as cancelled.
        """
        from distributed import wait

        try:
            (future, *_), _ = wait(list(self._running), return_when="FIRST_COMPLETED")
        except CancelledError as error:
            raise RolloutStoppedError(
                "The scheduler of the cluster was lost, so no further root begins. Processes on its workers finish "
                "what they have begun. Once it is there again, resume.",
                "the scheduler of the cluster was lost",
            ) from error
        root = self._running.pop(future)
        if future.status == "finished":
            ran: Ran = future.result()
            return root, ran
        click.echo(f"{root}: its task ended with {future.exception()!r}"[:500], err=True)
        return root, None

    def _settle(self, root: str, ran: Ran | None) -> bool:
        """Whether it has to be handed out again. What its process left unfinished, while none is at it, has failed."""
        if ran is not None and ran.code != 0:
            click.echo(ran.errors.rstrip(), err=True)
        while self.recording.read(root).state not in SETTLED and self.recording.work(root).is_taken():
            self.recording.require_running()
            self.sleep(LOOK_SECONDS)
        state = self.recording.read(root).state
        if state in SETTLED:
            click.echo(f"{root}: {state}", err=True)
            return False
        if ran is not None and ran.is_held:  # by a process that has died since
            return True
        with self.recording.work(root).kept_off() as is_left:
            if not is_left:  # another has just come to it
                return True
            if self.recording.read(root).state not in SETTLED:
                why = f"its worker ended with {ran.code}" if ran else "its workers died"
                self.recording.bring(root, "failed", reason=why)
        return False

    def _stop(self) -> None:
        """What has not begun does not; what has is waited for. Whoever interrupts again does not want to wait."""
        self.client.cancel(list(self._running))
        for root in self._running.values():
            while self.recording.work(root).is_taken():
                click.echo(f"{root}: is let finish", err=True)
                self.sleep(LOOK_SECONDS)
        self._running.clear()


def connect(scheduler: str) -> Any:
    """A client of the cluster. Raises UsageError without the extra, RolloutError where nothing answers."""
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageError("--engine dask: distributed is not installed. Run: pip install 'goldsmith[dask]'") from error
    try:
        return Client(scheduler, timeout=CONNECT_SECONDS, name="goldsmith")
    except (OSError, ValueError, TypeError) as error:  # TypeError: of tls:// without certificates
        raise RolloutError(
            f"--scheduler {scheduler}: does not answer ({error}). Name the address that the scheduler of the cluster "
            "has printed: tcp://HOST:8786, or tls://HOST:8786 with the certificates in Dask's own configuration."
        ) from error


def options_of(asked: Asked, retries: int) -> list[str]:
    """What every `run-one` of a rollout is given, as it was asked for here."""
    options = ["--spec", str(asked.spec_directory), "--rendered", str(asked.rendered_directory)]
    options += ["--retries", str(retries)]
    if asked.terraform_path is not None:
        options += ["--terraform", str(asked.terraform_path)]
    return [*options, "--emulator"] if asked.use_emulator else options


def directory_of(workdir: Path | None) -> str:
    return str(workdir or Path.cwd())
