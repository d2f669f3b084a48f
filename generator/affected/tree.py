"""A rendered tree as its roots see it: each with its own files and those of the modules that it calls."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from generator.errors import GoldsmithError
from generator.render.manifest import MANIFEST, read_manifest
from generator.render.render import modules_in
from generator.render.strangers import strangers

Files = Mapping[str, bytes]  # path -> content

_PLACE = r"[a-z0-9][a-z0-9-]*"
_ROOT = re.compile(rf"(?P<root>{_PLACE}/{_PLACE}/{_PLACE})/backend\.tf\Z")
_ACCOUNT = re.compile(r'^  allowed_account_ids += \["(\d{12})"\]$', re.MULTILINE)


@dataclass(frozen=True)
class Tree:
    """The files of a tree that Goldsmith wrote, and others that Terraform reads beside them."""

    files: Files
    foreign: frozenset[str] = frozenset()  # those that Goldsmith did not write
    local: Mapping[str, Mapping[str, Files]] = field(default_factory=dict)  # root -> folders outside that it calls

    @cached_property
    def roots(self) -> frozenset[str]:
        """Names of roots: where a state is said."""
        matches = (_ROOT.match(path) for path in self.files.keys() - self.foreign)
        return frozenset(match["root"] for match in matches if match)

    @cached_property
    def _by_folder(self) -> Mapping[str, dict[str, bytes]]:
        """The files of each root and module, by its folder."""
        found: dict[str, dict[str, bytes]] = {}
        for path, content in self.files.items():
            parts = path.split("/")
            depth = 2 if parts[0] == "modules" and "/".join(parts[:3]) not in self.roots else 3
            found.setdefault("/".join(parts[:depth]), {})["/".join(parts[depth:])] = content
        return found

    def files_of(self, root: str) -> Files:
        """By path below the root's folder; none where the tree has no such root."""
        return self._by_folder.get(root, {})

    def module(self, name: str) -> Files:
        """By path below the module's folder."""
        return self._by_folder.get(f"modules/{name}", {})

    def modules_of(self, root: str) -> frozenset[str]:
        """Names of the modules that the root calls."""
        texts = [text for path, text in self.files_of(root).items() if path.endswith(".tf")]
        return frozenset(name for text in texts for name in modules_in(text.decode(errors="replace")))

    def seen_by(self, root: str) -> tuple[Files, Mapping[str, Files], Mapping[str, Files]]:
        """Everything that a plan of the root reads: equal for two trees where the root is not affected."""
        modules = {name: self.module(name) for name in self.modules_of(root)}
        return self.files_of(root), modules, self.local.get(root, {})

    def account_id(self, root: str) -> str:
        """The account that the root's provider is bound to; empty where it is not said as Goldsmith says it."""
        match = _ACCOUNT.search(self.files_of(root).get("providers.tf", b"").decode(errors="replace"))
        return match[1] if match else ""


def tree_of(rendered: Mapping[str, str], directory: Path) -> Tree:
    """What is rendered, with what Terraform reads besides in the directory that it is written to."""
    foreign = strangers(rendered, directory)
    files = {path: text.encode() for path, text in rendered.items()}
    return Tree(files | _read(directory, foreign), frozenset(foreign))


def tree_in(directory: Path) -> Tree:
    """The tree in a directory, as it stands there. Without a manifest that can be read, all of it counts as ours."""
    try:
        ours, foreign = read_manifest(directory), strangers({}, directory)
    except GoldsmithError:
        ours, foreign = frozenset(_below(directory)), []
    return Tree(_read(directory, [*ours, *foreign]), frozenset(foreign))


def _below(directory: Path) -> list[str]:
    return [path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.name != MANIFEST]


def _read(directory: Path, paths: list[str]) -> dict[str, bytes]:
    places = {path: directory / path for path in paths}
    return {path: place.read_bytes() for path, place in places.items() if place.is_file()}
