"""Files in a rendered tree that Goldsmith did not write, and that Terraform reads all the same."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from generator.render.manifest import read_manifest
from generator.spec.extras import FOLDER

# https://developer.hashicorp.com/terraform/language/files and
# https://developer.hashicorp.com/terraform/language/values/variables#variable-definitions-tfvars-files
_READ = (".tf", ".tf.json", ".tofu", ".tofu.json", ".auto.tfvars", ".auto.tfvars.json")
_READ_BY_NAME = ("terraform.tfvars", "terraform.tfvars.json")


def strangers(tree: Mapping[str, str], directory: Path) -> list[str]:
    """Paths below the tree, sorted: in roots, in modules, and in what is left of roots that are gone."""
    ours = read_manifest(directory) | tree.keys()
    found = []
    for folder, subfolders, names in os.walk(directory):
        subfolders[:] = sorted(each for each in subfolders if not each.startswith("."))
        place = Path(folder).relative_to(directory)
        found += [(place / name).as_posix() for name in names if is_read(name)]
    return sorted(path for path in found if path not in ours)


def is_read(name: str) -> bool:
    """Whether Terraform reads a file of this name wherever it stands in a root or a module."""
    return name.endswith(_READ) or name in _READ_BY_NAME


def told(paths: Iterable[str], directory: Path) -> list[str]:
    """A line for each, with what to do."""
    return [
        f"{directory / path}: Terraform reads this file, and Goldsmith did not write it. Keep it in the spec, under "
        f"{FOLDER}/, where it is checked and follows its root (docs/escape-hatch.md)."
        for path in paths
    ]
