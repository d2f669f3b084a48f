"""The version of Terraform that a repository says in files of version managers: another one touches every root."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from generator.affected.reason import Reason
from generator.git import Repository

# tfenv and tenv: https://github.com/tofuutils/tenv#version-files; asdf and mise: https://asdf-vm.com/manage/configuration.html
FILES = (".terraform-version", ".opentofu-version", ".tool-versions")

_TOOL = re.compile(r"^(?:terraform|opentofu) +(\S+)", re.MULTILINE)
_VERSION = re.compile(r"[0-9A-Za-z.:^~><= -]{1,40}\Z")


def version_reasons(repository: Repository, commit: str) -> Iterator[Reason]:
    """A reason for each of the files at the top of the repository whose version is not that of the commit."""
    entries = [each for name in FILES for each in repository.entries(commit, PurePosixPath(name))]
    before = {str(path): content for path, content in repository.contents(entries).items()}
    for name in FILES:
        file = repository.top / name
        old, new = _version(name, before.get(name, b"")), _version(name, file.read_bytes() if file.is_file() else b"")
        if old != new:
            yield Reason("terraform", f"Terraform version {old or 'none'} -> {new or 'none'} ({name})")


def _version(name: str, content: bytes) -> str:
    text = content.decode(errors="replace")
    match = _TOOL.search(text) if name == ".tool-versions" else None
    words = match[1] if match else "" if name == ".tool-versions" else text.strip().partition("\n")[0].strip()
    return words if not words or _VERSION.match(words) else "another"
