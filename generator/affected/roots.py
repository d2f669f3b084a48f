"""The facts of a root that outlive its spec: of one that is gone, nothing else may be known."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from generator.affected.tree import Tree
from generator.render.roots import Root


@dataclass(frozen=True)
class RootFacts:
    name: str  # prod/web-prod/us-east-1
    environment: str
    account: str  # its name in the spec
    account_id: str
    region: str
    kind: Literal["build", "target"]
    state_key: str
    build_account_id: str  # of its environment; empty where only the tree is known

    @property
    def path(self) -> PurePosixPath:
        """Its folder below the rendered tree."""
        return PurePosixPath(self.name)


def facts_of(root: Root) -> RootFacts:
    return RootFacts(
        root.name,
        root.environment.name,
        root.account.name,
        root.account.id,
        root.region,
        root.kind,
        root.state_key,
        root.environment.build.account.id,
    )


def facts_in(tree: Tree, name: str) -> RootFacts:
    """The same of a root whose spec is not there any more, or cannot be read: by what is rendered."""
    environment, account, region = name.split("/")
    account_id = tree.account_id(name)
    builds = b'\nmodule "pipeline_' in tree.files_of(name).get("main.tf", b"")
    return RootFacts(
        name,
        environment,
        account,
        account_id,
        region,
        "build" if builds else "target",
        tree.state_key(name) or f"{name}/terraform.tfstate",
        account_id if builds else "",
    )
