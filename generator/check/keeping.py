"""What `goldsmith lock` writes of the versions that are to live on, and what it lets go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from generator.check.files import write_atomically
from generator.spec.files import Sources
from generator.spec.keeping import Demand, component_demands, demands, others, own_uses
from generator.spec.kept import Kept, component_files, kept_files, recipe_file, recipe_path
from generator.spec.recipes import Recipe
from generator.spec.versions import Lock, parse_version, version_of


@dataclass(frozen=True)
class Storing:
    """The files under `versions/` that have to be written and removed, below the spec."""

    writes: Mapping[PurePosixPath, str] = field(default_factory=dict)
    removals: tuple[PurePosixPath, ...] = ()
    notices: tuple[str, ...] = ()  # of versions that `keep` asks for and whose content nobody has any more

    @property
    def is_needed(self) -> bool:
        return bool(self.writes or self.removals)

    def write(self, directory: Path) -> None:
        for path, text in self.writes.items():
            (directory / path).parent.mkdir(parents=True, exist_ok=True)
            write_atomically(directory / path, text)

    def remove(self, directory: Path) -> None:
        """Remove the files, and the folders that hold nothing then."""
        for path in self.removals:
            (directory / path).unlink()
            for folder in list(path.parents)[:-1]:
                if any((directory / folder).iterdir()):
                    break
                (directory / folder).rmdir()


def plan_storing(sources: Sources, lock: Lock, recipes: Mapping[str, Recipe], kept: Kept) -> Storing:
    """What has to stand under `versions/` once everything has its version in `lock`."""
    wanted_by_image = {image: demand for image, demand in demands(sources).items() if demand and image in recipes}
    wanted: dict[PurePosixPath, str] = {}
    needed = set()
    notices = []
    for image, demand in wanted_by_image.items():
        newest = version_of(lock.recipes, image, recipes[image].digest) or ""
        stored = dict(kept.recipes.get(image, {}))
        if not stored:
            notices += _notice(image, lock, newest, demand)
        alive = {each: stored[each] for each in others(stored, newest, demand)} | {newest: recipes[image]}
        wanted |= {recipe_path(image, version): recipe_file(recipe) for version, recipe in alive.items()}
        needed |= {use for recipe in alive.values() for use in own_uses(recipe)}
    wanted |= _components(sources, lock, component_demands(wanted_by_image, recipes), needed, kept)
    there = kept_files(sources.directory)
    writes = {path: text for path, text in wanted.items() if not _says(sources.directory / path, text)}
    return Storing(writes, tuple(path for path in there if path not in wanted), tuple(notices))


def _says(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text("utf-8") == text


def _components(
    sources: Sources, lock: Lock, wanted: Mapping[str, Demand], needed: set[tuple[str, str]], kept: Kept
) -> dict[PurePosixPath, str]:
    """The components' part. What a kept recipe needs and nobody has is left out: loading the spec tells of it."""
    contents = {
        (name, version): document
        for name, versions in kept.components.items()
        for version, document in versions.items()
    }
    for name, demand in wanted.items():
        document = sources.components[name]
        newest = version_of(lock.components, name, document.digest) or ""
        needed = needed | {(name, version) for version in others(kept.components.get(name, {}), newest, demand)}
        contents[name, newest] = document
    return {
        path: text
        for name, version in sorted(needed)
        if (name, version) in contents
        for path, text in component_files(contents[name, version], version).items()
    }


def _notice(image: str, lock: Lock, newest: str, demand: Demand) -> list[str]:
    lost = others(lock.recipes.get(image, {}), newest, demand)
    if not lost:
        return []
    listed = ", ".join(sorted(lost, key=parse_version))
    return [f"{image}: of {listed} the content is not known any more, so versions are kept from {newest} on."]
