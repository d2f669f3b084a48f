"""All modules in one root, through the real provider: made, left alone, changed, and gone without a trace."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from modules.roots import Root, make_root
from seen_calls import SeenCalls, assert_known

from generator.emulator.endpoint import CALLER_ACCOUNT, Endpoint

AwsFactory = Callable[..., Any]

ACCOUNT = "606000000001"
CONFIGURATION = Path(__file__).parent / "modules.tf"
CHANGE = {
    "description": "Web server, as of May.",
    "document": "echo changed",
    "moving_tags": True,
    "nat": True,
    "schedule": "cron(0 3 ? * sun *)",
    "tags": {"Stage": "second"},
    "version": "1.1.0",
    "zones": ["us-east-1a", "us-east-1b"],
}


@pytest.fixture
def root(tmp_path: Path, emulator: Endpoint, aws: AwsFactory, running_provider: Mapping[str, str]) -> Root:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": CALLER_ACCOUNT}}
    aws("iam", ACCOUNT).create_role(
        RoleName="Builder",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    return make_root(tmp_path, emulator, {"main.tf": CONFIGURATION.read_text()}, running_provider)


def apply(root: Root) -> dict[str, str]:
    """Apply, expect the next plan to be empty, and return the outputs."""
    root.run("apply", "-no-color", "-auto-approve")
    root.run("plan", "-no-color", "-detailed-exitcode")
    return {name: output["value"] for name, output in json.loads(root.run("output", "-json")).items()}


def what_is_left(aws: AwsFactory) -> dict[str, Any]:
    """Everything in the account that the modules make, by name."""
    builder, iam = aws("imagebuilder", ACCOUNT), aws("iam", ACCOUNT)
    return {
        "components": builder.list_components(owner="Self")["componentVersionList"],
        "recipes": builder.list_image_recipes(owner="Self")["imageRecipeSummaryList"],
        "container_recipes": builder.list_container_recipes(owner="Self")["containerRecipeSummaryList"],
        "repositories": aws("ecr", ACCOUNT).describe_repositories()["repositories"],
        "infrastructures": builder.list_infrastructure_configurations()["infrastructureConfigurationSummaryList"],
        "distributions": builder.list_distribution_configurations()["distributionConfigurationSummaryList"],
        "pipelines": builder.list_image_pipelines()["imagePipelineList"],
        "roles": [role["RoleName"] for role in iam.list_roles()["Roles"] if role["RoleName"] != "Builder"],
        "profiles": iam.list_instance_profiles()["InstanceProfiles"],
        "aliases": [name for name in alias_names(aws) if not name.startswith("alias/aws/")],
        "buckets": aws("s3", ACCOUNT).list_buckets()["Buckets"],
        "launch_templates": aws("ec2", ACCOUNT).describe_launch_templates()["LaunchTemplates"],
        "parameters": aws("ssm", ACCOUNT).describe_parameters()["Parameters"],
        "networks": [vpc["VpcId"] for vpc in aws("ec2", ACCOUNT).describe_vpcs()["Vpcs"] if not vpc["IsDefault"]],
    }


def build_network(aws: AwsFactory) -> tuple[str, set[str], list[str]]:
    """Where instances are built: the subnet's VPC, the services with an endpoint in it, the ranges that they reach."""
    builder, ec2 = aws("imagebuilder", ACCOUNT), aws("ec2", ACCOUNT)
    [summary] = builder.list_infrastructure_configurations()["infrastructureConfigurationSummaryList"]
    configuration = builder.get_infrastructure_configuration(infrastructureConfigurationArn=summary["arn"])
    infrastructure = configuration["infrastructureConfiguration"]
    [subnet] = ec2.describe_subnets(SubnetIds=[infrastructure["subnetId"]])["Subnets"]
    endpoints = ec2.describe_vpc_endpoints()["VpcEndpoints"]
    [group] = ec2.describe_security_groups(GroupIds=infrastructure["securityGroupIds"])["SecurityGroups"]
    assert group["IpPermissions"] == []
    return (
        subnet["VpcId"],
        {each["ServiceName"].rpartition(".")[2] for each in endpoints if subnet["SubnetId"] in each["SubnetIds"]},
        sorted(each["CidrIp"] for rule in group["IpPermissionsEgress"] for each in rule["IpRanges"]),
    )


def assert_container_changed(aws: AwsFactory, pipeline: str) -> None:
    """The repository is changed in place, and the pipeline builds by the new recipe, the old one being gone."""
    builder, ecr = aws("imagebuilder", ACCOUNT), aws("ecr", ACCOUNT)
    [recipe] = builder.list_container_recipes(owner="Self")["containerRecipeSummaryList"]
    assert recipe["arn"].endswith(":container-recipe/golden-shell/1.1.0")
    changed = builder.get_image_pipeline(imagePipelineArn=pipeline)["imagePipeline"]
    assert changed["containerRecipeArn"] == recipe["arn"]
    [repository] = ecr.describe_repositories()["repositories"]
    assert repository["imageTagMutability"] == "MUTABLE"
    assert repository["encryptionConfiguration"]["encryptionType"] == "KMS"
    tags = {
        tag["Key"]: tag["Value"] for tag in ecr.list_tags_for_resource(resourceArn=repository["repositoryArn"])["tags"]
    }
    assert tags == {
        "LifecycleExecutionAccess": "EC2 Image Builder",
        "ManagedBy": "goldsmith",
        "Stage": "second",
    }
    policy = json.loads(ecr.get_repository_policy(repositoryName="golden/shell")["policyText"])
    assert policy["Statement"][0]["Principal"]["AWS"] == [
        "arn:aws:iam::720000000002:root",
        "arn:aws:iam::730000000003:root",
    ]
    assert "imageCountMoreThan" in ecr.get_lifecycle_policy(repositoryName="golden/shell")["lifecyclePolicyText"]


def alias_names(aws: AwsFactory) -> list[str]:
    return [alias["AliasName"] for alias in aws("kms", ACCOUNT).list_aliases()["Aliases"]]


def image_keys(aws: AwsFactory) -> list[dict[str, Any]]:
    """The keys of the module image-key, told by the description that it gives them."""
    kms = aws("kms", ACCOUNT)
    keys = [kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] for key in kms.list_keys()["Keys"]]
    return [key for key in keys if key["Description"] == "Encrypts machine images."]


def test_the_modules_are_made_left_alone_changed_and_gone(root: Root, aws: AwsFactory, seen_calls: SeenCalls) -> None:
    arn = f"arn:aws:imagebuilder:us-east-1:{ACCOUNT}"
    assert apply(root) == {
        "pipeline_arn": f"{arn}:image-pipeline/golden-web",
        "recipe_arn": f"{arn}:image-recipe/golden-web/1.0.0",
    }
    assert all(what_is_left(aws).values())
    [vpc] = what_is_left(aws)["networks"]
    services = {"imagebuilder", "kms", "logs", "ssm", "ssmmessages"}
    assert build_network(aws) == (vpc, services, [])

    pipelines = aws("imagebuilder", ACCOUNT)
    made = pipelines.get_image_pipeline(imagePipelineArn=f"{arn}:image-pipeline/golden-web")["imagePipeline"]
    root.write("change.auto.tfvars.json", json.dumps({"change": CHANGE}))
    assert apply(root)["recipe_arn"] == f"{arn}:image-recipe/golden-web/1.1.0"
    changed = pipelines.get_image_pipeline(imagePipelineArn=f"{arn}:image-pipeline/golden-web")["imagePipeline"]
    assert changed["dateCreated"] == made["dateCreated"]
    assert changed["imageRecipeArn"] == f"{arn}:image-recipe/golden-web/1.1.0"
    assert changed["description"] == CHANGE["description"]
    assert changed["tags"] == {"ManagedBy": "goldsmith", "Stage": "second"}
    assert changed["schedule"]["scheduleExpression"] == CHANGE["schedule"]
    assert [one["version"] for one in what_is_left(aws)["components"]] == ["1.1.0"]
    assert build_network(aws) == (vpc, services, ["0.0.0.0/0", "0.0.0.0/0"])

    assert_container_changed(aws, f"{arn}:image-pipeline/golden-shell")

    root.run("destroy", "-no-color", "-auto-approve")
    assert not any(what_is_left(aws).values())
    assert [key["KeyState"] for key in image_keys(aws)] == ["PendingDeletion"]
    assert_known(seen_calls.by("Builder"), "GoldsmithApply")
