"""The page as text: whole by itself, and nothing that somebody else wrote is more than text in it."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from fleet_of_300 import fleet_of_300
from hostile_text import texts
from hypothesis import HealthCheck, given, settings
from made import change, review, root
from situations import SITUATIONS, hostile

from generator.review.page import page


class Reader(HTMLParser):
    """The tags of a page with the names of their attributes, its ids and links, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: Counter[str] = Counter()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[f"{tag} {sorted(name for name, _ in attrs)}"] += 1
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts.filter(bool))
def test_hostile_text_makes_no_tag_and_no_attribute(text: str) -> None:
    assert_harmless(page(hostile(text)))


@pytest.mark.parametrize("text", ["x" * 2**20, "</pre></details>\n" * 2**15, '"><script>' * 2**15])
def test_a_text_of_a_mebibyte_is_no_other(text: str) -> None:
    written = page(hostile(text))
    assert_harmless(written)
    assert len(written) < 400_000


def assert_harmless(written: str) -> None:
    plain = ("span [", "code []", "br []")  # as many as there are lines, parts of messages, and words in backticks
    found, like = (
        {tag: count for tag, count in Reader(each).tags.items() if not tag.startswith(plain)}
        for each in (written, page(hostile("plain")))
    )
    assert found == like
    body = written[written.index("<body>") : written.index("<script>")]
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", body)


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_page_loads_nothing_and_leads_only_into_itself(name: str) -> None:
    written = page(SITUATIONS[name]())
    read = Reader(written)
    assert {link[:1] for link in read.links} == {"#"}
    assert {link[1:] for link in read.links} <= set(read.ids)
    assert [each for each, count in Counter(read.ids).items() if count > 1] == []
    assert "default-src &#39;none&#39;" in written
    assert not re.search(r"url\(|@import|https?://", written)


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_page_tells_every_root_and_the_same_review_gives_the_same_page(name: str) -> None:
    made = SITUATIONS[name]()
    written = page(made)
    assert {f"root-{each.name}" for each in made.planned.roots} <= set(Reader(written).ids)
    assert written == page(SITUATIONS[name]())


def test_a_page_names_what_applies_it_only_where_that_may_be_applied() -> None:
    told = {name: "goldsmith apply --" in page(make()) for name, make in SITUATIONS.items()}
    assert {name for name, is_told in told.items() if not is_told} == {"no_changes", "blocked", "failed"}


def test_diffs_beyond_what_a_browser_shows_are_counted() -> None:
    groups = [
        [root(f"prod/app-{number}/us-east-1", [change(f"aws_thing.a{line}") for line in range(3_000)])]
        for number in range(40)
    ]
    written = page(review(groups))
    assert written.count("… and 1,000 more changes") == 29
    assert "And 11 more groups, too long for one page." in written


def test_a_page_of_a_fleet_stays_small() -> None:
    assert len(page(fleet_of_300())) < 400_000
