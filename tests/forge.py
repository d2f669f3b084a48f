"""A GitHub and a GitLab on a loopback socket: as much of their REST and GraphQL APIs as a review needs, with a memory.

A test puts comments of other people in, lets requests fail in order, and reads what was made of it.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

BOT = "github-actions[bot]"
Answer = tuple[int, Any]


@dataclass(frozen=True)
class Fault:
    """What the next matching request gets instead of its answer; `done`: it is carried out all the same."""

    method: str
    path: str  # a regular expression, searched for in the path
    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    done: bool = False


@dataclass
class Forge:
    """One repository, acme/images, with the issues and pull requests that tests ask for."""

    me: str = BOT
    viewer: bool = True  # whether GraphQL tells who the token is
    user: bool = False  # whether GET /user does: never to the token of a job
    limit: int = 65_536
    page: int = 100  # comments that a page holds at most, whatever is asked for
    comments: dict[int, list[dict[str, Any]]] = field(default_factory=dict)  # by number of the request
    issues: dict[int, dict[str, Any]] = field(default_factory=dict)
    pulls: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # by commit
    editors: dict[int, str] = field(default_factory=dict)  # comment -> who else changed it
    hidden: set[int] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)  # as they came
    url: str = ""
    _next: int = 100

    def say(self, number: int, author: str | None, body: str) -> int:
        """A comment by somebody; None is an account that is gone."""
        self._next += 1
        self.comments.setdefault(number, []).append({"id": self._next, "author": author, "body": body})
        return self._next

    def track(self, author: str, title: str, body: str, labels: list[str], *, is_pull: bool = False) -> int:
        """An issue of somebody's."""
        self._next += 1
        facts = {"number": self._next, "author": author, "title": title, "body": body, "labels": labels}
        self.issues[self._next] = {**facts, "state": "open", "is_pull": is_pull}
        return self._next

    def bodies(self, number: int) -> list[str]:
        return [each["body"] for each in self.comments.get(number, [])]

    def fault(self, method: str, path: str) -> Fault | None:
        for each in self.faults:
            if each.method == method and re.search(each.path, path):
                self.faults.remove(each)
                return each
        return None

    def comment(self, comment_id: int) -> dict[str, Any]:
        return next(each for number in self.comments.values() for each in number if each["id"] == comment_id)

    def number_of(self, comment_id: int) -> int:
        return next(n for n, each in self.comments.items() if any(one["id"] == comment_id for one in each))


@contextmanager
def running(forge: Forge) -> Iterator[Forge]:
    """The forge behind a socket; `forge.url` is its base, to which GitHub's paths and GitLab's /api/v4 are added."""
    handler = type("Handler", (_Handler,), {"forge": forge})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    forge.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield forge
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    forge: ClassVar[Forge]
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Nothing to standard error."""

    def _serve(self) -> None:
        forge, parts = self.forge, urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length) or b"null")
        forge.asked.append((self.command, parts.path))
        forge.tokens.add(self.headers.get("Authorization") or self.headers.get("PRIVATE-TOKEN") or "")
        fault = forge.fault(self.command, parts.path)
        if fault is None or fault.done:
            status, answer = self._answer(parts.path, {k: v[0] for k, v in parse_qs(parts.query).items()}, body)
        if fault is not None:
            self._send(fault.status, fault.body if fault.body is not None else {"message": "made up"}, fault.headers)
        else:
            self._send(status, answer, self._links)

    do_GET = do_POST = do_PATCH = do_PUT = _serve  # noqa: N815 - names of the standard library

    def _send(self, status: int, answer: Any, headers: Mapping[str, str]) -> None:
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _answer(self, path: str, query: dict[str, str], body: Any) -> Answer:
        self._links: dict[str, str] = {}
        self._query = query
        for pattern, answer in ROUTES:
            match = re.fullmatch(pattern, f"{self.command} {path}")
            if match:
                return answer(self, body, *match.groups())
        return 404, {"message": "Not Found"}

    def _paged(self, items: list[Any]) -> list[Any]:
        size = min(int(self._query.get("per_page", "30")), self.forge.page)
        number = int(self._query.get("page", "1"))
        if number * size < len(items):
            path = urlsplit(self.path).path
            more = "".join(f"&{k}={v}" for k, v in self._query.items() if k not in {"page", "per_page"})
            following = f"{self.forge.url}{path}?page={number + 1}&per_page={size}{more}"
            self._links = {"Link": f'<{following}>; rel="next"', "X-Next-Page": str(number + 1)}
        return items[(number - 1) * size : number * size]

    # GitHub

    def github_user(self, _: Any) -> Answer:
        if not self.forge.user:
            return 403, {"message": "Resource not accessible by integration"}
        return 200, {"login": self.forge.me}

    def github_comments(self, _: Any, number: str) -> Answer:
        if int(number) not in self.forge.comments:
            return 404, {"message": "Not Found"}
        return 200, self._paged([self._github(each) for each in self.forge.comments[int(number)]])

    def github_comment(self, body: Any, number: str) -> Answer:
        if len(body["body"]) > self.forge.limit:
            errors = [{"resource": "IssueComment", "message": "body is too long (maximum is 65536 characters)"}]
            return 422, {"message": "Validation Failed", "errors": errors}
        made = self.forge.say(int(number), self.forge.me, body["body"])
        return 201, self._github(self.forge.comment(made))

    def github_edit(self, body: Any, comment_id: str) -> Answer:
        comment = self.forge.comment(int(comment_id))
        comment["body"] = body["body"]
        return 200, self._github(comment)

    def github_graphql(self, body: Any) -> Answer:
        variables = body.get("variables") or {}
        if "viewer" in body["query"]:
            if not self.forge.viewer:
                return 200, {"errors": [{"type": "FORBIDDEN", "message": "Resource not accessible by integration"}]}
            return 200, {"data": {"viewer": {"login": self.forge.me}}}
        if "minimizeComment" in body["query"]:
            self.forge.hidden.add(int(variables["input"]["subjectId"].removeprefix("IC_")))
            return 200, {"data": {"minimizeComment": {"minimizedComment": {"isMinimized": True}}}}
        comment_id = int(variables["id"].removeprefix("IC_"))
        login = self.forge.editors.get(comment_id)
        editor = login and {
            "__typename": "Bot" if login.endswith("[bot]") else "User",
            "login": login.removesuffix("[bot]"),
        }
        return 200, {"data": {"node": {"editor": editor or None}}}

    def _github(self, comment: dict[str, Any]) -> dict[str, Any]:
        number, author = self.forge.number_of(comment["id"]), comment["author"]
        return {
            "id": comment["id"],
            "node_id": f"IC_{comment['id']}",
            "url": f"{self.forge.url}/repos/acme/images/issues/comments/{comment['id']}",
            "html_url": f"https://github.example/acme/images/pull/{number}#issuecomment-{comment['id']}",
            "user": {"login": author, "id": 1} if author else None,
            "body": comment["body"],
        }

    def github_pulls(self, _: Any, commit: str) -> Answer:
        return 200, self._paged([{"merged_at": None, "merge_commit_sha": None, **each} for each in self._pulls(commit)])

    def github_commit(self, _: Any, commit: str) -> Answer:
        return 200, {"sha": commit, "url": f"{self.forge.url}/repos/acme/images/commits/{commit}"}

    def _pulls(self, commit: str) -> list[dict[str, Any]]:
        return self.forge.pulls.get(commit, [])

    def github_issues(self, _: Any) -> Answer:
        assert self._query["state"] == "open"
        return 200, self._paged([self._issue(each) for each in self._open_issues(self._query["labels"])])

    def _open_issues(self, label: str) -> list[dict[str, Any]]:
        issues = self.forge.issues.values()
        return [each for each in issues if each["state"] == "open" and label in each["labels"]]

    def github_new_issue(self, body: Any) -> Answer:
        return 201, self._issue(self._new_issue(body["title"], body["body"], body["labels"]))

    def _new_issue(self, title: str, body: str, labels: list[str]) -> dict[str, Any]:
        number = self.forge.track(self.forge.me, title, body, labels)
        return self.forge.issues[number]

    def github_edit_issue(self, body: Any, number: str) -> Answer:
        issue = self.forge.issues[int(number)]
        issue.update({key: body[key] for key in ("title", "body", "state") if key in body})
        return 200, self._issue(issue)

    def _issue(self, issue: dict[str, Any]) -> dict[str, Any]:
        number = issue["number"]
        return {
            "number": number,
            "url": f"{self.forge.url}/repos/acme/images/issues/{number}",
            "html_url": f"https://github.example/acme/images/issues/{number}",
            "user": {"login": issue["author"]},
            "title": issue["title"],
            "body": issue["body"],
            "state": issue["state"],
            "pull_request": {"url": "x"} if issue["is_pull"] else None,
        }

    # GitLab

    def gitlab_requests(self, _: Any, commit: str) -> Answer:
        return 200, self._pulls(commit)

    def gitlab_issues(self, _: Any) -> Answer:
        assert self._query["state"] == "opened"
        found = [self._gitlab_issue(each) for each in self._open_issues(self._query["labels"])]
        return 200, self._paged(found)

    def gitlab_new_issue(self, body: Any) -> Answer:
        made = self._new_issue(body["title"], body["description"], body["labels"].split(","))
        return 201, self._gitlab_issue(made)

    def gitlab_edit_issue(self, body: Any, number: str) -> Answer:
        issue = self.forge.issues[int(number)]
        names = {"title": "title", "description": "body"}
        issue.update({names[key]: body[key] for key in names if key in body})
        if body.get("state_event") == "close":
            issue["state"] = "closed"
        return 200, self._gitlab_issue(issue)

    def gitlab_issue_note(self, body: Any, number: str) -> Answer:
        return self.gitlab_note(body, number)

    def _gitlab_issue(self, issue: dict[str, Any]) -> dict[str, Any]:
        return {
            "iid": issue["number"],
            "web_url": f"https://gitlab.example/acme/images/-/issues/{issue['number']}",
            "author": {"username": issue["author"]},
            "title": issue["title"],
            "description": issue["body"],
        }

    def gitlab_user(self, _: Any) -> Answer:
        return 200, {"username": self.forge.me}

    def gitlab_notes(self, _: Any, number: str) -> Answer:
        if int(number) not in self.forge.comments:
            return 404, {"message": "404 Not found"}
        return 200, self._paged([self._gitlab(each) for each in self.forge.comments[int(number)]])

    def gitlab_note(self, body: Any, number: str) -> Answer:
        made = self.forge.say(int(number), self.forge.me, body["body"])
        return 201, self._gitlab(self.forge.comment(made))

    def gitlab_edit(self, body: Any, _: str, note: str) -> Answer:
        comment = self.forge.comment(int(note))
        comment["body"] = body["body"]
        return 200, self._gitlab(comment)

    def gitlab_graphql(self, body: Any) -> Answer:
        login = self.forge.editors.get(int(body["variables"]["id"].rpartition("/")[2]))
        return 200, {"data": {"note": {"lastEditedBy": {"username": login} if login else None}}}

    def _gitlab(self, comment: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": comment["id"],
            "author": {"username": comment["author"]},
            "body": comment["body"],
            "system": comment["author"] == "system",
        }


_GITHUB = "/repos/acme/images"
_PROJECT = "/api/v4/projects/acme%2Fimages"
_GITLAB = f"{_PROJECT}/merge_requests"
ROUTES: tuple[tuple[str, Callable[..., Answer]], ...] = (
    ("GET /user", _Handler.github_user),
    (f"GET {_GITHUB}/issues/([0-9]+)/comments", _Handler.github_comments),
    (f"POST {_GITHUB}/issues/([0-9]+)/comments", _Handler.github_comment),
    (f"PATCH {_GITHUB}/issues/comments/([0-9]+)", _Handler.github_edit),
    (f"GET {_GITHUB}/commits/([0-9a-f]+)", _Handler.github_commit),
    (f"GET {_GITHUB}/commits/([0-9a-f]+)/pulls", _Handler.github_pulls),
    (f"GET {_GITHUB}/issues", _Handler.github_issues),
    (f"POST {_GITHUB}/issues", _Handler.github_new_issue),
    (f"PATCH {_GITHUB}/issues/([0-9]+)", _Handler.github_edit_issue),
    ("POST /graphql", _Handler.github_graphql),
    ("GET /api/v4/user", _Handler.gitlab_user),
    (f"GET {_PROJECT}/repository/commits/([0-9a-f]+)/merge_requests", _Handler.gitlab_requests),
    (f"GET {_PROJECT}/issues", _Handler.gitlab_issues),
    (f"POST {_PROJECT}/issues", _Handler.gitlab_new_issue),
    (f"PUT {_PROJECT}/issues/([0-9]+)", _Handler.gitlab_edit_issue),
    (f"POST {_PROJECT}/issues/([0-9]+)/notes", _Handler.gitlab_issue_note),
    (f"GET {_GITLAB}/([0-9]+)/notes", _Handler.gitlab_notes),
    (f"POST {_GITLAB}/([0-9]+)/notes", _Handler.gitlab_note),
    (f"PUT {_GITLAB}/([0-9]+)/notes/([0-9]+)", _Handler.gitlab_edit),
    ("POST /api/graphql", _Handler.gitlab_graphql),
)
