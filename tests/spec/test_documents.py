from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from generator.source.report import Report
from generator.source.yaml import parse
from generator.spec.documents import ComponentDocument, _most_bytes, canonical_text, component_document
from generator.spec.model_documents import is_inline

TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\n\n  '\"\\:#-\x07\x85\u2028"), max_size=12)
DOCUMENT = """\
name: harden
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Harden
        action: ExecuteBash
        timeoutSeconds: 60
        inputs:
          commands:
            - |
              set -e
              echo "kept" # a comment of the shell's
            - yes
            - 'yes'
            - 0777
"""


def component(text: str) -> ComponentDocument:
    report = Report()
    found = component_document("harden", parse("harden.yaml", text.encode()), report)
    assert found, report.diagnostics
    return found


@pytest.mark.parametrize(
    "same",
    [
        "# a comment\n" + DOCUMENT,
        DOCUMENT.replace("timeoutSeconds: 60", "timeoutSeconds: 60 # a minute"),
        DOCUMENT.replace("name: harden\nschemaVersion: 1.0\n", "") + "schemaVersion: 1.0\nname: harden\n",
        DOCUMENT.replace("name: Harden\n        action: ExecuteBash", 'action: "ExecuteBash"\n        name: Harden'),
        DOCUMENT.replace("\n", "\r\n"),
    ],
    ids=["comment", "comment behind a value", "order of keys", "quotes", "Windows line ends"],
)
def test_what_means_the_same_is_the_same_content(same: str) -> None:
    assert same != DOCUMENT
    assert component(same).digest == component(DOCUMENT).digest
    assert component(same).text == component(DOCUMENT).text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("echo", "printf"),
        ("60", "61"),
        ("- yes", "- 'yes'"),
        ("0777", "'0777'"),
        ("# a comment of", "# another comment of"),
        ("name: Harden", "name: harden"),
    ],
)
def test_what_means_something_else_is_another_content(old: str, new: str) -> None:
    changed = component(DOCUMENT.replace(old, new))
    assert changed.digest != component(DOCUMENT).digest
    assert changed.text != component(DOCUMENT).text


def test_the_canonical_text_of_a_document_is_readable_yaml() -> None:
    assert (
        component("# head\n" + DOCUMENT).text
        == """\
name: harden
schemaVersion: 1.0
phases:
- name: build
  steps:
  - name: Harden
    action: ExecuteBash
    timeoutSeconds: 60
    inputs:
      commands:
      - |
        set -e
        echo "kept" # a comment of the shell's
      - yes
      - 'yes'
      - 0777
"""
    )


_VALUES = st.recursive(
    st.text(max_size=30) | st.integers() | st.booleans() | st.none() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(_VALUES)
def test_the_canonical_text_holds_every_value_and_is_its_own_canonical_text(value: object) -> None:
    document = parse("f.yaml", yaml.safe_dump(value).encode())
    canonical = canonical_text(document)
    again = parse("f.yaml", canonical.encode())
    assert again.data == document.data
    assert canonical_text(again) == canonical


def test_a_long_document_is_taken_up_to_what_aws_takes_of_one_in_s3() -> None:
    long = component(DOCUMENT.replace("set -e", "set -e " + "x" * 65_000))
    assert not is_inline(long.component("1.0.0", "Linux").document)
    assert is_inline(component(DOCUMENT).component("1.0.0", "Linux").document)
    report = Report()
    many = "[&much " + "\u00e4" * 5_000 + ", " + ", ".join(["*much"] * 6) + "]"
    step = f"{{name: A, action: ExecuteBash, inputs: {{commands: {many}}}}}"
    text = f"schemaVersion: 1.0\nphases: [{{name: build, steps: [{step}]}}]\n"
    assert component_document("harden", parse("harden.yaml", text.encode()), report) is None
    [finding] = report.diagnostics
    assert finding.message == "has 70177 bytes without its comments; AWS takes 65536 in a component. Split it in two."


@pytest.mark.parametrize(
    ("steps", "platforms"),
    [
        ("{name: A, action: ExecuteBash, inputs: {commands: [ls]}}", ("Linux", "macOS")),
        ("{name: A, action: ExecutePowerShell, inputs: {commands: [dir]}}", ("Windows",)),
        ("{name: A, action: UpdateOS}", ("Linux", "Windows")),
        ("{name: A, action: Reboot}", ("Linux", "Windows", "macOS")),
        ("{name: A, action: Reboot}, {name: B, action: ExecuteBash, inputs: {commands: [ls]}}", ("Linux", "macOS")),
    ],
)
def test_a_component_is_for_the_platforms_on_which_its_actions_work(steps: str, platforms: tuple[str, ...]) -> None:
    made = component(f"schemaVersion: 1.0\nphases: [{{name: build, steps: [{steps}]}}]\n")
    assert (made.platforms, made.platform) == (platforms, platforms[0])


def test_a_component_with_test_phases_alone_is_a_test() -> None:
    assert component(DOCUMENT).kind == "BUILD"
    assert component(DOCUMENT.replace("name: build", "name: test")).kind == "TEST"
    assert component(DOCUMENT.replace("name: build", "name: validate")).kind == "BUILD"


def test_a_parameter_without_a_default_must_be_given() -> None:
    parameters = "parameters:\n  - Port: {type: string}\n  - Host: {type: string, default: ''}\n"
    assert component(DOCUMENT + parameters).parameters == {"Port": True, "Host": False}


@given(st.recursive(TEXTS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3)))
def test_the_most_that_a_canonical_text_may_have_is_never_less_than_it_has(value: object) -> None:
    document = parse("f.yaml", yaml.safe_dump({"a": value}).encode())
    assert len(canonical_text(document).encode()) <= _most_bytes(document)
