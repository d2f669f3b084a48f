"""Writes the definition in modules/rollout-state-machine, with a placeholder for what its variables say.

Run it with no arguments.
"""

from __future__ import annotations

import json
from pathlib import Path

from generator.rollout.states import Surroundings, definition

FILE = Path(__file__).parents[1] / "modules" / "rollout-state-machine" / "rollout.asl.json"
PLACEHOLDERS = Surroundings("${partition}", "${project}", "${bucket}", "${prefix}")


def generated() -> str:
    return json.dumps(definition(PLACEHOLDERS), indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(generated(), encoding="utf-8")
