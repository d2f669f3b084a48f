"""Lifecycle policies: which images are deprecated, disabled or deleted, and when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.emulator.clock import CLOCK
from generator.emulator.imagebuilder.errors import InvalidParameterValue, InvalidRequest
from generator.emulator.imagebuilder.listing import page, plain
from generator.emulator.imagebuilder.permissions import find_role, trusts_service
from generator.emulator.imagebuilder.resource_states import check_included
from generator.emulator.imagebuilder.state import Record, Request, State, add, chosen, end_dry_run, find

SETTINGS = ("description", "status", "executionRole", "resourceType", "policyDetails", "resourceSelection")
IN_LISTS = (
    "arn",
    "name",
    "description",
    "status",
    "executionRole",
    "resourceType",
    "dateCreated",
    "dateUpdated",
    "dateLastRun",
    "tags",
)


class LifecyclePolicyOperations(State):
    def create_lifecycle_policy(self, request: Request) -> Record:
        return {"lifecyclePolicyArn": self.once("CreateLifecyclePolicy", request, lambda: self._new_policy(request))}

    def _new_policy(self, request: Request) -> str:
        record = {
            "name": request["name"],
            **self._policy_settings(request),
            "dateCreated": CLOCK.now(),
            "tags": dict(request.get("tags") or {}),
        }
        return add(self.lifecycle_policies, self.arn("lifecycle-policy", request["name"]), record, request)

    def _policy_settings(self, request: Request) -> Record:
        selection = request["resourceSelection"]
        if bool(selection.get("recipes")) == bool(selection.get("tagMap")):  # guess: the console offers one of the two
            raise InvalidRequest("Exactly one of recipes and tagMap must be specified in resourceSelection.")
        self._check_policy_role(request["executionRole"])
        settings = chosen(request, *SETTINGS)
        settings.setdefault("status", "ENABLED")
        _check_rules(request)
        settings["policyDetails"] = [_checked(index, item) for index, item in enumerate(request["policyDetails"])]
        return settings

    def _check_policy_role(self, name: str) -> None:
        """The words for which the Terraform provider waits and tries again, while a new role is not yet known."""
        role = find_role(self.account_id, self.partition, name)
        if role is None or not trusts_service(role, self.account_id):
            raise InvalidParameterValue(
                "executionRole", "The provided role does not exist or does not have sufficient permissions."
            )

    def get_lifecycle_policy(self, request: Request) -> Record:
        return {"lifecyclePolicy": find(self.lifecycle_policies, request["lifecyclePolicyArn"])}

    def list_lifecycle_policies(self, request: Request) -> Record:
        records = [chosen(record, *IN_LISTS) for record in self.lifecycle_policies.values()]
        filters = plain("name", "status", "resourceType")
        return page("lifecyclePolicySummaryList", records, request, filters)

    def update_lifecycle_policy(self, request: Request) -> Record:
        arn = request["lifecyclePolicyArn"]
        self.once("UpdateLifecyclePolicy", request, lambda: self._changed_policy(arn, request))
        return {"lifecyclePolicyArn": arn}

    def _changed_policy(self, arn: str, request: Request) -> str:
        old = find(self.lifecycle_policies, arn)
        settings = self._policy_settings(request)
        end_dry_run(request)
        kept = chosen(old, "arn", "name", "dateCreated", "dateLastRun", "tags")
        self.lifecycle_policies[arn] = {**kept, **settings, "dateUpdated": CLOCK.now()}
        return arn

    def delete_lifecycle_policy(self, request: Request) -> Record:
        arn = request["lifecyclePolicyArn"]
        find(self.lifecycle_policies, arn)
        del self.lifecycle_policies[arn]
        return {"lifecyclePolicyArn": arn}


def _check_rules(request: Request) -> None:
    """Which rules go together: CreateLifecyclePolicyRequest and LifecyclePolicyDetail in the model."""
    actions = [detail["action"]["type"] for detail in request["policyDetails"]]
    if len(set(actions)) < len(actions):
        raise InvalidRequest("A policy can have at most one rule for each action type.")
    if request["resourceType"] == "CONTAINER_IMAGE" and set(actions) != {"DELETE"}:
        raise InvalidRequest("A policy for container images supports the action DELETE only.")
    for detail in request["policyDetails"]:
        deletes = detail["action"]["type"] == "DELETE"
        check_included(detail["action"].get("includeResources") or {}, deletes)
        if detail["filter"]["type"] == "COUNT" and not deletes:
            raise InvalidRequest("The COUNT filter can only be used with the action DELETE.")


def _checked(index: int, detail: Mapping[str, Any]) -> Record:
    """A rule as the service answers it: a boolean that was not given is false.

    For `isPublic` that is known: https://github.com/hashicorp/terraform-provider-aws/issues/43752.
    """
    place, rule = f"policyDetails[{index}].filter", detail["filter"]
    if rule["type"] == "AGE" and not rule.get("unit"):  # LifecyclePolicyDetailFilter.unit in the model
        raise InvalidParameterValue(f"{place}.unit", "It is required for age-based rules.")
    action = dict(detail["action"])
    if "includeResources" in action:
        none = {"amis": False, "snapshots": False, "containers": False}
        action["includeResources"] = {**none, **action["includeResources"]}
    result = {**detail, "action": action}
    exclusions = detail.get("exclusionRules")
    if exclusions and "amis" in exclusions:
        result["exclusionRules"] = {**exclusions, "amis": {"isPublic": False, **exclusions["amis"]}}
    return result
