"""The commands of each ExecutePowerShell, through PowerShell's own parser where `pwsh` is installed.

One pwsh parses all scripts, and runs none. It is told where they lie by its environment, not by its standard input,
which pwsh reads by itself, and answers with one line of JSON for each error.

https://learn.microsoft.com/dotnet/api/system.management.automation.language.parser.parseinput
https://learn.microsoft.com/dotnet/api/system.management.automation.language.parseerror
https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_pwsh
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from generator.check.script import Script
from generator.errors import Diagnostic

SECONDS = 60.0  # a parser that takes longer hangs
PWSH_HINT = "pwsh is not installed, so PowerShell scripts inside of documents are not checked."
FOLDER = "GOLDSMITH_SCRIPTS"  # the variable that names the folder of the scripts

# No double quotes: they would have to survive Windows' command lines.
PROGRAM = f"""
$ErrorActionPreference = 'Stop'
foreach ($file in [System.IO.Directory]::GetFiles($env:{FOLDER}, '*.ps1')) {{
    $tokens = $null
    $errors = $null
    $text = [System.IO.File]::ReadAllText($file)
    [void][System.Management.Automation.Language.Parser]::ParseInput($text, [ref]$tokens, [ref]$errors)
    foreach ($each in $errors) {{
        $found = [ordered]@{{
            script = [System.IO.Path]::GetFileNameWithoutExtension($file)
            line = $each.Extent.StartLineNumber
            column = $each.Extent.StartColumnNumber
            message = $each.Message
        }}
        [Console]::Out.WriteLine((ConvertTo-Json -InputObject $found -Compress -EscapeHandling EscapeNonAscii))
    }}
}}
"""


def check_powershell(scripts: Sequence[Script]) -> tuple[tuple[Diagnostic, ...], tuple[str, ...]]:
    """What the parser finds, and a hint where it is not installed or does not answer; none where there is no script."""
    if not scripts:
        return (), ()
    pwsh = shutil.which("pwsh")
    if pwsh is None:
        return (), (PWSH_HINT,)
    with TemporaryDirectory(prefix="goldsmith-scripts-") as directory:
        for index, script in enumerate(scripts):
            Path(directory, f"{index}.ps1").write_text(script.text, encoding="utf-8")
        return _parsed(pwsh, directory, scripts)


def _parsed(pwsh: str, directory: str, scripts: Sequence[Script]) -> tuple[tuple[Diagnostic, ...], tuple[str, ...]]:
    try:
        done = subprocess.run(
            [pwsh, "-NoLogo", "-NoProfile", "-NonInteractive", "-Command", PROGRAM],
            env={**os.environ, FOLDER: directory, "POWERSHELL_TELEMETRY_OPTOUT": "1", "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=SECONDS,
            check=False,
        )
        found = _first_errors(done.stdout, scripts)
    except (OSError, subprocess.SubprocessError, LookupError, TypeError, ValueError) as error:
        return (), (_unanswered(error),)
    if done.returncode:
        complaint = (done.stderr.strip() or f"exit code {done.returncode}").splitlines()[0]
        return (), (_unanswered(complaint),)
    return found, ()


def _first_errors(output: str, scripts: Sequence[Script]) -> tuple[Diagnostic, ...]:
    """Of each script the first one: those that follow come of it."""
    found: dict[int, Diagnostic] = {}
    for line in output.splitlines():
        told = json.loads(line)
        index = int(told["script"])
        message = " ".join(str(told["message"]).split()).rstrip(".")
        error = scripts[index].error(
            int(told["line"]), f"PowerShell cannot read the script: {message}.", int(told["column"])
        )
        found.setdefault(index, error)
    return tuple(found.values())


def _unanswered(why: object) -> str:
    return f"pwsh does not answer, so PowerShell scripts inside of documents are not checked: {why}"
