"""The comments of a pull request, through GitHub's REST API; what REST lacks, through GraphQL.

https://docs.github.com/rest/issues/comments: a pull request's conversation is that of the issue with its number.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from generator.errors import PostingError
from generator.review.posting.conversation import Comment, Conversation, Forbidden, TooLong, Trouble, in_words

if TYPE_CHECKING:
    from github import GithubException
    from github.Issue import Issue
    from github.IssueComment import IssueComment
    from github.NamedUser import NamedUser
    from github.Organization import Organization
    from github.Repository import Repository

    from generator.review.posting.tracker import Tracker

# "body is too long (maximum is 65536 characters)"
LIMIT = 65_536
# The account of the token that GitHub gives each job: https://docs.github.com/actions/concepts/security/github_token
ACTIONS_BOT = "github-actions[bot]"
SECONDARY_LIMIT_WAIT = 60.0  # https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
_WHO = "query { viewer { login } }"
_EDITOR = "query Q($id: ID!) { node(id: $id) { ... on IssueComment { editor { __typename login } } } }"
Result = TypeVar("Result")


class GitHubAccess:
    """A repository at GitHub, as one token sees it.

    `api` is the base of the REST API: https://api.github.com, or https://host/api/v3 of an Enterprise Server.
    `in_actions`: whether this is a job of GitHub Actions, whose own token cannot ask who it is.
    """

    def __init__(self, api: str, token: str, repository: str, in_actions: bool = False) -> None:
        import github

        self.name = repository
        self._in_actions = in_actions
        self.client = github.Github(
            auth=github.Auth.Token(token),
            base_url=api,
            lazy=True,
            per_page=100,
            retry=None,  # posting.persistence does that, and looks for the comment before it makes one again
            seconds_between_requests=None,
            seconds_between_writes=None,
            timeout=30,
        )
        self._myself = ""

    def conversation(self, number: int) -> Conversation:
        return GitHubConversation(self, number)

    def tracker(self) -> Tracker:
        from generator.review.posting.github_issues import GitHubTracker

        return GitHubTracker(self)

    def request_of(self, commit: str) -> int | None:
        """https://docs.github.com/rest/commits/commits#list-pull-requests-associated-with-a-commit

        `merge_commit_sha` is the merge commit, the squashed one, or the last of those that were rebased.
        """
        pulls = asked(self.name, lambda: list(self.repository.get_commit(commit).get_pulls()))
        return next((each.number for each in pulls if each.merged_at and each.merge_commit_sha == commit), None)

    @property
    def repository(self) -> Repository:
        return self.client.get_repo(self.name)

    def myself(self) -> str:
        """GraphQL tells it to tokens of people, of apps and of jobs alike; REST to people's alone."""
        if not self._myself:
            self._myself = self._viewer() or self._user()
        return self._myself

    def _viewer(self) -> str:
        try:
            _, answer = asked(self.name, lambda: self.client.requester.graphql_query(_WHO, {}))
            return str(answer["data"]["viewer"]["login"])
        except Trouble:
            raise
        except (PostingError, KeyError, TypeError):
            return ""

    def _user(self) -> str:
        try:
            return asked(self.name, lambda: str(self.client.get_user().login))
        except Forbidden:
            if self._in_actions:
                return ACTIONS_BOT
            raise


class GitHubConversation:
    limit = LIMIT

    def __init__(self, access: GitHubAccess, number: int) -> None:
        self.name = f"{access.name}#{number}"
        self._access, self._number = access, number
        self._seen: dict[int, IssueComment] = {}

    def myself(self) -> str:
        return self._access.myself()

    def comments(self) -> Iterable[Comment]:
        return self._asked(lambda: [self._comment(each) for each in self._issue.get_comments()])

    def create(self, body: str) -> Comment:
        return self._asked(lambda: self._comment(self._issue.create_comment(body)))

    def update(self, comment: Comment, body: str) -> Comment:
        self._asked(lambda: self._seen[comment.id].edit(body))
        return Comment(comment.id, comment.author, body, comment.url)

    def hide(self, comment: Comment) -> bool:
        return self._asked(lambda: self._seen[comment.id].minimize("OUTDATED"))

    def editor(self, comment: Comment) -> str:
        node = self._seen[comment.id].node_id
        _, answer = self._asked(lambda: self._access.client.requester.graphql_query(_EDITOR, {"id": node}))
        editor = (answer["data"]["node"] or {}).get("editor") or {}
        login = f"{editor.get('login', '')}{'[bot]' if editor.get('__typename') == 'Bot' else ''}"
        return "" if login.casefold() == comment.author.casefold() else login

    @property
    def _issue(self) -> Issue:
        return self._access.repository.get_issue(self._number)

    def _comment(self, found: IssueComment) -> Comment:
        self._seen[found.id] = found
        author: NamedUser | Organization | None = found.user  # null where the account is gone
        return Comment(found.id, author.login if author else "", found.body or "", found.html_url)

    def _asked(self, ask: Callable[[], Result]) -> Result:
        return asked(self.name, ask)


def asked(place: str, ask: Callable[[], Result]) -> Result:
    """What `ask` returns; what PyGithub and its connection raise, as a PostingError about `place`."""
    import requests
    from github import GithubException

    try:
        return ask()
    except GithubException as error:
        raise translated(place, error) from None  # its text is the server's whole answer
    except requests.RequestException as error:
        raise Trouble(f"{place}: GitHub could not be reached: {type(error).__name__}.") from None


def translated(place: str, error: GithubException) -> PostingError:
    """https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api"""
    said, headers = _said(error.data), {name.lower(): value for name, value in (error.headers or {}).items()}
    answer = f"{place}: GitHub answers {error.status}: {said}."
    wait = _wait(error.status, said, headers)
    if wait is not None or error.status >= 500:
        return Trouble(f"{answer} Run it again later.", wait)
    if error.status == 401:
        return Forbidden(f"{answer} GITHUB_TOKEN is no valid token; it may have expired.")
    if error.status == 403:
        return Forbidden(f"{answer} Give the job `permissions: {{pull-requests: write}}`.")
    if error.status == 404:
        return Forbidden(f"{answer} There is no such pull request, or the token may not see it.")
    if error.status == 422 and "too long" in said:
        return TooLong(answer)
    return PostingError(answer)


def _said(data: Any) -> str:
    """The message, and those of the errors below it."""
    if not isinstance(data, Mapping):
        return in_words(data)
    errors = data.get("errors") or []
    parts = [each.get("message") if isinstance(each, Mapping) else each for each in errors]
    return in_words(": ".join(str(part) for part in (data.get("message"), *parts) if part))


def _wait(status: int, said: str, headers: Mapping[str, str]) -> float | None:
    """How long to wait before the next try, where a rate limit is what refused; None where it is not."""
    if status not in {403, 429}:
        return None
    if headers.get("retry-after", "").isdigit():
        return float(headers["retry-after"])
    if headers.get("x-ratelimit-remaining") == "0" and headers.get("x-ratelimit-reset", "").isdigit():
        return max(1.0, float(headers["x-ratelimit-reset"]) - time.time() + 1)
    limited = status == 429 or "rate limit" in said.lower()
    return SECONDARY_LIMIT_WAIT if limited else None
