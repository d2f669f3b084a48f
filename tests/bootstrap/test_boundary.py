"""The permissions boundary of builds' roles: it leaves them what the modules and AWS give them, and little else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

import pytest
from bootstrap_policies import PLANNED, boundary
from moto.iam.aws_managed_policies import aws_managed_policies_data

from generator.emulator.policies import Question, is_permitted

ACCOUNT = "111111111111"
BOUNDARY = boundary()
ROLES_OF = [
    "execution-role",
    "instance-profile",
    "lifecycle-role",
    "network",
    "target-account",
    "vm-export",
    "vm-import",
]
MANAGED = [
    "AmazonSSMManagedInstanceCore",
    "EC2ImageBuilderExecutionPolicy",
    "EC2ImageBuilderLifecycleExecutionPolicy",
    "EC2InstanceProfileForImageBuilder",
    "Ec2ImageBuilderCrossAccountDistributionAccess",
]
# Names of the modules' examples -> those that a spec would have given.
AS_OF_A_SPEC = {
    "alias/golden": "alias/goldsmith-prod",
    "arn:aws:s3:::acme-golden-image-exports": f"arn:aws:s3:::acme-prod-imagebuilder-exports-{ACCOUNT}-us-east-1",
    "arn:aws:s3:::acme-golden-image-logs": f"arn:aws:s3:::acme-prod-imagebuilder-logs-{ACCOUNT}-us-east-1",
    "arn:aws:kms:us-east-1:999999999999:key/01234567-89ab-cdef-0123-456789abcdef": (
        f"arn:aws:kms:us-east-1:{ACCOUNT}:key/3f0d2a0e-0000-4000-8000-000000000000"
    ),
}
Statement = Mapping[str, Any]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def given_by_modules() -> Iterator[tuple[str, Statement]]:
    text = PLANNED.read_text(encoding="utf-8")
    for name, other in AS_OF_A_SPEC.items():
        text = text.replace(name, other)
    for address, policy in json.loads(text).items():
        if "aws_iam_role_policy." in address and address.rpartition("-")[0].split(" ")[0] in ROLES_OF:
            yield from ((address, statement) for statement in policy["Statement"])


def given_by_aws() -> Iterator[tuple[str, Statement]]:
    every = json.loads(aws_managed_policies_data)
    for name in MANAGED:
        yield from ((name, statement) for statement in every[name]["Document"]["Statement"])


def singles(statement: Statement) -> Iterator[tuple[str, str]]:
    for action in listed(statement["Action"]):
        yield from ((action, resource) for resource in listed(statement["Resource"]))


def is_left(action: str, resource: str, condition: Statement) -> bool:
    """Whether one statement of the boundary allows all that this allows: it asks for no more, of no less."""
    return any(
        any(fnmatchcase(action, pattern) for pattern in listed(each["Action"]))
        and any(fnmatchcase(resource, pattern) for pattern in listed(each["Resource"]))
        and _is_implied(each.get("Condition", {}), condition)
        for each in BOUNDARY["Statement"]
    )


def _is_implied(wanted: Statement, given: Statement) -> bool:
    return all(
        all(any(fnmatchcase(str(value), str(one)) for one in listed(values)) for value in found)
        for operator, keys in wanted.items()
        for key, values in keys.items()
        for found in [listed(given.get(operator, given.get(operator.replace("Like", "Equals"), {})).get(key, [None]))]
    )


def test_all_that_the_modules_give_is_left() -> None:
    statements = list(given_by_modules())
    lost = [
        (address, action, resource)
        for address, statement in statements
        for action, resource in singles(statement)
        if not is_left(action, resource, statement.get("Condition", {}))
    ]
    assert len(statements) > 30
    assert lost == []


def test_of_what_aws_gives_only_this_is_taken() -> None:
    """Roles of others are not passed on, and files are read from the buckets of the spec alone."""
    lost = {
        (action, resource)
        for _, statement in given_by_aws()
        for action, resource in singles(statement)
        if not is_left(action, resource, statement.get("Condition", {}))
    }
    isos = {("s3:GetObject", f"arn:aws:s3:::*/*.{kind}") for kind in ("ISO", "Iso", "iso")}
    assert lost == {("iam:PassRole", "arn:aws:iam::*:role/*"), *isos}


def test_no_action_is_idle() -> None:
    given = [statement for _, statement in (*given_by_modules(), *given_by_aws())]
    actions = {action for statement in given for action in listed(statement["Action"])}
    own = {"lambda:InvokeFunction", "states:StartExecution"}  # of the example
    allowed = {action for each in BOUNDARY["Statement"] for action in listed(each["Action"])} - own
    assert [each for each in sorted(allowed) if not any(fnmatchcase(action, each) for action in actions)] == []


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("iam:CreateUser", "*"),
        ("iam:PutRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/goldsmith-prod-instance"),
        ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/Admin"),
        ("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/GoldsmithApply"),
        ("s3:GetObject", "arn:aws:s3:::acme-terraform-state/prod/terraform.tfstate"),
        ("s3:PutObject", "arn:aws:s3:::payroll/2026.csv"),
        ("ec2:TerminateInstances", f"arn:aws:ec2:us-east-1:{ACCOUNT}:instance/i-0123456789abcdef0"),
        ("ec2:AuthorizeSecurityGroupIngress", "*"),
        ("kms:Decrypt", f"arn:aws:kms:us-east-1:{ACCOUNT}:key/01234567-0000-4000-8000-000000000000"),
        ("secretsmanager:GetSecretValue", "*"),
        ("ssm:PutParameter", f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/database/password"),
        ("lambda:CreateFunction", "*"),
        ("ec2:CreateImage", f"arn:aws:ec2:us-east-1:{ACCOUNT}:instance/i-0123456789abcdef0"),
        ("ec2:CreateSnapshot", f"arn:aws:ec2:us-east-1:{ACCOUNT}:volume/vol-0123456789abcdef0"),
        ("ec2:CreateTags", f"arn:aws:ec2:us-east-1:{ACCOUNT}:instance/i-0123456789abcdef0"),
        ("ssm:GetParametersByPath", f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/database"),
        ("ssm:GetParameterHistory", f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/database/password"),
        ("ssm:SendCommand", f"arn:aws:ec2:us-east-1:{ACCOUNT}:instance/i-0123456789abcdef0"),
    ],
)
def test_whatever_a_roles_policies_say_it_cannot(action: str, resource: str) -> None:
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    question = Question(action, resource=resource)
    assert is_permitted([everything], question)
    assert not is_permitted([BOUNDARY], question)


def test_it_is_short_enough() -> None:
    """6,144 characters: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html."""
    assert len(json.dumps(BOUNDARY, separators=(",", ":"))) <= 6_144
