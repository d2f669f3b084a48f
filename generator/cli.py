"""The command line. Each command lives in `generator/commands/` and is loaded only when it is called."""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence

import click

from generator import __version__
from generator.errors import GoldsmithError

# name -> module of generator.commands that holds a click command under the same name
COMMANDS = {
    "init": "init",
    "check": "check",
    "explain": "explain",
    "lock": "lock",
    "accounts": "accounts",
    "bootstrap": "bootstrap",
    "render": "render",
    "affected": "affected",
    "plan": "plan",
    "review": "review",
    "approved": "approved",
    "mark": "mark",
    "apply": "apply",
    "record": "record",
    "verify": "verify",
    "rollout": "rollout",
    "run-one": "run_one",
    "build": "build",
    "images": "images",
    "destroy": "destroy",
    "drift": "drift",
    "emulator": "emulator",
    "demo": "demo",
}

EXIT_BUG = 70
EXIT_USAGE = 64
EXIT_INTERRUPTED = 130


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is asked for: `goldsmith check` needs no boto3."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"generator.commands.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, COMMANDS[cmd_name])
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="goldsmith")
def cli() -> None:
    """Golden machine images for every account, as plain Terraform."""


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; prints every error of the program."""
    try:
        result = cli.main(args=arguments, prog_name="goldsmith", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as exit_request:
        return exit_request.exit_code
    except click.Abort:
        click.echo("interrupted", err=True)
        return EXIT_INTERRUPTED
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        return EXIT_INTERRUPTED
    except click.ClickException as error:
        error.show()
        return EXIT_USAGE
    except GoldsmithError as error:
        click.echo(str(error), err=True)
        return error.exit_code
    except BrokenPipeError:
        # The reader of our output has gone (`goldsmith check | head`): nothing is left to say to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception:
        return _report_bug()


def _report_bug() -> int:
    with tempfile.NamedTemporaryFile("w", prefix="goldsmith-bug-", suffix=".txt", delete=False) as report:
        report.write(f"goldsmith {__version__}, python {sys.version}\n\n{traceback.format_exc()}")
    click.echo(f"This is a bug in Goldsmith, not in your spec; please report it with {report.name}.", err=True)
    return EXIT_BUG


def main() -> None:
    sys.exit(run())
