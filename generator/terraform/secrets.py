"""What a plan marks as sensitive: found, kept out of everything else, and hashed so that its change is noticed.

Terraform's marks do not follow a value everywhere: what a resource computed from a sensitive input stands in the next
plan without a mark. So a value that is marked anywhere in a plan is sensitive wherever that plan has it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any

KEY_VARIABLE = "GOLDSMITH_DIGEST_KEY"
INSIDE = 8  # characters: a secret of as many is looked for inside longer texts
WHOLE = 4  # one of as many is looked for as a value by itself; shorter ones are words like `on` and `80`
# Whatever marks them (the value of an SSM parameter always is), these are nobody's secret, and a plan is full of them.
ORDINARY = frozenset({"none", "null", "true", "false", "auto", "default", "enabled", "disabled", "pending"})
_AWS_ID = re.compile(r"(?:ami|eni|i|igw|lt|rtb|sg|snap|subnet|vol|vpc)-[0-9a-f]{8}(?:[0-9a-f]{9})?")
HIDDEN = "(sensitive)"
# A guess costs what one scrypt costs: 16 MiB and some 50 ms. https://www.rfc-editor.org/rfc/rfc7914
_SALT = b"goldsmith plan digest 1"


class DigestKey:
    """Hashes secrets: by HMAC with the key that was given, else by scrypt, which makes each guess expensive."""

    def __init__(self, key: str = "") -> None:
        self._key = key.encode()

    @property
    def name(self) -> str:
        """Tells two keys apart and gives away neither; empty where none was given."""
        return hmac.new(self._key, b"name of the key", "sha256").hexdigest()[:12] if self._key else ""

    def hash(self, value: Any) -> str:
        text = json.dumps(value, sort_keys=True, ensure_ascii=True).encode()
        return hmac.new(self._key, text, "sha256").hexdigest() if self._key else _slow_hash(text)


@lru_cache(maxsize=256)  # a fleet has the same secrets in many roots
def _slow_hash(text: bytes) -> str:
    return hashlib.scrypt(text, salt=_SALT, n=2**14, r=8, p=1, dklen=32).hex()


class Secrets:
    """The sensitive values of one plan, and whether something holds one of them."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._values = frozenset(text for value in _sensitive_values(document) if (text := _text(value)))

    def are_in(self, value: Any) -> bool:
        """Whether a value, or anything inside of it, is or holds a secret."""
        if not self._values:
            return False
        if isinstance(value, Mapping):
            return any(self.are_in(key) or self.are_in(each) for key, each in value.items())
        if isinstance(value, list):
            return any(self.are_in(each) for each in value)
        text = _text(value)
        return bool(text) and (text in self._values or self._inside.search(text) is not None)

    def hidden_in(self, text: str) -> str:
        """The text with each secret in it replaced; for what people wrote, such as the message of a check."""
        if text in self._values:
            return HIDDEN
        return self._inside.sub(HIDDEN, text) if self._values else text

    def without(self, value: Any) -> Any:
        """A value of JSON with each secret in each of its texts replaced."""
        if isinstance(value, Mapping):
            return {self.hidden_in(str(key)): self.without(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.without(each) for each in value]
        return self.hidden_in(value) if isinstance(value, str) else value

    @cached_property
    def _inside(self) -> re.Pattern[str]:
        long = {spelling for text in self._values if len(text) >= INSIDE for spelling in (text, json.dumps(text)[1:-1])}
        ordered = sorted(long, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, ordered)) or r"(?!)")


def _text(value: Any) -> str:
    """A value as it is looked for; empty where it says too little to be one."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = str(value)
    is_secret = len(text) >= WHOLE and text.lower() not in ORDINARY and not _AWS_ID.fullmatch(text)
    return text if is_secret else ""


def _sensitive_values(document: Mapping[str, Any]) -> Iterator[Any]:
    resources = [*document.get("resource_changes", []), *document.get("resource_drift", [])]
    changes = [item["change"] for item in resources] + list(document.get("output_changes", {}).values())
    for change in changes:
        for side in ("before", "after"):
            yield from _marked(change.get(side), change.get(f"{side}_sensitive"))
    declared = document.get("configuration", {}).get("root_module", {}).get("variables", {})
    for name, variable in document.get("variables", {}).items():
        if declared.get(name, {}).get("sensitive"):
            yield from _scalars(variable.get("value"))
    for values in ("prior_state", "planned_values"):
        yield from _of_state(document.get(values, {}))


def _of_state(state: Mapping[str, Any]) -> Iterator[Any]:
    values = state.get("values", state)
    for output in values.get("outputs", {}).values():
        if output.get("sensitive"):
            yield from _scalars(output.get("value"))
    modules = [values.get("root_module", {})]
    while modules:
        module = modules.pop()
        modules.extend(module.get("child_modules", []))
        for resource in module.get("resources", []):
            yield from _marked(resource.get("values"), resource.get("sensitive_values"))


def _marked(value: Any, marks: Any) -> Iterator[Any]:
    """The scalars of a value that its marks, a value of the same shape, say are sensitive."""
    if marks is True:
        yield from _scalars(value)
    elif not marks:
        return
    elif isinstance(marks, dict) and isinstance(value, dict):
        for key, mark in marks.items():
            yield from _marked(value.get(key), mark)
    elif isinstance(marks, list) and isinstance(value, list):
        for each, mark in zip(value, marks, strict=False):
            yield from _marked(each, mark)


def _scalars(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for each in value.values():
            yield from _scalars(each)
    elif isinstance(value, list):
        for each in value:
            yield from _scalars(each)
    elif value is not None:
        yield value
