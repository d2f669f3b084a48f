"""What AWSTOE would not run fails a build in the embedded AWS; CreateComponent takes it, as AWS's does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
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
NO_INPUTS = HEAD + "      - {name: Fetch, action: S3Download, inputs: []}\n"
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
        (NO_INPUTS, "line 5: phases[0].steps[0].inputs: is empty; S3Download needs one entry at least."),
        (UNDECLARED, "line 5: phases[0].steps[0].inputs.commands[0]: {{ Nobody }}: there is no such parameter"),
    ],
)
def test_a_build_fails_by_a_document_that_cannot_be_run(document: str, problem: str) -> None:
    why = reason(build(HEAD + "      - {name: Update, action: UpdateOS}\n", document))
    assert "in state = 'BUILDING'" in why
    assert f"Parsing the document of component component-1 1.0.0 failed: {problem}" in why


def test_yaml_that_only_a_spec_may_not_have_is_run() -> None:
    assert build(MERGED)["state"] == {"status": "AVAILABLE"}
