"""What receivers get of an image, as a spec says it: AMI names, descriptions and tags, licenses, parameters.

Patterns and bounds: botocore imagebuilder Distribution. What AMI names hold: botocore
AmiDistributionConfiguration.name, and https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopyImage.html (Name).
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from generator.source.report import did_you_mean, quoted, shown
from generator.spec import values as v
from generator.spec.launching import FastLaunchWritten, LaunchTemplateWritten
from generator.spec.shape import Written

MAX_AMI_NAME = 127
BUILD_DATE = "buildDate"
VARIABLES = (BUILD_DATE, "buildVersion")

_VARIABLE = re.compile(r"\{\{\s*imagebuilder:(\w+)\s*\}\}")
_PLAIN = re.compile(r"[A-Za-z0-9 ._-]*\Z")  # what both Image Builder and EC2 take


def ami_name_problem(name: str) -> str | None:
    """What is wrong with a template for AMI names, as a message; None where it is right."""
    if not 3 <= len(name) <= MAX_AMI_NAME:
        return f"has {len(name)} characters; allowed are 3 to {MAX_AMI_NAME}."
    used = _VARIABLE.findall(name)
    for variable in used:
        if variable not in VARIABLES:
            allowed = quoted([f"imagebuilder:{each}" for each in VARIABLES], "and")
            return f"imagebuilder:{variable} is no variable; there are {allowed}.{did_you_mean(variable, VARIABLES)}"
    plain = _VARIABLE.sub("", name)
    if not _PLAIN.match(plain) or name != name.strip(" ."):
        return (
            f"{shown(name)} is not allowed; an AMI's name has letters, digits, inner spaces and . _ - besides "
            "variables, and does not begin or end with a dot."
        )
    return None


def _ami_name(name: str) -> str:
    problem = ami_name_problem(name)
    if problem:
        raise v.problem(problem)
    if BUILD_DATE not in _VARIABLE.findall(name):
        message = (
            f"{shown(name)} would be the name of the second build's AMI too, and AWS refuses that. "
            "Add {{ imagebuilder:buildDate }}."
        )
        raise v.problem(message, "G309")
    return name


def _published_name(name: str) -> str:
    """https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html"""
    if re.match(r"/?(aws|ssm)", name, re.IGNORECASE):
        raise v.problem(f"{shown(name)} is not allowed; names that begin with aws or ssm are Amazon's own.", "G320")
    if name.count("/") > 15:
        raise v.problem(
            f"{shown(name)} has more than 15 levels, which is the most that a parameter's name has.", "G320"
        )
    if "//" in name or name.endswith("/"):
        raise v.problem(
            f"{shown(name)} is not allowed; between and after the slashes of a name stands something.", "G320"
        )
    if "/" in name and not name.startswith("/"):
        raise v.problem(f"{shown(name)} is not allowed; a name with levels begins with a slash.", "G320")
    return name


AmiName = Annotated[str, AfterValidator(_ami_name)]
LicenseArn = Annotated[
    str,
    v.matching(
        r"^arn:aws[^:]*:license-manager:[^:]+:[0-9]{12}:license-configuration:lic-[a-z0-9-_]{32}$",
        "the ARN of a license configuration reads like arn:aws:license-manager:us-east-1:111111111111:"
        "license-configuration:lic-0123456789abcdef0123456789abcdef",
    ),
]
DataType = Literal["aws:ec2:image", "text"]


class RegionWritten(Written):
    """What differs in one Region."""

    ami_name: AmiName | None = Field(default=None, description="replaces the name of all Regions")
    ami_description: v.Description | None = Field(default=None, description="replaces the description of all Regions")
    ami_tags: v.AmiTags | None = Field(default=None, description="added to the tags of all Regions")
    licenses: (
        Annotated[list[LicenseArn], Field(min_length=1, max_length=50), AfterValidator(v.unique("licenses"))] | None
    ) = Field(default=None, description="ARNs of License Manager configurations that AMIs here are associated with")


class ParameterWritten(Written):
    """One more SSM parameter that holds the id of the newest AMI, wherever the image is owned."""

    name: Annotated[v.ParameterName, AfterValidator(_published_name)] = Field(description="name of the parameter")
    data_type: DataType | None = Field(
        default=None, description="`text` lets Systems Manager take the id unchecked [default: aws:ec2:image]"
    )
    make: bool | None = Field(
        default=None,
        description="whether the parameter is made in advance, so that it has tags and goes with its root; for "
        "`data_type: text` [default: false; the first build makes it]",
    )
    accounts: Annotated[list[str], Field(min_length=1), AfterValidator(v.unique("accounts"))] | None = Field(
        default=None, description="names of the accounts [default: each that owns the image]"
    )
    regions: Annotated[list[v.Region], Field(min_length=1), AfterValidator(v.unique("Regions"))] | None = Field(
        default=None, description="Regions [default: each where the account owns the image]"
    )


class DistributionWritten(Written):
    """What receivers get of an image."""

    ami_name: AmiName | None = Field(
        default=None,
        description="name of the AMIs, with `{{ imagebuilder:buildDate }}` in it "
        "[default: environment, image and version, and the date]",
    )
    ami_description: v.Description | None = Field(
        default=None, description="description of the AMIs [default: the image's]"
    )
    ami_tags: v.AmiTags | None = Field(default=None, description="tags of the AMIs, besides the image's")
    regions: dict[v.Region, RegionWritten] | None = Field(default=None, description="what differs, by Region")
    parameters: Annotated[list[ParameterWritten], Field(min_length=1)] | None = Field(
        default=None, description="SSM parameters with the newest AMI's id, besides /goldsmith/ENVIRONMENT/IMAGE/ami"
    )
    launch_templates: Annotated[list[LaunchTemplateWritten], Field(min_length=1)] | None = Field(
        default=None, description="launch templates that get a version with each new AMI"
    )
    fast_launch: Annotated[list[FastLaunchWritten], Field(min_length=1)] | None = Field(
        default=None, description="for Windows: snapshots that are prepared ahead"
    )
