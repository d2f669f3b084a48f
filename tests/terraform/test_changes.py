"""Terraform's plan JSON as typed changes: of the real plans in tests/plans, and of what no plan should be."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fleets import PLANS, document_of, plan_of

from generator.errors import TerraformError
from generator.terraform.changes import read_plan
from generator.terraform.plans import CheckResult, OutputChange, Plan, ResourceChange
from generator.terraform.secrets import DigestKey
from generator.terraform.values import ABSENT, HEAD, SENSITIVE, UNKNOWN, AttributeChange, Value, known

MADE_UP = ("correct-horse-battery", "staple-of-another-kind", "token-number-one", "token-number-two", "made-up-token")
CASES = sorted(
    [path.parent.name for path in PLANS.glob("*/plan.json")]
    + [str(path.relative_to(PLANS).with_suffix("")) for path in PLANS.glob("fleet/*/*.json")]
)


def changes_of(plan: Plan) -> dict[str, ResourceChange]:
    return {change.address: change for change in plan.changes}


def attributes_of(change: ResourceChange | OutputChange) -> dict[str, tuple[Value, Value]]:
    return {each.path: (each.before, each.after) for each in change.attributes}


@pytest.mark.parametrize("case", [case for case in CASES if case != "errored"])
def test_a_real_plan_is_read_and_holds_no_secret(case: str) -> None:
    text = json.dumps(plan_of(case).as_dict())
    assert not [secret for secret in MADE_UP if secret in text]


def test_a_replacement_has_the_path_that_forces_it_and_what_changes() -> None:
    changes = changes_of(plan_of("replaced"))
    recipe = changes["terraform_data.recipe"]
    assert (recipe.action, recipe.actions) == ("replace", ("create", "delete"))
    assert recipe.replace_paths == ("triggers_replace",)
    assert attributes_of(recipe)["input.components[0]"] == (known("harden-os/1.0.0"), known("harden-os/1.0.1"))
    forcing = [each.path for each in recipe.attributes if each.forces_replacement]
    assert forcing == ["triggers_replace.version"]
    assert attributes_of(changes["terraform_data.pipeline"])["input.recipe"] == (known(recipe.id), UNKNOWN)


def test_a_replaced_key_is_told_by_the_real_provider() -> None:
    key = changes_of(plan_of("aws-key-replaced"))["aws_kms_key.images"]
    assert (key.action, key.reason) == ("replace", "replace_because_cannot_update")
    assert set(key.replace_paths) == {"key_usage", "customer_master_key_spec"}
    assert key.provider == "registry.terraform.io/hashicorp/aws"
    assert key.attributes[0].before == known(f"arn:aws:kms:us-east-1:123456789012:key/{key.id}")


def test_a_document_in_an_attribute_stays_the_text_that_it_is() -> None:
    role = changes_of(plan_of("aws-key-replaced"))["aws_iam_role.builder"]
    before, after = attributes_of(role)["assume_role_policy"]
    assert json.loads(before.json)["Statement"][0]["Principal"] == {"Service": "ec2.amazonaws.com"}
    assert json.loads(after.json)["Statement"][0]["Principal"] == {"AWS": "*"}


def test_keys_that_are_no_names_are_quoted_in_paths() -> None:
    role = changes_of(plan_of("aws-key-replaced"))["aws_iam_role.builder"]
    assert attributes_of(role)['tags["</details>"]'] == (ABSENT, known("`@everyone`"))


def test_a_secret_in_an_address_is_hidden_wherever_the_address_stands() -> None:
    document = document_of("moved-and-forgotten")
    for item in document["resource_changes"]:
        if item.get("previous_address"):
            item["previous_address"] = 'terraform_data.old["planted-secret"]'
    document["output_changes"] = {
        "told": {"actions": ["create"], "after": "planted-secret", "before_sensitive": False, "after_sensitive": True}
    }
    document["checks"] = [
        {
            "address": {"kind": "resource", "to_display": "terraform_data.old"},
            "status": "fail",
            "instances": [{"address": {"to_display": 'terraform_data.old["planted-secret"]'}, "status": "fail"}],
        }
    ]
    plan = read_plan("r", document, 0)
    assert {change.previous_address for change in plan.changes} == {None, 'terraform_data.old["(sensitive)"]'}
    assert [check.address for check in plan.checks] == ['terraform_data.old["(sensitive)"]']


def test_what_only_moves_or_is_only_imported_or_forgotten_is_a_change() -> None:
    changes = changes_of(plan_of("moved-and-forgotten"))
    assert {address: change.action for address, change in changes.items()} == {
        'terraform_data.changed["a.b"]': "update",
        "terraform_data.deleted": "delete",
        "terraform_data.left_alone": "forget",
        "terraform_data.new": "move",
    }
    assert changes["terraform_data.new"].previous_address == "terraform_data.old"
    assert changes["terraform_data.new"].attributes == ()
    assert changes['terraform_data.changed["a.b"]'].previous_address == "terraform_data.renamed"

    imported = changes_of(plan_of("imported"))
    assert {address: change.action for address, change in imported.items()} == {
        "terraform_data.changed": "update",
        "terraform_data.exact": "import",
    }
    assert imported["terraform_data.exact"].imported_id == "7f1d7a9c-0000-0000-0000-000000000001"


def test_sensitive_values_are_told_to_be_there_and_their_copies_too() -> None:
    changes = changes_of(plan_of("sensitive"))
    database = attributes_of(changes["terraform_data.database"])
    assert database["input.password"] == (SENSITIVE, SENSITIVE)
    # Terraform does not mark it: it stands in the state as an output of the resource.
    assert database["output"] == (SENSITIVE, UNKNOWN)
    settings = attributes_of(changes["terraform_data.settings"])
    assert settings["input"] == (SENSITIVE, SENSITIVE)
    assert settings["output"] == (SENSITIVE, UNKNOWN)


def test_the_change_of_a_secret_shows_in_the_hash_of_what_is_hidden_and_depends_on_the_key() -> None:
    document = document_of("sensitive")
    hidden = {key: read_plan("r", document, 0, DigestKey(key)).hidden for key in ("", "one", "two")}
    assert len({*hidden.values()}) == 3
    other = json.loads(json.dumps(document).replace("staple-of-another-kind", "staple-of-yet-another"))
    assert read_plan("r", other, 0, DigestKey("one")).hidden != hidden["one"]
    assert read_plan("r", document, 0, DigestKey("one")).hidden == hidden["one"]
    assert plan_of("replaced").hidden == ""


def test_unknown_values_stand_where_they_are() -> None:
    holder = attributes_of(changes_of(plan_of("unknown-inside"))["terraform_data.holder"])
    assert holder["input.list[0]"] == (ABSENT, known("known"))
    assert holder["input.list[1]"] == (ABSENT, UNKNOWN)
    assert holder["input.map.known"] == (ABSENT, known(1))
    assert holder["input.map.unknown"] == (ABSENT, UNKNOWN)
    assert holder["input.whole"] == (ABSENT, UNKNOWN)
    assert holder["input.empty"] == (ABSENT, known({}))
    assert "input.nothing" not in holder
    assert [holder[f"input.flags[{index}]"][1].json for index in range(4)] == [True, 1, "1", 1.5]


def test_a_long_text_is_kept_by_its_head_and_its_hash() -> None:
    _, long = attributes_of(changes_of(plan_of("unknown-inside"))["terraform_data.holder"])["input.long"]
    assert (len(long.json), long.size) == (HEAD, 70000)
    assert long.sha256 == known("0123456789" * 7000).sha256
    assert long != known("0123456789" * 6999 + "012345678x")
    assert Value.from_dict(long.as_dict()) == long


def test_outputs_alone_make_a_plan_with_changes() -> None:
    plan = plan_of("output-only")
    assert not plan.is_empty
    assert plan.changes == ()
    assert plan.output_changes == (
        OutputChange("added", "create", (AttributeChange("added[0]", ABSENT, known("x")),)),
        OutputChange(
            "gone",
            "delete",
            (
                AttributeChange("gone.a", known(1), ABSENT),
                AttributeChange("gone.b[0]", known(True), ABSENT),
            ),
        ),
        OutputChange("name", "update", (AttributeChange("name", known("one"), known("two")),)),
        OutputChange("token", "update", (AttributeChange("token", SENSITIVE, SENSITIVE),)),
    )


def test_checks_that_fail_are_told_with_their_messages() -> None:
    assert plan_of("check-failed").checks == (CheckResult("check.bucket_is_private", "fail", ("The size is 10.",)),)


def test_drift_is_told_where_the_plan_has_to_do_with_it() -> None:
    plan = plan_of("aws-drifted")
    assert [(each.address, attributes_of(each)) for each in plan.drift] == [
        ("aws_cloudwatch_log_group.builds", {"retention_in_days": (known(30), known(90))})
    ]
    assert attributes_of(changes_of(plan)["aws_cloudwatch_log_group.builds"]) == {
        "retention_in_days": (known(90), known(30))
    }
    imported = changes_of(plan)["aws_cloudwatch_log_group.imported"]
    assert (imported.action, imported.imported_id) == ("update", "made-by-hand")
    # A provider sees `null` become `{}`, which nobody did.
    assert plan_of("aws-key-replaced").drift == ()


def test_a_data_source_that_is_read_is_no_change() -> None:
    document = document_of("aws-key-replaced")
    assert "data.aws_kms_key.images" in {item["address"] for item in document["resource_changes"]}
    assert "data.aws_kms_key.images" not in changes_of(plan_of("aws-key-replaced"))


def test_a_plan_without_changes_is_empty() -> None:
    assert plan_of("nothing").is_empty


def with_members(case: str, **members: Any) -> dict[str, Any]:
    document = {**document_of(case), **members}
    return {name: value for name, value in document.items() if value is not ...}


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"format_version": "2.0"}, "in format 2.0, and Goldsmith knows 1.0, 1.1, 1.2"),
        ({"format_version": "1.3"}, "in format 1.3"),
        ({"format_version": ...}, "not complete"),
        ({"complete": False}, "not complete (complete=False, errored=False)"),
        ({"complete": ...}, "not complete"),
        ({"errored": True}, "not complete"),
        ({"errored": ...}, "not complete"),
        ({"applyable": False}, "cannot be applied"),
        ({"deferred_changes": [{"reason": "unknown"}]}, "leaves changes to a later plan (deferred_changes)"),
        ({"action_invocations": [{"address": "action.x.y"}]}, "invokes actions of providers"),
        ({"resource_changes": [{"address": "a.b", "type": "a"}]}, "not the shape of Terraform's JSON"),
        ({"resource_changes": {"a": 1}}, "not the shape of Terraform's JSON"),
    ],
)
def test_what_cannot_be_reviewed_is_refused(members: dict[str, Any], message: str) -> None:
    with pytest.raises(TerraformError) as caught:
        read_plan("prod/x/y", with_members("replaced", **members), 0)
    assert str(caught.value).startswith("prod/x/y: ")
    assert message in str(caught.value)


def test_a_plan_that_ended_in_an_error_is_refused() -> None:
    with pytest.raises(TerraformError, match="errored=True"):
        plan_of("errored")


def test_actions_that_nobody_knows_are_refused() -> None:
    document = document_of("replaced")
    document["resource_changes"][0]["change"]["actions"] = ["teleport"]
    with pytest.raises(TerraformError, match=r"terraform_data\.pipeline: the plan has the actions teleport"):
        read_plan("r", document, 0)


def test_an_opentofu_plan_says_neither_complete_nor_applyable() -> None:
    document = with_members("replaced", complete=..., applyable=...)
    assert read_plan("r", document, 0).changes == plan_of("replaced").changes


def test_an_object_that_a_replacement_left_behind_has_its_key() -> None:
    document = document_of("moved-and-forgotten")
    item = next(each for each in document["resource_changes"] if each["address"] == "terraform_data.deleted")
    item["deposed"] = "1a2b3c4d"
    deposed = next(each for each in read_plan("r", document, 0).changes if each.deposed)
    assert (deposed.address, deposed.deposed, deposed.action) == ("terraform_data.deleted", "1a2b3c4d", "delete")
    item["change"]["actions"] = ["create", "forget"]
    assert next(each for each in read_plan("r", document, 0).changes if each.deposed).action == "replace"


def test_a_resource_that_is_sensitive_as_a_whole_shows_the_names_of_its_attributes_alone() -> None:
    document = document_of("replaced")
    change = document["resource_changes"][1]["change"]
    change["before_sensitive"] = change["after_sensitive"] = True
    recipe = changes_of(read_plan("r", document, 0))["terraform_data.recipe"]
    assert recipe.id is None
    assert attributes_of(recipe) == {
        "id": (SENSITIVE, UNKNOWN),
        "input": (SENSITIVE, SENSITIVE),
        "output": (SENSITIVE, UNKNOWN),
        "triggers_replace": (SENSITIVE, SENSITIVE),
    }


def test_a_secret_that_stands_in_a_key_or_an_address_is_hidden_there_too() -> None:
    document = document_of("sensitive")
    [item, *_] = document["resource_changes"]
    item["address"] = 'terraform_data.copy["staple-of-another-kind"]'
    item["change"]["after"]["triggers_replace"] = {"staple-of-another-kind": "x"}
    assert "staple" not in json.dumps(read_plan("r", document, 0).as_dict())


def test_what_is_nobodys_secret_is_hidden_where_it_is_marked_alone() -> None:
    """The provider marks the value of each SSM parameter: `none` at first, an AMI's id from the first build on."""
    for value in ("none", "ami-0123456789abcdef0"):
        document = document_of("replaced")
        change = document["resource_changes"][0]["change"]
        change["after"]["input"] = {"marked": value, "other": value}
        change["after_sensitive"] = {"input": {"marked": True}}
        change["after_unknown"] = {}
        [pipeline, *_] = read_plan("r", document, 0).changes
        attributes = attributes_of(pipeline)
        assert attributes["input.marked"][1] == SENSITIVE
        assert attributes["input.other"][1] == known(value)


def test_write_only_attributes_and_ephemeral_resources_leave_only_the_version_behind() -> None:
    """What is ephemeral is in no plan; a resource that is opened for the time of a run is no change."""
    [token] = plan_of("aws-write-only").changes
    assert attributes_of(token) == {
        "has_value_wo": (known(True), UNKNOWN),
        "value_wo_version": (known(1), known(2)),
    }
