"""How builds are listed: the AMI at home first, and how many more there are."""

from __future__ import annotations

from generator.images.build import Ami
from generator.images.listing import Listed, table

HOME, ABROAD = Ami("1", "us-east-1", "ami-home", "web"), Ami("1", "eu-central-1", "ami-abroad", "web")


def listed(*amis: Ami, containers: tuple[str, ...] = ()) -> Listed:
    return Listed("web", False, "1.0.0/2", "AVAILABLE", "2026-11-24T12:00:00.000Z", "arn", amis, containers)


def test_the_ami_of_the_build_region_comes_first() -> None:
    head, several, one, container, none = table(
        [listed(ABROAD, HOME), listed(HOME), listed(containers=("1.dkr/web:1.0.0-2", "1.dkr/web:latest")), listed()],
        "us-east-1",
    )
    assert head == "IMAGE  VERSION  STATUS     CREATED           WHERE"
    assert several == "web    1.0.0/2  AVAILABLE  2026-11-24T12:00  ami-home and 1 more"
    assert one.endswith("  ami-home")
    assert container.endswith("  1.dkr/web:1.0.0-2 and 1 more")
    assert none == "web    1.0.0/2  AVAILABLE  2026-11-24T12:00"
