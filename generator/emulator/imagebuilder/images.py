"""Images: what a run of a pipeline makes. Started, followed, cancelled and deleted here; `execution` builds them."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime

from generator.emulator.clock import CLOCK
from generator.emulator.imagebuilder import execution, workflows
from generator.emulator.imagebuilder.arns import (
    AMAZON,
    Arn,
    check_wildcards,
    is_match,
    latest_references,
    newest,
)
from generator.emulator.imagebuilder.bases import Base, resolve_base
from generator.emulator.imagebuilder.build_sources import sources_of
from generator.emulator.imagebuilder.catalogue import MANAGED_IMAGES, MANAGED_VERSION, ManagedImage
from generator.emulator.imagebuilder.container_builds import instance_ami
from generator.emulator.imagebuilder.errors import InvalidRequest, ResourceDependency, ResourceNotFound
from generator.emulator.imagebuilder.listing import check_by_name, page, plain
from generator.emulator.imagebuilder.pipelines import PipelineOperations, image_tests
from generator.emulator.imagebuilder.scanning import scan_state
from generator.emulator.imagebuilder.sharing import is_shared, shared, shared_with
from generator.emulator.imagebuilder.state import Record, Request, chosen, find, timestamp
from generator.emulator.imagebuilder.workflow_uses import uses_of

FILTERS = ("name", "osVersion", "platform", "type", "version")
FINISHED = ("AVAILABLE", "CANCELLED", "FAILED", "DEPRECATED", "DELETED", "DISABLED")


class ImageOperations(PipelineOperations):
    def start_image_pipeline_execution(self, request: Request) -> Record:
        arn = self.once("StartImagePipelineExecution", request, lambda: self._started(request))
        return {"imageBuildVersionArn": arn}

    def _started(self, request: Request) -> str:
        pipeline = find(self.pipelines, request["imagePipelineArn"])
        return self._new_image({**pipeline, "tags": request.get("tags") or {}}, pipeline["arn"])

    def start_on_schedule(self, pipeline: Record, moment: datetime) -> None:
        arn = self._new_image({**pipeline, "tags": pipeline.get("imageTags") or {}}, pipeline["arn"], moment)
        self.images[arn]["buildType"] = "SCHEDULED"

    def create_image(self, request: Request) -> Record:
        arn = self.once("CreateImage", request, lambda: self._new_image(request, None))
        return {"imageBuildVersionArn": arn, "latestVersionReferences": latest_references(arn)}

    def _new_image(self, request: Request, pipeline_arn: str | None, moment: datetime | None = None) -> str:
        """Everything the build needs is copied: later changes of the pipeline or its parts do not touch it."""
        moment = moment or CLOCK.now()
        recipe = deepcopy(self.check_sources(request))
        base = self._container_base(recipe) if request.get("containerRecipeArn") else self._ami_base(recipe)
        uses = uses_of(request.get("workflows") or [], self.resolve_workflow)
        version_arn = str(self.arn("image", recipe["name"], recipe["version"]))
        build = self.next_build(version_arn)
        arn = f"{version_arn}/{build}"
        self.images[arn] = {
            "arn": arn,
            **chosen(recipe, "name", "platform"),
            "version": f"{recipe['version']}/{build}",
            "osVersion": base.os_version,
            "imageSource": base.source,
            "owner": self.account_id,
            "buildType": "USER_INITIATED",
            **self._kind(recipe),
            "infrastructureConfiguration": deepcopy(self.infrastructures[request["infrastructureConfigurationArn"]]),
            **self._where_to(request),
            **chosen(request, "executionRole", "workflows", "loggingConfiguration", "imageScanningConfiguration"),
            "enhancedImageMetadataEnabled": request.get("enhancedImageMetadataEnabled") is not False,
            "imageTestsConfiguration": image_tests(request),
            **({"sourcePipelineName": request["name"], "sourcePipelineArn": pipeline_arn} if pipeline_arn else {}),
            "state": {"status": "PENDING"},
            "dateCreated": timestamp(moment),
            "tags": dict(request.get("tags") or {}),
        }
        is_container = "containerType" in recipe
        self.builds[arn] = execution.start(arn, base.ami_id, uses, moment=moment, is_container=is_container)
        self.builds[arn].sources = sources_of(self, recipe)
        return arn

    def _ami_base(self, recipe: Record) -> Base:
        return resolve_base(self, recipe["parentImage"])

    def _container_base(self, recipe: Record) -> Base:
        """The instance that builds; what the container is made from, Docker asks the registry for."""
        return Base(instance_ami(self, recipe), recipe["platform"], recipe["parentImage"], "CUSTOM")

    def _kind(self, recipe: Record) -> Record:
        """What an image is, what it is made by, and what it puts out."""
        if "containerType" in recipe:
            return {"type": recipe["containerType"], "containerRecipe": recipe, "outputResources": {"containers": []}}
        return {"type": "AMI", "imageRecipe": recipe, "outputResources": {"amis": []}}

    def _where_to(self, request: Request) -> Record:
        arn = request.get("distributionConfigurationArn")
        return {"distributionConfiguration": deepcopy(self.distributions[arn])} if arn else {}

    def get_image(self, request: Request) -> Record:
        text = request["imageBuildVersionArn"]
        arn = Arn.parse(text)
        if arn is not None and arn.owner == AMAZON:
            return {"image": self._managed_image(arn)}
        if arn is not None and arn.owner != self.account_id:
            return {"image": shared(self, "images", arn)}
        image = find(self.images, str((arn and self._newest_image(arn)) or text))
        shown = {**image, **scan_state(image)}
        return {"image": shown, "latestVersionReferences": latest_references(image["arn"])}

    def _newest_image(self, wanted: Arn) -> Arn | None:
        """The image that a version or wildcard ARN means: the newest available one (GetImageRequest in the model).

        None where the ARN names a build, and where no build is available.
        """
        if wanted.build is not None or wanted.version is None:
            return None
        check_wildcards(wanted.version)
        return newest(
            arn
            for arn in map(Arn.parse, self.images)
            if arn
            and arn.slug == wanted.slug
            and is_match(wanted.version, arn.version or "")
            and self.images[str(arn)]["state"]["status"] == "AVAILABLE"
        )

    def _managed_image(self, arn: Arn) -> Record:
        image = MANAGED_IMAGES.get(arn.slug)
        if image is None or arn.region != self.region_name:
            raise ResourceNotFound(str(arn))
        base = resolve_base(self, str(arn))
        version = MANAGED_VERSION if "x" in (arn.version or "x") else arn.version
        ami = {"region": self.region_name, "image": base.ami_id, "accountId": image.owner}
        exact = Arn(arn.partition, arn.region, AMAZON, "image", image.name, version, arn.build or 1)
        return {
            **_managed_version(exact, image),
            "version": f"{version}/{exact.build}",
            "enhancedImageMetadataEnabled": True,
            "state": {"status": "AVAILABLE"},
            "outputResources": {"amis": [ami]},
            "tags": {},
        }

    def list_images(self, request: Request) -> Record:
        check_by_name(request)
        versions = self._versions_of_images(request.get("owner") or "Self")
        if request.get("byName"):
            stems = {record["arn"].rsplit("/", 1)[0]: record for record in versions}
            versions = [{**record, "arn": f"{stem}/x.x.x"} for stem, record in stems.items()]
        return page("imageVersionList", versions, request, plain(*FILTERS))

    def _versions_of_images(self, owner: str) -> list[Record]:
        if owner == "Amazon":
            return self._managed_images()
        return _versions({"Self": self.images, "Shared": shared_with(self, "images")}.get(owner, {}))

    def _managed_images(self) -> list[Record]:
        return [
            _managed_version(Arn(self.partition, self.region_name, AMAZON, "image", image.name, MANAGED_VERSION), image)
            for image in MANAGED_IMAGES.values()
        ]

    def list_image_build_versions(self, request: Request) -> Record:
        wanted = request.get("imageVersionArn")
        builds = [image for arn, image in self.images.items() if wanted in (None, arn.rsplit("/", 1)[0])]
        return page("imageSummaryList", builds, request, plain(*FILTERS))

    def list_image_pipeline_images(self, request: Request) -> Record:
        arn = request["imagePipelineArn"]
        find(self.pipelines, arn)
        runs = [image for image in self.images.values() if image.get("sourcePipelineArn") == arn]
        return page("imageSummaryList", runs, request, plain("name", "version"))

    def cancel_image_creation(self, request: Request) -> Record:
        arn = self.once("CancelImageCreation", request, lambda: self._cancelled_image(request["imageBuildVersionArn"]))
        return {"imageBuildVersionArn": arn}

    def _cancelled_image(self, arn: str) -> str:
        if find(self.images, arn)["state"]["status"] in FINISHED:
            raise InvalidRequest(f"The image '{arn}' is not being created, so its creation cannot be cancelled.")
        execution.cancel(self, self.builds[arn])
        return arn

    def delete_image(self, request: Request) -> Record:
        """AMIs and container images stay: DeleteImage in the model."""
        arn = request["imageBuildVersionArn"]
        if find(self.images, arn)["state"]["status"] not in FINISHED or is_shared(self, arn) or self._is_base(arn):
            raise ResourceDependency(arn)
        del self.images[arn]
        self.resource_policies.pop(arn, None)
        self.builds.pop(arn, None)
        return {"imageBuildVersionArn": arn}

    def _is_base(self, arn: str) -> bool:
        """Whether a recipe stands on this very build; one on a version or a wildcard takes the next newest."""
        return any(recipe["parentImage"] == arn for recipe in self.recipes.values())

    def list_workflow_executions(self, request: Request) -> Record:
        arn = request["imageBuildVersionArn"]
        image = find(self.images, arn)
        runs = [workflows.execution_of(self, image, run) for run in self.builds[arn].workflows]
        return {"imageBuildVersionArn": arn, **page("workflowExecutions", runs, request, {})}

    def list_workflow_step_executions(self, request: Request) -> Record:
        wanted = request["workflowExecutionId"]
        for arn, build in self.builds.items():
            for run in build.workflows:
                if run.id == wanted:
                    head = {
                        "imageBuildVersionArn": arn,
                        "workflowExecutionId": run.id,
                        "workflowBuildVersionArn": workflows.arn_of(self, run),
                    }
                    return {**head, **page("steps", workflows.steps_of(run), request, {})}
        raise ResourceNotFound(wanted)


def _versions(images: Mapping[str, Record]) -> list[Record]:
    """One entry for each version, made from its newest build."""
    builds = {arn.rsplit("/", 1)[0]: image for arn, image in images.items()}
    names = ("name", "type", "platform", "osVersion", "owner", "dateCreated", "buildType", "imageSource")
    return [{"arn": arn, "version": arn.rsplit("/", 1)[1], **chosen(image, *names)} for arn, image in builds.items()]


def _managed_version(arn: Arn, image: ManagedImage) -> Record:
    return {
        "arn": str(arn),
        "name": image.title,
        "type": "AMI",
        "version": arn.version,
        "platform": image.platform,
        "osVersion": image.os_version,
        "owner": "Amazon",
        "imageSource": "AMAZON_MANAGED",
        "dateCreated": "2020-01-01T00:00:00.000Z",
    }
