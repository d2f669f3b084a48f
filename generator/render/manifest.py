"""The list of the files that Goldsmith wrote into a rendered tree: what it may overwrite and remove."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath

from generator.errors import GoldsmithError

MANIFEST = ".goldsmith.json"
VERSION = 1


def manifest_text(tree: Mapping[str, str], paths: Collection[str] | None = None) -> str:
    """The manifest of the tree, or of `paths`; those that are not in the tree have no hash."""
    listed = tree.keys() if paths is None else paths
    files = {path: _hash(tree[path]) if path in tree else None for path in sorted(listed)}
    return json.dumps({"version": VERSION, "files": files}, indent=2, ensure_ascii=False) + "\n"


def read_manifest(directory: Path) -> frozenset[str]:
    """The paths that were written before; none where there is no manifest.

    Raises GoldsmithError for one that Goldsmith cannot have written: its paths decide what is removed.
    """
    path = directory / MANIFEST
    try:
        document = json.loads(path.read_bytes())
        files = document["files"]
        if document["version"] != VERSION or not isinstance(files, dict):
            raise ValueError("not of this version")
        for name in files:
            require_inside(name)
    except FileNotFoundError:
        return frozenset()
    except OSError as error:
        raise GoldsmithError(
            f"{path}: cannot be read ({error.strerror}). Make {directory} a readable folder."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise GoldsmithError(
            f"{path}: is no list of files that this Goldsmith wrote ({error}). Restore it from version control; of two "
            f"sides of a merge, take either. Without one, remove {directory} and run: goldsmith render"
        ) from error
    return frozenset(files)


def require_inside(path: str) -> None:
    """Raise ValueError unless the path stays in the tree, on every system."""
    pure = PurePosixPath(path)
    if pure.is_absolute() or str(pure) != path or path == "." or ".." in pure.parts or set(path) & set("\\:\0"):
        raise ValueError(f"{path!r} is no path below the tree")


def _hash(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
