"""What the AMI in each Region is called, and which tags and description it bears.

Source: AmiDistributionConfiguration in the model; the form of dates is the example there, without characters that AMI
names may not have.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.emulator.imagebuilder.state import Record

VARIABLE = re.compile(r"\{\{\s*imagebuilder:(?P<name>\w+)\s*\}\}")


@dataclass(frozen=True)
class Output:
    name: str
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


def own_output(image: Record, region: str) -> Output:
    """The AMI of the build account in the build Region; its description is the recipe's where none is given."""
    output = output_for(image, _distribution(image, region))
    description = output.description or image["imageRecipe"].get("description", "")
    return Output(output.name, description, output.tags)


def output_for(image: Record, distribution: Mapping[str, Any]) -> Output:
    """The AMI that a Region's block of a distribution configuration describes."""
    ami = distribution.get("amiDistributionConfiguration") or {}
    template = ami.get("name") or f"{image['name']} {{{{ imagebuilder:buildDate }}}}"
    return Output(_resolved(template, image), ami.get("description") or "", dict(ami.get("amiTags") or {}))


def _distribution(image: Record, region: str) -> Mapping[str, Any]:
    distributions = (image.get("distributionConfiguration") or {}).get("distributions") or []
    return next((item for item in distributions if item["region"] == region), {})


def _resolved(template: str, image: Record) -> str:
    values = {
        "buildDate": image["dateCreated"].replace(":", "-"),
        "buildVersion": image["version"].rsplit("/", 1)[1],
        "imageName": image["name"],
    }
    return VARIABLE.sub(lambda match: values.get(match["name"], match[0]), template)
