"""Nothing that a file may hold makes the checks fail: mutations of right documents, and bytes of any kind."""

from __future__ import annotations

import contextlib
import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from generator.check.formats import FORMATS, formatted
from generator.check.single import check_document
from generator.documents.workflow import STAGES
from generator.documents.workflow_actions import Stage
from generator.emulator.imagebuilder.errors import InvalidParameterValue
from generator.emulator.imagebuilder.workflow_documents import parse_workflow

HERE = Path(__file__).parent
RIGHT = [yaml.safe_load(path.read_text()) for path in sorted(HERE.glob("everything*.yaml"))]
RIGHT += [
    yaml.safe_load(path.read_text())
    for path in sorted((HERE.parents[1] / "environments").rglob("workflows/workflows/*.yaml"))
]
RIGHT += [yaml.safe_load(path.read_text()) for path in sorted((HERE.parents[1] / "environments/components").glob("*"))]

WORDS = st.sampled_from(
    ["name", "action", "inputs", "loop", "if", "for", "forEach", "and", "not", "value", "ExecuteBash", "S3Download",
     "Assert", "build", "test", "{{ build.Say.outputs.stdout }}", "{{ x", "{{ loop.value }}",
     "LaunchInstance", "payload.$", "$.stepOutputs.Launch.instanceId", "{{ $.parameters.x }}",
     "\u2028", "", "-1", "0"]
)  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | WORDS | st.text()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3), max_leaves=6
)


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a document that can hold something else."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(place for key, value in items for place in places(value, (*path, key)))]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    data = copy.deepcopy(draw(st.sampled_from(RIGHT)))
    for _ in range(draw(st.integers(1, 4))):
        *parents, last = ("", *draw(st.sampled_from(places(data)[1:] or [("",)])))
        holder: Any = data
        for key in parents[1:]:
            holder = holder[key]
        if not isinstance(holder, dict | list) or last == "":
            break
        match draw(st.sampled_from(["replace", "remove", "rename"])):
            case "replace":
                holder[last] = draw(VALUES)
            case "remove":
                del holder[last]
            case _ if isinstance(holder, dict):
                holder[draw(WORDS)] = holder.pop(last)
    return yaml.safe_dump(data, allow_unicode=True).encode("utf-8", "surrogatepass")


@given(mutated())
def test_a_mutated_document_is_told_of_or_passes(content: bytes) -> None:
    found = check_document("d.yaml", content)[0]
    for kind in FORMATS:
        formatted(kind, found, {"d.yaml": content.decode("utf-8", "replace")})
    for each in found:
        assert each.message.endswith((".", "?")), each.message
        assert 0 <= each.line <= content.count(b"\n") + 1


@given(mutated(), st.sampled_from(list(STAGES.values())))
def test_the_embedded_aws_refuses_a_mutated_document_or_takes_it(content: bytes, stage: Stage) -> None:
    with contextlib.suppress(InvalidParameterValue):
        assert parse_workflow(content.decode("utf-8", "replace"), stage).steps


@given(st.binary(max_size=400))
def test_any_bytes_are_told_of(content: bytes) -> None:
    assert check_document("d.yaml", content)[0]


@given(st.text("{}[]:-,&*!|>'\"%@`#\n \tab", max_size=200))
def test_any_signs_of_yaml_are_told_of(text: str) -> None:
    assert check_document("d.yaml", text.encode())[0]


WORKFLOW = "schemaVersion: 1.0\nsteps:\n  - {name: Ask, action: WaitForAction, inputs: {lambdaFunctionName: '%s'}}\n"
COMPONENT = (
    "schemaVersion: 1.0\nparameters:\n%s"
    "phases:\n- name: build\n  steps:\n  - {name: Say, action: ExecuteBash, inputs: {commands: ['%s']}}\n"
)
NAMES = "".join(f"- parameter{number}: {{type: string}}\n" for number in range(2000))
MANY = {
    "paths": WORKFLOW % "".join(f"{{{{ $.parameters.a{number} }}}}" for number in range(10_000)),
    "braces": WORKFLOW % ("{{$." * 60_000),
    "references": COMPONENT % (NAMES, "".join(f"{{{{ paramter{number} }}}}" for number in range(5000))),
}


@pytest.mark.parametrize("name", MANY)
def test_a_document_with_thousands_of_errors_is_told_of_in_part(name: str) -> None:
    """Each would be looked up among all names and in all of the text: minutes, where it does not end early."""
    found = check_document("d.yaml", MANY[name].encode())[0]
    assert 0 < len(found) < 110
    assert name == "braces" or "has more than 100 errors; the others are not told." in {each.message for each in found}
