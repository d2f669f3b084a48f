"""Which Terraform roots an organization has: one for each environment, account and Region that holds something."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from generator.spec.model import Account, Environment, Organization, Spec


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
        return f"{self.name}/terraform.tfstate"

    @property
    def is_build_account(self) -> bool:
        return self.account == self.environment.build.account


def roots_of(spec: Spec) -> tuple[Root, ...]:
    """Every root of the spec, targets before the build root that ships to them, environments in spec order."""
    return tuple(root for environment in spec.environments.values() for root in _environment_roots(spec, environment))


def _environment_roots(spec: Spec, environment: Environment) -> list[Root]:
    """The build account has a root in each Region that images go to (its key); any other account has one (its role).

    IAM is global, so an account's role belongs to one root: that of the build's Region where the account receives
    there, else of the first Region that it receives in.
    """
    build = environment.build
    places = {(build.account, target.region) for target in environment.targets}
    homes: dict[Account, str] = {}
    for target in sorted(environment.targets, key=lambda target: (target.region != build.region, target.region)):
        if target.account != build.account and target.mode == "copy":
            homes.setdefault(target.account, target.region)
    places.update(homes.items())
    places.discard((build.account, build.region))
    targets = [
        Root(spec.organization, environment, account, region, "target")
        for account, region in sorted(places, key=lambda place: (place[0].name, place[1]))
    ]
    return [*targets, Root(spec.organization, environment, build.account, build.region, "build")]
