"""A lifecycle policy that disables or deletes more images than before.

What: a lifecycle policy that disables or deletes comes on, or does so sooner, keeps fewer, or leaves less alone.
Why: it looks at all images that there are, so a rule that is new or shorter reaches years of them on its first day. A
deleted AMI does not come back, and launch templates that name it fail from then on.
Bad:
    lifecycle: {delete: 30 days}  # it was 365
Good:
    lifecycle: {delete: {after: 90 days, keep: 5, exclude: {last_launched: 30 days}}}
Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/manage-image-lifecycles.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from generator.review.rule import Finding, RiskRule
from generator.review.subjects import NOTHING, Scene, Tree, blocks, items

DAYS = {"DAYS": 1, "WEEKS": 7, "MONTHS": 30, "YEARS": 365}


@dataclass(frozen=True)
class _Rule:
    """What happens to images: by their age in days, or by how many there are."""

    days: int | None
    count: int | None
    kept: int
    left_alone: frozenset[str]  # what is excluded, each as a text


def _find(scene: Scene) -> Iterator[Finding]:
    for subject in scene.changed_of("aws_imagebuilder_lifecycle_policy"):
        before, after = _rules(subject.before), _rules(subject.after)
        found = [_difference(action, before.get(action), rule) for action, rule in sorted(after.items())]
        if any(found):
            yield Finding(subject.address, f"{'; '.join(filter(None, found))}.")


def _rules(tree: Tree) -> dict[str, _Rule]:
    """What disables or deletes, by action; nothing where the policy is off or what it says is not known."""
    if tree.get("status") != "ENABLED":
        return {}
    return {
        action: _rule(detail)
        for detail in blocks(tree, "policy_detail")
        for action in items(detail, "action", "type")
        if action in ("DELETE", "DISABLE")
    }


def _rule(detail: Tree) -> _Rule:
    which = next(blocks(detail, "filter"), NOTHING)
    value = which.get("value") if isinstance(which.get("value"), int) else None
    by_age = which.get("type") == "AGE"
    kept = which.get("retain_at_least")
    return _Rule(
        days=value * DAYS.get(str(which.get("unit")), 1) if by_age and value is not None else None,
        count=None if by_age else value,
        kept=kept if isinstance(kept, int) else 0,
        left_alone=frozenset(_leaves("", detail.get("exclusion_rules"))),
    )


def _leaves(path: str, tree: object) -> Iterator[str]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from _leaves(f"{path}.{key}", value)
    elif isinstance(tree, list):
        for each in tree:
            yield from _leaves(path, each)
    elif tree not in (None, False, ""):
        yield f"{path} {tree}"


def _difference(action: str, before: _Rule | None, after: _Rule) -> str:
    """In words, empty where no more goes than before."""
    verb = f"{action.lower()}s images"
    if before is None:
        return f"{verb} {_when(after)}, which nothing did before"
    shorter = _is_less(after.days, before.days) or _is_less(after.count, before.count) or _unit(after) != _unit(before)
    if shorter:
        return f"{verb} {_when(after)}, not {_when(before)}"
    if after.kept < before.kept:
        return f"{verb} down to {after.kept}, not {before.kept}"
    if before.left_alone - after.left_alone:
        return f"{verb} that it left alone"
    return ""


def _unit(rule: _Rule) -> bool:
    return rule.days is None


def _is_less(after: int | None, before: int | None) -> bool:
    return after is not None and before is not None and after < before


def _when(rule: _Rule) -> str:
    if rule.days is not None:
        return f"older than {rule.days} days"
    return f"beyond {rule.count}" if rule.count is not None else "of an age that is not known yet"


RULE = RiskRule("R601", "lifecycle-deletes-more", "warn", __doc__, _find)
