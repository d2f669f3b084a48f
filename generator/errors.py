"""The errors that Goldsmith reports, and the exit code of each.

    GoldsmithError              1   failed or refused
    ├── UsageError             64   the command line asks for something that does not exist
    ├── SpecError               1   the spec is wrong: every diagnostic of the run, at once
    ├── StaleError              1   the rendered tree is not what the spec says, so nothing is run on it
    ├── OutOfDateError          2   what `--check` was asked for: the tree or the lock is not what the spec says
    ├── TerraformError          1   Terraform is missing, too old, or failed
    ├── ReviewError             1   what was planned cannot be read, or is not of one fleet
    ├── JournalError            1   what is applied cannot be written down
    ├── EmulatorError           1   the embedded AWS could not be started, reached or stopped
    ├── AwsError                1   AWS (real or embedded) refused or could not be reached
    ├── PostingError            1   GitHub or GitLab refused or could not be reached
    └── BuildFailed             1   an image build ended in anything but AVAILABLE

A message reads `<place>: <what is wrong, with the value>; <what is allowed>. <what to do next>`.
It is printed in one place only, `generator.cli`; anything else that escapes is a bug of ours (exit code 70).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal


class GoldsmithError(Exception):
    """A failure that the user can act on; `str()` is the whole message."""

    exit_code: ClassVar[int] = 1


class UsageError(GoldsmithError):
    exit_code = 64


@dataclass(frozen=True, order=True)
class Diagnostic:
    """One finding in a file of the spec. Lines and columns count from 1; 0 means the file as a whole.

    It ends on the line where it begins, before `end_column`; 0 means that this is not known.
    """

    file: str
    line: int
    column: int
    key: str
    message: str
    severity: Literal["error", "warning"] = "error"
    code: str = ""  # of the rule that found it; none where a file is wrong by itself
    end_column: int = 0

    def __str__(self) -> str:
        place = self.file if not self.line else f"{self.file}:{self.line}:{self.column}"
        subject = f"{self.key}: " if self.key else ""
        label = "warning: " if self.severity == "warning" else ""
        code = f" ({self.code})" if self.code else ""
        return f"{place}: {label}{subject}{self.message}{code}"


class SpecError(GoldsmithError):
    """The spec is wrong; carries every diagnostic that one run found, in file order."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.diagnostics = tuple(sorted(diagnostics))
        super().__init__("\n".join(str(diagnostic) for diagnostic in self.diagnostics))


class StaleError(GoldsmithError):
    pass


class OutOfDateError(GoldsmithError):
    exit_code = 2


class TerraformError(GoldsmithError):
    pass


class ReviewError(GoldsmithError):
    pass


class JournalError(GoldsmithError):
    pass


class RolloutError(GoldsmithError):
    pass


class EmulatorError(GoldsmithError):
    pass


class AwsError(GoldsmithError):
    pass


class PostingError(GoldsmithError):
    pass


class BuildFailed(GoldsmithError):
    pass
