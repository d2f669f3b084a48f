"""What was approved is what is applied: a fresh plan held against a digest, and against what was reviewed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from generator.errors import ReviewError
from generator.git import GitError, open_repository
from generator.review.difference import fleet_differences
from generator.review.digest import fleet_digest, is_named_by, short
from generator.review.model import Planned, PlannedRoot, Risk
from generator.review.summary import counted, signed
from generator.review.visible import visible

LINES = 20  # of a difference that are told
AGAIN = "Nothing was applied. Plan and review again: goldsmith review"


def require_reviewed(given: str, reviewed: Planned) -> None:
    """Raise ReviewError unless the digest that was approved is that of what was reviewed."""
    digest = fleet_digest(reviewed.roots)
    if not digest:
        failed = [root.name for root in reviewed.roots if root.state == "failed"]
        raise ReviewError(f"{', '.join(failed[:3])}: failed in the review, so it has no digest to approve. {AGAIN}")
    if not is_named_by(digest, given):
        raise ReviewError(
            f"{short(given)}: was approved, and the planned files are of a review with the digest {short(digest)}. "
            f"Name the files of the review that was approved. {AGAIN}"
        )


def require_approved(given: str, fresh: Planned, reviewed: Planned | None) -> None:
    """Raise ReviewError, with the difference in words, unless a fresh plan is what was approved.

    With what was `reviewed`, some of its roots may be planned alone, each held to its own digest. Without it the
    digest is of all roots of `fresh` together.
    """
    if reviewed is None:
        if not is_named_by(fleet_digest(fresh.roots), given):
            raise ReviewError(_unlike_the_digest(given, fresh))
        return
    require_reviewed(given, reviewed)
    digests = {root.name: root.digest for root in reviewed.roots}
    if any(not root.digest or digests.get(root.name) != root.digest for root in fresh.roots):
        lines = fleet_differences(reviewed, fresh)
        more = [f"and {len(lines) - LINES} more differences"] if len(lines) > LINES else []
        told = "\n".join(f"  {line}" for line in [*lines[:LINES], *more])
        raise ReviewError(f"{short(given)}: was approved, and the plan is another now:\n{told}\n{AGAIN}")


def refuse_blocked(risks: Collection[Risk]) -> None:
    """Raise ReviewError where a risk blocks: an approval does not let it through, an entry of the spec does."""
    blocking = [risk for risk in risks if risk.blocks]
    if not blocking:
        return
    lines = [f"  {risk.root}: {risk.code} {risk.name}: {_place(risk)}{visible(risk.message)}" for risk in blocking]
    more = [f"  and {len(lines) - LINES} more"] if len(lines) > LINES else []
    raise ReviewError(
        "\n".join(
            [
                f"what was approved is blocked by {counted(len(blocking), 'risk')}:",
                *lines[:LINES],
                *more,
                "Change the spec, or let it through by an entry under `allow`, with a reason and a day; "
                f"`goldsmith explain {blocking[0].code}` tells more. {AGAIN}",
            ]
        )
    )


def require_all_reviewed(reviewed: Planned, names: Collection[str]) -> None:
    """Raise ReviewError where a root is asked for that was not reviewed."""
    missing = sorted(set(names) - {root.name for root in reviewed.roots})
    if missing:
        raise ReviewError(f"{', '.join(missing[:3])}: not in the planned files, so not reviewed. {AGAIN}")


def require_commit(reviewed: str, folders: Sequence[Path]) -> str:
    """Raise ReviewError where the work tree is not what was reviewed: another commit, or changes beside it.

    Another commit with the same content of `folders` passes (a merge, a squash); returned is what to tell of it,
    empty where there is nothing to tell.
    """
    try:
        repository = open_repository(folders[0])
        if repository.is_changed(folder.resolve() for folder in folders):
            named = ", ".join(str(folder) for folder in folders)
            raise ReviewError(f"{named}: holds changes that are not committed, so they were not reviewed. {AGAIN}")
        head, wanted = repository.commit("HEAD") or "", repository.commit(reviewed)
        if wanted is None:
            return f"{reviewed[:12]} was reviewed; this clone does not have it, so the digest alone tells."
        if head == wanted:
            return ""
        moved = repository.differing(wanted, head, folders)
    except GitError as error:
        raise ReviewError(
            f"{reviewed[:12]}: was reviewed, and git cannot tell what is here ({error}). {AGAIN}"
        ) from error
    if moved:
        more = f" and {len(moved) - 3} more" if len(moved) > 3 else ""
        raise ReviewError(
            f"{reviewed[:12]}: was reviewed, and the commit is {head[:12]} now, which differs in "
            f"{', '.join(moved[:3])}{more}. {AGAIN}"
        )
    return f"{reviewed[:12]} was reviewed; {head[:12]} has the same content."


def _unlike_the_digest(given: str, fresh: Planned) -> str:
    digest = fleet_digest(fresh.roots)
    head = f"{short(given)}: was approved, and the plan of these {len(fresh.roots)} roots has "
    head += f"the digest {short(digest)}" if digest else "no digest, since a root failed"
    lines = [f"  {_described(root)}" for root in fresh.roots[:LINES]]
    if len(fresh.roots) > LINES:
        lines.append(f"  and {len(fresh.roots) - LINES} more roots")
    return "\n".join(
        [
            f"{head}:",
            *lines,
            "A digest is of the roots that were planned together: ask for the same environments, with the same "
            "--changed. To see what differs, name the files that `goldsmith plan --save` wrote for the review: "
            "--planned FILE.",
            AGAIN,
        ]
    )


def _place(risk: Risk) -> str:
    return f"{visible(risk.address)}: " if risk.address else ""


def _described(root: PlannedRoot) -> str:
    if root.plan is None:
        return f"{root.name}: failed: {root.failure.splitlines()[0]}"
    return f"{root.name}: {short(root.digest)} {signed(root.plan.counts) if not root.plan.is_empty else 'no changes'}"
