"""What a change of a spec touches, root by root, and the reason that is given for it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from organizations import EXAMPLE
from repositories import Project, comparison, copied, new_project, reasons_of
from specs import SMALL

from generator.affected.environment_differences import differences
from generator.affected.reason import KINDS
from generator.render.roots import roots_of
from generator.spec import load
from generator.spec.model import Environment, Spec

BUILD = "prod/images-prod/us-east-1"
KEYS = "prod/images-prod/eu-central-1"
WEB = "prod/web-prod/us-east-1"
ALL = {BUILD, KEYS, WEB}

PROD, IMAGE, ORGANIZATION = SMALL["prod.yaml"], SMALL["images/web.yaml"], SMALL["organization.yaml"]
HARDEN = SMALL["components/harden-os.yaml"]
DATA = "  - {accounts: [data-prod], regions: [us-east-1]}\n"
APPROVED = "workflows: [{aws: build-image}, {workflow: approve, parameters: {topic: any}}]\n"
KEYS_OF_OTHERS = """\
keys:
  us-east-1: arn:aws:kms:us-east-1:333333333333:key/11111111-1111-1111-1111-111111111111
  eu-central-1: arn:aws:kms:eu-central-1:333333333333:key/22222222-2222-2222-2222-222222222222
"""
EXTRA = 'resource "aws_sns_topic" "alarms" {\n  name = "alarms"\n}\n'
WORKFLOW = """\
type: test
description: Waits
schemaVersion: 1.0
parameters:
  - {name: topic, type: string}
steps:
  - {name: Approve, action: WaitForAction, onFailure: Abort, inputs: {snsTopicArn.$: $.parameters.topic}}
"""

SYNCED = ORGANIZATION.replace(
    '{images-prod: "333333333333", web-prod: "444444444444", data-prod: "555555555555"}',
    '{from: organizations, named: {images-prod: "333333333333"}}',
)
RECORDED = """\
select: {}
accounts:
  web-prod: {id: "444444444444", name: Web Prod, ou: workloads/prod}
"""
ALSO_RECORDED = RECORDED + '  data-prod: {id: "555555555555", name: Data Prod, ou: workloads}\n'
ORGANIZATIONS = {
    "organization.yaml": SYNCED,
    "accounts.lock.yaml": RECORDED,
    "prod.yaml": PROD.replace(
        "[web-prod], regions: [us-east-1, eu-central-1]", "{ou: workloads}, regions: [us-east-1]"
    ),
}

# name -> (files of the base, files of the change, roots with their reasons)
CASES: dict[str, tuple[Mapping[str, str], Mapping[str, str | None], Mapping[str, list[str]]]] = {
    "a component": (
        {},
        {"components/harden-os.yaml": HARDEN.replace("echo", "printf")},
        {BUILD: ["component: component harden-os 1.0.0 -> 1.0.1 through image web"]},
    ),
    "a comment, another order of keys and a file that nothing reads": (
        {},
        {
            "components/harden-os.yaml": "# to the point\n" + HARDEN,
            "images/web.yaml": "\n".join([*reversed(IMAGE.splitlines()), ""]),
            "README.md": "Read me.",
        },
        {},
    ),
    "a component that no image uses": ({}, {"components/unused.yaml": SMALL["components/ssh-hardened.yaml"]}, {}),
    "the components of an image": (
        {"components/auditd.yaml": HARDEN},
        {"images/web.yaml": IMAGE.replace("[harden-os,", "[harden-os, auditd,")},
        {BUILD: ["recipe: recipe web 1.0.0 -> 1.0.1: component auditd 1.0.0 added"]},
    ),
    "their order": (
        {},
        {"images/web.yaml": IMAGE.replace("[harden-os, {aws: update-linux}]", "[{aws: update-linux}, harden-os]")},
        {BUILD: ["recipe: recipe web 1.0.0 -> 1.0.1: components in another order"]},
    ),
    "a parameter of a component": (
        {},
        {"images/web.yaml": IMAGE.replace("[harden-os,", "[{component: harden-os, parameters: {Banner: secret}},")},
        {BUILD: ["recipe: recipe web 1.0.0 -> 1.0.1: parameters of harden-os: Banner"]},
    ),
    "the base, and a component besides": (
        {},
        {
            "images/web.yaml": IMAGE.replace("amazon-linux-2023", "amazon-linux-2"),
            "components/harden-os.yaml": HARDEN.replace("echo", "printf"),
        },
        {
            BUILD: [
                "component: component harden-os 1.0.0 -> 1.0.1 through image web",
                "recipe: recipe web 1.0.0 -> 1.0.1: base amazon-linux-2023 -> amazon-linux-2",
            ]
        },
    ),
    "the volume": (
        {},
        {"images/web.yaml": IMAGE + "volume: {size: 40}\n"},
        {BUILD: ["recipe: recipe web 1.0.0 -> 1.0.1: volume: size 20 -> 40"]},
    ),
    "the schedule": (
        {},
        {"images/web.yaml": IMAGE + "schedule: cron(0 5 ? * sun *)\n"},
        {BUILD: ["schedule: image web: schedule cron(0 3 ? * sun *) -> cron(0 5 ? * sun *)"]},
    ),
    "instance types": (
        {},
        {"images/web.yaml": IMAGE + "instance_types: [m5.large]\n"},
        {BUILD: ["infrastructure: image web: instance types t3.medium -> m5.large"]},
    ),
    "how instances run": (
        {},
        {"images/web.yaml": IMAGE + "infrastructure: {log_prefix: logs}\n"},
        {BUILD: ["infrastructure: image web: infrastructure: log prefix none -> logs"]},
    ),
    "how a pipeline runs": (
        {},
        {"images/web.yaml": IMAGE + "metadata: false\n"},
        {BUILD: ["pipeline: image web: pipeline: collect metadata true -> false"]},
    ),
    "a workflow": (
        {
            "workflows/approve.yaml": WORKFLOW,
            "images/web.yaml": IMAGE
            + "workflows: [{aws: build-image}, {workflow: approve, parameters: {topic: notify}}]\n",
        },
        {"workflows/approve.yaml": WORKFLOW.replace("Waits", "Waits longer")},
        {BUILD: ["workflow: workflow approve 1.0.0 -> 1.0.1 through image web"]},
    ),
    "the name of AMIs": (
        {},
        {"images/web.yaml": IMAGE + "distribution: {ami_description: A web server}\n"},
        {BUILD: ["distribution: image web: distribution: ami: description"]},
    ),
    "tags of an image": (
        {},
        {"images/web.yaml": IMAGE + "tags: {Cost: web}\n"},
        {BUILD: ["tags: image web: tags Cost"]},
    ),
    "tags of everything": (
        {},
        {"organization.yaml": ORGANIZATION + "tags: {Owner: platform}\n"},
        {root: ["tags: tags of acme: Owner"] for root in ALL},
    ),
    "tags of an environment, and a component, which receivers do not have": (
        {},
        {
            "prod.yaml": PROD + "tags: {Stage: prod}\n",
            "components/harden-os.yaml": HARDEN.replace("echo", "printf"),
        },
        {
            BUILD: [
                "component: component harden-os 1.0.0 -> 1.0.1 through image web",
                "tags: tags of prod: Stage",
            ],
            KEYS: ["tags: tags of prod: Stage"],
            WEB: ["tags: tags of prod: Stage"],
        },
    ),
    "an image more": (
        {},
        {
            "images/api.yaml": IMAGE.replace("image: web", "image: api"),
            "prod.yaml": PROD.replace("[web]", "[api, web]"),
        },
        {BUILD: ["image: image api: new"], WEB: ["image: image api: new"]},
    ),
    "an account more": (
        {},
        {"prod.yaml": PROD + DATA},
        {
            BUILD: ["target: account data-prod joins in us-east-1 (copy)"],
            "prod/data-prod/us-east-1": ["new: root is new: account data-prod joins prod"],
        },
    ),
    "an account that joins the organization": (
        ORGANIZATIONS,
        {"accounts.lock.yaml": ALSO_RECORDED},
        {
            BUILD: ["target: account data-prod joins in us-east-1 (copy)"],
            "prod/data-prod/us-east-1": ["new: root is new: account data-prod joins prod"],
        },
    ),
    "an account that leaves the organization": (
        {**ORGANIZATIONS, "accounts.lock.yaml": ALSO_RECORDED},
        {"accounts.lock.yaml": RECORDED},
        {
            BUILD: ["target: account data-prod leaves"],
            "prod/data-prod/us-east-1": ["removed: root is removed: account data-prod leaves prod"],
        },
    ),
    "an account that is called, tagged and filed otherwise": (
        ORGANIZATIONS,
        {
            "accounts.lock.yaml": RECORDED.replace(
                "Web Prod, ou: workloads/prod", "Shop, ou: workloads/late, tags: {tier: late}"
            )
        },
        {},
    ),
    "an account less": (
        {"prod.yaml": PROD + DATA},
        {"prod.yaml": PROD},
        {
            BUILD: ["target: account data-prod leaves"],
            "prod/data-prod/us-east-1": ["removed: root is removed: account data-prod leaves prod"],
        },
    ),
    "a Region more": (
        {},
        {"prod.yaml": PROD.replace("eu-central-1]", "eu-central-1, eu-west-1]")},
        {
            BUILD: ["target: account web-prod receives in eu-west-1 too (copy)"],
            WEB: ["target: account web-prod receives in eu-west-1 too (copy)"],
            "prod/images-prod/eu-west-1": ["new: root is new: account images-prod has one in eu-west-1"],
        },
    ),
    "a share instead of a copy": (
        {"prod.yaml": PROD + DATA},
        {"prod.yaml": PROD + DATA.replace("}", ", mode: share}")},
        {
            BUILD: ["target: account data-prod in us-east-1: copy -> share"],
            "prod/data-prod/us-east-1": ["removed: root is removed: account data-prod leaves prod"],
        },
    ),
    "another account of the same name": (
        {},
        {"organization.yaml": ORGANIZATION.replace("444444444444", "666666666666")},
        {root: ["account: account web-prod 444444444444 -> 666666666666"] for root in (BUILD, KEYS, WEB)},
    ),
    "an account that nothing is in": (
        {},
        {"organization.yaml": ORGANIZATION.replace("555555555555", "666666666666")},
        {},
    ),
    "where the state lies": (
        {},
        {"organization.yaml": ORGANIZATION.replace("acme-terraform-state", "acme-states")},
        {root: ["organization: organization: state: bucket acme-terraform-state -> acme-states"] for root in ALL},
    ),
    "the network of the build": (
        {},
        {"prod.yaml": PROD.replace("subnet-0123456789abcdef0", "subnet-0123456789abcdef1")},
        {BUILD: ["build: build: subnet subnet-0123456789abcdef0 -> subnet-0123456789abcdef1"]},
    ),
    "keys of others": (
        {},
        {"prod.yaml": PROD + KEYS_OF_OTHERS},
        {
            BUILD: [
                "recipe: recipe web 1.0.0 -> 1.0.1: keys",
                "keys: keys of eu-central-1, us-east-1",
            ],
            WEB: ["keys: keys of eu-central-1, us-east-1"],
            KEYS: ["removed: root is removed: account images-prod has none in eu-central-1"],
        },
    ),
    "extra Terraform of one root": (
        {},
        {"extra/prod/targets/alarms.tf": EXTRA},
        {root: ["extra: extra file extra/prod/targets/alarms.tf: new"] for root in (KEYS, WEB)},
    ),
    "a version that is kept": (
        {"organization.yaml": ORGANIZATION + "keep: 1\n"},
        {"components/harden-os.yaml": HARDEN.replace("echo", "printf")},
        {
            BUILD: [
                "component: component harden-os 1.0.0 -> 1.0.1 through image web",
                "kept: recipe web 1.0.0 is kept",
                "kept: component harden-os 1.0.0 is kept",
            ]
        },
    ),
    "an environment by another name": (
        {},
        {"prod.yaml": None, "live.yaml": PROD.replace("environment: prod", "environment: live")},
        {
            **{
                name.replace("prod/", "live/", 1): [
                    "new: root is new: environment live is new",
                    f"renamed: was {name}: another name is another state, so that all of it is made anew",
                ]
                for name in ALL
            },
            **{
                name: [
                    "removed: root is removed: environment prod is gone",
                    f"renamed: is {name.replace('prod/', 'live/', 1)} now: all that is here is destroyed, "
                    "and made anew there",
                ]
                for name in ALL
            },
        },
    ),
    "an account by another name": (
        {},
        {
            "organization.yaml": ORGANIZATION.replace("web-prod", "shop-prod"),
            "prod.yaml": PROD.replace("web-prod", "shop-prod"),
        },
        {
            "prod/shop-prod/us-east-1": [
                "new: root is new: account shop-prod joins prod",
                f"renamed: was {WEB}: another name is another state, so that all of it is made anew",
            ],
            WEB: [
                "removed: root is removed: account web-prod leaves prod",
                "renamed: is prod/shop-prod/us-east-1 now: all that is here is destroyed, and made anew there",
            ],
        },
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_change_touches_what_it_renders_otherwise(name: str, committed: Project, tmp_path: Path) -> None:
    before, after, expected = CASES[name]
    if before:
        project = new_project(tmp_path / "repository", files=before)
    else:
        project = copied(committed, tmp_path / "repository")
    project.change(after)
    with comparison(project) as affected:
        assert reasons_of(affected) == expected
        names = {root.name for root in affected.roots}
        assert names.isdisjoint(affected.unaffected)
        assert all(reason.kind in KINDS for root in affected.roots for reason in root.reasons)


def _environments() -> list[tuple[Spec, Environment]]:
    """Of the example and of all that show one capability: between them they have most of what a spec can say."""
    specs = [load(path.parent) for path in sorted(EXAMPLE.rglob("organization.yaml"))]
    return [(spec, environment) for spec in specs for environment in spec.environments.values()]


def test_between_any_two_environments_all_differences_can_be_told_in_a_line_and_tried_alone() -> None:
    found = _environments()
    assert len(found) > 8
    for (spec, one), (other_spec, other) in zip(found, [*found[1:], found[0]], strict=True):
        told = differences(spec.organization, one, other_spec.organization, other)
        assert told
        for difference in told:
            assert difference.reason.kind in KINDS
            assert difference.reason.text.isprintable()
            assert len(difference.reason.text) < 600
            assert all(difference.reaches(root) in {True, False} for root in roots_of(spec) if root.environment is one)


def test_an_environment_does_not_differ_from_itself() -> None:
    for spec, environment in _environments():
        assert differences(spec.organization, environment, spec.organization, environment) == ()


def test_every_kind_of_reason_is_documented() -> None:
    page = (EXAMPLE.parent / "docs" / "affected.md").read_text()
    table = page.partition("## Reasons")[2].partition("## ")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert {word.strip(" `") for cell in cells for word in cell.split(",")} == set(KINDS)
