"""How receivers launch an image, as a spec says it: launch templates that follow it, fast launch for Windows.

Bounds: botocore imagebuilder LaunchTemplateConfiguration, FastLaunchConfiguration; the fewest parallel launches:
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableFastLaunch.html
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from generator.spec import values as v
from generator.spec.shape import Written
from generator.spec.template_ids import TemplateId

Accounts = Annotated[list[str], Field(min_length=1), AfterValidator(v.unique("accounts"))]
Regions = Annotated[list[v.Region], Field(min_length=1), AfterValidator(v.unique("Regions"))]
TemplateName = Annotated[
    str,
    v.matching(
        r"^[a-zA-Z0-9()./_-]{3,128}$", "the name of a launch template has 3 to 128 letters, digits and ( ) . / _ -"
    ),
]
TemplateVersion = Annotated[
    str, v.matching(r"^(\$Default|\$Latest|[1-9][0-9]*)$", "allowed are $Default, $Latest and a number, in quotes")
]
ProfileName = Annotated[
    str, v.matching(r"^[\w+=,.@-]{1,128}$", "the name of an instance profile has letters, digits and _ + = , . @ -")
]


class LaunchTemplateWritten(Written):
    """A launch template that gets a version with each new AMI: an existing one by its id, or one that is made."""

    id: TemplateId | None = Field(
        default=None,
        description="id of an existing template, of one account and Region; in another account than the build's it has "
        "to be tagged CreatedBy = EC2 Image Builder [default: one is made]",
    )
    accounts: Accounts | None = Field(
        default=None, description="names of the accounts [default: each that owns the image]"
    )
    regions: Regions | None = Field(
        default=None, description="Regions [default: each where the account owns the image]"
    )
    default: bool | None = Field(
        default=None, description="whether the new version becomes the template's default one [default: true]"
    )
    name: v.Name | None = Field(
        default=None, description="name of the template that is made [default: environment and image]"
    )
    instance_type: v.InstanceType | None = Field(default=None, description="of the template that is made")
    instance_profile: ProfileName | None = Field(
        default=None, description="name of the instance profile in the template that is made"
    )
    security_groups: (
        Annotated[list[v.SecurityGroup], Field(min_length=1), AfterValidator(v.unique("security groups"))] | None
    ) = Field(default=None, description="of the template that is made")


class FastLaunchTemplateWritten(Written):
    """What Windows instances are launched from to prepare snapshots: exactly one of `id` and `name`."""

    id: TemplateId | None = Field(default=None, description="id of a launch template")
    name: TemplateName | None = Field(default=None, description="name of a launch template")
    version: TemplateVersion | None = Field(default=None, description="its version [default: $Default]")


class FastLaunchWritten(Written):
    """Snapshots that are prepared ahead, so that Windows instances start faster."""

    accounts: Accounts | None = Field(
        default=None, description="names of the accounts [default: each that owns the image]"
    )
    regions: Regions | None = Field(
        default=None, description="Regions [default: each where the account owns the image]"
    )
    enabled: bool | None = Field(
        default=None, description="false leaves fast launch of new AMIs as it is [default: true]"
    )
    max_parallel_launches: Annotated[int, Field(ge=6, le=10000)] | None = Field(
        default=None, description="instances that prepare snapshots at once [default: EC2's, 6]"
    )
    snapshots: Annotated[int, Field(ge=1, le=10000)] | None = Field(
        default=None, description="snapshots that are kept ready [default: EC2's, 5]"
    )
    launch_template: FastLaunchTemplateWritten | None = Field(
        default=None, description="what instances are launched from [default: EC2 makes a network for them]"
    )
