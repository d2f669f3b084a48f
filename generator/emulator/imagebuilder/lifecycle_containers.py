"""Container images that a lifecycle deletes from their ECR repositories.

A repository lets Image Builder in by a tag: EC2ImageBuilderLifecycleExecutionPolicy allows no other
(https://docs.aws.amazon.com/aws-managed-policy/latest/reference/EC2ImageBuilderLifecycleExecutionPolicy.html).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from generator.emulator.imagebuilder.lifecycle_work import Denied, Work
from generator.emulator.imagebuilder.state import Record

URI = re.compile(r"^(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[^.]+)\.[^/]+/(?P<name>[^:@]+)(?P<mark>[:@])(?P<id>.+)$")


def container_records(work: Work, outputs: Iterable[Mapping[str, Any]]) -> list[Record]:
    """LifecycleExecutionResource of each image in ECR, once it is deleted or has failed to be."""
    return [_record(work, output, uri) for output in outputs for uri in output.get("imageUris") or []]


def _record(work: Work, output: Mapping[str, Any], uri: str) -> Record:
    parts = URI.match(uri)
    account = parts["account"] if parts else work.state.account_id
    place = {"accountId": account, "resourceId": uri, "region": output["region"], "imageUris": [uri]}
    if parts is None:
        return work.record("FAILED", f"{uri} is no image in Amazon ECR.", **place)
    try:
        gone = _delete(work, parts)
    except Denied as denied:
        return work.record("FAILED", str(denied), **place)
    return work.record("SUCCESS", "" if gone else "The container image does not exist any more.", **place)


def _delete(work: Work, parts: re.Match[str]) -> bool:
    """Whether there was anything to delete. Raises Denied."""
    from moto.ecr.models import ecr_backends

    work.strike(parts["account"], parts["region"])
    ecr = ecr_backends[parts["account"]][parts["region"]]
    repository = ecr.repositories.get(parts["name"])
    if repository is None:
        return False
    tags = ecr.tagger.get_tag_dict_for_resource(repository.arn)
    context = {f"ecr:ResourceTag/{key}": value for key, value in tags.items()}
    work.actor(parts["account"]).require("ecr:BatchDeleteImage", repository.arn, context)
    digests = [each.get_image_digest() for each in repository.images if _is_named(each, parts)]
    for digest in digests:  # by its tag alone, an image with other tags would stay
        ecr.batch_delete_image(parts["name"], None, [{"imageDigest": digest}])
    return bool(digests)


def _is_named(image: Any, parts: re.Match[str]) -> bool:
    if parts["mark"] == ":":
        return parts["id"] in image.image_tags
    return bool(image.get_image_digest() == parts["id"])
