"""Where this run's review belongs: read from what GitHub Actions and GitLab CI tell each job."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import urlsplit

from generator.errors import PostingError, UsageError
from generator.review.posting.conversation import Forbidden

Platform = Literal["github", "gitlab"]
GITHUB_API = "https://api.github.com"


@dataclass(frozen=True)
class Place:
    platform: Platform
    api: str  # the base of the REST API
    repository: str  # acme/images; of GitLab the path or the id of the project
    number: int | None  # of the pull or merge request; None in a run that belongs to none
    commit: str  # what the run has checked out
    fork: bool  # whether the request comes from another repository, and this run's token may only read
    run: str  # URL of the run; empty where none is told


def platform_of(environment: Mapping[str, str], named: str = "auto") -> Platform:
    """The one that is named, or else the one that runs this job. Raises UsageError outside of both."""
    if named in ("github", "gitlab"):
        return cast("Platform", named)
    if environment.get("GITHUB_ACTIONS") == "true":
        return "github"
    if environment.get("GITLAB_CI") == "true":
        return "gitlab"
    raise UsageError(
        "This is a job neither of GitHub Actions nor of GitLab CI; name the one to speak to: github or gitlab."
    )


def place_of(platform: Platform, environment: Mapping[str, str]) -> Place:
    """Raises PostingError where the job's variables do not say enough, or name an API without TLS."""
    place = _github(environment) if platform == "github" else _gitlab(environment)
    _refuse_open(place.api)
    return place


def token_of(platform: Platform, environment: Mapping[str, str]) -> str:
    """The token, from the environment alone: a command line is seen by all who list processes. Raises Forbidden."""
    names = ("GITHUB_TOKEN", "GH_TOKEN") if platform == "github" else ("GITLAB_TOKEN",)
    token = next((environment[name] for name in names if environment.get(name)), "")
    if not token:
        more = (
            "give the step `env: {GITHUB_TOKEN: ${{ github.token }}}`"
            if platform == "github"
            else "make a project access token with the scope `api` and a masked variable of it, "
            "since CI_JOB_TOKEN cannot write notes"
        )
        raise Forbidden(f"{names[0]}: there is no token to post with; {more}.")
    return token


def _github(environment: Mapping[str, str]) -> Place:
    """https://docs.github.com/actions/reference/workflows-and-actions/variables#default-environment-variables"""
    repository = _required(environment, "GITHUB_REPOSITORY")
    event = _event(environment.get("GITHUB_EVENT_PATH", ""))
    request = event.get("pull_request") or {}
    source = ((request.get("head") or {}).get("repo") or {}).get("full_name")
    run = environment.get("GITHUB_RUN_ID", "")
    server = environment.get("GITHUB_SERVER_URL", "https://github.com")
    return Place(
        platform="github",
        api=environment.get("GITHUB_API_URL") or GITHUB_API,
        repository=repository,
        number=request.get("number") or _number_of_ref(environment.get("GITHUB_REF", "")),
        commit=environment.get("GITHUB_SHA", ""),
        fork=bool(request) and source != repository,
        run=f"{server}/{repository}/actions/runs/{run}" if run else "",
    )


def _gitlab(environment: Mapping[str, str]) -> Place:
    """https://docs.gitlab.com/ci/variables/predefined_variables/"""
    number = environment.get("CI_MERGE_REQUEST_IID", "")
    project = _required(environment, "CI_PROJECT_ID")
    return Place(
        platform="gitlab",
        api=_required(environment, "CI_API_V4_URL"),
        repository=environment.get("CI_PROJECT_PATH") or project,
        number=int(number) if number.isdigit() else None,
        commit=environment.get("CI_COMMIT_SHA", ""),
        fork=environment.get("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", project) != project,
        run=environment.get("CI_JOB_URL", ""),
    )


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise PostingError(f"{name}: it is not set, so there is nowhere to post to; the job's runner sets it.")
    return value


def _event(path: str) -> dict[str, Any]:
    """What set the run off; empty where no file says so."""
    try:
        event = json.loads(Path(path).read_bytes()) if path else {}
    except (OSError, ValueError):
        return {}
    return event if isinstance(event, dict) else {}


def _number_of_ref(ref: str) -> int | None:
    """refs/pull/7/merge"""
    match = re.fullmatch(r"refs/pull/([0-9]+)/(merge|head)", ref)
    return int(match[1]) if match else None


def _refuse_open(api: str) -> None:
    """A token never goes over a network in the clear."""
    parts = urlsplit(api)
    if parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname or "")):
        return
    raise PostingError(f"{api}: not an https:// address; the token would be sent in the clear.")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
