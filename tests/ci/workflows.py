"""The pipelines of the example organization, as their platforms read them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from generator.ci.pipelines import Platform, pipelines
from generator.ci.settings import Settings, shards_for
from generator.render.roots import Root, roots_of
from generator.spec import load

NAMES = ("review", "apply", "rollout", "drift")
EXAMPLE = Path(__file__).parents[2] / "environments"


@cache
def roots() -> tuple[Root, ...]:
    return roots_of(load(EXAMPLE))


def texts(platform: Platform, **settings: Any) -> dict[str, str]:
    return pipelines(
        platform, Settings(**{"shards": shards_for(roots()), "records_rollouts": True, **settings}), roots()
    )


def github(name: str) -> dict[str, Any]:
    """A workflow of GitHub, by its name: review, apply, rollout, drift. `on` is a truth value to YAML 1.1."""
    document = yaml.safe_load(texts("github")[f".github/workflows/goldsmith-{name}.yml"])
    return {("on" if key is True else key): value for key, value in document.items()}


def jobs() -> dict[str, dict[str, Any]]:
    """Every job of every workflow of GitHub, by workflow and name."""
    return {f"{name}.{job}": content for name in NAMES for job, content in github(name)["jobs"].items()}


def steps() -> list[tuple[str, dict[str, Any]]]:
    return [(name, step) for name, job in jobs().items() for step in job["steps"]]
