"""What tells a root from the same root of another account, replaced by words: `<account>`, `<region>`.

Only a root's own are masked, and the account that builds for it. Other accounts stay as they are: whom an image is
shared with is no accident of where a root lies. Why environments are masked too: docs/decisions/0018-groups.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from generator.review.model import PlannedRoot
from generator.terraform.values import Value

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Of an account that is masked; https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
_OWN_ARN = re.compile(r"arn:[\w-]+:[\w-]+:[^:\s\"]*:(?:<account>|<build account>):[^\s\"',]+")
_INDEX = re.compile(r'\["(?:[^"\\]|\\.)*"\]')
# A device is not the environment that is called dev.
_DEVICE = r"(?<!^/)(?<![\s\"]/)"


@dataclass(frozen=True)
class Mask:
    """Replaces what is a root's own. A name or a number counts where it stands by itself, not inside of another."""

    words: dict[str, str]  # what is replaced: by what
    pattern: re.Pattern[str]

    def text(self, text: str) -> str:
        masked = self.pattern.sub(lambda match: self.words[match[0]], text)
        if "<account>:" in masked or "<build account>:" in masked:
            return _OWN_ARN.sub(lambda match: _UUID.sub("<id>", match[0]), masked)
        return masked

    def address(self, address: str) -> str:
        """An address, masked in its keys alone: what else it says is the configuration's."""
        return _INDEX.sub(lambda match: self.text(match[0]), address) if '["' in address else address

    def json(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(key): self.json(each) for key, each in value.items()}
        return [self.json(each) for each in value] if isinstance(value, list) else value

    def value(self, value: Value) -> Value:
        """A long text is known by its head and its hash; only the head can be masked."""
        return Value(value.kind, self.json(value.json), value.sha256, value.size) if value.kind == "known" else value


# What is masked together. A name or a Region may stand somewhere for a reason of its own (a list of all Regions), so
# that a place is compared with the masks that make the roots most alike there.
LEVELS: tuple[frozenset[str], ...] = (
    frozenset({"<account>", "<account name>", "<build account>"}),
    frozenset({"<account>", "<account name>", "<build account>", "<environment>"}),
    frozenset({"<account>", "<account name>", "<build account>", "<region>"}),
    frozenset({"<account>", "<account name>", "<build account>", "<environment>", "<region>"}),
)


def masks_of(root: PlannedRoot) -> tuple[Mask, ...]:
    """One for each of LEVELS; the last masks all."""
    words = {
        root.environment: "<environment>",
        root.account: "<account name>",
        root.build_account_id: "<build account>",
        root.region: "<region>",
        root.account_id: "<account>",
    }
    return tuple(_mask({text: word for text, word in words.items() if text and word in level}) for level in LEVELS)


def _mask(words: dict[str, str]) -> Mask:
    return Mask(words, re.compile("|".join(_alone(text, words[text]) for text in sorted(words, key=len, reverse=True))))


def _alone(text: str, word: str) -> str:
    """A pattern for a text with nothing of the same kind around it. A zone is its Region and a letter."""
    after = r"(?![0-9])" if word == "<region>" else r"(?![0-9A-Za-z])"
    device = _DEVICE if text == "dev" else ""
    return rf"(?<![0-9A-Za-z]){device}{re.escape(text)}{after}"
