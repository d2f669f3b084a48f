"""The kinds of text and number that a spec is made of, each with what AWS allows and a message that says so.

Patterns and limits are those of botocore's service models (imagebuilder, ec2, iam, s3) where they have one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from generator.source.report import shown

NAME_PATTERN = r"^[a-z][a-z0-9-]{1,40}[a-z0-9]$"
NAME_RULE = "allowed are 3 to 42 lower-case letters, digits and hyphens, a letter first and no hyphen last"
QUOTE_IT = "Put it in quotes."
_TAG_KEY = re.compile(r"(?!aws:)[a-zA-Z0-9\s_.:/=+\-@]{1,128}\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def problem(message: str, code: str = "") -> PydanticCustomError:
    """An error whose message is already the one that users read; `code` is of the rule that has a page of it."""
    return PydanticCustomError("goldsmith", "{message}", {"message": message, "code": code})


def matching(pattern: str, rule: str, code: str = "") -> Any:
    """A validator for text of a pattern; `rule` says what is allowed, after the value that is not."""
    compiled = re.compile(pattern.removesuffix("$") + r"\Z")

    def check(value: str) -> str:
        if not compiled.match(value):
            raise problem(f"{shown(value)} is not allowed; {rule}.", code)
        return value

    return AfterValidator(check)


def _text(pattern: str, rule: str, description: str, code: str = "") -> Any:
    return Annotated[
        str, matching(pattern, rule, code), Field(description=description, json_schema_extra={"pattern": pattern})
    ]


def checked_account_id(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        raise problem(f"is a number; an account id is text of twelve digits. {QUOTE_IT}")
    if isinstance(value, str) and not re.match(r"[0-9]{12}\Z", value):
        raise problem(f"{shown(value)} is not an account id; allowed are twelve digits.")
    return value


def _no_nul(value: str) -> str:
    if "\x00" in value:
        raise problem("holds the character U+0000, which AWS refuses in any text. Remove it.")
    return value


def _description(value: str) -> str:
    if not 1 <= len(value) <= 1024:
        raise problem(f"has {len(value)} characters; allowed are 1 to 1024.")
    return _no_nul(value)


def _tags(tags: dict[str, str]) -> dict[str, str]:
    if len(tags) > 40:
        raise problem(f"holds {len(tags)} tags; allowed are 40 (AWS takes 50, and Goldsmith adds its own).")
    for key, value in tags.items():
        if not _TAG_KEY.match(key):
            raise problem(
                f"the tag key {shown(key)} is not allowed; EC2 Image Builder takes 1 to 128 letters, digits, "
                "spaces and _ . : / = + - @, not starting with aws:."
            )
        if len(value) > 256:
            raise problem(f"the tag {shown(key)} has a value of {len(value)} characters; allowed are 256.")
        if _CONTROL.search(value):
            raise problem(
                f"the tag {shown(key)} has a control character in its value; AWS takes none there. Remove it."
            )
    return tags


def _no_tags_of_aws(tags: dict[str, str]) -> dict[str, str]:
    """https://docs.aws.amazon.com/imagebuilder/latest/userguide/tag-resources.html"""
    for key in tags:
        if key in ("CreatedBy", "Ec2ImageBuilderArn"):
            raise problem(
                f"the tag {key} is not allowed; EC2 Image Builder gives it to each AMI, and the roles that look after "
                "AMIs go by it. Remove it."
            )
    return tags


def _parameters(parameters: dict[str, str]) -> dict[str, str]:
    for name, value in parameters.items():
        if not 1 <= len(name) <= 256 or "\x00" in name or "\x00" in value:
            raise problem(
                f"the parameter {shown(name)} is not allowed; names have 1 to 256 characters, and neither "
                "name nor value holds U+0000."
            )
    return parameters


def unique(things: str, code: str = "") -> Callable[[list[Any]], list[Any]]:
    """A check that a list names nothing twice; `code` is of the rule that has a page of it."""

    def check(items: list[Any]) -> list[Any]:
        seen: list[Any] = []
        for item in items:
            if item in seen:
                raise problem(f"names {shown(item)} twice; each of the {things} stands once. Remove one.", code)
            seen.append(item)
        return items

    return check


def _regional(pattern: str, rule: str) -> Any:
    """A validator for an id, or for a mapping of Regions to ids."""
    compiled, region = re.compile(pattern.removesuffix("$") + r"\Z"), re.compile(REGION_PATTERN)

    def check(value: object) -> object:
        if isinstance(value, str) and compiled.match(value):
            return value
        if not isinstance(value, dict):
            raise problem(f"{shown(value)} is not allowed; {rule}, and a mapping of Regions to ids is allowed too.")
        if not value:
            raise problem("names no Region; at least one is needed.")
        for key, each in value.items():
            if not isinstance(key, str) or not region.match(key):
                raise problem(f"{shown(key)} is not allowed; {REGION_RULE}.")
            if not isinstance(each, str) or not compiled.match(each):
                raise problem(f"{shown(each)} is not allowed for {key}; {rule}.")
        return value

    return BeforeValidator(check)


Folder = _text(
    r"^(?![/~])[^\x00-\x1f\x7f\\]+$",
    "a folder is written relative to this file, with /, so that it is found on every machine",
    "path of a folder, relative to the file that names it",
)
File = _text(
    r"^(?![/~])(?!(.*/)?\.\.(/|$))[^\x00-\x1f\x7f\\]+$",
    "a file is written relative to the folder of the spec, with /, and lies in it",
    "path of a file in the folder of the spec",
)
Name = _text(NAME_PATTERN, NAME_RULE, "3 to 42 lower-case letters, digits and hyphens")
AccountId = Annotated[
    str,
    BeforeValidator(checked_account_id),
    Field(description="twelve digits, in quotes", json_schema_extra={"pattern": "^[0-9]{12}$"}),
]
REGION_PATTERN = r"^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$"
REGION_RULE = "a Region reads like us-east-1 or eu-central-1"
Region = _text(REGION_PATTERN, REGION_RULE, "such as us-east-1")
RoleName = _text(
    r"^[\w+=,.@-]{1,64}$", "an IAM role name has 1 to 64 letters, digits and _ + = , . @ -", "IAM role name"
)
PolicyName = _text(
    r"^([\w+=,.@-]+/)*[\w+=,.@-]{1,128}$", "a policy goes by its name, with its path if it has one", "IAM policy name"
)
BucketName = _text(
    r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
    "a bucket name has 3 to 63 lower-case letters, digits, dots and hyphens",
    "S3 bucket name",
)
RolloutsPlace = _text(
    r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._=-]+)*/?"
    r"(\?(region|kms_key)=[A-Za-z0-9:/_%-]+(&(region|kms_key)=[A-Za-z0-9:/_%-]+)?)?$",
    "s3://BUCKET/PREFIX is, with ?region=REGION and &kms_key=ARN where they are needed",
    "where rollouts are recorded",
)
Subnet = _text(r"^subnet-[0-9a-f]{8}([0-9a-f]{9})?$", "a subnet id reads like subnet-0123456789abcdef0", "subnet id")
SecurityGroup = _text(
    r"^sg-[0-9a-f]{8}([0-9a-f]{9})?$",
    "a security group id reads like sg-0123456789abcdef0",
    "security group id",
)
InstanceType = _text(
    r"^[a-z0-9-]+\.[a-z0-9-]+$",
    "an instance type reads like t3.medium",
    "EC2 instance type, such as t3.medium",
)
KeyPair = Annotated[
    str,
    matching(r"^[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?$", "a key pair's name has 1 to 255 ASCII characters"),
]
TopicArn = _text(
    r"^arn:aws[^:]*:sns:[a-z0-9-]+:[0-9]{12}:[a-zA-Z0-9_-]{1,256}$",
    "the ARN of a standard topic reads like arn:aws:sns:us-east-1:111111111111:image-builds",
    "ARN of a standard SNS topic",
)
AvailabilityZone = _text(
    r"^[a-z]{2,4}(-[a-z0-9]+)+-[0-9]{1,2}[a-z]$",
    "an Availability Zone reads like us-east-1a",
    "such as us-east-1a",
)
HostId = _text(
    r"^h-[0-9a-f]{8}([0-9a-f]{9})?$", "a Dedicated Host's id reads like h-0123456789abcdef0", "Dedicated Host id"
)
ResourceGroupArn = _text(
    r"^arn:aws[^:]*:resource-groups:[a-z0-9-]+:[0-9]{12}:group/[a-zA-Z0-9_./-]{1,300}$",
    "the ARN of a host resource group reads like arn:aws:resource-groups:us-east-1:111111111111:group/mac",
    "ARN of a host resource group",
)
Device = _text(r"^/dev/[a-z0-9]+$", "a device reads like /dev/xvda", "device name, such as /dev/xvda")
VirtualName = _text(
    r"^ephemeral([0-9]|1[0-9]|2[0-3])$", "an instance store reads like ephemeral0 (up to ephemeral23)", "ephemeral0"
)
WorkingDirectory = _text(
    r"^[^\x00-\x1f\x7f]{1,1024}$", "a directory has 1 to 1024 characters on one line", "path of a directory"
)
SNAPSHOT_PATTERN = r"^snap-[0-9a-f]{8}([0-9a-f]{9})?$"
RegionalSnapshot = Annotated[
    str | dict[str, str], _regional(SNAPSHOT_PATTERN, "a snapshot id reads like snap-0123456789abcdef0")
]
AMI_PATTERN = r"^ami-[0-9a-f]{8}([0-9a-f]{9})?$"
# Of a version; AWS takes 0 to 2^30-1: https://docs.aws.amazon.com/imagebuilder/latest/userguide/ibhow-semantic-versioning.html
_NUMBER = "[0-9]{1,9}"
IMAGE_ARN_PATTERN = (
    r"^arn:aws[^:]*:imagebuilder:[^:]+:([0-9]{12}|aws(-[a-z-]+)?):image/"
    rf"[a-z0-9-_]+/(x\.x\.x|{_NUMBER}\.(x\.x|{_NUMBER}\.(x|{_NUMBER}(/{_NUMBER})?)))$"
)
IMAGE_ARN_RULE = "an image ARN reads like arn:aws:imagebuilder:us-east-1:aws:image/amazon-linux-2023-x86/x.x.x"
AmiId = _text(AMI_PATTERN, "an AMI id reads like ami-0123456789abcdef0", "AMI id")
RegionalAmi = Annotated[str | dict[str, str], _regional(AMI_PATTERN, "an AMI id reads like ami-0123456789abcdef0")]
Product = _text(
    r"^(prod-[a-z0-9]{4,}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$",
    "the id of a Marketplace product reads like prod-abcdef0123456",
    "id of an AWS Marketplace product",
)
ImageArn = _text(IMAGE_ARN_PATTERN, IMAGE_ARN_RULE, "ARN of an EC2 Image Builder image", "G320")
ParameterName = _text(
    r"^/?[a-zA-Z0-9_.\-/]{1,1011}$", "a parameter name reads like /images/base", "SSM parameter name", "G320"
)
ManagedName = _text(
    r"^[a-z0-9][a-z0-9_-]{1,126}[a-z0-9]$",
    "the name of an Amazon-managed component reads like update-linux",
    "name of an Amazon-managed component",
)
MarketplaceName = _text(
    r"^[a-z0-9][a-z0-9_-]{1,126}[a-z0-9]$",
    "the name of a Marketplace component is that of its ARN, such as datadog-agent-for-linux-prod-wwo2b4p7dgrkk",
    "name of a Marketplace component, as in its ARN",
)
SharedName = _text(
    r"^[a-z0-9][a-z0-9_-]{1,126}[a-z0-9]$",
    "the name of a shared component is that of its ARN: lower-case letters, digits, - and _",
    "name of a shared component, as in its ARN",
)
COMPONENT_ARN_PATTERN = (
    r"^arn:aws[^:]*:imagebuilder:[a-z0-9-]+:([0-9]{12}|aws(-[a-z-]+)?|third-party):component/"
    rf"[a-z0-9_-]+/(x\.x\.x|{_NUMBER}\.(x\.x|{_NUMBER}\.(x|{_NUMBER}(/{_NUMBER})?)))$"
)
ComponentArn = _text(
    COMPONENT_ARN_PATTERN,
    "a component's ARN reads like arn:aws:imagebuilder:us-east-1:111111111111:component/agent/1.0.0",
    "ARN of a component",
    "G320",
)
ManagedVersion = _text(
    rf"^(x\.x\.x|{_NUMBER}\.(x\.x|{_NUMBER}\.(x|{_NUMBER})))$",
    "a version reads 1.2.3, 1.2.x, 1.x.x or x.x.x (an x has only x to its right)",
    "1.2.3, 1.2.x, 1.x.x or x.x.x",
    "G319",
)
Version = _text(r"^(0|[1-9][0-9]{0,8})(\.(0|[1-9][0-9]{0,8})){2}$", "a version reads 1.2.3", "such as 1.2.3", "G319")
Keep = Annotated[int, Field(ge=0, le=40)]  # with the newest and pins, what a lifecycle policy can name: 50
Description = Annotated[str, AfterValidator(_description), Field(json_schema_extra={"minLength": 1, "maxLength": 1024})]
Tags = Annotated[dict[str, str], AfterValidator(_tags)]
AmiTags = Annotated[Tags, AfterValidator(_no_tags_of_aws)]  # of what AMIs get their tags from
Parameters = Annotated[dict[str, str], AfterValidator(_parameters)]
