"""An old version of a component, recipe or workflow that goes.

What: the plan deletes a version that nothing of the spec uses any more.
Why: it is what happens whenever a new version takes over and `keep` has no room for the old one. To go back to it, it
must be made again.
Bad:
    keep: 0  # and yesterday's version is wanted back
Good:
    keep: 2
Source: https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_DeleteComponent.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.rule import Finding, RiskRule
from generator.review.rules.r101_replaced_version import TYPES
from generator.review.subjects import Scene, word


def _find(scene: Scene) -> Iterator[Finding]:
    for subject in scene.changed_of(*TYPES):
        if subject.what == "delete" and not subject.deposed:
            what = f"{TYPES[subject.type]} {word(subject.before, 'name')} {word(subject.before, 'version')}"
            yield Finding(subject.address, f"{what.strip()} is deleted.")


RULE = RiskRule("R108", "version-retired", "note", __doc__, _find)
