"""A rollout plan for people: a table of its waves, and a graph of what each waits for.

Mermaid's syntax: https://mermaid.js.org/syntax/flowchart.html.
"""

from __future__ import annotations

from datetime import datetime

from rich.table import Table
from rich.text import Text

from generator.review.escaping import label
from generator.review.summary import counted
from generator.rollout.plan import RolloutPlan, Wave
from generator.rollout.timeline import Timeline, WaveTime
from generator.rollout.words import begin_in_words, conditions, lasting

ROOTS = 3  # of a wave that are named
LABEL = 200  # characters of a label in the graph


def waves_table(plan: RolloutPlan, times: Timeline, now: datetime) -> Table:
    """A row for each wave, in the order in which they come; columns that would tell nothing are left out."""
    named = {wave.id: wave for wave in plan.waves}
    rows = [
        {
            "Wave": wave.id,
            "Waits for": "\n".join(waited_for(named[each]) for each in wave.after) or "-",
            "Roots": roots_in_words(wave),
            "At once": str(wave.concurrency()),
            "May fail": str(wave.failure_tolerance),
            "Takes": _takes(times.waves[wave.id]),
            "Not before": _begins(times, wave, now),
        }
        for wave in plan.waves
    ]
    names = [name for name in rows[0] if any(row[name] for row in rows)]
    table = Table(title="Rollout", title_justify="left")
    for name in names:
        table.add_column(name, overflow="fold", justify="right" if name in ("At once", "May fail") else "left")
    for row in rows:
        table.add_row(*(Text(row[name]) for name in names))
    return table


def _takes(time: WaveTime) -> str:
    return "" if time.seconds is None else lasting(time.seconds)


def _begins(times: Timeline, wave: Wave, now: datetime) -> str:
    """Empty where it would be now since nothing is known of what comes before."""
    time = times.waves[wave.id]
    return begin_in_words(time, now) if times.is_estimated or time.frozen or time.begins != now else ""


def waited_for(wave: Wave) -> str:
    """`prod/canaries: 30 minutes, verify`."""
    return f"{wave.id}: {', '.join(conditions(wave))}" if conditions(wave) else wave.id


def roots_in_words(wave: Wave) -> str:
    """`2: web-prod/us-east-1, data-prod/us-east-1`; of many the first few."""
    names = [f"{root.account.name}/{root.region}" for root in wave.roots[:ROOTS]]
    more = len(wave.roots) - ROOTS
    return f"{len(wave.roots):,}: {', '.join(names)}" + (f" and {more:,} more" if more > 0 else "")


def graph(plan: RolloutPlan) -> str:
    """The waves as a flowchart of Mermaid: each with its roots, and on its arrows what comes before the next."""
    nodes = {wave.id: f"w{number}" for number, wave in enumerate(plan.waves)}
    lines = ["flowchart TD"]
    for number, environment in enumerate(plan.environments):
        lines.append(f"  subgraph e{number}[{label(environment, LABEL)}]")
        for wave in plan.waves:
            if wave.environment == environment:
                lines.append(f"    {nodes[wave.id]}[{label(_node(wave), LABEL)}]")
        lines.append("  end")
    named = {wave.id: wave for wave in plan.waves}
    for wave in plan.waves:
        lines += [_arrow(nodes[each], nodes[wave.id], named[each]) for each in wave.after]
    for wave in plan.last:
        if conditions(wave):
            lines.append(_arrow(nodes[wave.id], "done([done])", wave))
    return "\n".join(lines) + "\n"


def _node(wave: Wave) -> str:
    name = wave.id.removeprefix(f"{wave.environment}/")
    return (
        f"{name}: {counted(len(wave.roots), 'root')}, {wave.concurrency()} at once, {wave.failure_tolerance} may fail"
    )


def _arrow(begin: str, end: str, passed: Wave) -> str:
    words = ", ".join(conditions(passed))
    return f"  {begin} -->|{label(words, LABEL)}| {end}" if words else f"  {begin} --> {end}"
