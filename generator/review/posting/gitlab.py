"""The notes of a merge request, through GitLab's REST API; who edited one, through GraphQL.

https://docs.gitlab.com/api/notes/#merge-requests
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from generator.errors import PostingError
from generator.review.posting.conversation import Comment, Conversation, Forbidden, TooLong, Trouble, in_words

if TYPE_CHECKING:
    import requests
    from gitlab.v4.objects import Project, ProjectMergeRequest

    from generator.review.posting.tracker import Tracker

LIMIT = 1_000_000  # https://docs.gitlab.com/administration/instance_limits/#size-of-comments-and-descriptions-of-issues
API = "/api/v4"
_EDITOR = "query Q($id: NoteID!) { note(id: $id) { lastEditedBy { username } } }"
AT_ONCE: dict[str, Any] = {"obey_rate_limit": False}  # posting.persistence waits, and no longer than it says
Result = TypeVar("Result")


class GitLabAccess:
    """A project at GitLab, as one token sees it. `api` is CI_API_V4_URL: https://host/api/v4."""

    def __init__(self, api: str, token: str, project: str) -> None:
        import gitlab
        import requests

        self.name = project
        self.server = api.removesuffix("/").removesuffix(API)
        self._answer: requests.Response | None = None
        session = requests.Session()
        session.hooks["response"].append(self._remember)
        self.client = gitlab.Gitlab(self.server, private_token=token, session=session, timeout=30, per_page=100)
        self._myself = ""

    @property
    def project(self) -> Project:
        return self.client.projects.get(self.name, lazy=True)

    def _remember(self, answer: requests.Response, **_: Any) -> None:
        """GitLab's client hands on an error without the headers that say when to come again."""
        self._answer = answer

    def conversation(self, number: int) -> Conversation:
        return GitLabConversation(self, number)

    def tracker(self) -> Tracker:
        from generator.review.posting.gitlab_issues import GitLabTracker

        return GitLabTracker(self)

    def request_of(self, commit: str) -> int | None:
        """https://docs.gitlab.com/api/commits/#list-merge-requests-associated-with-a-commit"""
        found = self.asked(self.name, lambda: self.project.commits.get(commit, lazy=True).merge_requests(**AT_ONCE))
        keys = ("merge_commit_sha", "squash_commit_sha", "sha")
        merged: list[Any] = [each for each in cast("list[Any]", found) if each["state"] == "merged"]
        return next((int(each["iid"]) for each in merged if commit in {each.get(key) for key in keys}), None)

    def myself(self) -> str:
        if not self._myself:
            answer: Any = self.asked(self.name, lambda: self.client.http_get("/user", **AT_ONCE))
            self._myself = str(answer["username"])
        return self._myself

    def asked(self, place: str, ask: Callable[[], Result]) -> Result:
        """What `ask` returns; what GitLab's client and its connection raise, as a PostingError about `place`."""
        import gitlab
        import requests

        try:
            return ask()
        except gitlab.GitlabError as error:
            raise self._translated(place, error.response_code or 0, error.error_message) from None
        except requests.RequestException as error:
            raise Trouble(f"{place}: GitLab could not be reached: {type(error).__name__}.") from None

    def _translated(self, place: str, status: int, message: object) -> PostingError:
        """https://docs.gitlab.com/api/rest/troubleshooting/#status-codes"""
        answer = f"{place}: GitLab answers {status}: {in_words(message)}."
        if status == 429 or status >= 500:
            return Trouble(f"{answer} Run it again later.", self._retry_after())
        if status == 401:
            return Forbidden(f"{answer} GITLAB_TOKEN is no valid token; it may have expired.")
        if status in {403, 404}:
            return Forbidden(f"{answer} GITLAB_TOKEN needs the scope `api` and the role Reporter in this project.")
        if "too long" in str(message):
            return TooLong(answer)
        return PostingError(answer)

    def _retry_after(self) -> float | None:
        """https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits/#response-headers"""
        value = self._answer.headers.get("Retry-After", "") if self._answer is not None else ""
        return float(value) if value.isdigit() else None


class GitLabConversation:
    limit = LIMIT

    def __init__(self, access: GitLabAccess, number: int) -> None:
        self.name = f"{access.name}!{number}"
        self._access, self._number = access, number

    def myself(self) -> str:
        return self._access.myself()

    def comments(self) -> Iterable[Comment]:
        """What people and bots wrote, without what GitLab notes by itself."""
        options: dict[str, Any] = {"iterator": True, "sort": "asc", "order_by": "created_at", **AT_ONCE}
        return self._asked(
            lambda: [self._comment(note) for note in self._request.notes.list(**options) if not note.system]
        )

    def create(self, body: str) -> Comment:
        return self._asked(lambda: self._comment(self._request.notes.create({"body": body}, **AT_ONCE)))

    def update(self, comment: Comment, body: str) -> Comment:
        self._asked(lambda: self._request.notes.update(comment.id, {"body": body}, **AT_ONCE))
        return Comment(comment.id, comment.author, body, comment.url)

    def hide(self, comment: Comment) -> bool:
        """GitLab folds nothing away."""
        return False

    def editor(self, comment: Comment) -> str:
        """Maintainers may edit the notes of others: https://docs.gitlab.com/user/discussions/#edit-a-comment."""
        data = {"query": _EDITOR, "variables": {"id": f"gid://gitlab/Note/{comment.id}"}}
        path = f"{self._access.server}/api/graphql"
        answer: Any = self._asked(lambda: self._access.client.http_post(path, post_data=data, **AT_ONCE))
        note = (answer.get("data") or {}).get("note")
        if note is None:
            raise PostingError(f"{comment.url}: GitLab does not say who edited it last, so it cannot be trusted.")
        login = str((note.get("lastEditedBy") or {}).get("username", ""))
        return "" if login.casefold() == comment.author.casefold() else login

    def _asked(self, ask: Callable[[], Result]) -> Result:
        return self._access.asked(self.name, ask)

    @property
    def _request(self) -> ProjectMergeRequest:
        return self._access.project.mergerequests.get(self._number, lazy=True)

    def _comment(self, note: Any) -> Comment:
        author = note.author or {}
        url = f"{self._access.server}/{self._access.name}/-/merge_requests/{self._number}#note_{note.id}"
        return Comment(note.id, author.get("username", ""), note.body or "", url)
