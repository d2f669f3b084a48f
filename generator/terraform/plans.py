"""What a plan would do, as typed values: read from Terraform's JSON, never from its text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from generator.errors import TerraformError
from generator.terraform.adapter import Result
from generator.terraform.values import AttributeChange

Action = Literal["create", "update", "replace", "delete", "read", "forget", "import", "move"]


@dataclass(frozen=True)
class ResourceChange:
    address: str
    type: str  # aws_imagebuilder_component
    actions: tuple[str, ...]  # as Terraform has them: ("create", "delete") replaces, the new one first
    replace_paths: tuple[str, ...] = ()  # attributes that force the replacement: "version"
    reason: str | None = None  # replace_because_cannot_update
    deposed: str | None = None  # the key of an object that an earlier replacement left behind
    attributes: tuple[AttributeChange, ...] = ()  # what differs, by path
    previous_address: str | None = None  # where it was moved from
    imported_id: str | None = None

    @property
    def action(self) -> str:
        """`replace` where Terraform deletes and creates, else its one action."""
        if set(self.actions) == {"create", "delete"}:
            return "replace"
        return self.actions[0] if self.actions else "no-op"


@dataclass(frozen=True)
class Plan:
    """A complete plan of one root. A failed or incomplete one never becomes a Plan."""

    root: str  # prod/web-prod/us-east-1
    changes: tuple[ResourceChange, ...] = ()
    outputs: tuple[str, ...] = ()  # names of the outputs that change
    seconds: float = 0.0
    document: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)  # show -json; has secrets

    @property
    def is_empty(self) -> bool:
        return not self.changes and not self.outputs

    @property
    def counts(self) -> dict[str, int]:
        """How many resources are to `add`, `change`, `replace` and `destroy`; a replacement counts once."""
        names = {"create": "add", "update": "change", "replace": "replace", "delete": "destroy"}
        counts = dict.fromkeys(names.values(), 0)
        for change in self.changes:
            if change.action in names:
                counts[names[change.action]] += 1
        return counts

    def as_dict(self) -> dict[str, Any]:
        """What `--json` writes of it: addresses and actions, and no value of any attribute."""
        return {
            "root": self.root,
            "seconds": round(self.seconds, 2),
            **self.counts,
            "changes": [
                {
                    "address": change.address,
                    "action": change.action,
                    "actions": list(change.actions),
                    "replace_paths": list(change.replace_paths),
                }
                for change in self.changes
            ],
            "outputs": list(self.outputs),
        }


def empty_plan(root: str, result: Result) -> Plan:
    """The plan of a root in which `plan` found nothing to do. Raises TerraformError unless it says so."""
    summaries = [event for event in result.events if event.get("type") == "change_summary"]
    if not summaries or any(diagnostic.get("severity") == "error" for diagnostic in result.diagnostics):
        raise TerraformError(f"{root}: Terraform ended its plan without a summary; nothing can be said about it.")
    return Plan(root=root, seconds=result.seconds)


def read_plan(root: str, document: Mapping[str, Any], seconds: float) -> Plan:
    """The plan in `show -json`. Raises TerraformError unless it is complete and free of errors."""
    if document.get("errored") is not False or document.get("complete") is not True:
        raise TerraformError(
            f"{root}: the plan is not complete (complete={document.get('complete')}, "
            f"errored={document.get('errored')}); only a complete plan is shown or applied. Plan it again."
        )
    changes = [_change(item) for item in document.get("resource_changes", [])]
    acting = [change for change in changes if _acts(change.actions)]
    outputs = [name for name, change in document.get("output_changes", {}).items() if _acts(change["actions"])]
    return Plan(
        root=root,
        changes=tuple(sorted(acting, key=lambda change: (change.address, change.deposed or ""))),
        outputs=tuple(sorted(outputs)),
        seconds=seconds,
        document=document,
    )


def _change(item: Mapping[str, Any]) -> ResourceChange:
    change = item["change"]
    actions = tuple(change["actions"])
    if actions == ("no-op",) and change.get("importing"):
        actions = ("import",)
    elif actions == ("no-op",) and item.get("previous_address"):
        actions = ("move",)
    return ResourceChange(
        address=item["address"],
        type=item["type"],
        actions=actions,
        replace_paths=tuple(_path(path) for path in change.get("replace_paths", [])),
        reason=item.get("action_reason"),
        deposed=item.get("deposed"),
    )


def _path(steps: Sequence[str | int]) -> str:
    """`tags.Name`, `regions[0].name`."""
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return path.removeprefix(".")


def _acts(actions: Sequence[str]) -> bool:
    return tuple(actions) not in {("no-op",), ("read",)}
