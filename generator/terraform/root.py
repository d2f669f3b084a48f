"""Init, plan and apply one root. A plan file lives in a private directory and is gone when its block ends."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from generator.errors import TerraformError
from generator.terraform import kept_state
from generator.terraform.adapter import FLAG, CancelledError, Event, Invocation, Result, run
from generator.terraform.again import Retries
from generator.terraform.binary import Binary
from generator.terraform.cancellation import Cancellation
from generator.terraform.changes import empty_plan, read_plan
from generator.terraform.drift import read_drift
from generator.terraform.failures import RunFailedError, needs_init
from generator.terraform.fingerprint import init_fingerprint
from generator.terraform.living import lives, mark_of, told_process
from generator.terraform.log import RunLog
from generator.terraform.mirror import write_private
from generator.terraform.plan_files import plan_directory
from generator.terraform.plans import Plan
from generator.terraform.running import REATTACH
from generator.terraform.secrets import DigestKey, Secrets

SECONDS = 3600.0  # a run that takes longer hangs
LOOK_SECONDS = 0.5  # how often a run that others began is looked after
FAILED_CHECK = "Check block assertion failed"  # the summary of Terraform's warning
NO_KEY = DigestKey()
NO_RETRIES = Retries()

T = TypeVar("T")


@dataclass(frozen=True)
class RootDirectory:
    """A root on disk, as Terraform sees it."""

    name: str  # prod/web-prod/us-east-1
    directory: Path
    data_directory: Path  # TF_DATA_DIR: what init makes, outside the rendered tree
    log: Path

    @property
    def kept_state(self) -> Path:
        """Where a state is kept that could not be written to its bucket. It is no part of what init makes."""
        return self.data_directory.with_name(f"{self.data_directory.name}.errored.tfstate")

    @property
    def mark(self) -> Path:
        """Tells whether a Terraform of this root runs on this machine: see generator.terraform.living."""
        return mark_of(self.data_directory)


@dataclass(frozen=True)
class Applied:
    root: str
    plan: Plan  # what was applied; empty where nothing was to be done
    seconds: float


@dataclass(frozen=True)
class Terraform:
    """Runs Terraform in one root. Use `opened`; one instance for each root and command."""

    root: RootDirectory
    binary: Binary
    environment: Mapping[str, str]
    cancellation: Cancellation
    log: RunLog
    on_event: Callable[[Event], None] | None = None
    seconds: float = SECONDS
    key: DigestKey = NO_KEY  # hashes what is sensitive in a plan
    on_document: Callable[[Mapping[str, Any]], None] | None = None  # sees `show -json` whole, secrets included
    known_secrets: list[Secrets] = field(default_factory=list)  # of its plans
    retries: Retries = NO_RETRIES

    def init(self) -> None:
        """Skipped where lock, modules and backend are those of the last init. Raises RunFailedError."""
        wanted = init_fingerprint(self.root.directory, self.binary, self.environment)
        if any(_read(marker) == wanted for marker in self._markers):
            return
        self._forget_init()
        # -reconfigure: the data directory is a cache, and another backend in it is never a state to move.
        locked = (self.root.directory / ".terraform.lock.hcl").is_file()
        self._succeed(self._run("init", json=FLAG, reconfigure=FLAG, lockfile="readonly" if locked else None))
        write_private(self._markers[-1], wanted)

    def migrate_state(self) -> None:
        """Move the state from the backend of the last init to the one that the root has now. Raises RunFailedError.

        Not as JSON, which Terraform refuses to move a state in.
        """
        self._forget_init()
        self._succeed(self._run("init", migrate_state=FLAG, force_copy=FLAG, no_color=FLAG))
        write_private(self._markers[-1], init_fingerprint(self.root.directory, self.binary, self.environment))

    @contextmanager
    def planned(self, destroy: bool = False) -> Iterator[tuple[Plan, Path]]:
        """A complete plan and its file, gone after the block. Raises RunFailedError, TerraformError."""
        with plan_directory() as directory:
            file = directory / "tfplan"
            yield self.plan(file, destroy), file

    def drifted(self) -> Plan:
        """A plan that refreshes alone: what is there against what the state holds. Its file is gone.

        Raises RunFailedError, TerraformError.
        """
        with plan_directory() as directory:
            return self.plan(directory / "tfplan", refresh_only=True)

    def apply(self, file: Path) -> Result:
        """Apply a plan file as it is. Raises RunFailedError, which names the state that was kept, if any."""
        kept = False
        try:
            result = self._run("apply", str(file), json=FLAG)
        finally:  # also when it was interrupted
            kept = kept_state.keep(self.root.directory, self.root.kept_state)
        if kept:
            raise RunFailedError(self.root.name, result, self.root.log, self.root.kept_state)
        return self._succeed(result)

    def retried(self, attempt: Callable[[], T], may: Callable[[RunFailedError], bool] = lambda _error: True) -> T:
        """What `attempt` returns, made again as `retries` say after failures that pass. Raises what it raises last."""
        return self.retries.run(self.root.name, self.cancellation, self.log, attempt, may)

    def wait_for_outliving(self) -> None:
        """Wait for a Terraform of this root that outlived the run that began it; `retries` have it told.

        Raises TerraformError where it takes longer than a run may, CancelledError.
        """
        if not lives(self.root.mark):
            return
        process = told_process(self.root.mark)
        self.retries.tell(f"{self.root.name}: waits for a Terraform of it that outlived its run ({process})")
        deadline = time.monotonic() + self.seconds
        while lives(self.root.mark):
            if time.monotonic() > deadline:
                raise TerraformError(
                    f"{self.root.name}: a Terraform of it has been running on this machine for long ({process}). Look "
                    "what it does; to have it save its state and end: kill -INT with that number."
                )
            if self.cancellation.wait(LOOK_SECONDS):
                raise CancelledError(f"{self.root.name}: not planned; the command was interrupted.")

    def push_kept_state(self) -> bool:
        """Write to its bucket what an earlier apply could not; whether there was something. Raises RunFailedError.

        Terraform refuses it where the bucket has gone on since: then both have to be looked at by a person.
        """
        kept = self.root.kept_state
        kept_state.keep(self.root.directory, kept)  # of an apply that outlived the run that began it
        if not kept.exists():
            return False
        self.init()
        self._succeed(self._run("state push", str(kept), input=None, no_color=FLAG))
        kept.unlink()
        return True

    def hide(self, secrets: Secrets) -> None:
        """Keep these out of the log and out of every error from now on; a plan's own are known by `plan`."""
        self.known_secrets.append(secrets)
        self.log.hide(secrets)

    def outputs(self) -> dict[str, Any]:
        """The root's outputs by name, sensitive ones included. Raises RunFailedError."""
        document = json.loads(self._succeed(self._run("output", json=FLAG, input=None)).output)
        return {name: output["value"] for name, output in document.items()}

    @property
    def _markers(self) -> tuple[Path, ...]:
        """What tells that an init was made that serves; the last is this one's.

        With a running provider, init installs none, so what it makes serves only where one runs.
        """
        whole, attached = (self.root.data_directory / name for name in ("goldsmith-init", "goldsmith-init-attached"))
        return (whole, attached) if REATTACH in self.environment else (whole,)

    def _forget_init(self) -> None:
        for marker in self._markers:
            marker.unlink(missing_ok=True)

    def plan(self, file: Path, destroy: bool = False, refresh_only: bool = False) -> Plan:
        """A complete plan, and its file, which holds secrets: put it where only its owner goes, and see to its end.

        Raises RunFailedError, TerraformError.
        """
        kept_state.refuse_kept(self.root.name, self.root.directory, self.root.kept_state)
        self.init()
        result = self._run_plan(file, destroy, refresh_only)
        if result.exit_code == 1 and needs_init(result):
            self._forget_init()
            self.init()
            result = self._run_plan(file, destroy, refresh_only)
        if result.exit_code not in (0, 2):  # -detailed-exitcode: 2 is a plan with changes
            self._learn(file)
            raise self._failure(result)
        if result.exit_code == 0 and not _has_failed_check(result):
            return replace(empty_plan(self.root.name, result), refresh_only=refresh_only)
        shown = self._succeed(self._run("show", str(file), json=FLAG, input=None))
        document = _document(self.root.name, shown.output)
        self._hide(document)
        read = read_drift if refresh_only else read_plan
        plan = read(self.root.name, document, result.seconds, self.key)
        if self.on_document is not None:
            self.on_document(document)
        return plan

    def _run_plan(self, file: Path, destroy: bool, refresh_only: bool) -> Result:
        return self._run(
            "plan",
            json=FLAG,
            out=file,
            detailed_exitcode=FLAG,
            destroy=FLAG if destroy else None,
            refresh_only=FLAG if refresh_only else None,
        )

    def _run(self, command: str, *positional: str, **options: object) -> Result:
        invocation = Invocation(
            binary=self.binary,
            directory=self.root.directory,
            environment={**self.environment, "TF_DATA_DIR": str(self.root.data_directory.absolute())},
            log=self.log,
            cancellation=self.cancellation,
            seconds=self.seconds,
            on_event=self.on_event,
            mark=self.root.mark,
        )
        return run(invocation, command, *positional, **{"input": False, **options})

    def _succeed(self, result: Result) -> Result:
        if result.exit_code != 0:
            raise self._failure(result)
        return result

    def _failure(self, result: Result) -> RunFailedError:
        """Without the secrets that are known: a provider quotes what it was given, and Terraform hides none of it."""
        for secrets in self.known_secrets:
            result = _without(result, secrets)
        running = told_process(self.root.mark) if lives(self.root.mark) else ""
        return RunFailedError(self.root.name, result, self.root.log, running=running)

    def _learn(self, file: Path) -> None:
        """What is secret, from a plan that lies there: Terraform leaves one also where it could not be completed."""
        if not file.is_file():
            return
        shown = self._run("show", str(file), json=FLAG, input=None)
        if shown.exit_code == 0:
            self._hide(_document(self.root.name, shown.output))

    def _hide(self, document: Mapping[str, Any]) -> None:
        try:
            secrets = Secrets(document)
        except (KeyError, TypeError, AttributeError):  # another shape; `read_plan` refuses it and says so
            return
        self.hide(secrets)


@contextmanager
def opened(
    root: RootDirectory,
    binary: Binary,
    environment: Mapping[str, str],
    cancellation: Cancellation,
    on_event: Callable[[Event], None] | None = None,
    seconds: float = SECONDS,
    key: DigestKey = NO_KEY,
    on_document: Callable[[Mapping[str, Any]], None] | None = None,
    retries: Retries = NO_RETRIES,
) -> Iterator[Terraform]:
    """Terraform for one root and one command, with its log open. Raises TerraformError if it is not there."""
    if not root.directory.is_dir():
        raise TerraformError(f"{root.directory}: not rendered. Run: goldsmith render")
    root.data_directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    log = RunLog(root.log)
    try:
        yield Terraform(
            root, binary, environment, cancellation, log, on_event, seconds, key, on_document, retries=retries
        )
    finally:
        log.close()


def apply_root(terraform: Terraform, destroy: bool = False) -> Applied:
    """Plan, and apply that fresh plan unless it is empty; both again where that fails passingly.

    Raises RunFailedError, TerraformError.
    """

    def attempt() -> Applied:
        terraform.push_kept_state()
        with terraform.planned(destroy) as (plan, file):
            if plan.is_empty:
                return Applied(plan.root, plan, plan.seconds)
            result = terraform.apply(file)
            return Applied(plan.root, plan, plan.seconds + result.seconds)

    return terraform.retried(attempt)


def _has_failed_check(result: Result) -> bool:
    return any(diagnostic.get("summary") == FAILED_CHECK for diagnostic in result.diagnostics)


def _document(root: str, text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise TerraformError(f"{root}: `show -json` of the plan is no JSON ({error}).") from error
    return document if isinstance(document, dict) else {}


def _without(result: Result, secrets: Secrets) -> Result:
    return replace(
        result,
        events=tuple(secrets.without(result.events)),
        output=secrets.hidden_in(result.output),
        errors=secrets.hidden_in(result.errors),
    )


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return None
