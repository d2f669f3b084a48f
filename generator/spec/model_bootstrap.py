"""What accounts need once, before roots are planned in them: roles, and in one account the state and the pipelines."""

from __future__ import annotations

from dataclasses import dataclass

from generator.spec.model_accounts import Account

BOUNDARY = "GoldsmithBoundary"  # the policy that modules/bootstrap makes


@dataclass(frozen=True)
class GitHub:
    """The repository whose workflows plan and apply."""

    repository: str  # acme/images, or acme@123456/images@456789
    branch: str | None = None  # None here and below: as the module has it
    environment: str | None = None
    rollout_environment: str | None = None  # None: rollouts do not go on by themselves
    workflow_refs: tuple[str, ...] = ()  # the only workflow files that may apply; () for any
    makes_provider: bool = True


@dataclass(frozen=True)
class GitLab:
    """The project whose jobs plan and apply."""

    project: str  # acme/images
    branch: str | None = None
    url: str | None = None
    makes_provider: bool = True


@dataclass(frozen=True)
class Bootstrap:
    account: Account  # that the state's bucket is in, and that pipelines begin in
    github: GitHub | None = None
    gitlab: GitLab | None = None
    makes_bucket: bool = True
    old_versions_days: int | None = None  # None: kept for ever
    plan_principals: tuple[str, ...] = ()  # ARNs, sorted
    apply_principals: tuple[str, ...] = ()
    additional_policies: tuple[str, ...] = ()  # names of policies of each account, sorted
    permissions_boundary: str | None = None  # name of a policy: of roles in accounts that no environment is in
    boundary_actions: tuple[str, ...] = ()  # sorted; what roles of builds may besides what the modules need

    @property
    def has_pipelines(self) -> bool:
        return self.github is not None or self.gitlab is not None
