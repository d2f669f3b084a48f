"""Writes what rollouts cost on paper into docs/many-accounts.md: python docs/generate_costs.py"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from generator.affected.shards import shard_count
from generator.rollout.shards import divide

PAGE = Path(__file__).parent / "many-accounts.md"
BEGIN, END = "<!-- begin: costs -->\n", "<!-- end -->"

# Seconds of one core. Both are of the embedded AWS, which answers at once; docs/performance.md has what was measured.
ROOT = 11.0  # of a root in a rollout: planned again, applied, verified
PLAN = 3.2  # of a root that is planned and has changes: 63.0 s for 20

# Seconds until a job has its checkout, Goldsmith, Terraform and the provider, and a build its image: taken, not
# measured.
JOB_START, BUILD_START = 60, 60
CORES = 2  # of a GitHub runner for Linux, of a build of general1.small, and of the machine that is told of

# Dollars. The page has their sources.
GITHUB_MINUTE, BUILD_MINUTE = 0.006, 0.005
TRANSITION, WRITE, READ = 0.025 / 1000, 0.005 / 1000, 0.0004 / 1000

WRITES_PER_ROOT = 15  # of the record, the leases, Terraform's state and its lock
TRANSITIONS_PER_ROOT, TRANSITIONS_PER_STEP = 2, 5


class Wave(NamedTuple):
    roots: int
    at_once: int


# As the page's example makes them: what `goldsmith rollout prod --preview` shows.
ALL = (Wave(3, 1), Wave(47, 3), Wave(20, 2), Wave(45, 3), Wave(225, 12), Wave(160, 9), Wave(1, 1))
CHANGED = (Wave(1, 1), Wave(18, 1), Wave(1, 1))


def count(waves: Sequence[Wave]) -> int:
    return sum(wave.roots for wave in waves)


def minutes(seconds: float) -> int:
    """As they are paid: each begun one."""
    return math.ceil(seconds / 60)


def planning(waves: Sequence[Wave]) -> int:
    """Paid minutes of the jobs that plan for a review: shards, then one that reviews."""
    roots = count(waves)
    shards = shard_count(roots, None)
    return shards * minutes(JOB_START + math.ceil(roots / shards) * PLAN / CORES) + minutes(JOB_START)


def on_github(waves: Sequence[Wave]) -> int:
    """Paid minutes of the jobs of a rollout: begin, which plans all; for each wave next, its shards and again; next."""
    begin = minutes(JOB_START + count(waves) * PLAN / CORES)
    return begin + sum(map(_wave_on_github, waves)) + minutes(JOB_START + 1)


def _wave_on_github(wave: Wave) -> int:
    shards = divide([f"prod/team-{number:03}/us-east-1" for number in range(wave.roots)], wave.at_once)
    seconds = [JOB_START + len(part) * ROOT / min(CORES, shards.at_once) for part in shards.parts]
    return sum(map(minutes, seconds)) + minutes(JOB_START + 1) + 1


def in_builds(waves: Sequence[Wave]) -> int:
    """Paid minutes of a build for each root, one behind each wave, and the one that begins."""
    return count(waves) * minutes(BUILD_START + ROOT) + (len(waves) + 1) * minutes(BUILD_START + 1)


def transitions(waves: Sequence[Wave]) -> float:
    return count(waves) * TRANSITIONS_PER_ROOT + (len(waves) + 1) * TRANSITIONS_PER_STEP


def journal(waves: Sequence[Wave]) -> float:
    """Dollars of S3; each worker reads the records of all roots once."""
    roots = count(waves)
    return roots * WRITES_PER_ROOT * WRITE + roots * roots * READ


def here(waves: Sequence[Wave]) -> float:
    """Seconds on one machine, by what its cores do."""
    return sum(wave.roots * ROOT / min(CORES, wave.at_once) for wave in waves)


def figures(waves: Sequence[Wave]) -> Mapping[str, str]:
    built = in_builds(waves) * BUILD_MINUTE + transitions(waves) * TRANSITION
    return {
        "CPU of planning, once": _time(count(waves) * PLAN),
        "CPU of the rollout": _time(count(waves) * ROOT),
        "`local`: a machine of 2 cores has to work for": _time(here(waves)),
        "a review on GitHub": f"{planning(waves)} minutes, {_dollars(planning(waves) * GITHUB_MINUTE)}",
        "`github`": f"{on_github(waves)} minutes, {_dollars(on_github(waves) * GITHUB_MINUTE)}",
        "`stepfunctions`, with CodeBuild": f"{in_builds(waves)} minutes, {_dollars(built)}",
        "of that, Step Functions": _dollars(transitions(waves) * TRANSITION),
        "the journal in S3, with every engine": _dollars(journal(waves)),
    }


def _time(seconds: float) -> str:
    return f"{seconds / 3600:.1f} h" if seconds >= 3600 else f"{math.ceil(seconds / 60)} min"


def _dollars(amount: float) -> str:
    return f"{amount:.2f} USD" if amount >= 0.01 else "less than 0.01 USD"


def table() -> str:
    some, every = figures(CHANGED), figures(ALL)
    heads = [f"{count(waves)} roots in {len(waves)} waves" for waves in (CHANGED, ALL)]
    return f"| | {heads[0]} | {heads[1]} |\n|---|---|---|\n" + "".join(
        f"| {name} | {some[name]} | {every[name]} |\n" for name in every
    )


def generated(page: str) -> str:
    """The page with its table as the constants are now."""
    head, rest = page.split(BEGIN)
    return head + BEGIN + table() + END + rest.split(END, 1)[1]


if __name__ == "__main__":
    PAGE.write_text(generated(PAGE.read_text("utf-8")), "utf-8")
