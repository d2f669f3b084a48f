"""Roots of many accounts beside each other: none of them is asked too much at once."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from generator.terraform import fleet
from generator.terraform.cancellation import Cancellation
from generator.terraform.fairness import in_turns, next_fair
from generator.terraform.fleet import Bounds, Outcome, Task, run_fleet

accounts = st.sampled_from(["web", "data", "shop", "lab"])


class Silent:
    def started(self, name: str) -> None:
        pass

    def says(self, name: str, text: str) -> None:
        pass

    def ended(self, outcome: Outcome[object]) -> None:
        pass


def nothing(_say: Callable[[str], None]) -> None:
    pass


@given(st.lists(accounts, max_size=12), st.lists(accounts, max_size=12), st.integers(1, 4))
def test_the_first_of_the_account_with_the_fewest_under_way_is_next(
    ready: list[str], running: list[str], most: int
) -> None:
    tasks = [Task(str(number), nothing, account=account) for number, account in enumerate(ready)]
    chosen = next_fair(tasks, running, most)
    free = [task for task in tasks if running.count(task.account) < most]
    if not free:
        assert chosen is None
        return
    assert chosen in free
    fewest = min(running.count(task.account) for task in free)
    assert chosen is next(task for task in free if running.count(task.account) == fewest)


def test_what_belongs_to_no_account_keeps_its_turn() -> None:
    tasks = [Task("one", nothing), Task("two", nothing, account="web")]
    assert next_fair(tasks, ["", "", "web"], 1) is tasks[0]


@given(st.lists(accounts, max_size=12))
def test_in_turns_every_account_comes_once_before_any_comes_again(drawn: list[str]) -> None:
    tasks = [Task(str(number), nothing, account=account) for number, account in enumerate(drawn)]
    order = in_turns(tasks, lambda task: task.account)
    assert sorted(order, key=lambda task: int(task.name)) == tasks
    for account in drawn:
        names = [task.name for task in order if task.account == account]
        assert names == [task.name for task in tasks if task.account == account]
    turns = [[task.account for task in order[:number]].count(task.account) for number, task in enumerate(order)]
    assert turns == sorted(turns)


class HeldPool:
    """Begins what it is given, and ends it when a test says so."""

    def submit(self, _perform: object, task: Task[None], _progress: object) -> Future[Outcome[None]]:
        return Future()


@given(
    st.lists(st.tuples(accounts, st.booleans(), st.booleans()), max_size=30),
    st.integers(1, 6),
    st.integers(1, 3),
    st.randoms(use_true_random=False),
)
@settings(deadline=None)
def test_all_may_run_that_can_and_no_account_or_machine_ever_has_more_than_it_may(
    drawn: list[tuple[str, bool, bool]], jobs: int, per_account: int, choose: random.Random
) -> None:
    tasks = [
        Task(str(number), nothing, frozenset({str(number - 1)} if waits and number else ()), account)
        for number, (account, waits, _) in enumerate(drawn)
    ]
    fails = {str(number) for number, (_, _, fails) in enumerate(drawn) if fails}
    run = fleet._Fleet(HeldPool(), Bounds(jobs, per_account), Silent(), list(tasks))
    while run.waiting or run.running:
        run.skip_broken()
        run.start(jobs)
        under_way = Counter(begun.task.account for begun in run.running.values())
        assert under_way.total() <= jobs
        assert all(count <= per_account for count in under_way.values())
        if under_way.total() < jobs:
            ready = [task for task in run.waiting if task.after <= run.outcomes.keys()]
            assert all(under_way[task.account] == per_account for task in ready)
        if run.running:
            future = choose.choice(list(run.running))
            name = run.running[future].task.name
            future.set_result(Outcome(name, "failed" if name in fails else "done"))
            assert run.take_ended(None) is (name in fails)
    for task in tasks:
        broken = any(run.outcomes[name].state != "done" for name in task.after)
        assert run.outcomes[task.name].state == ("skipped" if broken else "failed" if task.name in fails else "done")


def test_accounts_take_turns_rather_than_one_after_the_other() -> None:
    began: list[str] = []
    tasks = [Task(f"{account}{n}", lambda _say: None, account=account) for account in ("a", "b", "c") for n in range(2)]
    holding = threading.Barrier(3)

    def held(task: Task[None]) -> Task[None]:
        def action(_say: Callable[[str], None]) -> None:
            began.append(task.account)
            with suppress(threading.BrokenBarrierError):
                holding.wait(30)

        return Task(task.name, action, account=task.account)

    run_fleet([held(task) for task in tasks], bounds=Bounds(3), progress=Silent(), cancellation=Cancellation())
    assert sorted(began[:3]) == ["a", "b", "c"]


def test_memory_is_looked_at_before_each_start_and_again_while_it_keeps_one_waiting(monkeypatch) -> None:
    monkeypatch.setattr(fleet, "_LOOK", 0.01)
    asked: list[int] = []
    second_began = threading.Event()

    def has_room(ages: object) -> bool:
        asked.append(len(list(ages)))
        return len(asked) > 3  # others on the machine have ended by then

    def first(_say: Callable[[str], None]) -> bool:
        return second_began.wait(30)

    def second(_say: Callable[[str], None]) -> bool:
        second_began.set()
        return True

    outcomes = run_fleet(
        [Task("first", first), Task("second", second)],
        bounds=Bounds(2, has_room=has_room),
        progress=Silent(),
        cancellation=Cancellation(),
    )
    assert [outcome.value for outcome in outcomes] == [True, True]
    assert asked == [1, 1, 1, 1]  # never for the first one, which may begin in any case


def test_where_memory_stays_short_one_runs_after_the_other() -> None:
    run = fleet._Fleet(HeldPool(), Bounds(4, has_room=lambda _ages: False), Silent(), [Task("1", nothing)] * 2)
    assert run.start(4)
    assert len(run.running) == 1
