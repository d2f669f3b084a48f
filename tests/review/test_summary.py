"""What is told of a review in one line."""

from __future__ import annotations

import shlex

import made

from generator.commands.asked import Selection
from generator.review.summary import apply_words


def test_the_command_to_apply_chooses_the_roots_that_were_reviewed() -> None:
    selection = Selection(environments=("prod",), accounts=("web prod", "data"), regions=("eu-central-1",))
    roots = [made.root("prod/data/eu-central-1", [made.log_group()])]
    review = made.review([roots], base="b" * 40, chosen=selection.options)
    assert shlex.split(apply_words(review)) == [
        *("goldsmith", "apply", "--changed", "b" * 40),
        *("--account", "web prod", "--account", "data", "--region", "eu-central-1"),
        *("--approved", review.digest, "prod"),
    ]


def test_a_whole_fleet_needs_no_choice() -> None:
    review = made.review([[made.root("prod/data/eu-central-1", [made.log_group()])]], chosen=Selection().options)
    assert apply_words(review) == f"goldsmith apply --approved {review.digest} prod"
