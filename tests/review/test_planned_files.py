"""Planned files: what is written is read again, shards are put together, and what does not belong is refused."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fleets import fleet_of, plan_of, planned_from, planned_with
from jsonschema import Draft202012Validator

from generator.errors import ReviewError
from generator.review.json_schema import review_schemas
from generator.review.model import Allowance, Planned, Reason, Risk
from generator.review.record import read_planned, write_planned

RISK = Risk("R101", "replaced-key", "block", "prod/a/us-east-1", "aws_kms_key.images", "It is replaced.")


def everything() -> Planned:
    """A plan of each kind, and a root that failed."""
    cases = ["replaced", "moved-and-forgotten", "imported", "sensitive", "output-only", "check-failed", "nothing"]
    cases += ["unknown-inside", "aws-key-replaced", "aws-drifted"]
    roots = [planned_from(plan_of(case), account=case) for case in cases]
    allowed = replace(RISK, allowed=Allowance("it is unused", date(2026, 12, 31)))
    odd = planned_from(plan_of("replaced"), account="with-all", reasons=(Reason("new", "x"),), findings=(RISK, allowed))
    failed = planned_from(None, account="failed", failure="Error: no\nmore")
    return planned_with(odd, failed, *roots, base="b" * 40, unaffected=("dev/x/y",), key="k" * 12)


def written(planned: Planned, file: Path) -> Path:
    write_planned(planned, file)
    return file


def in_order(planned: Planned) -> Planned:
    return replace(planned, roots=tuple(sorted(planned.roots, key=lambda root: root.name)))


def test_what_is_written_is_read_again_and_private(tmp_path: Path) -> None:
    planned = everything()
    file = written(planned, tmp_path / "planned.json")
    assert read_planned([file]) == in_order(planned)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["planned.json"]


def test_the_file_fits_its_schema(tmp_path: Path) -> None:
    validator = Draft202012Validator(review_schemas()["planned"])
    document = json.loads(written(everything(), tmp_path / "planned.json").read_text())
    assert list(validator.iter_errors(document)) == []
    assert list(validator.iter_errors({**document, "version": 2}))


def test_the_same_plan_is_the_same_bytes(tmp_path: Path) -> None:
    files = [written(everything(), tmp_path / name) for name in ("one", "two")]
    assert files[0].read_bytes() == files[1].read_bytes()


def test_shards_are_put_together_whatever_their_order(tmp_path: Path) -> None:
    whole = fleet_of(5)
    parts = [
        written(replace(whole, roots=whole.roots[index::3], shard=(index + 1, 3)), tmp_path / str(index))
        for index in range(3)
    ]
    assert read_planned(parts) == read_planned(parts[::-1]) == whole


def test_a_root_that_one_shard_planned_is_not_unaffected(tmp_path: Path) -> None:
    whole = fleet_of(2)
    names = tuple(root.name for root in whole.roots)
    parts = [
        written(
            replace(whole, roots=(root,), unaffected=(*names, "dev/x/y"), shard=(index + 1, 2)), tmp_path / str(index)
        )
        for index, root in enumerate(whole.roots)
    ]
    assert read_planned(parts).unaffected == ("dev/x/y",)


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"commit": "f" * 40}, "two: has another commit than"),
        ({"base": "f" * 40}, f"two: has another base than {{one}} ({'f' * 40} instead of none)"),
        ({"terraform": "1.12.0"}, "two: has another version of Terraform than {one} (1.12.0 instead of 1.11.4)"),
        ({"chosen": ("--account", "a")}, "two: has another choice of roots than {one} (--account a instead of none)"),
        ({"key": "abc"}, "two: has another digest key than {one} (abc instead of none)"),
        ({"shard": (2, 3)}, "two: has another number of shards than {one} (3 instead of 2)"),
        ({"shard": (1, 2)}, "one: of its plan, 2/2 is missing. Name the files of all 2 shards."),
        ({"roots": fleet_of(1).roots}, "two: prod/team-000/us-east-1 is in {one} too. Name each file once."),
    ],
)
def test_files_that_are_not_of_one_plan_are_refused(tmp_path: Path, members: dict[str, Any], message: str) -> None:
    whole = fleet_of(2)
    one = written(replace(whole, roots=whole.roots[:1], shard=(1, 2)), tmp_path / "one")
    other = replace(whole, **{"roots": whole.roots[1:], "shard": (2, 2), **members})
    with pytest.raises(ReviewError) as caught:
        read_planned([one, written(other, tmp_path / "two")])
    assert message.replace("{one}", str(one)) in str(caught.value)


def test_a_shard_that_is_missing_is_named(tmp_path: Path) -> None:
    file = written(replace(fleet_of(1), shard=(2, 4)), tmp_path / "one")
    with pytest.raises(ReviewError, match=r"one: of its plan, 1/4, 3/4, 4/4 is missing"):
        read_planned([file])


def changed(edit: Callable[[dict[str, Any]], object]) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        document = json.loads(content)
        edit(document)
        return json.dumps(document).encode()

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda _: b"", "is no JSON, so no planned file"),
        (lambda content: content[:1000], "is no JSON, so no planned file"),
        (lambda _: b"\xff\xfe", "is no JSON, so no planned file"),
        (lambda _: b"[]", "is no planned file, which is a JSON object"),
        (lambda _: b"{}", "is a planned file of version None; this Goldsmith reads version 1"),
        (changed(lambda d: d.update(version=2, goldsmith="9.9")), "version 2; this Goldsmith reads version 1. Use the"),
        (changed(lambda d: d.pop("roots")), "is damaged at roots (Field required)"),
        (changed(lambda d: d["roots"][0].pop("region")), "is damaged at roots.0.region (Field required)"),
        (changed(lambda d: d["roots"][0].update(region="eu-west-1")), "is not as it was planned: its digest does not"),
        (changed(lambda d: d["roots"][0].update(failure="x")), "is not as it was planned"),
        (changed(lambda d: d["roots"][0]["plan"]["changes"].pop()), "is not as it was planned"),
        (changed(lambda d: d["roots"][0].update(digest="0" * 64)), "is not as it was planned"),
    ],
)
def test_a_damaged_file_is_refused_with_its_name(
    tmp_path: Path, change: Callable[[bytes], bytes], message: str
) -> None:
    file = written(fleet_of(1), tmp_path / "planned.json")
    file.write_bytes(change(file.read_bytes()))
    with pytest.raises(ReviewError) as caught:
        read_planned([file])
    assert str(caught.value).startswith(f"{file}: ")
    assert message in str(caught.value)
    assert "goldsmith plan --save FILE" in str(caught.value)


def test_a_file_that_is_not_there_or_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReviewError, match="missing: cannot be read"):
        read_planned([tmp_path / "missing"])
    with pytest.raises(ReviewError, match="no planned file was named"):
        read_planned([])
    (tmp_path / "file").write_text("")
    with pytest.raises(ReviewError, match="cannot be written"):
        write_planned(fleet_of(1), tmp_path / "file" / "planned.json")
