"""How many may receive, and how much at once: bounds that take a large organization to reach."""

from __future__ import annotations

from pathlib import Path

from specs import SMALL, write_spec

from generator.spec.loading import read

ORGANIZATION = """\
organization: acme
accounts:
  images-prod: "333333333333"
  web-prod: "444444444444"
  data-prod: "555555555555"
{accounts}state: {{bucket: acme-terraform-state, region: us-east-1}}
roles: {{plan: GoldsmithPlan, apply: GoldsmithApply}}
"""


def findings(directory: Path, files: dict[str, str]) -> list[str]:
    spec = write_spec(directory, files)
    return [str(each).removeprefix(f"{spec}/") for each in read(spec).diagnostics]


def shared_with(directory: Path, count: int) -> list[str]:
    """What is found where an image is shared with so many accounts in a Region."""
    names = [f"account-{number}" for number in range(count)]
    accounts = "".join(f'  {name}: "{600000000000 + number}"\n' for number, name in enumerate(names))
    entry = f"  - {{accounts: [{', '.join(names)}], regions: [us-east-1], mode: share}}\n"
    prod = SMALL["prod.yaml"].replace("  - {accounts: [web-prod], regions: [us-east-1, eu-central-1]}\n", entry)
    return findings(directory, {"organization.yaml": ORGANIZATION.format(accounts=accounts), "prod.yaml": prod})


def test_a_region_is_shared_with_1536_accounts_at_most(tmp_path: Path) -> None:
    assert shared_with(tmp_path / "most", 1536) == []
    [found] = shared_with(tmp_path / "more", 1537)
    assert found == (
        "prod.yaml:9:3: distribute: 1537 accounts receive in us-east-1 by share; EC2 Image Builder takes 1536 in a "
        "Region. Share with an organization or its units instead. (G312)"
    )


def test_more_images_than_ec2_copies_at_once_are_warned_of(tmp_path: Path) -> None:
    names = [f"image-{number}" for number in range(51)]
    image = "image: {name}\nbase: amazon-linux-2023\ncomponents: [harden-os]\ntests: [ssh-hardened]\n"
    files = {f"images/{name}.yaml": image.format(name=name) for name in names}
    most = SMALL["prod.yaml"].replace("images: [web]", f"images: [{', '.join(names[:50])}]")
    more = SMALL["prod.yaml"].replace("images: [web]", f"images: [{', '.join(names)}]")
    assert findings(tmp_path / "most", {**files, "prod.yaml": most}) == []
    [found] = findings(tmp_path / "more", {**files, "prod.yaml": more})
    assert found == (
        "prod.yaml:7:9: warning: images: 51 images may be copied to an account and Region at once, and EC2 copies 50: "
        "builds that find no room fail. Give them different schedules. (G209)"
    )
