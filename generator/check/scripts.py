"""Scripts through the shells' own parsers: bash, with shellcheck, and pwsh, each where it is installed.

All scripts go through one bash; where it complains, half of them through another, down to the ones that are wrong.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from generator.check.powershell import check_powershell
from generator.check.script import Script, scripts_of
from generator.documents.findings import MAX_ERRORS
from generator.errors import Diagnostic
from generator.source.report import key_path
from generator.source.yaml import Document

SECONDS = 60.0  # a parser that takes longer hangs
BATCH = 100  # scripts for one shellcheck: a command line takes so many names of files, and each has a core to itself
MOST_LINES = 2000  # of a script that shellcheck reads, which takes a second for 5,000
SHELLCHECK_HINT = (
    "shellcheck is not installed, so scripts are checked for their syntax alone. To have them checked for more: "
    "pip install 'goldsmith[shell]'"
)
BASH_HINT = "bash is not installed, so the scripts inside of documents are not checked."

# A script's variables may come from elsewhere, and files that it sources are on the instance.
_EXCLUDED = "SC1090,SC1091,SC2148,SC2154"
# What shellcheck says of a word that is always the same, which a reference is not.
_OF_CONSTANTS = (2043, 2050, 2078, 2157, 2158, 2159, 2160, 2161, 2170, 2193, 2194, 2195, 2242, 2252, 2309)
_PLACEHOLDER = re.compile(r"<[A-Za-z](?:[\w .:/-]*\w)?>")  # `<your bucket>`, as samples have it
_BASH_ERROR = re.compile(r"^.*?: line (\d+): (.*)$", re.MULTILINE)
_DOCUMENT = re.compile(r"(?<!<)<<(?!<)-?[ \t]*(?:\\?[\"']?([\w.-]+))?")  # `<<EOF`, `<<-'EOF'`


def check_scripts(
    documents: Sequence[Document], others: Iterable[Script] = ()
) -> tuple[tuple[Diagnostic, ...], tuple[str, ...]]:
    """What the parsers find, and hints about parsers that are not installed; none where there is no script."""
    of_bash = [script for document in documents for script in scripts_of(document, "ExecuteBash")]
    of_powershell = [script for document in documents for script in scripts_of(document, "ExecutePowerShell")]
    try:
        found, hints = _check_bash([*of_bash, *others])
    except (OSError, subprocess.SubprocessError) as error:
        found, hints = (), (f"bash does not answer, so scripts are not checked: {error}",)
    more, more_hints = check_powershell(of_powershell)
    return found + more, hints + more_hints


def _check_bash(scripts: Sequence[Script]) -> tuple[tuple[Diagnostic, ...], tuple[str, ...]]:
    if not scripts:
        return (), ()
    bash, shellcheck = shutil.which("bash"), _installed("shellcheck")
    if bash is None:
        return (), (BASH_HINT,)
    broken = tuple(islice(_syntax_errors(bash, scripts), MAX_ERRORS))
    if len(broken) == MAX_ERRORS:
        return broken, ()  # who has that many does not read on
    if shellcheck is None:
        return broken, (SHELLCHECK_HINT,)
    files_with_errors = {(each.file, each.key) for each in broken}
    whole = [
        each
        for each in scripts
        if (each.document.file, key_path(each.key)) not in files_with_errors and len(each.places) <= MOST_LINES
    ]
    try:
        return broken + _shellcheck(shellcheck, whole), ()
    except (OSError, subprocess.SubprocessError) as error:
        return broken, (f"shellcheck does not answer, so scripts are checked for their syntax alone: {error}",)


def _installed(name: str) -> str | None:
    """A tool on PATH, or beside this Python, where the wheel that carries it puts it."""
    return shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))


def _syntax_errors(bash: str, scripts: Sequence[Script]) -> Iterator[Diagnostic]:
    """Those that are wrong are found by halves: most bashes read many scripts."""
    if not _complaints(bash, "".join(map(_fenced, scripts))):
        return
    if len(scripts) == 1:
        yield from _errors_of(bash, scripts[0])
    else:
        half = len(scripts) // 2
        yield from _syntax_errors(bash, scripts[:half])
        yield from _syntax_errors(bash, scripts[half:])


def _fenced(script: Script) -> str:
    """A script in a function, so that it ends where it should: nothing that it leaves open takes in the next one.

    An open quote ends in the fence, which is no comment then; a here-document may take in a fence, so that one without
    its last line is made an error of.
    """
    fence = "\n# \"(\n# '(\n# `(\n"
    return f"script() {{ :\n{script.text}{fence}{')' if _leaves_document_open(script.text) else ''}}}\n"


def _leaves_document_open(text: str) -> bool:
    """Whether a here-document may have no end; where that cannot be told from here, it may."""
    return any(
        not found[1] or not re.search(rf"^\t*{re.escape(found[1])}$", text[found.end() :], re.MULTILINE)
        for found in _DOCUMENT.finditer(text)
    )


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
    starts = range(0, len(scripts), BATCH)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(lambda start: _of_batch(shellcheck, scripts[start : start + BATCH]), starts)
        return tuple(each for batch in found for each in batch)


def _of_batch(shellcheck: str, scripts: Sequence[Script]) -> list[Diagnostic]:
    with TemporaryDirectory(prefix="goldsmith-scripts-") as directory:
        files = {f"{index}.sh": script for index, script in enumerate(scripts)}
        for file, script in files.items():
            Path(directory, file).write_text(script.text, encoding="utf-8")
        options = ["--norc", "--format=json1", "--shell=bash", "--severity=warning", f"--exclude={_EXCLUDED}"]
        done = subprocess.run(
            [shellcheck, *options, *files],
            cwd=directory,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )
    comments = json.loads(done.stdout or '{"comments": []}')["comments"]
    return [
        files[each["file"]].warning(each["line"], f"{each['message'].rstrip('.')}. (SC{each['code']})")
        for each in comments
        if not (each["code"] in _OF_CONSTANTS and each["line"] in files[each["file"]].references)
    ]
