from __future__ import annotations

from generator.emulator.endpoint import Endpoint
from tests.conftest import client_for

ACCOUNT, OTHER, REGION = "720000000014", "720000000015", "eu-central-1"
DATA = {"InstanceType": "t3.micro"}


def made(endpoint: Endpoint, name: str, account: str = ACCOUNT, region: str = REGION) -> str:
    """The id of a template that is made and removed again."""
    ec2 = client_for(endpoint, "ec2", account, region)
    template = ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=DATA)["LaunchTemplate"]
    ec2.delete_launch_template(LaunchTemplateName=name)
    return str(template["LaunchTemplateId"])


def test_moto_gives_another_id_each_time(plain_moto: Endpoint) -> None:
    assert made(plain_moto, "web") != made(plain_moto, "web")


def test_an_id_follows_from_account_region_and_name(emulator: Endpoint) -> None:
    first = made(emulator, "web")
    assert made(emulator, "web") == first
    others = [made(emulator, "app"), made(emulator, "web", OTHER), made(emulator, "web", ACCOUNT, "us-east-1")]
    assert len({first, *others}) == 4
    assert all(len(each) == 20 and each.startswith("lt-") for each in (first, *others))


def test_a_template_of_the_same_id_has_none_of_the_old_ones_tags(emulator: Endpoint) -> None:
    ec2 = client_for(emulator, "ec2", ACCOUNT, REGION)
    identifier = made(emulator, "tagged")
    ec2.create_launch_template(LaunchTemplateName="tagged", LaunchTemplateData=DATA)
    ec2.create_tags(Resources=[identifier], Tags=[{"Key": "Old", "Value": "one"}])
    ec2.delete_launch_template(LaunchTemplateName="tagged")
    again = ec2.create_launch_template(LaunchTemplateName="tagged", LaunchTemplateData=DATA)["LaunchTemplate"]
    assert (again["LaunchTemplateId"], again.get("Tags", [])) == (identifier, [])
