"""The answer to a request that a fault strikes: throttled or unavailable, in the words of its own protocol.

SDKs know these codes and statuses, and repeat the request as they do against AWS. Sources:
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html (RequestLimitExceeded, Unavailable),
https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html (Throttling, ServiceUnavailable),
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html (SlowDown),
https://docs.aws.amazon.com/systems-manager/latest/APIReference/CommonErrors.html (ThrottlingException).
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError
from botocore.model import NoShapeFoundError
from moto.core.request import Request
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from generator.emulator.corrections.refusals import error_response
from generator.emulator.faults import FAULTS, Fault
from generator.emulator.requests import Call, Protocol

Error = tuple[str, int, str]  # code, status, message

THROTTLED: Mapping[Protocol, Error] = {
    "ec2": ("RequestLimitExceeded", 503, "Request limit exceeded."),
    "query": ("Throttling", 400, "Rate exceeded"),
    "json": ("ThrottlingException", 400, "Rate exceeded"),
    "rest-json": ("ThrottlingException", 400, "Rate exceeded"),
    "rest-xml": ("SlowDown", 503, "Please reduce your request rate."),
}
UNAVAILABLE: Mapping[Protocol, Error] = {
    "ec2": ("Unavailable", 503, "The service is unavailable. Please try again shortly."),
    "query": ("ServiceUnavailable", 503, "Service is unable to handle request."),
    "json": ("ServiceUnavailable", 503, "Service is unable to handle request."),
    "rest-json": ("ServiceUnavailableException", 503, "The service is unable to process your request at this time."),
    "rest-xml": ("ServiceUnavailable", 503, "Service is unable to handle request."),
}
USUAL: Mapping[str, Mapping[Protocol, Error]] = {"throttle": THROTTLED, "unavailable": UNAVAILABLE}


def struck(call: Call, environ: dict[str, Any], account_id: str) -> Response | None:
    """The error that a fault answers the request with; None for a request that is spared.

    Raises ConnectionAbortedError, with the connection closed, where none is to be given.
    """
    if not FAULTS.has("throttle", "unavailable", "outage"):
        return None
    facts = {"service": call.service, "operation": operation_of(call, environ), "account": account_id}
    if FAULTS.take("outage", **facts):
        _hang_up(environ)
    fault = FAULTS.take("throttle", **facts) or FAULTS.take("unavailable", **facts)
    return None if fault is None else _answer(call, fault)


def _hang_up(environ: dict[str, Any]) -> None:
    """As a server does that goes down: the connection ends without an answer."""
    connection: socket.socket | None = environ.get("werkzeug.socket")
    if connection is not None:
        connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError("a fault was asked for")


def operation_of(call: Call, environ: dict[str, Any]) -> str:
    """The operation's name, also where only the method and the path tell it."""
    if call.protocol in ("rest-json", "rest-xml"):
        try:
            operation, _ = get_service_router(call.service).match(Request(environ, populate_request=False))
            return str(operation.name)
        except (BotoCoreError, HTTPException, LookupError, ValueError):
            return call.action  # of a service, or with a path, that nobody knows
    return call.action


def _answer(call: Call, fault: Fault) -> Response:
    code, status, message = USUAL[fault.kind][call.protocol]
    if fault.code:
        code, status = fault.code, _modelled_status(call.service, fault.code) or status
    return error_response(call, code, fault.reason or message, status)


def _modelled_status(service: str, code: str) -> int | None:
    """The HTTP status that the service's model gives to one of its own errors."""
    try:
        shape = get_service_model(service).shape_for(code)
    except (BotoCoreError, NoShapeFoundError):
        return None
    status = shape.metadata.get("error", {}).get("httpStatusCode")
    return None if status is None else int(status)
