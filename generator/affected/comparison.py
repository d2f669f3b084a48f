"""Two specs and what they render, compared root by root."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from generator.affected.difference import Difference
from generator.affected.environment_differences import differences
from generator.affected.presence import new_reason, removed_reason, renamings
from generator.affected.reason import Reason
from generator.affected.roots import root_in
from generator.affected.tree import Tree
from generator.affected.tree_reasons import changed, listed, rendering_reason, tree_reasons
from generator.render.render import render
from generator.render.roots import Root, roots_of
from generator.spec.model import Organization, Spec

Reasons = tuple[Reason, ...]


@dataclass(frozen=True)
class AffectedRoot:
    root: Root
    reasons: Reasons  # at least one
    removed: bool = False  # it is planned as a destroy, from the base's tree

    @property
    def name(self) -> str:
        return self.root.name


@dataclass(frozen=True)
class Side:
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

    def all_roots(self, organization: Organization) -> dict[str, Root]:
        """Every root that the tree has, in the order of the spec; `organization`: of roots that no spec tells of."""
        known = {name: root for name, root in self.roots.items() if name in self.tree.roots}
        unknown = sorted(self.tree.roots - known.keys())
        return known | {name: root_in(self.tree, name, organization) for name in unknown}


@dataclass(frozen=True)
class Comparison:
    organization: Organization  # of today
    before: Side
    after: Side
    always: Reasons = ()  # what affects every root that stays

    @cached_property
    def roots(self) -> tuple[AffectedRoot, ...]:
        """In the order of the spec, then those that are removed."""
        new = self.after.roots
        old = self.before.all_roots(self.organization)
        renamed = {name: (reason,) for name, reason in renamings([*old.values()], [*new.values()])}
        found = []
        for name, root in new.items():
            reasons: Reasons = self._stays(name) if name in old else (new_reason(root, [*old.values()]),)
            if reasons:
                found.append(AffectedRoot(root, reasons + renamed.get(name, ())))
        for name, root in old.items():
            if name not in new:
                reasons = (removed_reason(root, [*new.values()]), *renamed.get(name, ()))
                found.append(AffectedRoot(root, reasons, removed=True))
        return tuple(found)

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
