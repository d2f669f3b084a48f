"""The loop of a step: `for`, and `forEach` over a list or over words in a text.

https://docs.aws.amazon.com/imagebuilder/latest/userguide/toe-looping-constructs.html
"""

from __future__ import annotations

from generator.documents.findings import Findings
from generator.documents.variables import is_reference
from generator.source.report import did_you_mean, quoted, shown
from generator.source.yaml import Path

KEYS = ("name", "for", "forEach")
COUNTER = ("start", "end", "updateBy")
DELIMITERS = (".", ",", ";", ":", "\n", "\t", " ", "-", "_")


def loop_name(written: object) -> str:
    """What the loop is called in references: `loop` unless it has a name."""
    name = written.get("name") if isinstance(written, dict) else None
    return name if isinstance(name, str) and name else "loop"


def check_loop(written: object, path: Path, names: set[str], findings: Findings) -> None:
    """Report what is wrong with a loop; `names` are those of its phase so far, of which each is for one loop only."""
    if not isinstance(written, dict):
        findings.error(path, "must be a mapping with `for` or `forEach`.")
        return
    if (name := written.get("name")) and isinstance(name, str):
        if name in names:
            message = f"the loop {name} stands twice in its phase; loops have names of their own."
            findings.error((*path, "name"), message)
        names.add(name)
    for key in written:
        if key not in KEYS:
            hint = did_you_mean(key, KEYS)
            findings.error((*path, key), f"there is no such key; allowed are {quoted(KEYS)}.{hint}", at_key=True)
    kinds = [key for key in ("for", "forEach") if key in written]
    if len(kinds) != 1:
        findings.error(path, f"has {len(kinds)} of for and forEach; exactly one is needed.")
        return
    if kinds == ["for"]:
        _check_for(written["for"], (*path, "for"), findings)
    else:
        _check_for_each(written["forEach"], (*path, "forEach"), findings)


def _check_for(written: object, path: Path, findings: Findings) -> None:
    if not isinstance(written, dict):
        findings.error(path, "must be a mapping with start, end and updateBy.")
        return
    for key in written:
        if key not in COUNTER:
            hint = did_you_mean(key, COUNTER)
            findings.error((*path, key), f"there is no such key; allowed are {quoted(COUNTER)}.{hint}", at_key=True)
    for key in COUNTER:
        value = written.get(key)
        if key not in written:
            findings.error(path, f"has no {key}. Add it.")
        elif (not isinstance(value, int) or isinstance(value, bool)) and not is_reference(value):
            findings.error((*path, key), f"{shown(value)} is not allowed; a whole number is.")
    _check_direction(written, path, findings)


def _check_direction(written: dict[str, object], path: Path, findings: Findings) -> None:
    start, end, step = (written.get(key) for key in COUNTER)
    if step == 0:
        findings.error((*path, "updateBy"), "0 is not allowed; the loop would never end.")
    elif isinstance(start, int) and isinstance(end, int) and isinstance(step, int) and (end - start) * step < 0:
        message = f"the loop from {start} to {end} never runs in steps of {step}. Turn the sign of updateBy."
        findings.error((*path, "updateBy"), message)


def _check_for_each(written: object, path: Path, findings: Findings) -> None:
    if isinstance(written, list):
        if not written:
            findings.error(path, "is empty; the loop would never run.")
        for index, each in enumerate(written):
            if isinstance(each, dict | list):
                findings.error((*path, index), "must be text.")
        return
    if not isinstance(written, dict):
        findings.error(path, "must be a list of texts, or a mapping with list and delimiter.")
        return
    for key in written:
        if key not in ("list", "delimiter"):
            hint = did_you_mean(key, ("list", "delimiter"))
            findings.error((*path, key), f"there is no such key; allowed are list and delimiter.{hint}", at_key=True)
    if not isinstance(written.get("list"), str):
        findings.error((*path, "list"), "must be text, whose parts the delimiter divides.")
    delimiter = written.get("delimiter", ",")
    if delimiter not in DELIMITERS and not is_reference(delimiter):
        allowed = ", ".join(repr(each) for each in DELIMITERS)
        findings.error((*path, "delimiter"), f"{shown(delimiter)} is not allowed; allowed are {allowed}.")
