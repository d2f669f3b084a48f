"""From the plan of a root to what is kept of it: where it belongs, what it is made from, its digest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from generator.render.roots import Root
from generator.review.contents import lock_hash, rendered_hash
from generator.review.digest import root_digest
from generator.review.model import PlannedRoot, Risk
from generator.terraform.plans import Plan


def planned_root(
    root: Root, directory: Path, plan: Plan | None, failure: str = "", findings: tuple[Risk, ...] = ()
) -> PlannedRoot:
    """A root of the spec that was planned in `directory`, or that failed there."""
    return with_digest(
        PlannedRoot(
            name=root.name,
            environment=root.environment.name,
            account=root.account.name,
            account_id=root.account.id,
            region=root.region,
            kind=root.kind,
            state_key=root.state_key,
            plan=plan,
            failure="" if plan is not None else failure or "was not planned",
            build_account_id=root.environment.build.account.id,
            lock=lock_hash(directory),
            rendered=rendered_hash(directory),
            findings=findings,
        )
    )


def with_digest(root: PlannedRoot) -> PlannedRoot:
    """The root with the digest of what it holds now: after `reasons`, which do not matter, nothing may change."""
    return replace(root, digest=root_digest(root))
