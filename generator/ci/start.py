"""The least spec that builds an image, for a repository that has none yet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from generator.ci.files import put
from generator.ci.templates import fill
from generator.ci.yaml_text import encode
from generator.errors import GoldsmithError, UsageError
from generator.render.writer import content

FILES = ("organization.yaml", "dev.yaml", "images/base.yaml")
_ACCOUNT = re.compile(r"([a-z][a-z0-9-]*)=([0-9]{12})")


def spec_files(organization: str, account: str, region: str) -> dict[str, str]:
    """Path below the spec -> text. `account`: NAME=ID. Raises UsageError for what is none."""
    match = _ACCOUNT.fullmatch(account)
    if match is None:
        raise UsageError(f"--account: {account!r} is not a name and an id, such as images-dev=111111111111.")
    view = {
        "organization": encode(organization),
        "account_name": encode(match[1]),
        "account_id": encode(match[2]),
        "bucket": encode(f"{organization}-terraform-state"),
        "region": encode(region),
    }
    return {path: fill(f"start/{path}.j2", view) for path in FILES}


def write_spec(files: Mapping[str, str], directory: Path) -> None:
    """Raises GoldsmithError, with nothing written, where one of the files is there already."""
    there = [path for path in files if content(directory, path) is not None]
    if there:
        raise GoldsmithError(
            f"{directory}: {', '.join(there)} is there already; nothing is written. "
            "Begin in another folder with --spec DIR, or write pipelines for this one with --ci."
        )
    for path, text in files.items():
        put(directory / path, text)
