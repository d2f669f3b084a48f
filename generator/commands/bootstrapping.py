"""How accounts are made ready: each account's root, planned and applied with the caller's own credentials.

The bucket of the state is made by a root whose own state is then moved into it
(docs/decisions/0027-bootstrap-begins-with-local-state.md). All runs are in copies of the rendered roots, since the
place of the state differs from what they say until then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import click
from botocore.exceptions import ClientError

from generator.aws import AccountClients, aws_errors, caller_client, error_code
from generator.errors import AwsError, GoldsmithError
from generator.render import hcl
from generator.render.bootstrap_roots import BootstrapRoot
from generator.render.render import bootstrap_tree
from generator.render.templates import fill
from generator.render.writer import write
from generator.terraform.again import Retries
from generator.terraform.binary import Binary
from generator.terraform.cancellation import Cancellation
from generator.terraform.fleet import Bounds, Outcome, Task, run_fleet
from generator.terraform.plans import Plan
from generator.terraform.progress import shown_progress
from generator.terraform.root import Applied, RootDirectory, Terraform, opened

EMULATOR = "emulator"
FORBIDDEN = "403"  # the code of a refused HEAD, which has no body to say more
OVERRIDE = "backend_override.tf"  # https://developer.hashicorp.com/terraform/language/files/override
STATE_FILES = ("terraform.tfstate", "terraform.tfstate.backup")
BUCKET = 'module.bootstrap.aws_s3_bucket.state["this"]'


@dataclass(frozen=True)
class Caller:
    """Who asks, and the role of the administrators that he assumes where he is not at home."""

    account_id: str
    arn: str
    role: str | None

    @classmethod
    def of(cls, environment: Mapping[str, str], region: str, role: str | None) -> Caller:
        """Raises AwsError."""
        with aws_errors("sts"):
            identity = caller_client("sts", environment, region).get_caller_identity()
        return cls(identity["Account"], identity["Arn"], role)

    def role_in(self, account_id: str) -> str | None:
        """The role that he assumes in an account; None in his own."""
        return None if account_id == self.account_id else self.role


@dataclass(frozen=True)
class Bootstrapping:
    """What is the same for all accounts of a command. `roots` begin with that of the bucket, where it is asked for."""

    roots: tuple[BootstrapRoot, ...]
    caller: Caller
    environment: Mapping[str, str]
    binary: Binary
    state_directory: Path
    where: str  # aws, or EMULATOR
    bounds: Bounds
    retries: int

    def run(self, applies: bool) -> list[Outcome[Applied]]:
        """Plan every root and, where that is asked for, apply that plan. Raises GoldsmithError before anything runs."""
        refuse_wrong_accounts(self.roots, self.caller)
        self._refuse_without_bucket()
        cancellation = Cancellation()
        home = frozenset(root.name for root in self.roots if root.is_home)
        tasks = [
            Task(root.name, partial(self._work, root, applies, cancellation), home - {root.name}) for root in self.roots
        ]
        with shown_progress(len(tasks), lambda applied: _in_words(applied, applies)) as progress:
            outcomes = run_fleet(tasks, bounds=self.bounds, progress=progress, cancellation=cancellation)
        for outcome in outcomes:
            if outcome.state == "failed":
                click.echo(f"\n{outcome.message}", err=True)
        return outcomes

    @cached_property
    def has_bucket(self) -> bool:
        """Whether the state's bucket is there. Raises AwsError where it is another's."""
        root = self.roots[0]
        organization, home = root.organization, root.bootstrap.account
        bucket, region = organization.state.bucket, organization.state.region
        role = self.caller.role_in(home.id)
        client = (
            AccountClients(organization, role, self.environment)("s3", home, region)
            if role
            else caller_client("s3", self.environment, region)
        )
        try:
            with aws_errors(f"{bucket}: the bucket of the state, of account {home.name} ({home.id})"):
                return is_there(client, bucket, home.id)
        except AwsError as error:
            if error_code(error) != FORBIDDEN:
                raise
            raise GoldsmithError(self._of_others(bucket, home.name)) from error

    def _of_others(self, bucket: str, home: str) -> str:
        emulator = " On the embedded AWS it may be of other commands, which make their own: goldsmith emulator reset"
        return (
            f"{bucket}: the bucket of the state is there, and {home} may not reach it: it is another account's, or a "
            "policy forbids it. Change state.bucket, or name in bootstrap.account the account that has it."
            f"{emulator if self.where == EMULATOR else ''}"
        )

    def _refuse_without_bucket(self) -> None:
        root = self.roots[0]
        if self.has_bucket or root.makes_bucket:
            return
        bucket, home = root.organization.state.bucket, root.bootstrap.account.name
        how = (
            f"Begin with that account: goldsmith bootstrap {home}"
            if root.bootstrap.makes_bucket
            else "Make it, or leave out bootstrap.makes_bucket"
        )
        raise GoldsmithError(f"{root.name}: the bucket {bucket} of the state is not there in {home}. {how}")

    def _work(
        self, root: BootstrapRoot, applies: bool, cancellation: Cancellation, say: Callable[[str], None]
    ) -> Applied:
        place = self._place(root)
        begins = root.makes_bucket and (not self.has_bucket or has_local_state(place.directory))
        # Without the bucket nothing was made anywhere, so a plan that is only looked at needs no state.
        self._write(root, LOCAL if begins or not (applies or self.has_bucket) else backend_override(root, self.caller))
        role = self.caller.role_in(root.account.id)
        environment = {**self.environment, **({"TF_VAR_role": role} if role else {})}

        def tell(event: Mapping[str, Any]) -> None:
            say(str(event.get("@message", "")).partition("\n")[0])

        retries = Retries(self.retries, partial(click.echo, err=True))
        with opened(place, self.binary, environment, cancellation, tell, retries=retries) as terraform:
            done = terraform.retried(lambda: self._plan_and_apply(root, terraform, applies, begins))
            if applies and begins:
                self._move_state(root, terraform)
        return done

    def _plan_and_apply(self, root: BootstrapRoot, terraform: Terraform, applies: bool, begins: bool) -> Applied:
        with terraform.planned() as (plan, file):
            if not begins and root.makes_bucket:
                refuse_unknown_bucket(root, plan)
            if not applies or plan.is_empty:
                return Applied(plan.root, plan, plan.seconds)
            return Applied(plan.root, plan, plan.seconds + terraform.apply(file).seconds)

    def _move_state(self, root: BootstrapRoot, terraform: Terraform) -> None:
        """Into the bucket that has just been made; what lies on disk goes once it is there."""
        self._write(root, backend_override(root, self.caller))
        terraform.migrate_state()
        for name in STATE_FILES:
            (terraform.root.directory / name).unlink(missing_ok=True)
        click.echo(f"{root.name}: the state is in s3://{root.organization.state.bucket}/{root.state_key}", err=True)

    def _place(self, root: BootstrapRoot) -> RootDirectory:
        path = Path(self.where) / root.path
        return RootDirectory(
            name=root.name,
            directory=self._folder(root) / root.path,
            data_directory=self.state_directory / "terraform" / path,
            log=self.state_directory / "logs" / path.with_name(f"{path.name}.log"),
        )

    def _folder(self, root: BootstrapRoot) -> Path:
        return self.state_directory / "bootstrap" / self.where / root.account.name

    def _write(self, root: BootstrapRoot, override: str) -> None:
        """The root and its module, and where the state is if not where the root says."""
        more = {f"{root.path}/{OVERRIDE}": override} if override else {}
        write({**bootstrap_tree(root), **more}, self._folder(root))


LOCAL = fill("bootstrap/backend_local.tf.j2", {})


def backend_override(root: BootstrapRoot, caller: Caller) -> str:
    """The backend with the role that reaches it; empty where the caller reaches it by himself."""
    home, organization = root.bootstrap.account, root.organization
    role = caller.role_in(home.id)
    if role is None:
        return ""
    view = {
        "bucket": hcl.encode(organization.state.bucket),
        "key": hcl.encode(root.state_key),
        "role_arn": hcl.encode(f"arn:{organization.partition}:iam::{home.id}:role/{role}"),
        "state_region": hcl.encode(organization.state.region),
    }
    return fill("bootstrap/backend_assumed.tf.j2", view)


def refuse_wrong_accounts(roots: Sequence[BootstrapRoot], caller: Caller) -> None:
    """Raise GoldsmithError where the caller is in another account than is asked for, and names no role."""
    strange = [root for root in roots if root.account.id != caller.account_id]
    if caller.role is not None or not strange:
        return
    named = ", ".join(f"{root.account.name} ({root.account.id})" for root in strange[:3])
    more = f" and {len(strange) - 3} more" if len(strange) > 3 else ""
    raise GoldsmithError(
        f"{strange[0].name}: the credentials are of account {caller.account_id} ({caller.arn}), and what is asked for "
        f"is in {named}{more}. Sign in there, or name a role of its administrators that you may assume: "
        "--role OrganizationAccountAccessRole"
    )


def refuse_unknown_bucket(root: BootstrapRoot, plan: Plan) -> None:
    """Raise GoldsmithError where the bucket is there, and the state in it does not hold it."""
    if any(change.address == BUCKET and change.action == "create" for change in plan.changes):
        raise GoldsmithError(
            f"{root.name}: the bucket {root.organization.state.bucket} is there, and no state has it: it was made by "
            "others, or the state on the disk of the machine that made it was never moved. Say "
            "bootstrap.makes_bucket: false if it is others', or begin there: docs/bootstrap.md has both."
        )


def has_local_state(directory: Path) -> bool:
    """Whether an earlier run has left its state on disk: one that was stopped before the state was moved."""
    state = directory / STATE_FILES[0]
    return state.is_file() and state.stat().st_size > 0


def is_there(s3: Any, bucket: str, account_id: str) -> bool:
    """Whether the account has the bucket. One of the name that others have opened is refused (403), not written to:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html. Raises ClientError."""
    try:
        s3.head_bucket(Bucket=bucket, ExpectedBucketOwner=account_id)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return False
        raise
    return True


def _in_words(applied: Applied, applies: bool) -> str:
    from generator.commands.applying import applied_in_words
    from generator.commands.fleet import described

    return applied_in_words(applied) if applies else described(applied.plan)
