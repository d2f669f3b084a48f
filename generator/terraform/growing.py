"""What a process writes, read while it writes, and kept nowhere."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator

_CHUNK = 65536


class GrowingFile:
    """A file without a name, for its owner alone: gone as soon as neither its writer nor its reader lives.

    So what Terraform says, which may hold secrets, is left behind by nobody, however both of them end. The reader
    has a position of its own: the writer's is not moved.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (closed by __exit__)
        self._position = 0
        self._begun: list[bytes] = []  # of a line that has no end yet

    def __enter__(self) -> GrowingFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def descriptor(self) -> int:
        """For the writer."""
        return self._file.fileno()

    def lines(self, last: bool = False) -> Iterator[str]:
        """Those that have come since; `last` gives one without an end too."""
        while chunk := os.pread(self.descriptor, _CHUNK, self._position):
            self._position += len(chunk)
            *ends, rest = chunk.split(b"\n")
            for end in ends:
                yield self._ended(end) + "\n"
            self._begun.append(rest)
        if last and any(self._begun):
            yield self._ended(b"")

    def _ended(self, end: bytes) -> str:
        line = b"".join((*self._begun, end))
        self._begun.clear()
        return line.decode("utf-8", "replace")
