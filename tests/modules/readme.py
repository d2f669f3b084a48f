"""The examples in the modules' READMEs, and what each says of its plan."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from modules.roots import MODULES, NAMES

_BLOCK = re.compile(r"^```hcl\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EXPECTATION = re.compile(r"^# plan: (\S+) = (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Example:
    """One HCL block; `expectations` are its lines `# plan: PATH = JSON`, PATH below its module call."""

    module: str
    number: int
    text: str

    @property
    def id(self) -> str:
        return f"{self.module}-{self.number}"

    @property
    def expectations(self) -> list[tuple[str, Any]]:
        return [(path, json.loads(value)) for path, value in _EXPECTATION.findall(self.text)]

    @property
    def hcl(self) -> str:
        """The example with module names of its own, so that all examples fit into one root."""
        return re.sub(r'^module "', f'module "{self.id}-', self.text, flags=re.MULTILINE)


def read_examples() -> list[Example]:
    return [
        Example(module, number, text)
        for module in NAMES
        for number, text in enumerate(_BLOCK.findall((MODULES / module / "README.md").read_text()), start=1)
    ]
