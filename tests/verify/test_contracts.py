from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from generator.errors import GoldsmithError
from generator.verify.contracts import check_outputs
from generator.verify.outputs import outputs_of
from tests.verify.organization import (
    BUILD_ROOT,
    KEY_ROOT,
    ROLE_ROOT,
    build_outputs,
    key_outputs,
    organization,
    role_outputs,
    root_named,
)

OF_WEB = "arn:aws:imagebuilder:us-east-1:210000000001"


def failures(name: str, outputs: dict[str, Any]) -> dict[str, tuple[str, str]]:
    checks = check_outputs(root_named(name), outputs)
    return {check.name: (check.expected, check.actual) for check in checks if check.result != "passed"}


@pytest.mark.parametrize(
    ("name", "outputs", "count"),
    [(BUILD_ROOT, build_outputs(), 14), (KEY_ROOT, key_outputs(), 2), (ROLE_ROOT, role_outputs(), 2)],
)
def test_outputs_that_are_what_the_spec_says_pass(name: str, outputs: dict[str, Any], count: int) -> None:
    assert failures(name, outputs) == {}
    assert len(check_outputs(root_named(name), outputs)) == count


@pytest.mark.parametrize(
    ("path", "value", "failure"),
    [
        (
            ["log_bucket"],
            "acme-prod-logs",
            ("acme-prod-imagebuilder-logs-210000000001-us-east-1", "acme-prod-logs"),
        ),
        (["instance_profile"], None, ("goldsmith-prod-instance", "none")),
        (
            ["key_alias_arn"],
            "arn:aws:kms:us-east-1:210000000002:alias/goldsmith-prod",
            (
                "arn:aws:kms:us-east-1:210000000001:alias/goldsmith-prod",
                "arn:aws:kms:us-east-1:210000000002:alias/goldsmith-prod",
            ),
        ),
        (["pipelines", "web", "recipe_version"], "1.1.0", ("1.2.0", "1.1.0")),
        (
            ["pipelines", "web", "recipe_arn"],
            f"{OF_WEB}:image-recipe/prod-web/1.1.0",
            (f"{OF_WEB}:image-recipe/prod-web/1.2.0", f"{OF_WEB}:image-recipe/prod-web/1.1.0"),
        ),
        (["pipelines", "web", "regions"], ["us-east-1"], ("eu-central-1, us-east-1", "us-east-1")),
        (["pipelines", "web", "regions"], None, ("eu-central-1, us-east-1", "none")),
        (
            ["components", "harden-os", "arn"],
            f"{OF_WEB}:component/prod-harden-os/1.0.0/1",
            (f"{OF_WEB}:component/prod-harden-os/1.0.1/*", f"{OF_WEB}:component/prod-harden-os/1.0.0/*"),
        ),
        (["components", "harden-os", "version"], "1.0.0", ("1.0.1", "1.0.0")),
    ],
)
def test_an_output_with_another_value_fails_by_its_name(
    path: list[str], value: object, failure: tuple[str, str]
) -> None:
    outputs = build_outputs()
    *parents, last = path
    place: dict[str, Any] = outputs
    for key in parents:
        place = place[key]
    place[last] = value
    assert failures(BUILD_ROOT, outputs) == {".".join(path): failure}


def test_a_pipeline_too_many_and_a_component_too_few_fail() -> None:
    outputs = build_outputs()
    outputs["pipelines"]["old"] = outputs["pipelines"]["web"]
    del outputs["components"]["harden-os"]
    assert failures(BUILD_ROOT, outputs) == {
        "pipelines": ("web", "old, web"),
        "components": ("harden-os", "none"),
        "components.harden-os.arn": (f"{OF_WEB}:component/prod-harden-os/1.0.1/*", "missing"),
        "components.harden-os.version": ("1.0.1", "missing"),
    }


def test_what_stays_alive_beside_the_newest_is_compared_by_its_version() -> None:
    spec = organization()
    prod = spec.environments["prod"]
    older = replace(prod.images[0], version="1.1.0")
    kept = replace(
        prod,
        images=(replace(prod.images[0], kept=(older,)),),
        kept_components=(replace(prod.components[0], version="1.0.0"),),
    )
    root = root_named(BUILD_ROOT, replace(spec, environments={"prod": kept}))
    right = {
        "components": {"harden-os": {"1.0.0": f"{OF_WEB}:component/prod-harden-os/1.0.0/2"}},
        "recipes": {"web": {"1.1.0": f"{OF_WEB}:image-recipe/prod-web/1.1.0"}},
    }
    assert {check.result for check in check_outputs(root, build_outputs() | {"kept": right})} == {"passed"}
    typed = outputs_of(BUILD_ROOT, build_outputs() | {"kept": right})
    assert dict(typed.kept_recipes["web"]) == right["recipes"]["web"]
    wrong = right | {"recipes": {"web": {"1.0.9": "x"}}}
    checks = check_outputs(root, build_outputs() | {"kept": wrong})
    assert {check.name: (check.expected, check.actual) for check in checks if check.result != "passed"} == {
        "kept.recipes.web": ("1.1.0", "1.0.9"),
        "kept.recipes.web.1.1.0": (f"{OF_WEB}:image-recipe/prod-web/1.1.0", "missing"),
    }


def test_versions_that_nothing_asks_for_fail() -> None:
    assert set(failures(BUILD_ROOT, build_outputs() | {"kept": {"recipes": {"web": {"1.0.9": "x"}}}})) == {"kept"}


def test_a_root_that_was_never_applied_is_one_failure() -> None:
    assert failures(BUILD_ROOT, {}) == {"outputs": ("applied", "none; run: goldsmith apply prod")}


def test_a_role_where_a_key_belongs_fails() -> None:
    assert set(failures(KEY_ROOT, role_outputs())) == {"key_alias_arn", "distribution_role_arn"}


def test_outputs_of_no_shape_at_all_fail_and_do_not_break() -> None:
    assert "pipelines.web.recipe_arn" in failures(BUILD_ROOT, {"pipelines": "web", "components": ["harden-os"]})


def test_outputs_have_types() -> None:
    outputs = outputs_of(BUILD_ROOT, build_outputs())
    assert outputs.pipelines["web"].recipe_version == "1.2.0"
    assert outputs.pipelines["web"].regions == ("us-east-1", "eu-central-1")
    assert outputs.components["harden-os"].version == "1.0.1"
    assert outputs.distribution_role_arn is None
    assert dict(outputs_of(ROLE_ROOT, role_outputs()).pipelines) == {}


def test_outputs_of_another_shape_are_refused_by_name() -> None:
    with pytest.raises(GoldsmithError, match=r"^prod/images/us-east-1: output pipelines is .*recipe_version"):
        outputs_of(BUILD_ROOT, {"pipelines": {"web": {"arn": "x"}}})
