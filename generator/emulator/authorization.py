"""Whether a role may do what its session asks for, by the policies of the role; off until it is switched on.

Off, since an account of one's own that is emulated has roles of AWS's managed policies, which say nothing of interest.
On, a session of a role gets an answer only to what its policies allow, as on AWS: for actions with their conditions,
and for the roles, instance profiles, buckets and objects that it names. moto's own enforcement compares no resources
and takes each condition for unmet, so that every scoped policy would refuse.

Not judged: users and roots of accounts, policies of resources, further actions that AWS asks
for on the way (iam:PassRole), and resources that a request names in other ways.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote

from moto.iam.models import iam_backends
from moto.utilities.utils import get_partition
from werkzeug.wrappers import Response

from generator.emulator.boundaries import default_document, is_within_boundary
from generator.emulator.call_faults import operation_of
from generator.emulator.corrections.assume_role import ROLE_ARN, caller_of
from generator.emulator.corrections.refusals import error_response
from generator.emulator.iam_actions import action_of
from generator.emulator.policies import Caller, Document, Question, is_permitted
from generator.emulator.requests import Call, Protocol

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html and CommonErrors.html of each service
CODES: Mapping[Protocol, str] = {
    "ec2": "UnauthorizedOperation",
    "query": "AccessDenied",
    "json": "AccessDeniedException",
    "rest-json": "AccessDeniedException",
    "rest-xml": "AccessDenied",
}


class Enforcement:
    """One for the process, as moto's state is."""

    def __init__(self) -> None:
        self.is_on = False


ENFORCEMENT = Enforcement()


@dataclass(frozen=True)
class Request:
    """A call with its operation's name and who makes it."""

    call: Call
    account_id: str
    operation: str
    caller: Caller

    @classmethod
    def of(cls, environ: dict[str, Any], call: Call, account_id: str) -> Request:
        caller = caller_of(call.access_key, account_id, get_partition(call.region))
        return cls(call, account_id, operation_of(call, environ), caller)

    def __str__(self) -> str:
        return f"{self.call.service}:{self.operation} by {self.caller.arn.rpartition(':')[2]}"


def refused(request: Request, environ: dict[str, Any]) -> Response | None:
    """The refusal of a role's session that may not do this; None where it may, and where nothing is enforced."""
    role_arn = next((name for name in request.caller.names if ROLE_ARN.match(name)), None)
    action = action_of(request.call.service, request.operation)
    if not ENFORCEMENT.is_on or role_arn is None or action is None:
        return None
    form = _form(environ)
    partition = get_partition(request.call.region)
    question = Question(
        action,
        resource=_resource(request, environ, form, partition),
        context={"iam:PolicyARN": form.get("PolicyArn", ""), **_boundary(request, form, partition)},
    )
    role = _role(request.account_id, partition, lambda role: role.arn == role_arn)
    if role and is_permitted(_policies(role), question) and is_within_boundary(role, question):
        return None
    message = f"User: {request.caller.arn} is not authorized to perform: {action}"
    return error_response(request.call, CODES[request.call.protocol], message, status=403)


def _role(account_id: str, partition: str, is_wanted: Callable[[Any], bool]) -> Any:
    """moto's role, or None."""
    return next((role for role in iam_backends[account_id][partition].roles.values() if is_wanted(role)), None)


def _policies(role: Any) -> list[Document]:
    """The role's own policies and those attached to it."""
    return [*role.policies.values(), *(default_document(policy) for policy in role.managed_policies.values())]


def _boundary(request: Request, form: Mapping[str, str], partition: str) -> dict[str, str]:
    """The boundary that a role gets, or else the one that it has: the condition key is one of the two.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
    """
    if request.call.service != "iam" or "RoleName" not in form:
        return {}
    role = _role(request.account_id, partition, lambda role: role.name == form["RoleName"])
    arn = form.get("PermissionsBoundary") or (role.permissions_boundary_arn if role else None)
    return {"iam:PermissionsBoundary": arn} if arn else {}


def _resource(request: Request, environ: dict[str, Any], form: Mapping[str, str], partition: str) -> str | None:
    """The ARN that the request names; None where it is not read, which every Resource of a policy fits."""
    if request.call.service == "s3":
        return f"arn:{partition}:s3:::{unquote(environ.get('PATH_INFO', '')).strip('/')}"
    if request.call.service == "sts":
        return form.get("RoleArn")
    if request.call.service == "iam":
        place = f"arn:{partition}:iam::{request.account_id}"
        for key, kind in (("InstanceProfileName", "instance-profile"), ("RoleName", "role")):
            if key in form:
                return f"{place}:{kind}/{form[key]}"
    return None


def _form(environ: dict[str, Any]) -> dict[str, str]:
    body = environ["wsgi.input"]
    text = body.read().decode("utf-8", "replace")
    body.seek(0)
    return {key: values[0] for key, values in parse_qs(text).items()}
