"""Which Terraform roots an organization has: one for each environment, account and Region that holds something."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from generator.spec.model import Account, Environment, Organization, Spec
from generator.spec.places import home_region, target_places


@dataclass(frozen=True)
class Root:
    """One rendered root module, with a state of its own.

    `build` holds the pipelines; `target` what a receiving account and Region needs: the image key where it is the
    build account's, the distribution role where it is another account's.
    """

    organization: Organization
    environment: Environment
    account: Account
    region: str
    kind: Literal["build", "target"]

    @property
    def name(self) -> str:
        """How commands and messages call it: `prod/web-prod/us-east-1`."""
        return f"{self.environment.name}/{self.account.name}/{self.region}"

    @property
    def path(self) -> PurePosixPath:
        """Its folder below the rendered tree."""
        return PurePosixPath(self.environment.name, self.account.name, self.region)

    @property
    def state_key(self) -> str:
        return state_key_of(self.name)

    @property
    def is_build_account(self) -> bool:
        return self.account == self.environment.build.account

    @property
    def is_home(self) -> bool:
        """Whether the account's distribution role belongs here: the account is another than the build's."""
        return not self.is_build_account and self.region == home_region(self.environment, self.account)


def state_key_of(root: str) -> str:
    """Where in the bucket of states a root has its own, by the root's name."""
    return f"{root}/terraform.tfstate"


def roots_of(spec: Spec) -> tuple[Root, ...]:
    """Every root of the spec, targets before the build root that ships to them, environments in spec order."""
    return tuple(root for environment in spec.environments.values() for root in _environment_roots(spec, environment))


def _environment_roots(spec: Spec, environment: Environment) -> list[Root]:
    build = environment.build
    targets = [
        Root(spec.organization, environment, account, region, "target")
        for account, region in target_places(environment)
    ]
    return [*targets, Root(spec.organization, environment, build.account, build.region, "build")]
