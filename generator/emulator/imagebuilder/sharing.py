"""What accounts share with each other by resource policies: components, images and recipes.

https://docs.aws.amazon.com/imagebuilder/latest/userguide/manage-shared-resources.html: the owner shares through
Resource Access Manager or PutComponentPolicy; here the policy alone is known.
"""

from __future__ import annotations

import json
from typing import Literal

from generator.emulator.imagebuilder.arns import Arn, is_match, newest
from generator.emulator.imagebuilder.errors import ResourceNotFound
from generator.emulator.imagebuilder.state import Record, State
from generator.emulator.policies import Caller, Question, verdict

Kind = Literal["components", "images", "recipes", "container_recipes"]  # attributes of State
READING = {
    "components": "imagebuilder:GetComponent",
    "images": "imagebuilder:GetImage",
    "recipes": "imagebuilder:GetImageRecipe",
    "container_recipes": "imagebuilder:GetContainerRecipe",
}


def shared_with(state: State, kind: Kind) -> dict[str, Record]:
    """What other accounts share with this one in its Region, by ARN."""
    from generator.emulator.imagebuilder.models import imagebuilder_backends

    name = f"arn:{state.partition}:iam::{state.account_id}:root"
    caller = Caller(name, state.account_id, frozenset({name}))
    owners = [regions[state.region_name] for regions in imagebuilder_backends.values() if state.region_name in regions]
    return {
        arn: getattr(owner, kind)[arn]
        for owner in owners
        if owner is not state
        for arn, policy in owner.resource_policies.items()
        if arn in getattr(owner, kind) and verdict(policy, Question(READING[kind], caller, resource=arn)) == "allow"
    }


def shared(state: State, kind: Kind, arn: Arn) -> Record:
    """The newest of another account that is shared and that the ARN means. Raises ResourceNotFound."""
    known = shared_with(state, kind)
    best = newest(each for each in map(Arn.parse, known) if each and _fits(arn, each))
    if best is None:
        raise ResourceNotFound(str(arn))
    return known[str(best)]


def is_shared(state: State, arn: str) -> bool:
    """Whether a policy lets anybody in; one without statements shares with nobody."""
    statements = json.loads(state.resource_policies.get(arn, "{}")).get("Statement") or []
    return any(each.get("Effect") == "Allow" for each in ([statements] if isinstance(statements, dict) else statements))


def _fits(wanted: Arn, known: Arn) -> bool:
    if (wanted.owner, wanted.slug) != (known.owner, known.slug) or wanted.build not in (None, known.build):
        return False
    return is_match(wanted.version or "x.x.x", known.version or "")
