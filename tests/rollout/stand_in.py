"""A stand-in for Terraform that applies a root in no time and counts how often, for what does not hang on Terraform.

It is a program of its own, so that rollouts run it in whatever process, on whatever worker.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

from repositories import Project

from generator.cli import run

SCRIPT = r"""#!/bin/sh
# One folder for each thing that is known of a root, with a file for each root.
root=$(echo "${PWD##*/rendered/}" | tr / .)
here=%(directory)s
fail() {
  echo '{"type": "diagnostic", "diagnostic": {"severity": "error", "summary": "'"$1"'", "detail": "'"$2"'"}}'
  exit 1
}
for word in "$@"; do case $word in -out=*) file=${word#-out=} ;; -*) ;; *) file=$word ;; esac; done
case $1 in
  version) echo '{"terraform_version": "1.11.4"}' ;;
  plan)
    [ -e "$here/fails/$root" ] && exit 1
    [ -e "$here/denied/$root" ] && fail "Cannot assume IAM Role" "AccessDenied: not authorized: sts:AssumeRole"
    if [ -e "$here/applied/$root" ]; then echo '{"type": "change_summary", "changes": {}}'; exit 0; fi
    cat "$here/state/$root" > "$file" 2>/dev/null  # the plan is one of this state, or of none
    exit 2 ;;
  show) cat "$here/other/$root" 2>/dev/null || cat "$here/plan.json" ;;
  apply)
    if [ -e "$here/throttled/$root" ]; then  # once, and the first state is written all the same
      mv "$here/throttled/$root" "$here/other/$root"
      [ -s "$here/other/$root" ] || rm "$here/other/$root"
      echo x >> "$here/state/$root"
      fail "operation error STS" "ThrottlingException: Rate exceeded"
    fi
    [ "$(cat "$here/state/$root" 2>/dev/null)" = "$(cat "$file")" ] || fail "Saved plan is stale" "Plan again."
    echo x >> "$here/begun/$root"
    while [ -e "$here/holds/$root" ]; do sleep 0.05; done
    echo x >> "$here/applied/$root" ;;
esac
"""
FOLDERS = ("fails", "denied", "throttled", "state", "applied", "other", "begun", "holds")


def document(value: str = "x") -> str:
    """`show -json` of a plan that makes one resource."""
    change = {"actions": ["create"], "before": None, "after": {"input": value}, "after_unknown": {"id": True}}
    resource = {
        "address": "terraform_data.one",
        "mode": "managed",
        "type": "terraform_data",
        "name": "one",
        "provider_name": "terraform.io/builtin/terraform",
        "change": {**change, "before_sensitive": False, "after_sensitive": {}},
    }
    whole = {"format_version": "1.2", "terraform_version": "1.11.4", "complete": True, "errored": False}
    return json.dumps({**whole, "resource_changes": [resource]})


class StandIn:
    def __init__(self, directory: Path) -> None:
        self.directory = directory
        for name in FOLDERS:
            (directory / name).mkdir(parents=True)
        (directory / "plan.json").write_text(document())
        (directory / "terraformrc").touch()
        self.program = directory / "terraform"
        self.program.write_text(SCRIPT % {"directory": directory})
        self.program.chmod(0o755)

    @property
    def variables(self) -> dict[str, str]:
        return {
            "GOLDSMITH_TERRAFORM": str(self.program),
            "TF_CLI_CONFIG_FILE": str(self.directory / "terraformrc"),
        }

    def mark(self, what: str, root: str, text: str = "") -> None:
        """Have a root's plan be another (`other`), its runs fail (`fails`), its role be refused (`denied`), its apply
        wait (`holds`), or its next one fail passingly before it begins (`throttled`; `text` is the plan after that).
        """
        self._file(what, root).write_text(text)

    def unmark(self, what: str, root: str) -> None:
        self._file(what, root).unlink()

    def count(self, what: str, root: str) -> int:
        """How many applies have `begun` or were `applied`."""
        file = self._file(what, root)
        return len(file.read_text().split()) if file.exists() else 0

    def _file(self, what: str, root: str) -> Path:
        return self.directory / what / root.replace("/", ".")


class Commands:
    """Goldsmith in a project's folder."""

    def __init__(self, project: Project, variables: Mapping[str, str]) -> None:
        self.project = project
        prefixes = ("GOLDSMITH_", "AWS_", "GIT_", "GITHUB_", "GITLAB_", "CI_")
        outside = {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
        self.variables = {**outside, **variables}

    def start(self, *arguments: str, apart: bool = False) -> subprocess.Popen[str]:
        """`apart` in a group of its own, to be killed whole."""
        return subprocess.Popen(
            [sys.executable, "-m", "generator", *arguments],
            cwd=self.project.top,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            process_group=0 if apart else None,
        )

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """In this process, which takes a tenth of the time; as `start` does it otherwise."""
        out, err = io.StringIO(), io.StringIO()
        with (
            chdir(self.project.top),
            patch.dict(os.environ, self.variables, clear=True),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            code = run(arguments)
        return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())
