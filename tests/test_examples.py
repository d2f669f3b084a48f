"""Every example under environments/examples: checked, made, left alone, changed, and taken down without a trace.

Their roles have the rights that modules/bootstrap gives, and no more: those that plan and apply, and those of builds,
which stay within its permissions boundary.

By the functions behind the commands, over a running provider, which costs a third of what the commands take; the
commands themselves are in test_end_to_end.py.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from bootstrap_policies import apply_policies, boundary_of_examples, plan_policies
from example_proofs import PROOFS
from importing import has_imports, import_all
from organizations import EXAMPLE
from seen_calls import SeenCalls, assert_known

from generator.aws import AccountClients
from generator.check.lock import plan_lock
from generator.commands.session import aws_environment
from generator.emulator.endpoint import Endpoint
from generator.emulator.landing_zone import prepare
from generator.emulator.process import call
from generator.errors import GoldsmithError
from generator.remote.versions import ask
from generator.render.render import render
from generator.render.roots import Root, roots_of
from generator.render.writer import write
from generator.spec.loading import read
from generator.spec.model import Spec
from generator.spec.model_bootstrap import BOUNDARY
from generator.terraform.binary import find_terraform
from generator.terraform.cancellation import Cancellation
from generator.terraform.mirror import terraform_environment
from generator.terraform.plans import Plan
from generator.terraform.root import RootDirectory, Terraform, apply_root, opened

EXAMPLES = sorted(path.parent for path in (EXAMPLE / "examples").glob("*/organization.yaml"))


@dataclass(frozen=True)
class Fleet:
    """The roots of a spec on disk, and a Terraform for each in turn."""

    directory: Path
    environment: Mapping[str, str]

    def write(self, spec: Spec) -> tuple[Root, ...]:
        write(render(spec), self.directory / "rendered")
        return roots_of(spec)

    def apply(self, roots: tuple[Root, ...], destroy: bool = False) -> dict[str, Plan]:
        """What was applied, by root."""
        ordered = reversed(roots) if destroy else roots
        return {root.name: self._in(root, lambda terraform: apply_root(terraform, destroy).plan) for root in ordered}

    def plan(self, roots: tuple[Root, ...]) -> dict[str, list[str]]:
        """The changes that a plan would make, by root: addresses, and names of outputs."""
        return {root.name: self._in(root, _changes, "GoldsmithPlan") for root in roots}

    def resources(self, roots: tuple[Root, ...]) -> dict[str, list[str]]:
        """The addresses of what a plan would change, by root."""
        return {root.name: self._in(root, _addresses, "GoldsmithPlan") for root in roots}

    def _in(self, root: Root, work: Callable[[Terraform], Any], role: str = "GoldsmithApply") -> Any:
        with self._opened(root, role) as terraform:
            return work(terraform)

    @contextmanager
    def _opened(self, root: Root, role: str) -> Iterator[Terraform]:
        place = RootDirectory(
            root.name,
            self.directory / "rendered" / root.path,
            self.directory / "data" / root.path,
            self.directory / "logs" / f"{root.environment.name}.log",
        )
        binary = find_terraform(None, self.directory / "state")
        environment = {**self.environment, "TF_VAR_role": role}
        with opened(place, binary, environment, Cancellation(), seconds=300) as terraform:
            yield terraform


def _addresses(terraform: Terraform) -> list[str]:
    with terraform.planned() as (plan, _):
        return [change.address for change in plan.changes]


def _changes(terraform: Terraform) -> list[str]:
    with terraform.planned() as (plan, _):
        return [*(change.address for change in plan.changes), *plan.outputs]


@pytest.fixture(params=EXAMPLES, ids=lambda path: path.name)
def example(request: pytest.FixtureRequest) -> Path:
    directory: Path = request.param
    return directory


@pytest.fixture
def fleet(emulator: Endpoint, running_provider: Mapping[str, str], tmp_path: Path) -> Iterator[Fleet]:
    """Of an AWS in which nothing is left of an example before, and which asks no policies after it."""
    call(emulator, "reset", {})
    environment = aws_environment(os.environ, emulator)
    environment |= {**terraform_environment(tmp_path / "state"), **running_provider}
    yield Fleet(tmp_path, environment)
    call(emulator, "enforcement", {"on": False})


def bootstrap(emulator: Endpoint, aws: Callable[..., Any], spec: Spec) -> None:
    """Give the roles of each account the policies of modules/bootstrap, and have them asked at each call."""
    organization = spec.organization
    for account in organization.accounts.values():
        iam = aws("iam", account.id)
        for role, policies in (
            (organization.roles.plan, plan_policies(account.id)),
            (organization.roles.apply, apply_policies(account.id)),
        ):
            for attached in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
                iam.detach_role_policy(RoleName=role, PolicyArn=attached["PolicyArn"])
            for name, document in policies.items():
                iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))
        arn = f"arn:aws:iam::{account.id}:policy/{BOUNDARY}"
        if any(each["Arn"] == arn for each in iam.list_policies(Scope="Local")["Policies"]):
            document = json.dumps(boundary_of_examples(account.id))
            iam.create_policy_version(PolicyArn=arn, PolicyDocument=document, SetAsDefault=True)
    call(emulator, "enforcement", {"on": True})


def empty_buckets(aws: Callable[..., Any], spec: Spec) -> None:
    """What builds have left in the accounts' buckets goes; a bucket that holds something cannot be destroyed."""
    for account in spec.organization.accounts.values():
        s3 = aws("s3", account.id)
        for bucket in s3.list_buckets()["Buckets"]:
            if "-imagebuilder-docs-" in bucket["Name"]:
                continue  # holds documents, which Terraform made and takes down
            for found in s3.list_objects_v2(Bucket=bucket["Name"]).get("Contents", []):
                s3.delete_object(Bucket=bucket["Name"], Key=found["Key"])


def bounded(spec: Spec) -> Spec:
    """The spec as it would be with a bootstrap."""
    environments = {
        name: replace(environment, permissions_boundary=BOUNDARY) for name, environment in spec.environments.items()
    }
    return replace(spec, environments=environments)


def retagged(spec: Spec) -> Spec:
    """The spec with one more tag on everything: a change that nothing has to be replaced for."""
    organization = replace(spec.organization, tags={**spec.organization.tags, "Changed": "yes"})
    return replace(spec, organization=organization)


def added(plans: Mapping[str, Plan]) -> dict[str, int]:
    return {name: plan.counts["add"] for name, plan in plans.items()}


def applied_with_imports(fleet: Fleet, roots: tuple[Root, ...], import_all: Callable[[], None]) -> dict[str, int]:
    """A recipe is made on a base that is there, and an import needs the role that the first apply makes."""
    planned = {name: len(addresses) for name, addresses in fleet.resources(roots).items()}
    with pytest.raises(GoldsmithError, match="goldsmith images import ENVIRONMENT NAME"):
        fleet.apply(roots)
    import_all()
    fleet.apply(roots)
    return planned


def test_an_example_is_made_left_alone_changed_and_taken_down(
    example: Path, emulator: Endpoint, aws: Callable[..., Any], fleet: Fleet, seen_calls: SeenCalls
) -> None:
    assert not plan_lock(example).is_needed, f"run: goldsmith lock --spec {example}"
    reading = read(example)
    spec = reading.spec
    assert [str(each) for each in reading.diagnostics] == []
    assert spec is not None
    assert spec.organization.roles.apply == "GoldsmithApply"
    spec = bounded(spec)
    prepare(emulator, spec)
    bootstrap(emulator, aws, spec)

    roots = fleet.write(spec)
    made = (
        applied_with_imports(fleet, roots, lambda: import_all(emulator, aws, spec))
        if has_imports(spec)
        else added(fleet.apply(roots))
    )
    assert all(made.values())
    assert fleet.plan(roots) == {root.name: [] for root in roots}
    answers = ask(spec, AccountClients(spec.organization, spec.organization.roles.plan, fleet.environment))
    assert (answers.taken, answers.failures) == ((), ()), "what was applied is what the lock has"
    assert all(answers.versions.values())
    if example.name in PROOFS:
        PROOFS[example.name](emulator, aws)

    changed = fleet.apply(fleet.write(retagged(spec)))
    for name, plan in changed.items():
        assert plan.changes, name
        assert {change.action for change in plan.changes} == {"update"}, name
    assert fleet.plan(roots) == {root.name: [] for root in roots}

    empty_buckets(aws, spec)
    gone = fleet.apply(roots, destroy=True)
    assert {name: plan.counts["destroy"] for name, plan in gone.items()} == made
    for role in ("GoldsmithPlan", "GoldsmithApply"):
        assert_known(seen_calls.by(role), role)
