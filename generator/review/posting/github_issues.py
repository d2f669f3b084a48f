"""The issues of a repository at GitHub: https://docs.github.com/rest/issues/issues"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from generator.review.posting.github import GitHubAccess, asked
from generator.review.posting.tracker import LABEL, Issue

if TYPE_CHECKING:
    from github.Issue import Issue as Found


class GitHubTracker:
    def __init__(self, access: GitHubAccess) -> None:
        self._access = access
        self._seen: dict[int, Found] = {}

    def myself(self) -> str:
        return self._access.myself()

    def issues(self) -> Iterable[Issue]:
        return asked(self._access.name, self._issues)

    def _issues(self) -> list[Issue]:
        """To GitHub a pull request is an issue too."""
        found = self._access.repository.get_issues(state="open", labels=[LABEL], sort="created", direction="asc")
        return [self._issue(each) for each in found if each.pull_request is None]

    def open(self, title: str, body: str) -> Issue:
        """GitHub makes a label that is not there yet."""
        create = self._access.repository.create_issue
        return asked(self._access.name, lambda: self._issue(create(title, body=body, labels=[LABEL])))

    def update(self, issue: Issue, title: str, body: str) -> None:
        asked(self._access.name, lambda: self._seen[issue.number].edit(title=title, body=body))

    def close(self, issue: Issue, words: str) -> None:
        def act() -> None:
            self._seen[issue.number].create_comment(words)
            self._seen[issue.number].edit(state="closed", state_reason="completed")

        asked(self._access.name, act)

    def _issue(self, found: Found) -> Issue:
        self._seen[found.number] = found
        author = found.user.login if found.user else ""
        return Issue(found.number, author, found.title, found.body or "", found.html_url)
