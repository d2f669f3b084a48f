"""What a plan would do, as typed values that hold no secret. generator/terraform/changes.py reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from generator.terraform.values import AttributeChange

Action = Literal["create", "update", "replace", "delete", "forget", "import", "move"]


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
    provider: str = ""  # registry.terraform.io/hashicorp/aws
    id: str | None = None  # of the object that is there: which one is changed; None where it is yet to be made

    @property
    def action(self) -> str:
        """`replace` where Terraform deletes (or forgets) and creates, else its one action."""
        if len(self.actions) > 1:
            return "replace"
        return self.actions[0] if self.actions else "no-op"

    def as_dict(self) -> dict[str, Any]:
        """What `--json` writes of it."""
        optional = {
            "reason": self.reason,
            "deposed": self.deposed,
            "previous_address": self.previous_address,
            "imported_id": self.imported_id,
        }
        return {
            "address": self.address,
            "action": self.action,
            "actions": list(self.actions),
            "replace_paths": list(self.replace_paths),
            **{name: value for name, value in optional.items() if value is not None},
            "attributes": [attribute.as_dict() for attribute in self.attributes],
        }


@dataclass(frozen=True)
class OutputChange:
    name: str
    action: str  # create, update, delete
    attributes: tuple[AttributeChange, ...] = ()  # what differs, by path; its name is the path's first step

    def as_dict(self) -> dict[str, Any]:
        """What `--json` writes of it."""
        attributes = [attribute.as_dict() for attribute in self.attributes]
        return {"name": self.name, "action": self.action, "attributes": attributes}


@dataclass(frozen=True)
class CheckResult:
    """A condition of the configuration that does not hold, or of which nothing is known before apply."""

    address: str  # check.bucket_is_private, aws_s3_bucket.this, output.name, var.name
    status: Literal["fail", "error", "unknown"]
    messages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A complete plan of one root. A failed or incomplete one never becomes a Plan."""

    root: str  # prod/web-prod/us-east-1
    changes: tuple[ResourceChange, ...] = ()
    output_changes: tuple[OutputChange, ...] = ()
    seconds: float = 0.0
    drift: tuple[
        ResourceChange, ...
    ] = ()  # what others changed since the last apply, where this plan has to do with it
    checks: tuple[CheckResult, ...] = ()  # those that do not pass
    terraform: str = ""  # the version that made it: 1.11.4
    hidden: str = ""  # a keyed hash over all that is sensitive in the changes; empty where nothing is
    refresh_only: bool = False  # its changes are what others did, from what the state holds to what is there

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the outputs that change."""
        return tuple(output.name for output in self.output_changes)

    @property
    def is_empty(self) -> bool:
        return not self.changes and not self.output_changes

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
        """What `--json` writes of it; a sensitive value is told to be there, and not written."""
        return {
            "root": self.root,
            "seconds": round(self.seconds, 2),
            **self.counts,
            "changes": [change.as_dict() for change in self.changes],
            "outputs": list(self.outputs),
            "output_changes": [output.as_dict() for output in self.output_changes],
            "drift": [change.as_dict() for change in self.drift],
            "checks": [
                {"address": check.address, "status": check.status, "messages": list(check.messages)}
                for check in self.checks
            ],
        }
