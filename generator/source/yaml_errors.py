"""What is wrong with a text that is no YAML: where it goes wrong, and what its writer may have meant."""

from __future__ import annotations

import re

import yaml

from generator.errors import Diagnostic
from generator.source.line_breaks import as_editors_count

_DIRECTIVE = re.compile(r"\s*(%\{|\{%|\{\{-|\{#)")  # of Terraform, Jinja and Go, alone on its line
_ENTRY = re.compile(r"\s*(- |-$|#|---|\.\.\.|[^\s#&*!|>'\"%@`{\[-][^#]*?:(\s|$)|[\"'][^\"']*[\"']\s*:|[\"'\]}])")
_TEXT_BEGINS = re.compile(r"(?P<indent>\s*)(-|\S.*[:-])\s+[|>][-+0-9]*\s*(#.*)?$")
_RESERVED = {"@": "@", "`": "a backtick", "%": "%"}
_CLOUDFORMATION = re.compile(
    r"!(Ref|Sub|GetAtt|Join|Select|Split|If|Not|And|Or|Equals|FindInMap|ImportValue|Base64|Cidr|GetAZs|Condition|Transform)\Z"
)


def syntax_error(file: str, text: str, error: yaml.YAMLError) -> Diagnostic:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = as_editors_count(text)(mark.line + 1, mark.column + 1) if mark else (1, 1)
    line, column = line - 1, column - 1
    lines = text.split("\n")
    for found in (_tab(lines, line), _directive(lines, line), _short_text(lines, line)):
        if found is not None:
            return Diagnostic(file, *found)
    context = getattr(error, "context", None)
    problem = getattr(error, "problem", None) or "cannot be read"
    detail = f"{problem} ({context})" if context else str(problem)
    hint = _hint(lines[line] if line < len(lines) else "", column, problem)
    return Diagnostic(file, line + 1, column + 1, "", f"this is not YAML: {detail}.{hint}")


def tag_message(tag: str) -> str:
    if _CLOUDFORMATION.match(tag):
        return f"the tag {tag} is CloudFormation's, which fills it in before anything else sees it. Write its value."
    return f"the tag {tag} is not read. Remove it."


def _tab(lines: list[str], at: int) -> tuple[int, int, str, str] | None:
    line = lines[at] if at < len(lines) else ""
    if "\t" not in line[: len(line) - len(line.lstrip())]:
        return None
    message = "the line is indented with a tab; YAML allows spaces only. Replace the tab with spaces."
    return at + 1, line.index("\t") + 1, "", message


def _directive(lines: list[str], at: int) -> tuple[int, int, str, str] | None:
    """A line of a template, which would not be there in what the template gives."""
    found = _DIRECTIVE.match(lines[at]) if at < len(lines) else None
    if found is None:
        return None
    message = f"{found[1]} begins a directive of a template, which is not YAML. Check what the template gives."
    return at + 1, found.start(1) + 1, "", message


def _short_text(lines: list[str], at: int) -> tuple[int, int, str, str] | None:
    """A line that ends a text of several lines, because it is indented less than the others, and is nothing else."""
    for begin in range(min(at, len(lines) - 1), -1, -1):
        found = _TEXT_BEGINS.match(lines[begin])
        if found:
            break
    else:
        return None
    indent = len(found["indent"])
    for index in range(begin + 1, at + 1):
        line = lines[index]
        if line.strip() and len(line) - len(line.lstrip()) <= indent:
            if _ENTRY.match(line):
                return None
            message = (
                f"the text that begins on line {begin + 1} ends here, since this line is indented less than it. "
                "Indent the line as far as the others."
            )
            return index + 1, len(line) - len(line.lstrip()) + 1, "", message
    return None


def _hint(line: str, column: int, problem: str) -> str:
    if "mapping values are not allowed" in problem:
        return " Put a text that holds `: ` into quotes."
    if "cannot start any token" in problem and line[column : column + 1] in _RESERVED:
        return f" Put a text that begins with {_RESERVED[line[column]]} into quotes."
    if line.lstrip("- ")[:1] in ("[", "{") and line.strip()[-1] not in ",[]{}":
        return f" Put a text that begins with {line.lstrip('- ')[0]} into quotes."
    if line.strip() and not _ENTRY.match(line):
        return " This line is neither a key nor an entry of a list; a text of several lines begins with `|`."
    return ""
