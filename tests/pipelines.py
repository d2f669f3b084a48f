"""A pipeline in the embedded AWS without Terraform: the least that an image can be built with."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from generator.images.pipeline import Pipeline

DOCUMENT = """\
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - {name: Say, action: ExecuteBash, inputs: {commands: [echo hello]}}
"""
AWS_POLICIES = ("EC2InstanceProfileForImageBuilder", "AmazonSSMManagedInstanceCore")


def make_pipeline(
    aws: Callable[..., Any],
    pipeline: Pipeline,
    regions: tuple[str, ...],
    log_bucket: str,
    profile: str = "build-instance",
    **members: Any,
) -> None:
    """Make the pipeline in its account, sending to `regions` of that account; `members` are of each distribution."""
    account, region = pipeline.account.id, pipeline.region
    imagebuilder = aws("imagebuilder", account, region)
    name, build = pipeline.name, pipeline.environment.build
    aws("s3", account, region).create_bucket(Bucket=log_bucket)
    infrastructure = imagebuilder.create_infrastructure_configuration(
        name=name,
        instanceProfileName=_instance_profile(aws("iam", account), log_bucket, profile),
        instanceTypes=["t3.medium"],
        subnetId=build.subnet,
        securityGroupIds=list(build.security_groups),
        logging={"s3Logs": {"s3BucketName": log_bucket, "s3KeyPrefix": pipeline.image.name}},
    )
    distribution = imagebuilder.create_distribution_configuration(
        name=name,
        distributions=[
            {
                "region": each,
                "amiDistributionConfiguration": {"name": f"{name}-{{{{ imagebuilder:buildDate }}}}"},
                **members,
            }
            for each in regions
        ],
    )
    component = imagebuilder.create_component(name=name, semanticVersion="1.0.0", platform="Linux", data=DOCUMENT)
    recipe = imagebuilder.create_image_recipe(
        name=name,
        semanticVersion=pipeline.image.version,
        components=[{"componentArn": component["componentBuildVersionArn"]}],
        parentImage=f"arn:aws:imagebuilder:{region}:aws:image/amazon-linux-2023-x86/x.x.x",
    )
    imagebuilder.create_image_pipeline(
        name=name,
        imageRecipeArn=recipe["imageRecipeArn"],
        infrastructureConfigurationArn=infrastructure["infrastructureConfigurationArn"],
        distributionConfigurationArn=distribution["distributionConfigurationArn"],
    )


def _instance_profile(iam: Any, log_bucket: str, name: str) -> str:
    trust = _policy("sts:AssumeRole", {"Principal": {"Service": "ec2.amazonaws.com"}})
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    for policy in AWS_POLICIES:
        iam.attach_role_policy(RoleName=name, PolicyArn=f"arn:aws:iam::aws:policy/{policy}")
    logs = _policy("s3:PutObject", {"Resource": f"arn:aws:s3:::{log_bucket}/*"})
    iam.put_role_policy(RoleName=name, PolicyName="logs", PolicyDocument=logs)
    iam.create_instance_profile(InstanceProfileName=name)
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    return name


def _policy(action: str, rest: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, **rest}]})
