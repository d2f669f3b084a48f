"""Terraform's own locks of a rollout's states, for the commands that tell of them and remove them."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from generator.aws import caller_client
from generator.commands.session import aws_environment, data_directory_of, state_directory_of
from generator.errors import JournalError
from generator.rollout.holders import described
from generator.rollout.leases import read_lease, stands
from generator.rollout.state_locks import RootLock, StateLocks
from generator.terraform.adapter import CancelledError
from generator.terraform.living import lives, mark_of, told_process
from generator.terraform.locks import age, lock_in_words

if TYPE_CHECKING:
    from generator.commands.session import Session
    from generator.rollout.record import RolloutRecord
    from generator.rollout.store import Store
    from generator.terraform.root import Terraform

PATIENCE = timedelta(minutes=10)
LOOK_SECONDS = 5.0  # a request to S3 each time


def locks_of(record: RolloutRecord, use_emulator: bool) -> StateLocks | None:
    """Of the bucket that a rollout's states are in; None where its record does not name it. Raises AwsError."""
    from generator.emulator.process import ensure_started

    if not record.state_bucket:
        return None
    directory = state_directory_of(os.environ) / "emulator"
    variables = aws_environment(os.environ, ensure_started(directory) if use_emulator else None)
    return StateLocks(caller_client("s3", variables, record.state_region or None), record.state_bucket)


def told(held: RootLock, now: datetime, use_emulator: bool) -> str:
    """Who has the lock, for how long, and whether a Terraform of the root lives on this machine."""
    here = f"; {living_here(held.root, use_emulator)}" if lives(_mark(held.root, use_emulator)) else ""
    return f"{held.root}: its state is {lock_in_words(held.lock, now)}{here}"


def living_here(root: str, use_emulator: bool) -> str:
    return f"a Terraform of it runs on this machine ({told_process(_mark(root, use_emulator))})"


def require_dead(
    locks: Sequence[RootLock], record: RolloutRecord, store: Store, now: datetime, use_emulator: bool
) -> None:
    """Raise JournalError where somebody may be at work under one of the locks."""
    for held in locks:
        if lives(_mark(held.root, use_emulator)):
            raise JournalError(
                f"{held.root}: {living_here(held.root, use_emulator)}, so its lock is not removed. Wait for its end; "
                "`goldsmith rollout resume` does so by itself."
            )
        lease = read_lease(store, held.root)
        if lease is not None and lease.rollout != record.id and stands(lease, now):
            raise JournalError(f"{held.root}: {described(lease, now)}: its state's lock is that one's.")


def wait_for_state(session: Session, terraform: Terraform) -> None:
    """Let whoever may still work on the state of a root come to an end, when the run that began it has died.

    On this machine that is certain, and waited for as long as a run may take. On another one, a lock may be of a run
    that lives or of a dead one, so it is waited for PATIENCE at most; planning then fails, and says whose lock it is.
    Raises TerraformError, CancelledError, AwsError.
    """
    terraform.wait_for_outliving()
    name, state = terraform.root.name, session.spec.organization.state
    locks = StateLocks(caller_client("s3", session.environment, state.region, patient=True), state.bucket)
    deadline = time.monotonic() + PATIENCE.total_seconds()
    is_told = False
    while (held := locks.read(name)) and held.lock.host != socket.gethostname() and time.monotonic() < deadline:
        if not is_told:
            words = lock_in_words(held.lock, datetime.now(UTC))
            terraform.retries.tell(f"{name}: its state is {words}; waits for up to {age(PATIENCE)}")
            is_told = True
        if terraform.cancellation.wait(LOOK_SECONDS):
            raise CancelledError(f"{name}: not planned; the command was interrupted.")


def _mark(root: str, use_emulator: bool) -> Path:
    return mark_of(data_directory_of(state_directory_of(os.environ), root, use_emulator))
