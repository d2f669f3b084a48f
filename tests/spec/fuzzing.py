"""Specs that are nearly right: the examples with some of their YAML otherwise, and files of any bytes."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

ENVIRONMENTS = Path(__file__).parents[2] / "environments"
Files = Mapping[str, bytes]

WORDS = st.sampled_from(
    ["image", "images", "base", "components", "component", "aws", "tests", "accounts", "regions", "mode", "share",
     "copy", "build", "account", "region", "subnet", "network", "own", "keep", "version", "lifecycle", "none", "delete",
     "after", "90d", "schedule", "daily", "cron(0 0 * * ? *)", "rate(1 day)", "us-east-1", "eu-central-1", "web",
     "harden-os", "333333333333", "arn:aws:kms:us-east-1:333333333333:key/x", "ami-0123456789abcdef0", "1.0.0", "x.x.x",
     "{{ x }}", "${x}", "%{ if }", "../..", "/", "a/../b", "\u2028", "\u00e9", "e\u0301", "", " ", "-1", "0", "ignore",
     "code", "G107", "until", "2026-02-30", "reason", "tags", "volume", "size", "container", "recipes", "workflows"]
)  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | WORDS | st.text()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3), max_leaves=6
)


@cache
def examples() -> list[Files]:
    """Every spec of the repository, file by file."""
    folders = [path.parent for path in sorted(ENVIRONMENTS.rglob("organization.yaml"))]
    return [
        {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and "examples" not in path.relative_to(folder).parts
        }
        for folder in folders
    ]


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a document that can hold something else."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(place for key, value in items for place in places(value, (*path, key)))]


@st.composite
def mutated(draw: st.DrawFn, content: bytes) -> bytes:
    """A file with a few values replaced, removed, doubled, renamed, or taken from elsewhere in it."""
    data = copy.deepcopy(yaml.load(content, yaml.BaseLoader))  # noqa: S506 - it makes texts alone
    for _ in range(draw(st.integers(1, 3))):
        known = places(data)
        *parents, last = ("", *draw(st.sampled_from(known[1:] or [("",)])))
        holder: Any = data
        for key in parents[1:]:
            holder = holder[key]
        if not isinstance(holder, dict | list) or last == "":
            break
        match draw(st.sampled_from(["replace", "remove", "rename", "add", "move"])):
            case "replace":
                holder[last] = draw(VALUES)
            case "remove":
                del holder[last]
            case "add" if isinstance(holder, list):
                holder.append(draw(VALUES))
            case "add":
                holder[draw(WORDS)] = draw(VALUES)
            case "move":
                holder[last] = copy.deepcopy(found(data, draw(st.sampled_from(known))))
            case _ if isinstance(holder, dict):
                holder[draw(WORDS)] = holder.pop(last)
    return yaml.safe_dump(data, allow_unicode=True, width=1000).encode("utf-8", "surrogatepass")


def found(data: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        data = data[key]
    return data


@st.composite
def specs(draw: st.DrawFn) -> Files:
    """An example with one or two of its files mutated, or in other bytes, or not there."""
    files = dict(draw(st.sampled_from(examples())))
    for _ in range(draw(st.integers(1, 2))):
        name = draw(st.sampled_from(sorted(files)))
        match draw(st.sampled_from(["mutate", "mutate", "mutate", "cut", "bytes", "remove"])):
            case "mutate" if name.endswith((".yaml", ".json")):
                try:
                    files[name] = draw(mutated(files[name]))
                except yaml.YAMLError:
                    files[name] = b""
            case "cut":
                files[name] = files[name][: draw(st.integers(0, len(files[name])))]
            case "bytes":
                at = draw(st.integers(0, len(files[name])))
                files[name] = files[name][:at] + draw(st.binary(max_size=8)) + files[name][at:]
            case _:
                files[name] = draw(st.binary(max_size=60))
    return files
