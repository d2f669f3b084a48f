"""Which risks the spec lets through, and what is told of entries that let nothing through."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from generator.review.model import Allowance, Planned, PlannedRoot, Risk
from generator.review.risks import find_risks
from generator.spec.model_allowances import AllowedRisk
from generator.terraform.plans import Plan, ResourceChange

TODAY = date(2026, 11, 1)
KEY = 'module.keys["a[0]"].aws_kms_key.this'
ENTRY = AllowedRisk("R103", "*", "the key moves", date(2026, 11, 1), place="environments/prod.yaml:9:5")


def root(environment: str = "prod", account: str = "web-prod", *addresses: str, failure: str = "") -> PlannedRoot:
    name = f"{environment}/{account}/us-east-1"
    findings = tuple(Risk("R103", "key-lost", "block", name, address, "the key is deleted.") for address in addresses)
    plan = Plan(name, tuple(ResourceChange(address, "aws_kms_key", ("delete",)) for address in addresses))
    return PlannedRoot(
        name=name,
        environment=environment,
        account=account,
        account_id="444444444444",
        region="us-east-1",
        kind="target",
        state_key=f"{name}.tfstate",
        plan=None if failure else plan,
        failure=failure,
        findings=findings,
    )


def judged(*entries: AllowedRisk, roots: tuple[PlannedRoot, ...] = (root("prod", "web-prod", KEY),)) -> list[Risk]:
    return list(find_risks(Planned(roots), entries, TODAY))


def test_a_risk_blocks_until_an_entry_lets_it_through() -> None:
    assert [risk.blocks for risk in judged()] == [True]
    (risk,) = judged(ENTRY)
    assert not risk.blocks
    assert risk.allowed == Allowance("the key moves", date(2026, 11, 1))


def test_on_the_next_day_it_blocks_again_and_the_entry_is_told() -> None:
    blocking, told = judged(replace(ENTRY, until=date(2026, 10, 31)))
    assert blocking.blocks
    assert (told.code, told.level, told.root) == ("R001", "warn", "")
    assert told.message == "environments/prod.yaml:9:5: R103 was let through until 2026-10-31, and is still found."


def test_of_several_entries_the_one_that_holds_longest_counts() -> None:
    longer = replace(ENTRY, until=date(2026, 12, 1), reason="and the other key too")
    (risk,) = judged(ENTRY, longer)
    assert risk.allowed == Allowance("and the other key too", date(2026, 12, 1))


def test_an_entry_is_for_one_code_environment_root_and_address() -> None:
    for other in (
        replace(ENTRY, code="R105"),
        replace(ENTRY, environment="dev"),
        replace(ENTRY, root="prod/images-prod/*"),
        replace(ENTRY, address="aws_kms_key.this"),
        replace(ENTRY, address='module.keys["a0"].aws_kms_key.this'),  # brackets are no pattern
    ):
        assert judged(other)[0].blocks
    for same in (
        replace(ENTRY, environment="prod"),
        replace(ENTRY, root="prod/*/us-east-1"),
        replace(ENTRY, address=KEY),
        replace(ENTRY, address='module.keys["*"].aws_kms_key.*'),
    ):
        assert not judged(same)[0].blocks


def test_an_entry_that_lets_nothing_through_is_told() -> None:
    risks = judged(ENTRY, roots=(root(),))
    assert [(risk.code, risk.level, risk.blocks) for risk in risks] == [("R001", "note", False)]
    assert risks[0].message == (
        "environments/prod.yaml:9:5: R103 is found nowhere; the entry can go once all is applied."
    )


def test_an_entry_is_not_told_where_nobody_looked() -> None:
    failed = root("prod", "data-prod", failure="Terraform is too old")
    assert judged(ENTRY, roots=(root(), failed)) == []
    assert judged(replace(ENTRY, environment="dev"), roots=(root(),)) == []
    assert len(judged(replace(ENTRY, root="prod/web-prod/*"), roots=(root(), failed))) == 1


def test_roots_that_need_no_plan_have_been_looked_at() -> None:
    planned = Planned((root("dev"),), unaffected=("prod/web-prod/us-east-1",))
    assert len(find_risks(planned, [replace(ENTRY, environment="prod")], TODAY)) == 1
    assert find_risks(planned, [replace(ENTRY, environment="staging")], TODAY) == ()


def test_a_removed_root_is_let_through_by_an_entry_for_any_address() -> None:
    removed = replace(root("prod", "web-prod", KEY), removed=True, findings=())
    assert [(risk.code, risk.address) for risk in judged(roots=(removed,))] == [("R110", "")]
    assert not judged(replace(ENTRY, code="R110"), roots=(removed,))[0].blocks


def test_what_checkov_found_is_let_through_by_its_own_code() -> None:
    found = Risk("CKV_AWS_21", "checkov", "block", "prod/web-prod/us-east-1", "aws_s3_bucket.logs", "versioning.")
    entry = replace(ENTRY, code="CKV_AWS_21", address="aws_s3_bucket.*")
    roots = (replace(root(), findings=(found, replace(found, code="CKV_AWS_18"))),)
    assert [(risk.code, risk.blocks) for risk in judged(entry, roots=roots)] == [
        ("CKV_AWS_21", False),
        ("CKV_AWS_18", True),
    ]


def test_risks_stand_in_the_order_of_the_roots() -> None:
    roots = (root("dev", "a", "aws_kms_key.b", "aws_kms_key.a"), root("prod", "b", "aws_kms_key.c"))
    assert [risk.address for risk in judged(roots=roots)] == ["aws_kms_key.b", "aws_kms_key.a", "aws_kms_key.c"]
