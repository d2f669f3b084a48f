"""What a change is compared with, as continuous integration says it: the event that started the job.

GitHub: https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows and the
payloads in https://docs.github.com/en/webhooks/webhook-events-and-payloads
GitLab: https://docs.gitlab.com/ci/variables/predefined_variables/
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.affected.errors import BaseError
from generator.git import is_object


@dataclass(frozen=True)
class Wanted:
    """A commit by its id, a branch from where HEAD left it, or nothing, where there was nothing before."""

    why: str  # in words: the commit before the push
    commit: str | None = None
    branch: str | None = None
    otherwise: str | None = None  # what to take where the commit is not to be had any more
    otherwise_why: str = ""


def wanted_by_ci(environment: Mapping[str, str]) -> Wanted | None:
    """What the event compares with; None outside of CI. Raises BaseError for an event that compares with nothing."""
    if environment.get("GITHUB_ACTIONS") == "true":
        return _github(environment)
    if environment.get("GITLAB_CI"):
        return _gitlab(environment)
    return None


def _github(environment: Mapping[str, str]) -> Wanted:
    name, event = environment.get("GITHUB_EVENT_NAME", ""), _payload(environment)
    if name in {"pull_request", "pull_request_target"}:
        return _pull_request(name, event, environment)
    if name == "merge_group":
        return Wanted("what the merge queue merges into", commit=_text(event, "merge_group", "base_sha"))
    if name == "push":
        return _push(event)
    raise BaseError(f"the event {name or 'of this job'} is no change to compare")


def _pull_request(name: str, event: Mapping[str, Any], environment: Mapping[str, str]) -> Wanted:
    branch = environment.get("GITHUB_BASE_REF") or _text(event, "pull_request", "base", "ref")
    if event.get("action") == "closed":
        raise BaseError("a pull request that is closed is merged, or is nothing; its push is the event to compare")
    if name == "pull_request_target":
        # Such a job stands on the target branch; what it checks out besides, only its author knows.
        raise BaseError("pull_request_target stands on the target branch, not on the change")
    return Wanted(f"where {branch} was left", branch=branch)


def _push(event: Mapping[str, Any]) -> Wanted:
    """The state of the branch before. Of a forced push it may be gone; of a new branch there is none."""
    before, default = _text(event, "before"), _text(event, "repository", "default_branch")
    if _is_nothing(before):
        return _new_branch(_text(event, "ref"), default)
    if event.get("forced") is True:
        why = "the commit before the last one: what a forced push has replaced is gone"
        return Wanted("what the forced push has replaced", before, otherwise="HEAD~1", otherwise_why=why)
    return Wanted("the commit before the push", commit=before)


def _new_branch(ref: str, default: str) -> Wanted:
    if not ref or ref.startswith("refs/tags/"):
        raise BaseError("a tag is no change to compare")
    if ref.removeprefix("refs/heads/") == default:
        return Wanted("nothing: the repository is new")
    return Wanted(f"where {default} was left", branch=default)


def _gitlab(environment: Mapping[str, str]) -> Wanted:
    merged_into = environment.get("CI_MERGE_REQUEST_TARGET_BRANCH_SHA")  # of pipelines for merged results alone
    if merged_into:
        return Wanted("what the merge request is merged into", commit=merged_into)
    base = environment.get("CI_MERGE_REQUEST_DIFF_BASE_SHA")
    if base:
        return Wanted("where the merge request begins", commit=base)
    source = environment.get("CI_PIPELINE_SOURCE", "")
    if source != "push":
        raise BaseError(f"a pipeline by {source or 'nothing named'} is no change to compare")
    before, default = environment.get("CI_COMMIT_BEFORE_SHA", ""), environment.get("CI_DEFAULT_BRANCH", "")
    if _is_nothing(before):
        return _new_branch(environment.get("CI_COMMIT_BRANCH", ""), default)
    why = "the commit before the last one: what the push has replaced is gone"
    return Wanted("the commit before the push", before, otherwise="HEAD~1", otherwise_why=why)


def _payload(environment: Mapping[str, str]) -> Mapping[str, Any]:
    place = environment.get("GITHUB_EVENT_PATH", "")
    try:
        event = json.loads(Path(place).read_bytes())
    except (OSError, ValueError) as error:
        raise BaseError(f"GITHUB_EVENT_PATH: {place or 'nothing'} cannot be read as an event ({error})") from error
    return event if isinstance(event, dict) else {}


def _text(event: Mapping[str, Any], *keys: str) -> str:
    """A text in the event. Raises BaseError where it has none there."""
    found: Any = event
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    if not isinstance(found, str) or not found:
        raise BaseError(f"the event of this job has no {'.'.join(keys)}")
    return found


def _is_nothing(commit: str) -> bool:
    """Zeros stand for a branch that was not there before."""
    if not is_object(commit):
        raise BaseError(f"{commit!r} of this job's event is no id of a commit")
    return set(commit) == {"0"}
