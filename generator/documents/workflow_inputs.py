"""The inputs of a workflow's step against what its action takes.

https://docs.aws.amazon.com/imagebuilder/latest/userguide/wfdoc-step-actions.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from generator.documents.findings import Findings
from generator.documents.workflow_actions import Input, WorkflowAction
from generator.documents.workflow_variables import BRACED, SUFFIX
from generator.source.report import did_you_mean, quoted, shown
from generator.source.yaml import Path

MAX_JSON = 16 * 1024  # bytes
_TOPIC = re.compile(r"arn:aws[^:]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?\Z")
_MACHINE = re.compile(r"arn:aws[^:]*:states:[^:]*:[^:]*:(stateMachine|express):\S+\Z")


def check_inputs(action: WorkflowAction, step: Mapping[str, object], path: Path, findings: Findings) -> None:
    """Report what the action does not take; `path` is the step's."""
    written, place = step.get("inputs"), (*path, "inputs")
    if written is None:
        if action.required:
            needed = quoted(action.required, "and")
            findings.error(path, f"has no inputs, and {action.name} needs them with {needed}. Add them.")
    elif isinstance(written, dict):
        _check_members(action.name, action.inputs, written, place, findings)
    else:
        what = "is a list" if isinstance(written, list) else f"is {shown(written)}"
        findings.error(place, f"{what}; {action.name} takes one mapping.")


def _check_members(
    owner: str, known: Mapping[str, Input], written: Mapping[str, object], path: Path, findings: Findings
) -> None:
    for key, value in written.items():
        name = key.removesuffix(SUFFIX)
        if name not in known:
            hint = did_you_mean(name, known)
            findings.error((*path, key), f"{owner} takes no {name}; it takes {quoted(known)}.{hint}", at_key=True)
        elif key != name and name in written:
            findings.error((*path, key), f"{name} stands there already. Keep one of them.", at_key=True)
        elif value is None:
            findings.error((*path, key), "has no value. Give it one, or remove the key.")
        elif key == name:  # under `.$` stands a path, whose end shows when the step runs
            _check_value(known[name], value, (*path, key), findings)
    missing = [name for name, each in known.items() if each.required and name not in written]
    missing = [name for name in missing if name + SUFFIX not in written]
    if missing:
        them = "it" if len(missing) < 2 else "them"
        findings.error(path, f"{owner} needs {quoted(missing, 'and')}. Add {them}.")


def _check_value(declared: Input, value: object, path: Path, findings: Findings) -> None:
    if isinstance(value, str) and ("$." in value):
        return  # a path, or a text with one: what it is shows when the step runs
    if declared.kind in ("mapping", "entries", "some"):
        _check_mappings(declared, value, path, findings)
    elif declared.kind == "lists":
        _check_lists(value, path, findings)
    elif declared.kind == "texts":
        _check_texts(value, path, findings)
    elif declared.kind == "images":
        findings.error(path, f"is not allowed; write `{declared.name}.$: $.stepOutputs.STEP.{declared.name}`.")
    elif isinstance(value, dict | list):
        findings.error(path, f"is {'a list' if isinstance(value, list) else 'a mapping'}; one value is allowed.")
    else:
        _check_scalar(declared, value, path, findings)


def _check_scalar(declared: Input, value: object, path: Path, findings: Findings) -> None:
    word = str(value).lower()
    if declared.kind == "boolean" and word not in ("true", "false"):
        findings.error(path, f"{shown(value)} is not allowed; true or false is.")
    elif declared.kind == "integer" and not word.isdecimal():
        findings.error(path, f"{shown(value)} is not allowed; a whole number is.")
    elif declared.choices and value not in declared.choices:
        hint = did_you_mean(str(value), declared.choices)
        findings.error(path, f"{shown(value)} is not allowed; allowed {_be(declared.choices)}.{hint}")


def _be(choices: tuple[str, ...]) -> str:
    return f"{'is' if len(choices) == 1 else 'are'} {quoted(choices, 'and')}"


def _check_texts(value: object, path: Path, findings: Findings) -> None:
    if not isinstance(value, list):
        findings.error(path, "must be a list. Put a dash before each entry.")
        return
    for index, each in enumerate(value):
        if isinstance(each, dict | list) or each is None:
            findings.error((*path, index), "must be text.")


def _check_lists(value: object, path: Path, findings: Findings) -> None:
    if not isinstance(value, dict):
        findings.error(path, "must be a mapping with a list for each key.")
        return
    for key, each in value.items():
        if not key.endswith(SUFFIX):
            _check_texts(each, (*path, key), findings)


def _check_mappings(declared: Input, value: object, path: Path, findings: Findings) -> None:
    if declared.kind == "entries" and not isinstance(value, list):
        findings.error(path, "must be a list of mappings. Put a dash before the first key of each.")
        return
    if declared.kind == "mapping" and not isinstance(value, dict):
        findings.error(path, "must be a mapping.")
        return
    entries = [((*path, index), each) for index, each in enumerate(value)] if isinstance(value, list) else []
    for place, each in entries or [(path, value)]:
        if not isinstance(each, dict):
            findings.error(place, "must be a mapping.")
        elif declared.members:
            _check_members(declared.name, declared.members, each, place, findings)


_JSON_BEGINS = ("{", "[", '"', "")


def check_contents(
    action: WorkflowAction, step: Mapping[str, object], path: Path, types: Mapping[str, str], findings: Findings
) -> None:
    """Report values that the service could do nothing with when the step runs; `types`: those of the parameters."""
    inputs = step.get("inputs")
    for name, value in inputs.items() if isinstance(inputs, dict) else ():
        declared = action.inputs.get(name.removesuffix(SUFFIX))
        if declared is None or not isinstance(value, str):
            continue
        is_path = name != declared.name
        problem = _type_problem(declared, value, types) if is_path else _problem(declared, value)
        if problem and declared.name == "payload" and value.lstrip()[:1] not in _JSON_BEGINS:
            message = "is text and no JSON, which AWS's page asks for. A Lambda function cannot read it."
            findings.warning((*path, "inputs", name), message, "G216")
        elif problem:
            findings.error((*path, "inputs", name), problem)


def _type_problem(declared: Input, value: str, types: Mapping[str, str]) -> str:
    """Lists are lists and texts are texts; what a text says is left to the run."""
    kind = types.get(value.removeprefix("$.parameters.")) if value.startswith("$.parameters.") else None
    if kind is None:
        return ""
    if declared.kind == "texts" and kind != "stringList":
        return f"{declared.name} is a list, and the parameter is of type {kind}. Declare it as stringList."
    if declared.kind in ("text", "json", "boolean", "integer") and kind == "stringList":
        return f"{declared.name} is one value, and the parameter is of type stringList. Declare it as string."
    if declared.kind in ("lists", "entries", "mapping", "some", "images"):
        return f"{declared.name} is no text, and a parameter of type {kind} cannot be it. Write it out."
    return ""


def _problem(declared: Input, value: str) -> str:
    if value.startswith("$."):
        return ""
    if declared.kind == "json":
        return _json_problem(value)
    if BRACED.search(value):
        return ""
    if declared.name == "instanceId" and not value.startswith("i-"):
        return f"{shown(value)} is no instance; write `instanceId.$: $.stepOutputs.STEP.instanceId`."
    if declared.name == "imageIdOverride" and not value.startswith("ami-"):
        return f"{shown(value)} is not allowed; the id of an AMI is."
    if declared.name == "snsTopicArn" and not _TOPIC.match(value):
        return f"{shown(value)} is not allowed; the ARN of a topic is, or a parameter such as $.parameters.topic."
    if declared.name == "stateMachineArn" and not _MACHINE.match(value):
        return f"{shown(value)} is not allowed; the ARN of a state machine is."
    return ""


def _json_problem(value: str) -> str:
    size = len(value.encode("utf-8", "surrogatepass"))
    if size > MAX_JSON:
        return f"has {size} bytes; AWS takes {MAX_JSON}."
    try:
        json.loads(BRACED.sub("0", value))
    except (ValueError, RecursionError) as error:
        return f"is no JSON: {str(error).rstrip('.')}. Put it in double braces where it is a variable."
    return ""
