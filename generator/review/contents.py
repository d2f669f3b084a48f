"""What Terraform reads of a rendered root, as a hash: a review is of these files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

LOCK = ".terraform.lock.hcl"
_MODULE = re.compile(r'^\s*source\s*=\s*"((?:\.\./)+modules/[^"]+)"', re.MULTILINE)


def rendered_hash(directory: Path) -> str:
    """Of a root's files and those of the modules that it calls, by their place below the rendered tree.

    Files whose name begins with a dot are Terraform's own; the lock file has a hash of its own.
    """
    digest = hashlib.sha256()
    for name, path in sorted(_files(directory)):
        content = path.read_bytes()
        digest.update(f"{name}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()


def lock_hash(directory: Path) -> str:
    """Of the provider lock; empty where there is none."""
    lock = directory / LOCK
    return hashlib.sha256(lock.read_bytes()).hexdigest() if lock.is_file() else ""


def _files(directory: Path) -> Iterator[tuple[str, Path]]:
    yield from _below(directory, "root")
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in directory.glob("*.tf")]
    for source in {source for text in texts for source in _MODULE.findall(text)}:
        yield from _below(directory / source, f"modules/{Path(source).name}")


def _below(directory: Path, label: str) -> Iterator[tuple[str, Path]]:
    for path in directory.rglob("*"):
        relative = path.relative_to(directory)
        if path.is_file() and not any(part.startswith(".") for part in relative.parts):
            yield f"{label}/{relative.as_posix()}", path
