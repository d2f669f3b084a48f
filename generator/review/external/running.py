"""The only place that runs tools of others over plans: with little of the environment, and none of its secrets."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from generator.errors import ReviewError

SECONDS = 300
LONGEST = 400  # letters of what a tool says of its failure
# No tokens, no credentials, no settings of the tools: what they do is what the spec says.
_KEPT = ("LANG", "LC_ALL", "PATH", "SYSTEMROOT", "TZ")


@dataclass(frozen=True)
class Answer:
    exit_code: int
    output: str
    complaint: str  # the first line that says anything on standard error


def find_tool(name: str, why: str, remedy: str) -> str:
    """The path of a program, also of one that is installed with Goldsmith in an environment that is not active.

    Raises ReviewError where it is not there: what it would find must not go unseen.
    """
    path = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
    if path is None:
        raise ReviewError(f"{why}, and {name} is not on the PATH. {remedy}")
    return path


def ask(
    command: Sequence[str], text: str = "", files: Mapping[str, str] | None = None, seconds: float = SECONDS
) -> Answer:
    """Run a tool in an empty, private folder that is gone afterwards, with `files` in it and `text` as its input.

    It has no home of its own, so that it finds no settings and no credentials. Raises ReviewError where it cannot be
    started, or takes too long.
    """
    name = Path(command[0]).name
    with TemporaryDirectory(prefix="goldsmith-tool-") as directory:  # mode 0700
        for file, content in (files or {}).items():
            _write_private(Path(directory, file), content)
        environment = {key: os.environ[key] for key in _KEPT if key in os.environ}
        environment |= {"HOME": directory, "TMPDIR": directory, "CKV_SKIP_PACKAGE_UPDATE_CHECK": "true"}
        try:
            result = subprocess.run(
                list(command),
                input=text.encode("utf-8", "surrogatepass"),
                cwd=directory,
                env=environment,
                capture_output=True,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise ReviewError(f"{name} did not end within {seconds:g} seconds.") from None
        except OSError as error:
            raise ReviewError(f"{name} cannot be started: {error.strerror}.") from error
    return Answer(result.returncode, result.stdout.decode("utf-8", "replace"), _first_line(result.stderr))


def _write_private(path: Path, content: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(content)


def _first_line(said: bytes) -> str:
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines()]
    return next(filter(None, lines), "")[:LONGEST]
