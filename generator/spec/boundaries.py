"""The permissions boundary of the roles that Goldsmith makes: the organization's, an environment's own, or none.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

from __future__ import annotations

from generator.spec.model_bootstrap import BOUNDARY
from generator.spec.written import EnvironmentWritten, OrganizationWritten

NONE = "none"


def boundary_of(organization: OrganizationWritten, environment: EnvironmentWritten | None = None) -> str | None:
    """The name of a policy of each account, with its path; None for none. A bootstrap makes one."""
    default = BOUNDARY if organization.bootstrap is not None else NONE
    own = environment.permissions_boundary if environment is not None else None
    name = own or organization.permissions_boundary or default
    return None if name == NONE else name
