"""GetMarketplaceResource: the document of a Marketplace component, and where one of its artifacts can be fetched.

Source: GetMarketplaceResourceRequest in the model. An artifact is an object of the embedded S3, put there by whoever
wants to try this; the answer's URL leads to it on this server.
"""

from __future__ import annotations

import base64
from urllib.parse import quote, urlsplit

import yaml

from generator.emulator.imagebuilder import marketplace
from generator.emulator.imagebuilder.arns import Arn
from generator.emulator.imagebuilder.errors import InvalidRequest
from generator.emulator.imagebuilder.state import Record, Request, State

SECONDS = 3600  # for which the URL says that it is good


class MarketplaceOperations(State):
    def get_marketplace_resource(self, request: Request, server: str) -> Record:
        """`server`: scheme and host of the request."""
        arn = Arn.parse(request["resourceArn"])
        if arn is None or arn.owner != marketplace.OWNER or arn.kind != "component":
            raise InvalidRequest(f"The resource '{request['resourceArn']}' is no component of AWS Marketplace.")
        record = marketplace.component(arn)
        if request["resourceType"] == "COMPONENT_DATA":
            return {"resourceArn": record["arn"], "data": _obfuscated(record)}
        return {"resourceArn": record["arn"], "url": _url(request.get("resourceLocation"), server)}


def _obfuscated(component: Record) -> str:
    """A document that does nothing, base64-encoded: what sellers write is not known here."""
    step = {"name": "Nothing", "action": "ExecuteBash", "inputs": {"commands": ["true"]}}
    phase = {"name": "build", "steps": [step]}
    text = yaml.safe_dump({"name": component["name"], "schemaVersion": 1.0, "phases": [phase]}, sort_keys=False)
    return base64.b64encode(text.encode()).decode()


def _url(location: str | None, server: str) -> str:
    from moto.s3.models import s3_backends

    if location is None:
        raise InvalidRequest("resourceLocation must be specified for COMPONENT_ARTIFACT.")
    parts = urlsplit(location)
    bucket, key = parts.netloc, parts.path[1:]
    partition, owner = s3_backends.bucket_accounts.get(bucket, ("", ""))
    if not owner or s3_backends[owner][partition].get_object(bucket, key) is None:
        raise InvalidRequest(f"The artifact '{location}' does not exist.")
    return f"{server}/{bucket}/{quote(key)}?X-Amz-Expires={SECONDS}"
