"""Stands in for pwsh, which few machines have: takes its options, reads the scripts where the program would, and
answers in the program's form. What it finds is a line that says `error:`, at that word."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

options = sys.argv[1:]
assert options[:4] == ["-NoLogo", "-NoProfile", "-NonInteractive", "-Command"], options
assert "[System.Management.Automation.Language.Parser]::ParseInput($text, [ref]$tokens, [ref]$errors)" in options[4]
assert not sys.stdin.read()
with open(os.environ["STARTS"], "a", encoding="utf-8") as starts:
    starts.write("started\n")
for file in sorted(Path(os.environ["GOLDSMITH_SCRIPTS"]).glob("*.ps1")):
    for number, line in enumerate(file.read_text("utf-8").split("\n"), start=1):
        if "exit:" in line:
            sys.exit("pwsh: it broke\nat a place")
        if "garbage:" in line:
            print("no JSON")
        if "error:" in line:
            message = f"Unexpected token '{line.split('error:')[1].strip()}'\r\n  in expression or statement."
            place = {"line": number, "column": line.index("error:") + 1}
            print(json.dumps({"script": file.stem, **place, "message": message}))
