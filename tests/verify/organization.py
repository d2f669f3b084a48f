"""A small organization as a model, and the outputs that its roots have when all is well."""

from __future__ import annotations

from typing import Any

from generator.render.roots import Root, roots_of
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
    Schedule,
    Spec,
    State,
    Target,
    Volume,
)

BUILD = Account("images", "210000000001")
WEB = Account("web", "210000000002")
WEEKLY = Schedule("cron(0 3 ? * sun *)", "UTC", "EXPRESSION_MATCH_AND_DEPENDENCY_UPDATES_AVAILABLE")


def image(schedule: Schedule | None = WEEKLY) -> Image:
    return Image(
        name="web",
        description="A web server",
        version="1.2.0",
        base=BaseImage("amazon-linux-2023", "Linux", managed_image="amazon-linux-2023-x86"),
        components=(ComponentUse("harden-os", "self", "1.0.1"),),
        tests=(),
        instance_types=("t3.medium",),
        volume=Volume("/dev/xvda", 20, "gp3", encrypted=True),
        schedule=schedule,
        tags={},
    )


def organization(build: Account = BUILD, web: Account = WEB, schedule: Schedule | None = WEEKLY) -> Spec:
    """One environment, `prod`: three roots, of which the build account has two."""
    acme = Organization(
        name="acme",
        partition="aws",
        accounts={"images": build, "web": web},
        state=State("acme-terraform-state", "us-east-1"),
        roles=Roles("GoldsmithPlan", "GoldsmithApply"),
        tags={},
    )
    prod = Environment(
        name="prod",
        build=Placement(build, "us-east-1", "subnet-0d1e0c0ffee000001", ("sg-0d1e0c0ffee000001",)),
        images=(image(schedule),),
        components=(Component("harden-os", "1.0.1", "Linux", "BUILD", "", "name: harden-os\n"),),
        targets=(
            Target(build, "us-east-1", "copy"),
            Target(build, "eu-central-1", "copy"),
            Target(web, "eu-central-1", "copy"),
            Target(web, "us-east-1", "copy"),
        ),
        tags={},
    )
    return Spec(acme, {"prod": prod})


def root_named(name: str, spec: Spec | None = None) -> Root:
    return next(root for root in roots_of(spec or organization()) if root.name == name)


BUILD_ROOT = "prod/images/us-east-1"
KEY_ROOT = "prod/images/eu-central-1"
# The account receives in two Regions; which of them holds its role is the renderer's to say.
ROLE_ROOT = next(root.name for root in roots_of(organization()) if root.account == WEB)


def build_outputs() -> dict[str, Any]:
    """What the build root puts out, as `terraform output -json` orders it."""
    prefix = f"arn:aws:imagebuilder:us-east-1:{BUILD.id}"
    return {
        "components": {"harden-os": {"arn": f"{prefix}:component/prod-harden-os/1.0.1/3", "version": "1.0.1"}},
        "instance_profile": "goldsmith-prod-instance",
        "key_alias_arn": f"arn:aws:kms:us-east-1:{BUILD.id}:alias/goldsmith-prod",
        "log_bucket": f"acme-prod-imagebuilder-logs-{BUILD.id}-us-east-1",
        "pipelines": {
            "web": {
                "distribution_arn": f"{prefix}:distribution-configuration/prod-web",
                "infrastructure_arn": f"{prefix}:infrastructure-configuration/prod-web",
                "pipeline_arn": f"{prefix}:image-pipeline/prod-web",
                "recipe_arn": f"{prefix}:image-recipe/prod-web/1.2.0",
                "recipe_version": "1.2.0",
                "regions": ["us-east-1", "eu-central-1"],
            }
        },
    }


def key_outputs() -> dict[str, Any]:
    return {"key_alias_arn": f"arn:aws:kms:eu-central-1:{BUILD.id}:alias/goldsmith-prod"}


def role_outputs() -> dict[str, Any]:
    return {"distribution_role_arn": f"arn:aws:iam::{WEB.id}:role/EC2ImageBuilderDistributionCrossAccountRole"}
