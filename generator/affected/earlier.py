"""An earlier commit's tree to go back to: its spec, rendered by this Goldsmith, under what governs today.

What a fleet is made of comes from the commit. What says how it may be changed comes from HEAD: waves, tolerances and
gates, freezes, allowed risks, policies, the roles that are assumed. A freeze that was declared since then holds, and an
exception that has ended does not come back. What is not committed counts for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from generator.affected.base import FETCH, Tell, find_commit
from generator.affected.errors import EarlierError
from generator.affected.governing import governed
from generator.affected.snapshot import Snapshot, spec_taken, taken
from generator.errors import GoldsmithError
from generator.git import Repository, open_repository
from generator.render.render import render
from generator.render.roots import roots_of
from generator.render.writer import Difference, write
from generator.spec.model import Spec

REVERT = "Take back what you want to be rid of by `git revert` instead, and roll that out."


@dataclass(frozen=True)
class Earlier:
    """All of it is gone when the context that made it ends."""

    commit: str
    spec: Spec  # the commit's, with HEAD's ways to change a fleet
    spec_directory: Path
    rendered: Path
    left_alone: tuple[str, ...]  # names of roots that HEAD has, and the commit has not
    difference: Difference | None  # of what was committed as rendered; None where nothing was


@dataclass(frozen=True)
class _Way:
    """From HEAD to an earlier commit."""

    repository: Repository
    named: str  # as it was asked for
    commit: str
    today: Spec

    def to(self, spec: Spec | None, problem: str, folder: Path) -> Spec:
        """The commit's spec as it is gone back to. Raises EarlierError where it cannot be."""
        if problem:
            raise EarlierError(
                self.named, f"this Goldsmith cannot read the spec of {self.commit[:12]} ({problem})", REVERT
            )
        if spec is None:
            raise EarlierError(
                self.named,
                f"{self.commit[:12]} has no spec in {folder}",
                "Name a commit since the spec is there; one from before it moved cannot be gone back to.",
            )
        _refuse_moved(self, spec)
        return governed(spec, self.today)


@contextmanager
def earlier(spec_directory: Path, rendered: Path, named: str, tell: Tell) -> Iterator[Earlier]:
    """The tree of the commit that is named. Raises EarlierError, BaseError, GitError."""
    with (
        _way(spec_directory, named, tell) as way,
        taken(way.repository, way.commit, spec_directory, rendered) as snapshot,
    ):
        spec = way.to(snapshot.spec, snapshot.problem, spec_directory)
        then = {root.name for root in roots_of(spec)}
        yield Earlier(
            commit=way.commit,
            spec=spec,
            spec_directory=snapshot.spec_directory,
            rendered=snapshot.rendered,
            left_alone=tuple(root.name for root in roots_of(way.today) if root.name not in then),
            difference=_rendered_anew(way, snapshot),
        )


@contextmanager
def earlier_spec(spec_directory: Path, named: str, tell: Tell) -> Iterator[Spec]:
    """Only the spec of it, for what needs no tree. Raises EarlierError, BaseError, GitError."""
    with (
        _way(spec_directory, named, tell) as way,
        spec_taken(way.repository, way.commit, spec_directory) as (spec, problem),
    ):
        yield way.to(spec, problem, spec_directory)


@contextmanager
def _way(spec_directory: Path, named: str, tell: Tell) -> Iterator[_Way]:
    repository = open_repository(_that_is_there(spec_directory))
    commit = find_commit(repository, named, tell)
    if commit is None:
        raise EarlierError(named, "is no branch, tag or commit that this clone has", FETCH)
    head = repository.commit("HEAD") or ""
    with spec_taken(repository, head, spec_directory) as (today, problem):
        if today is None:
            raise EarlierError(
                named,
                f"the freezes and waves of HEAD hold, and it has no spec in {spec_directory} that can be read"
                + (f" ({problem})" if problem else ""),
                "Commit one that `goldsmith check` takes.",
            )
        yield _Way(repository, named, commit, today)


def _that_is_there(folder: Path) -> Path:
    """What is deleted and not committed counts for nothing."""
    place = folder.absolute()
    return next(each for each in (place, *place.parents) if each.is_dir())


def _refuse_moved(way: _Way, spec: Spec) -> None:
    """Of what moved since then, the commit's tree would plan anew all that is there."""
    then, today = spec.organization, way.today.organization
    if then.state != today.state:
        was, now = (f"{each.bucket} ({each.region})" for each in (then.state, today.state))
        raise EarlierError(way.named, f"Terraform's state was in {was} then, and is in {now} now", REVERT)
    for name in then.accounts.keys() & today.accounts.keys():
        was, now = then.accounts[name].id, today.accounts[name].id
        if was != now:
            raise EarlierError(way.named, f"the account {name} was {was} then, and is {now} now", REVERT)


def _rendered_anew(way: _Way, snapshot: Snapshot) -> Difference | None:
    """Have the private tree hold what this Goldsmith renders of the commit's spec."""
    if not snapshot.is_committed or snapshot.spec is None:
        return None
    try:
        return write(render(snapshot.spec), snapshot.rendered)
    except GoldsmithError as error:
        raise EarlierError(way.named, f"its tree cannot be rendered ({error})", REVERT) from error
