"""accounts.lock.yaml: the same text for the same accounts, whatever they are called, and read as it was written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from specs import SMALL, write_spec

from generator.accounts.names import name_of
from generator.accounts.organizations import Member
from generator.accounts.syncing import accounts_text, plan_sync, read_asked
from generator.errors import GoldsmithError, SpecError, UsageError
from generator.render.render import render
from generator.source.report import Report
from generator.source.yaml import parse
from generator.spec import load
from generator.spec.account_entries import is_one_line, one_line
from generator.spec.accounts_lock import SelectWritten, read_accounts_lock

FROM = SMALL["organization.yaml"].replace(
    'accounts: {images-prod: "333333333333", web-prod: "444444444444", data-prod: "555555555555"}',
    'accounts: {from: organizations, ou: workloads, named: {images-prod: "333333333333"}}',
)
IMAGES = Member("333333333333", "Golden images", "workloads/images", {"tier": "own"})
WEB = Member("444444444444", "Web Prod", "workloads/prod", {"tier": "early"})
HOSTILE = [
    '"',
    "'",
    "\\",
    "*a",
    "&a",
    "!!python/object:os.system",
    "{{ x }}",
    "${path.root}",
    "%{ if true }",
    "a: b",
    "- c",
    "#",
    "<<",
    "yes",
    "null",
    "0123",
    "<<EOT",
    "\t",
    "é会😀",
    "\x85",
    "\u2028",
    "a\nb: c",
]
LINES = st.text(max_size=30).filter(is_one_line) | st.sampled_from([each for each in HOSTILE if is_one_line(each)])
KEYS = LINES.filter(bool)


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    directory = write_spec(tmp_path, {"organization.yaml": SMALL["organization.yaml"]})
    (directory / "organization.yaml").write_text(FROM)
    return directory


def sync(spec: Path, *members: Member) -> str:
    """Write what there is, and say what the file was changed for."""
    syncing = plan_sync(read_asked(spec), members)
    syncing.write()
    return str((syncing.joined, syncing.left, syncing.changed))


def test_the_file_names_each_account_in_order(spec: Path) -> None:
    sync(spec, WEB, IMAGES)
    assert (spec / "accounts.lock.yaml").read_text() == (
        "# The accounts that AWS Organizations has, by the names of this spec. "
        "A name stays, whatever an account is called there.\n"
        "# Written by `goldsmith accounts sync`. Commit it.\n"
        "select:\n"
        '  ou: ["workloads"]\n'
        "accounts:\n"
        "  images-prod:\n"
        '    id: "333333333333"\n'
        '    name: "Golden images"\n'
        '    ou: "workloads/images"\n'
        "    tags:\n"
        '      "tier": "own"\n'
        "  web-prod:\n"
        '    id: "444444444444"\n'
        '    name: "Web Prod"\n'
        '    ou: "workloads/prod"\n'
        "    tags:\n"
        '      "tier": "early"\n'
    )


def test_the_spec_has_them_and_renders_as_if_they_were_written_by_hand(spec: Path, tmp_path: Path) -> None:
    sync(spec, IMAGES, WEB, Member("555555555555", "data-prod"))
    loaded = load(spec)
    assert {name: (each.id, each.ou, each.tags) for name, each in loaded.organization.accounts.items()} == {
        "images-prod": ("333333333333", "workloads/images", {"tier": "own"}),
        "web-prod": ("444444444444", "workloads/prod", {"tier": "early"}),
        "data-prod": ("555555555555", "", {}),
    }
    assert render(loaded) == render(load(write_spec(tmp_path / "by-hand")))


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_an_account_is_called_or_tagged_with_is_rendered(spec: Path, tmp_path: Path, text: str) -> None:
    tags = {text: text} if is_one_line(text) else {}
    web = Member(WEB.id, f"Web Prod{text}", "workloads", tags)
    sync(spec, IMAGES, web)
    name = name_of(web)
    (spec / "prod.yaml").write_text(SMALL["prod.yaml"].replace("web-prod", name))
    by_hand = {
        "organization.yaml": SMALL["organization.yaml"].replace("web-prod", name),
        "prod.yaml": SMALL["prod.yaml"].replace("web-prod", name),
    }
    assert render(load(spec)) == render(load(write_spec(tmp_path / "by-hand", by_hand)))


@given(called=st.text(max_size=50), tags=st.dictionaries(KEYS, LINES, max_size=5))
def test_what_is_written_is_read(called: str, tags: Mapping[str, str]) -> None:
    member, report = Member("444444444444", called, "a/b", dict(tags)), Report()
    text = accounts_text(SelectWritten(tags=dict(tags) or None), {"web-prod": member})
    lock = read_accounts_lock(parse("accounts.lock.yaml", text.encode()), report)
    report.stop_on_errors()
    assert lock is not None
    recorded = lock.accounts["web-prod"]
    assert (recorded.name, dict(recorded.tags or {})) == (one_line(called), tags)
    assert dict(lock.select.tags or {}) == tags


def test_what_is_news_is_told(spec: Path) -> None:
    assert sync(spec, IMAGES, WEB) == "(['images-prod', 'web-prod'], [], {})"
    assert sync(spec, IMAGES, WEB) == "([], [], {})"
    renamed = Member(WEB.id, "Shop", "workloads/late", {"tier": "late", "new": "1"})
    data = Member("555555555555", "Data Prod")
    assert sync(spec, renamed, data) == str(
        (
            ["data-prod"],
            ["images-prod"],
            {
                "web-prod": "called 'Shop' now, and keeps its name here; unit 'workloads/prod' -> 'workloads/late'; "
                "tags 'new', 'tier'"
            },
        )
    )


def test_an_account_that_stays_keeps_the_file_as_it_is(spec: Path) -> None:
    sync(spec, WEB, IMAGES)
    assert not plan_sync(read_asked(spec), [IMAGES, WEB]).is_needed
    assert plan_sync(read_asked(spec), [IMAGES]).is_needed


def test_what_organization_yaml_writes_of_an_account_wins(spec: Path) -> None:
    sync(spec, IMAGES, WEB)
    written = FROM.replace('"333333333333"', '{id: "333333333333", ou: elsewhere}')
    (spec / "organization.yaml").write_text(written)
    account = load(spec).organization.accounts["images-prod"]
    assert (account.ou, account.tags) == ("elsewhere", {"tier": "own"})


def test_more_than_a_file_may_hold_is_not_written(spec: Path) -> None:
    tags = {f"{number:03}": "x" * 200 for number in range(50)}
    members = [Member(f"{200000000000 + number}", f"team-{number}", "", tags) for number in range(30)]
    with pytest.raises(GoldsmithError, match=r"262144 bytes.*\nNothing was written\. Ask for fewer accounts"):
        plan_sync(read_asked(spec), members)


def test_a_spec_that_names_its_accounts_has_nothing_to_sync(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="accounts are named there, one by one"):
        read_asked(write_spec(tmp_path))


def test_a_merge_conflict_says_what_settles_it(spec: Path) -> None:
    sync(spec, IMAGES, WEB)
    text = (spec / "accounts.lock.yaml").read_text()
    (spec / "accounts.lock.yaml").write_text(f"<<<<<<< ours\n{text}=======\n{text}>>>>>>> theirs\n")
    with pytest.raises(SpecError, match="Keep either side of each conflict, and run `goldsmith accounts sync`"):
        read_asked(spec)
