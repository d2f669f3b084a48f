"""The commit that a change is compared with: named, said by a CI job's event, or where the default branch was left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from generator.affected.errors import BaseError
from generator.affected.events import Wanted, wanted_by_ci
from generator.git import GitError, Repository, is_object

Tell = Callable[[str], None]

# How many more commits of each line of history are asked for at a time, until the two meet.
DEEPENING = (64, 256, 1024, 4096)
WHOLE = "Fetch the whole history (actions/checkout: `fetch-depth: 0`; GitLab: `GIT_DEPTH: 0`), or name another base."
FETCH = (
    "Name it by its whole id, which is fetched, or fetch the whole history (actions/checkout: `fetch-depth: 0`; "
    "GitLab: `GIT_DEPTH: 0`)."
)
_USUAL = ("main", "master")


@dataclass(frozen=True)
class Base:
    """What is compared with; without a commit there was nothing before, and everything is new."""

    commit: str | None
    why: str  # in words: where main was left

    def __str__(self) -> str:
        return f"{self.why} ({self.commit[:12]})" if self.commit else self.why


def find_base(repository: Repository, named: str | None, environment: Mapping[str, str], tell: Tell) -> Base:
    """The base of HEAD. Raises BaseError without one, GitError for a name that is none.

    In a shallow clone, what is missing is fetched, and told.
    """
    if named:
        return _named(repository, named, tell)
    wanted = wanted_by_ci(environment)
    if wanted is not None:
        return _as_wanted(repository, wanted, tell)
    return _where_left(repository, _default_branch(repository), tell)


def find_commit(repository: Repository, name: str, tell: Tell) -> str | None:
    """The commit of this name: of a branch, its last one. A whole id is fetched where this clone lacks it.

    Raises GitError for what is no name.
    """
    found = repository.commit(name)
    return _fetched(repository, name, tell) if found is None and is_object(name) else found


def _named(repository: Repository, name: str, tell: Tell) -> Base:
    """A branch is compared from where HEAD left it, so that what came to it since counts for nothing."""
    if repository.is_branch(name):
        return _where_left(repository, name, tell)
    commit = find_commit(repository, name, tell)
    if commit is None:
        missing = f"{name} is no branch, tag or commit of this repository"
        raise BaseError(missing, f"Fetch it, or name another. {WHOLE}" if repository.shallow else "Name another.")
    return Base(commit, name)


def _as_wanted(repository: Repository, wanted: Wanted, tell: Tell) -> Base:
    if wanted.branch is not None:
        return _where_left(repository, _branch_of_remote(repository, wanted.branch, tell), tell, wanted.why)
    if wanted.commit is None:
        return Base(None, wanted.why)
    commit = repository.commit(_id(wanted.commit)) or _fetched(repository, wanted.commit, tell)
    if commit is None and wanted.otherwise is not None:
        commit = repository.commit(wanted.otherwise)
        if commit is not None:
            tell(f"{wanted.commit[:12]}, {wanted.why}, cannot be had; compared with {wanted.otherwise_why}.")
            return Base(commit, wanted.otherwise_why)
    if commit is None:
        raise BaseError(f"{wanted.commit[:12]}, {wanted.why}, is not in this clone", WHOLE)
    return Base(commit, wanted.why)


def _id(text: str) -> str:
    if not is_object(text):
        raise BaseError(f"{text!r} of this job's event is no id of a commit")
    return text


def _where_left(repository: Repository, branch: str, tell: Tell, why: str = "") -> Base:
    """The newest commit that HEAD and a branch have in common, fetched as far back as it lies."""
    if repository.commit("HEAD") is None:
        raise BaseError("the repository has no commit yet", "Commit, or leave the comparison out.")
    commit = repository.merge_base("HEAD", branch)
    for count in DEEPENING if repository.shallow else ():
        if commit is not None:
            break
        _deepen(repository, branch, count, tell)
        commit = repository.merge_base("HEAD", branch)
    if commit is None:
        problem = f"HEAD and {_short(branch)} have no commit in common"
        if repository.shallow:
            raise BaseError(f"{problem} as far as this clone goes back", WHOLE)
        raise BaseError(problem)
    return Base(commit, why or f"where {_short(branch)} was left")


def _short(branch: str) -> str:
    return branch.removeprefix("refs/heads/").removeprefix("refs/remotes/")


def _deepen(repository: Repository, branch: str, count: int, tell: Tell) -> None:
    remote = repository.remote
    if remote is None:
        raise BaseError(f"this shallow clone ends before HEAD and {_short(branch)} meet, and has no remote", WHOLE)
    left = f"where {_short(branch)} was left"
    tell(f"This clone is shallow: fetching up to {count} more commits of {remote} to find {left}.")
    try:
        # Where the clone's history ends is known to the remote, also where HEAD is not.
        repository.fetch(remote, repository.shallow, depth=f"--deepen={count}")
    except GitError as error:
        raise BaseError(f"this clone is shallow, and more of it cannot be fetched ({error})", WHOLE) from error


def _branch_of_remote(repository: Repository, branch: str, tell: Tell) -> str:
    """The remote's branch as this clone knows it, fetched where it does not."""
    remote = repository.remote
    known = f"refs/remotes/{remote}/{branch}"
    if remote is not None and repository.commit(known) is None:
        tell(f"Fetching {branch} of {remote}, which is compared with.")
        depth = "--depth=1" if repository.shallow else ""
        try:
            repository.fetch(remote, [f"+refs/heads/{branch}:{known}"], depth=depth)
        except GitError as error:
            raise BaseError(f"{branch} cannot be fetched ({error})", WHOLE) from error
    if repository.commit(known) is None:
        raise BaseError(f"this clone does not know the branch {branch} of its remote", WHOLE)
    return known


def _fetched(repository: Repository, commit: str, tell: Tell) -> str | None:
    """A commit by its id, asked of the remote; None where that does not give it."""
    remote = repository.remote
    if remote is None:
        return None
    tell(f"Fetching {commit[:12]} of {remote}, which this clone does not have.")
    try:
        repository.fetch(remote, [commit], depth="--depth=1" if repository.shallow else "")
    except GitError:
        return None
    return repository.commit(commit)


def _default_branch(repository: Repository) -> str:
    """What HEAD comes from on a person's machine: the remote's default branch, or the usual names of one."""
    remote = repository.remote
    default = repository.default_branch(remote) if remote else None
    names = [f"refs/remotes/{remote}/{name}" for name in (*([default] if default else []), *_USUAL) if remote]
    names += [f"refs/heads/{name}" for name in _USUAL]
    found = next((name for name in names if repository.commit(name)), None)
    if found is None:
        raise BaseError("this clone knows no default branch: neither of a remote, nor main or master")
    return found
