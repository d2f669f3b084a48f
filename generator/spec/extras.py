"""Terraform of the organization's own, beside what is rendered: the files under `extra/` of a spec.

    extra/prod/build/alarms.tf                      the root that builds
    extra/prod/targets/alarms.tf                    every other root of the environment
    extra/prod/web-prod/us-east-1/alarms.tf         that root alone

A file of Terraform right there goes into the root itself, as `extra_alarms.tf`; everything else goes below `extra/` in
the root. Files that Terraform merges into others (`override.tf`) or reads as values are refused, and so is what a root
has one of: providers and settings of Terraform.
https://developer.hashicorp.com/terraform/language/files, https://developer.hashicorp.com/terraform/language/files/override
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from generator.errors import Diagnostic
from generator.source.report import Report, did_you_mean, quoted
from generator.spec.hcl_blocks import Block, NotHclError, top_level_blocks
from generator.spec.model import Environment
from generator.spec.model_extra import ExtraFile
from generator.spec.places import target_places

FOLDER = "extra"
BUILD, TARGETS = "build", "targets"
Place = tuple[str, str]  # an account's name, and a Region

_READ_AS_VALUES = (".tfvars", ".tf.json", ".tofu", ".tofu.json", ".tfvars.json")
_NAME = re.compile(r"[A-Za-z0-9._-]+\Z")
_LINK = "is a link; extra files and their folders are plain. Put the thing itself here."
_ONE_OF_EACH = {
    "provider": "a root has one provider, which is rendered: of its account, Region, role and tags. Remove it.",
    "terraform": "versions and the backend of a root are rendered; its provider is hashicorp/aws alone. Remove it.",
}


def with_extras(
    environments: Mapping[str, Environment], names: frozenset[str], directory: Path, report: Report
) -> dict[str, Environment]:
    """The environments with their extra files. `names`: of all environments, those that are wrong included."""
    folder = directory / FOLDER
    for child in _children(folder, report):
        if not child.is_dir():
            report.file_error(str(child), f"belongs to no root; put it into a folder such as {FOLDER}/prod/{BUILD}.")
        elif child.name not in names:
            hint = did_you_mean(child.name, names)
            report.file_error(str(child), f"there is no environment {child.name}.{hint} Rename the folder.")
    return {name: _with_own(each, folder / name, report) for name, each in environments.items()}


def _with_own(environment: Environment, folder: Path, report: Report) -> Environment:
    build = (environment.build.account.name, environment.build.region)
    targets = [(account.name, region) for account, region in target_places(environment)]
    found: dict[tuple[Place, str], ExtraFile] = {}
    for place_folder, places in _place_folders(folder, build, targets, report):
        for source, path, text in _files(place_folder, report):
            for place in places:
                extra = ExtraFile(*place, path, source.relative_to(folder.parents[1]).as_posix(), text)
                other = found.setdefault((place, path), extra)
                if other is not extra:
                    message = f"goes to the same place as {other.source}, in {environment.name}/{'/'.join(place)}."
                    report.file_error(str(source), f"{message} Rename one.")
    extras = sorted(found.values(), key=lambda each: (each.account, each.region, each.path))
    return replace(environment, extras=tuple(extras))


def _place_folders(
    folder: Path, build: Place, targets: list[Place], report: Report
) -> Iterator[tuple[Path, list[Place]]]:
    """Each folder of an environment's that stands for roots, with those roots. Names of accounts go first."""
    accounts = {account for account, _ in (build, *targets)}
    for child in _children(folder, report):
        if not child.is_dir():
            report.file_error(str(child), f"belongs to no root; put it into {folder.name}/{BUILD} or another's folder.")
        elif child.name in (BUILD, TARGETS) and child.name not in accounts:
            yield child, [build] if child.name == BUILD else targets
        else:
            yield from _regions(child, [build, *targets], report)


def _regions(folder: Path, places: list[Place], report: Report) -> Iterator[tuple[Path, list[Place]]]:
    for child in _children(folder, report):
        place = (folder.name, child.name)
        if child.is_dir() and place in places:
            yield child, [place]
        else:
            roots = quoted(("/".join(each) for each in places), "and")
            message = (
                f"belongs to no root; {folder.parent.name} has {roots}. Where an account or a Region has another name "
                f"now, rename the folder; {BUILD} and {TARGETS} follow by themselves."
            )
            report.file_error(str(child), message)


def _files(folder: Path, report: Report) -> Iterator[tuple[Path, str, str]]:
    """The files for a root: where each stands, where it goes in the root, what it holds."""
    for source in sorted(folder.rglob("*")):
        relative = source.relative_to(folder)
        if (source.is_dir() and not source.is_symlink()) or any(part.startswith(".") for part in relative.parts):
            continue
        is_of_root = len(relative.parts) == 1 and source.suffix == ".tf"
        text = _text(source, is_of_root, report)
        if text is not None:
            yield source, f"{FOLDER}_{relative}" if is_of_root else f"{FOLDER}/{relative.as_posix()}", text


def _text(source: Path, is_of_root: bool, report: Report) -> str | None:
    """What a file holds; None after it has been reported as one that may not be."""
    problem = _refused_name(source)
    if problem:
        report.file_error(str(source), problem)
        return None
    try:
        text = source.read_bytes().decode()
        blocks = top_level_blocks(text) if source.suffix == ".tf" else []
    except OSError as error:
        report.file_error(str(source), f"cannot be read: {error.strerror}.")
    except UnicodeDecodeError:
        report.file_error(str(source), "is not text in UTF-8; extra files are.")
    except NotHclError as error:
        _report(source, error.line, f"is not Terraform: {error}.", report)
    else:
        refused = [block for block in blocks if _refusal(block, is_of_root)]
        for block in refused:
            _report(source, block.line, f"has a block {block.words[0]}: {_refusal(block, is_of_root)}", report)
        return None if refused else text
    return None


def _refused_name(source: Path) -> str:
    if not _NAME.match(source.name):
        return "is no name for an extra file; letters, digits and . _ - are. Rename it."
    if source.is_symlink():
        return _LINK
    if source.name.endswith(_READ_AS_VALUES):
        return "is not allowed; .tf files, and what they read with file() or templatefile(), are."
    if source.stem == "override" or source.name.endswith("_override.tf"):
        return "would change what Goldsmith renders: Terraform merges it into other files. Extra files only add."
    return ""


def _refusal(block: Block, is_of_root: bool) -> str:
    """Why a block may not be; a module of one's own may say what it needs in a block `terraform`."""
    return "" if block.words[0] == "terraform" and not is_of_root else _ONE_OF_EACH.get(block.words[0], "")


def _children(folder: Path, report: Report) -> list[Path]:
    """What a folder holds, hidden files aside; nothing where there is no folder."""
    if not folder.exists():
        return []
    if not folder.is_dir():
        report.file_error(str(folder), "is no folder; extra files stand in folders, by environment and root.")
        return []
    found = [child for child in sorted(folder.iterdir()) if not child.name.startswith(".")]
    for link in filter(Path.is_symlink, found):
        report.file_error(str(link), _LINK)
    return [child for child in found if not child.is_symlink()]


def _report(source: Path, line: int, message: str, report: Report) -> None:
    report.add([Diagnostic(str(source), line, 1, "", message)])
