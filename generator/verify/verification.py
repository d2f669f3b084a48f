"""One root verified: its outputs, its second plan, its accounts."""

from __future__ import annotations

from collections.abc import Callable

from generator.errors import GoldsmithError
from generator.terraform.adapter import CancelledError
from generator.verify.accounts import check_account
from generator.verify.checks import Check, equal, failed
from generator.verify.clients import Clients
from generator.verify.contracts import check_outputs
from generator.verify.root_test import RootTest

NO_CHANGES = "no changes"


def verify_root(test: RootTest, clients: Clients, says: Callable[[str], None] = lambda _: None) -> list[Check]:
    """Every check of a root, in the order of trust: what Terraform says of it, then what is there.

    Whatever fails is a failed check, so that a root says all that is wrong with it, and its siblings go on.
    Raises CancelledError when a stop is asked for.
    """
    try:
        says("init")
        test.init()
    except CancelledError:
        raise
    except GoldsmithError as error:
        terraform = [failed(test.spec.name, "init", "ready", error)]
    else:
        says("reading outputs")
        outputs = _guarded(test, "outputs", _check_outputs)
        says("planning")
        terraform = [*outputs, *_guarded(test, "plan", _check_plan)]
    says("asking the account")
    return [*terraform, *check_account(test.spec, clients)]


def _check_outputs(test: RootTest) -> list[Check]:
    outputs = test.output()
    return check_outputs(test.spec, {name: outputs[name] for name in outputs})


def _check_plan(test: RootTest) -> list[Check]:
    return [equal(test.spec.name, "plan", NO_CHANGES, test.differences() or NO_CHANGES)]


def _guarded(test: RootTest, name: str, check: Callable[[RootTest], list[Check]]) -> list[Check]:
    try:
        return check(test)
    except CancelledError:
        raise
    except GoldsmithError as error:
        return [failed(test.spec.name, name, "readable", error)]
