"""What accounts need once (`bootstrap:`): who may plan and apply, and where the state and the pipelines begin."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

from generator.source.report import Report, shown
from generator.source.yaml import Document
from generator.spec import values as v
from generator.spec.accounts import find_account
from generator.spec.model import Account, Environment, Organization
from generator.spec.model_bootstrap import Bootstrap, GitHub, GitLab
from generator.spec.shape import Written, text_or

MAX_ROLE_NAME = 60
FOLDER = "bootstrap"  # of the rendered tree, and of the state's keys

# https://docs.github.com/en/actions/reference/security/oidc#immutable-subject-claims
Repository = Annotated[
    str,
    v.matching(
        r"^([A-Za-z0-9_-]+/[A-Za-z0-9._-]+|[A-Za-z0-9_-]+@[0-9]+/[A-Za-z0-9._-]+@[0-9]+)$",
        "a repository of GitHub reads like acme/images, or like acme@123456/images@456789 where its tokens have ids",
    ),
]
Project = Annotated[
    str, v.matching(r"^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)+$", "a project of GitLab reads like acme/images")
]
Branch = Annotated[str, v.matching(r"^[A-Za-z0-9._/-]+$", "a branch goes by its name, without wildcards")]
GitHubEnvironment = Annotated[
    str, v.matching(r"^[A-Za-z0-9._-]+$", "an environment of GitHub goes by its name, without wildcards")
]
WorkflowRef = Annotated[
    str,
    v.matching(
        r"^[^*?@\s]+/[^*?@\s]+/\.github/workflows/[^*?@\s]+@[^*?\s]+$",
        "a workflow file reads like acme/images/.github/workflows/goldsmith-apply.yml@refs/heads/main",
    ),
]
Url = Annotated[str, v.matching(r"^https://[a-z0-9.-]+$", "the address of a GitLab is https:// and a host")]
Principal = Annotated[
    str,
    v.matching(
        r"^arn:aws[a-z-]*:iam::[0-9]{12}:(root|(role/(?!goldsmith-)|user/)[A-Za-z0-9+=,.@_/-]+)$",
        "a principal is the ARN of a role, a user or an account, such as arn:aws:iam::111111111111:role/Engineers, and "
        "no role that an apply role may change (goldsmith-)",
    ),
]
Action = Annotated[
    str,
    v.matching(
        r"^(?!iam:|organizations:|sts:)[a-z0-9-]+:[A-Za-z]+$",
        "an action reads like lambda:InvokeFunction, without wildcards, and is none of iam, organizations and sts",
    ),
]
Principals = Annotated[list[Principal], Field(min_length=1), AfterValidator(v.unique("principals"))]


class GitHubWritten(Written):
    """A repository of GitHub. The short form is its name."""

    repository: Repository = Field(
        description="such as `acme/images`, or `acme@123456/images@456789` where its tokens have ids: all of after "
        "July 15, 2026"
    )
    branch: Branch | None = Field(default=None, description="branch whose workflows may plan [default: main]")
    environment: GitHubEnvironment | None = Field(
        default=None, description="environment whose jobs may apply; its reviewers are the gate [default: goldsmith]"
    )
    rollout_environment: GitHubEnvironment | None = Field(
        default=None,
        description="environment in which rollouts go on by themselves, such as `goldsmith-rollout`: limit it to the "
        "branch before it is named here, since anybody's branch may use one without limits [default: none]",
    )
    workflow_refs: (
        Annotated[list[WorkflowRef], Field(min_length=1), AfterValidator(v.unique("workflow files"))] | None
    ) = Field(default=None, description="the only workflow files that may apply [default: any of the repository]")
    makes_provider: bool | None = Field(
        default=None, description="false where the account has GitHub's OIDC provider already [default: true]"
    )


class GitLabWritten(Written):
    """A project of GitLab. The short form is its name."""

    project: Project = Field(description="such as `acme/images`")
    branch: Branch | None = Field(default=None, description="protected branch whose jobs may apply [default: main]")
    url: Url | None = Field(default=None, description="a GitLab of one's own [default: https://gitlab.com]")
    makes_provider: bool | None = Field(
        default=None, description="false where the account has its OIDC provider already [default: true]"
    )


class BootstrapWritten(Written):
    """What each account needs once; `goldsmith bootstrap` makes it."""

    account: str = Field(description="name of the account that has the state's bucket, and that pipelines begin in")
    github: text_or(GitHubWritten, Repository) | None = Field(  # type: ignore[valid-type]
        default=None, description="the repository of GitHub whose workflows plan and apply"
    )
    gitlab: text_or(GitLabWritten, Project) | None = Field(  # type: ignore[valid-type]
        default=None, description="the project of GitLab whose jobs plan and apply"
    )
    plan_principals: Principals | None = Field(
        default=None, description="ARNs of roles, users or accounts that may plan, besides the pipelines"
    )
    apply_principals: Principals | None = Field(
        default=None, description="ARNs of roles, users or accounts that may apply, besides the pipelines"
    )
    makes_bucket: bool | None = Field(
        default=None, description="false where the state's bucket is there already [default: true]"
    )
    old_versions_days: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="days that old versions of states are kept [default: for ever]"
    )
    additional_policies: Annotated[list[v.PolicyName], AfterValidator(v.unique("policies"))] | None = Field(
        default=None,
        description="names of IAM policies of each account that the apply role has as well: what Terraform of your "
        "own needs under `extra/`",
    )
    boundary_actions: Annotated[list[Action], Field(min_length=1), AfterValidator(v.unique("actions"))] | None = Field(
        default=None,
        description="actions that `GoldsmithBoundary` leaves to the roles of builds besides what the modules need: "
        "those of policies of your own",
    )


def resolve_bootstrap(
    written: BootstrapWritten, document: Document, organization: Organization, boundary: str | None, report: Report
) -> Bootstrap | None:
    """The bootstrap, or None after what is wrong has been reported. `boundary` is the organization's."""
    account = find_account(document, ("bootstrap", "account"), written.account, organization, report)
    _check(written, document, organization, report)
    if account is None:
        return None
    _check_bucket(account, document, organization, report)
    return Bootstrap(
        account=account,
        github=_github(written.github),
        gitlab=_gitlab(written.gitlab),
        makes_bucket=written.makes_bucket is not False,
        old_versions_days=written.old_versions_days,
        plan_principals=tuple(sorted(written.plan_principals or ())),
        apply_principals=tuple(sorted(written.apply_principals or ())),
        additional_policies=tuple(sorted(written.additional_policies or ())),
        permissions_boundary=boundary,
        boundary_actions=tuple(sorted(written.boundary_actions or ())),
    )


def check_environments(document: Document, environments: Mapping[str, Environment], report: Report) -> None:
    """Report an environment whose folder would be the bootstrap's."""
    if FOLDER in environments:
        message = f"an environment is called {FOLDER} as well, and both would lie in one folder. Rename it."
        report.error(document, ("bootstrap",), message, at_key=True)


def _check(written: BootstrapWritten, document: Document, organization: Organization, report: Report) -> None:
    has_pipelines = bool(written.github or written.gitlab)
    if not has_pipelines and not written.apply_principals:
        message = (
            "nobody could apply. Name the repository of the pipelines with github or gitlab, or roles with "
            "apply_principals."
        )
        report.error(document, ("bootstrap",), message, at_key=True)
    if written.makes_bucket is False and written.old_versions_days is not None:
        message = "is for a bucket that is made, and makes_bucket is false. Remove one."
        report.error(document, ("bootstrap", "old_versions_days"), message)
    _check_names(written, document, organization, report)


def _check_bucket(account: Account, document: Document, organization: Organization, report: Report) -> None:
    """Report a bucket of the state that the apply role of its account could change as one of builds."""
    bucket = organization.state.bucket
    if re.search(f"-imagebuilder-.*-{account.id}-", bucket):
        message = (
            f"{shown(bucket)} is called as the buckets of builds are, which the apply role may change "
            f"(*-imagebuilder-*-{account.id}-*). Name another."
        )
        report.error(document, ("state", "bucket"), message)


def _check_names(written: BootstrapWritten, document: Document, organization: Organization, report: Report) -> None:
    if "." in organization.state.bucket and written.makes_bucket is not False:
        message = (
            f"{shown(organization.state.bucket)} has dots, and the certificate of S3 fits no such bucket. Leave them "
            "out, or have the bucket made elsewhere with bootstrap.makes_bucket: false."
        )
        report.error(document, ("state", "bucket"), message)
    if organization.roles.plan == organization.roles.apply:
        message = (
            "is the role that plans as well; a bootstrap makes two, since one of them may only read. Name another."
        )
        report.error(document, ("roles", "apply"), message)
    for kind in ("plan", "apply"):
        name = getattr(organization.roles, kind)
        if name.startswith("goldsmith-") or len(name) > MAX_ROLE_NAME:
            message = (
                f"{shown(name)} is not allowed with a bootstrap; a role has up to {MAX_ROLE_NAME} characters then, "
                "since the pipelines' ends in -ci, and does not begin as those that the apply role may change: "
                "goldsmith-."
            )
            report.error(document, ("roles", kind), message)


def _github(written: str | GitHubWritten | None) -> GitHub | None:
    if written is None or isinstance(written, str):
        return GitHub(written) if written else None
    refs = tuple(sorted(written.workflow_refs or ()))
    return GitHub(
        repository=written.repository,
        branch=written.branch,
        environment=written.environment,
        rollout_environment=written.rollout_environment,
        workflow_refs=refs,
        makes_provider=written.makes_provider is not False,
    )


def _gitlab(written: str | GitLabWritten | None) -> GitLab | None:
    if written is None or isinstance(written, str):
        return GitLab(written) if written else None
    return GitLab(written.project, written.branch, written.url, written.makes_provider is not False)
