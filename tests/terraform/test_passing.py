"""Passing errors are told from lasting ones. The texts are real: of the threads beside them, cut to one error each."""

from __future__ import annotations

import re

import pytest

from generator.terraform.passing import FOLLOWS, LASTING, PASSING, Kind, passing_kind

PROVIDER = "https://github.com/hashicorp/terraform-provider-aws/issues/"
TERRAFORM = "https://github.com/hashicorp/terraform/issues/"
CONFLICT = "A conflicting conditional operation is currently in progress against this resource. Please try again."
KEPT = (
    "Error: Failed to persist state to backend\nThe error shown above has prevented Terraform from writing the updated "
    'state to the configured backend. To allow for recovery, the state has been written to the file "errored.tfstate" '
    "in the current working directory."
)

PASSES: list[tuple[str, Kind, str]] = [
    (f"{PROVIDER}5171", "throttling", "Throttling: Rate exceeded\n\tstatus code: 400, request id: 322cd13f"),
    (
        f"{PROVIDER}2942",
        "throttling",
        "Error modifying Lambda Function Configuration: InvalidParameterValueException: Your request has been "
        "throttled by EC2, please make sure you have enough API rate limit. EC2 Error Code: RequestLimitExceeded.",
    ),
    (
        "https://github.com/CloudSnorkel/cdk-github-runners/issues/946",
        "throttling",
        "Error: RequestLimitExceeded: Request limit exceeded. Account 111111111111 has been throttled on "
        "ec2:RunInstances because it exceeded its request rate limit. StatusCode: 503",
    ),
    (
        f"{PROVIDER}36094",
        "throttling",
        "Error: reading ConfigService Organization Managed Rule (ALB_WAF_ENABLED): operation error Config Service: "
        "DescribeOrganizationConfigRules, failed to get rate limit token, retry quota exceeded, 3 available, 5 "
        "requested",
    ),
    (
        "https://github.com/pingcap/tiflash/issues/10538",
        "throttling",
        "Error: operation error S3: PutObject, https response error StatusCode: 503, api error SlowDown: Please reduce "
        "your request rate.",
    ),
    (
        f"{PROVIDER}36873",
        "conflict",
        "Error: creating S3 Bucket (bucket-name-replica) Public Access Block: operation error S3: "
        "PutPublicAccessBlock, exceeded maximum number of attempts, 25, https response error StatusCode: 409, "
        f"RequestID: H3J1BTW5RWERJ7XP, HostID: qrp8J9Ak, api error OperationAborted: {CONFLICT}",
    ),
    (
        f"{PROVIDER}33367",
        "consistency",
        "Error: creating Amazon SESv2 (Simple Email V2) Configuration Set Event Destination: operation error SESv2: "
        "CreateConfigurationSetEventDestination, https response error StatusCode: 400, RequestID: f230abda, "
        "BadRequestException: Could not assume IAM role <arn:aws:iam::ARN:role/SES_access_to_Kinesis>.",
    ),
    (
        f"{PROVIDER}14163",
        "network",
        "Error: RequestError: send request failed\ncaused by: Get https://cloudfront.amazonaws.com/2019-03-26/tagging: "
        "read tcp 10.1.0.4:33408->54.239.29.51:443: read: connection reset by peer",
    ),
    (
        f"{PROVIDER}39125",
        "network",
        'Error: Cannot assume IAM Role\nwith provider["registry.terraform.io/hashicorp/aws"],\nIAM Role '
        "(arn:aws:iam::111111111111:role/a) cannot be\nassumed.\nThere are a number of possible causes of this - the "
        "most common are:\n  * The credentials used in order to assume the role are invalid\n  * The credentials do "
        "not have appropriate permission to assume the role\n  * The role ARN is not valid\nError: operation error "
        "STS: AssumeRole, exceeded maximum number of attempts,\n3, https response error StatusCode: 0, RequestID: , "
        'request send failed, Post "https://sts.us-east-1.amazonaws.com/": net/http: TLS handshake timeout',
    ),
    (
        f"{TERRAFORM}10354",
        "network",
        "* RequestError: send request failed\ncaused by: Post https://sts.amazonaws.com/: dial tcp: lookup "
        "sts.amazonaws.com on 192.168.1.1:53: read udp 192.168.1.140:49703->192.168.1.1:53: i/o timeout",
    ),
    (
        f"{TERRAFORM}26161",
        "network",
        "Error: Failed to query available provider packages\nCould not retrieve the list of available versions for "
        "provider hashicorp/aws: could not connect to registry.terraform.io: Failed to request discovery document: Get "
        '"https://registry.terraform.io/.well-known/terraform.json": context deadline exceeded (Client.Timeout '
        "exceeded while awaiting headers)",
    ),
]

LASTS: list[tuple[str, str]] = [
    (
        f"{TERRAFORM}22410",
        "Error: Error acquiring the state lock\n\nError message: ConditionalCheckFailedException: The conditional "
        "request failed\nLock Info:\n"
        "  ID:        f9763602-b03f-e35c-da30-4083cdbb99ae\n  Operation: OperationTypeApply",
    ),
    (
        f"{TERRAFORM}32690",
        "Error: Error acquiring the state lock\nError message: 2 errors occurred:\n\t* "
        "ConditionalCheckFailedException: The conditional request failed\n\t* unexpected end of JSON input",
    ),
    (
        "https://github.com/sxarp/drafts/issues/33",
        "Error releasing the state lock\nError message: failed to retrieve lock info: RequestError: send request "
        "failed\ncaused by: Post https://dynamodb.ap-northeast-1.amazonaws.com/: i/o timeout",
    ),
    (
        f"{PROVIDER}40037",
        "Error: deleting Image Builder Image Recipe (arn:aws:imagebuilder:eu-west-1:0000:image-recipe/web/1.0.0): "
        "operation error imagebuilder: DeleteImageRecipe, https response error StatusCode: 400, RequestID: xxxx, "
        "ResourceDependencyException: Resource dependency error: The resource ARN "
        "'arn:aws:imagebuilder:eu-west-1:xxxx:image-recipe/web/1.0.0' has other resources depended on it",
    ),
    (
        f"{PROVIDER}1671",
        "* aws_security_group.default_private: DependencyViolation: resource sg-cd40e2b6 has a dependent object\n"
        "\tstatus code: 400, request id: 6da496ce",
    ),
    (
        f"{PROVIDER}8905",
        "Error: Error Updating IAM Role (test_cert) Assume Role Policy: MalformedPolicyDocument: Invalid principal in "
        'policy: "AWS":"arn:aws:iam::xxx:user/test_user"',
    ),
    (
        f"{PROVIDER}6566",
        "Error: Cannot assume IAM Role\nError: operation error STS: AssumeRole, https response error StatusCode: 403, "
        "RequestID: 2f, api error AccessDenied: User: arn:aws:iam::111111111111:user/a is not authorized to perform: "
        "sts:AssumeRole on resource: arn:aws:iam::222222222222:role/b",
    ),
    (
        f"{PROVIDER}30959",
        "Error: configuring Terraform AWS Provider: validating provider credentials: retrieving caller identity from "
        "STS: operation error STS: GetCallerIdentity, https response error StatusCode: 0, RequestID: , request send "
        'failed, Post "https://sts.us-east-1.amazonaws.com/": dial tcp: lookup sts.us-east-1.amazonaws.com on '
        "[::1]:53: no such host",
    ),
    (
        "https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html",
        "Error: creating KMS Key: operation error KMS: CreateKey, https response error StatusCode: 400, RequestID: 2f, "
        "LimitExceededException: The request was rejected because a quota was exceeded.",
    ),
]


@pytest.mark.parametrize(("source", "kind", "said"), PASSES)
def test_a_passing_error_has_its_kind(source: str, kind: Kind, said: str) -> None:
    assert passing_kind([said]) == kind, source


@pytest.mark.parametrize(("source", "said"), LASTS)
def test_a_lasting_error_has_none(source: str, said: str) -> None:
    assert passing_kind([said]) is None, source


def test_one_lasting_or_unknown_error_makes_a_failure_lasting() -> None:
    throttled, denied, unknown = PASSES[0][2], LASTS[6][1], "Error: Reference to undeclared resource"
    assert passing_kind([throttled, throttled]) == "throttling"
    assert passing_kind([throttled, denied]) is None
    assert passing_kind([unknown, throttled]) is None
    assert passing_kind([]) is None


def test_a_state_that_was_kept_passes_with_what_kept_it() -> None:
    refused = "Error: Failed to save state\nError saving state: failed to upload state: {}"
    assert passing_kind([refused.format("api error SlowDown"), KEPT]) == "throttling"
    assert passing_kind([refused.format("api error AccessDenied"), KEPT]) is None
    assert passing_kind([KEPT]) is None


def test_every_pattern_can_be_searched_and_names_where_it_is_from() -> None:
    patterns = [*LASTING, *FOLLOWS, *PASSING]
    assert len({pattern.name for pattern in patterns}) == len(patterns)
    for pattern in patterns:
        re.compile(pattern.regex)
        assert pattern.source.startswith("https://"), pattern.name
        assert (pattern.kind is None) == (pattern not in PASSING), pattern.name
