"""Which roots a change touches, and why: what two commits render, compared root by root.

A root is affected where a file that its plan reads is another: its own, those of the modules that it calls, its lock
file. A change of the spec that leaves all of them alike affects nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from generator.affected.base import Base, Tell, find_base
from generator.affected.comparison import AffectedRoot, Comparison, Side
from generator.affected.errors import BaseError
from generator.affected.local_modules import on_disk, with_local_modules
from generator.affected.reason import Reason
from generator.affected.snapshot import Snapshot, below, taken
from generator.affected.terraform_version import version_reasons
from generator.affected.tree import Tree, tree_of
from generator.git import open_repository
from generator.render.render import render
from generator.spec.model import Spec

ITSELF = "HEAD is the base itself, and nothing on disk differs; for what its last commit touches, name HEAD~1."


@dataclass(frozen=True)
class Affected:
    """What HEAD, with all that is on disk, touches of the fleet."""

    base: Base
    commit: str  # HEAD
    is_dirty: bool  # whether spec or rendered tree on disk are other than HEAD's
    roots: tuple[AffectedRoot, ...]  # in the order of the spec, those that are removed at the end
    unaffected: tuple[str, ...]  # names
    base_tree: Path | None = None  # holds the removed roots; gone when the comparison ends
    notes: tuple[str, ...] = ()  # what a person should know of the comparison
    images: Mapping[str, frozenset[str]] = field(default_factory=dict)  # by environment, of either side

    @cached_property
    def removed(self) -> frozenset[str]:
        """Names of the roots that the spec has no more."""
        return frozenset(root.name for root in self.roots if root.removed)

    def reasons(self, root: str) -> tuple[Reason, ...]:
        """Why a root is affected; nothing where it is not."""
        return self._reasons.get(root, ())

    @cached_property
    def _reasons(self) -> dict[str, tuple[Reason, ...]]:
        return {root.name: root.reasons for root in self.roots}


@contextmanager
def compared(
    spec: Spec,
    spec_directory: Path,
    rendered: Path,
    base: str | None,
    environment: Mapping[str, str],
    tell: Tell,
) -> Iterator[Affected]:
    """Compare what is on disk with a base: the one named, or the one that is found.

    Raises BaseError where there is nothing to compare with, GitError where git fails.
    """
    repository = open_repository(spec_directory)
    found = find_base(repository, base, environment, tell)
    place = below(repository, rendered, "rendered tree")
    tree = with_local_modules(tree_of(render(spec), rendered), place, on_disk(repository.top))
    after = Side(spec, tree)
    dirty = repository.is_changed([spec_directory.resolve(), rendered.resolve()])
    head = repository.commit("HEAD") or ""
    if found.commit is None:
        yield _affected(found, head, dirty, Comparison(spec.organization, Side(None, Tree({})), after), None, ())
        return
    with taken(repository, found.commit, spec_directory, rendered) as snapshot:
        before = Side(snapshot.spec, snapshot.tree, snapshot.is_committed)
        always = tuple(version_reasons(repository, found.commit)) if not snapshot.is_empty else ()
        comparison = Comparison(spec.organization, before, after, always)
        notes = _notes(snapshot) + ((ITSELF,) if found.commit == head and not dirty else ())
        yield _affected(found, head, dirty, comparison, snapshot.rendered, notes)


def _notes(snapshot: Snapshot) -> tuple[str, ...]:
    if snapshot.is_empty:
        return ("The base has no spec: every root is new.",)
    if not snapshot.problem:
        moved = "The base has no spec here, and a rendered tree: the rendered trees are compared."
        return (moved,) if snapshot.spec is None else ()
    if not snapshot.is_committed:
        raise BaseError(f"its spec cannot be read by this Goldsmith, and it has no rendered tree ({snapshot.problem})")
    return (f"The base's spec cannot be read by this Goldsmith; the rendered trees are compared: {snapshot.problem}",)


def _affected(
    base: Base, head: str, is_dirty: bool, comparison: Comparison, tree: Path | None, notes: tuple[str, ...]
) -> Affected:
    touched = {root.name for root in comparison.roots}
    unaffected = tuple(name for name in comparison.after.roots if name not in touched)
    return Affected(base, head, is_dirty, comparison.roots, unaffected, tree, notes, _images(comparison))


def _images(comparison: Comparison) -> dict[str, frozenset[str]]:
    """The images of each environment, as it is or as it was."""
    found: dict[str, frozenset[str]] = {}
    for side in (comparison.before, comparison.after):
        for name, environment in side.spec.environments.items() if side.spec else ():
            found[name] = found.get(name, frozenset()) | {image.name for image in environment.images}
    return found
