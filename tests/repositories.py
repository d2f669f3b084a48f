"""Git repositories with a spec and its rendered tree in them, as a team would have them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from specs import write_spec

from generator.affected.affected import Affected, compared
from generator.affected.base import Tell
from generator.render.render import render
from generator.render.writer import write
from generator.spec import load

_NUMBERS = count()  # without them, the same commit made twice within a second would be one
# Nobody's configuration reaches a test.
_PERSON = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{
        f"GIT_{role}_{what}": f"{what.lower()}@example.com"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    },
}


@dataclass(frozen=True)
class Project:
    top: Path
    folder: str = ""  # of the project below the top

    @property
    def directory(self) -> Path:
        return self.top / self.folder

    @property
    def spec(self) -> Path:
        return self.directory / "environments"

    @property
    def rendered(self) -> Path:
        return self.directory / "rendered"

    def git(self, *arguments: str) -> str:
        return git(self.top, *arguments)

    def change(self, files: Mapping[str, str | None], *, is_rendered: bool = True) -> None:
        """Write files of the spec (None removes one), and what follows from them."""
        for name in [name for name, text in files.items() if text is None]:
            (self.spec / name).unlink()
        there = {str(path.relative_to(self.spec)): path.read_text() for path in self.spec.rglob("*") if path.is_file()}
        write_spec(self.spec, there | {name: text for name, text in files.items() if text is not None})
        for name in [name for name, text in files.items() if text is None]:
            (self.spec / name).unlink(missing_ok=True)
        if is_rendered:
            self.render()

    def render(self) -> None:
        write(render(load(self.spec)), self.rendered)

    def commit(self, files: Mapping[str, str | None] | None = None, *, is_rendered: bool = True) -> str:
        """Commit all that is on disk, after a change of the spec; returns the commit's id."""
        if files is not None:
            self.change(files, is_rendered=is_rendered)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", f"Change {next(_NUMBERS)}")
        return self.git("rev-parse", "HEAD")

    def clone(self, directory: Path, *options: str) -> Project:
        """A clone through a URL, without which git takes no notice of a depth."""
        git(self.top.parent, "clone", "--quiet", *options, f"file://{self.top}", str(directory))
        return Project(directory, self.folder)


def new_project(top: Path, folder: str = "", files: Mapping[str, str] | None = None) -> Project:
    """The small spec and its tree, committed on `main`."""
    project = Project(top, folder)
    project.directory.mkdir(parents=True, exist_ok=True)
    git(top, "init", "--quiet", "--initial-branch", "main")
    git(top, "config", "uploadpack.allowAnySHA1InWant", "true")  # as GitHub and GitLab do
    write_spec(project.spec, files)
    project.render()
    project.commit()
    return project


def copied(project: Project, top: Path) -> Project:
    """The same repository at another place: copying takes less time than making one."""
    shutil.copytree(project.top, top, symlinks=True)
    return Project(top, project.folder)


def git(directory: Path, *arguments: str) -> str:
    finished = subprocess.run(
        ["git", *arguments], cwd=directory, env={**os.environ, **_PERSON}, capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout.strip()


def silent(_: str) -> None:
    """For those who need not be told."""


@contextmanager
def comparison(
    project: Project, base: str | None = "HEAD", environment: Mapping[str, str] | None = None, tell: Tell = silent
) -> Iterator[Affected]:
    """What is on disk, compared as `goldsmith affected` does."""
    spec = load(project.spec)
    with compared(spec, project.spec, project.rendered, base, environment or {}, tell) as affected:
        yield affected


def reasons_of(affected: Affected) -> dict[str, list[str]]:
    """Name of each affected root -> its reasons as `kind: text`."""
    return {root.name: [f"{reason.kind}: {reason.text}" for reason in root.reasons] for root in affected.roots}
