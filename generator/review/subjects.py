"""A plan's resources as rules look at them: both sides whole, with marks where a value is secret or not known yet.

Made from `show -json` where that is, in the worker of its root; nothing in here holds a sensitive value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from generator.terraform.values import SENSITIVE, UNKNOWN, Value

Tree = Mapping[str, Any]  # JSON, with SENSITIVE and UNKNOWN at leaves
NOTHING: Tree = {}
What = Literal["create", "update", "replace", "delete", "forget", "no-op"]


@dataclass(frozen=True)
class Place:
    """The root that a plan is of. `known_accounts` are the ids of all accounts of the spec."""

    root: str  # prod/web-prod/us-east-1
    environment: str
    account_id: str
    region: str
    known_accounts: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Subject:
    """One resource, before and after. A side on which it does not exist is empty."""

    address: str
    type: str  # aws_kms_key
    what: What
    before: Tree
    after: Tree
    secrets: tuple[str, ...] = ()  # attributes at the top whose sensitive values differ
    replaced_by: tuple[str, ...] = ()  # attributes that force the replacement
    deposed: bool = False  # an object that an earlier replacement left behind

    @property
    def is_new(self) -> bool:
        return self.what == "create"

    @property
    def ends(self) -> bool:
        """Whether the object that is there now is destroyed."""
        return self.what in ("delete", "replace")

    @property
    def stays(self) -> bool:
        """Whether there was one and will be one, the same or in its place."""
        return self.what in ("update", "replace")


@dataclass(frozen=True)
class Scene:
    """All that rules see of a root's plan: its resources, also those that stay as they are, in their order."""

    place: Place
    subjects: tuple[Subject, ...]

    @cached_property
    def changed(self) -> tuple[Subject, ...]:
        return tuple(each for each in self.subjects if each.what != "no-op")

    @cached_property
    def _by_type(self) -> dict[str, list[Subject]]:
        found: dict[str, list[Subject]] = {}
        for each in self.changed:
            found.setdefault(each.type, []).append(each)
        return found

    def changed_of(self, *types: str) -> Iterator[Subject]:
        """What changes of these types."""
        for each in types:
            yield from self._by_type.get(each, ())


def scene_of(document: Mapping[str, Any], place: Place) -> Scene:
    """What rules see of a plan as `show -json` gives it: https://developer.hashicorp.com/terraform/internals/json-format"""
    return Scene(
        place,
        tuple(_subject(item) for item in document.get("resource_changes", ()) if item.get("mode") != "data"),
    )


def items(tree: Any, *path: str) -> Iterator[Any]:
    """The values under a path, through all the lists on its way: `items(after, "distribution", "region")`."""
    if isinstance(tree, list):
        for each in tree:
            yield from items(each, *path)
    elif not path:
        if tree is not None:
            yield tree
    elif isinstance(tree, Mapping) and path[0] in tree:
        yield from items(tree[path[0]], *path[1:])


def texts(tree: Any, *path: str) -> frozenset[str]:
    """The texts among them."""
    return frozenset(each for each in items(tree, *path) if isinstance(each, str) and each)


def blocks(tree: Any, *path: str) -> Iterator[Tree]:
    """The mappings among them."""
    return (each for each in items(tree, *path) if isinstance(each, Mapping))


def word(tree: Tree, *keys: str) -> str:
    """The first of these attributes that has a text; what is secret or not known has none."""
    return next((value for key in keys if isinstance(value := tree.get(key), str) and value), "")


def is_hidden(tree: Any, *path: str) -> bool:
    """Whether something under a path, or on the way to it, is secret or known after apply only."""
    if isinstance(tree, list):
        return any(is_hidden(each, *path) for each in tree)
    if not path or not isinstance(tree, Mapping):
        return isinstance(tree, Value)
    return path[0] in tree and is_hidden(tree[path[0]], *path[1:])


def is_true(value: Any) -> bool:
    """Some attributes hold `true` as a text."""
    return value is True or value == "true"


def is_false(value: Any) -> bool:
    return value is False or value == "false"


def is_unknown(value: Any) -> bool:
    return value is UNKNOWN


def _subject(item: Mapping[str, Any]) -> Subject:
    change = item["change"]
    before, after = change.get("before") or {}, change.get("after") or {}
    secret_before, secret_after = change.get("before_sensitive"), change.get("after_sensitive")
    unknown = change.get("after_unknown")
    return Subject(
        address=item["address"],
        type=item["type"],
        what=_what(change["actions"]),
        before=_mapping(_marked(before, secret_before, SENSITIVE)),
        # A secret that is not known yet is a secret.
        after=_mapping(_marked(_marked(after, unknown, UNKNOWN), secret_after, SENSITIVE)),
        secrets=tuple(_changed_secrets(before, after, secret_before, secret_after, unknown)),
        replaced_by=tuple(".".join(map(str, path)) for path in change.get("replace_paths", ())),
        deposed=item.get("deposed") is not None,
    )


def _what(actions: list[str]) -> What:
    if set(actions) == {"create", "delete"}:
        return "replace"
    # Terraform 1.11 writes `create` and `forget` for what is replaced without being destroyed.
    for each in ("delete", "forget", "create", "update"):
        if each in actions:
            return each
    return "no-op"


def _mapping(tree: Any) -> Tree:
    return tree if isinstance(tree, Mapping) else {}


def _marked(tree: Any, marks: Any, mark: Value) -> Any:
    """The tree with `mark` wherever `marks` says true, also where the tree has nothing."""
    if marks is True:
        return mark
    if isinstance(marks, Mapping) and (isinstance(tree, Mapping) or tree is None):
        own = tree or {}
        added = {key: None for key in marks if key not in own}
        marked = {key: _marked(value, marks.get(key), mark) for key, value in {**own, **added}.items()}
        return {key: value for key, value in marked.items() if key in own or _has_marks(marks.get(key))}
    if isinstance(marks, list) and (isinstance(tree, list) or tree is None):
        own_items = [*(tree or []), *([None] * (len(marks) - len(tree or [])))]
        return [
            _marked(each, marks[index] if index < len(marks) else None, mark) for index, each in enumerate(own_items)
        ]
    return tree


def _has_marks(marks: Any) -> bool:
    if isinstance(marks, Mapping):
        return any(map(_has_marks, marks.values()))
    return any(map(_has_marks, marks)) if isinstance(marks, list) else marks is True


def _changed_secrets(before: Tree, after: Tree, *marks: Any) -> Iterator[str]:
    """Attributes that are sensitive, in whole or in part, and whose values differ or will be known later."""
    secret_before, secret_after, unknown = (each if isinstance(each, Mapping) else {} for each in marks)
    for key in sorted({*secret_before, *secret_after}):
        is_secret = _has_marks(secret_before.get(key)) or _has_marks(secret_after.get(key))
        if is_secret and (before.get(key) != after.get(key) or _has_marks(unknown.get(key))):
            yield key
