"""The id of a launch template follows from its account, Region and name.

Why: AWS gives any id, and a spec has those ids written down (`launch_templates.lock.yaml`), since EC2 Image Builder
takes nothing else. Here a template that is on record gets the id that is on record, and any other always the same, so
that what was written down with a real account, or by an earlier run, stays right. moto gives ids at random.
Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LaunchTemplate.html (LaunchTemplateId)
"""

from __future__ import annotations

import hashlib
from typing import Any

_RESERVED: dict[tuple[str, str, str], str] = {}


def reserve(account_id: str, region: str, name: str, identifier: str) -> None:
    """The next template of this name there gets this id."""
    _RESERVED[account_id, region, name] = identifier


def apply() -> None:
    from moto.ec2.models import launch_templates

    original = launch_templates.LaunchTemplateBackend.create_launch_template

    def create_launch_template(self: Any, name: str, *arguments: Any, **named: Any) -> Any:
        identifier = _id(self.account_id, self.region_name, name)
        if identifier not in self.launch_templates:
            self.tags.pop(identifier, None)  # of one that is gone
        at_random = launch_templates.random_launch_template_id
        launch_templates.random_launch_template_id = lambda: identifier
        try:
            return original(self, name, *arguments, **named)
        finally:
            launch_templates.random_launch_template_id = at_random

    launch_templates.LaunchTemplateBackend.create_launch_template = create_launch_template


def _id(account_id: str, region: str, name: str) -> str:
    place = (account_id, region, name)
    return _RESERVED.get(place) or "lt-" + hashlib.sha256("/".join(place).encode()).hexdigest()[:17]
