"""Versions that AWS has with another content than the lock: found by asking each build account, many at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol

from generator.aws import aws_errors
from generator.errors import AwsError
from generator.remote.differences import differences
from generator.remote.held import contents_there, versions_there
from generator.remote.wanted import SECTIONS, Wanted, wanted
from generator.render.roots import Root, roots_of
from generator.spec.model import Account, Spec

AT_ONCE = 16


class Clients(Protocol):
    """Gives a boto3 client that acts in an account and Region, with the role that plans are made with."""

    def __call__(self, service: str, account: Account, region: str) -> Any: ...


@dataclass(frozen=True)
class Taken:
    """A version that is there with another content; `differences` tell in what."""

    section: str
    name: str
    version: str
    place: str  # prod in images-prod (333333333333), us-east-1
    differences: tuple[str, ...]


@dataclass(frozen=True)
class Answers:
    """What the accounts said; `versions` are all that any has, by section and name of the lock."""

    taken: tuple[Taken, ...] = ()
    versions: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    failures: tuple[AwsError, ...] = ()
    asked: int = 0


def ask(spec: Spec, clients: Clients) -> Answers:
    """Ask every build account and Region. One that does not answer is a failure, and leaves the others' answers."""
    roots = [root for root in roots_of(spec) if root.kind == "build"]
    with ThreadPoolExecutor(max_workers=min(AT_ONCE, max(1, len(roots)))) as pool:
        answers = list(pool.map(lambda root: _ask_one(root, clients), roots))
    return _together(answers)


def _ask_one(root: Root, clients: Clients) -> Answers:
    place = f"{root.environment.name} in {root.account.name} ({root.account.id}), {root.region}"
    try:
        with aws_errors(place):
            imagebuilder = clients("imagebuilder", root.account, root.region)
            return _answers(list(wanted(root)), place, imagebuilder)
    except AwsError as error:
        return Answers(failures=(error,), asked=1)


def _answers(all_wanted: Sequence[Wanted], place: str, imagebuilder: Any) -> Answers:
    there: set[str] = set()
    for kind in sorted({each.kind for each in all_wanted}):
        there |= versions_there(imagebuilder, kind)
    versions: dict[tuple[str, str], frozenset[str]] = {}
    for each in all_wanted:
        its = {arn.rsplit("/", 1)[1] for arn in there if arn.rsplit("/", 1)[0] == each.stem}
        key = (SECTIONS[each.kind], each.name)
        versions[key] = versions.get(key, frozenset()) | its
    taken = tuple(found for each in all_wanted if each.arn in there for found in _taken(each, place, imagebuilder))
    return Answers(taken, versions, asked=1)


def _taken(each: Wanted, place: str, imagebuilder: Any) -> Iterator[Taken]:
    """Nothing where one of the builds of the version is what is wanted."""
    found = [differences(each.content, content) for content in contents_there(imagebuilder, each.kind, each.arn)]
    if found and all(found):
        yield Taken(SECTIONS[each.kind], each.name, each.version, place, tuple(found[-1]))


def _together(answers: Iterable[Answers]) -> Answers:
    taken: list[Taken] = []
    failures: list[AwsError] = []
    versions: dict[tuple[str, str], frozenset[str]] = {}
    asked = 0
    for each in answers:
        taken += each.taken
        failures += each.failures
        asked += each.asked
        for key, its in each.versions.items():
            versions[key] = versions.get(key, frozenset()) | its
    return Answers(tuple(taken), versions, tuple(failures), asked)
