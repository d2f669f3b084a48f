"""`goldsmith emulator findings`: what scans of images are to find."""

from __future__ import annotations

import json
from typing import Any

import click

from generator.commands.emulator_faults import call_running

NAME = "vulnerabilities"
SEVERITIES = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNTRIAGED")


@click.group()
def findings() -> None:
    """What Amazon Inspector finds in images that are scanned from now on; without any, scans find nothing."""


@findings.command()
@click.argument("id_", metavar="ID")
@click.option("--severity", type=click.Choice(SEVERITIES, case_sensitive=False), default="HIGH", show_default=True)
@click.option("--package", help="The package that is vulnerable. [default: openssl]")
@click.option("--version", help="Its version. [default: 3.0.7]")
@click.option("--fixed-in", help="The version that mends it; without one there is no fix.")
@click.option("--title", help="What the finding is called.")
@click.option("--image", metavar="PATTERN", help="In images of these recipes. [default: *]")
@click.option("--account", metavar="PATTERN", help="In these accounts. [default: *]")
def add(id_: str, **wanted: Any) -> None:
    """Let scans find a vulnerability, such as CVE-2026-1234."""
    given = {name: value for name, value in wanted.items() if value is not None}
    click.echo(_words(call_running(NAME, {"id": id_, **given}, "POST")["vulnerability"]))


@findings.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def list_(as_json: bool) -> None:
    """Print what scans find."""
    known = call_running(NAME, {}, "GET")["vulnerabilities"]
    if as_json:
        click.echo(json.dumps(known, indent=2))
        return
    for vulnerability in known:
        click.echo(_words(vulnerability))
    if not known:
        click.echo("Scans find nothing.", err=True)


@findings.command()
def clear() -> None:
    """Let scans find nothing any more; findings of images that were scanned stay."""
    click.echo(f"{call_running(NAME, {}, 'DELETE')['cleared']} forgotten.", err=True)


def _words(vulnerability: dict[str, Any]) -> str:
    names = ("severity", "package", "version", "fixed_in", "title", "image", "account")
    told = [f"{name.replace('_', ' ')} {vulnerability[name]}" for name in names if vulnerability.get(name, "*") != "*"]
    return f"{vulnerability['id']}: {', '.join(told)}"
