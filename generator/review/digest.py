"""The digest of what a plan means: the same for the same plan, wherever and whenever it is made, and by whichever role.

It is a function of a PlannedRoot alone, so whoever reads a planned file can compute it again: what is shown is what is
hashed. Why it is made so: docs/decisions/0014-digest.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from generator.errors import ReviewError
from generator.review.model import PlannedRoot
from generator.terraform.plans import Plan, ResourceChange

SHOWN = 12  # characters of a digest that are shown, and the fewest that name one

# What AWS moves by itself while nobody changes anything: it is no part of what a deletion or a replacement means.
# https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_ImagePipeline.html
VOLATILE = {
    "aws_imagebuilder_image_pipeline": frozenset({"date_last_run", "date_next_run"}),
    "aws_launch_template": frozenset({"latest_version"}),
}


def root_digest(root: PlannedRoot) -> str:
    """64 hexadecimal characters; empty for a root that has no plan."""
    if root.plan is None:
        return ""
    bound = {
        "account_id": root.account_id,
        "region": root.region,
        "state_key": root.state_key,
        "lock": root.lock,
        "rendered": root.rendered,
        "removed": root.removed,
    }
    return _hash("goldsmith root 1", {**bound, "plan": _meaning(root.plan)})


def fleet_digest(roots: Iterable[PlannedRoot]) -> str:
    """One digest over those of all roots, in whatever order; empty where a root failed: that is not to be approved."""
    digests = {root.state_key: root.digest for root in roots}
    if not all(digests.values()):
        return ""
    return _hash("goldsmith fleet 1", digests)


def short(digest: str) -> str:
    """As people see it."""
    return digest[:SHOWN]


def is_named_by(digest: str, given: str) -> bool:
    """Whether what a person gave is this digest, or its beginning. Raises ReviewError for what can name none."""
    if len(given) < SHOWN or set(given.lower()) - set("0123456789abcdef"):
        raise ReviewError(
            f"{given!r}: is no digest; a digest is hexadecimal, and at least its first {SHOWN} characters are needed. "
            "The review of the plan shows it."
        )
    return bool(digest) and digest.startswith(given.lower())


def _meaning(plan: Plan) -> Mapping[str, Any]:
    """All that a plan would do, and whether its conditions hold; not how long it took, nor what others did before."""
    told = plan.as_dict()
    return {
        "terraform": plan.terraform,
        "hidden": plan.hidden,
        "changes": [_change(change) for change in plan.changes],
        "outputs": told["output_changes"],
        "checks": told["checks"],
        **({"refresh_only": True} if plan.refresh_only else {}),  # never the digest of what would be applied
    }


def _change(change: ResourceChange) -> Mapping[str, Any]:
    volatile = VOLATILE.get(change.type, frozenset())
    kept = [attribute.as_dict() for attribute in change.attributes if attribute.path not in volatile]
    return {
        **change.as_dict(),
        "attributes": kept,
        "id": change.id,
        "provider": change.provider,
        "type": change.type,
    }


def _hash(kind: str, content: Any) -> str:
    """`kind` keeps the digests of different things apart."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(f"{kind}\n{text}".encode()).hexdigest()
