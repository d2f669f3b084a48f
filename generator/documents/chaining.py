"""References of a component document: each must name something that is there when it is read.

https://docs.aws.amazon.com/imagebuilder/latest/userguide/toe-use-documents.html#document-chaining
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from generator.documents.actions import ACTIONS
from generator.documents.built_in import problems_in
from generator.documents.findings import Findings
from generator.documents.loops import loop_name
from generator.documents.steps import Step
from generator.documents.variables import Chain, Reference, references_in
from generator.source.report import did_you_mean, quoted
from generator.source.yaml import Path

STAGES: Mapping[str, str] = {"build": "build", "validate": "build", "test": "test", "container-host-test": "test"}
LOOP_FIELDS = ("index", "value")


def check_references(steps: tuple[Step, ...], names: Collection[str], findings: Findings) -> None:
    """Report every reference of the steps that leads nowhere."""
    checker = _References(steps, names, findings)
    for position, step in enumerate(steps):
        for key in ("inputs", "if", "loop"):
            for text, path in _texts(step.data.get(key), (*step.path, key)):
                for reference in references_in(text):
                    checker.check(reference, position, key, path)
                for token, message in problems_in(text, names):
                    findings.error_in_text(path, token, 0, message)


def _texts(value: object, path: Path) -> Iterator[tuple[str, Path]]:
    if isinstance(value, str):
        yield value, path
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _texts(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _texts(each, (*path, index))


@dataclass(frozen=True)
class _References:
    steps: tuple[Step, ...]
    names: Collection[str]
    findings: Findings

    def check(self, reference: Reference, position: int, key: str, path: Path) -> None:
        head, _, rest = reference.text.partition(".")
        step = self.steps[position]
        loop = loop_name(step.data["loop"]) if "loop" in step.data else None
        if reference.chain is not None:
            self._check_chain(reference, reference.chain, position, key, path)
        elif not rest:
            if reference.text not in self.names:
                self._error(reference, path, _undeclared(reference.text, self.names))
        elif head in ("loop", loop) and rest not in LOOP_FIELDS:
            hint = did_you_mean(rest, LOOP_FIELDS)
            self._error(reference, path, f"a loop has no {rest}; it has index and value.{hint}")
        elif head == "loop" and loop is None:
            self._error(reference, path, "the step has no loop. Give it one, or remove the reference.")
        elif loop is not None and head not in ("loop", loop) and rest in LOOP_FIELDS:
            if hint := did_you_mean(head, (loop, "loop")):
                self._error(reference, path, f"the step has no loop {head}.{hint}")
        elif self._names_step(head, rest.partition(".")[0]):
            message = f"a step has inputs and outputs, as in {head}.{rest.partition('.')[0]}.outputs.stdout."
            self._error(reference, path, message)

    def _names_step(self, phase: str, name: str) -> bool:
        return any((each.phase, each.name) == (phase, name) for each in self.steps)

    def _check_chain(self, reference: Reference, chain: Chain, position: int, key: str, path: Path) -> None:
        step = self.steps[position]
        if key == "loop" and path[-2:-1] == ("for",):
            self._error(reference, path, "a counting loop takes no reference to a step. Write the number.")
            return
        phases = list(dict.fromkeys(each.phase for each in self.steps))
        if chain.phase not in phases:
            hint = did_you_mean(chain.phase, phases)
            self._error(
                reference, path, f"the document has no phase {chain.phase}; it has {quoted(phases, 'and')}.{hint}"
            )
            return
        if STAGES.get(chain.phase) != STAGES.get(step.phase):
            elsewhere = "runs in another stage, on another instance"
            there = elsewhere if chain.phase in STAGES else "Image Builder does not run"
            message = (
                f"reads from the phase {chain.phase}, which {there}. "
                "Write it to a file of the image, or repeat the step."
            )
            self._error(reference, path, message)
            return
        beside = [each.name for each in self.steps if each.phase == chain.phase]
        target = next((each for each in self.steps if (each.phase, each.name) == (chain.phase, chain.step)), None)
        if target is None:
            hint = did_you_mean(chain.step, beside)
            self._error(reference, path, f"the phase {chain.phase} has no step {chain.step}.{hint}")
        elif target is step and chain.is_output:
            self._error(reference, path, "a step cannot read what it gives itself; it reads of earlier ones only.")
        elif self.steps.index(target) > position:
            self._error(reference, path, f"the step {chain.step} runs later; a step reads of earlier ones only.")
        else:
            self._check_member(reference, chain, target, path)

    def _check_member(self, reference: Reference, chain: Chain, target: Step, path: Path) -> None:
        action = ACTIONS.get(target.action)
        if action is None:
            return
        if chain.is_output:
            if action.outputs and chain.name and chain.name not in action.outputs:
                hint = did_you_mean(chain.name, action.outputs)
                message = f"{action.name} gives no {chain.name}; it gives {quoted(action.outputs, 'and')}.{hint}"
                self._error(reference, path, message)
            elif chain.index:
                self._check_output_index(reference, chain.index, target, path)
            return
        inputs = target.data.get("inputs")
        if isinstance(inputs, list):
            if chain.index is None and len(inputs) > 1:
                self._error(reference, path, f"{target.name} has {len(inputs)} inputs. Say which one: inputs[0].")
                return
            index = chain.index or 0
            if index >= len(inputs):
                self._error(reference, path, f"{target.name} has {len(inputs)} inputs, counted from 0.")
                return
            inputs = inputs[index]
        if isinstance(inputs, dict) and chain.name and chain.name not in inputs:
            hint = did_you_mean(chain.name, inputs)
            self._error(reference, path, f"{target.name} has no input {chain.name}.{hint}")

    def _check_output_index(self, reference: Reference, index: int, target: Step, path: Path) -> None:
        """An action gives one output for each of its inputs: where those are one mapping, the first alone."""
        inputs = target.data.get("inputs")
        count = len(inputs) if isinstance(inputs, list) else 1
        if "loop" not in target.data and index >= count:
            self._error(reference, path, f"{target.name} has {count} output{'s' * (count != 1)}, counted from 0.")

    def _error(self, reference: Reference, path: Path, message: str) -> None:
        self.findings.error_in_text(path, reference.token, reference.nth, f"{reference.token}: {message}")


def _undeclared(name: str, names: Collection[str]) -> str:
    hint = did_you_mean(name, names)
    if hint:
        return f"there is no such parameter or constant.{hint}"
    return (
        "there is no such parameter or constant, and AWSTOE takes double braces for one. Declare it under parameters."
    )
