"""What a plan would do, as the lines of a diff: for comment, page and terminal alike."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from generator.review.heirs import Heirs, heirs_of, inherited
from generator.review.textdiff import Kind, Line, compared, shortened
from generator.review.visible import clipped
from generator.terraform.plans import CheckResult, OutputChange, Plan, ResourceChange
from generator.terraform.values import AttributeChange, Value

VALUE_LINES = 200  # of one attribute
ADDRESS = 300  # characters

_ACTIONS = {
    "create": "is created",
    "update": "is changed in place",
    "replace": "is replaced",
    "delete": "is destroyed",
    "forget": "is forgotten by Terraform, and stays",
    "import": "is taken over as it is",
    "move": "is moved in the state",
}
_REASONS = {
    "replace_because_tainted": "since its creation failed",
    "replace_by_request": "since it was asked for",
    "replace_by_triggers": "since what triggers it changed",
    "delete_because_no_resource_config": "since the configuration has it no more",
    "delete_because_no_module": "since its module is gone",
    "delete_because_wrong_repetition": "since it is counted otherwise now",
    "delete_because_count_index": "since there are fewer of it",
    "delete_because_each_key": "since its key is gone",
    "delete_because_no_move_target": "since what it was to be moved to is gone",
}
_UNSHOWN = {"sensitive": "(sensitive)", "unknown": "(known after apply)", "absent": "(not set)"}


def lines_of(plan: Plan, limit: int) -> list[Line]:
    """The whole plan in about `limit` lines: each change has its head, and the longer ones are cut, which they say."""
    chunks = [list(lines) for lines in _chunks(plan)]
    longest = _longest([len(chunk) for chunk in chunks], limit)
    shown = [line for chunk in chunks[:limit] for line in _limited(chunk, longest)]
    more = len(chunks) - limit
    return shown if more <= 0 else [*shown, Line("note", f"… and {more:,} more changes")]


def _chunks(plan: Plan) -> Iterator[Iterator[Line]]:
    """The lines of each change, of each output, of each condition and of what was found changed."""
    if plan.refresh_only:
        yield from (_drift_lines(change) for change in plan.changes)
    else:
        heirs = heirs_of(plan.changes)
        yield from (change_lines(change, heirs) for change in plan.changes)
    yield from (_output_lines(output) for output in plan.output_changes)
    yield from (_check_lines(check) for check in plan.checks)
    yield from (_drift_lines(change) for change in plan.drift)


def _longest(sizes: Sequence[int], limit: int) -> int:
    """How long a change may be for all of them to take `limit` lines; its head is always shown."""
    if sum(sizes) <= limit:
        return max(sizes, default=1)
    lengths = range(1, max(sizes) + 1)
    return max(1, bisect_right(lengths, limit, key=lambda length: sum(min(size, length) for size in sizes)))


def _limited(lines: Sequence[Line], limit: int) -> Sequence[Line]:
    """At most so many of the lines; the last one then says how many are left out."""
    if len(lines) <= limit or limit == 1:
        return lines[:limit]
    return [*lines[: limit - 1], Line("note", f"… and {len(lines) - limit + 1:,} more lines")]


def change_lines(change: ResourceChange, heirs: Heirs) -> Iterator[Line]:
    """What becomes of one resource, then each attribute that differs; of a new version what differs from the old."""
    yield Line("head", f"{clipped(change.address, ADDRESS)} {_what_happens(change)}")
    heir = heirs.by_old.get(change.address)
    old = heirs.by_new.get(change.address)
    if heir is not None:
        yield Line("note", f"{clipped(heir.address, ADDRESS)} takes its place: what differs is shown there")
    elif old is not None:
        yield Line("note", f"compared with {clipped(old.address, ADDRESS)}, whose place it takes")
        yield from _attributes_lines(inherited(old, change))
    else:
        yield from _attributes_lines(change.attributes)


def _output_lines(output: OutputChange) -> Iterator[Line]:
    verb = {"create": "is new", "delete": "goes"}.get(output.action, "changes")
    yield Line("head", f"output {clipped(output.name, ADDRESS)} {verb}")
    yield from _attributes_lines(output.attributes)


def _drift_lines(change: ResourceChange) -> Iterator[Line]:
    found = "gone" if change.action == "delete" else "changed"
    yield Line("head", f"{clipped(change.address, ADDRESS)} is found {found} since the last apply")
    yield from _attributes_lines(change.attributes) if change.action != "delete" else ()


def _check_lines(check: CheckResult) -> Iterator[Line]:
    """A condition that does not hold, with what its author says of it."""
    verb = {"fail": "fails", "error": "cannot be evaluated"}.get(check.status, "is known after apply")
    yield Line("head", f"{clipped(check.address, ADDRESS)} {verb}")
    yield from (Line("change", shortened(line)) for message in check.messages for line in message.splitlines())


def _attributes_lines(attributes: Sequence[AttributeChange]) -> Iterator[Line]:
    """Those that say something, then the names of those that AWS will set."""
    told = [each for each in attributes if not (_says_nothing(each) or _is_said_by_tags(each, attributes))]
    later = [each for each in told if _is_noise(each)]
    for attribute in told:
        if not _is_noise(attribute):
            yield from _attribute_lines(attribute)
    if later:
        names = ", ".join(each.path for each in later[:8]) + (", …" if len(later) > 8 else "")
        yield Line("note", f"known after apply: {clipped(names, ADDRESS)}")


def _what_happens(change: ResourceChange) -> str:
    """`is replaced (the new one first), because of version`."""
    words = _ACTIONS.get(change.action, clipped(change.action, 40))
    if change.actions == ("create", "delete"):
        words += " (the new one first)"
    if change.deposed:
        words += f" (left over from an earlier replacement: {clipped(change.deposed, 40)})"
    if change.previous_address:
        verb = "" if change.action == "move" else " moved"
        words += f",{verb} from {clipped(change.previous_address, ADDRESS)}"
    if change.imported_id:
        words = f"is taken over by its id {clipped(change.imported_id, ADDRESS)}" + (
            "" if change.action == "import" else f", and {words}"
        )
    if change.replace_paths:
        words += f", because of {clipped(', '.join(change.replace_paths), ADDRESS)}"
    elif change.reason in _REASONS:
        words += f", {_REASONS[change.reason]}"
    return words


def _is_noise(attribute: AttributeChange) -> bool:
    """What AWS will say once it is there: worth a name, not a line."""
    return attribute.after.kind == "unknown" and not attribute.forces_replacement


def _says_nothing(attribute: AttributeChange) -> bool:
    """An empty value that comes or goes: as if it were not there before and after."""
    return all(side.kind == "absent" or _is_empty(side) for side in (attribute.before, attribute.after))


def _is_said_by_tags(attribute: AttributeChange, others: Sequence[AttributeChange]) -> bool:
    """`tags_all` repeats what `tags` has, beside the tags that the provider adds to everything."""
    if not attribute.path.startswith("tags_all"):
        return False
    own = replace(attribute, path=f"tags{attribute.path.removeprefix('tags_all')}")
    return own in others


def _is_empty(side: Value) -> bool:
    return side.kind == "known" and side.json in ("", [], {})


def _attribute_lines(attribute: AttributeChange) -> Iterator[Line]:
    path = clipped(attribute.path, ADDRESS)
    forced = "  # forces replacement" if attribute.forces_replacement else ""
    before, after = attribute.before, attribute.after
    if before.kind == after.kind == "sensitive":
        yield Line("change", f"{path}: a sensitive value changes{forced}")
        return
    old, new = _document(before), _document(after)
    if old is None and new is None:
        yield from _one_line(path, before, after, forced)
        return
    yield Line("same", f"{path}:{forced}")
    yield from _document_lines(_as_lines(before, old), _as_lines(after, new))
    yield from _long_lines(before, "remove")
    yield from _long_lines(after, "add")


def _one_line(path: str, before: Value, after: Value, forced: str) -> Iterator[Line]:
    old, new = _written(before), _written(after)
    if before.kind != "absent":
        yield Line("remove", f"{path} = {shortened(old, new)}{forced if after.kind == 'absent' else ''}")
    if after.kind != "absent":
        yield Line("add", f"{path} = {shortened(new, old)}{forced}")


def _long_lines(value: Value, sign: Kind) -> Iterator[Line]:
    """A long text is kept by its beginning and its hash: the whole of it is in no plan that is reviewed."""
    if value.size:
        yield Line(sign, f"  ({value.size:,} characters in all, sha256 {value.sha256[:16]})")


def _document_lines(before: Sequence[str], after: Sequence[str]) -> Sequence[Line]:
    return _limited([Line(each.kind, f"  {each.text}") for each in compared(before, after)], VALUE_LINES)


def _as_lines(value: Value, document: list[str] | None) -> list[str]:
    if document is not None:
        return document
    return [] if value.kind == "absent" else [_written(value)]


def _document(value: Value) -> list[str] | None:
    """The lines of a text of several lines, or of JSON in a string or as it is; None for anything else."""
    if value.kind != "known":
        return None
    if value.size:
        return str(value.json).splitlines()
    if isinstance(value.json, dict | list) and value.json:
        return _pretty(value.json)
    if not isinstance(value.json, str):
        return None
    if value.json[:1] in ("{", "["):
        found = _parsed(value.json)
        if isinstance(found, dict | list) and found:
            return _pretty(found)
    return value.json.splitlines() if "\n" in value.json.strip("\n") else None


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _pretty(document: object) -> list[str]:
    return json.dumps(document, indent=2, ensure_ascii=False).split("\n")


def _written(value: Value) -> str:
    return json.dumps(value.json, ensure_ascii=False) if value.kind == "known" else _UNSHOWN[value.kind]
