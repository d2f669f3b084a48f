"""User data: what the program that runs it on an instance would not take.

Linux: https://docs.cloud-init.io/en/latest/explanation/format.html. Windows:
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html and
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2launch-v2-settings.html (EC2Launch).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from itertools import pairwise

import yaml

MOST_BASE64 = 21_847  # characters: botocore imagebuilder UserDataOverride
MOST_BYTES = MOST_BASE64 // 4 * 3

# What cloud-init and ec2-macos-init take for more than a note to themselves.
_CLOUD_INIT = re.compile(
    r"#!|#cloud-config|#cloud-boothook|#include|#part-handler|## template: jinja|Content-Type: |MIME-Version: ", re.I
)
_CLOUD_CONFIG = re.compile(r"#cloud-config\s*(\n|\Z)")
_EC2_LAUNCH = re.compile(r"<powershell>|<script>|^version: *[0-9.]+\s*$", re.I | re.M)
_EC2_LAUNCH_YAML = re.compile(r"(?:[ \t]*(?:#.*)?\n)*version: *[0-9.]+\s*$", re.I | re.M)
_TAG = re.compile(r"<(powershell|script)>", re.I)

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Problem = tuple[int, str]  # offset of the character where it begins, message


def user_data_problems(text: str, platform: str) -> Iterator[Problem]:
    size, encoded = len(text.encode()), len(base64.b64encode(text.encode()))
    if encoded > MOST_BASE64:
        yield (
            0,
            f"has {size} bytes, {encoded} characters in base64; AWS takes {MOST_BASE64}, which are {MOST_BYTES} bytes. "
            "Do the work in a component, or fetch the rest from S3.",
        )
    elif not text.strip():
        yield 0, "is empty. Say what is to run, or remove it."
    elif platform == "Windows":
        yield from _windows_problems(text)
    elif not _CLOUD_INIT.match(text):
        runner = "ec2-macos-init" if platform == "macOS" else "cloud-init"
        yield 0, f"is nothing that {runner} runs: its first line must say what it is, such as #!/bin/bash. Add it."
    elif _CLOUD_CONFIG.match(text):
        yield from _yaml_problems(text, "cloud-init would run none of it")


def _windows_problems(text: str) -> Iterator[Problem]:
    if not _EC2_LAUNCH.search(text):
        yield (
            0,
            "is nothing that EC2Launch runs on Windows: it takes what stands between <powershell> and "
            "</powershell> or <script> and </script>, and YAML with a version. Put it between these.",
        )
        return
    tag = None if _EC2_LAUNCH_YAML.match(text) else _TAG.search(text)
    if tag is None:
        yield from _yaml_problems(text, "EC2Launch would run none of it")
    elif (end := f"</{tag[1]}>".lower()) not in text[tag.end() :].lower():
        yield tag.start(), f"{tag[0]} has no {end} after it, so EC2Launch runs nothing. Add it at the end."


def _yaml_problems(text: str, outcome: str) -> Iterator[Problem]:
    """What makes of the whole text no mapping in YAML; it is read as a stream of events, whatever is in it."""
    try:
        events = list(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = _offset(text, mark.line, mark.column) if mark else 0
        yield where, f"is no YAML: {error.problem or 'it cannot be read'}; {outcome}."
        return
    except yaml.YAMLError:
        yield 0, f"holds a character that YAML does not have; {outcome}."
        return
    roots = [after for before, after in pairwise(events) if isinstance(before, yaml.DocumentStartEvent)]
    if not roots or not isinstance(roots[0], yaml.MappingStartEvent):
        yield 0, f"is no mapping in YAML, such as `packages: [nginx]`; {outcome}."


def _offset(text: str, line: int, column: int) -> int:
    lines = text.split("\n")
    return min(sum(len(each) + 1 for each in lines[:line]) + column, max(len(text) - 1, 0))
