"""A component document, checked as AWSTOE would read it: on any operating system, for any.

https://docs.aws.amazon.com/imagebuilder/latest/userguide/toe-use-documents.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from generator.documents.actions import ACTIONS, Platform
from generator.documents.chaining import check_references
from generator.documents.expressions import check_condition
from generator.documents.findings import Findings, findings_of
from generator.documents.inputs import WORDS, check_inputs, unix_inputs
from generator.documents.loops import check_loop
from generator.documents.steps import Step
from generator.documents.variables import declared_names, is_placeholder
from generator.source.report import Report, did_you_mean, quoted, shown
from generator.source.yaml import Document, Path

PHASES = ("build", "validate", "test", "container-host-test")
_NEEDED = PHASES[:3]
_KEYS = ("name", "description", "schemaVersion", "parameters", "constants", "phases")
_PHASE_KEYS = ("name", "steps")
# disableLogging: https://github.com/aws-samples/amazon-ec2-image-builder-samples/tree/main/awstoe/cookbook
_STEP_KEYS = ("name", "action", "timeoutSeconds", "onFailure", "maxAttempts", "loop", "if", "disableLogging", "inputs")
ON_FAILURE = ("Abort", "Continue", "Ignore")
# What CreateComponent says of another name: "Invalid step name 'Loading ssh keys' in phase 'build'. Allowed characters
# are combinations of numbers [0-9], english letters [a-z,A-Z] and special characters [-_]."
# https://github.com/aws/aws-cdk/issues/19909
STEP_NAME_PATTERN = "^[A-Za-z0-9_-]+$"
STEP_NAME = re.compile(STEP_NAME_PATTERN[:-1] + r"\Z")


def check_component(document: Document, report: Report) -> None:
    """Report everything that AWSTOE would refuse in a component document; its size depends on how it goes to AWS."""
    with findings_of(document, report) as findings:
        _check(document.data, findings)


def _check(data: object, findings: Findings) -> None:
    if not isinstance(data, dict):
        findings.error((), "is not a component document; a mapping with schemaVersion and phases is.")
        return
    _check_head(data, findings)
    names = declared_names(data, findings)
    steps = tuple(_steps(data, findings))
    _check_platforms(steps, findings)
    check_references(steps, names, findings)


def _check_head(data: Mapping[str, object], findings: Findings) -> None:
    _check_keys(data, _KEYS, (), findings)
    if "schemaVersion" not in data:
        findings.error(("schemaVersion",), "is missing. Add `schemaVersion: 1.0`.")
    elif str(data["schemaVersion"]) not in ("1", "1.0"):
        findings.error(("schemaVersion",), f"{shown(data['schemaVersion'])} is not allowed; 1.0 is.")
    for key in ("name", "description"):
        if isinstance(data.get(key), dict | list):
            findings.error((key,), "must be text.")


def _check_keys(written: Mapping[str, object], allowed: tuple[str, ...], path: Path, findings: Findings) -> None:
    for key in written:
        if key not in allowed:
            hint = did_you_mean(key, [each for each in allowed if each not in written])
            message = f"there is no such key; allowed are {quoted(allowed)}.{hint}"
            findings.error((*path, key), message, at_key=True)


def _steps(data: Mapping[str, object], findings: Findings) -> Iterator[Step]:
    phases = data.get("phases")
    if "phases" not in data:
        findings.error(("phases",), f"is missing; at least one of {quoted(_NEEDED)} is needed.")
        return
    if not isinstance(phases, list) or not phases:
        findings.error(("phases",), f"is not allowed; a list with at least one of {quoted(_NEEDED)} is.")
        return
    names: list[str] = []
    for index, phase in enumerate(phases):
        path: Path = ("phases", index)
        if isinstance(phase, dict) and "name" in phase:
            _check_phase_name(phase["name"], path, phases, names, findings)
        yield from _steps_of(phase, path, findings)
    if set(names) == {PHASES[-1]}:
        findings.error(("phases",), f"has none of {quoted(_NEEDED)}; one at least is needed.")


def _steps_of(phase: object, path: Path, findings: Findings) -> Iterator[Step]:
    if not isinstance(phase, dict):
        findings.error(path, "is not allowed; a mapping with name and steps is.")
        return
    _check_keys(phase, _PHASE_KEYS, path, findings)
    name, steps = phase.get("name"), phase.get("steps")
    if name is None:
        findings.error(path, f"has no name; {quoted(PHASES)} are names of phases.")
    if not isinstance(steps, list) or not steps:
        findings.error((*path, "steps"), "must be a list with at least one step.")
        return
    known: dict[str, int] = {}
    loops: set[str] = set()
    for index, step in enumerate(steps):
        where = (*path, "steps", index)
        if not isinstance(step, dict):
            findings.error(where, "is no step; a mapping with name, action and inputs is.")
            continue
        _check_step(step, where, known, loops, findings)
        yield Step(str(name), step, where)


def _check_phase_name(name: object, path: Path, phases: list[object], names: list[str], findings: Findings) -> None:
    """AWSTOE runs a phase of any name, where one that Image Builder runs is beside it; Image Builder leaves it out.

    https://docs.aws.amazon.com/imagebuilder/latest/userguide/toe-use-documents.html#component-doc-workflow
    """
    place = (*path, "name")
    if name in names:
        findings.error(place, f"the phase {name} stands twice. Put all of its steps into one.")
    elif name is not None and name not in PHASES:
        hint = did_you_mean(str(name), PHASES)
        if hint or not any(isinstance(each, dict) and each.get("name") in _NEEDED for each in phases):
            findings.error(place, f"{shown(name)} is no phase; allowed are {quoted(PHASES, 'and')}.{hint}")
        else:
            message = f"Image Builder does not run the phase {name}; it runs {quoted(PHASES, 'and')}."
            findings.warning(place, f"{message} Move its steps to one of them.", "G213")
    names.append(str(name))


def _check_step(
    step: Mapping[str, object], path: Path, known: dict[str, int], loops: set[str], findings: Findings
) -> None:
    _check_keys(step, _STEP_KEYS, path, findings)
    _check_step_name(step, path, known, findings)
    action = step.get("action")
    _check_limits(step, path, findings)
    if "loop" in step:
        check_loop(step["loop"], (*path, "loop"), loops, findings)
    if "if" in step:
        check_condition(step["if"], (*path, "if"), findings)
    if action is None:
        findings.error(path, f"has no action. {_how_to_act(step, path)}")
    elif str(action) not in ACTIONS:
        hint = did_you_mean(str(action), ACTIONS) or f" Actions are {', '.join(ACTIONS)}."
        findings.error((*path, "action"), f"{shown(action)} is no action of AWSTOE.{hint}")
    else:
        check_inputs(ACTIONS[str(action)], step, path, findings)


def _check_step_name(step: Mapping[str, object], path: Path, known: dict[str, int], findings: Findings) -> None:
    name, place = step.get("name"), (*path, "name")
    if not isinstance(name, str) or not name:
        findings.error(path, "has no name. Add one, unique in its phase.")
    elif name in known:
        findings.error(place, f"the step {name} stands twice in its phase; steps have names of their own.")
    elif is_placeholder(name):
        message = f"{shown(name)} is a template's placeholder; AWS takes letters, digits, - and _ only. Fill it in."
        findings.warning(place, message, "G215")
    elif not STEP_NAME.match(name):
        findings.error(place, f"{shown(name)} is not allowed as the name of a step; letters, digits, - and _ are.")
    known.setdefault(str(name), len(known))


def _how_to_act(step: Mapping[str, object], path: Path) -> str:
    if path[-1] and not {"inputs", "loop", "if"} & step.keys():
        return "Where this belongs to the step above, remove its dash; else add one, such as ExecuteBash."
    return "Add one, such as ExecuteBash."


def _check_limits(step: Mapping[str, object], path: Path, findings: Findings) -> None:
    nested = step.get("action") == "ExecuteDocument"
    if "timeoutSeconds" in step:
        seconds = step["timeoutSeconds"]
        place = (*path, "timeoutSeconds")
        if not _is_whole(seconds) or (seconds != -1 and seconds < 1):  # type: ignore[operator]
            findings.error(
                place, f"{shown(seconds)} is not allowed; a whole number of seconds from 1, or -1 for no end, is."
            )
        elif nested and seconds != -1:
            findings.error(place, "ExecuteDocument has no time limit. Remove it.")
    if "maxAttempts" in step:
        attempts = step["maxAttempts"]
        if not _is_whole(attempts) or attempts < 1:  # type: ignore[operator]
            findings.error((*path, "maxAttempts"), f"{shown(attempts)} is not allowed; a whole number from 1 is.")
        elif nested and attempts != 1:
            findings.error((*path, "maxAttempts"), "ExecuteDocument runs once. Remove it.")
    if str(step.get("disableLogging", "false")).lower() not in WORDS:
        findings.error((*path, "disableLogging"), f"{shown(step['disableLogging'])} is not allowed; true or false is.")
    if "onFailure" in step and step["onFailure"] not in ON_FAILURE:
        hint = did_you_mean(str(step["onFailure"]), ON_FAILURE)
        message = f"{shown(step['onFailure'])} is not allowed; allowed are {quoted(ON_FAILURE)}.{hint}"
        findings.error((*path, "onFailure"), message)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


@dataclass
class _Platforms:
    """The first step without condition that works on some platforms only."""

    remaining: frozenset[Platform] = frozenset({"Linux", "Windows", "macOS"})
    first: Step | None = field(default=None)


def _check_platforms(steps: tuple[Step, ...], findings: Findings) -> None:
    """A component runs on one platform: steps that no platform has in common can never all run."""
    seen = _Platforms()
    for step in steps:
        action = ACTIONS.get(str(step.data.get("action")))
        if action is None or "if" in step.data:
            continue
        common = seen.remaining & action.platforms
        if not common:
            first = seen.first.action if seen.first else ""
            message = f"{action.name} works on {quoted(sorted(action.platforms))}, where {first} does not, and a component runs on one platform. Split it."  # noqa: E501
            findings.error((*step.path, "action"), message)
            return
        if common != seen.remaining:
            seen = _Platforms(common, step)
    if seen.remaining == {"Windows"}:
        for step in steps:
            for index, key in unix_inputs(step.data):
                message = f"is not allowed on Windows, where {seen.first.action if seen.first else ''} runs. Remove it."
                findings.error((*step.path, "inputs", index, key), message, at_key=True)
