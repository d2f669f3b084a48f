"""Dockerfile templates: inline or a file of the spec, with the marks that EC2 Image Builder fills in.

https://docs.aws.amazon.com/imagebuilder/latest/userguide/create-container-recipes.html; length: botocore imagebuilder
InlineDockerFileTemplate. A mark that is missing or misspelt passes CreateContainerRecipe: then the components are
silently left out, or the build fails in `docker build`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path as FilePath

from generator.documents.dockerfile import template_problems
from generator.errors import Diagnostic
from generator.source.report import Report, did_you_mean, quoted, shown
from generator.source.yaml import Document, Path
from generator.spec.embedded import Embedded

CODE = "G317"
MAX_CHARACTERS = 16_000
MARKS = ("parentImage", "environments", "components")
DEFAULT = "FROM {{{ imagebuilder:parentImage }}}\n{{{ imagebuilder:environments }}}\n{{{ imagebuilder:components }}}\n"

_MARK = re.compile(r"\{\{\{ imagebuilder:(\w+) \}\}\}")
_NAME = re.compile(r"(^|[\\/])[Dd]ockerfile(\.[^\\/]*)?$|\.[Dd]ockerfile$")
_BEGIN = re.compile(rb"(\xef\xbb\xbf)?([ \t\r]*(#[^\n]*)?\n)*[ \t]*(FROM|ARG)\s", re.IGNORECASE)
_COMMENT = re.compile(r"^[ \t]*#.*$", re.MULTILINE)  # https://docs.docker.com/reference/dockerfile/#format
_ALMOST = re.compile(r"\$?\{+ *imagebuilder *: *\w+ *\}+")


def dockerfile_of(written: str, directory: FilePath, document: Document, path: Path, report: Report) -> str | None:
    """The template that text means, itself or the file that it names, or None after what is wrong was reported."""
    is_inline = "\n" in written
    text = written if is_inline else _read(written, directory, document, path, report)
    if text is None:
        return None
    template = Embedded(text, document, path, None if is_inline else str(directory / written))
    of_whole = _problem(text)
    found = [] if of_whole else _problems(text)
    if of_whole:
        report.error(document, path, of_whole if is_inline else f"{written} {of_whole}", code=CODE)
    for offset, message in found:
        template.error(offset, message, CODE, report)
    return None if of_whole or found else text


def is_template(file: str, content: bytes) -> bool:
    """Whether a file is a Dockerfile, by its name or by the instruction that it begins with."""
    return _NAME.search(file) is not None or _BEGIN.match(content[:MAX_CHARACTERS]) is not None


def template_findings(file: str, content: bytes) -> tuple[Diagnostic, ...]:
    """Every finding in a template that is checked alone, at its line."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return (Diagnostic(file, 1, 1, "", "is not UTF-8, which a template is.", code=CODE),)
    of_whole = _problem(text)
    found = [(max(0, text.find("\x00")), of_whole)] if of_whole else _problems(text)
    return tuple(_diagnostic(file, text, offset, message) for offset, message in found)


def _diagnostic(file: str, text: str, offset: int, message: str) -> Diagnostic:
    before = text[:offset]
    return Diagnostic(file, before.count("\n") + 1, offset - before.rfind("\n"), "", message, code=CODE)


def _problems(text: str) -> list[tuple[int, str]]:
    """What is wrong in a template, and after how many characters it stands."""
    return [*_odd_marks(text)] or list(template_problems(text))


def _read(name: str, directory: FilePath, document: Document, path: Path, report: Report) -> str | None:
    if FilePath(name).is_absolute() or ".." in FilePath(name).parts or "\\" in name:
        message = (
            f"{shown(name)} is outside of the spec; a template is a file below its folder, or several lines of text."
        )
        report.error(document, path, message)
        return None
    try:
        return (directory / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        message = (
            f"{shown(name)} cannot be read: {reason}. Name a file of the spec, such as dockerfiles/web, or write "
            "the template itself, in several lines after `dockerfile: |`."
        )
        report.error(document, path, message)
        return None


def _problem(text: str) -> str | None:
    """What is wrong with a template as a whole."""
    if len(text) > MAX_CHARACTERS:
        return (
            f"has {len(text)} characters; EC2 Image Builder takes {MAX_CHARACTERS}. Put it into S3 and name it with "
            "dockerfile_uri."
        )
    if "\x00" in text:
        return "holds the character U+0000, which AWS refuses in any text. Remove it."
    if any(_odd_marks(text)):
        return None
    found = _MARK.findall(_COMMENT.sub("", text))
    lacking = [_as_mark(name) for name in MARKS if name not in found]
    return f"lacks {quoted(lacking, 'and')}, which EC2 Image Builder fills in. Add it." if lacking else None


def _odd_marks(text: str) -> Iterator[tuple[int, str]]:
    for match in _ALMOST.finditer(text):
        if not _is_mark(match[0]):
            yield match.start(), _unknown_mark(match[0])


def _is_mark(text: str) -> bool:
    match = _MARK.fullmatch(text)
    return match is not None and match[1] in MARKS


def _unknown_mark(mark: str) -> str:
    name = re.sub(r"\W|imagebuilder", "", mark)
    allowed = quoted([_as_mark(each) for each in MARKS], "and")
    return f"{shown(mark)} is filled in by nothing; marks are {allowed}.{did_you_mean(name, MARKS)}"


def _as_mark(name: str) -> str:
    return f"{{{{{{ imagebuilder:{name} }}}}}}"
