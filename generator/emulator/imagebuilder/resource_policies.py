"""Policies that share a component, an image or a recipe with other accounts; `sharing` says with whom."""

from __future__ import annotations

import json
from collections.abc import Mapping

from generator.emulator.imagebuilder.errors import InvalidParameterValue, ResourceNotFound
from generator.emulator.imagebuilder.state import Record, Request, State, find


class ResourcePolicyOperations(State):
    def get_component_policy(self, request: Request) -> Record:
        return self._policy_of(self.components, request["componentArn"])

    def put_component_policy(self, request: Request) -> Record:
        return self._put_policy(self.components, "componentArn", request)

    def get_image_policy(self, request: Request) -> Record:
        return self._policy_of(self.images, request["imageArn"])

    def put_image_policy(self, request: Request) -> Record:
        return self._put_policy(self.images, "imageArn", request)

    def get_image_recipe_policy(self, request: Request) -> Record:
        return self._policy_of(self.recipes, request["imageRecipeArn"])

    def put_image_recipe_policy(self, request: Request) -> Record:
        return self._put_policy(self.recipes, "imageRecipeArn", request)

    def get_container_recipe_policy(self, request: Request) -> Record:
        return self._policy_of(self.container_recipes, request["containerRecipeArn"])

    def put_container_recipe_policy(self, request: Request) -> Record:
        return self._put_policy(self.container_recipes, "containerRecipeArn", request)

    def _policy_of(self, records: Mapping[str, Record], arn: str) -> Record:
        find(records, arn)
        if arn not in self.resource_policies:
            raise ResourceNotFound(arn)
        return {"policy": self.resource_policies[arn]}

    def _put_policy(self, records: Mapping[str, Record], member: str, request: Request) -> Record:
        arn, policy = request[member], request["policy"]
        find(records, arn)
        try:
            content = json.loads(policy)
        except json.JSONDecodeError:
            content = None
        if not isinstance(content, dict):
            raise InvalidParameterValue("policy", "It must be a policy document in JSON.")
        self.resource_policies[arn] = policy
        return {member: arn}
