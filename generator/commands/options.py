"""The options that commands share, so that one name means the same everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

spec_option = click.option(
    "--spec",
    "spec_directory",
    type=click.Path(path_type=Path),
    default=Path("environments"),
    show_default=True,
    is_eager=True,  # others look into it for what they are by default
    metavar="DIR",
    help="Folder that holds the spec.",
)

rendered_option = click.option(
    "--rendered",
    "rendered_directory",
    type=click.Path(path_type=Path),
    default=Path("rendered"),
    show_default=True,
    metavar="DIR",
    help="Folder that holds the rendered roots.",
)

environments_argument = click.argument("environments", nargs=-1, metavar="[ENVIRONMENT]...")

environment_option = click.option(
    "--environment", "environments", multiple=True, metavar="NAME", help="Plan only this environment (may be repeated)."
)

account_option = click.option(
    "--account", "accounts", multiple=True, metavar="NAME", help="Only this account (may be repeated)."
)

region_option = click.option(
    "--region", "regions", multiple=True, metavar="REGION", help="Only this Region (may be repeated)."
)

image_option = click.option(
    "--image", "images", multiple=True, metavar="NAME", help="Only this image (may be repeated)."
)

json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON to standard output.")

emulator_option = click.option(
    "--emulator",
    "use_emulator",
    is_flag=True,
    is_eager=True,
    envvar="GOLDSMITH_EMULATOR",
    help="Send everything to the embedded AWS, started when it is not running. [env: GOLDSMITH_EMULATOR]",
)

remote_option = click.option(
    "--remote",
    "ask_accounts",
    is_flag=True,
    help="Ask the build accounts too, with the role that plans are made with: whether a version is there with another "
    "content.",
)

color_option = click.option(
    "--color",
    "colours",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colours in what is written for people; `auto` goes by NO_COLOR, FORCE_COLOR and the terminal.",
)

# Scripts may give --emulator to every command, also to those that ask no AWS anything.
offline_emulator_option = click.option(
    "--emulator", is_flag=True, expose_value=False, help="Accepted as on every command; this one asks no AWS."
)

terraform_option = click.option(
    "--terraform",
    "terraform_path",
    type=click.Path(path_type=Path),
    envvar="GOLDSMITH_TERRAFORM",
    metavar="PATH",
    help="The terraform or tofu to run. [env: GOLDSMITH_TERRAFORM]",
)


def colours_wanted(asked: str, environment: Mapping[str, str]) -> bool | None:
    """Whether there are colours; None where the terminal decides. https://no-color.org, https://force-color.org"""
    if asked != "auto":
        return asked == "always"
    if environment.get("NO_COLOR"):
        return False
    return True if environment.get("FORCE_COLOR") else None
