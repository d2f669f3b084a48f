"""Organizations of any size, written as the YAML that a person would write."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import yaml

EXAMPLE = Path(__file__).parent.parent / "environments"


def write_organization(directory: Path, targets: int, environments: int = 1) -> Path:
    """Write a spec whose environments each build the example's image `web` and ship it to `targets` accounts.

    It has `environments * (targets + 1)` roots. Returns `directory`.
    """
    copytree(
        EXAMPLE, directory, ignore=lambda _, names: [name for name in names if name in {"tests", "web-al2023.yaml"}]
    )
    for example in [*directory.glob("*.yaml")]:
        if example.name != "versions.lock.yaml":
            example.unlink()
    names = [f"stage-{number}" for number in range(environments)]
    accounts = {account for name in names for account in _accounts(name, targets)}
    _write(
        directory / "organization.yaml",
        {
            "organization": "acme",
            "accounts": {account: f"{200000000000 + index}" for index, account in enumerate(sorted(accounts))},
            "state": {"bucket": "acme-terraform-state", "region": "us-east-1"},
            "roles": {"plan": "GoldsmithPlan", "apply": "GoldsmithApply"},
        },
    )
    for name in names:
        _write(directory / f"{name}.yaml", _environment(name, targets))
    return directory


def _accounts(environment: str, targets: int) -> list[str]:
    return [f"{environment}-images", *(f"{environment}-{number}" for number in range(targets))]


def _environment(name: str, targets: int) -> dict[str, object]:
    build, *receivers = _accounts(name, targets)
    environment: dict[str, object] = {
        "environment": name,
        "build": {
            "account": build,
            "region": "us-east-1",
            "subnet": "subnet-0d1e0c0ffee000001",
            "security_groups": ["sg-0d1e0c0ffee000001"],
        },
        "images": ["web"],
    }
    if receivers:
        environment["distribute"] = [{"accounts": receivers, "regions": ["us-east-1"], "mode": "copy"}]
    return environment


def _write(path: Path, content: dict[str, object]) -> None:
    path.write_text(yaml.safe_dump(content, sort_keys=False))
