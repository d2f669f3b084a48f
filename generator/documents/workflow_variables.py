"""Paths to values that are known when a step runs only: each must lead to something that is there then.

https://docs.aws.amazon.com/imagebuilder/latest/userguide/wfdoc-dynamic-vars.html: the name of an input that holds a
path ends in `.$`; inside of a text a path stands between double braces.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from generator.documents.findings import Findings
from generator.documents.workflow_actions import ACTIONS
from generator.source.report import did_you_mean, quoted, shown
from generator.source.yaml import Path

SUFFIX = ".$"
BRACED = re.compile(r"\{\{\s*(?P<path>\$\.[^{}\s]+)\s*\}\}")
ROOTS = ("parameters", "stepOutputs", "workflowOutputs", "imagebuilder")
SYSTEM = (
    "cloudWatchLogGroup", "cloudWatchLogStream", "collectImageMetadata", "collectImageScanFindings", "dateTime",
    "imageBuildNumber", "imageId", "imageName", "imageType", "imageVersionNumber", "instanceProfileName", "platform",
    "s3Logs", "securityGroups", "sourceImageARN", "subnetId", "terminateInstanceOnFailure", "workflowPhase",
    "workingDirectory",
)  # fmt: skip
_PATH = re.compile(r"\$\.(?P<root>[A-Za-z]+)(?P<rest>(\.[A-Za-z0-9_-]+|\[[0-9]+\])*)\Z")
_NODE = re.compile(r"\.([A-Za-z0-9_-]+)")


@dataclass(frozen=True)
class Known:
    """What paths can lead to: parameters, and steps in their order, each with its action."""

    parameters: Collection[str]
    steps: tuple[tuple[str, str], ...]

    @property
    def actions(self) -> Mapping[str, str]:
        return dict(self.steps)


def check_paths(value: object, path: Path, position: int, known: Known, findings: Findings) -> None:
    """Report each path that leads nowhere, in a part of the step at `position`; outputs come after the last one."""
    if isinstance(value, dict):
        for key, each in value.items():
            check_paths(each, (*path, key), position, known, findings)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            check_paths(each, (*path, index), position, known, findings)
    elif isinstance(value, str) or _is_suffixed(path):
        _check_text(str(value), path, position, known, findings)


def _is_suffixed(path: Path) -> bool:
    return bool(path) and str(path[-1]).endswith(SUFFIX)


def _check_text(text: str, path: Path, position: int, known: Known, findings: Findings) -> None:
    checker = _Paths(position, known, findings)
    for target, token, nth in _braced(text):
        for problem in checker.problems(target):
            findings.error_in_text(path, token, nth, f"{token}: {problem}")
    if BRACED.search(text):
        return
    if text.startswith("$."):
        for problem in checker.problems(text):
            findings.error(path, problem)
        if _is_literal(path):
            message = f"stands there as text. Write `{path[-1]}{SUFFIX}: {text}` for the value it leads to."
            findings.warning(path, message, "G212")
    elif _is_suffixed(path) and not text.startswith("i-"):  # AWS's own examples have ids of instances there
        name = str(path[-1]).removesuffix(SUFFIX)
        message = f"{shown(text)} is no path, which begins with `$.`. Write `{name}:` for a value as it stands."
        findings.error(path, message)


def _is_literal(path: Path) -> bool:
    """Whether a path as the whole of a value is not read as one: in inputs without `.$`, and in no condition."""
    return path[2:3] == ("inputs",) and not any(_is_suffixed(path[: end + 1]) for end in range(len(path)))


def _braced(text: str) -> Iterator[tuple[str, str, int]]:
    """Each path between double braces, with how it stands there and which of the like it is, from 0."""
    seen: dict[str, int] = {}
    for match in BRACED.finditer(text):
        token = match.group()
        yield match["path"], token, seen.get(token, 0)
        seen[token] = seen.get(token, 0) + 1


@dataclass(frozen=True)
class _Paths:
    position: int
    known: Known
    findings: Findings

    def problems(self, text: str) -> Iterator[str]:
        match = _PATH.match(text)
        if match is None:
            yield f"{shown(text)} is no path; `$.parameters.NAME` or `$.stepOutputs.STEP.OUTPUT` is one."
            return
        root, nodes = match["root"], _NODE.findall(match["rest"])
        if root.lower() == "imagebuilder":
            yield from _system_problems(nodes)
        elif root not in ROOTS:
            yield f"there is no $.{root}; there is {quoted(ROOTS, 'and')}.{did_you_mean(root, ROOTS)}"
        elif not nodes or (root == "stepOutputs" and len(nodes) < 2):
            wanted = "$.stepOutputs.STEP.OUTPUT" if root == "stepOutputs" else f"$.{root}.NAME"
            yield f"{text} says too little; write {wanted}."
        elif root == "parameters" and nodes[0] not in self.known.parameters:
            hint = did_you_mean(nodes[0], self.known.parameters) or " Declare it under parameters."
            yield f"there is no parameter {nodes[0]}.{hint}"
        elif root == "stepOutputs":
            yield from self._step_problems(nodes[0], nodes[1])

    def _step_problems(self, step: str, output: str) -> Iterator[str]:
        names = [name for name, _ in self.known.steps]
        if step not in names:
            yield f"there is no step {step}.{did_you_mean(step, names)}"
            return
        index = names.index(step)
        if index == self.position:
            yield "a step cannot read what it gives itself; it reads of earlier ones only."
        elif index > self.position:
            yield f"the step {step} runs later; a step reads of earlier ones only."
        else:
            yield from _output_problems(self.known.steps[index][1], output)


def _output_problems(name: str, output: str) -> Iterator[str]:
    action = ACTIONS.get(name)
    if action is None or output in action.outputs:
        return
    if not action.outputs:
        yield f"{name} gives nothing."
        return
    yield f"{name} gives no {output}; it gives {quoted(action.outputs, 'and')}.{did_you_mean(output, action.outputs)}"


def _system_problems(nodes: list[str]) -> Iterator[str]:
    """AWS's own examples write these names with capitals and without."""
    if not nodes:
        yield "says too little; write $.imagebuilder.NAME."
    elif nodes[0].lower() not in [each.lower() for each in SYSTEM]:
        hint = did_you_mean(nodes[0], SYSTEM) or f" They are {', '.join(SYSTEM)}."
        yield f"Image Builder has no variable {nodes[0]}.{hint}"
