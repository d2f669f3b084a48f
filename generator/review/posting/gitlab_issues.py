"""The issues of a project at GitLab: https://docs.gitlab.com/api/issues/"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from generator.review.posting.gitlab import AT_ONCE, GitLabAccess
from generator.review.posting.tracker import LABEL, Issue

if TYPE_CHECKING:
    from gitlab.v4.objects import ProjectIssueManager


class GitLabTracker:
    def __init__(self, access: GitLabAccess) -> None:
        self._access = access

    @property
    def _issues(self) -> ProjectIssueManager:
        return self._access.project.issues

    def myself(self) -> str:
        return self._access.myself()

    def issues(self) -> Iterable[Issue]:
        order: dict[str, Any] = {"order_by": "created_at", "sort": "asc", "iterator": True, **AT_ONCE}
        return self._access.asked(
            self._access.name,
            lambda: [_issue(each) for each in self._issues.list(state="opened", labels=[LABEL], **order)],
        )

    def open(self, title: str, body: str) -> Issue:
        """GitLab makes a label that is not there yet."""
        data = {"title": title, "description": body, "labels": LABEL}
        return self._access.asked(self._access.name, lambda: _issue(self._issues.create(data, **AT_ONCE)))

    def update(self, issue: Issue, title: str, body: str) -> None:
        self._change(issue, {"title": title, "description": body})

    def close(self, issue: Issue, words: str) -> None:
        notes = self._issues.get(issue.number, lazy=True).notes
        self._access.asked(self._access.name, lambda: notes.create({"body": words}, **AT_ONCE))
        self._change(issue, {"state_event": "close"})

    def _change(self, issue: Issue, data: dict[str, str]) -> None:
        self._access.asked(self._access.name, lambda: self._issues.update(issue.number, data, **AT_ONCE))


def _issue(found: Any) -> Issue:
    author = (found.author or {}).get("username", "")
    return Issue(found.iid, author, found.title, found.description or "", found.web_url)
