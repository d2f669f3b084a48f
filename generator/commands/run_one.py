"""`goldsmith run-one`: one root of a rollout, by one process. What engines start, on whatever machine."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from generator.commands.asked import Asked, Selection, asks
from generator.commands.earlier import at_commit
from generator.commands.fleet import retries_option
from generator.commands.options import json_option
from generator.errors import RolloutError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.commands.recording import Recording
    from generator.commands.session import Session
    from generator.rollout.ledger import Ledger
    from generator.rollout.plan import Wave
    from generator.rollout.record import RolloutRecord, RootRecord


@click.command("run-one")
@click.option("--root", "name", required=True, metavar="ROOT", help="The root: prod/web-prod/us-east-1.")
@click.option("--digest", required=True, metavar="DIGEST", help="Of its plan, as it was approved; the whole of it.")
@click.option(
    "--journal", "url", required=True, metavar="URL", help="The rollout: s3://BUCKET/PREFIX/rollouts/ID, or a folder."
)
@retries_option
@json_option
@asks()
def run_one(asked: Asked, name: str, digest: str, url: str, retries: int, as_json: bool) -> None:
    """Apply one root of a rollout, if its plan is the approved one, and record what came of it.

    A root that is done is left alone, and so is one that another process of the rollout works on: a command that is run
    twice does no harm. `goldsmith rollout next` tells which roots are to be applied. Exit code 1 says that it failed,
    or may not be done.
    """
    from generator.commands.rollout_options import open_ledger
    from generator.commands.session import open_session
    from generator.rollout.places import of_journal_url
    from generator.rollout.record import to_text

    chosen = replace(asked, selection=_selection(name))
    place, id = of_journal_url(url)
    ledger = open_ledger(place, asked.use_emulator)
    record = ledger.read(id)
    if name not in record.roots:
        raise UsageError(f"--root {name}: is no root of rollout {id}. See: goldsmith rollout status {id}")
    try:
        with at_commit(chosen, record.commit if record.to_commit else None) as there:
            session = open_session(there, retries=retries)
            session = replace(session, roots=tuple(root for root in session.roots if root.name == name))
            _run(session, ledger, record, name, digest)
    finally:
        if as_json:
            click.echo(to_text(ledger.root(id, name)), nl=False)


def _selection(name: str) -> Selection:
    """What chooses no more than needed to find the root."""
    parts = name.split("/")
    if len(parts) != 3:
        raise UsageError(f"--root {name}: is no root, which is ENVIRONMENT/ACCOUNT/REGION.")
    environment, account, region = parts
    return Selection((environment,), (account,), (region,))


def _run(session: Session, ledger: Ledger, record: RolloutRecord, name: str, digest: str) -> None:
    from generator.commands.recording import Recording
    from generator.rollout.steps import DONE

    root = ledger.root(record.id, name)
    if root.digest != digest:
        raise RolloutError(
            f"{name}: --digest {digest}: is not what rollout {record.id} has for it, which is the whole of "
            f"{root.digest or 'none'}. See: goldsmith rollout next {record.id}"
        )
    if root.state in DONE:
        click.echo(f"{name}: is {root.state} in rollout {record.id}; nothing is to be done.", err=True)
        return
    recording = Recording(session, ledger, record, None, ledger.roots(record))
    _require_turn(recording, _wave_of(session, record, name), name)
    _apply(session, recording, name, digest)


def _wave_of(session: Session, record: RolloutRecord, name: str) -> Wave:
    from generator.rollout.conductor import plan_of_record

    plan = plan_of_record(session.spec, record)
    return next(wave for wave in plan.waves if any(root.name == name for root in wave.roots))


def _require_turn(recording: Recording, wave: Wave, name: str) -> None:
    """Raise RolloutError where the root may not begin: the rollout has ended, or too many have failed."""
    state = recording.record.state
    if state == "aborted":
        _skip(recording, name, "the rollout was aborted", "")
    if state != "running":
        raise RolloutError(f"{name}: not started; rollout {recording.record.id} has {state}.")
    others = {root: each for root, each in recording.records().items() if root != name}
    why, cause = _others_failed(wave, others)
    if why:
        _skip(recording, name, why, cause)


def _others_failed(wave: Wave, others: Mapping[str, RootRecord]) -> tuple[str, str]:
    """Why no further root of the wave begins, and the first that failed; a root that is tried again does not count."""
    from generator.rollout.steps import TOO_MANY, UNLIKE

    failed = [others[root.name] for root in wave.roots if root.name in others and others[root.name].state == "failed"]
    unlike = [root for root in failed if root.reason == UNLIKE]
    if unlike:
        return UNLIKE, unlike[0].root
    return (TOO_MANY, failed[0].root) if len(failed) > wave.failure_tolerance else ("", "")


def _skip(recording: Recording, name: str, reason: str, cause: str) -> None:
    """Raises RolloutError. One that is under way elsewhere stays as it is."""
    if recording.state(name) not in ("applying", "skipped"):
        recording.bring(name, "skipped", reason=reason, cause=cause)
    raise RolloutError(f"{name}: not started; {reason}{f' ({cause})' if cause else ''}.")


def _apply(session: Session, recording: Recording, name: str, digest: str) -> None:
    from generator.commands import fleet
    from generator.commands.applying import applied_in_words, refuse_partial
    from generator.commands.one_root import roll_root
    from generator.commands.scribe import Scribe
    from generator.rollout.journal import FILE, Journal

    refuse_partial(os.environ)
    lines = Journal(session.state_directory / FILE)
    scribe = Scribe(session, lines, recording.record.commit, recording.record.approved, recording)
    outcomes = fleet.over_roots(
        session,
        lambda terraform: roll_root(session, terraform, scribe, recording, digest),
        role=session.spec.organization.roles.apply,
        after={},
        summary=applied_in_words,
    )
    if any(outcome.state != "done" for outcome in outcomes):
        raise RolloutError(f"{name}: not done in rollout {recording.record.id}.")
