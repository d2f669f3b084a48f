"""What is launched in a place is the newest image's AMI: asked of templates in the embedded AWS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from generator.images.launch_templates import ids_of
from generator.render.roots import Root
from generator.spec.model import Account
from generator.spec.model_distribution import Delivery, LaunchTemplate, NewTemplate
from generator.verify.contracts import check_outputs
from generator.verify.launching import check_launching
from generator.verify.roles import needed_permissions
from tests.verify.organization import ROLE_ROOT, organization, role_outputs, root_named

AMI, OTHER = "ami-0123456789abcdef0", "ami-0fedcba9876543210"
ACCOUNT = Account("web", "320000000001")
REGION = "us-east-1"
NEW = NewTemplate("prod-web", None, None, ())


def world(aws: Callable[..., Any], account: Account = ACCOUNT) -> tuple[Root, Any, Any]:
    """The root of an account, clients for it, and its EC2."""

    def clients(service: str, account: Account, region: str) -> Any:
        return aws(service, account.id, region)

    return root_named(ROLE_ROOT, organization(web=account)), clients, aws("ec2", account.id, REGION)


def with_template(root: Root, identifier: str | None, becomes_default: bool = True) -> Root:
    template = LaunchTemplate(root.account, REGION, identifier, becomes_default, NEW)
    image = replace(root.environment.images[0], delivery=Delivery(launch_templates=(template,)))
    return replace(root, environment=replace(root.environment, images=(image,)))


def checked(root: Root, clients: Any, ami: str | None) -> tuple[str, str]:
    [check] = check_launching(root, root.environment.images[0], REGION, ami, clients)
    assert check.name == f"launch_template.web.{REGION}.prod-web"
    return check.result, check.actual


def test_the_default_version_of_a_template_has_the_newest_ami(aws: Callable[..., Any]) -> None:
    root, clients, ec2 = world(aws)
    made = ec2.create_launch_template(LaunchTemplateName="prod-web", LaunchTemplateData={"ImageId": OTHER})
    identifier = made["LaunchTemplate"]["LaunchTemplateId"]
    named = with_template(root, identifier)
    assert checked(named, clients, AMI) == ("failed", OTHER)
    ec2.create_launch_template_version(LaunchTemplateId=identifier, LaunchTemplateData={"ImageId": AMI})
    assert checked(named, clients, AMI) == ("failed", OTHER)
    assert checked(with_template(root, identifier, becomes_default=False), clients, AMI) == ("passed", AMI)
    ec2.modify_launch_template(LaunchTemplateId=identifier, DefaultVersion="2")
    assert checked(named, clients, AMI) == ("passed", AMI)
    assert checked(named, clients, None)[0] == "skipped"


def test_a_template_that_is_gone_or_not_on_record_fails(aws: Callable[..., Any]) -> None:
    root, clients, _ = world(aws, Account("web", "320000000002"))
    assert checked(with_template(root, "lt-00000000000000000"), clients, AMI)[0] == "failed"
    assert checked(with_template(root, None), clients, AMI) == (
        "failed",
        "no id on record; run: goldsmith record prod",
    )


def test_ids_are_found_by_name_and_missing_templates_are_left_out(aws: Callable[..., Any]) -> None:
    root, clients, _ = world(aws, Account("web", "320000000003"))
    template = LaunchTemplate(root.account, root.region, None, True, NEW)
    image = replace(root.environment.images[0], delivery=Delivery(launch_templates=(template,)))
    making = replace(root, environment=replace(root.environment, images=(image,)))
    assert ids_of([making, root], clients) == {}
    client = aws("ec2", root.account.id, root.region)
    made = client.create_launch_template(LaunchTemplateName="prod-web", LaunchTemplateData={"ImageId": AMI})
    identifier = made["LaunchTemplate"]["LaunchTemplateId"]
    assert ids_of([making], clients) == {root.name: {"prod-web": identifier}}
    outputs = {**role_outputs(), "launch_templates": {"prod-web": identifier}}
    outputs["distribution_role_arn"] = outputs["distribution_role_arn"].replace("210000000002", root.account.id)
    recorded = replace(template, id=identifier)
    wrong = replace(template, id="lt-00000000000000000")
    results = []
    for each in (recorded, wrong):
        changed = replace(image, delivery=Delivery(launch_templates=(each,)))
        known = replace(root, environment=replace(root.environment, images=(changed,)))
        results.append([check.name for check in check_outputs(known, outputs) if check.result == "failed"])
    assert results == [[], ["launch_templates.prod-web"]]


def test_a_role_needs_to_update_templates_where_there_are_some(aws: Callable[..., Any]) -> None:
    root, _, _ = world(aws)
    before = {permission.action for permission in needed_permissions(root)}
    after = {permission.action for permission in needed_permissions(with_template(root, None))}
    assert after - before == {
        "ec2:CreateLaunchTemplateVersion",
        "ec2:DescribeLaunchTemplates",
        "ec2:ModifyLaunchTemplate",
    }
