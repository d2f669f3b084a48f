"""A document of an image workflow, checked as Image Builder would read it.

https://docs.aws.amazon.com/imagebuilder/latest/userguide/image-workflow-create-document.html

The stage that a workflow is for is no part of AWS's document: it is an argument of CreateWorkflow. A spec's document
has it under `type`, which does not go to AWS; where neither tells, the actions do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from generator.documents.findings import Findings, findings_of
from generator.documents.workflow_actions import ACTIONS, OF_AMIS, OF_CONTAINERS, Stage, WorkflowAction, likely_stage
from generator.documents.workflow_conditions import check_condition, check_operands
from generator.documents.workflow_inputs import check_contents, check_inputs
from generator.documents.workflow_variables import SUFFIX, Known, check_paths
from generator.source.report import Report, did_you_mean, quoted, shown
from generator.source.yaml import Document, Path

MAX_STEPS = 15
TYPE_KEY = "type"
STAGES: Mapping[str, Stage] = {"build": "BUILD", "test": "TEST", "distribution": "DISTRIBUTION"}
PARAMETER_TYPES = ("string", "integer", "boolean", "stringList")
ON_FAILURE = ("Abort", "Continue")
MAX_DESCRIPTION = 1024  # characters
NAME_PATTERN = "^[A-Za-z][A-Za-z0-9_-]{1,99}$"  # botocore imagebuilder WorkflowStepName
KEYS = ("name", "description", "schemaVersion", "parameters", "steps", "outputs")
PARAMETER_KEYS = ("name", "type", "default", "description")
STEP_KEYS = (
    "name", "action", "description", "if", "inputs", "onFailure", "rollbackEnabled", f"rollbackEnabled{SUFFIX}",
    "timeoutSeconds",
)  # fmt: skip
OUTPUT_KEYS = ("name", "value")

_NAME = re.compile(NAME_PATTERN[:-1] + r"\Z")
_WHOLE = re.compile(r"-?[0-9]+\Z")

Step = tuple[int, Mapping[str, object]]  # with its place in the list


def check_workflow(document: Document, report: Report) -> None:
    """Report everything that Image Builder would refuse in a workflow's document, and what could not run."""
    with findings_of(document, report) as findings:
        _check(document.data, findings)


def _check(data: object, findings: Findings) -> None:
    if not isinstance(data, dict):
        findings.error((), "is not a workflow document; a mapping with schemaVersion and steps is.")
        return
    written = data.get(TYPE_KEY)
    if TYPE_KEY in data and str(written) not in STAGES:
        hint = did_you_mean(str(written), STAGES)
        findings.error((TYPE_KEY,), f"{shown(written)} is not allowed; {quoted(STAGES)} is.{hint}")
    check_shape({key: value for key, value in data.items() if key != TYPE_KEY}, stage_of(data), findings)
    _check_content(data, findings)


def stage_of(data: Mapping[str, object]) -> Stage:
    """What a spec's document is for: what it says, or what its actions belong to."""
    return STAGES.get(str(data.get(TYPE_KEY))) or likely_stage({str(step.get("action")) for _, step in _steps(data)})


def check_shape(data: Mapping[str, object], stage: Stage, findings: Findings) -> None:
    """Report what CreateWorkflow refuses in a document for a stage, whatever its values come to when it runs."""
    _check_keys(data, KEYS, (), findings)
    _check_head(data, findings)
    _check_parameters(data.get("parameters"), findings)
    _check_steps(data, stage, findings)
    _check_outputs(data.get("outputs"), findings)


def _check_head(data: Mapping[str, object], findings: Findings) -> None:
    if "schemaVersion" not in data:
        findings.error(("schemaVersion",), "is missing. Add `schemaVersion: 1.0`.")
    elif str(data["schemaVersion"]) not in ("1", "1.0"):
        findings.error(("schemaVersion",), f"{shown(data['schemaVersion'])} is not allowed; 1.0 is.")
    if isinstance(data.get("name"), dict | list):
        findings.error(("name",), "must be text.")


def _check_keys(written: Mapping[str, object], allowed: Sequence[str], path: Path, findings: Findings) -> None:
    for key in written:
        if key not in allowed:
            hint = did_you_mean(key, allowed)
            message = f"there is no such key; allowed are {quoted(allowed)}.{hint}"
            findings.error((*path, key), message, at_key=True)


def _check_parameters(written: object, findings: Findings) -> None:
    """A flat list, unlike a component's: `- {name: x, type: string, default: y}`."""
    if written is None:
        return
    if not isinstance(written, list):
        findings.error(("parameters",), "is not allowed; a list of mappings with name and type is.")
        return
    names: list[str] = []
    for index, item in enumerate(written):
        path: Path = ("parameters", index)
        name = item.get("name") if isinstance(item, dict) else None
        if not isinstance(item, dict) or not isinstance(name, str) or not name:
            message = f"is no parameter; a mapping with name, and with type {quoted(PARAMETER_TYPES)}, is."
            findings.error(path, message)
            continue
        if name in names:
            findings.error((*path, "name"), f"{name} is declared already. Remove one.")
        names.append(name)
        _check_parameter(item, path, findings)


def _check_parameter(item: Mapping[str, object], path: Path, findings: Findings) -> None:
    _check_keys(item, PARAMETER_KEYS, path, findings)
    kind = item.get("type", "string")
    if kind not in PARAMETER_TYPES:
        hint = did_you_mean(str(kind), PARAMETER_TYPES)
        findings.error((*path, "type"), f"{shown(kind)} is not allowed; {quoted(PARAMETER_TYPES)} is.{hint}")
    elif "default" in item and not _fits(str(kind), item["default"]):
        message = f"{shown(item['default'])} is not allowed; the parameter is of type {kind}."
        findings.error((*path, "default"), message)
    _check_description(item, path, findings)


def _fits(kind: str, value: object) -> bool:
    """What stands in quotes is taken for what it says, as the values that callers give are texts too."""
    if kind == "stringList":
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    if kind == "boolean":
        return isinstance(value, bool) or str(value) in ("true", "false")
    if kind == "integer":
        return not isinstance(value, bool) and bool(_WHOLE.match(str(value)))
    return isinstance(value, str)


def _check_description(written: Mapping[str, object], path: Path, findings: Findings) -> None:
    description = written.get("description", "-")
    if not (isinstance(description, str) and 1 <= len(description) <= MAX_DESCRIPTION):
        findings.error((*path, "description"), f"is not allowed; text of 1 to {MAX_DESCRIPTION} characters is.")


def _steps(data: Mapping[str, object]) -> Iterator[Step]:
    """The steps that are mappings."""
    steps = data.get("steps")
    for index, step in enumerate(steps if isinstance(steps, list) else ()):
        if isinstance(step, dict):
            yield index, step


def _check_steps(data: Mapping[str, object], stage: Stage, findings: Findings) -> None:
    steps = data.get("steps")
    if not isinstance(steps, list) or not steps:
        findings.error(("steps",), "must be a list with at least one step.")
        return
    if len(steps) > MAX_STEPS:
        message = f"has {len(steps)} steps; AWS takes {MAX_STEPS}. Split the workflow in two."
        findings.error(("steps",), message)
    names: set[str] = set()
    for index, step in enumerate(steps):
        if isinstance(step, dict):
            _check_step(step, stage, ("steps", index), names, findings)
        else:
            findings.error(("steps", index), "is not allowed; a mapping with name and action is.")
    _check_outputs_of_one_kind(list(_steps(data)), findings)


def _check_step(step: Mapping[str, object], stage: Stage, path: Path, names: set[str], findings: Findings) -> None:
    _check_keys(step, STEP_KEYS, path, findings)
    _check_name(step, path, names, findings)
    _check_description(step, path, findings)
    if "onFailure" in step and step["onFailure"] not in ON_FAILURE:
        hint = did_you_mean(str(step["onFailure"]), ON_FAILURE)
        message = f"{shown(step['onFailure'])} is not allowed; allowed are {quoted(ON_FAILURE, 'and')}.{hint}"
        findings.error((*path, "onFailure"), message)
    _check_rollback(step, path, findings)
    if "if" in step:
        check_condition(step["if"], (*path, "if"), findings)
    action = _action(step, path, findings)
    if action is None:
        return
    if stage not in action.stages:
        stages = quoted(sorted(each.lower() for each in action.stages))
        message = f"{action.name} belongs into a {stages} workflow; this one is for {stage.lower()}."
        findings.error((*path, "action"), message)
    _check_timeout(action, step, path, findings)
    check_inputs(action, step, path, findings)


def _check_name(step: Mapping[str, object], path: Path, names: set[str], findings: Findings) -> None:
    name = step.get("name")
    if name is None:
        findings.error(path, "has no name. Add one, unique in the workflow.")
    elif not isinstance(name, str) or not _NAME.match(name):
        message = f"{shown(name)} is not allowed; 2 to 100 letters, digits, - and _ are, with a letter first."
        findings.error((*path, "name"), message)
    elif name in names:
        findings.error((*path, "name"), f"{name} is the name of another step already. Rename one.")
    names.add(str(name))


def _action(step: Mapping[str, object], path: Path, findings: Findings) -> WorkflowAction | None:
    name = step.get("action")
    if name is None:
        findings.error(path, "has no action. Add one, such as LaunchInstance.")
        return None
    if str(name) not in ACTIONS:
        hint = did_you_mean(str(name), ACTIONS) or f" Actions are {', '.join(ACTIONS)}."
        findings.error((*path, "action"), f"{shown(name)} is no step action of Image Builder.{hint}")
    return ACTIONS.get(str(name))


def _check_rollback(step: Mapping[str, object], path: Path, findings: Findings) -> None:
    written = step.get("rollbackEnabled", True)
    if str(written).lower() not in ("true", "false") and not str(written).startswith("$."):
        message = f"{shown(written)} is not allowed; true, false or a path such as $.parameters.NAME is."
        findings.error((*path, "rollbackEnabled"), message)


def _check_timeout(action: WorkflowAction, step: Mapping[str, object], path: Path, findings: Findings) -> None:
    seconds = step.get("timeoutSeconds", action.timeout)
    if type(seconds) is not int or not 1 <= seconds <= action.longest:
        message = f"{shown(seconds)} is not allowed; 1 to {action.longest} seconds are for {action.name}."
        findings.error((*path, "timeoutSeconds"), message)


def _check_outputs_of_one_kind(steps: Sequence[Step], findings: Findings) -> None:
    """A workflow distributes AMIs or a container image, not both."""
    of_amis = [str(step.get("action")) for _, step in steps if step.get("action") in OF_AMIS]
    for index, step in steps:
        if of_amis and step.get("action") == OF_CONTAINERS:
            message = f"{OF_CONTAINERS} is for container images, and {of_amis[0]} for AMIs. Make two workflows of it."
            findings.error(("steps", index, "action"), message)


def _check_outputs(written: object, findings: Findings) -> None:
    if written is None:
        return
    if not isinstance(written, list):
        findings.error(("outputs",), "is not allowed; a list of mappings with name and value is.")
        return
    names: list[str] = []
    for index, item in enumerate(written):
        path: Path = ("outputs", index)
        if not isinstance(item, dict) or not isinstance(item.get("name"), str) or item.get("value") is None:
            findings.error(path, "is no output; a mapping with name and value is.")
            continue
        _check_keys(item, OUTPUT_KEYS, path, findings)
        if item["name"] in names:
            findings.error((*path, "name"), f"{item['name']} stands there already. Rename one.")
        names.append(item["name"])


def _check_content(data: Mapping[str, object], findings: Findings) -> None:
    """Report what a run could not do anything with: paths that lead nowhere, texts that are not what they should be."""
    parameters, steps, outputs = data.get("parameters"), list(_steps(data)), data.get("outputs")
    listed = parameters if isinstance(parameters, list) else []
    types = {str(each.get("name")): str(each.get("type", "string")) for each in listed if isinstance(each, dict)}
    known = Known(types.keys(), tuple((str(step.get("name")), str(step.get("action"))) for _, step in steps))
    for position, (index, step) in enumerate(steps):
        path: Path = ("steps", index)
        for key in step.keys() & {"if", "inputs", "rollbackEnabled", f"rollbackEnabled{SUFFIX}"}:
            check_paths(step[key], (*path, key), position, known, findings)
        check_operands(step.get("if"), (*path, "if"), findings)
        action = ACTIONS.get(str(step.get("action")))
        if action is not None:
            check_contents(action, step, path, types, findings)
    for index, item in enumerate(outputs if isinstance(outputs, list) else ()):
        if isinstance(item, dict):
            check_paths(item.get("value"), ("outputs", index, "value"), len(steps), known, findings)
