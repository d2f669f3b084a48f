"""The state machine of a rollout: its form, and every way through it in moto's interpreter."""

from __future__ import annotations

import importlib.util
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import jsonschema
import pytest
from click.testing import CliRunner
from step_functions import AROUND, BUCKET, REGION, Execution, StartError, interpreter, run

from generator.commands.rollout import rollout
from generator.errors import UsageError
from generator.rollout.states import definition

GENERATOR = Path(__file__).parents[2] / "docs" / "generate_state_machine.py"
ROLLOUT, SOURCE = "20261125-091500-3f9a1c", "acme-commits/images/0a1b2c3d.zip"
JOURNAL = f"s3://{BUCKET}/goldsmith/rollouts/{ROLLOUT}"
ROOTS = ["prod/web-01/us-east-1", "prod/web-02/us-east-1", "prod/web-03/us-east-1"]
ASKED = ("Answer", "Decide")


def apply(wave: str, roots: list[str], at_once: int = 10, tolerance: int = 0) -> dict[str, Any]:
    return {"do": "apply", "wave": wave, "roots": roots, "max_concurrent": at_once, "failure_tolerance": tolerance}


DONE = {"do": "done"}


@dataclass
class Script:
    """A worker that says one answer after the other, and knows of each root how it ends."""

    answers: list[dict[str, Any]]
    failing: set[str] = field(default_factory=set)
    refusals: list[str] = field(default_factory=list)  # errors of starts to come
    losses: int = 0  # builds of `next` that get lost
    asked: list[str] = field(default_factory=list)
    done: list[Mapping[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, variables: Mapping[str, str]) -> bool:
        with self.lock:
            if self.refusals:
                raise StartError(self.refusals.pop())
            assert variables["SOURCE"] == SOURCE
            if variables["STEP"] == "root":
                self.done.append(variables)
                return variables["ROOT"] not in self.failing
            return self._next(variables)

    def _next(self, variables: Mapping[str, str]) -> bool:
        assert variables["ROLLOUT"] == ROLLOUT
        self.asked.append(f"{variables['STEP']} {variables.get('WAVE', '')}".strip())
        if self.losses:
            self.losses -= 1
            return False
        answer = dict(self.answers.pop(0))
        items = [{"root": root, "digest": f"digest of {root}", "journal": JOURNAL} for root in answer.pop("roots", [])]
        _put(variables["MANIFEST"], items)
        _put(variables["ANSWER"], answer)
        return True

    @property
    def roots(self) -> list[str]:
        return sorted(variables["ROOT"] for variables in self.done)


def _put(address: str, content: Any) -> None:
    parts = urlsplit(address)
    _s3().put_object(Bucket=parts.netloc, Key=parts.path.lstrip("/"), Body=json.dumps(content).encode())


def _s3() -> Any:
    return boto3.client("s3", REGION, aws_access_key_id="ak", aws_secret_access_key="sk")


def executed(script: Script) -> Execution:
    with interpreter(script):
        _s3().create_bucket(Bucket=BUCKET)
        return run(ROLLOUT, SOURCE)


def states(machine: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, state in machine["States"].items():
        yield name, state
        if "ItemProcessor" in state:
            yield from states(state["ItemProcessor"])


def leads_to(state: Mapping[str, Any]) -> set[str]:
    ways = [state, *state.get("Choices", []), *state.get("Catch", []), {"Next": state.get("Default")}]
    return {way["Next"] for way in ways if way.get("Next")}


def test_the_definition_is_in_the_states_language() -> None:
    folder = resources.files("cfnlint.data.schemas.other.step_functions")
    schema = json.loads(folder.joinpath("statemachine.json").read_text("utf-8"))
    jsonschema.Draft7Validator(schema).validate(definition(AROUND))


def test_every_state_is_led_to_and_leads_on_or_ends() -> None:
    machine = definition(AROUND)
    for level in (machine, machine["States"]["Wave"]["ItemProcessor"]):
        led_to = {level["StartAt"]}.union(*(leads_to(state) for state in level["States"].values()))
        assert led_to == level["States"].keys()
    ends = {name for name, state in states(machine) if not leads_to(state)}
    assert ends == {"Done", "Root", "Stopped", "Unknown"}


def test_a_rollout_goes_wave_after_wave_until_it_is_done() -> None:
    script = Script([apply("prod/canaries", ROOTS[:1]), apply("prod/rest", ROOTS[1:]), DONE])
    execution = executed(script)
    wave = ("Wave", "Settle", *ASKED)
    assert (execution.status, execution.states) == ("SUCCEEDED", ("Begin", *ASKED, *wave, *wave, "Done"))
    assert script.asked == ["begin", "settle prod/canaries", "settle prod/rest"]
    assert script.roots == ROOTS


def test_a_root_is_given_to_a_worker_with_its_digest_and_its_journal() -> None:
    script = Script([apply("prod/rest", ROOTS[:1]), DONE])
    executed(script)
    root = {"ROOT": ROOTS[0], "DIGEST": f"digest of {ROOTS[0]}", "JOURNAL": JOURNAL}
    assert script.done == [{"STEP": "root", "SOURCE": SOURCE, **root}]


def test_a_wave_has_as_many_workers_and_failures_as_the_answer_says() -> None:
    script = Script([apply("prod/rest", ROOTS, at_once=2, tolerance=1), DONE], failing={ROOTS[1]})
    execution = executed(script)
    [wave] = execution.maps
    assert (wave["maxConcurrency"], wave["toleratedFailureCount"]) == (2, 1)
    assert (wave["itemCounts"]["succeeded"], wave["itemCounts"]["failed"]) == (2, 1)
    assert (execution.status, wave["status"]) == ("SUCCEEDED", "SUCCEEDED")


def test_a_wave_of_which_too_many_fail_is_settled_and_the_execution_tells_why_it_stopped() -> None:
    stop = {"do": "stop", "reason": "prod/rest: 2 of 3 roots failed, and 1 may"}
    script = Script([apply("prod/rest", ROOTS, tolerance=1), stop], failing={*ROOTS[:2]})
    execution = executed(script)
    assert [wave["status"] for wave in execution.maps] == ["FAILED"]
    assert execution.states == ("Begin", *ASKED, "Wave", "Settle", *ASKED, "Stopped")
    assert (execution.status, execution.error, execution.cause) == ("FAILED", "RolloutStopped", stop["reason"])


def test_what_is_to_be_waited_for_is_asked_again_afterwards() -> None:
    script = Script([{"do": "wait", "wave": "prod/early", "seconds": 0}, DONE])
    execution = executed(script)
    assert execution.states == ("Begin", *ASKED, "Wait", "Next", *ASKED, "Done")
    assert script.asked == ["begin", "next"]


def test_an_answer_that_is_not_known_fails_the_execution() -> None:
    execution = executed(Script([{"do": "rebuild"}]))
    assert (execution.status, execution.error) == ("FAILED", "UnknownAnswer")


@pytest.mark.parametrize("error", ["CodeBuild.AccountLimitExceededException", "CodeBuild.CodeBuildException"])
def test_a_start_that_codebuild_refuses_is_tried_again(error: str) -> None:
    script = Script([apply("prod/rest", ROOTS), DONE], refusals=[error] * 3)
    assert executed(script).status == "SUCCEEDED"
    assert script.roots == ROOTS


def test_a_start_that_is_refused_for_good_fails_the_execution() -> None:
    script = Script([], refusals=["CodeBuild.ResourceNotFoundException"] * 9)
    execution = executed(script)
    assert (execution.status, execution.error) == ("FAILED", "CodeBuild.ResourceNotFoundException")


def test_a_lost_step_is_asked_again_three_times_at_most() -> None:
    assert executed(Script([DONE], losses=2)).status == "SUCCEEDED"
    lost = Script([DONE], losses=3)
    assert (executed(lost).error, lost.asked) == ("States.TaskFailed", ["begin"] * 3)


def test_a_root_that_fails_is_not_tried_again() -> None:
    script = Script([apply("prod/rest", ROOTS[:1]), {"do": "stop", "reason": "failed"}], failing={ROOTS[0]})
    executed(script)
    assert script.roots == ROOTS[:1]


def test_a_list_that_cannot_be_read_fails_the_execution_so_that_a_redrive_begins_there() -> None:
    class Lost(Script):
        def _next(self, variables: Mapping[str, str]) -> bool:
            done = super()._next(variables)
            _s3().delete_object(Bucket=BUCKET, Key=urlsplit(variables["MANIFEST"]).path.lstrip("/"))
            return done

    execution = executed(Lost([apply("prod/rest", ROOTS)]))
    assert (execution.status, execution.states) == ("FAILED", ("Begin", *ASKED, "Wave"))


def test_the_module_has_the_definition_that_is_generated() -> None:
    spec = importlib.util.spec_from_file_location("generate_state_machine", GENERATOR)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.FILE.read_text("utf-8") == module.generated(), "run `make docs`"


def test_the_definition_of_a_place_is_printed() -> None:
    told = CliRunner().invoke(
        rollout, ["states", "--rollouts", f"s3://{BUCKET}/goldsmith?region=eu-central-1", "--partition", "aws"]
    )
    assert (told.exit_code, json.loads(told.stdout)) == (0, definition(AROUND))


@pytest.mark.parametrize("place", [None, "rollouts"])
def test_a_folder_is_no_place_for_a_state_machine(place: str | None) -> None:
    told = CliRunner().invoke(rollout, ["states", *(["--rollouts", place] if place else [])])
    assert isinstance(told.exception, UsageError)
    assert "in a bucket alone" in str(told.exception)
