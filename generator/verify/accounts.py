"""What is really there: the accounts are asked, with the role that plans are made with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from generator.errors import AwsError
from generator.render.roots import Root
from generator.spec.model import Image, Schedule
from generator.verify import names
from generator.verify.buckets import closed_to_the_public
from generator.verify.checks import MISSING, Check, equal, failed, skipped
from generator.verify.clients import Clients
from generator.verify.published import check_published
from generator.verify.repositories import check_repositories
from generator.verify.roles import check_distribution_role
from generator.verify.versions import check_versions
from generator.verify.vm import check_vm_export, check_vm_import

Probe = Callable[[Root, Clients], Iterator[Check]]


def check_account(root: Root, clients: Clients) -> list[Check]:
    """Ask the root's account for all that the root is for. A refusal is a failed check, not an error."""
    checks: list[Check] = []
    for subject, probe in _probes(root).items():
        try:
            checks += probe(root, clients)
        except (ClientError, BotoCoreError, AwsError) as error:
            checks.append(failed(root.name, subject, "an answer", error))
    return checks


def _probes(root: Root) -> Mapping[str, Probe]:
    if root.kind == "build":
        return {
            "key": check_key,
            "pipeline": check_pipelines,
            "log_bucket": check_log_bucket,
            "versions": check_versions,
            "published": check_published,
            "repository": check_repositories,
            "vm_export": check_vm_export,
            "vm_import": check_vm_import,
        }
    if root.is_build_account:
        return {"key": check_key, "published": check_published, "repository": check_repositories}
    return {"role": check_distribution_role, "published": check_published} if root.is_home else {}


def check_key(root: Root, clients: Clients) -> Iterator[Check]:
    """The image key of the Region is there, enabled and, where it is ours, rotated every year."""
    arn = names.image_key_arn(root, root.region)
    owner = arn.split(":")[4]
    if owner != root.account.id:
        yield skipped(root.name, "key.state", "Enabled", f"a key of account {owner}, which is not asked")
        return
    kms = clients("kms", root.account, root.region)
    try:
        key = kms.describe_key(KeyId=arn)["KeyMetadata"]
    except kms.exceptions.NotFoundException:
        yield failed(root.name, "key.state", "Enabled", MISSING)
        return
    yield equal(root.name, "key.state", "Enabled", key["KeyState"])
    if root.environment.keys:
        return
    rotated = kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"]
    yield equal(root.name, "key.rotation", "on", "on" if rotated else "off")


def check_pipelines(root: Root, clients: Clients) -> Iterator[Check]:
    """Each pipeline is enabled, runs when the spec says, and builds the recipe version that the lock says."""
    imagebuilder = clients("imagebuilder", root.account, root.region)
    for image in root.environment.images:
        subject = f"pipeline.{image.name}"
        arn = names.image_builder_arn(root, "image-pipeline", image.name)
        try:
            pipeline = imagebuilder.get_image_pipeline(imagePipelineArn=arn)["imagePipeline"]
        except imagebuilder.exceptions.ResourceNotFoundException:
            yield failed(root.name, f"{subject}.status", "ENABLED", MISSING)
            continue
        yield equal(root.name, f"{subject}.status", "ENABLED", pipeline["status"])
        yield equal(root.name, f"{subject}.schedule", _expected(image.schedule), _actual(pipeline))
        yield equal(root.name, f"{subject}.recipe", _recipe(root, image), _recipe_of(pipeline))


def check_log_bucket(root: Root, clients: Clients) -> Iterator[Check]:
    """The bucket of the build logs is there, and closed to the public in all four ways."""
    s3 = clients("s3", root.account, root.region)
    yield closed_to_the_public(root.name, "log_bucket", s3, names.log_bucket(root))


def _recipe(root: Root, image: Image) -> str:
    return names.image_builder_arn(root, names.recipe_kind(image), image.name, image.version)


def _recipe_of(pipeline: Mapping[str, Any]) -> str | None:
    return pipeline.get("containerRecipeArn") or pipeline.get("imageRecipeArn")


def _expected(schedule: Schedule | None) -> str:
    if schedule is None:
        return "manual"
    return f"{schedule.expression} {schedule.timezone} {schedule.start_condition}"


def _actual(pipeline: Mapping[str, Any]) -> str:
    schedule = pipeline.get("schedule")
    if not schedule:
        return "manual"
    keys = ("scheduleExpression", "timezone", "pipelineExecutionStartCondition")
    return " ".join(schedule.get(key, MISSING) for key in keys)
