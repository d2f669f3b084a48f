"""The tags of a launch template are not tags of what it launches, and they can be changed.

Why: moto copies the request's own TagSpecifications, which tag the template, into the template's data,
which tags instances. The provider then sees a change at every plan. It also tells those tags as they were when
the template was made, whatever became of them since.
Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html
(TagSpecification.N)
"""

from __future__ import annotations

from typing import Any

OWN = "launch-template"


def apply() -> None:
    from moto.ec2.models.launch_templates import LaunchTemplate, LaunchTemplateBackend

    original = LaunchTemplateBackend.create_launch_template

    def create_launch_template(
        self: Any, name: str, description: str, template_data: dict[str, Any], tag_spec: dict[str, Any]
    ) -> Any:
        inherited = [
            specification
            for specification in template_data.get("TagSpecifications", [])
            if specification["ResourceType"] != OWN
        ]
        data = {key: value for key, value in template_data.items() if key != "TagSpecifications"}
        if inherited:
            data["TagSpecifications"] = inherited
        return original(self, name, description, data, tag_spec)

    LaunchTemplateBackend.create_launch_template = create_launch_template
    # moto assigns them once, at the making.
    LaunchTemplate.tags = property(lambda self: self.get_tags(), lambda self, tags: None)
