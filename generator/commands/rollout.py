"""`goldsmith rollout`: its commands, each loaded only when it is called."""

from __future__ import annotations

import importlib
from typing import Any

import click

from generator.errors import UsageError

# name -> module of generator.commands that holds a click command under the same name
COMMANDS = {
    "preview": "rollout_preview",
    "run": "rollout_run",
    "resume": "rollout_resume",
    "status": "rollout_status",
    "history": "rollout_history",
    "abort": "rollout_abort",
    "unlock": "rollout_unlock",
}


class RolloutGroup(click.Group):
    """Commands come first, since an environment may have any name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"generator.commands.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, Any, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            raise UsageError(
                f"rollout {args[0]}: there is no such command. Show the waves of an environment with "
                f"`goldsmith rollout preview {args[0]}`, and roll it out with `goldsmith rollout run {args[0]}`."
            )
        return super().resolve_command(ctx, args)


@click.group(cls=RolloutGroup, context_settings={"help_option_names": ["-h", "--help"]})
def rollout() -> None:
    """Roll a fleet out in waves, as `rollout` of the spec says."""
