"""What a root says follows from the targets: who owns copies, who uses keys, which parameters are published."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from generator.errors import GoldsmithError
from generator.render.distribution_view import distribution_regions
from generator.render.hcl import Hcl
from generator.render.render import render
from generator.render.root_view import default_tags
from generator.render.roots import Root, roots_of
from generator.render.target_view import image_keys
from generator.spec.model import (
    Account,
    BaseImage,
    Component,
    ComponentUse,
    Environment,
    Image,
    Organization,
    Placement,
    Roles,
    Spec,
    State,
    Target,
    Volume,
)
from generator.spec.model_recipe import Device

BUILD, WEB, DATA = Account("images", "111111111111"), Account("web", "222222222222"), Account("data", "333333333333")
HOME, AWAY = "us-east-1", "eu-central-1"
IMAGE = Image(
    "web",
    "A web server",
    "1.2.0",
    BaseImage("amazon-linux-2023", "Linux", managed_image="amazon-linux-2023-x86"),
    (ComponentUse("harden-os", "self", "1.0.0"),),
    (),
    ("t3.medium",),
    Volume("/dev/xvda", 20, "gp3", encrypted=True),
    None,
    {},
)
PARAMETER = "/goldsmith/prod/web/ami"


def spec_of(*targets: Target, image: Image = IMAGE, tags: dict[str, str] | None = None, partition: str = "aws") -> Spec:
    organization = Organization(
        "acme",
        partition,
        {account.name: account for account in (BUILD, WEB, DATA)},
        State("state", HOME),
        Roles("Plan", "Apply"),
        {"Owner": "platform", "Cost": "1"},
    )
    component = Component("harden-os", "1.0.0", "Linux", "BUILD", "", "phases: []\n")
    places = (Target(BUILD, HOME, "copy"), *targets)
    prod = Environment(
        "prod", Placement(BUILD, HOME, "subnet-1", ("sg-1",)), (image,), (component,), places, tags or {}
    )
    return Spec(organization, {"prod": prod})


def build_root(spec: Spec) -> Root:
    return next(root for root in roots_of(spec) if root.kind == "build")


def regions(*targets: Target, image: Image = IMAGE) -> dict[str, Any]:
    root = build_root(spec_of(*targets, image=image))
    return dict(distribution_regions(root, image))


def alias(region: str) -> str:
    return f"arn:aws:kms:{region}:{BUILD.id}:alias/goldsmith-prod"


def test_the_build_account_owns_the_image_in_its_region_without_being_named() -> None:
    assert regions() == {
        HOME: {"kms_key_id": Hcl("module.image_key.alias_arn"), "ssm_parameters": [{"name": PARAMETER}]}
    }


def test_the_build_account_alone_in_another_region_is_not_named_either() -> None:
    assert regions(Target(BUILD, AWAY, "copy"))[AWAY] == {
        "kms_key_id": alias(AWAY),
        "ssm_parameters": [{"name": PARAMETER}],
    }


def test_beside_others_in_another_region_the_build_account_is_named() -> None:
    assert regions(Target(BUILD, AWAY, "copy"), Target(WEB, AWAY, "copy"))[AWAY] == {
        "kms_key_id": alias(AWAY),
        "ssm_parameters": [{"name": PARAMETER}, {"account_id": WEB.id, "name": PARAMETER}],
        "target_account_ids": [BUILD.id, WEB.id],
    }


def test_accounts_that_share_own_nothing_and_are_told_nothing() -> None:
    assert regions(Target(WEB, HOME, "share"), Target(DATA, HOME, "copy"))[HOME] == {
        "kms_key_id": Hcl("module.image_key.alias_arn"),
        "share_account_ids": [WEB.id],
        "ssm_parameters": [{"name": PARAMETER}, {"account_id": DATA.id, "name": PARAMETER}],
        "target_account_ids": [DATA.id],
    }


def test_an_image_that_is_not_encrypted_names_no_key() -> None:
    plain = replace(IMAGE, volume=replace(IMAGE.volume, encrypted=False))
    assert all("kms_key_id" not in region for region in regions(Target(BUILD, AWAY, "copy"), image=plain).values())


@pytest.mark.parametrize(("own", "names_key"), [((), True), ((Device("/dev/sdf", is_removed=True),), False)])
def test_an_image_with_an_encrypted_volume_of_the_image_below_names_the_key(
    own: tuple[Device, ...], names_key: bool
) -> None:
    plain = replace(IMAGE, volume=replace(IMAGE.volume, encrypted=False))
    below = replace(plain, name="base", devices=(Device("/dev/sdf", size=10),))
    image = replace(plain, base=BaseImage("base", "Linux", image="base"), devices=own)
    root = build_root(spec_of(image=image))
    root = replace(root, environment=replace(root.environment, images=(below, image)))
    assert [bool(dict(region).get("kms_key_id")) for region in distribution_regions(root, image).values()] == [
        names_key
    ]


def test_the_key_of_the_build_region_is_for_all_and_another_for_those_of_its_region() -> None:
    spec = spec_of(Target(BUILD, AWAY, "copy"), Target(WEB, AWAY, "copy"), Target(DATA, HOME, "share"))
    keys = {root.region: image_keys(root)[0] for root in roots_of(spec) if root.is_build_account}
    assert str(keys[HOME]["target_account_ids"]) == f'["{WEB.id}", "{DATA.id}"]'
    assert str(keys[AWAY]["target_account_ids"]) == f'["{WEB.id}"]'


def test_an_environments_tags_win_over_the_organizations_and_goldsmiths_over_both() -> None:
    root = build_root(spec_of(tags={"Owner": "web", "ManagedBy": "hand"}))
    assert list(default_tags(root).items()) == [
        ("Cost", "1"),
        ("Environment", "prod"),
        ("ManagedBy", "goldsmith"),
        ("Owner", "web"),
    ]


@pytest.mark.parametrize(
    ("base", "parent"),
    [
        (IMAGE.base, "arn:aws-cn:imagebuilder:us-east-1:aws:image/amazon-linux-2023-x86/x.x.x"),
        (BaseImage("b", "Linux", ami="ami-0123456789abcdef0"), "ami-0123456789abcdef0"),
        (BaseImage("b", "Linux", ssm_parameter="/images/base"), "ssm:/images/base"),
        (BaseImage("b", "Linux", image_arn="arn:aws-cn:x"), "arn:aws-cn:x"),
    ],
)
def test_a_base_image_is_named_for_its_partition_and_region(base: BaseImage, parent: str) -> None:
    tree = render(spec_of(image=replace(IMAGE, base=base), partition="aws-cn"))
    assert f'  parent_image     = "{parent}"\n' in tree["prod/images/us-east-1/main.tf"]


@pytest.mark.parametrize("name", ["../up", "a b", "Web", 'x"', "x\ny", ""])
def test_what_is_no_name_becomes_no_folder_file_or_module(name: str) -> None:
    spec = spec_of()
    prod = spec.environments["prod"]
    component = replace(prod.components[0], name=name)
    account = Account(name, BUILD.id)
    for wrong in (
        replace(prod, components=(component,)),
        replace(prod, images=(replace(IMAGE, name=name),)),
        replace(prod, build=replace(prod.build, account=account), targets=(Target(account, HOME, "copy"),)),
        replace(prod, name=name),
    ):
        with pytest.raises(GoldsmithError, match="Change it in the spec"):
            render(replace(spec, environments={"prod": wrong}))


@pytest.mark.parametrize("version", ["1.0", "1.0.x", "1.0.0/1", '1.0.0"', "x\ny", ""])
def test_what_is_no_version_becomes_no_module(version: str) -> None:
    spec = spec_of(image=replace(IMAGE, version=version))
    with pytest.raises(GoldsmithError, match="is not a version"):
        render(spec)


def test_only_modules_that_are_used_are_copied() -> None:
    modules = {path.split("/")[1] for path in render(spec_of()) if path.startswith("modules/")}
    assert "image-pipeline" in modules
    assert "target-account" not in modules
