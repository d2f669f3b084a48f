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
from generator.affected.difference import Difference
from generator.affected.environment_differences import differences
from generator.affected.errors import BaseError
from generator.affected.presence import new_reason, removed_reason, renamings
from generator.affected.reason import Reason
from generator.affected.roots import RootFacts, facts_in, facts_of
from generator.affected.snapshot import Snapshot, taken
from generator.affected.terraform_version import version_reasons
from generator.affected.tree import Tree, tree_in, tree_of
from generator.affected.tree_reasons import changed, listed, rendering_reason, tree_reasons
from generator.git import open_repository
from generator.render.render import render
from generator.render.roots import Root, roots_of
from generator.spec.model import Spec

Reasons = tuple[Reason, ...]


@dataclass(frozen=True)
class AffectedRoot:
    facts: RootFacts
    reasons: Reasons  # at least one
    removed: bool = False  # it is planned as a destroy, from the base's tree

    @property
    def name(self) -> str:
        return self.facts.name


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
    after = _Side(spec, tree_of(render(spec), rendered))
    dirty = repository.is_changed([spec_directory.resolve(), rendered.resolve()])
    head = repository.commit("HEAD") or ""
    if found.commit is None:
        yield _affected(found, head, dirty, _Comparison(_Side(None, Tree({})), after), None, ())
        return
    with taken(repository, found.commit, spec_directory, rendered) as snapshot:
        before = _Side(snapshot.spec, _tree(snapshot), snapshot.is_committed)
        always = tuple(version_reasons(repository, found.commit)) if not snapshot.is_empty else ()
        comparison = _Comparison(before, after, always)
        yield _affected(found, head, dirty, comparison, snapshot.rendered, _notes(snapshot))


def _tree(snapshot: Snapshot) -> Tree:
    return tree_in(snapshot.rendered) if snapshot.rendered.is_dir() else Tree({})


def _notes(snapshot: Snapshot) -> tuple[str, ...]:
    if snapshot.is_empty:
        return ("The base has no spec: every root is new.",)
    if not snapshot.problem:
        return ()
    if not snapshot.is_committed:
        raise BaseError(f"its spec cannot be read by this Goldsmith, and it has no rendered tree ({snapshot.problem})")
    return (f"The base's spec cannot be read by this Goldsmith; the rendered trees are compared: {snapshot.problem}",)


@dataclass(frozen=True)
class _Side:
    """One of the two that are compared."""

    spec: Spec | None
    tree: Tree
    is_committed: bool = False  # whether the tree may be another than what this Goldsmith makes of the spec

    @cached_property
    def roots(self) -> dict[str, Root]:
        return {root.name: root for root in roots_of(self.spec)} if self.spec else {}

    @cached_property
    def rendered(self) -> Tree:
        """What this Goldsmith makes of the spec."""
        if self.spec is None or not self.is_committed:
            return self.tree
        return Tree({path: text.encode() for path, text in render(self.spec).items()})

    @cached_property
    def facts(self) -> dict[str, RootFacts]:
        """Of every root that the tree has, in the order of the spec."""
        known = {name: facts_of(root) for name, root in self.roots.items() if name in self.tree.roots}
        return known | {name: facts_in(self.tree, name) for name in sorted(self.tree.roots - known.keys())}


@dataclass(frozen=True)
class _Comparison:
    before: _Side
    after: _Side
    always: Reasons = ()  # what affects every root that stays

    @cached_property
    def roots(self) -> tuple[AffectedRoot, ...]:
        old, new = self.before.facts, self.after.facts
        gone = [facts for name, facts in old.items() if name not in new]
        renamed = {name: (reason,) for name, reason in renamings([*old.values()], [*new.values()])}
        found = []
        for name, facts in new.items():
            reasons = self._stays(name) if name in old else (new_reason(facts, [*old.values()]),)
            if reasons:
                found.append(AffectedRoot(facts, reasons + renamed.get(name, ())))
        removed = [
            AffectedRoot(facts, (removed_reason(facts, [*new.values()]), *renamed.get(facts.name, ())), removed=True)
            for facts in gone
        ]
        return (*found, *removed)

    def _stays(self, name: str) -> Reasons:
        """Why a root that both sides have is affected; nothing where it is not."""
        before, after = self.before.tree, self.after.tree
        if before.seen_by(name) == after.seen_by(name):
            return self.always
        reasons = dict.fromkeys((*self._by_spec(name), *tree_reasons(name, before, after)))
        if self.before.is_committed and name in self.before.roots:
            reasons |= dict.fromkeys(rendering_reason(name, before, self.before.rendered))
        if not reasons:
            files = changed(before.files_of(name), after.files_of(name))
            reasons = {Reason("other", f"other: {listed(files)}"): None}
        return (*reasons, *self.always)

    def _by_spec(self, name: str) -> Iterator[Reason]:
        """What the two specs differ in that reaches the root."""
        if name not in self.before.roots:
            return
        before, after = self.before.roots[name], self.after.roots[name]
        files = changed(self.before.rendered.files_of(name), self._own(name))
        if not files:
            return
        found = self._differences(before, after)
        reaching = [each for each in found if len(found) == 1 or each.reaches(before)]
        if found:
            yield from (each.reason for each in reaching or found)
        else:
            yield Reason("other", f"other: {listed(files)}")

    def _own(self, name: str) -> Mapping[str, bytes]:
        """The root's files that Goldsmith renders."""
        tree = self.after.tree
        return {path: text for path, text in tree.files_of(name).items() if f"{name}/{path}" not in tree.foreign}

    def _differences(self, before: Root, after: Root) -> tuple[Difference, ...]:
        name = before.environment.name
        if name not in self._by_environment:
            self._by_environment[name] = differences(
                before.organization, before.environment, after.organization, after.environment
            )
        return self._by_environment[name]

    @cached_property
    def _by_environment(self) -> dict[str, tuple[Difference, ...]]:
        return {}


def _affected(
    base: Base, head: str, is_dirty: bool, comparison: _Comparison, tree: Path | None, notes: tuple[str, ...]
) -> Affected:
    touched = {root.name for root in comparison.roots}
    unaffected = tuple(name for name in comparison.after.facts if name not in touched)
    return Affected(base, head, is_dirty, comparison.roots, unaffected, tree, notes, _images(comparison))


def _images(comparison: _Comparison) -> dict[str, frozenset[str]]:
    """The images of each environment, as it is or as it was."""
    found: dict[str, frozenset[str]] = {}
    for side in (comparison.before, comparison.after):
        for name, environment in side.spec.environments.items() if side.spec else ():
            found[name] = found.get(name, frozenset()) | {image.name for image in environment.images}
    return found
