"""The model as a tree of Terraform. Pure: the same model gives the same bytes, anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from generator.errors import GoldsmithError
from generator.render import hcl
from generator.render.bootstrap_roots import BootstrapRoot, bootstrap_roots
from generator.render.bootstrap_view import bootstrap_view
from generator.render.build_view import build_outputs_view, build_view, component_files
from generator.render.container_view import dockerfiles
from generator.render.extra_files import extra_files
from generator.render.pipeline_view import workflow_file
from generator.render.recipe_view import user_data_file
from generator.render.root_view import HEADER, common_view
from generator.render.roots import Root, roots_of
from generator.render.target_view import target_view
from generator.render.templates import fill
from generator.resources import resource_directory
from generator.spec.model import Spec

COMMON_FILES = (".terraform.lock.hcl", "backend.tf", "providers.tf", "variables.tf", "versions.tf")

BOOTSTRAP_FILES = {
    ".terraform.lock.hcl": "root",
    "backend.tf": "root",
    "main.tf": "bootstrap",
    "outputs.tf": "bootstrap",
    "providers.tf": "bootstrap",
    "variables.tf": "bootstrap",
    "versions.tf": "root",
}

_MODULE = re.compile(r'source += "\.\./\.\./\.\./modules/([a-z-]+)"')
_PLACE = re.compile(r"[a-z0-9][a-z0-9-]*\Z")


def render(spec: Spec) -> dict[str, str]:
    """Every file of the rendered tree: its path, with slashes, below the tree -> its text.

    Raises GoldsmithError where values of the spec cannot be written as Terraform.
    """
    tree: dict[str, str] = {}
    modules: set[str] = set()
    for root in roots_of(spec):
        for name, text in root_files(root).items():
            tree[f"{_folder(root)}/{name}"] = text
            if name.endswith(".tf"):
                modules.update(modules_in(text))
    for module in sorted(modules):
        tree |= module_copy(module)
    for bootstrap in bootstrap_roots(spec):
        tree |= bootstrap_tree(bootstrap)
    return tree


def bootstrap_tree(root: BootstrapRoot) -> dict[str, str]:
    """The files of one account's bootstrap, with the module that it calls. Raises GoldsmithError as `render` does."""
    require_place(root.name, root.account.name)
    try:
        view = bootstrap_view(root)
        files = {name: fill(f"{folder}/{name.removeprefix('.')}.j2", view) for name, folder in BOOTSTRAP_FILES.items()}
    except ValueError as error:
        raise _unwritable(root.name, error) from error
    return {f"{root.path}/{name}": text for name, text in files.items()} | module_copy("bootstrap")


def root_files(root: Root) -> dict[str, str]:
    """The files of one root: path below its folder -> text. Raises GoldsmithError as `render` does."""
    files = dict(_files(root))
    return files | dict(extra_files(root, files))


def modules_in(text: str) -> set[str]:
    """The modules of the rendered tree that a file of a root calls, by name."""
    return set(_MODULE.findall(text))


@cache
def module_copy(module: str) -> dict[str, str]:
    """A module's Terraform files as they stand in the tree; its README and tests stay where they are."""
    head = f"{HEADER}\n{hcl.comment(f'A copy of the module {module}.')}\n\n"
    files = sorted((resource_directory("modules") / module).glob("*.tf"))
    return {f"modules/{module}/{file.name}": head + file.read_text(encoding="utf-8") for file in files}


def _files(root: Root) -> Iterator[tuple[str, str]]:
    try:
        common = common_view(root)
        for name in COMMON_FILES:
            yield name, fill(f"root/{name.removeprefix('.')}.j2", common)
        yield from _build_files(root) if root.kind == "build" else _target_files(root)
    except ValueError as error:
        raise _unwritable(root.name, error) from error


def _unwritable(name: str, error: ValueError) -> GoldsmithError:
    return GoldsmithError(f"{name}: cannot be written as Terraform: {error}. Change it in the spec.")


def _build_files(root: Root) -> Iterator[tuple[str, str]]:
    yield "main.tf", fill("root/build.tf.j2", build_view(root))
    yield "outputs.tf", fill("root/build_outputs.tf.j2", build_outputs_view(root))
    for file, component in component_files(root.environment):
        hcl.label(component.name)  # the name becomes a file's: nothing but a name may
        yield file, component.document
    for image in root.environment.images:
        for each in (image, *image.kept):
            if each.settings.user_data is not None:
                yield user_data_file(each, is_kept=each is not image), each.settings.user_data
    for workflow in root.environment.operations.workflows:
        hcl.label(workflow.name)
        yield workflow_file(workflow), workflow.document
    yield from dockerfiles(root)


def _target_files(root: Root) -> Iterator[tuple[str, str]]:
    view = target_view(root)
    yield "main.tf", fill("root/target.tf.j2", view)
    yield "outputs.tf", fill("root/target_outputs.tf.j2", view)


def _folder(root: Root) -> str:
    require_place(root.name, root.environment.name, root.account.name, root.region)
    return str(root.path)


def require_place(name: str, *parts: str) -> None:
    """Raise GoldsmithError for a root of which a part is no name for a folder."""
    for part in parts:
        if not _PLACE.match(part):
            raise GoldsmithError(f"{name}: {part!r} is no name for a folder. Change it in the spec.")
