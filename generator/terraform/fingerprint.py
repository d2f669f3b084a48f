"""When `init` can be left out: it is a quarter of a plan's time, most of it hashing the provider twice."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from generator.terraform.binary import Binary

# What init reads of a configuration: the calls of modules, and the settings in the terraform block.
_MODULE_CALL = re.compile(r'^\s*(?:module\s+"[^"]*"|source\s*=.*|version\s*=.*)', re.MULTILINE)
_SETTINGS = ("versions.tf", "backend.tf", ".terraform.lock.hcl")
_ENVIRONMENT = ("AWS_ENDPOINT_URL", "TF_CLI_CONFIG_FILE")


def init_fingerprint(directory: Path, binary: Binary, environment: Mapping[str, str]) -> str:
    """Another value whenever an earlier `init` of the directory may no longer serve.

    It errs on the side of changing; where it would err on the other, Terraform asks for an init itself.
    """
    digest = hashlib.sha256()
    for part in _parts(directory, binary, environment):
        digest.update(f"{len(part)}:".encode() + part)
    return digest.hexdigest()


def _parts(directory: Path, binary: Binary, environment: Mapping[str, str]) -> Iterator[bytes]:
    yield f"{binary.path} {binary.version} {directory.absolute()}".encode()
    for name in _ENVIRONMENT:
        yield environment.get(name, "").encode()
    for path in sorted(directory.glob("*.tf")):
        text = path.read_text(encoding="utf-8", errors="replace")
        yield path.name.encode()
        yield (text if path.name in _SETTINGS else "\n".join(_MODULE_CALL.findall(text))).encode()
    lock = directory / ".terraform.lock.hcl"
    yield lock.read_bytes() if lock.is_file() else b""
