"""Documents that CreateComponent refuses in AWS's words, and those that it takes though AWSTOE will not run them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError
from workshop import (
    make_component,
    make_infrastructure,
    make_pipeline,
    make_profile,
    make_recipe,
    network,
    reason,
    run,
    workshop,
)

HEAD = "schemaVersion: 1.0\nphases:\n  - name: build\n    steps:\n"
NO_LIST = HEAD + "      - {name: Fetch, action: S3Download, inputs: {source: 's3://bucket-1/a', destination: /a}}\n"
UNDECLARED = HEAD + "      - {name: Say, action: ExecuteBash, inputs: {commands: ['echo {{ Nobody }}']}}\n"
MERGED = (
    HEAD + "      - &say {name: Say, action: ExecuteBash, inputs: {commands: [ls]}}\n      - {<<: *say, name: Again}\n"
)


@pytest.fixture(autouse=True)
def moto() -> Iterator[None]:
    with workshop():
        yield


def build(*documents: str) -> dict[str, object]:
    components = [make_component(f"component-{index}", data=text) for index, text in enumerate(documents)]
    infrastructure = make_infrastructure(make_profile(), **network())
    return run(make_pipeline(make_recipe(*components), infrastructure))


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (NO_LIST, "line 5: phases[0].steps[0].inputs: is one mapping; S3Download takes a list of mappings."),
        (UNDECLARED, "line 5: phases[0].steps[0].inputs.commands[0]: {{ Nobody }}: there is no such parameter"),
    ],
)
def test_a_build_fails_by_a_document_that_cannot_be_run(document: str, problem: str) -> None:
    why = reason(build(HEAD + "      - {name: Update, action: UpdateOS}\n", document))
    assert "in state = 'BUILDING'" in why
    assert f"Parsing the document of component component-1 1.0.0 failed: {problem}" in why


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        (
            "{name: Say hello, action: ExecuteBash, inputs: {commands: [ls]}}",
            "Invalid step name 'Say hello' in phase 'build'. Allowed characters are combinations of numbers [0-9], ",
        ),
        (
            "{name: Say, action: InvokeBash, inputs: {commands: [ls]}}",
            "Parsing step 'Say' in phase 'build' failed. Error: Unsupported action InvokeBash for os platform linux.",
        ),
        (
            "{name: Say, action: ExecutePowerShell, inputs: {commands: [ls]}}",
            "Parsing step 'Say' in phase 'build' failed. Error: Unsupported action ExecutePowerShell for os platform ",
        ),
        (
            "{name: Fetch, action: S3Download, inputs: []}",
            "Parsing step 'Fetch' in phase 'build' failed. Error: Action S3Download has no inputs; it requires an ",
        ),
    ],
)
def test_what_aws_parses_and_refuses_makes_no_component(steps: str, problem: str) -> None:
    with pytest.raises(ClientError, match="InvalidParameterValueException") as refused:
        make_component(data=f"{HEAD}      - {steps}\n")
    assert f"The value supplied for parameter 'data' is not valid. {problem}" in str(refused.value)


def test_a_phase_that_image_builder_does_not_run_and_a_step_for_another_platform_are_taken() -> None:
    other = "  - name: prepare\n    steps: [{name: Update, action: UpdateOS}]\n"
    only_windows = (
        "      - {name: Say, action: ExecutePowerShell, inputs: {commands: [ls]}, "
        "if: {stringEquals: windows, value: '{{ build.Say.outputs.stdout }}'}}\n"
    )
    assert make_component("phases", data=HEAD + "      - {name: Update, action: UpdateOS}\n" + other)
    assert make_component("platforms", data=HEAD + only_windows)


def test_yaml_that_only_a_spec_may_not_have_is_run() -> None:
    assert build(MERGED)["state"] == {"status": "AVAILABLE"}
