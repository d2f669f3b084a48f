"""tftest on a root, with what it lacks: an end to every run, every failure seen, and nothing left behind.

tftest 1.8.8 waits forever when stderr fills its pipe, takes a run that a signal ended for a success, and
leaves plan files that anybody can read in the shared temporary directory.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import tftest

from generator.errors import TerraformError
from generator.render.roots import Root
from generator.terraform.cancellation import Cancellation
from generator.terraform.changes import read_plan
from generator.terraform.failures import advice_for
from generator.terraform.plans import Plan
from generator.terraform.running import RunningProviders
from generator.verify.outputs import Outputs, outputs_of
from generator.verify.processes import Finished, OutOfTimeError, run

RUN_SECONDS = 600.0
LOCK_WAIT = "60s"  # another run, an apply say, may hold the state's lock
PLAN_FILE = "verify.tfplan"

_NO_DIFFERENCE, _DIFFERENCE = 0, 2
# What cannot change anything. A root's copy has the root's real state and real accounts behind it.
_READS = frozenset({"console", "graph", "init", "output", "plan", "providers", "show", "state", "validate", "version"})
# Of a user's shell, these would change what a run does, or write where JSON is expected.
_NEVER_INHERITED = ("TF_CLI_ARGS", "TF_DATA_DIR", "TF_LOG", "TF_REATTACH_PROVIDERS", "TF_WORKSPACE")
_STATE_READS = frozenset({"list", "pull", "show"})


class RootTestError(TerraformError, tftest.TerraformTestError):  # type: ignore[misc]
    """A run of Terraform that failed; `cmd_error` is what it wrote to stderr, as tftest has it."""

    def __init__(self, message: str, stderr: str = "") -> None:
        super().__init__(message, stderr)

    def __str__(self) -> str:
        return str(self.args[0])


class BoundedTest(tftest.TerraformTest):  # type: ignore[misc]
    """tftest's own interface on `directory`, which is a copy: it is cleaned when the object goes.

    `environment` is the whole environment of Terraform, not an addition to ours.
    Every run raises RootTestError for any exit code but 0 and 2, and after `seconds`.
    """

    def __init__(
        self,
        directory: Path,
        *,
        binary: str,
        environment: Mapping[str, str],
        seconds: float = RUN_SECONDS,
        cancellation: Cancellation | None = None,
        providers: RunningProviders | None = None,
    ) -> None:
        # A cache directory that is never used: without one tftest walks the stack of its caller for a place.
        super().__init__(str(directory), binary=binary, cache_dir=str(directory / ".tftest-cache"))
        self.directory = directory
        self.seconds = seconds
        self._cancellation = cancellation or Cancellation()
        self._providers = providers or RunningProviders(None, environment)
        self.env = {
            **{name: value for name, value in environment.items() if not name.startswith(_NEVER_INHERITED)},
            "TF_DATA_DIR": str(directory / ".terraform"),
            "TF_IN_AUTOMATION": "1",
        }

    def execute_command(self, cmd: str, *cmd_args: str) -> tftest.TerraformCommandOutput:
        """Run `terraform <cmd> <cmd_args>` in the copy; returns (retcode, out, err)."""
        return self._execute(self.env, cmd, *cmd_args)

    def _execute(self, environment: Mapping[str, str], cmd: str, *cmd_args: str) -> tftest.TerraformCommandOutput:
        arguments = [self.binary, cmd, *map(str, cmd_args)]
        try:
            finished = run(
                arguments,
                directory=self.directory,
                environment=environment,
                seconds=self.seconds,
                cancellation=self._cancellation,
            )
        except FileNotFoundError as error:
            raise RootTestError(
                f"{self.binary}: no such program. Give the path of Terraform with --terraform."
            ) from error
        except OutOfTimeError as error:
            raise RootTestError(
                f"{self.label}: terraform {cmd} did not end in {self.seconds:g} s and was killed. "
                "Its state may still be locked; if so, the next plan says by whom."
            ) from error
        if finished.returncode not in (_NO_DIFFERENCE, _DIFFERENCE):
            raise RootTestError(f"{self.label}: {_how_it_failed(cmd, finished)}", finished.err)
        return tftest.TerraformCommandOutput(finished.returncode, finished.out, finished.err)

    @property
    def label(self) -> str:
        """What messages call this directory."""
        return str(self.directory)

    def init(self, input: bool = False, color: bool = False, use_cache: bool = False, **options: Any) -> str:
        """As tftest's, with the lock file as it was rendered: verify does not choose providers."""
        arguments = tftest.parse_args(input=input, color=color, **options)
        out: str = self.execute_command("init", "-lockfile=readonly", *arguments).out
        return out

    def plan(
        self,
        input: bool = False,
        color: bool = False,
        refresh: bool = True,
        tf_vars: Mapping[str, Any] | None = None,
        targets: list[str] | None = None,
        output: bool = False,
        use_cache: bool = False,
        **options: Any,
    ) -> Any:
        """As tftest's: text, or the parsed plan if `output`. The plan file is private, and gone after."""
        arguments = tftest.parse_args(
            input=input, color=color, refresh=refresh, targets=targets, **_as_text(options)
        ) + _variables(tf_vars or {})
        if not output:
            return self.execute_command("plan", *arguments).out
        plan_file = self.directory / PLAN_FILE
        try:
            self.execute_command("plan", *arguments, f"-out={plan_file}")
            return self._plan_formatter(self.execute_command("show", "-no-color", "-json", str(plan_file)).out)
        finally:
            plan_file.unlink(missing_ok=True)

    def output(self, name: str | None = None, color: bool = False, json_format: bool = True, **options: Any) -> Any:
        """As tftest's: every output by name, or the value of one, which tftest itself cannot ask for."""
        flags = tftest.parse_args(color=color, json_format=json_format, **options)
        out = self.execute_command("output", *flags, *([name] if name else [])).out
        if not json_format:
            return out
        return json.loads(out) if name else self._output_formatter(out)

    def differences(self) -> list[str]:
        """What an apply would change, such as `aws_kms_key.this (update)`; empty when that is nothing.

        It is planned with a provider that is kept running, where there is one: this plan is never applied.
        Raises RootTestError, or TerraformError where Terraform could not plan all of it.
        """
        plan_file = self.directory / PLAN_FILE
        flags = ("-input=false", "-no-color", f"-lock-timeout={LOCK_WAIT}", "-detailed-exitcode")
        try:
            with self._providers.attached(self.directory) as attached:
                planned = self._execute({**self.env, **attached}, "plan", *flags, f"-out={plan_file}")
            if planned.retcode == _NO_DIFFERENCE:
                return []  # and three seconds of `show` are saved, for every root of a healthy fleet
            shown = json.loads(self.execute_command("show", "-no-color", "-json", str(plan_file)).out)
        finally:
            plan_file.unlink(missing_ok=True)
        return differences_of(read_plan(self.label, shown, seconds=0))


class RootTest(BoundedTest):
    """A `tftest.TerraformTest` on the private copy of an applied root. It reads, and refuses what writes.

    `spec` says what the root is for (name, kind, account, region, environment); `outputs` are typed.
    """

    def __init__(
        self,
        root: Root,
        directory: Path,
        *,
        binary: str,
        environment: Mapping[str, str],
        seconds: float = RUN_SECONDS,
        cancellation: Cancellation | None = None,
        providers: RunningProviders | None = None,
    ) -> None:
        super().__init__(
            directory,
            binary=binary,
            environment=environment,
            seconds=seconds,
            cancellation=cancellation,
            providers=providers,
        )
        self.spec = root

    @property
    def label(self) -> str:
        return self.spec.name

    @cached_property
    def outputs(self) -> Outputs:
        """Read once. Raises RootTestError, or GoldsmithError where they have another shape."""
        raw = self.output()
        return outputs_of(self.spec.name, {name: raw[name] for name in raw})

    def execute_command(self, cmd: str, *cmd_args: str) -> tftest.TerraformCommandOutput:
        """As BoundedTest's; raises RootTestError, before it runs, for a command that can write."""
        state_write = cmd == "state" and not _STATE_READS.intersection(cmd_args[:1])
        if cmd not in _READS or state_write:
            command = " ".join(["terraform", cmd, *cmd_args[: int(state_write)]])
            raise RootTestError(
                f"{self.label}: {command} is refused; a test of a root reads, and its state is the real one. "
                f"To change what is there, run: goldsmith apply {self.spec.environment.name}"
            )
        return super().execute_command(cmd, *cmd_args)


def differences_of(plan: Plan) -> list[str]:
    """Resources and outputs that a plan would change, each with how."""
    resources = [
        f"{change.address}{f' deposed {change.deposed}' if change.deposed else ''} ({change.action})"
        for change in plan.changes
    ]
    return [*resources, *(f"output.{name} (change)" for name in plan.outputs)]


def _variables(values: Mapping[str, Any]) -> list[str]:
    """`-var` flags; JSON is how Terraform reads a bool, a number or a collection on the command line."""
    spelled = {name: value if isinstance(value, str) else json.dumps(value) for name, value in values.items()}
    return list(chain.from_iterable(("-var", f"{name}={value}") for name, value in spelled.items()))


def _as_text(options: Mapping[str, Any]) -> dict[str, Any]:
    """tftest puts some values into the argument list as they are, and a number is no argument."""
    return {
        name: str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        for name, value in options.items()
    }


def _how_it_failed(command: str, finished: Finished) -> str:
    ended = f"signal {-finished.returncode}" if finished.returncode < 0 else f"exit code {finished.returncode}"
    said = (finished.err.strip() or finished.out.strip() or "no message").removeprefix("Error: ")
    advice = advice_for(said)
    return f"terraform {command} ended with {ended}: {said}" + (f"\nWhat to do: {advice}" if advice else "")
