"""`goldsmith rollout`: its commands, each loaded only when it is called."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from itertools import takewhile

import click

from generator.errors import UsageError
from generator.source.report import did_you_mean

HELP = ("-h", "--help")
PREVIEW = "--preview"

# name -> module of generator.commands that holds a click command under the same name
COMMANDS = {
    "preview": "rollout_preview",
    "run": "rollout_run",
    "resume": "rollout_resume",
    "begin": "rollout_begin",
    "next": "rollout_next",
    "shards": "rollout_shards",
    "shard": "rollout_shard",
    "due": "rollout_due",
    "status": "rollout_status",
    "history": "rollout_history",
    "abort": "rollout_abort",
    "unlock": "rollout_unlock",
    "states": "rollout_states",
}


class RolloutGroup(click.Group):
    """`run` is what it does with environments. A command comes before an environment of its name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"generator.commands.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, spelled_out(args) if args else args)


def spelled_out(words: Sequence[str]) -> list[str]:
    """A command line with the command that is meant: `prod --preview` is `preview prod`, `prod` is `run prod`.

    Raises UsageError where a command is meant and another word stands there.
    """
    first = words[0]
    if first in COMMANDS or first in HELP:
        return [*words]
    options = [*takewhile(lambda word: word != "--", words)]
    if PREVIEW in options:
        _refuse_both(options)
        words = [*words]
        words.remove(PREVIEW)
        return ["preview", *words]
    if not any(word.startswith("-") for word in options):
        _refuse_bare(first)
    return ["run", *words]


def _refuse_both(options: Sequence[str]) -> None:
    if any(word.partition("=")[0] == "--approved" for word in options):
        raise UsageError("--preview shows and --approved applies. Leave one of them out.")


def _refuse_bare(word: str) -> None:
    """Without options it is a command with a slip in it, or an environment of which nothing is asked yet."""
    meant = did_you_mean(word, COMMANDS)
    raise UsageError(
        f"rollout {word}: is no command.{meant} Of an environment, see the waves with `goldsmith rollout {word} "
        f"{PREVIEW}`, and roll out what was reviewed with `goldsmith rollout {word} --approved DIGEST`."
    )


@click.group(
    cls=RolloutGroup,
    context_settings={"help_option_names": [*HELP]},
    subcommand_metavar="[ENVIRONMENT]... --preview | [ENVIRONMENT]... --approved DIGEST | COMMAND",
)
def rollout() -> None:
    """Roll a fleet out in waves, as `rollout` of the spec says.

    `rollout prod --preview` is short for `rollout preview prod`, and `rollout prod --approved DIGEST` for `rollout run
    prod --approved DIGEST`. An environment that is called like a command takes the long form.
    """
