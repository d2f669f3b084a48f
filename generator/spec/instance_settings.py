"""User data, working directory and the SSM Agent of an image: as written, and as resolved.

https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_AdditionalInstanceConfiguration.html
"""

from __future__ import annotations

import re
from pathlib import Path as FilePath
from typing import Literal, Protocol

from pydantic import Field

from generator.source.report import Report, shown
from generator.source.yaml import Document
from generator.spec import values as v
from generator.spec.bases import KnownBase
from generator.spec.embedded import Embedded
from generator.spec.model import BaseImage
from generator.spec.model_recipe import InstanceSettings
from generator.spec.shape import Written, text_or
from generator.spec.user_data import MOST_BYTES, user_data_problems


class UserDataWritten(Written):
    """User data from a file."""

    file: v.File = Field(description="path of the file, relative to the folder of the spec")


AgentValue = Literal["remove", "keep"]
UserDataValue = text_or(UserDataWritten)


class _Writes(Protocol):
    @property
    def working_directory(self) -> str | None: ...
    @property
    def user_data(self) -> object: ...
    @property
    def ssm_agent(self) -> AgentValue | None: ...


def resolve_settings(
    document: Document, written: _Writes, spec: FilePath, base: BaseImage, known: KnownBase | None, report: Report
) -> InstanceSettings:
    """What an image says of its instances; what is wrong is reported. `spec` is the folder of the spec."""
    _check_directory(document, written.working_directory, base, report)
    _check_agent(document, written.ssm_agent, base, report)
    user_data = _user_data(document, written.user_data, spec, report)
    if user_data is not None:
        for offset, message in user_data_problems(user_data.text, base.platform):
            user_data.error(offset, message, "G318", report)
        _warn_of_missing_agent(document, user_data.text, base, known, report)
    agent = {"remove": True, "keep": False}
    return InstanceSettings(
        working_directory=written.working_directory,
        user_data=user_data.text if user_data else None,
        uninstall_agent=agent[written.ssm_agent] if written.ssm_agent else None,
    )


def _check_directory(document: Document, directory: str | None, base: BaseImage, report: Report) -> None:
    if directory is None:
        return
    windows = bool(re.match(r"[A-Za-z]:[\\/]", directory))
    if windows != (base.platform == "Windows") or not (windows or directory.startswith("/")):
        example = "C:/build" if base.platform == "Windows" else "/opt/build"
        message = f"{shown(directory)} is no absolute path of {base.platform}; {example} would be one."
        report.error(document, ("working_directory",), message)


def _check_agent(document: Document, agent: AgentValue | None, base: BaseImage, report: Report) -> None:
    if agent is not None and base.platform == "Windows":
        message = "is for Linux and macOS; Image Builder refuses it where the base image is Windows. Remove it."
        report.error(document, ("ssm_agent",), message)


def read_user_data(document: Document, written: object, spec: FilePath) -> Embedded | None:
    """User data as written, or the file that it names; None without any. Raises OSError or UnicodeDecodeError."""
    if isinstance(written, str):
        return Embedded(written, document, ("user_data",))
    if not isinstance(written, UserDataWritten):
        return None
    path = spec / str(written.file)
    with path.open("rb") as file:
        content: bytes = file.read(MOST_BYTES * 2)
    return Embedded(content.decode("utf-8"), document, ("user_data", "file"), str(path))


def _user_data(document: Document, written: object, spec: FilePath, report: Report) -> Embedded | None:
    try:
        return read_user_data(document, written, spec)
    except OSError as error:
        message = f"cannot be read: {error.strerror}."
    except UnicodeDecodeError:
        message = "is no text in UTF-8, which is what user data is here."
    report.error(document, ("user_data", "file"), f"{shown(getattr(written, 'file', None))} {message}")
    return None


def _warn_of_missing_agent(
    document: Document, text: str, base: BaseImage, known: KnownBase | None, report: Report
) -> None:
    """User data takes the place of what Image Builder runs to install the agent, without which no build begins."""
    if known is None or known.has_agent or "ssm-agent" in text:
        return
    message = (
        f"takes the place of what Image Builder runs to install the SSM Agent, and {base.name} comes without it: "
        "builds would wait for it in vain. Install amazon-ssm-agent here too."
    )
    report.warning(document, ("user_data",), message, "G202")
