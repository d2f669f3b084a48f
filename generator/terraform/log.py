"""The log of a root's runs: what Terraform says, for its owner alone, without the values that it works on."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from generator.terraform.secrets import Secrets

# What Terraform says of each object that it reads: ids and keys of AWS, which nobody looks for here.
_READING = ("refresh_start", "refresh_complete")


class RunLog:
    """Appends to one file, mode 0600. Safe for the threads that read Terraform's two pipes."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path = path
        self._lock = threading.Lock()
        # Emptied rather than removed: a reader that follows the file sees the new run.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        os.fchmod(handle, 0o600)
        self._file = os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace")
        self._secrets: Secrets | None = None

    def close(self) -> None:
        self._file.close()

    def hide(self, secrets: Secrets) -> None:
        """From now on, and in what was written already: keys of instances and errors may quote a secret."""
        with self._lock:
            self._secrets = secrets
            written = self.path.read_text(encoding="utf-8", errors="replace")
            clean = secrets.hidden_in(written)
            if clean != written:
                self._file.truncate(0)  # what is appended next begins at the new end
                self._write(clean)

    def command(self, arguments: Sequence[str]) -> None:
        # Arguments hold no secrets: variables and credentials go by environment, which is never written.
        self.text(f"$ {' '.join(arguments)}\n")

    def event(self, event: Mapping[str, Any]) -> None:
        """The message of an event. Its other fields are left out, since outputs and snippets carry values."""
        if event.get("type") in _READING:
            return
        diagnostic = event.get("diagnostic")
        if isinstance(diagnostic, Mapping):
            self.text(describe_diagnostic(diagnostic) + "\n")
        else:
            self.text(f"{event.get('@message', '')}\n")

    def ended(self, exit_code: int, seconds: float) -> None:
        self.text(f"(exit code {exit_code}, {seconds:.1f} s)\n\n")

    def text(self, text: str) -> None:
        with self._lock:
            self._write(self._secrets.hidden_in(text) if self._secrets else text)

    def _write(self, text: str) -> None:
        self._file.write(text)
        self._file.flush()


def describe_diagnostic(diagnostic: Mapping[str, Any]) -> str:
    """A diagnostic of Terraform's as its own text output has it: what, where, and the detail."""
    where = diagnostic.get("address") or ""
    position = diagnostic.get("range")
    if isinstance(position, Mapping):
        place = f"{position.get('filename')}:{position.get('start', {}).get('line')}"
        where = f"{where} ({place})" if where else place
    head = f"{str(diagnostic.get('severity', 'error')).capitalize()}: {diagnostic.get('summary', '')}"
    lines = [head + (f" [{where}]" if where else ""), str(diagnostic.get("detail", "")).strip()]
    return "\n".join(line for line in lines if line)
