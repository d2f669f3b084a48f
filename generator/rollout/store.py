"""Where rollouts are written down: texts under keys, each written only by whoever saw what was there before.

Two writers never overwrite each other: a text is created where there is none, or replaced where it still is what was
read. Nothing is ever deleted. `S3Store` does so by conditional writes, `DirectoryStore` by a lock and a rename.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from generator.errors import JournalError

_KEY = re.compile(r"([a-z0-9][A-Za-z0-9_-]*/)*[a-z0-9][A-Za-z0-9_-]*\.json")
LOCK_FILE = ".lock"


class ConflictError(JournalError):
    """Somebody else wrote first: what is there now is not what was expected."""


@dataclass(frozen=True)
class Stored:
    text: str
    etag: str  # of exactly this text at this place


class Store(Protocol):
    """Keys are paths that end in `.json`. Each method raises JournalError where the place cannot be used, and S3's
    UnreachableError where it does not answer."""

    @property
    def place(self) -> str:
        """The whole, as people write it: `s3://bucket/prefix`, or a folder."""
        ...

    def read(self, key: str) -> Stored | None:
        """None where there is no such key."""
        ...

    def create(self, key: str, text: str) -> str:
        """The etag of what was written. Raises ConflictError where the key exists."""
        ...

    def replace(self, key: str, text: str, etag: str) -> str:
        """The etag of what was written. Raises ConflictError where the key has another text, or is gone."""
        ...

    def list(self, prefix: str) -> list[str]:
        """The keys below a folder, in their order; `prefix` ends with a slash, or is empty."""
        ...


def require_key(key: str) -> str:
    """The key itself. One that could lead out of its place is a bug of ours: raises ValueError."""
    if not _KEY.fullmatch(key):
        raise ValueError(f"{key!r} is no key of a store")
    return key


class DirectoryStore:
    """A folder of one machine, for its owner alone. Writers wait for each other; readers see whole files only.

    A writer that is killed leaves either the old text or the new one: the lock is the kernel's and ends with its
    holder, and a file gets its name when all of it is on the disk.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @property
    def place(self) -> str:
        return str(self._directory)

    def read(self, key: str) -> Stored | None:
        path = self._directory / require_key(key)
        with self._told(path, "read"):
            try:
                content = path.read_bytes()
            except FileNotFoundError:
                return None
        return Stored(_decoded(content, str(path)), _etag(content))

    def create(self, key: str, text: str) -> str:
        path = self._directory / require_key(key)
        with self._told(path, "written"), self._locked():
            if path.exists():
                raise ConflictError(f"{path}: is there already; somebody else wrote it first.")
            return _write(path, text)

    def replace(self, key: str, text: str, etag: str) -> str:
        path = self._directory / require_key(key)
        with self._told(path, "written"), self._locked():
            found = self.read(key)
            if found is None or found.etag != etag:
                raise ConflictError(f"{path}: is not what it was; somebody else wrote it meanwhile.")
            return _write(path, text)

    def list(self, prefix: str) -> list[str]:
        folder = self._directory / prefix
        with self._told(folder, "read"):
            paths = [path.relative_to(self._directory).as_posix() for path in _files(folder)]
        return sorted(path for path in paths if _KEY.fullmatch(path))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        _make_private(self._directory)
        handle = os.open(self._directory / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    @contextmanager
    def _told(self, path: Path, what: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise JournalError(
                f"{path}: the journal cannot be {what} ({error.strerror}). Mend that, or name another place with "
                "--rollouts."
            ) from error


def _write(path: Path, text: str) -> str:
    """Give the whole text its name at once, on the disk when this returns."""
    _make_private(path.parent)
    content = text.encode()
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".partial-")
    try:
        with open(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync(path.parent)
    return _etag(content)


def _make_private(folder: Path) -> None:
    """With those above it; Path.mkdir gives its mode to the last of them alone."""
    if not folder.is_dir():
        _make_private(folder.parent)
        folder.mkdir(exist_ok=True, mode=0o700)


def _sync(folder: Path) -> None:
    """A new name is on the disk when its folder is."""
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _files(folder: Path) -> Iterator[Path]:
    """What cannot be listed raises, where Path.rglob would pass it over."""

    def refuse(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            raise error

    for parent, _, names in os.walk(folder, onerror=refuse):
        yield from (Path(parent, name) for name in names)


def _etag(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _decoded(content: bytes, place: str) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise JournalError(f"{place}: is damaged, as it is no text ({error.reason}). Put its copy back.") from error
