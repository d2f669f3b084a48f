"""What drifted in a fleet, in the groups of a review: who should look at each, and what puts it right."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from generator.render import hcl
from generator.review.model import Group, Planned, PlannedRoot, Review
from generator.review.review import review_of
from generator.review.summary import counted
from generator.spec.model import Environment, Spec

OWNER = "Owner"  # the tag of the spec that says whose a thing is
WORDS = {"update": "changed", "delete": "gone"}
# Modules that belong to one image: pipeline_web, recipe_web_1_0_0. Components and workflows are for any.
_SHARED = ("component_", "workflow_")


@dataclass(frozen=True)
class Owner:
    """Whose a part of a group's drift is."""

    environment: str
    owner: str  # the tag Owner of the image, else of its environment, else of the organization; empty: nobody's
    image: str = ""  # of the spec; empty where it is of no single image


@dataclass(frozen=True)
class DriftGroup:
    """Roots that drifted alike."""

    group: Group
    owners: tuple[Owner, ...]
    command: str  # sets back what the spec says, in a shell

    @property
    def counts(self) -> Mapping[str, int]:
        """Of one root of it: changed, gone, outputs."""
        return _counts([self.group.roots[0]])


@dataclass(frozen=True)
class Drifted:
    review: Review
    groups: tuple[DriftGroup, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """Of all roots together: changed, gone, outputs."""
        return _counts(self.review.changed)


def drifted_of(planned: Planned, spec: Spec) -> Drifted:
    """The groups of what was found, with their owners by the spec."""
    review = review_of(planned)
    groups = (DriftGroup(group, owners_of(group, spec), _command(group)) for group in review.groups)
    return Drifted(review, tuple(groups))


def owners_of(group: Group, spec: Spec) -> tuple[Owner, ...]:
    """Each owner once, environments in the order of the group."""
    found = (
        _owner(name, image, spec)
        for name in group.environments
        for image in _images_of([root for root in group.roots if root.environment == name], spec.environments.get(name))
    )
    return tuple(dict.fromkeys(found))


def verdict(drifted: Drifted) -> str:
    """One line: `2 of 40 roots drifted: 3 changed, 1 gone`."""
    review = drifted.review
    looked = counted(len(review.planned.roots) - len(review.failed), "root")
    failed = f"{counted(len(review.failed), 'root')} could not be looked at. " if review.failed else ""
    if not review.changed:
        return f"{failed}No drift in {looked}"
    return f"{failed}{len(review.changed):,} of {looked} drifted: {in_words(drifted.counts)}"


def in_words(counts: Mapping[str, int]) -> str:
    """`3 changed, 1 gone`."""
    told = [f"{number:,} {name}" for name, number in counts.items() if number and name != "outputs"]
    return ", ".join(told) or "outputs alone"


def who(owner: Owner) -> str:
    """`platform (image web of prod)`."""
    what = f"image {owner.image} of {owner.environment}" if owner.image else owner.environment
    return f"{owner.owner or 'nobody is named'} ({what})"


def _counts(roots: Iterable[PlannedRoot]) -> Mapping[str, int]:
    plans = [root.plan for root in roots if root.plan is not None]
    actions = Counter(WORDS.get(change.action, "changed") for plan in plans for change in plan.changes)
    return {
        "changed": actions["changed"],
        "gone": actions["gone"],
        "outputs": sum(len(p.output_changes) for p in plans),
    }


def _command(group: Group) -> str:
    """For the one root, or for the environments of them all; what has not drifted is left as it is."""
    if len(group.roots) > 1:
        return shlex.join(["goldsmith", "apply", *group.environments])
    root = group.roots[0]
    return shlex.join(["goldsmith", "apply", root.environment, "--account", root.account, "--region", root.region])


def _owner(environment: str, image: str, spec: Spec) -> Owner:
    known = spec.environments.get(environment)
    tags = dict(spec.organization.tags) | dict(known.tags if known else {})
    for each in known.images if known else ():
        tags |= each.tags if each.name == image else {}
    return Owner(environment, tags.get(OWNER, ""), image)


def _images_of(roots: Iterable[PlannedRoot], environment: Environment | None) -> Iterator[str]:
    """The images whose modules have the drift; empty for what belongs to no single one."""
    labels = {hcl.label(image.name): image.name for image in environment.images} if environment else {}
    changes = [change for root in roots if root.plan for change in root.plan.changes]
    yield from dict.fromkeys(_image_of(change.address, labels) for change in changes)
    if not changes:
        yield ""


def _image_of(address: str, labels: Mapping[str, str]) -> str:
    """The longest name that ends a module's, before its version: `big-web` of recipe_big_web_1_0_0, and not `web`."""
    module = re.match(r"module\.([a-z0-9_]+)", address)
    if module is None or module[1].startswith(_SHARED):
        return ""
    name = re.sub(r"(?:_\d+){3}$", "", module[1])
    found = [label for label in labels if name.endswith(f"_{label}")]
    return labels[max(found, key=len)] if found else ""
