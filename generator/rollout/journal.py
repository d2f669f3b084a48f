"""The journal: one JSON line for each root that an apply had to do with. It says what, by which digest, and who."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from generator.errors import JournalError

VERSION = 1
FILE = "journal.jsonl"  # in the project's state directory

State = Literal["applied", "unchanged", "failed", "skipped"]


@dataclass(frozen=True)
class Actor:
    """Who applies, as far as the machine knows, and where that can be read."""

    name: str
    run: str = ""  # the address of the CI job


@dataclass(frozen=True)
class Entry:
    """What came of one root. It has no value of any attribute, and no word of Terraform's."""

    time: datetime  # when it ended, with its time zone
    root: str
    state: State
    digest: str  # of its plan; empty where there was none
    approved: str  # the fleet digest that was approved; empty where none was asked for
    commit: str  # that was applied; empty outside a repository
    actor: Actor
    seconds: float = 0.0
    changes: Mapping[str, int] = field(default_factory=dict)  # add, change, replace, destroy
    terraform: str = ""


class Journal:
    """Appends to a file for its owner alone; a line is one write, so lines of runs beside each other never mix."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def open(self) -> None:
        """Make sure that it can be written, before anything is applied. Raises JournalError."""
        self._append("")

    def write(self, entry: Entry) -> None:
        """Add a line, on the disk when this returns. Raises JournalError."""
        told = {"version": VERSION, **asdict(entry), "time": entry.time.isoformat(timespec="seconds")}
        self._append(json.dumps(told, ensure_ascii=True, separators=(",", ":")) + "\n")

    def _append(self, line: str) -> None:
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            try:
                os.write(handle, line.encode("ascii"))
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            raise JournalError(
                f"{self.file}: the journal cannot be written ({error.strerror}); nothing is applied that is not "
                "written down. Name another place with --journal."
            ) from error


def actor_of(environment: Mapping[str, str]) -> Actor:
    """Who runs this: GitHub's and GitLab's jobs say so, else it is the user of the machine."""
    if environment.get("GITHUB_ACTIONS") == "true":
        run = "{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}".format_map(_Known(environment))
        return Actor(environment.get("GITHUB_ACTOR", "github"), run)
    if environment.get("GITLAB_CI") == "true":
        return Actor(environment.get("GITLAB_USER_LOGIN", "gitlab"), environment.get("CI_JOB_URL", ""))
    try:
        return Actor(getpass.getuser())
    except (KeyError, OSError):  # a container's user may have no name
        return Actor("unknown")


class _Known(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""
