"""Components of other accounts, as far as their resource policies share them.

https://docs.aws.amazon.com/imagebuilder/latest/userguide/manage-shared-resources.html: the owner shares through
Resource Access Manager or PutComponentPolicy; here the policy alone is known.
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.emulator.imagebuilder.arns import Arn, is_match, newest
from generator.emulator.imagebuilder.errors import ResourceNotFound
from generator.emulator.imagebuilder.state import Record, State
from generator.emulator.policies import Caller, Question, verdict


def shared_component(state: State, arn: Arn) -> Record:
    """The newest build of a component of another account that is shared with this one. Raises ResourceNotFound."""
    from generator.emulator.imagebuilder.models import imagebuilder_backends

    owner: State = imagebuilder_backends[arn.owner][state.region_name]
    best = newest(known for known in _shared(owner, state) if _fits(arn, known))
    if best is None:
        raise ResourceNotFound(str(arn))
    return owner.components[str(best)]


def _shared(owner: State, state: State) -> Iterator[Arn]:
    name = f"arn:{state.partition}:iam::{state.account_id}:root"
    caller = Caller(name, state.account_id, frozenset({name}))
    for text, policy in owner.resource_policies.items():
        question = Question("imagebuilder:GetComponent", caller, resource=text)
        known = Arn.parse(text)
        if known and text in owner.components and verdict(policy, question) == "allow":
            yield known


def _fits(wanted: Arn, known: Arn) -> bool:
    if wanted.build is not None and wanted.build != known.build:
        return False
    return wanted.slug == known.slug and is_match(wanted.version or "x.x.x", known.version or "")
