"""Why a root's files differ where the spec does not say it: provider, Terraform, modules, another Goldsmith."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.affected.fields import some
from generator.affected.reason import Reason, printable
from generator.affected.tree import Files, Tree
from generator.terraform.lock_file import providers_in

LOCK, VERSIONS = ".terraform.lock.hcl", "versions.tf"

_TERRAFORM = re.compile(r'^  required_version += "([^"]+)"$', re.MULTILINE)


def tree_reasons(root: str, before: Tree, after: Tree) -> Iterator[Reason]:
    """What two trees say of one root by themselves."""
    old, new = before.files_of(root), after.files_of(root)
    yield from _providers(_text(old, LOCK), _text(new, LOCK))
    yield from _terraform(_text(old, VERSIONS), _text(new, VERSIONS))
    yield from _modules(root, before, after)
    yield from _foreign(root, before, after)


def rendering_reason(root: str, committed: Tree, rendered: Tree) -> Iterator[Reason]:
    """Where the base's tree is not what this Goldsmith makes of the base's spec."""
    told = {f"{root}/{name}" for name in (LOCK, VERSIONS)} | committed.foreign
    names = changed(committed.files_of(root), rendered.files_of(root))
    names = [name for name in names if f"{root}/{name}" not in told]
    if names:
        yield Reason("goldsmith", f"Goldsmith renders {listed(names)} otherwise than the base has it")


def changed(before: Files, after: Files) -> list[str]:
    """The files that are in one only, or hold something else."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def listed(names: list[str]) -> str:
    """`main.tf, outputs.tf`; many are cut."""
    return some([printable(name) for name in names])


def _providers(before: str, after: str) -> Iterator[Reason]:
    old, new = providers_in(before), providers_in(after)
    for source in sorted(old.keys() | new.keys()):
        name = source.rpartition("/")[2]
        if source not in old or source not in new:
            yield Reason("provider", f"provider {name}: {'removed' if source in old else 'new'}")
        elif old[source].version != new[source].version:
            yield Reason("provider", f"provider {name} {old[source].version} -> {new[source].version}")
        elif old[source] != new[source]:
            yield Reason("provider", f"provider {name} {new[source].version}: other hashes in the lock file")
    if before != after and old == new:
        yield Reason("provider", "the lock file of providers")


def _terraform(before: str, after: str) -> Iterator[Reason]:
    old, new = (_TERRAFORM.search(text) for text in (before, after))
    if before != after and old and new and old[1] != new[1]:
        yield Reason("terraform", f"Terraform version {old[1]} -> {new[1]}")
    elif before != after and before and after:
        yield Reason("terraform", "what versions.tf asks for")


def _modules(root: str, before: Tree, after: Tree) -> Iterator[Reason]:
    """Modules that the root calls in both; one that comes or goes, does so for another reason."""
    for name in sorted(before.modules_of(root) & after.modules_of(root)):
        files = changed(before.module(name), after.module(name))
        if files:
            yield Reason("module", f"module {name} changed: {listed(files)}")
    old, new = before.local.get(root, {}), after.local.get(root, {})
    for folder in sorted(old.keys() & new.keys()):
        files = changed(old[folder], new[folder])
        if files:
            yield Reason("module", f"module {printable(folder)} changed: {listed(files)}")


def _foreign(root: str, before: Tree, after: Tree) -> Iterator[Reason]:
    foreign = {path.removeprefix(f"{root}/") for path in before.foreign | after.foreign if path.startswith(f"{root}/")}
    files = [name for name in changed(before.files_of(root), after.files_of(root)) if name in foreign]
    if files:
        yield Reason("foreign", f"{listed(files)}, which Goldsmith did not write")


def _text(files: Files, name: str) -> str:
    return files.get(name, b"").decode(errors="replace")
