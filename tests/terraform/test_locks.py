"""What Terraform's lock of a state says, and what an error says that quotes it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from generator.terraform.adapter import Result
from generator.terraform.failures import RunFailedError
from generator.terraform.locks import StateLock, lock_in_error, lock_in_words, lock_of_text

ID = "5a0f1d2c-6d0c-4a4a-9a5e-1f2f3b4c5d6e"
CREATED = datetime(2026, 3, 1, 12, 0, 7, tzinfo=UTC)
LOCK = StateLock(ID, "ada@ci-7", "Apply", "1.11.4", CREATED)
OBJECT = (
    f'{{"ID":"{ID}","Operation":"OperationTypeApply","Info":"","Who":"ada@ci-7","Version":"1.11.4",'
    '"Created":"2026-03-01T12:00:07.123456789Z","Path":"states/prod/web/us-east-1/terraform.tfstate"}'
)
ERROR = f"""Error acquiring the state lock
Error message: operation error S3: PutObject, https response error StatusCode: 412, api error PreconditionFailed
Lock Info:
  ID:        {ID}
  Path:      states/prod/web/us-east-1/terraform.tfstate
  Operation: OperationTypeApply
  Who:       ada@ci-7
  Version:   1.11.4
  Created:   2026-03-01 12:00:07.123456789 +0000 UTC
  Info:\x20\x20\x20\x20\x20\x20

Terraform acquires a state lock to protect the state from being written
by multiple users at the same time.
"""
ROOT = "prod/web/us-east-1"


def test_a_lock_says_the_same_in_its_object_and_in_an_error() -> None:
    assert lock_of_text(OBJECT) == lock_in_error(ERROR) == LOCK
    assert LOCK.host == "ci-7"
    assert lock_in_error("Error acquiring the state lock") is None


@pytest.mark.parametrize("text", ["", "no json", "[]", '{"Created": "2026-13-01T00:00:00Z"}'])
def test_a_lock_that_nobody_can_read_is_one_all_the_same(text: str) -> None:
    lock = lock_of_text(text)
    assert lock == StateLock("", "", "", "", None)
    assert lock_in_words(lock, CREATED) == "locked by somebody"


def test_a_lock_is_told_with_its_owner_and_age() -> None:
    now = datetime(2026, 3, 1, 15, 0, 7, tzinfo=UTC)
    assert lock_in_words(LOCK, now) == f"locked by ada@ci-7 3 h ago (apply, Terraform 1.11.4, lock {ID})"


def test_a_failure_by_a_lock_says_whose_it_is_and_how_to_go_on() -> None:
    events = ({"diagnostic": {"severity": "error", "summary": "Error acquiring the state lock", "detail": ERROR}},)
    failed = str(RunFailedError(ROOT, Result("plan", 1, events, "", "", 1.0), Path("log")))
    assert "What to do: the state is locked by ada@ci-7 " in failed
    assert f"goldsmith rollout history --root {ROOT}; goldsmith rollout unlock ID --confirm" in failed
    here = str(RunFailedError(ROOT, Result("plan", 1, events, "", "", 1.0), Path("log"), running="process 4711"))
    assert "That is process 4711 on this machine: wait for it to end" in here
    assert "--confirm" not in here
