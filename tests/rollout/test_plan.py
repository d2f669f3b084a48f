"""The rollout plan: every root in one wave, targets before the build root, canaries first, arithmetic of StackSets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from specs import SMALL

from generator.render.roots import Root
from generator.rollout.plan import RolloutPlan, Wave, in_order, plan_rollout
from generator.spec.model import Environment, Organization, Placement, Roles, Spec, State
from generator.spec.model_accounts import Account
from generator.spec.model_rollout import Gate, Pace, Rollout, Selector, Share, WaveRule

REGIONS = ("us-east-1", "eu-central-1", "ap-southeast-1")
OUS = ("workloads", "workloads/early", "workloads/late", "sandbox")
ORGANIZATION = Organization("acme", "aws", {}, State("state", "us-east-1"), Roles("Plan", "Apply"), {})


def environment(name: str) -> Environment:
    build = Placement(Account(f"images-{name}", "111111111111"), "us-east-1", None, ())
    return Environment(name, build, (), (), (), {})


def root(within: Environment, account: Account, region: str, kind: str = "target") -> Root:
    return Root(ORGANIZATION, within, account, region, kind)  # type: ignore[arg-type]


def fleet(names: Iterable[str], accounts: Iterable[Account], regions: Iterable[str] = REGIONS) -> list[Root]:
    """In each environment a build root, behind roots of all accounts in all Regions and keys of the build account."""
    roots = []
    for each in map(environment, names):
        builder = each.build.account
        roots += [root(each, account, region) for account in accounts for region in regions]
        roots += [root(each, builder, region) for region in regions if region != "us-east-1"]
        roots.append(root(each, builder, "us-east-1", "build"))
    return roots


def accounts_of(count: int) -> list[Account]:
    return [
        Account(f"team-{n:02}", f"{500000000000 + n}", OUS[n % len(OUS)], {"tier": str(n % 3)}) for n in range(count)
    ]


def planned(rollouts: Mapping[str, Rollout], roots: list[Root]) -> RolloutPlan:
    environments = {name: environment(name) for name in rollouts}
    return plan_rollout(Spec(ORGANIZATION, environments, rollouts=rollouts), roots)


def names_of(wave: Wave) -> list[str]:
    return [f"{each.account.name}/{each.region}" for each in wave.roots]


shares = st.builds(Share, st.integers(1, 100), st.just(True)) | st.builds(Share, st.integers(1, 20))
paces = st.builds(
    Pace,
    max_concurrent=shares,
    failure_tolerance=shares | st.just(Share(0)),
    mode=st.sampled_from(["strict", "soft"]),
)
selectors = st.builds(
    Selector,
    accounts=st.lists(st.sampled_from([f"team-{n:02}" for n in range(12)]), max_size=3).map(tuple),
    ous=st.lists(st.sampled_from(OUS), max_size=2).map(tuple),
    tags=st.sampled_from([{}, {"tier": "1"}, {"tier": "2"}]),
    regions=st.lists(st.sampled_from(REGIONS), max_size=2, unique=True).map(tuple),
    size=st.none() | shares,
)
orders = st.lists(st.sampled_from(REGIONS), max_size=3, unique=True).map(tuple)


def rules(name: str) -> st.SearchStrategy[WaveRule]:
    return st.builds(WaveRule, st.just(name), selectors, paces, orders)


@st.composite
def rollouts(draw: st.DrawFn) -> dict[str, Rollout]:
    names = ["dev", "staging", "prod-eu", "prod-us"][: draw(st.integers(1, 4))]
    made = {}
    for index, name in enumerate(names):
        after = draw(st.lists(st.sampled_from(names[:index]), unique=True)) if index else []
        waves = [draw(rules(f"wave-{number}")) for number in range(draw(st.integers(0, 3)))]
        rest = WaveRule("rest", pace=draw(paces), region_order=draw(orders))
        made[name] = Rollout(tuple(after), draw(st.none() | rules("canaries")), (*waves, rest), draw(paces))
    return dict(draw(st.permutations(list(made.items()))))


fleets = st.builds(
    lambda count, regions, seed: (count, regions, seed),
    st.integers(0, 12),
    st.lists(st.sampled_from(REGIONS), min_size=1, unique=True),
    st.randoms(use_true_random=False),
)


def some(made: Mapping[str, Rollout], shape: tuple[int, list[str], Any]) -> list[Root]:
    """A part of a fleet, as a command that narrows has it."""
    count, regions, random = shape
    roots = fleet(made, accounts_of(count), regions)
    return random.sample(roots, random.randint(0, len(roots)))


@given(rollouts(), fleets)
def test_every_root_is_in_exactly_one_wave_and_no_wave_is_empty(made: dict[str, Rollout], shape: Any) -> None:
    roots = some(made, shape)
    plan = planned(made, roots)
    assert sorted(each.name for wave in plan.waves for each in wave.roots) == sorted(each.name for each in roots)
    assert all(wave.roots for wave in plan.waves)
    assert len({wave.id for wave in plan.waves}) == len(plan.waves)
    assert all({each.environment.name for each in wave.roots} == {wave.environment} for wave in plan.waves)


@given(rollouts(), fleets)
def test_waves_wait_for_those_before_them_alone(made: dict[str, Rollout], shape: Any) -> None:
    """Canaries, then targets, then the build root; an environment behind all that it comes after."""
    plan = planned(made, some(made, shape))
    rank = {"canaries": 0, "targets": 1, "build": 2}
    before: dict[str, set[str]] = {}
    for wave in plan.waves:
        assert set(wave.after) <= before.keys()
        before[wave.id] = {*wave.after, *(each for name in wave.after for each in before[name])}
    for wave in plan.waves:
        for other in plan.waves:
            if other.environment == wave.environment and rank[other.kind] < rank[wave.kind]:
                assert other.id in before[wave.id]
            if other.environment in made[wave.environment].after:
                assert other.id in before[wave.id]


@given(rollouts(), fleets)
def test_a_plan_does_not_depend_on_the_order_of_its_roots(made: dict[str, Rollout], shape: Any) -> None:
    roots = some(made, shape)
    assert planned(made, roots) == planned(made, list(reversed(roots)))


@given(rollouts(), fleets)
def test_never_more_roots_at_once_than_the_wave_and_its_tolerance_let(made: dict[str, Rollout], shape: Any) -> None:
    for wave in planned(made, some(made, shape)).waves:
        assert 1 <= wave.max_concurrent <= len(wave.roots)
        assert 0 <= wave.failure_tolerance <= len(wave.roots)
        for failures in range(len(wave.roots) + 2):
            at_once = wave.concurrency(failures)
            assert at_once <= wave.max_concurrent
            assert (at_once == 0) == (failures > wave.failure_tolerance)
            if wave.mode == "strict":
                assert failures + at_once <= max(failures, wave.failure_tolerance + 1)
            elif failures <= wave.failure_tolerance:
                assert at_once == wave.max_concurrent


@given(rollouts(), fleets)
def test_a_wave_takes_what_fits_it_and_no_more_than_its_size(made: dict[str, Rollout], shape: Any) -> None:
    roots = some(made, shape)
    plan = planned(made, roots)
    for name, rollout in made.items():
        targets = [each for each in roots if each.environment.name == name and each.kind == "target"]
        for rule in (rollout.canaries, *rollout.waves):
            if rule is None:
                continue
            taken = [
                each
                for wave in plan.waves
                if wave.id == f"{name}/{rule.name}" or wave.id.startswith(f"{name}/{rule.name}/")
                for each in wave.roots
            ]
            fitting = [each for each in targets if rule.select.fits(each.account, each.region)]
            assert all(rule.select.fits(each.account, each.region) for each in taken)
            if rule.select.size is not None:
                assert len(taken) <= max(1, rule.select.size.of(len(fitting)))


def one(*waves: WaveRule, canaries: WaveRule | None = None, **members: Any) -> dict[str, Rollout]:
    return {"prod": Rollout(canaries=canaries, waves=waves or (WaveRule("targets"),), **members)}


def test_receivers_come_before_the_build_accounts_own_roots() -> None:
    plan = planned(
        one(WaveRule("rest"), canaries=WaveRule("canaries", Selector(size=Share(1)))), fleet(["prod"], accounts_of(1))
    )
    assert [(wave.id, names_of(wave)) for wave in plan.waves] == [
        ("prod/canaries", ["team-00/ap-southeast-1"]),
        (
            "prod/rest",
            ["team-00/eu-central-1", "team-00/us-east-1", "images-prod/ap-southeast-1", "images-prod/eu-central-1"],
        ),
        ("prod/build", ["images-prod/us-east-1"]),
    ]


def test_a_unit_is_those_below_it_too_and_no_other_of_a_longer_name() -> None:
    teams = [
        Account("one", "1", "workloads"),
        Account("two", "2", "workloads/eu/web"),
        Account("odd", "3", "workloads-old"),
    ]
    plan = planned(
        one(WaveRule("early", Selector(ous=("workloads",))), WaveRule("rest")),
        [root(environment("prod"), team, "us-east-1") for team in teams],
    )
    assert [names_of(wave) for wave in plan.waves] == [["one/us-east-1", "two/us-east-1"], ["odd/us-east-1"]]


def test_an_order_of_regions_makes_a_wave_of_each_and_one_of_the_others() -> None:
    order = ("eu-central-1", "eu-west-1", "us-east-1")
    pace = Pace(max_concurrent=Share(50, is_percentage=True), mode="soft")
    plan = planned(one(WaveRule("targets", pace=pace, region_order=order)), fleet(["prod"], accounts_of(6)))
    told = [(wave.id, len(wave.roots), wave.max_concurrent, wave.after) for wave in plan.waves]
    assert told == [
        ("prod/targets/eu-central-1", 7, 3, ()),
        ("prod/targets/us-east-1", 6, 3, ("prod/targets/eu-central-1",)),
        ("prod/targets/others", 7, 3, ("prod/targets/us-east-1",)),
        ("prod/build", 1, 1, ("prod/targets/others",)),
    ]


def test_a_percentage_is_of_all_that_fit_and_rest_is_what_is_left() -> None:
    """12 accounts, 3 of them in each unit: 40% of a unit is one, and 25% of all is three."""
    early = Selector(ous=("workloads/early",), size=Share(40, is_percentage=True))
    waves = (WaveRule("early", early), WaveRule("more", Selector(size=Share(25, is_percentage=True))), WaveRule("rest"))
    teams = [root(environment("prod"), team, "us-east-1") for team in accounts_of(12)]
    assert [len(wave.roots) for wave in planned(one(*waves), teams).waves] == [1, 3, 8]


@pytest.mark.parametrize(
    ("roots", "concurrent", "tolerance", "mode", "expected"),
    [
        # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/concurrency-mode.html: 10 at once, 5 may fail
        (20, Share(10), Share(5), "strict", [6, 5, 4, 3, 2, 1, 0]),
        (20, Share(10), Share(5), "soft", [10, 10, 10, 10, 10, 10, 0]),
        # botocore cloudformation StackSetOperationPreferences: rounded down; of what runs at once never to none
        (9, Share(10, is_percentage=True), Share(10, is_percentage=True), "strict", [1, 0]),
        (39, Share(25, is_percentage=True), Share(10, is_percentage=True), "strict", [4, 3, 2, 1, 0]),
        (39, Share(25, is_percentage=True), Share(10, is_percentage=True), "soft", [9, 9, 9, 9, 0]),
        (3, Share(50), Share(100, is_percentage=True), "strict", [3, 3, 2, 1]),
    ],
)
def test_how_many_run_at_once_after_each_failure(
    roots: int, concurrent: Share, tolerance: Share, mode: Any, expected: list[int]
) -> None:
    teams = [root(environment("prod"), Account(f"t-{n:02}", str(n)), "us-east-1") for n in range(roots)]
    (wave,) = planned(one(WaveRule("targets", pace=Pace(concurrent, tolerance, mode))), teams).waves
    assert [wave.concurrency(failures) for failures in range(len(expected))] == expected


def test_environments_come_after_what_they_name_else_as_the_spec_has_them() -> None:
    made = {"prod": Rollout(("dev",)), "dev": Rollout(), "odd": Rollout(), "all": Rollout(("prod", "odd"))}
    assert in_order(made) == ["dev", "prod", "odd", "all"]
    plan = planned(made, fleet(made, []))
    assert {wave.id: wave.after for wave in plan.waves if wave.id.endswith("/targets")} == {
        "dev/targets": (),
        "prod/targets": ("dev/build",),
        "odd/targets": (),
        "all/targets": ("prod/build", "odd/build"),
    }
    assert [wave.id for wave in plan.last] == ["all/build"]


def test_what_is_not_rolled_out_is_waited_through() -> None:
    """prod comes after staging, which is not asked for, and so after dev."""
    made = {"dev": Rollout(), "staging": Rollout(("dev",)), "prod": Rollout(("staging",))}
    plan = planned(made, fleet(["dev", "prod"], []))
    assert plan.environments == ("dev", "prod")
    assert next(wave for wave in plan.waves if wave.environment == "prod").after == ("dev/build",)


def test_a_wave_that_takes_nothing_is_told_with_the_reason() -> None:
    waves = (
        WaveRule("nobody", Selector(ous=("elsewhere",))),
        WaveRule("same", Selector(accounts=("team-00",))),
        WaveRule("rest"),
    )
    made = one(*waves, canaries=WaveRule("canaries", Selector(accounts=("team-00",))))
    plan = planned(made, [root(environment("prod"), accounts_of(1)[0], "us-east-1")])
    assert [wave.id for wave in plan.waves] == ["prod/canaries"]
    assert [(each.wave, each.reason) for each in plan.emptied] == [
        ("nobody", "no target root fits"),
        ("same", "waves before it take all that fit"),
    ]


def test_the_spec_says_the_pace_of_each_wave(load_small: Any) -> None:
    prod = SMALL["prod.yaml"].replace(
        "images: [web]",
        """images: [web]
rollout:
  failure_tolerance: 10%
  gates: [approval]
  canaries: {size: 1, bake: 1 day, mode: soft, gates: [verify, {command: [./smoke.sh, prod], timeout: 5 minutes}]}
  waves: [{name: all-others, max_concurrent: 3}]
  build_root: {gates: [build]}""",
    )
    organization = SMALL["organization.yaml"] + "rollout: {bake: 2 hours, mode: strict, max_concurrent: 50%}\n"
    rollout = load_small({"prod.yaml": prod, "organization.yaml": organization}).rollouts["prod"]
    usual = Pace(Share(50, is_percentage=True), Share(10, is_percentage=True), "strict", timedelta(hours=2), ())
    smoke = Gate("command", command=("./smoke.sh", "prod"), timeout=timedelta(minutes=5))
    assert rollout.canaries == WaveRule(
        "canaries",
        Selector(size=Share(1)),
        replace(usual, mode="soft", bake=timedelta(days=1), gates=(Gate("verify"), smoke)),
    )
    waiting = replace(usual, gates=(Gate("approval"),))
    assert rollout.waves == (
        WaveRule("all-others", pace=replace(waiting, max_concurrent=Share(3))),
        WaveRule("rest", pace=waiting),
    )
    assert rollout.build_root == replace(usual, gates=(Gate("build", images=("web",), timeout=timedelta(hours=3)),))


def test_what_the_organization_would_build_is_left_out_where_an_environment_does_not(load_small: Any) -> None:
    organization = SMALL["organization.yaml"] + "rollout: {build_root: {gates: [verify, {build: [other]}]}}\n"
    files = {
        "organization.yaml": organization,
        "images/other.yaml": SMALL["images/web.yaml"].replace("image: web", "image: other"),
    }
    assert load_small(files).rollouts["prod"].build_root.gates == (Gate("verify"),)
