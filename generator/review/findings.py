"""What rules find in a whole plan, where that is: in the worker of its root."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.review.model import Risk
from generator.review.rules import RULES
from generator.review.subjects import Place, scene_of


def findings_of(document: Mapping[str, Any], place: Place) -> tuple[Risk, ...]:
    """The risks in a plan as `show -json` gives it. They hold no value that is sensitive; none is allowed yet."""
    scene = scene_of(document, place)
    return tuple(
        risk
        for rule in RULES.values()
        if rule.find
        for risk in dict.fromkeys(rule.risk(place.root, finding) for finding in rule.find(scene))
    )
