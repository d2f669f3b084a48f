"""GitHub's workflow commands: lines of a job's output that GitHub takes for remarks on files.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message
"""

from __future__ import annotations

from typing import Literal


def annotation(
    level: Literal["error", "warning", "notice"],
    message: str,
    *,
    title: str,
    file: str = "",
    line: int = 0,
    column: int = 0,
    end_column: int = 0,
) -> str:
    """One line; whatever the texts hold, it stays one command and they stay in their places. No file, no place."""
    properties = [f"file={escaped(file, ',:')}"] if file else []
    if file and line:
        properties += [f"line={line}", f"col={column}"]
        properties += [f"endLine={line}", f"endColumn={end_column}"] if end_column else []
    properties.append(f"title={escaped(title, ',:')}")
    return f"::{level} {','.join(properties)}::{escaped(message)}"


def escaped(text: str, also: str = "") -> str:
    return "".join(f"%{ord(each):02X}" if each in f"%\r\n{also}" else each for each in text)
