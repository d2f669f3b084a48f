"""The action modules of AWSTOE: what each takes, and where it works.

https://docs.aws.amazon.com/imagebuilder/latest/userguide/toe-action-modules.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "text_or_list", "list", "number", "boolean", "mapping", "parameters"]
Platform = Literal["Linux", "Windows", "macOS"]

EVERYWHERE: frozenset[Platform] = frozenset({"Linux", "Windows", "macOS"})
UNIX: frozenset[Platform] = frozenset({"Linux", "macOS"})
WINDOWS: frozenset[Platform] = frozenset({"Windows"})

ENCODINGS = tuple(
    f"{name}{order}" for name in ("utf8", "utf-8", "utf16", "utf-16", "utf32", "utf-32") for order in ("", "-le", "-be")
)  # compared without regard to case
REGISTRY_TYPES = ("BINARY", "DWORD", "QWORD", "SZ", "EXPAND_SZ", "MULTI_SZ")
REGISTRY_ROOTS = (
    "HKEY_CLASSES_ROOT", "HKCR", "HKEY_USERS", "HKU", "HKEY_LOCAL_MACHINE", "HKLM",
    "HKEY_CURRENT_CONFIG", "HKCC", "HKEY_CURRENT_USER", "HKCU",
)  # fmt: skip
CHECKSUMS = ("MD5", "SHA1", "SHA256", "SHA512")


@dataclass(frozen=True)
class Input:
    name: str
    kind: Kind = "text"
    required: bool = False
    choices: tuple[str, ...] = ()  # compared without regard to case


@dataclass(frozen=True)
class Action:
    """`many`: its inputs are a list of mappings, one for each thing to work on; else they are one mapping."""

    name: str
    many: bool
    inputs: Mapping[str, Input]
    platforms: frozenset[Platform]
    outputs: tuple[str, ...]  # what later steps may refer to; empty where AWS documents none
    one_of: tuple[str, ...] = ()  # exactly one of these inputs is needed

    @property
    def needs_inputs(self) -> bool:
        return bool(self.one_of) or any(each.required for each in self.inputs.values())


_CHOICES: Mapping[str, tuple[str, ...]] = {
    "encoding": ENCODINGS,
    "algorithm": CHECKSUMS,
    "reboot": ("Allow", "Force", "Skip"),
}
_OWNERSHIP = "owner group permissions"


def _inputs(words: str) -> dict[str, Input]:
    """`source! overwrite:boolean`: names, `!` for required ones, a kind after a colon where it is not text."""
    inputs = {}
    for word in words.split():
        name, _, kind = word.rstrip("!").partition(":")
        inputs[name] = Input(name, kind or "text", word.endswith("!"), _CHOICES.get(name, ()))  # type: ignore[arg-type]
    return inputs


def _one(
    name: str,
    words: str,
    outputs: str = "",
    platforms: frozenset[Platform] = EVERYWHERE,
    one_of: tuple[str, ...] = (),
) -> Action:
    return Action(name, False, _inputs(words), platforms, tuple(outputs.split()), one_of)


def _many(name: str, words: str, outputs: str = "", platforms: frozenset[Platform] = EVERYWHERE) -> Action:
    return Action(name, True, _inputs(words), platforms, tuple(outputs.split()))


_ALL = (
    # general execution
    _one("ExecuteBash", "commands:list!", "stdout", UNIX),
    _one("ExecuteBinary", "path! arguments:list", "stdout"),
    _one("ExecuteDocument", "document! document-s3-bucket-owner phases parameters:parameters"),
    _one("ExecutePowerShell", "commands:list file", "stdout", WINDOWS, ("commands", "file")),
    _one("Assert", ""),
    # download and upload
    _many("S3Download", "source! destination! expectedBucketOwner overwrite:boolean"),
    _many("S3Upload", "source! destination! recurse:boolean expectedBucketOwner"),
    _many(
        "WebDownload",
        "source! destination! overwrite:boolean checksum algorithm ignoreCertificateErrors:boolean",
        "destination",
    ),
    # file system
    _many("AppendFile", f"path! content encoding {_OWNERSHIP}"),
    _many("CopyFile", "source! destination! overwrite:boolean"),
    _many("CopyFolder", "source! destination! overwrite:boolean"),
    _many("CreateFile", f"path! content encoding {_OWNERSHIP} overwrite:boolean"),
    _many("CreateFolder", f"path! {_OWNERSHIP} overwrite:boolean"),
    _many("CreateSymlink", "path! target! force:boolean", platforms=UNIX),
    _many("DeleteFile", "path!"),
    _many("DeleteFolder", "path! force:boolean"),
    _many("ListFiles", "path! fileNamePattern recursive:boolean", "files"),
    _many("MoveFile", "source! destination! overwrite:boolean"),
    _many("MoveFolder", "source! destination! overwrite:boolean"),
    _many("ReadFile", "path! encoding printFileContent:boolean", "content"),
    _many("SetFileEncoding", "path! encoding"),
    _many("SetFileOwner", "path! owner! group", platforms=UNIX),
    _many("SetFilePermissions", "path! permissions!", platforms=UNIX),
    _many("SetFolderOwner", "path! owner! group recursive:boolean", platforms=UNIX),
    _many("SetFolderPermissions", "path! permissions! recursive:boolean", platforms=UNIX),
    # software installation
    _one(
        "InstallMSI",
        "path! reboot logOptions logFile properties:mapping ignoreAuthenticodeSignatureErrors:boolean "
        "allowUnsignedInstaller:boolean",
        "stdout",
        WINDOWS,
    ),
    _one(
        "UninstallMSI",
        "path! reboot logOptions logFile properties:mapping ignoreAuthenticodeSignatureErrors:boolean "
        "allowUnsignedInstaller:boolean",
        "stdout",
        WINDOWS,
    ),
    # system
    _one("Reboot", "delaySeconds:number"),
    _many("SetRegistry", "path! name! value:text_or_list! type!", platforms=WINDOWS),
    _one("UpdateOS", "include:list exclude:list", platforms=frozenset({"Linux", "Windows"})),
)
ACTIONS: Mapping[str, Action] = {action.name: action for action in _ALL}

# Inputs that name Unix permissions end a step in failure on Windows.
UNIX_INPUTS = frozenset(_OWNERSHIP.split())
