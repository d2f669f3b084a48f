"""What is the same in the journals of two rollouts of the same plan, whichever engine took them."""

from __future__ import annotations

from typing import Any

from generator.rollout.ledger import Ledger


def journal_of(ledger: Ledger, id: str) -> dict[str, Any]:
    """Without times, actors, ids and what Terraform's state is called."""
    record = ledger.read(id)
    return {
        "environments": record.environments,
        "waves": [(wave.name, wave.roots) for wave in record.waves],
        "approved": record.approved,
        "commit": record.commit,
        "state": record.state,
        "reason": record.reason,
        "passed": record.passed,
        "waits_for": record.waits_for,
        "roots": [
            (root.root, root.state, root.digest, root.reason, root.cause, root.started is None, root.ended is None)
            for root in ledger.roots(record)
        ],
        "held": [lease.root for lease in ledger.held(record)],
    }
