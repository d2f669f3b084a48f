"""Tags of every resource that has an ARN."""

from __future__ import annotations

from generator.emulator.imagebuilder.errors import InvalidParameter, ResourceNotFound
from generator.emulator.imagebuilder.state import Record, Request, State

MOST_TAGS = 50


class TagOperations(State):
    def tag_resource(self, request: Request) -> Record:
        tags = self._tags_of(request["resourceArn"])
        if len({**tags, **request["tags"]}) > MOST_TAGS:
            raise InvalidParameter(f"A resource can have at most {MOST_TAGS} tags.")
        tags.update(request["tags"])
        return {}

    def untag_resource(self, request: Request) -> Record:
        tags = self._tags_of(request["resourceArn"])
        for key in request["tagKeys"]:
            tags.pop(key, None)
        return {}

    def list_tags_for_resource(self, request: Request) -> Record:
        return {"tags": self._tags_of(request["resourceArn"])}

    def _tags_of(self, arn: str) -> dict[str, str]:
        kinds = (
            self.components,
            self.recipes,
            self.container_recipes,
            self.workflows,
            self.lifecycle_policies,
            self.infrastructures,
            self.distributions,
            self.pipelines,
            self.images,
        )
        for records in kinds:
            if arn in records:
                tags: dict[str, str] = records[arn]["tags"]
                return tags
        raise ResourceNotFound(arn)
