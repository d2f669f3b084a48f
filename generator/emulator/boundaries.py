"""Permissions boundaries of moto's roles: what a role may at most, whatever its own policies say.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html: without a boundary there is no limit.
"""

from __future__ import annotations

from typing import Any

from moto.iam.models import iam_backends

from generator.emulator.policies import Question, is_permitted


def is_within_boundary(role: Any, question: Question) -> bool:
    """Whether the boundary of a role, if it has one, allows it. A boundary that is not there allows nothing."""
    arn = role.permissions_boundary_arn
    if not arn:
        return True
    policies = iam_backends[role.account_id][role.partition].managed_policies
    return arn in policies and is_permitted([default_document(policies[arn])], question)


def default_document(policy: Any) -> str:
    """A managed policy says what its default version says."""
    default = next(version for version in policy.versions if version.version_id == policy.default_version_id)
    return str(default.document)
