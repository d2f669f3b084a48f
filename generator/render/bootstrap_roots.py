"""The roots that make what accounts need once: one for each account, beside those of the environments."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from generator.render.roots import roots_of
from generator.spec.bootstraps import FOLDER
from generator.spec.model import Account, Environment, Organization, Spec
from generator.spec.model_bootstrap import Bootstrap


@dataclass(frozen=True)
class BootstrapRoot:
    """One account, as the caller makes it ready: no role of Goldsmith's own is there yet."""

    organization: Organization
    bootstrap: Bootstrap
    account: Account
    environments: tuple[Environment, ...]  # all of the spec
    accounts: tuple[Account, ...]  # all that are made ready, this one among them

    @property
    def name(self) -> str:
        return f"{FOLDER}/{self.account.name}"

    @property
    def path(self) -> PurePosixPath:
        """Its folder below the rendered tree."""
        return PurePosixPath(FOLDER, self.account.name)

    @property
    def state_key(self) -> str:
        return f"{self.name}/terraform.tfstate"

    @property
    def is_home(self) -> bool:
        """Whether the state's bucket is in this account, and pipelines begin in it."""
        return self.account == self.bootstrap.account

    @property
    def makes_bucket(self) -> bool:
        """Whether the root makes the bucket that its own state goes to."""
        return self.is_home and self.bootstrap.makes_bucket


def bootstrap_roots(spec: Spec) -> tuple[BootstrapRoot, ...]:
    """A root for each account that has a root; that of the state's bucket first. None where the spec has none."""
    bootstrap = spec.bootstrap
    if bootstrap is None:
        return ()
    used = {bootstrap.account.name} | {root.account.name for root in roots_of(spec)}
    names = sorted(used, key=lambda name: (name != bootstrap.account.name, name))
    accounts = tuple(spec.organization.accounts[name] for name in names)
    environments = tuple(spec.environments.values())
    return tuple(BootstrapRoot(spec.organization, bootstrap, each, environments, accounts) for each in accounts)
