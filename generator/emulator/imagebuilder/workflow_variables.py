"""Values of a workflow document that are known only when a step runs.

Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/wfdoc-dynamic-vars.html: an input whose name ends in
`.$` holds a JSONPath; in texts a path stands between double braces. Its first node is parameters, stepOutputs,
workflowOutputs or imagebuilder.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.documents.workflow_variables import BRACED, SUFFIX

NODE = re.compile(r"\.(?P<name>[A-Za-z0-9_-]+)|\[(?P<index>\d+)\]")


class UnknownVariableError(Exception):
    """A path that leads to nothing; `str()` is the path."""


@dataclass(frozen=True)
class Variables:
    """`imagebuilder` is read without regard to case, as AWS's own examples write it both ways."""

    parameters: Mapping[str, Any] = field(default_factory=dict)
    stepOutputs: Mapping[str, Any] = field(default_factory=dict)  # noqa: N815 (the name in documents)
    workflowOutputs: Mapping[str, Any] = field(default_factory=dict)  # noqa: N815 (the name in documents)
    imagebuilder: Mapping[str, Any] = field(default_factory=dict)

    def inputs(self, written: Any) -> Any:
        """Inputs as the action gets them. Raises UnknownVariableError."""
        if isinstance(written, Mapping):
            return dict(self._member(str(name), value) for name, value in written.items())
        if isinstance(written, list):
            return [self.inputs(item) for item in written]
        return self.text(written) if isinstance(written, str) else written

    def _member(self, name: str, value: Any) -> tuple[str, Any]:
        if name.endswith(SUFFIX):
            return name.removesuffix(SUFFIX), self.value(value)
        return name, self.inputs(value)

    def value(self, written: Any) -> Any:
        """What a value means: the end of the path where it is one, else itself. Raises UnknownVariableError."""
        return self._at(written) if isinstance(written, str) and written.startswith("$.") else written

    def text(self, written: str) -> str:
        """A text with its paths in double braces replaced. Raises UnknownVariableError."""
        return BRACED.sub(lambda match: _inserted(self._at(match["path"])), written)

    def _at(self, path: str) -> Any:
        found: Any = None
        for depth, node in enumerate(NODE.finditer(path.removeprefix("$"))):
            if depth == 0:
                found = getattr(self, node["name"] or "", None)
            elif node["index"] is not None:
                found = (
                    found[int(node["index"])] if isinstance(found, list) and int(node["index"]) < len(found) else None
                )
            else:
                found = self._member_of(found, node["name"])
            if found is None:
                raise UnknownVariableError(path)
        return found

    def _member_of(self, found: Any, name: str) -> Any:
        if not isinstance(found, Mapping):
            return None
        if found is self.imagebuilder:
            return {key.lower(): value for key, value in found.items()}.get(name.lower())
        return found.get(name)


def _inserted(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
