"""What differs between two specs for one environment, in whatever can reach one of its roots."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from generator.affected.difference import Difference, Swap, of_environment, of_organization
from generator.affected.documents import document_differences, risen_between, with_risen
from generator.affected.fields import described, differing, differing_keys, named_keys, renumbered, words
from generator.affected.image_differences import image_differences
from generator.affected.reason import Reason
from generator.render.roots import Root
from generator.spec.model import Component, Environment, Organization, Target

# Fields of an environment that are told in ways of their own.
_TOLD = frozenset(
    {"build", "components", "extras", "images", "keys", "kept_components", "operations", "tags", "targets", "audiences"}
)


def differences(
    organization: Organization, environment: Environment, new_organization: Organization, new: Environment
) -> tuple[Difference, ...]:
    """All differences from the first pair to the second; what only follows from one is not told besides."""
    accounts = {
        account: new_organization.accounts[name]
        for name, account in organization.accounts.items()
        if new_organization.accounts.get(name, account) != account
    }
    renumberings = [
        Difference(
            Reason("account", f"account {old.name} {old.id} -> {account.id}"),
            lambda root, old=old, account=account: renumbered(root, {old: account}),  # type: ignore[misc]
        )
        for old, account in accounts.items()
    ]
    before = renumbered(environment, accounts) if accounts else environment
    risen = risen_between(before, new)
    documents = tuple(document_differences(risen, new))
    before = with_risen(before, new, risen)
    return tuple(
        chain(
            renumberings,
            _organization(organization, new_organization),
            documents,
            image_differences(before, new, risen.names),
            _targets(before, new),
            _build(before, new),
            _operations(before, new),
            _kept(before.kept_components, new.kept_components),
            _by_key("keys", "keys of", before, new),
            _by_key("tags", f"tags of {new.name}:", before, new),
            _audiences(before, new),
            _extras(before, new),
            _others(before, new),
        )
    )


def _organization(before: Organization, after: Organization) -> Iterator[Difference]:
    for name in differing(before, after):
        value, new = getattr(before, name), getattr(after, name)
        if name == "tags":
            text = f"tags of {after.name}: {named_keys(value, new)}"
            yield of_organization("tags", text, tags=new)
        elif name != "accounts":  # by themselves they are nowhere rendered; where they are used, they are told
            yield of_organization("organization", f"organization: {described(name, value, new)}", **{name: new})


def _build(before: Environment, after: Environment) -> Iterator[Difference]:
    for name in differing(before.build, after.build):
        old, new = getattr(before.build, name), getattr(after.build, name)
        if name == "account":
            old, new = old.name, new.name
        elif name == "security_groups":
            old, new = ", ".join(old), ", ".join(new)
        build = replace(before.build, **{name: getattr(after.build, name)})
        yield of_environment("build", f"build: {described(name, old, new)}", build=build)


def _targets(before: Environment, after: Environment) -> Iterator[Difference]:
    names = {target.account.name for target in (*before.targets, *after.targets)}
    for name in sorted(names):
        old, new = _modes(before, name), _modes(after, name)
        if old != new:
            targets = _with_targets(before, after, name)
            for text in _joins_and_leaves(f"account {name}", old, new):
                yield of_environment("target", text, targets=targets)


def _modes(environment: Environment, account: str) -> dict[str, str]:
    return {target.region: target.mode for target in environment.targets if target.account.name == account}


def _with_targets(before: Environment, after: Environment, account: str) -> tuple[Target, ...]:
    """The targets as they were, with one account's as they are; in order, as all targets are."""
    build = before.build
    mixed = [target for target in before.targets if target.account.name != account]
    mixed += [target for target in after.targets if target.account.name == account]
    first = (build.account.name, build.region)
    return tuple(sorted(mixed, key=lambda each: ((place := (each.account.name, each.region)) != first, place)))


def _joins_and_leaves(account: str, old: dict[str, str], new: dict[str, str]) -> Iterator[str]:
    """A sentence for each way in which an account's Regions differ; not both empty."""
    joins, leaves = sorted(new.keys() - old.keys()), sorted(old.keys() - new.keys())
    modes = ", ".join(sorted({new[region] for region in joins}))
    if joins:
        places = ", ".join(joins)
        yield f"{account} receives in {places} too ({modes})" if old else f"{account} joins in {places} ({modes})"
    if leaves:
        yield f"{account} receives in {', '.join(leaves)} no more" if new else f"{account} leaves"
    for region in sorted(old.keys() & new.keys()):
        if old[region] != new[region]:
            yield f"{account} in {region}: {old[region]} -> {new[region]}"


def _operations(before: Environment, after: Environment) -> Iterator[Difference]:
    old, new = before.operations, after.operations
    for name in differing(old, new):
        # Workflows that come or go, do so in the pipelines of images, which is told there.
        if name != "workflows" or {each.name for each in old.workflows} == {each.name for each in new.workflows}:
            operations = replace(old, **{name: getattr(new, name)})
            text = described(name, getattr(old, name), getattr(new, name))
            yield of_environment("operations", f"{after.name}: {text}", operations=operations)


def _kept(before: tuple[Component, ...], after: tuple[Component, ...]) -> Iterator[Difference]:
    old, new = ({(each.full_name, each.version): each for each in side} for side in (before, after))
    for name, version in sorted(old.keys() ^ new.keys()):
        word = "is kept" if (name, version) in new else "is kept no more"
        text = f"component {name} {version} {word}"
        yield of_environment("kept", text, kept_components=after)
    for key in sorted(old.keys() & new.keys()):
        if old[key] != new[key]:
            yield of_environment("kept", f"component {key[0]} {key[1]}, which is kept", kept_components=after)


def _by_key(field: str, head: str, before: Environment, after: Environment) -> Iterator[Difference]:
    keys = named_keys(getattr(before, field), getattr(after, field))
    if keys:
        yield of_environment(field, f"{head} {keys}", **{field: getattr(after, field)})


def _audiences(before: Environment, after: Environment) -> Iterator[Difference]:
    old, new = ({each.region: each for each in side.audiences} for side in (before, after))
    for region in differing_keys(old, new):
        audiences = tuple(each for each in before.audiences if each.region != region)
        audiences += tuple(each for each in after.audiences if each.region == region)
        ordered = tuple(sorted(audiences, key=lambda each: each.region))
        yield of_environment("audience", f"audience in {region}", audiences=ordered)


def _extras(before: Environment, after: Environment) -> Iterator[Difference]:
    old, new = ({(each.account, each.region, each.path): each for each in side.extras} for side in (before, after))
    files: dict[str, str] = {}
    for key in differing_keys(old, new):
        word = "new" if key not in old else "removed" if key not in new else "changed"
        files.setdefault((new.get(key) or old[key]).source, word)
    for source, word in sorted(files.items()):
        yield Difference(Reason("extra", f"extra file {source}: {word}"), _swap_extra(source, after))


def _swap_extra(source: str, after: Environment) -> Swap:
    def swap(root: Root) -> Root:
        extras = [each for each in root.environment.extras if each.source != source]
        extras += [each for each in after.extras if each.source == source]
        ordered = sorted(extras, key=lambda each: (each.account, each.region, each.path))
        return replace(root, environment=replace(root.environment, extras=tuple(ordered)))

    return swap


def _others(before: Environment, after: Environment) -> Iterator[Difference]:
    for name in differing(before, after):
        if name not in _TOLD:
            yield of_environment("environment", f"{after.name}: {words(name)}", **{name: getattr(after, name)})
