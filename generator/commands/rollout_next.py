"""`goldsmith rollout next`: what is to be done next in a rollout, for engines that take one step at a time."""

from __future__ import annotations

import os
from builtins import next as next_of  # the command has its name
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.commands.asked import Asked, asks
from generator.commands.earlier import at_commit
from generator.commands.options import json_option
from generator.commands.rollout_options import require_waves, rollouts_option
from generator.commands.rollout_run import approve_option
from generator.errors import UsageError

if TYPE_CHECKING:
    from generator.commands.recording import Recording
    from generator.commands.rolling import RecordedRollout
    from generator.commands.session import Session
    from generator.rollout.ledger import Ledger
    from generator.rollout.next_document import NextDocument
    from generator.rollout.plan import RolloutPlan
    from generator.rollout.record import RolloutRecord
    from generator.rollout.steps import Step

_TRIES = 4  # to settle a wave while others write of its roots


@click.command("next")
@click.argument("id", metavar="ID")
@approve_option
@click.option(
    "--resume", "again", is_flag=True, help="Go on with a rollout that failed: what failed in it is applied again."
)
@click.option(
    "--settled",
    metavar="WAVE",
    help="The workers of this wave have all ended: roots that they have left unfinished count as failed.",
)
@click.option(
    "--manifest",
    metavar="FILE",
    help="Write the roots to be applied, with what `run-one` needs of each, as a JSON array: to a file, or s3://BUCKET/KEY.",
)
@click.option(
    "--answer",
    metavar="FILE",
    help="Write what --json prints, without the roots, for a state machine to read: to a file, or s3://BUCKET/KEY.",
)
@rollouts_option
@json_option
@asks()
def next(
    id: str,
    approvals: tuple[str, ...],
    again: bool,
    settled: str | None,
    manifest: str | None,
    answer: str | None,
    place: str | None,
    as_json: bool,
    asked: Asked,
) -> None:
    """Say what is to be done next in a rollout: apply roots, wait, or nothing more.

    What can be done here is done first: failures are counted, gates are passed, and what a failure stops is skipped.
    Asked again while nothing has changed, it says the same. The roots are then applied with `goldsmith run-one`, each
    once, as many at once as it says, on whatever machines.
    """
    from generator.commands.manifest import write_manifest
    from generator.commands.rollout_options import default_place, open_ledger
    from generator.commands.rollout_resume import require_approved
    from generator.commands.session import open_session, state_directory_of
    from generator.rollout import next_document
    from generator.rollout.conductor import plan_of_record
    from generator.rollout.places import journal_url

    where = place or default_place(state_directory_of(os.environ), asked.use_emulator)
    ledger = open_ledger(where, asked.use_emulator)
    record = ledger.read(ledger.find(id))
    require_waves(approvals, [wave.name for wave in record.waves])
    require_approved(record, {root.root: root.digest for root in ledger.roots(record)})
    roots = () if settled is None else _roots_of(record, settled)
    again = again and record.state == "failed"
    goes_on = again or (record.state == "failed" and record.waits_for in approvals)
    address = journal_url(where, record.id)
    if record.state == "running" or goes_on:
        with at_commit(asked, record.commit if record.to_commit else None) as there:
            session = open_session(there)
            plan = plan_of_record(session.spec, record)
            rollout = _opened(session, ledger, record, approvals, there.spec_directory, again=again)
            # The rollout last: where this is cut off in between, it has failed still, and is taken up once more.
            if again:
                rollout.recording.take_up()
            if goes_on:
                rollout.recording.reopen()
            _settle(rollout.recording, roots)
            document = _step(rollout, plan, address)
    else:
        document = next_document.ended(record, address)
    if manifest is not None:
        write_manifest("--manifest", manifest, next_document.manifest(document), _environment(asked))
    if answer is not None:
        write_manifest("--answer", answer, next_document.without_roots(document), _environment(asked))
    click.echo(next_document.as_text(document) if as_json else _in_words(document), nl=not as_json)


def _environment(asked: Asked) -> Mapping[str, str]:
    """What an AWS client is made by, as for the journal."""
    from generator.commands.session import aws_environment, state_directory_of
    from generator.emulator.process import ensure_started

    state_directory = state_directory_of(os.environ)
    return aws_environment(os.environ, ensure_started(state_directory / "emulator") if asked.use_emulator else None)


def _opened(
    session: Session,
    ledger: Ledger,
    record: RolloutRecord,
    approvals: Collection[str],
    spec_directory: Path,
    *,
    again: bool,
) -> RecordedRollout:
    from generator.commands.gates import Gates
    from generator.commands.recording import Recording
    from generator.commands.rolling import RecordedRollout

    session = replace(session, roots=tuple(root for root in session.roots if root.name in record.roots))
    recording = Recording(session, ledger, record, None, ledger.roots(record))
    gates = Gates(session, recording, spec_directory, approvals, "rollout next", follows=False, again=again)
    return RecordedRollout(recording, gates)


def _roots_of(record: RolloutRecord, wave: str) -> tuple[str, ...]:
    """Raises UsageError for a wave that the rollout does not have."""
    roots = next_of((each.roots for each in record.waves if each.name == wave), None)
    if roots is None:
        raise UsageError(f"--settled {wave}: is no wave of rollout {record.id}.")
    return roots


def _settle(recording: Recording, roots: Collection[str]) -> None:
    """Have what no worker finished count as failed, unless one is at it after all."""
    from generator.rollout.steps import SETTLED

    for root in roots:
        if recording.state(root) in SETTLED:
            continue
        with recording.work(root).kept_off() as is_left:
            if recording.read(root).state not in SETTLED and is_left:
                recording.bring(root, "failed", reason="its worker did not finish it")


def _step(rollout: RecordedRollout, plan: RolloutPlan, address: str) -> NextDocument:
    """What can be done here is done; what is left is returned."""
    from generator.commands.rolling import outcome
    from generator.rollout import next_document
    from generator.rollout.conductor import RolloutStoppedError, refuse_frozen_for_ever

    recording = rollout.recording
    try:
        step = _settled_anew(plan, rollout)
        refuse_frozen_for_ever(step)
    except RolloutStoppedError as error:
        click.echo(str(error), err=True)
        recording.stop(error.reason, error.waits_for)
        return next_document.ended(recording.ledger.read(recording.record.id), address)
    if step.do == "done":
        outcome(recording)
        return next_document.ended(recording.ledger.read(recording.record.id), address)
    if step.do == "apply":
        return next_document.to_apply(step, rollout.records(), recording.record.id, address)
    return next_document.to_wait(step, _now(), recording.record.id, address)


def _settled_anew(plan: RolloutPlan, rollout: RecordedRollout) -> Step:
    """From what is on record by then, where a worker or another `next` writes meanwhile."""
    from generator.rollout.conductor import settled_step
    from generator.rollout.store import ConflictError

    for _ in range(_TRIES):
        try:
            return settled_step(plan, rollout, _now)
        except ConflictError:
            rollout.recording.refresh()
    return settled_step(plan, rollout, _now)


def _now() -> datetime:
    return datetime.now(UTC)


def _in_words(document: NextDocument) -> str:
    match document.do:
        case "apply":
            lines = [f"{each.root} {each.digest}" for each in document.roots]
            told = f"{document.wave}: apply {len(lines)} roots, {document.max_concurrent} at once"
            return "\n".join([told, f"journal {document.journal}", *lines])
        case "wait":
            return f"{document.wave}: wait until {document.until}: {document.reason}"
        case "done":
            return f"{document.rollout}: succeeded."
        case "stop":
            return f"{document.rollout}: stopped: {document.reason}"
