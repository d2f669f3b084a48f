"""The scripts inside of component documents, through real parsers of the shell: bash, and shellcheck where it is there.

All scripts go through one bash; only where it complains is each read by itself. What AWSTOE puts in place of a
reference is not known here, so a word of the same length stands for it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from generator.documents.variables import references_in
from generator.errors import Diagnostic
from generator.source.report import key_path
from generator.source.yaml import Document, Place
from generator.source.yaml import Path as Key

SECONDS = 60.0  # a parser that takes longer hangs
SHELLCHECK_HINT = (
    "shellcheck is not installed, so scripts are checked for their syntax alone. To have them checked for more: "
    "pip install 'goldsmith[shell]'"
)
BASH_HINT = "bash is not installed, so the scripts inside of documents are not checked."

# A script's variables may come from elsewhere, and files that it sources are on the instance.
_EXCLUDED = "SC1090,SC1091,SC2148,SC2154"
# What shellcheck says of a word that is always the same, which a reference is not.
_OF_CONSTANTS = (2050, 2078, 2157, 2158, 2159, 2160, 2161, 2170, 2194, 2242, 2252)
_PLACEHOLDER = re.compile(r"<[A-Za-z](?:[\w .:/-]*\w)?>")  # `<your bucket>`, as samples have it
_BASH_ERROR = re.compile(r"^.*?: line (\d+): (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Script:
    """The commands of one step, as AWSTOE writes them into one file; `places` are those of its lines."""

    document: Document
    key: Key
    text: str
    places: tuple[Place, ...]
    references: frozenset[int] = frozenset()  # the lines that have any, from 1

    def error(self, line: int, message: str) -> Diagnostic:
        return Diagnostic(self.document.file, *self._place(line), key_path(self.key), message)

    def warning(self, line: int, message: str, code: str = "G401") -> Diagnostic:
        return Diagnostic(self.document.file, *self._place(line), key_path(self.key), message, "warning", code)

    def _place(self, line: int) -> Place:
        return self.places[min(max(line, 1), len(self.places)) - 1]


def check_scripts(
    documents: Sequence[Document], others: Iterable[Script] = ()
) -> tuple[tuple[Diagnostic, ...], tuple[str, ...]]:
    """What the parsers find, and hints about parsers that are not installed; none where there is no script."""
    scripts = [*(script for document in documents for script in scripts_of(document)), *others]
    if not scripts:
        return (), ()
    bash, shellcheck = shutil.which("bash"), _installed("shellcheck")
    if bash is None:
        return (), (BASH_HINT,)
    broken = _syntax_errors(bash, scripts)
    if shellcheck is None:
        return broken, (SHELLCHECK_HINT,)
    files_with_errors = {(each.file, each.key) for each in broken}
    whole = [each for each in scripts if (each.document.file, key_path(each.key)) not in files_with_errors]
    return broken + _shellcheck(shellcheck, whole), ()


def scripts_of(document: Document) -> Iterator[Script]:
    """The scripts of every ExecuteBash; what is no proper step has been reported elsewhere."""
    data = document.data
    phases = data.get("phases") if isinstance(data, dict) else None
    for phase_index, phase in enumerate(phases if isinstance(phases, list) else ()):
        steps = phase.get("steps") if isinstance(phase, dict) else None
        for step_index, step in enumerate(steps if isinstance(steps, list) else ()):
            if not isinstance(step, dict) or step.get("action") != "ExecuteBash":
                continue
            inputs = step.get("inputs")
            commands = inputs.get("commands") if isinstance(inputs, dict) else None
            if isinstance(commands, list) and commands and all(isinstance(each, str) for each in commands):
                yield _script(document, ("phases", phase_index, "steps", step_index, "inputs", "commands"), commands)


def _script(document: Document, key: Key, commands: Sequence[str]) -> Script:
    lines: list[str] = []
    places: list[Place] = []
    for index, command in enumerate(commands):
        parts = command.removesuffix("\n").split("\n")
        lines += parts
        places += places_of(document, (*key, index), parts)
    with_references = frozenset(number for number, line in enumerate(lines, 1) if "{{" in line)
    return Script(document, key, _without_references("\n".join(lines)) + "\n", tuple(places), with_references)


def places_of(document: Document, key: Key, lines: Sequence[str]) -> list[Place]:
    """Where each line of a scalar, or of the whole file, stands: each is looked for behind the one before it."""
    start = document.place(key)
    source = document.text.split("\n")
    row = start.line - 1
    source[row : row + 1] = [" " * (start.column - 1) + each[start.column - 1 :] for each in source[row : row + 1]]
    places = []
    for line in lines:
        words = line.strip()
        found = next((each for each in range(row, len(source)) if words[:20] in source[each]), None)
        if words and found is not None:
            places.append(Place(found + 1, source[found].find(words[:20]) + 1))
            row = found + 1
        else:
            places.append(places[-1] if places else start)
    return places


def _without_references(text: str) -> str:
    for reference in references_in(text):
        text = text.replace(reference.token, "x" * len(reference.token))
    return text


def _installed(name: str) -> str | None:
    """A tool on PATH, or beside this Python, where the wheel that carries it puts it."""
    return shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))


def _syntax_errors(bash: str, scripts: Sequence[Script]) -> tuple[Diagnostic, ...]:
    together = "".join(f"script{index}() {{ :\n{script.text}}}\n" for index, script in enumerate(scripts))
    if not _complaints(bash, together):
        return ()
    return tuple(error for script in scripts for error in _errors_of(bash, script))


def _errors_of(bash: str, script: Script) -> Iterator[Diagnostic]:
    """The first complaint: those that follow come of it. What bash itself only warns of, it runs."""
    found = _BASH_ERROR.search(_complaints(bash, script.text))
    if found is None:
        return
    line, problem = int(found[1]), found[2]
    if problem.startswith("warning: "):
        yield script.warning(line, f"bash: {problem.removeprefix('warning: ')}.")
    elif open_places := _open_places(bash, script):
        yield from open_places
    else:
        yield script.error(line, f"bash cannot read the script: {problem}.")


def _open_places(bash: str, script: Script) -> list[Diagnostic]:
    """Each `<placeholder>` of a script that is right but for these, which bash takes for redirections."""
    text = _PLACEHOLDER.sub(lambda found: "x" * len(found[0]), script.text)
    if text == script.text or _complaints(bash, text):
        return []
    return [
        script.warning(number, f"{found[0]} is a place to fill in; bash reads redirections. Fill it in.", "G215")
        for number, line in enumerate(script.text.split("\n"), 1)
        for found in _PLACEHOLDER.finditer(line)
    ]


def _complaints(bash: str, text: str) -> str:
    done = subprocess.run(
        [bash, "--norc", "--noprofile", "-n"],
        input=text,
        env={**os.environ, "LC_ALL": "C"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=SECONDS,
        check=False,
    )
    return done.stderr


def _shellcheck(shellcheck: str, scripts: Sequence[Script]) -> tuple[Diagnostic, ...]:
    """Its warnings and errors, as warnings: a script that it does not like may still do its work."""
    with TemporaryDirectory(prefix="goldsmith-scripts-") as directory:
        files = {str(Path(directory, f"{index}.sh")): script for index, script in enumerate(scripts)}
        for file, script in files.items():
            Path(file).write_text(script.text, encoding="utf-8")
        options = ["--norc", "--format=json1", "--shell=bash", "--severity=warning", f"--exclude={_EXCLUDED}"]
        done = subprocess.run(
            [shellcheck, *options, *files],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )
    comments = json.loads(done.stdout or '{"comments": []}')["comments"]
    return tuple(
        files[each["file"]].warning(each["line"], f"{each['message'].rstrip('.')}. (SC{each['code']})")
        for each in comments
        if not (each["code"] in _OF_CONSTANTS and each["line"] in files[each["file"]].references)
    )
