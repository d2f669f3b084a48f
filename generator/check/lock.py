"""`versions.lock.yaml`: a version for each content, added and never rewritten.

A component or recipe keeps its version as long as its content means the same, in every account. A changed
content gets the next version above the highest that its name ever had, so that a version stands for one
content for all time. Only a merge of two locks that gave a version to two contents moves one of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from generator.check.files import write_atomically
from generator.check.keeping import Storing, plan_storing
from generator.check.next_version import FIRST_VERSION, Occupied, Part, highest, next_version
from generator.check.settling import read_settled
from generator.errors import UsageError
from generator.source.report import Report, did_you_mean
from generator.spec.files import Sources, gather
from generator.spec.kept import read_kept
from generator.spec.recipes import Recipe
from generator.spec.resolve import resolve_recipes
from generator.spec.versions import LOCK_FILE, Lock, Locked, parse_version, version_of

HEADER = """\
# Which version each content has. Written by `goldsmith lock`, which adds entries and never rewrites one:
# a version of a component or a recipe is immutable in AWS.
"""
KINDS = {"components": "component", "recipes": "recipe", "workflows": "workflow"}

Section = Literal["components", "recipes", "workflows"]


@dataclass(frozen=True)
class Addition:
    section: Section
    name: str
    version: str
    previous: str | None  # the highest version before, None for a new name
    digest: str

    def __str__(self) -> str:
        return f"{KINDS[self.section]} {self.name} {self.version}" + (
            f" (was {self.previous})" if self.previous else " (new)"
        )


@dataclass(frozen=True)
class Locking:
    """What a lock needs to fit the spec: `lock` is the whole of it, with the additions."""

    path: Path
    lock: Lock
    additions: tuple[Addition, ...]
    storing: Storing = field(default_factory=Storing)
    settled: tuple[str, ...] = ()  # what was done about a merge conflict, in words

    @property
    def is_needed(self) -> bool:
        return bool(self.additions or self.settled) or self.storing.is_needed or not self.path.is_file()

    def after(self, earlier: Locking) -> Locking:
        """Both as one, the earlier one first."""
        first, then = earlier.storing, self.storing
        both = Storing(
            {**first.writes, **then.writes}, (*first.removals, *then.removals), (*first.notices, *then.notices)
        )
        return replace(
            self,
            additions=(*earlier.additions, *self.additions),
            storing=both,
            settled=(*earlier.settled, *self.settled),
        )

    def write(self) -> None:
        """Write the lock, after the contents that go with it and before others go: a break loses none."""
        self.storing.write(self.path.parent)
        write_atomically(self.path, lock_text(self.lock))
        self.storing.remove(self.path.parent)


def plan_lock(
    directory: Path, bump: Part = "patch", names: Collection[str] = (), occupied: Occupied | None = None
) -> Locking:
    """Find what has no version yet, and the version that it gets.

    `bump` is the part of the version to raise, for the given names or for all. `occupied` is what AWS has: a content
    whose version is taken there gets another one. Raises SpecError when the spec
    is wrong, UsageError when a name has nothing to lock.
    """
    report = Report()
    settled = read_settled(directory / LOCK_FILE, report)
    report.stop_on_errors()
    sources = gather(directory, report, settled.lock if settled else None)
    lock = sources.lock or Lock()
    # What no image uses is made nowhere, so it needs no version: a catalog may hold more than a spec uses.
    digests = {name: each.digest for name, each in sources.components.items() if name in sources.used_components}
    numbering = _Numbering(bump, names, occupied or Occupied())
    components = numbering.additions("components", lock.components, digests)
    locked_components = _with(lock.components, components)
    made = _recipes(sources, locked_components, digests, report)
    recipe_digests = {name: recipe.digest for name, recipe in made.items()}
    recipes = numbering.additions("recipes", lock.recipes, recipe_digests)
    workflow_digests = {name: workflow.digest for name, workflow in sources.workflows.items()}
    workflows = numbering.additions("workflows", lock.workflows, workflow_digests)
    kept = read_kept(sources, report, is_settled=True)
    report.stop_on_errors()
    additions = (*components, *recipes, *workflows)
    _check_names(names, sources, additions)
    whole = Lock(locked_components, _with(lock.recipes, recipes), _with(lock.workflows, workflows))
    storing = plan_storing(sources, whole, made, kept)
    return Locking(directory / LOCK_FILE, whole, additions, storing, settled.notices if settled else ())


def lock_text(lock: Lock) -> str:
    """The lock as it is written: names in order, versions from the lowest."""
    workflows = _section("workflows", lock.workflows) if lock.workflows else ""
    return HEADER + _section("components", lock.components) + _section("recipes", lock.recipes) + workflows


def _recipes(sources: Sources, locked: Locked, digests: Mapping[str, str], report: Report) -> dict[str, Recipe]:
    versions = {name: version_of(locked, name, digest) or FIRST_VERSION for name, digest in digests.items()}
    return resolve_recipes(sources, versions, report)


@dataclass(frozen=True)
class _Numbering:
    bump: Part
    names: Collection[str]
    occupied: Occupied

    def additions(self, section: Section, locked: Locked, digests: Mapping[str, str]) -> list[Addition]:
        """What has no version, or one that AWS has for another content; it gets one above all that are anywhere."""
        added = []
        for name, digest in sorted(digests.items()):
            version = version_of(locked, name, digest)
            if version is None or (section, name, version) in self.occupied.taken:
                previous = highest(locked.get(name, {}))
                used = highest({*locked.get(name, {}), *self.occupied.versions.get((section, name), ())})
                part: Part = self.bump if not self.names or name in self.names else "patch"
                added.append(Addition(section, name, next_version(used, part), previous, digest))
        return added


def _with(locked: Locked, additions: Collection[Addition]) -> Locked:
    merged = {name: dict(versions) for name, versions in locked.items()}
    for addition in additions:
        merged.setdefault(addition.name, {})[addition.version] = addition.digest
    return merged


def _check_names(names: Collection[str], sources: Sources, additions: Collection[Addition]) -> None:
    known = sources.names["components"] | sources.names["images"] | sources.names["workflows"]
    changed = {addition.name for addition in additions}
    for name in names:
        if name not in known:
            raise UsageError(f"{name}: the spec has no component or image of this name.{did_you_mean(name, known)}")
        if name in sources.names["components"] - sources.used_components:
            raise UsageError(f"{name}: no image uses this component, so it has no version. Leave it out.")
        if name not in changed:
            raise UsageError(f"{name}: its content has a version already, so there is nothing to raise. Leave it out.")


def _section(title: str, locked: Locked) -> str:
    if not any(locked.values()):
        return f"{title}: {{}}\n"
    lines = [f"{title}:"]
    for name, versions in sorted(locked.items()):
        if versions:
            lines.append(f"  {name}:")
            lines += [f'    {version}: "{versions[version]}"' for version in sorted(versions, key=parse_version)]
    return "\n".join(lines) + "\n"
