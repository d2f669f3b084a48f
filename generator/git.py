"""The only place that runs git: questions about a repository's history, with nothing in it checked out or run.

Why not a library: docs/decisions/0017-git-itself.md.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from generator.errors import GoldsmithError

SECONDS, FETCH_SECONDS = 60, 300

# What names who we are to a server, and how to reach it. All other GIT_* variables are left out: those that hooks set
# (GIT_DIR, GIT_INDEX_FILE) would have git read another repository, others change what it answers.
_KEPT = re.compile(
    r"GIT_(ASKPASS|SSH|SSH_COMMAND|SSH_VARIANT|SSL_.*|PROXY_.*|HTTP_.*|PROTOCOL_FROM_USER|CEILING_DIRECTORIES"
    r"|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+))\Z"
)
_SET = {
    "GIT_TERMINAL_PROMPT": "0",  # nobody is there to answer it
    "GIT_OPTIONAL_LOCKS": "0",  # asking changes nothing
    "GIT_NO_REPLACE_OBJECTS": "1",  # commits as they are
    "GIT_LITERAL_PATHSPECS": "1",  # a folder's name is no pattern
    "LC_ALL": "C",
}
# Neither hooks nor file system monitors run, and no housekeeping begins.
_SETTINGS = ("core.hooksPath=/dev/null", "core.fsmonitor=false", "gc.auto=0", "maintenance.auto=false")

_OBJECT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
_REVISION = re.compile(r"(?!-)(?!.*\.\.)[^\s\x00-\x1f\x7f:*?\[\\]{1,255}\Z")


class GitError(GoldsmithError):
    """What git says, where it is not an answer."""


@dataclass(frozen=True)
class Entry:
    """A file of a commit."""

    path: PurePosixPath  # below the top of the repository
    mode: str  # 100644, 100755, 120000 for a link
    object: str


@dataclass(frozen=True)
class Repository:
    top: Path  # of its work tree; absolute, without links

    def commit(self, revision: str) -> str | None:
        """The whole id of a commit; None where nothing of the name is one. Raises GitError for what is no name."""
        if not _REVISION.match(revision):
            raise GitError(f"{revision!r}: is no name of a commit; a branch, a tag or an id is.")
        found = self._ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        return found if found and _OBJECT.match(found) else None

    def is_branch(self, revision: str) -> bool:
        """Whether the name is that of a branch, here or of a remote."""
        name = self._ask("rev-parse", "--symbolic-full-name", "--verify", "--quiet", "--end-of-options", revision)
        return revision not in {"HEAD", "@"} and (name or "").startswith(("refs/heads/", "refs/remotes/"))

    def merge_base(self, one: str, other: str) -> str | None:
        """The commit that two commits come from; None where none is known, as in a shallow clone."""
        return (self._ask("merge-base", one, other) or "").partition("\n")[0] or None

    def is_ancestor(self, one: str, other: str) -> bool:
        return self._run("merge-base", "--is-ancestor", one, other).returncode == 0

    def is_changed(self, folders: Iterable[Path]) -> bool:
        """Whether the work tree holds what HEAD does not, below the folders; untracked files count."""
        said = self._run("status", "--porcelain", "--untracked-files=all", "--", *(str(each) for each in folders))
        return said.returncode == 0 and bool(said.stdout)

    def differing(self, one: str, other: str, folders: Iterable[Path]) -> list[str]:
        """The files below the folders that two commits have not in common. Raises GitError."""
        paths = [str(folder.resolve()) for folder in folders]
        listed = self._succeed("diff", "--name-only", "-z", "--no-renames", one, other, "--", *paths).stdout
        return [os.fsdecode(path) for path in listed.split(b"\0")[:-1]]

    @property
    def shallow(self) -> tuple[str, ...]:
        """The commits whose parents were not fetched; none in a whole clone."""
        place = self._ask("rev-parse", "--git-path", "shallow")
        file = self.top / place if place else None
        return tuple(file.read_text(encoding="ascii").split()) if file and file.is_file() else ()

    @property
    def remote(self) -> str | None:
        """`origin`, or else the only remote."""
        names = (self._ask("remote") or "").split()
        return "origin" if "origin" in names else names[0] if len(names) == 1 else None

    def default_branch(self, remote: str) -> str | None:
        """What the clone knows as the remote's default branch: `main`."""
        name = self._ask("symbolic-ref", "--quiet", "--short", f"refs/remotes/{remote}/HEAD")
        return name.removeprefix(f"{remote}/") if name else None

    def fetch(self, remote: str, wanted: Iterable[str], *, depth: str = "") -> None:
        """Fetch ids or refspecs, and nothing besides. `depth`: an option of `git fetch`. Raises GitError."""
        quiet = ("--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head")
        options = (*quiet, *([depth] if depth else []))
        self._succeed("fetch", *options, "--end-of-options", remote, *wanted, seconds=FETCH_SECONDS)

    def entries(self, commit: str, folder: PurePosixPath) -> Iterator[Entry]:
        """The files of a commit below a folder, links included; `.` is all of them. Raises GitError."""
        below = [] if folder == PurePosixPath() else [str(folder)]
        listed = self._succeed("ls-tree", "-r", "-z", "--full-tree", commit, "--", *below).stdout
        for line in listed.split(b"\0")[:-1]:
            facts, _, path = line.partition(b"\t")
            mode, kind, name = facts.decode("ascii").split()
            if kind == "blob":  # another repository (a submodule) is no file
                yield Entry(PurePosixPath(os.fsdecode(path)), mode, name)

    def contents(self, entries: Iterable[Entry]) -> dict[PurePosixPath, bytes]:
        """What the files hold, to the byte: no filter and no ending of lines is applied. Raises GitError."""
        listed = list(entries)
        asked = "".join(f"{entry.object}\n" for entry in listed).encode("ascii")
        # A partial clone fetches what it lacks.
        answer = memoryview(self._succeed("cat-file", "--batch", given=asked, seconds=FETCH_SECONDS).stdout)
        found, start = {}, 0
        for entry in listed:
            end = start + bytes(answer[start : start + 256]).index(b"\n")
            words = bytes(answer[start:end]).split()
            if len(words) != 3:
                raise GitError(f"{entry.path}: git has no content of it ({words[-1].decode()}).")
            start = end + 1 + int(words[2]) + 1
            found[entry.path] = bytes(answer[end + 1 : start - 1])
        return found

    def _ask(self, *arguments: str) -> str | None:
        """The answer; None where git has none."""
        said = self._run(*arguments)
        return said.stdout.decode(errors="replace").strip() if said.returncode == 0 else None

    def _succeed(
        self, *arguments: str, given: bytes = b"", seconds: float = SECONDS
    ) -> subprocess.CompletedProcess[bytes]:
        said = self._run(*arguments, given=given, seconds=seconds)
        if said.returncode != 0:
            raise GitError(f"{self.top}: git {arguments[0]}: {_error(said)}")
        return said

    def _run(self, *arguments: str, given: bytes = b"", seconds: float = SECONDS) -> subprocess.CompletedProcess[bytes]:
        return _git(self.top, *arguments, given=given, seconds=seconds)


def open_repository(folder: Path) -> Repository:
    """The repository that a folder is in. Raises GitError where there is none, or no git."""
    said = _git(folder, "rev-parse", "--show-toplevel")
    top = os.fsdecode(said.stdout).rstrip("\n")
    if b"dubious ownership" in said.stderr:  # as in a container whose user is not the one that checked out
        trust = f"git config --global --add safe.directory {shlex.quote(str(folder.resolve()))}"
        raise GitError(f"{folder}: git does not trust it, since another user owns it. At the repository's top: {trust}")
    if said.returncode != 0 or not top:
        raise GitError(f"{folder}: git knows no work tree here: {_error(said)}")
    return Repository(Path(top).resolve())


def is_object(text: str) -> bool:
    """Whether a text is the whole id of an object."""
    return bool(_OBJECT.match(text))


def git_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The caller's environment without what would have git read another repository, or answer otherwise."""
    kept = {name: value for name, value in environment.items() if not name.startswith("GIT_") or _KEPT.match(name)}
    return kept | _SET


def _git(
    folder: Path, *arguments: str, given: bytes = b"", seconds: float = SECONDS
) -> subprocess.CompletedProcess[bytes]:
    settings = [word for each in _SETTINGS for word in ("-c", each)]
    try:
        return subprocess.run(
            ["git", *settings, *arguments],
            cwd=folder,
            env=git_environment(os.environ),
            input=given,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise GitError(f"{folder}: git {arguments[0]} did not end within {seconds:.0f} s.") from error
    except OSError as error:
        raise GitError(f"git: cannot be run ({error.strerror}). Install git, which knows the changes.") from error


def _error(said: subprocess.CompletedProcess[bytes]) -> str:
    """The last line that says what is wrong, without what it is called by."""
    lines = said.stderr.decode(errors="replace").strip().splitlines()
    told = [line for line in lines if line.startswith(("fatal:", "error:"))] or lines or ["no reason given"]
    return told[-1].removeprefix("fatal: ").removeprefix("error: ")
