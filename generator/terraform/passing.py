"""Which of Terraform's failures pass by themselves, so that trying again is of use.

What arrives here has been tried again already: the provider repeats a call 25 times by default, and waits minutes for
what AWS is slow to know. An error is passing only where a row of PASSING says so; what no row knows is lasting.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

RETRIES = 3  # of a root, unless told otherwise

Kind = Literal["throttling", "unavailable", "network", "conflict", "consistency", "registry"]

_SDK = "https://github.com/aws/aws-sdk-go-v2/blob/main/aws/retry/standard.go"
_PROVIDER = "https://github.com/hashicorp/terraform-provider-aws/issues/"
_TERRAFORM = "https://github.com/hashicorp/terraform/issues/"


@dataclass(frozen=True)
class Pattern:
    """`regex` is searched in one diagnostic, its white space folded. `source` shows the text, or says what it means."""

    name: str
    kind: Kind | None  # None: lasting, whatever else the diagnostic says
    regex: str
    note: str
    source: str


# Looked at first.
LASTING = (
    Pattern(
        "lock that is held",
        None,
        r"Error acquiring the state lock.*(?:Lock Info:|PreconditionFailed|ConditionalCheckFailed)",
        "Another run has the state, or a dead one left its lock: no time is known after which it is free.",
        f"{_TERRAFORM}22410",
    ),
    Pattern(
        "lock that stays",
        None,
        r"Error releasing the state lock",
        "The lock is left behind by this run itself, so a next one cannot have it.",
        "https://github.com/sxarp/drafts/issues/33",
    ),
    Pattern(
        "what depends on it",
        None,
        r"DependencyViolation|ResourceDependencyException|ResourceInUseException",
        "The provider waits minutes for what AWS is slow to detach; what is left then is a real use.",
        f"{_PROVIDER}40037",
    ),
    Pattern(
        "principal that is not there",
        None,
        r"Invalid principal in policy|invalid principal",
        "The provider repeats it for two minutes, in which IAM comes to know a new role; then the name is wrong.",
        f"{_PROVIDER}1388",
    ),
    Pattern(
        "no permission",
        None,
        r"AccessDenied|not authorized to perform|UnauthorizedOperation|ExpiredToken|InvalidClientTokenId",
        "A role is refused for 10 to 30 seconds after it was made; those that run this are there long before.",
        f"{_PROVIDER}6566",
    ),
)

# What follows from another error and says nothing of its own.
FOLLOWS = (
    Pattern(
        "state that was kept",
        None,
        r"Failed to persist state to backend",
        "Stands beside the error that kept the state from its bucket; the next attempt pushes the state first.",
        "https://github.com/sxarp/drafts/issues/33",
    ),
)

# The first that fits gives the kind: AWS answers throttled calls with 503 too.
PASSING = (
    Pattern(
        "throttled",
        "throttling",
        r"\b(?:Throttl(?:ing|ed)(?:Exception)?|EC2ThrottledException|RequestThrottled(?:Exception)?|RequestLimitExceeded"
        r"|SlowDown|TooManyRequests(?:Exception)?|BandwidthLimitExceeded|PriorRequestNotComplete"
        r"|ProvisionedThroughputExceededException|CallRateLimitExceededException)\b",
        "The SDK's list without LimitExceededException, by which IAM and KMS tell a quota that is used up.",
        _SDK,
    ),
    Pattern("rate exceeded", "throttling", r"Rate exceeded|Please reduce your request rate", "", f"{_PROVIDER}5171"),
    Pattern(
        "no token for a retry",
        "throttling",
        r"failed to get rate limit token, retry quota exceeded",
        "The SDK stops repeating where much failed before.",
        f"{_PROVIDER}36094",
    ),
    Pattern(
        "race",
        "conflict",
        r"\b(?:OperationAborted|ConditionalRequestConflict|ConcurrentModification(?:Exception)?)\b",
        "Two changed the same thing at the same moment; nobody holds it.",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html",
    ),
    Pattern(
        "role that a service does not know yet",
        "consistency",
        r"Could not assume IAM role|role defined for the function cannot be assumed|Unable to assume role and validate",
        "Of resources that the provider does not repeat.",
        f"{_PROVIDER}33367",
    ),
    Pattern(
        "status of a server's error",
        "unavailable",
        r"StatusCode: 50[0234]\b"
        r"|\b(?:ServiceUnavailable(?:Exception)?|InternalFailure|InternalServer(?:Error|Exception))\b",
        "",
        _SDK,
    ),
    Pattern(
        "registry",
        "registry",
        r"\b(?:429 Too Many Requests"
        r"|50[0234] (?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out))",
        "Also the servers that the registry leads to.",
        f"{_TERRAFORM}26532",
    ),
    Pattern(
        "connection that broke",
        "network",
        r"connection reset by peer|broken pipe|unexpected EOF|server sent GOAWAY|request send failed.*: EOF\b",
        "",
        f"{_PROVIDER}14163",
    ),
    Pattern(
        "no answer in time",
        "network",
        r"i/o timeout|TLS handshake timeout|Client\.Timeout exceeded|context deadline exceeded",
        "",
        f"{_TERRAFORM}23211",
    ),
    Pattern(
        "no way there",
        "network",
        r"connection refused|network is unreachable|no route to host|server misbehaving"
        r"|Temporary failure in name resolution",
        "Not `no such host`: a name that is not there is a Region or an endpoint that is written wrong.",
        f"{_PROVIDER}30959",
    ),
)


def passing_kind(errors: Iterable[str]) -> Kind | None:
    """The kind of a failure that passes by itself, by all its errors; None where one of them is lasting or unknown."""
    told = [each for each in map(_folded, errors) if not _first(FOLLOWS, each)]
    found = [None if _first(LASTING, each) else _first(PASSING, each) for each in told]
    if not found or not all(found):
        return None
    return next(pattern.kind for pattern in found if pattern)


def _first(patterns: Iterable[Pattern], text: str) -> Pattern | None:
    return next((pattern for pattern in patterns if re.search(pattern.regex, text)), None)


def _folded(text: str) -> str:
    return " ".join(text.split())
