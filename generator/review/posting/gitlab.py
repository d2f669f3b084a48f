"""The notes of a merge request, through GitLab's REST API; who edited one, through GraphQL.

https://docs.gitlab.com/api/notes/#merge-requests
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from generator.errors import PostingError
from generator.review.posting.conversation import Comment, Forbidden, TooLong, Trouble, in_words

if TYPE_CHECKING:
    import requests
    from gitlab.v4.objects import ProjectMergeRequest

LIMIT = 1_000_000  # https://docs.gitlab.com/administration/instance_limits/#size-of-comments-and-descriptions-of-issues
API = "/api/v4"
_EDITOR = "query Q($id: NoteID!) { note(id: $id) { lastEditedBy { username } } }"
Result = TypeVar("Result")


class GitLabConversation:
    """`api` is CI_API_V4_URL: https://host/api/v4."""

    limit = LIMIT

    def __init__(self, api: str, token: str, project: str, number: int) -> None:
        import gitlab
        import requests

        self.name = f"{project}!{number}"
        self._server = api.removesuffix("/").removesuffix(API)
        self._answer: requests.Response | None = None
        session = requests.Session()
        session.hooks["response"].append(self._remember)
        self._gitlab = gitlab.Gitlab(self._server, private_token=token, session=session, timeout=30, per_page=100)
        self._project, self._number = project, number
        self._notes: dict[int, Any] = {}
        self._myself = ""

    def _remember(self, answer: requests.Response, **_: Any) -> None:
        """GitLab's client hands on an error without the headers that say when to come again."""
        self._answer = answer

    def myself(self) -> str:
        if not self._myself:
            self._myself = self._asked(lambda: str(self._gitlab.http_get("/user", obey_rate_limit=False)["username"]))  # type: ignore[index]
        return self._myself

    def comments(self) -> Iterable[Comment]:
        """What people and bots wrote, without what GitLab notes by itself."""
        options: dict[str, Any] = {"iterator": True, "sort": "asc", "order_by": "created_at", "obey_rate_limit": False}
        return self._asked(
            lambda: [self._comment(note) for note in self._request.notes.list(**options) if not note.system]
        )

    def create(self, body: str) -> Comment:
        return self._asked(lambda: self._comment(self._request.notes.create({"body": body}, obey_rate_limit=False)))

    def update(self, comment: Comment, body: str) -> Comment:
        self._asked(lambda: self._request.notes.update(comment.id, {"body": body}, obey_rate_limit=False))
        return Comment(comment.id, comment.author, body, comment.url)

    def hide(self, comment: Comment) -> bool:
        """GitLab folds nothing away."""
        return False

    def editor(self, comment: Comment) -> str:
        """Maintainers may edit the notes of others: https://docs.gitlab.com/user/discussions/#edit-a-comment."""
        data = {"query": _EDITOR, "variables": {"id": f"gid://gitlab/Note/{comment.id}"}}
        path = f"{self._server}/api/graphql"
        answer: Any = self._asked(lambda: self._gitlab.http_post(path, post_data=data, obey_rate_limit=False))
        note = (answer.get("data") or {}).get("note")
        if note is None:
            raise PostingError(f"{comment.url}: GitLab does not say who edited it last, so it cannot be trusted.")
        login = str((note.get("lastEditedBy") or {}).get("username", ""))
        return "" if login.casefold() == comment.author.casefold() else login

    @property
    def _request(self) -> ProjectMergeRequest:
        return self._gitlab.projects.get(self._project, lazy=True).mergerequests.get(self._number, lazy=True)

    def _comment(self, note: Any) -> Comment:
        author = note.author or {}
        url = f"{self._server}/{self._project}/-/merge_requests/{self._number}#note_{note.id}"
        return Comment(note.id, author.get("username", ""), note.body or "", url)

    def _asked(self, ask: Callable[[], Result]) -> Result:
        import gitlab
        import requests

        try:
            return ask()
        except gitlab.GitlabError as error:
            raise self._translated(error.response_code or 0, error.error_message) from None
        except requests.RequestException as error:
            raise Trouble(f"{self.name}: GitLab could not be reached: {type(error).__name__}.") from None

    def _translated(self, status: int, message: object) -> PostingError:
        """https://docs.gitlab.com/api/rest/troubleshooting/#status-codes"""
        answer = f"{self.name}: GitLab answers {status}: {in_words(message)}."
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
