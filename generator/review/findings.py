"""What rules find in a whole plan, where that is: in the worker of its root."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from generator.review.model import Risk
from generator.review.rules import RULES
from generator.review.subjects import Place, scene_of
from generator.terraform.secrets import Secrets


def findings_of(document: Mapping[str, Any], place: Place) -> tuple[Risk, ...]:
    """The risks in a plan as `show -json` gives it. They hold no value that is sensitive; none is allowed yet."""
    scene, secrets = scene_of(document, place), Secrets(document)
    found = (rule.risk(place.root, finding) for rule in RULES.values() if rule.find for finding in rule.find(scene))
    # A value that is sensitive in one place may stand in another without a mark.
    return tuple(dict.fromkeys(replace(risk, message=secrets.hidden_in(risk.message)) for risk in found))
