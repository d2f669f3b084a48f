"""Who receives the images of an environment, as a spec says it.

Patterns and bounds: botocore imagebuilder LaunchPermissionConfiguration.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag

from generator.source.report import shown
from generator.spec import values as v
from generator.spec.account_entries import AccountFilterWritten
from generator.spec.shape import MAPPING, TEXT, Written

PUBLIC = "yes, anyone may launch this image"  # nobody types it by accident, or overlooks it in a review

_ORGANIZATION_ID = "o-[a-z0-9]{10,32}"

OrganizationArn = Annotated[
    str,
    v.matching(
        f"^arn:aws[a-z-]*:organizations::[0-9]{{12}}:organization/{_ORGANIZATION_ID}$",
        "the ARN of an organization reads like arn:aws:organizations::111111111111:organization/o-a1b2c3d4e5",
    ),
]
UnitArn = Annotated[
    str,
    v.matching(
        f"^arn:aws[a-z-]*:organizations::[0-9]{{12}}:ou/{_ORGANIZATION_ID}/ou-[0-9a-z]{{4,32}}-[0-9a-z]{{8,32}}$",
        "the ARN of an organizational unit reads like "
        "arn:aws:organizations::111111111111:ou/o-a1b2c3d4e5/ou-ab12-11111111",
    ),
]


def _public(value: object) -> object:
    if value != PUBLIC:
        raise v.problem(f'{shown(value)} is not allowed; only the sentence "{PUBLIC}" makes images public.', "G321")
    return value


def _receivers(value: object) -> str:
    return MAPPING if isinstance(value, dict | Written) else TEXT


ReceiversValue = Annotated[
    Annotated[list[str], Field(min_length=1), AfterValidator(v.unique("accounts")), Tag(TEXT)]
    | Annotated[AccountFilterWritten, Tag(MAPPING)],
    Discriminator(_receivers),
]


class DistributeWritten(Written):
    """Accounts, organizations and everybody: at least one of them, and the Regions."""

    accounts: ReceiversValue | None = Field(
        default=None,
        description="accounts that receive: a list of names, or a mapping of `ou` and `tags` that chooses them",
    )
    organizations: (
        Annotated[list[OrganizationArn], Field(min_length=1), AfterValidator(v.unique("organizations"))] | None
    ) = Field(default=None, description="ARNs of organizations whose accounts may launch the build account's AMI")
    organizational_units: (
        Annotated[list[UnitArn], Field(min_length=1), AfterValidator(v.unique("organizational units"))] | None
    ) = Field(default=None, description="ARNs of organizational units, the same")
    public: Annotated[str, BeforeValidator(_public)] | None = Field(
        default=None,
        description=f"`{PUBLIC}`, in these words, lets every AWS account launch the build account's AMI",
    )
    regions: Annotated[list[v.Region], Field(min_length=1), AfterValidator(v.unique("Regions", "G304"))] = Field(
        description="Regions in which they receive"
    )
    mode: Literal["copy", "share"] | None = Field(
        default=None,
        description="`copy`: the account owns an AMI of its own; `share`: it may launch the build account's "
        "[default: copy; share where organizations, organizational units or the public are named]",
    )
