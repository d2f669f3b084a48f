"""User data, working directory and the SSM Agent of an image: as written, and as resolved.

https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_AdditionalInstanceConfiguration.html
"""

from __future__ import annotations

import base64
import re
from pathlib import Path as FilePath
from typing import Literal, Protocol

from pydantic import Field

from generator.source.report import Report, shown
from generator.source.yaml import Document
from generator.spec import values as v
from generator.spec.bases import KnownBase
from generator.spec.model import BaseImage
from generator.spec.model_recipe import InstanceSettings
from generator.spec.shape import Written, text_or

MOST_BASE64 = 21_847  # characters: botocore imagebuilder UserDataOverride
MOST_BYTES = MOST_BASE64 // 4 * 3

# What cloud-init and ec2-macos-init take for more than a note to themselves:
# https://docs.cloud-init.io/en/latest/explanation/format.html
_CLOUD_INIT = re.compile(
    r"#!|#cloud-config|#cloud-boothook|#include|#part-handler|## template: jinja|Content-Type: |MIME-Version: ", re.I
)
# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html (EC2Launch)
_EC2_LAUNCH = re.compile(r"<powershell>|<script>|^version: *[0-9.]+\s*$", re.I | re.M)


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
        _check_user_data(document, user_data, base, report)
        _warn_of_missing_agent(document, user_data, base, known, report)
    agent = {"remove": True, "keep": False}
    return InstanceSettings(
        working_directory=written.working_directory,
        user_data=user_data,
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


def _user_data(document: Document, written: object, spec: FilePath, report: Report) -> str | None:
    if not isinstance(written, UserDataWritten):
        return written if isinstance(written, str) else None
    try:
        with (spec / str(written.file)).open("rb") as file:
            content: bytes = file.read(MOST_BYTES * 2)
        return content.decode("utf-8")
    except OSError as error:
        message = f"{shown(written.file)} cannot be read: {error.strerror}."
    except UnicodeDecodeError:
        message = f"{shown(written.file)} is no text in UTF-8, which is what user data is here."
    report.error(document, ("user_data", "file"), message)
    return None


def _check_user_data(document: Document, text: str, base: BaseImage, report: Report) -> None:
    size = len(text.encode())
    encoded = len(base64.b64encode(text.encode()))
    if encoded > MOST_BASE64:
        message = (
            f"has {size} bytes, {encoded} characters in base64; AWS takes {MOST_BASE64}, which are {MOST_BYTES} bytes. "
            "Do the work in a component, or fetch the rest from S3."
        )
        report.error(document, ("user_data",), message)
    if not text.strip():
        report.error(document, ("user_data",), "is empty. Say what is to run, or remove it.")
    elif base.platform == "Windows":
        if not _EC2_LAUNCH.search(text):
            message = (
                "is nothing that EC2Launch runs on Windows: it takes what stands between <powershell> and "
                "</powershell> or <script> and </script>, and YAML with a version. Put it between these."
            )
            report.error(document, ("user_data",), message)
    elif not _CLOUD_INIT.match(text):
        runner = "ec2-macos-init" if base.platform == "macOS" else "cloud-init"
        message = f"is nothing that {runner} runs: its first line must say what it is, such as #!/bin/bash. Add it."
        report.error(document, ("user_data",), message)


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
