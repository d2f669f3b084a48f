"""What AWS is told of a component or a workflow besides its document. Part of the model."""

from __future__ import annotations

from dataclasses import dataclass

INLINE_CHARACTERS = 16_000  # botocore imagebuilder InlineComponentData, InlineWorkflowData; longer ones go by S3
MAX_BYTES = 65_536  # the default quota for the size of a component, and taken for that of a workflow
OWN_KEY = "own"


@dataclass(frozen=True)
class DocumentSettings:
    """As it stands: what holds where a spec says nothing."""

    change_description: str | None = None
    key: str | None = None  # own: one made for the environment; alias/NAME: one of the build account; None: AWS's
    os_versions: tuple[str, ...] = ()  # sorted; of components only
    tags: tuple[tuple[str, str], ...] = ()  # sorted

    @property
    def content(self) -> dict[str, object]:
        """The part that AWS holds immutably under a version, where it says something: all but the tags."""
        members: dict[str, object] = {
            "change_description": self.change_description,
            "key": self.key,
            "os_versions": list(self.os_versions),
        }
        return {name: value for name, value in members.items() if value}


def is_inline(document: str) -> bool:
    """Whether a document fits into a request; others are read from S3."""
    return len(document) <= INLINE_CHARACTERS
