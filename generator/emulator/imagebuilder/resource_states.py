"""StartResourceStateUpdate: one image, by hand, into another state.

Sources: StartResourceStateUpdateRequest in the model; the transitions that are allowed:
https://docs.aws.amazon.com/imagebuilder/latest/userguide/image-lifecycle-rules.html
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from generator.emulator.clock import CLOCK
from generator.emulator.imagebuilder import lifecycle_actions, lifecycle_runs
from generator.emulator.imagebuilder.errors import InvalidRequest, ResourceInUse
from generator.emulator.imagebuilder.lifecycle_rules import Action, Order
from generator.emulator.imagebuilder.lifecycle_work import Work
from generator.emulator.imagebuilder.permissions import find_role, trusts_service
from generator.emulator.imagebuilder.state import Record, Request, State, find

ACTIONS: Mapping[str, Action] = {
    "AVAILABLE": "AVAILABLE",
    "DELETED": "DELETE",
    "DEPRECATED": "DEPRECATE",
    "DISABLED": "DISABLE",
}
FROM: Mapping[str, tuple[str, ...]] = {  # the states from which an image gets into each
    "AVAILABLE": ("AVAILABLE", "DEPRECATED", "DISABLED"),
    "DEPRECATED": ("AVAILABLE", "DEPRECATED"),
    "DISABLED": ("AVAILABLE", "DEPRECATED", "DISABLED"),
    "DELETED": ("AVAILABLE", "DEPRECATED", "DISABLED", "FAILED", "CANCELLED"),
}


class ResourceStateOperations(State):
    def start_resource_state_update(self, request: Request) -> Record:
        """Answers a lifecycle execution where one is needed; the state of the image alone changes at once."""
        arn = request["resourceArn"]
        identifier = self.once("StartResourceStateUpdate", request, lambda: self._state_updated(request))
        return {"resourceArn": arn, **({"lifecycleExecutionId": identifier} if identifier else {})}

    def _state_updated(self, request: Request) -> str:
        image = find(self.images, request["resourceArn"])
        _check_transition(image, str(request["state"].get("status")))
        _check_request(image, request)
        self._check_role(request.get("executionRole"))
        order = Order(
            image["arn"],
            ACTIONS[request["state"]["status"]],
            "The state was changed by StartResourceStateUpdate.",
            request.get("includeResources") or {},
            (request.get("exclusionRules") or {}).get("amis") or {},
        )
        if not order.include and "updateAt" not in request:
            now = CLOCK.now()
            lifecycle_actions.change_image(Work(self, order, "", now, now), image)
            return ""
        return self._begun(order, request)

    def _begun(self, order: Order, request: Request) -> str:
        arn, now = order.image_arn, CLOCK.now()
        if any(run.resource_arn == arn and run.is_under_way for run in self.lifecycle_executions.values()):
            raise ResourceInUse(f"The image '{arn}' has a lifecycle execution in progress.")
        execution = lifecycle_runs.begin(self, arn, request.get("executionRole") or "", [order], now)
        if "updateAt" in request:  # AMIs get their time now, the image changes when it has come
            execution.status, execution.due = "PENDING", _moment(request["updateAt"])
            execution.deprecate_at = execution.due
            lifecycle_actions.parts_of(execution.work(self, order, now), self.images[arn])
        return execution.id

    def _check_role(self, name: str | None) -> None:
        if name is None:
            return
        role = find_role(self.account_id, self.partition, name)
        if role is None or not trusts_service(role, self.account_id):
            raise InvalidRequest("The provided role does not exist or does not have sufficient permissions.")


def _check_transition(image: Record, wanted: str) -> None:
    status = image["state"]["status"]
    if wanted not in FROM:
        raise InvalidRequest("The status of the requested state must be specified.")
    if image["type"] != "AMI" and wanted != "DELETED":
        raise InvalidRequest(f"A container image cannot become {wanted}; only DELETED is supported.")
    if status not in FROM[wanted]:
        raise InvalidRequest(f"The image '{image['arn']}' is {status}, and cannot become {wanted}.")


def _check_request(image: Record, request: Request) -> None:
    wanted, include = request["state"]["status"], request.get("includeResources")
    if ("executionRole" in request) != (include is not None):
        raise InvalidRequest("executionRole and includeResources must be specified together.")
    if wanted == "DELETED" and not any((include or {}).values()):
        raise InvalidRequest("To delete an image, its underlying resources must be included in includeResources.")
    check_included(include or {}, wanted == "DELETED")
    if "updateAt" in request:
        if wanted != "DEPRECATED":
            raise InvalidRequest("updateAt is only valid for the state DEPRECATED.")
        if _moment(request["updateAt"]) <= CLOCK.now():
            raise InvalidRequest("updateAt must be a time in the future.")


def check_included(include: Mapping[str, Any], deletes: bool) -> None:
    """Which resources an action may include: LifecyclePolicyDetailAction.includeResources in the model."""
    if not deletes and (include.get("snapshots") or include.get("containers")):
        raise InvalidRequest("Snapshots and containers can only be included when the image is deleted.")
    if include.get("snapshots") and not include.get("amis"):
        raise InvalidRequest("Snapshots can only be included together with AMIs.")


def _moment(given: Any) -> datetime:
    if isinstance(given, datetime):
        return given if given.tzinfo else given.replace(tzinfo=UTC)
    return datetime.fromtimestamp(float(given), UTC)
