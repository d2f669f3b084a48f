"""Parameters given to a component or a workflow, against those that its document defines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from generator.emulator.imagebuilder.errors import InvalidParameterCombination


def check_parameters(
    place: str, what: str, defined: Sequence[Mapping[str, Any]], given: Sequence[Mapping[str, Any]]
) -> None:
    """AWS's words: https://github.com/aws-ia/terraform-aws-ec2-image-builder/issues/106."""
    known = {parameter["name"] for parameter in defined}
    names = [parameter["name"] for parameter in given]
    stray = [name for name in names if name not in known]
    if stray:
        raise InvalidParameterCombination(
            f"The value supplied for parameter '{place}' is not valid. "
            f"The following parameters are not defined in the provided {what}: {', '.join(stray)}"
        )
    missing = [item["name"] for item in defined if "defaultValue" not in item and item["name"] not in names]
    if missing:
        raise InvalidParameterCombination(
            f"The value supplied for parameter '{place}' is not valid. "
            f"The following parameters have no default value and must be specified: {', '.join(missing)}"
        )
