"""A fleet of 300 roots in which one component changes, and one root is not like the others."""

from __future__ import annotations

from datetime import date

from made import attribute, change, component, pipeline, review, root

from generator.review.model import Allowance, PlannedRoot, Review, Risk
from generator.terraform.plans import ResourceChange

REGIONS = ("us-east-1", "eu-central-1", "ap-southeast-1")
WHY = ("component harden-os 1.0.3 -> 1.0.4 through image web",)
KEY = 'module.key["prod"].aws_kms_key.this'
RECIPE = "module.image_web.aws_imagebuilder_image_recipe.this"


def fleet_of_300() -> Review:
    everywhere = [component(), pipeline()]
    key = change(KEY, "delete", attribute("description", "Images of prod"), attribute("enable_key_rotation", True))
    odd = root("prod/images-prod/us-east-1", [*everywhere, key], reasons=WHY, kind="build", account_id="222222222222")
    many = [*_roots("prod", 219, everywhere), *_roots("staging", 60, everywhere)]
    quiet = [root(f"dev/app-{number:03}-dev/us-east-1") for number in range(20)]
    return review([[odd], many], quiet, _risks(odd, many), ["a KMS key is destroyed here alone"], base="0" * 40)


def _roots(environment: str, count: int, changes: list[ResourceChange]) -> list[PlannedRoot]:
    return [
        root(
            f"{environment}/app-{number // 3:03}-{environment}/{REGIONS[number % 3]}",
            changes,
            reasons=WHY,
            account_id=str(300000000000 + number // 3),
        )
        for number in range(count)
    ]


def _risks(odd: PlannedRoot, many: list[PlannedRoot]) -> list[Risk]:
    message = "the component is replaced, since `data` changes and its version with it: 1.0.3 -> 1.0.4"
    allowed = Allowance("the old key has no images left, OPS-12", date(2026, 12, 31))
    return [
        *(Risk("R101", "replaced", "warn", each.name, RECIPE, message) for each in many),
        Risk("R103", "destroyed-key", "block", odd.name, KEY, "what the key encrypts is lost with it", allowed),
    ]
