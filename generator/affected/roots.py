"""Roots of which only the rendered tree is known: their spec is gone, or cannot be read any more."""

from __future__ import annotations

from generator.affected.tree import Tree
from generator.render.roots import Root
from generator.spec.model import Account, Environment, Organization, Placement


def root_in(tree: Tree, name: str, organization: Organization) -> Root:
    """A root by what is rendered of it: its names, its account, whether it builds. The rest of it is empty.

    `organization` is the one of today. Of a root that receives, nobody knows which account built for it.
    """
    environment, account_name, region = name.split("/")
    account = Account(account_name, tree.account_id(name))
    builds = b'\nmodule "pipeline_' in tree.files_of(name).get("main.tf", b"")
    placement = Placement(account if builds else Account("", ""), region if builds else "", None, ())
    return Root(
        organization,
        Environment(environment, placement, images=(), components=(), targets=(), tags={}),
        account,
        region,
        "build" if builds else "target",
    )
