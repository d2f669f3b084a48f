"""The head of a comment: a line for machines that nobody sees, and a line on how far things are.

The comment lives on: whoever approves, applies or pushes again changes its status, and nothing else of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from generator.review.escaping import Md, code, html_comment, prose
from generator.review.model import PlannedRoot, Review

SCHEMA = 1
NAME = "goldsmith:review"
ROOT_DIGITS = (
    16  # of a root's digest: told apart, at a fifth of the size; an approval is bound to the fleet's whole one
)
COMMIT = 64  # hexadecimal digits of a commit, at most
LARGEST_ROOTS = 24_000  # characters of a comment that the digests of roots may take

Status = Literal["planned", "approved", "applying", "applied", "failed", "outdated"]
STATUSES: tuple[Status, ...] = get_args(Status)
_WORDS: Mapping[Status, str] = {
    "planned": "📝 **Planned.** Nothing is applied yet.",
    "approved": "👍 **Approved.** Nothing is applied yet.",
    "applying": "⏳ **Applying.**",
    "applied": "✅ **Applied.**",
    "failed": "❌ **Not applied.**",
    "outdated": "🕸️ **Outdated.** This is not what would be applied now.",
}
_HEADER = re.compile(rf"\A<!-- {NAME} (\{{[^\r\n]*\}}) -->\r?\n")
_LINK = re.compile(r"https?://[A-Za-z0-9._:/?=&%+~#-]+")
_STATUS = re.compile(r"^<!-- goldsmith:status -->[^\r\n]*", re.MULTILINE)


@dataclass(frozen=True)
class Header:
    """What a comment says to machines. Trust it only where the comment was written by whom you expect."""

    commit: str
    digest: str  # of the fleet
    status: Status
    roots: Mapping[str, str] | None  # name -> the first digits of its digest; None where there were too many to tell


def header(review: Review, status: Status = "planned") -> Md:
    """The first line of a comment."""
    roots: Mapping[str, Any] | None = _tree(review.planned.roots)
    if len(json.dumps(roots)) > LARGEST_ROOTS:
        roots = None
    return _written(Header(review.planned.commit[:COMMIT], review.digest, status, None), roots)


def status_line(status: Status, note: str = "", link: str = "") -> Md:
    """The line that lives on. `note` may be anybody's words; `link` is shown where it is an address on the web."""
    said = f" {prose(note)}" if note else ""
    return Md(f"<!-- goldsmith:status -->{_WORDS[status]}{said}{linked(' See [the run]', link)}")


def linked(words: str, link: str) -> str:
    """`[the run](<https://…>).`; nothing without an address, and code where it is not a plain one of the web."""
    if not link:
        return ""
    return f"{words}(<{link}>)." if _LINK.fullmatch(link) else f"{words}: {code(link)}."


def is_review(comment: str) -> bool:
    """Whether a comment bears our mark, whichever version wrote it."""
    return comment.startswith(f"<!-- {NAME} ")


def read_header(comment: str) -> Header | None:
    """What the first line of a comment says; None where it is none of ours, or of a schema that is not known."""
    found = _HEADER.match(comment)
    try:
        document = json.loads(found[1]) if found else None
        return _read(document) if document and document["schema"] == SCHEMA else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def with_status(comment: str, status: Status, note: str = "", link: str = "") -> str:
    """The same comment with another status, in its header and in its status line. Raises ValueError for any other."""
    read = read_header(comment)
    if read is None:
        raise ValueError("not a comment of `goldsmith review`")
    body = comment[comment.index("\n") + 1 :]
    line = status_line(status, note, link).text
    document = json.loads(_HEADER.match(comment)[1])  # type: ignore[index]  # read_header has matched it
    first = _written(Header(read.commit, read.digest, status, None), document["roots"])
    return f"{first}\n{_STATUS.sub(lambda _: line, body, count=1)}"


def _written(head: Header, roots: Mapping[str, Any] | None) -> Md:
    document = {"schema": SCHEMA, "commit": head.commit, "fleet": head.digest, "status": head.status, "roots": roots}
    return html_comment(NAME, document)


def _tree(roots: Iterable[PlannedRoot]) -> dict[str, Any]:
    """{environment: {account: {region: digest}}}: each name once, where 300 roots share them. Failed ones have none."""
    tree: dict[str, Any] = {}
    for root in roots:
        *folders, last = root.name.split("/")
        place = tree
        for folder in folders:
            place = place.setdefault(folder, {})
        place[last] = root.digest[:ROOT_DIGITS]
    return tree


def _read(document: Mapping[str, Any]) -> Header:
    if document["status"] not in STATUSES:
        raise ValueError(document["status"])
    roots = None if document["roots"] is None else dict(_flat(document["roots"]))
    return Header(str(document["commit"]), str(document["fleet"]), document["status"], roots)


def _flat(tree: Mapping[str, Any], path: str = "") -> Iterable[tuple[str, str]]:
    for name, value in tree.items():
        if isinstance(value, str):
            yield f"{path}{name}", value
        else:
            yield from _flat(value, f"{path}{name}/")
