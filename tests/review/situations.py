"""One review for each situation, and one of hostile texts: for comment, page and JSON alike."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

from fleet_of_300 import fleet_of_300
from made import attribute, change, component, log_group, pipeline, review, root

from generator.review.model import Allowance, Review, Risk
from generator.terraform.values import SENSITIVE, UNKNOWN

WHY = ("component harden-os 1.0.3 -> 1.0.4 through image web",)
POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"%s"}]}'


def no_changes() -> Review:
    quiet = [root("dev/images-dev/us-east-1"), root("dev/web-dev/us-east-1")]
    return review([], quiet, unaffected=("prod/images-prod/us-east-1",))


def changes() -> Review:
    names = ("dev/images-dev/us-east-1", "staging/images-staging/us-east-1", "prod/images-prod/us-east-1")
    policy = change(
        "aws_iam_role_policy.builder",
        "update",
        attribute("policy", POLICY % "arn:aws:s3:::a/*", POLICY % "arn:aws:s3:::b/*"),
        attribute("password", SENSITIVE, SENSITIVE),
        attribute("token", None, SENSITIVE),
        attribute("tags.Owner", "platform", None),
    )
    odd = root("prod/web-prod/eu-central-1", [policy, log_group()])
    many = [root(name, [log_group()], reasons=WHY) for name in names]
    return review([[odd], many], odd=["its policy changes as well"])


def blocked() -> Review:
    one = root("prod/images-prod/us-east-1", [component()], reasons=WHY)
    allowed = Allowance("agreed with security", date(2026, 12, 31))
    return review(
        [[one]],
        [root("dev/images-dev/us-east-1")],
        [
            Risk("R101", "replaced", "block", one.name, "aws_imagebuilder_image_recipe.web", "the recipe is replaced"),
            Risk("R201", "trust-opened", "block", one.name, "aws_iam_role.builder", "the role trusts `*`", allowed),
            Risk("R301", "no-schedule", "note", one.name, "", "its pipeline has no schedule"),
        ],
    )


def failed() -> Review:
    message = "Error: no valid credential sources found\n\n  with provider,\n  on providers.tf line 1\n%s in %s"
    broken = [
        root(f"prod/app-{number}/us-east-1", failure=message % (f"prod/app-{number}/us-east-1", f"app-{number}"))
        for number in range(12)
    ]
    lonely = root("dev/images-dev/us-east-1", failure="the plan is not complete")
    return review([[root("prod/images-prod/us-east-1", [log_group()])]], [*broken, lonely])


def destroy() -> Review:
    gone = change("aws_instance.old", "delete", attribute("ami", "ami-1", None), deposed="a1b2c3d4")
    moved = change("aws_iam_role.new", "move", previous_address="aws_iam_role.old")
    taken = change("aws_s3_bucket.logs", "import", imported_id="acme-logs")
    left = change("aws_kms_key.old", "forget")
    roots = [root(f"{name}/images-{name}/us-east-1", [gone, left, moved, taken]) for name in ("prod", "staging")]
    return review([roots], [root("dev/images-dev/us-east-1")])


def first_run() -> Review:
    return review([[root(f"{name}/images-{name}/us-east-1", [log_group()]) for name in ("dev", "prod")]])


def one_root() -> Review:
    return review([[root("dev/images-dev/us-east-1", [component(), pipeline()], reasons=WHY)]])


SITUATIONS: dict[str, Callable[[], Review]] = {
    each.__name__: each for each in (no_changes, changes, blocked, failed, destroy, first_run, one_root, fleet_of_300)
}


def hostile(text: str) -> Review:
    """A review in which every text that somebody else wrote is `text`."""
    value = attribute(text, f"a{text}", f"b{text}", forces=True)
    lines = attribute(text, f"a\n{text}\nb", f"b\n{text}\na")
    document = attribute(text, json.dumps({"a": [text]}), json.dumps({"a": [text, text]}))
    every = [
        change(text, "replace", value, lines, document, attribute(text, None, UNKNOWN), reason=text),
        change(text, "move", previous_address=text),
        change(text, "import", imported_id=text, deposed=text),
    ]
    place = text.replace("/", "") or "x"
    roots = [root(f"{place}/{place}/{number}{place}", every, reasons=[text, f"{text}2"]) for number in range(2)]
    failing = root(f"{place}/{place}/3", failure=f"{text}\n{text}\nx")
    quiet = root(f"{place}/{place}/4")
    risks = [
        Risk(text, text, "block", roots[0].name, text, text),
        Risk(text, text, "warn", roots[1].name, text, text, Allowance(text, date(2027, 1, 1))),
    ]
    return review([roots[:1], roots[1:]], [failing, quiet], risks, [text], commit=text, base=text, terraform=text)
