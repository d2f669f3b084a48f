"""Clients that act in an account of the organization, and errors of theirs that a person can act on.

boto3 takes its settings (credentials, AWS_ENDPOINT_URL, proxies) from the environment of the process alone.
A command has an environment of its own to offer: it stands in for the process's while clients are made.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from boto3.session import Session as Boto3Session
from botocore import exceptions
from botocore.config import Config
from botocore.credentials import RefreshableCredentials
from botocore.session import Session as BotocoreSession

from generator.errors import AwsError
from generator.spec.model import Account, Organization

SESSION_NAME = "goldsmith"

# A person waits for the answer: botocore's own are a minute for each of five attempts.
_CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 3})

# For what a rollout asks while it runs, which must outlive throttling and a short outage: waits begin at 50 ms and
# double each time, up to 20 seconds, so that a call is given up after some 40 seconds. (Eight attempts took two.)
# https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
_PATIENT = _CONFIG.merge(Config(retries={"mode": "standard", "total_max_attempts": 12}))

# Where each partition has it: https://docs.aws.amazon.com/general/latest/gr/ao.html
ORGANIZATIONS_REGIONS = {"aws": "us-east-1", "aws-cn": "cn-northwest-1", "aws-us-gov": "us-gov-west-1"}

_MAKING_CLIENTS = threading.RLock()

_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})
_REFUSED_CREDENTIALS = frozenset(
    {"AuthFailure", "InvalidClientTokenId", "SignatureDoesNotMatch", "UnrecognizedClientException"}
)
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "ForbiddenException", "UnauthorizedOperation"})


class UnreachableError(AwsError):
    """AWS did not answer; the next attempt may find it again."""


class AccountClients:
    """`clients(service, account, region)` is a boto3 client there, as `role`, assumed once for each account.

    The role's credentials are renewed before they expire (a role that a role assumes lasts an hour at most, a
    build may last longer). Raises AwsError where the role cannot be assumed. What a client itself raises is
    botocore's: see `aws_errors`.
    """

    def __init__(
        self,
        organization: Organization,
        role: str,
        environment: Mapping[str, str] | None = None,
        *,
        patient: bool = False,
    ) -> None:
        """`patient` where nobody waits for the answer, and a refusal that passes must not end what goes on."""
        self._config = _PATIENT if patient else _CONFIG
        self._organization = organization
        self._role = role
        self._environment = dict(os.environ if environment is None else environment)
        self._sessions: dict[str, Boto3Session] = {}

    def __call__(self, service: str, account: Account, region: str) -> Any:
        with _MAKING_CLIENTS, _process_environment(self._environment):
            if account.id not in self._sessions:
                self._sessions[account.id] = self._assumed(account, region)
            session: Any = self._sessions[account.id]
            return session.client(service, region_name=region, config=self._config)

    def _assumed(self, account: Account, region: str) -> Boto3Session:
        role_arn = f"arn:{self._organization.partition}:iam::{account.id}:role/{self._role}"
        with aws_errors(f"account {account.name} ({account.id}): {role_arn}"):
            caller = Boto3Session().client("sts", region_name=region, config=self._config)
            return _session_with(_assume_role(caller, role_arn))


def caller_client(
    service: str, environment: Mapping[str, str], region: str | None = None, *, patient: bool = False
) -> Any:
    """A client with the caller's own credentials, in the caller's Region unless one is named. Raises AwsError.

    `patient` as for AccountClients.
    """
    with _MAKING_CLIENTS, _process_environment(environment), aws_errors(service):
        session: Any = Boto3Session()
        return session.client(service, region_name=region, config=_PATIENT if patient else _CONFIG)


def organizations_client(partition: str, role_arn: str | None, environment: Mapping[str, str]) -> Any:
    """A client of AWS Organizations, as the caller or as a role. Throttled, it waits and asks again, up to ten times.

    An organization is read with one call for each unit and account. Raises AwsError where the role cannot be assumed.
    """
    config = _CONFIG.merge(Config(retries={"mode": "standard", "total_max_attempts": 10}))
    region = ORGANIZATIONS_REGIONS[partition]
    with _MAKING_CLIENTS, _process_environment(dict(environment)):
        session = Boto3Session()
        if role_arn is not None:
            with aws_errors(role_arn):
                session = _session_with(
                    _assume_role(session.client("sts", region_name=region, config=config), role_arn)
                )
        with aws_errors("AWS Organizations"):
            client: Any = session.client("organizations", region_name=region, config=config)
            return client


def _assume_role(sts: Any, role_arn: str) -> Callable[[], dict[str, str]]:
    def assume() -> dict[str, str]:
        given = sts.assume_role(RoleArn=role_arn, RoleSessionName=SESSION_NAME)["Credentials"]
        return {
            "access_key": given["AccessKeyId"],
            "secret_key": given["SecretAccessKey"],
            "token": given["SessionToken"],
            "expiry_time": given["Expiration"].isoformat(),
        }

    return assume


def _session_with(assume: Callable[[], dict[str, str]]) -> Boto3Session:
    session = BotocoreSession()
    # botocore offers no public way to give a session credentials that renew themselves.
    session._credentials = RefreshableCredentials.create_from_metadata(  # type: ignore[attr-defined]
        metadata=assume(), refresh_using=assume, method="sts-assume-role"
    )
    return Boto3Session(botocore_session=session)


@contextmanager
def _process_environment(environment: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    if before == environment:
        yield
        return
    _replace_process_environment(environment)
    try:
        yield
    finally:
        _replace_process_environment(before)


def _replace_process_environment(environment: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)


@contextmanager
def aws_errors(place: str) -> Iterator[None]:
    """Raise botocore's errors as AwsError with `place` in front; UnreachableError if it did not answer."""
    try:
        yield
    except exceptions.ClientError as error:
        raise AwsError(f"{place}: {_refusal(error)}") from error
    except (exceptions.HTTPClientError, exceptions.ConnectionError) as error:
        raise UnreachableError(
            f"{place}: AWS does not answer: {error} Look at the network, the proxy and AWS_ENDPOINT_URL; "
            "the embedded AWS is looked at with: goldsmith emulator status"
        ) from error
    except exceptions.BotoCoreError as error:
        raise AwsError(f"{place}: {_no_credentials(error)}") from error


def error_code(error: AwsError) -> str:
    """The code of AWS's refusal that an error from `aws_errors` tells of; empty where it was none."""
    cause = error.__cause__
    return cause.response["Error"].get("Code", "") if isinstance(cause, exceptions.ClientError) else ""


def _refusal(error: exceptions.ClientError) -> str:
    code, message = error.response["Error"].get("Code", ""), error.response["Error"].get("Message", "")
    told = f"{error.operation_name} was refused: {code}: {message}"
    if code in _EXPIRED:
        return f"the AWS credentials have expired ({code}). Sign in again (such as with `aws sso login`)."
    if code in _REFUSED_CREDENTIALS:
        return f"AWS does not know the credentials ({code}: {message}). See AWS_PROFILE and AWS_ACCESS_KEY_ID."
    if error.operation_name == "AssumeRole" and code in _DENIED:
        return f"{told} The role must be there and trust the caller: see roles in organization.yaml."
    if code in _DENIED:
        return f"{told} Give the role that permission."
    return told


def _no_credentials(error: exceptions.BotoCoreError) -> str:
    """What is wrong with the caller's own configuration, an expired sign-in among others."""
    hint = "Sign in to AWS (such as with `aws sso login`), set AWS_PROFILE, or add --emulator."
    if isinstance(error, exceptions.NoCredentialsError):
        return f"no AWS credentials were found. {hint}"
    return f"{str(error).rstrip('.')}. {hint}"
