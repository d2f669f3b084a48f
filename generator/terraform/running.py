"""Providers that are kept running while a fleet is planned: starting one takes half of a plan's CPU.

Two Terraforms on one provider have written to the wrong account, so a provider is checked out by one at a time, for
planning only, and never by a root with more than one provider configuration: docs/decisions/0006-running-providers.md.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from generator.terraform.lock_file import locked_providers
from generator.terraform.mirror import find_mirrors, own_configuration, platform_directory, user_configuration

REATTACH = "TF_REATTACH_PROVIDERS"
START_SECONDS = 30.0
STOP_SECONDS = 5.0

# The provider ends when our end of the pipe closes, however we ended. The shell closes its own output, so that what we
# read ends with a provider that never comes up.
_GUARD = '"$0" -debug & provider=$!; exec >&-; read -r _; kill "$provider"; wait "$provider"'
_CONFIGURATION = re.compile(r'^\s*provider\s+"', re.MULTILINE)
# A module of somebody else's may configure providers of its own.
_OTHERS_MODULE = re.compile(r'^\s*source\s*=\s*"(?!\.\./\.\./\.\./modules/|hashicorp/)', re.MULTILINE)


class RunningProvider:
    """One provider process, as `-debug` starts it: https://developer.hashicorp.com/terraform/plugin/debugging"""

    def __init__(self, executable: Path, environment: Mapping[str, str]) -> None:
        self._directory = tempfile.mkdtemp(prefix="goldsmith-provider-")  # mode 0700: its socket lies there
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", _GUARD, str(executable)],
            env={**environment, "TMPDIR": self._directory},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            process_group=0,  # the terminal's interrupt reaches us alone
        )
        self.reattach = self._read_address()

    def stop(self) -> None:
        """End the process, if it has not ended."""
        with suppress(OSError, subprocess.TimeoutExpired):
            self._process.communicate(timeout=STOP_SECONDS)
        self._kill()
        with self._process:  # waits, and closes the pipes
            pass
        shutil.rmtree(self._directory, ignore_errors=True)

    def _kill(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _read_address(self) -> str:
        """The value of TF_REATTACH_PROVIDERS that it prints; empty where it does not come up."""
        timer = threading.Timer(START_SECONDS, self._kill)
        timer.start()
        try:
            for line in self._process.stdout or ():
                name, _, value = line.decode("utf-8", "replace").strip().partition("=")
                if name == REATTACH:
                    return value.strip("'")
        finally:
            timer.cancel()
        return ""


@dataclass
class RunningProviders:
    """Hands out running providers, each to one Terraform at a time. Without an executable it hands out none."""

    executable: Path | None
    environment: Mapping[str, str]
    _idle: list[RunningProvider] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> RunningProviders:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for provider in self._idle:
            provider.stop()
        self._idle.clear()

    @contextmanager
    def attached(self, root: Path) -> Iterator[dict[str, str]]:
        """The variables with which a Terraform in `root` uses a running provider; none where it must start its own.

        After a failure the provider is not used again.
        """
        if self.executable is None or not has_one_configuration(root):
            yield {}
            return
        provider = self._take(self.executable)
        with ExitStack() as unless_done:
            unless_done.callback(provider.stop)
            yield {REATTACH: provider.reattach} if provider.reattach else {}
            if provider.reattach:
                unless_done.pop_all()
                with self._lock:
                    self._idle.append(provider)

    def _take(self, executable: Path) -> RunningProvider:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return RunningProvider(executable, self.environment)


def running_providers(lock_file: Path, environment: Mapping[str, str], state_directory: Path) -> RunningProviders:
    """Providers for the roots that have this lock file. None are run where Terraform's own way must be kept:

    under a configuration file of the user's, with a certificate bundle (which a provider under `-debug` cannot
    add), or where the provider on the machine is not what the lock file says.
    """
    is_ours = user_configuration(environment) in (None, own_configuration(state_directory))
    usable = is_ours and not environment.get("AWS_CA_BUNDLE")
    executable = locked_executable(lock_file, environment, state_directory) if usable else None
    return RunningProviders(executable, environment)


def locked_executable(lock_file: Path, environment: Mapping[str, str], state_directory: Path) -> Path | None:
    """The one provider of a lock file on this machine, its hash checked as `init` would; None if it is not there."""
    locked = locked_providers(lock_file)
    if len(locked) != 1:
        return None
    ((source, provider),) = locked.items()
    version = provider.version
    mirror = find_mirrors(environment, state_directory).get(source)
    package = Path(mirror, source, version, platform_directory()) if mirror else None
    if package is None or not package.is_dir() or package_hash(package) not in provider.hashes:
        return None
    executables = sorted(package.glob(f"terraform-provider-{source.rpartition('/')[2]}_v{version}*"))
    return executables[0] if len(executables) == 1 else None


def package_hash(package: Path) -> str:
    """Terraform's `h1:` of an unpacked package: https://pkg.go.dev/golang.org/x/mod/sumdb/dirhash#Hash1"""
    total = hashlib.sha256()
    for path in sorted(path for path in package.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        total.update(f"{digest}  {path.relative_to(package).as_posix()}\n".encode())
    return "h1:" + base64.b64encode(total.digest()).decode()


def has_one_configuration(root: Path) -> bool:
    """Whether a root configures its provider once: all of its configurations would share a running provider."""
    if any(root.glob("*.tf.json")):
        return False
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in root.glob("*.tf")]
    if any(_OTHERS_MODULE.search(text) for text in texts):
        return False
    return sum(len(_CONFIGURATION.findall(text)) for text in texts) == 1
