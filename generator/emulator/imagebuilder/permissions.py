"""Who may do what for Image Builder in moto's accounts: roles, their trust, their policies, and key policies.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html: across
accounts both sides have to allow. Not judged: service control policies, sessions' policies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from generator.emulator.boundaries import default_document, is_within_boundary
from generator.emulator.policies import Caller, Context, Question, is_permitted, is_trusted, verdict

SERVICE = "imagebuilder.amazonaws.com"
SERVICE_LINKED_ROLE = "AWSServiceRoleForImageBuilder"


@dataclass(frozen=True)
class Principal:
    """A role in use: what its policies say counts for whoever has assumed it."""

    role: Any  # moto's

    @property
    def session_arn(self) -> str:
        """How error messages call it."""
        return f"arn:{self.role.partition}:sts::{self.role.account_id}:assumed-role/{self.role.name}/ImageBuilder"

    @property
    def caller(self) -> Caller:
        names = frozenset({self.role.arn, self.session_arn})
        return Caller(self.session_arn, self.role.account_id, names)

    def may(self, action: str, resource: str, context: Context | None = None) -> bool:
        question = Question(action, resource=resource, context=context or {})
        return is_permitted(_documents(self.role), question) and is_within_boundary(self.role, question)

    def refusal(self, action: str, resource: str) -> str:
        """What AWS answers when it may not."""
        return (
            f"User: {self.session_arn} is not authorized to perform: {action} on resource: {resource} "
            f"because no identity-based policy allows the {action} action"
        )


def _documents(role: Any) -> list[str]:
    return [*(default_document(policy) for policy in role.managed_policies.values()), *role.policies.values()]


def service_caller(account_id: str, partition: str) -> Caller:
    """Image Builder itself in an account: its service-linked role."""
    path = f"aws-service-role/{SERVICE}/{SERVICE_LINKED_ROLE}"
    arn = f"arn:{partition}:iam::{account_id}:role/{path}"
    session = f"arn:{partition}:sts::{account_id}:assumed-role/{SERVICE_LINKED_ROLE}/ImageBuilder"
    return Caller(session, account_id, frozenset({arn, session}))


def find_role(account_id: str, partition: str, name_or_arn: str) -> Principal | None:
    """A role of the account, by its name, its path and name, or its ARN."""
    name = name_or_arn.rsplit("/", 1)[-1]
    if name == SERVICE_LINKED_ROLE:
        _make_service_role(account_id, partition)
    roles = _iam(account_id, partition).roles.values()
    is_arn = name_or_arn.startswith("arn:")
    for role in roles:
        if role.arn == name_or_arn or (not is_arn and role.name == name):
            return Principal(role)
    return None


def _make_service_role(account_id: str, partition: str) -> None:
    """Image Builder makes its service-linked role itself where an account has none yet.

    https://docs.aws.amazon.com/imagebuilder/latest/userguide/image-builder-service-linked-role.html
    """
    iam = _iam(account_id, partition)
    if any(role.name == SERVICE_LINKED_ROLE for role in iam.roles.values()):
        return
    iam.create_service_linked_role(SERVICE, "", "")
    policy = f"arn:{partition}:iam::aws:policy/aws-service-role/{SERVICE_LINKED_ROLE}"
    if policy in iam.managed_policies:  # moto has them where it is asked for them
        iam.attach_role_policy(policy, SERVICE_LINKED_ROLE)


def instance_profile_role(account_id: str, partition: str, name: str) -> Principal | None:
    """The role in an instance profile; None when there is no such profile, or no role in it."""
    for profile in _iam(account_id, partition).instance_profiles.values():
        if profile.name == name and profile.roles:
            return Principal(profile.roles[0])
    return None


def trusts_service(principal: Principal, account_id: str) -> bool:
    """Whether Image Builder may assume the role, acting for the account."""
    caller = Caller(SERVICE, account_id, service=SERVICE)
    return is_trusted(principal.role.assume_role_policy_document, caller, {"aws:SourceAccount": account_id})


def trusts_account(principal: Principal, account_id: str, partition: str) -> bool:
    """Whether Image Builder of the other account may assume the role."""
    caller = service_caller(account_id, partition)
    context = {"aws:PrincipalAccount": account_id, "aws:SourceAccount": account_id}
    return is_trusted(principal.role.assume_role_policy_document, caller, context)


def key_policy_allows(key: Any, caller: Caller, action: str, context: Context) -> bool:
    """What the policy of a KMS key says to somebody of any account."""
    return verdict(key.policy, Question(action, caller, resource=key.arn, context=context)) == "allow"


def _iam(account_id: str, partition: str) -> Any:
    from moto.iam.models import iam_backends

    return iam_backends[account_id][partition]
