"""`goldsmith check`: everything that is wrong with a spec, or with single documents, in one run."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.commands.options import (
    color_option,
    colours_wanted,
    emulator_option,
    json_option,
    remote_option,
    spec_option,
)
from generator.errors import AwsError, Diagnostic, UsageError

if TYPE_CHECKING:
    from generator.check.ignoring import Outcome
    from generator.source.yaml import Document
    from generator.spec.loading import Reading
    from generator.spec.model import Spec


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, allow_dash=True), metavar="[FILE]...")
@spec_option
@click.option(
    "--format",
    "kind",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    show_default=True,
    help="How findings are written to standard output; `github` makes annotations of a pull request's lines.",
)
@json_option
@color_option
@remote_option
@emulator_option
@click.option(
    "--ignore",
    "ignored",
    multiple=True,
    metavar="CODE",
    help="Leave out what a rule finds; repeatable. `goldsmith explain` lists the rules.",
)
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.pass_context
def check(
    context: click.Context,
    files: tuple[Path, ...],
    spec_directory: Path,
    kind: str,
    as_json: bool,
    colours: str,
    ask_accounts: bool,
    use_emulator: bool,
    ignored: tuple[str, ...],
    strict: bool,
) -> None:
    """Check the spec; every finding is told with its file, line and key.

    With FILEs, these component and workflow documents alone are checked, with no spec around them; `-` is standard
    input. With --remote AWS is asked as well, once the spec is right by itself. Exit code 1 when there are errors;
    warnings alone are told, and pass.
    """
    if files and ask_accounts:
        raise UsageError("--remote is for a whole spec; of single documents no account knows anything. Leave it out.")
    kind = "json" if as_json else kind
    codes = _known_codes(ignored)
    asking = partial(_asked, spec_directory, use_emulator) if ask_accounts else None
    checked = _read_files(files, codes) if files else _read_spec(spec_directory, codes, asking)
    diagnostics = checked.outcome.diagnostics
    _show(kind, diagnostics, checked.sources, colours_wanted(colours, os.environ))
    if kind == "text":
        idle = [f"--ignore {code} ignores nothing." for code in checked.outcome.idle]
        for line in (*checked.hints, *idle, f"{checked.what}: {_counted(diagnostics)}."):
            click.echo(line, err=True)
    if checked.failure:
        raise checked.failure
    errors = [each for each in diagnostics if each.severity == "error"]
    context.exit(1 if errors or (strict and diagnostics) else 0)


@dataclass(frozen=True)
class _Checked:
    """`what` was looked at, in words; `sources` are the texts of what is no file; `failure` kept AWS from answering."""

    what: str
    outcome: Outcome
    hints: tuple[str, ...]
    sources: Mapping[str, str] = field(default_factory=dict)
    failure: AwsError | None = None


@dataclass(frozen=True)
class _Asked:
    """What the build accounts say."""

    diagnostics: tuple[Diagnostic, ...]
    hint: str
    failure: AwsError | None


def _known_codes(ignored: Sequence[str]) -> tuple[str, ...]:
    """The codes of the command line. Raises UsageError for one that no rule has, and for one of an error."""
    from generator.check.rules import RULES

    for code in ignored:
        rule = RULES.get(code.upper())
        if rule is None:
            raise UsageError(f"--ignore {code}: there is no such rule. `goldsmith explain` lists all.")
        if rule.severity == "error":
            raise UsageError(f"--ignore {code}: it is an error, and only warnings can be ignored.")
    return tuple(dict.fromkeys(code.upper() for code in ignored))


def _read_spec(directory: Path, codes: Sequence[str], asking: Callable[[Spec], _Asked] | None) -> _Checked:
    """What is wrong with a spec by itself; where nothing is, what the rules find, and the accounts."""
    from generator.check.ignoring import judge
    from generator.check.scripts import check_scripts
    from generator.check.user_data import user_data_scripts
    from generator.spec import read

    reading = read(directory)
    found, hints = check_scripts(reading.documents, user_data_scripts(reading.sources) if reading.sources else ())
    asked = asking(reading.spec) if asking and reading.spec is not None else None
    if asked:
        found, hints = (*found, *asked.diagnostics), (*hints, asked.hint)
    outcome = judge(reading, datetime.now(UTC).date(), codes, found)
    failure = asked.failure if asked else None
    return _Checked(f"{directory}{_extent(reading)}", outcome, hints, failure=failure)


def _asked(directory: Path, use_emulator: bool, spec: Spec) -> _Asked:
    from generator.commands.remote import ask_accounts
    from generator.remote.findings import failure, findings

    answers = ask_accounts(spec, use_emulator)
    hint = f"{_count(answers.asked, 'build account')} asked."
    return _Asked(tuple(findings(directory, answers)), hint, failure(answers))


def _read_files(files: Sequence[Path], codes: Sequence[str]) -> _Checked:
    from generator.check.ignoring import without
    from generator.check.scripts import check_scripts
    from generator.check.single import STDIN, check_document

    found: list[Diagnostic] = []
    documents: list[Document] = []
    sources = {}
    for path in files:
        name = STDIN if str(path) == "-" else str(path)
        try:
            content = _content(None if name == STDIN else path)
        except OSError as error:
            found.append(Diagnostic(name, 0, 0, "", f"cannot be read: {error.strerror}."))
            continue
        if name == STDIN or not path.is_file():  # a pipe gives what it has once
            sources[name] = content.decode("utf-8", "replace")
        diagnostics, document = check_document(name, content)
        found += diagnostics
        documents += [document] if document else []
    of_scripts, hints = check_scripts(documents)
    outcome = without({*found, *of_scripts}, codes)
    return _Checked(_count(len(files), "document"), outcome, hints, sources)


def _content(path: Path | None) -> bytes:
    """A file, or standard input, or so much of it as is too much."""
    from generator.source.yaml import MAX_BYTES

    if path is None:
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _show(kind: str, diagnostics: Sequence[Diagnostic], sources: Mapping[str, str], colours: bool | None) -> None:
    from generator.check.formats import formatted

    text = formatted(kind, diagnostics, sources)
    if text:
        click.echo(text, color=colours)


def _extent(reading: Reading) -> str:
    """How much the spec describes; nothing where it is wrong."""
    if reading.spec is None:
        return ""
    environments = reading.spec.environments.values()
    images = {image.name for environment in environments for image in environment.images}
    accounts = {target.account for environment in environments for target in environment.targets}
    return (
        f": {_count(len(environments), 'environment')}, {_count(len(images), 'image')}, "
        f"{_count(len(accounts), 'account')}"
    )


def _counted(diagnostics: Sequence[Diagnostic]) -> str:
    errors = sum(each.severity == "error" for each in diagnostics)
    return f"{_count(errors, 'error')}, {_count(len(diagnostics) - errors, 'warning')}"


def _count(number: int, thing: str) -> str:
    return f"{number or 'no'} {thing}{'' if number == 1 else 's'}"
