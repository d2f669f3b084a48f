"""Writes the table of components into docs/components.md: python docs/generate_component_table.py"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
PAGE = HERE / "components.md"
COMPONENTS = HERE.parent / "environments" / "components"
BEGIN, END = "<!-- begin: components -->\n", "<!-- end -->"
SYSTEMS = "systems.yaml"

# build component -> the test component that fails when it did not do its work
TESTS = {
    "auditd": "auditd-runs",
    "automatic-updates": "updates-automatic",
    "configure-cloudwatch-agent": "cloudwatch-agent-configured",
    "harden-os": "ssh-hardened",
    "inspector-agent": "inspector-agent-runs",
    "install-apache": "apache-serves",
    "install-docker": "docker-runs",
    "install-nginx": "nginx-serves",
    "kernel-hardening": "kernel-hardened",
    "ssm-agent": "ssm-agent-runs",
    "time-sync": "time-synchronized",
    "windows-cloudwatch-agent": "windows-cloudwatch-agent-runs",
    "windows-defender": "windows-defender-on",
    "windows-firewall": "windows-firewall-on",
    "windows-rdp-hardening": "windows-rdp-hardened",
    "windows-updates": "windows-updates-automatic",
}


def generated(page: str) -> str:
    """The page with its table as the documents are now."""
    head, rest = page.split(BEGIN)
    return head + BEGIN + table() + END + rest.split(END, 1)[1]


def table() -> str:
    systems = _read(COMPONENTS / SYSTEMS)["components"]
    documents = [_read(path) for path in sorted(COMPONENTS.glob("*.yaml")) if path.name != SYSTEMS]
    rows = [_row(each, systems[each["name"]].get("systems", ["Windows"])) for each in documents]
    head = "| name | for | kind | what it does | parameters [default] | its test |\n|---|---|---|---|---|---|\n"
    return head + "".join(rows)


def _read(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return loaded


def _row(document: dict[str, Any], systems: list[str]) -> str:
    name = document["name"]
    kind = "test" if all(phase["name"] == "test" for phase in document["phases"]) else "build"
    parameters = "<br>".join(
        f"`{parameter}` [{definition['default']}]: {definition['description']}"
        for each in document.get("parameters", [])
        for parameter, definition in each.items()
    )
    test = f"`{TESTS[name]}`" if name in TESTS else ""
    return f"| `{name}` | {', '.join(systems)} | {kind} | {document['description']} | {parameters} | {test} |\n"


if __name__ == "__main__":
    PAGE.write_text(generated(PAGE.read_text("utf-8")), "utf-8")
