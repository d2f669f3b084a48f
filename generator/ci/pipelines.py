"""The files of each platform, as text."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Literal

from generator.ci.pins import pinned
from generator.ci.settings import Settings
from generator.ci.templates import fill
from generator.ci.yaml_text import Yaml, encode
from generator.render.roots import Root

Platform = Literal["github", "gitlab", "atlantis"]
PLATFORMS: tuple[Platform, ...] = ("github", "gitlab", "atlantis")


def pipelines(platform: Platform, settings: Settings, roots: Sequence[Root]) -> dict[str, str]:
    """Path in the repository -> text."""
    return _MAKERS[platform](settings, roots)


def _github(settings: Settings, roots: Sequence[Root]) -> dict[str, str]:
    view = _view(settings) | {
        "package": encode(f"goldsmith[github]=={settings.goldsmith}"),
        "paths": encode([f"{settings.spec}/**", f"{settings.rendered}/**"]),
        "shards": encode([f"{number}/{settings.shards}" for number in range(1, settings.shards + 1)]),
        "uses": pinned(),
    }
    names = ["review", "apply", *(["rollout"] if settings.records_rollouts else []), "drift"]
    return {f".github/workflows/goldsmith-{name}.yml": fill(f"ci/github/{name}.yml.j2", view) for name in names}


def _gitlab(settings: Settings, roots: Sequence[Root]) -> dict[str, str]:
    view = _view(settings) | {
        "package": encode(f"goldsmith[gitlab,terraform]=={settings.goldsmith}"),
        "image": encode(f"python:{settings.python}"),  # has git, which the slim one lacks
        "parallel": encode(max(2, settings.shards)),  # without `parallel`, and with 1, a job has no number
        "paths": encode([f"{settings.spec}/**/*", f"{settings.rendered}/**/*"]),
    }
    return {".gitlab/goldsmith.gitlab-ci.yml": fill("ci/gitlab/goldsmith.gitlab-ci.yml.j2", view)}


def _atlantis(settings: Settings, roots: Sequence[Root]) -> dict[str, str]:
    stages = list(dict.fromkeys(root.environment.name for root in roots))
    view = _view(settings) | {
        "hook": encode(_hook(settings)),
        "branch_pattern": encode(f"/^{re.escape(settings.branch)}$/"),
        "projects": [_project(root, settings, stages.index(root.environment.name)) for root in roots],
        "role": encode(roots[0].organization.roles.apply),
        "terraform_version": encode(f"v{settings.terraform}"),
    }
    return {
        "atlantis.yaml": fill("ci/atlantis/atlantis.yaml.j2", view),
        ".atlantis/repos.yaml": fill("ci/atlantis/repos.yaml.j2", view),
    }


def _project(root: Root, settings: Settings, stage: int) -> dict[str, Yaml]:
    """Targets before the build root that ships to them, one environment after the other."""
    return {
        "name": encode(root.name),
        "dir": encode(f"{settings.rendered}/{root.path}"),
        "group": encode(2 * stage + (root.kind == "build")),
    }


def _hook(settings: Settings) -> str:
    """The command that the server runs before each plan."""
    spec = ["--spec", settings.spec]
    check, render = ["goldsmith", "check", *spec], ["goldsmith", "render", *spec, "--rendered", settings.rendered]
    return f"{shlex.join(check)} && {shlex.join([*render, '--check'])}"


def _view(settings: Settings) -> dict[str, object]:
    return {name: encode(value) for name, value in asdict(settings).items()}


_MAKERS: Mapping[Platform, Callable[[Settings, Sequence[Root]], dict[str, str]]] = {
    "github": _github,
    "gitlab": _gitlab,
    "atlantis": _atlantis,
}
