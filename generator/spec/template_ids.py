"""`launch_templates.lock.yaml`: the ids that AWS gave to the launch templates that Goldsmith made.

EC2 Image Builder takes a launch template by its id alone, AWS gives that id, and roots know of each other by names
only. So an apply writes the ids down, and rendering reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from generator.source.report import Report
from generator.source.yaml import Document
from generator.spec import values as v
from generator.spec.messages import validated
from generator.spec.shape import Written

TEMPLATE_IDS_FILE = "launch_templates.lock.yaml"

TemplateIds = Mapping[str, Mapping[str, str]]  # root -> name of a template -> id

TemplateId = Annotated[
    str, v.matching(r"^lt-[0-9a-f]{17}$", "the id of a launch template reads like lt-0123456789abcdef0", "G320")
]


class TemplateIdsWritten(Written):
    """`launch_templates.lock.yaml`. Written by `goldsmith apply` and `goldsmith record`."""

    launch_templates: dict[str, dict[str, TemplateId]] = Field(description="root -> name -> id")


def read_template_ids(document: Document, report: Report) -> TemplateIds:
    """The ids; none after what is wrong has been reported."""
    written = validated(document, TemplateIdsWritten, report)
    return written.launch_templates if written else {}
