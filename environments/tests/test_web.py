"""What the web team relies on; `goldsmith verify` runs this for every root, and so does pytest."""

from __future__ import annotations

import pytest

from generator.verify.root_test import RootTest

SERVED = {"us-east-1", "eu-central-1", "ap-southeast-1"}  # where the web team runs its fleets


def test_every_web_image_goes_through_hardening(root: RootTest) -> None:
    if root.spec.kind != "build":
        pytest.skip("pipelines are in the build account")
    assert set(root.outputs.pipelines) == {"web", "web-al2023"}
    assert "harden-os" in root.outputs.components


def test_production_images_reach_every_region_that_serves(root: RootTest) -> None:
    if root.spec.kind != "build" or root.spec.environment.name != "prod":
        pytest.skip("production's pipelines are in its build root")
    assert set(root.outputs.pipelines["web"].regions) >= SERVED


def test_a_receiving_account_has_the_role_that_image_builder_looks_for(root: RootTest) -> None:
    if root.spec.is_build_account:
        pytest.skip("the build account copies with its own rights")
    role = root.outputs.distribution_role_arn
    assert role is not None
    assert role.endswith(f"{root.spec.account.id}:role/EC2ImageBuilderDistributionCrossAccountRole")
