"""A review goes out: a job's summary and outputs first, which need no leave of anybody, then the comment."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from generator.review.model import Review
from generator.review.posting.access import conversation_of
from generator.review.posting.actions import outputs_of, write_outputs, write_summary
from generator.review.posting.conversation import Forbidden
from generator.review.posting.persistence import Wait
from generator.review.posting.place import Platform, place_of
from generator.review.posting.sticky import IsMarked, Write, stick


@dataclass(frozen=True)
class Report:
    url: str  # of the comment; empty where none was written
    told: tuple[str, ...] = ()  # what a person should know


def post(
    review: Review,
    write: Write,
    is_marked: IsMarked,
    platform: Platform,
    environment: Mapping[str, str],
    wait: Wait = time.sleep,
) -> Report:
    """Post `write(limit)` as the one comment that bears the mark. Raises PostingError.

    A run on a fork's request has a token that may only read: its review stays in the job's summary, and is told so.
    """
    place = place_of(platform, environment)
    summary = _hand_on(review, write, environment) if platform == "github" else "the job's log"
    if place.number is None:
        return Report("", (f"This run belongs to no pull request: the review is in {summary} alone.",))
    try:
        posted = stick(conversation_of(place, environment), write, is_marked, wait)
    except Forbidden as error:
        if not place.fork:
            raise
        told = f"A fork's request may not be commented on; the review is in {summary}. ({error})"
        return Report("", (told,))
    return Report(posted.url, posted.told)


def _hand_on(review: Review, write: Write, environment: Mapping[str, str]) -> str:
    """Write the summary and the outputs of a job; returns where the review can be read, in words."""
    if environment.get("GITHUB_OUTPUT"):
        write_outputs(Path(environment["GITHUB_OUTPUT"]), outputs_of(review))
    if not environment.get("GITHUB_STEP_SUMMARY"):
        return "the job's log"
    write_summary(Path(environment["GITHUB_STEP_SUMMARY"]), write)
    return "the job's summary"
