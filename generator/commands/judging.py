"""What rules say of each root's plan, in the worker that has the whole of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from generator.review.external.tools import external_findings, tools_of
from generator.review.findings import findings_of
from generator.review.subjects import Place

if TYPE_CHECKING:
    from generator.commands.session import Session
    from generator.render.roots import Root
    from generator.review.model import Risk


class Judge:
    """Looks at plans while they are there, from any thread; what it keeps of them holds no secret.

    Raises ReviewError where the spec asks for a tool that is not there; a root of which a tool says nothing fails.
    """

    def __init__(self, session: Session) -> None:
        self._known = frozenset(account.id for account in session.spec.organization.accounts.values())
        self._tools = tools_of(session.spec.policies)
        self.findings: dict[str, tuple[Risk, ...]] = {}  # by name of the root

    def look(self, root: Root, document: Mapping[str, Any]) -> None:
        place = Place(root.name, root.environment.name, root.account.id, root.region, self._known)
        own, others = findings_of(document, place), external_findings(self._tools, root.name, document)
        self.findings[root.name] = (*own, *others)
