"""Image pipelines: a recipe, where to build it, and where its images go."""

from __future__ import annotations

from generator.emulator.clock import CLOCK
from generator.emulator.imagebuilder.containers import ContainerRecipeOperations
from generator.emulator.imagebuilder.errors import InvalidParameterValue, InvalidRequest, ResourceNotFound
from generator.emulator.imagebuilder.listing import page, plain
from generator.emulator.imagebuilder.own_workflows import WorkflowOperations
from generator.emulator.imagebuilder.permissions import find_role
from generator.emulator.imagebuilder.scheduled_runs import next_run
from generator.emulator.imagebuilder.schedules import check_schedule, check_timezone
from generator.emulator.imagebuilder.state import Record, Request, add, chosen, end_dry_run, find, timestamp

SETTINGS = (
    "description",
    "imageRecipeArn",
    "containerRecipeArn",
    "infrastructureConfigurationArn",
    "distributionConfigurationArn",
    "imageTestsConfiguration",
    "enhancedImageMetadataEnabled",
    "schedule",
    "status",
    "imageTags",
    "imageScanningConfiguration",
    "workflows",
    "executionRole",
    "loggingConfiguration",
)
START_CONDITION = "EXPRESSION_MATCH_AND_DEPENDENCY_UPDATES_AVAILABLE"


class PipelineOperations(ContainerRecipeOperations, WorkflowOperations):
    def create_image_pipeline(self, request: Request) -> Record:
        return {"imagePipelineArn": self.once("CreateImagePipeline", request, lambda: self._new_pipeline(request))}

    def _new_pipeline(self, request: Request) -> str:
        """A new pipeline counts as updated when it was created: the provider's acceptance tests of v6 expect it so."""
        now = timestamp()
        record = {
            "name": request["name"],
            **self._pipeline_settings(request),
            "dateCreated": now,
            "dateUpdated": now,
            "tags": dict(request.get("tags") or {}),
        }
        record |= next_run(record, CLOCK.now())
        return add(self.pipelines, self.arn("image-pipeline", request["name"]), record, request)

    def _pipeline_settings(self, request: Request) -> Record:
        """The settings of a request with what AWS puts where it says nothing (CreateImagePipelineRequest)."""
        recipe = self.check_sources(request)
        settings = chosen(request, *SETTINGS)
        settings["platform"] = recipe["platform"]
        settings.setdefault("status", "ENABLED")
        settings.setdefault("enhancedImageMetadataEnabled", True)
        settings["imageTestsConfiguration"] = image_tests(request)
        if "schedule" in settings:
            check_schedule(settings["schedule"].get("scheduleExpression") or "")
            default = {"timezone": "UTC", "pipelineExecutionStartCondition": START_CONDITION}
            settings["schedule"] = {**default, **settings["schedule"]}
            check_timezone(settings["schedule"]["timezone"])
        return settings

    def check_sources(self, request: Request) -> Record:
        """The recipe; refuses a request that names anything that is not there."""
        if bool(request.get("imageRecipeArn")) == bool(request.get("containerRecipeArn")):
            raise InvalidRequest("Exactly one of imageRecipeArn and containerRecipeArn must be specified.")
        if request["infrastructureConfigurationArn"] not in self.infrastructures:
            raise _missing("infrastructureConfigurationArn", request["infrastructureConfigurationArn"])
        distribution = request.get("distributionConfigurationArn")
        if distribution and distribution not in self.distributions:
            raise _missing("distributionConfigurationArn", distribution)
        self._check_execution_role(request)
        self.check_workflows(request.get("workflows") or [])
        kind = "imageRecipeArn" if request.get("imageRecipeArn") else "containerRecipeArn"
        resolve = self.resolve_recipe if kind == "imageRecipeArn" else self.resolve_container_recipe
        try:
            return resolve(request[kind])
        except ResourceNotFound:
            raise _missing(kind, request[kind]) from None

    def _check_execution_role(self, request: Request) -> None:
        role = request.get("executionRole")
        if role and find_role(self.account_id, self.partition, role) is None:
            raise InvalidParameterValue("executionRole", f"The role '{role}' does not exist.")
        if request.get("workflows") and not role:
            raise InvalidRequest("When you specify workflows, you must also specify an executionRole.")

    def get_image_pipeline(self, request: Request) -> Record:
        return {"imagePipeline": self._with_last_run(find(self.pipelines, request["imagePipelineArn"]))}

    def _with_last_run(self, pipeline: Record) -> Record:
        runs = [image for image in self.images.values() if image.get("sourcePipelineArn") == pipeline["arn"]]
        if not runs:
            return pipeline
        last = runs[-1]
        return {**pipeline, "dateLastRun": last["dateCreated"], "lastRunStatus": last["state"]["status"]}

    def list_image_pipelines(self, request: Request) -> Record:
        names = (
            "description",
            "name",
            "status",
            "imageRecipeArn",
            "containerRecipeArn",
            "infrastructureConfigurationArn",
            "distributionConfigurationArn",
        )
        records = map(self._with_last_run, self.pipelines.values())
        return page("imagePipelineList", records, request, plain(*names))

    def update_image_pipeline(self, request: Request) -> Record:
        arn = self.once(
            "UpdateImagePipeline", request, lambda: self._changed_pipeline(request["imagePipelineArn"], request)
        )
        return {"imagePipelineArn": arn}

    def _changed_pipeline(self, arn: str, request: Request) -> str:
        old = find(self.pipelines, arn)
        settings = self._pipeline_settings(request)
        end_dry_run(request)
        is_same = all(old.get(name) == settings.get(name) for name in ("schedule", "status"))
        self.pipelines[arn] = {
            **chosen(old, "arn", "name", "dateCreated", "tags"),
            **settings,
            **(chosen(old, "dateNextRun") if is_same else next_run(settings, CLOCK.now())),
            "dateUpdated": timestamp(),
        }
        return arn

    def delete_image_pipeline(self, request: Request) -> Record:
        """Images stay, and a build that runs goes on: DeleteImagePipeline in the model."""
        arn = request["imagePipelineArn"]
        find(self.pipelines, arn)
        del self.pipelines[arn]
        return {"imagePipelineArn": arn}


def image_tests(request: Request) -> Record:
    return {
        "imageTestsEnabled": True,
        "timeoutMinutes": 720,
        **(request.get("imageTestsConfiguration") or {}),
    }


def _missing(parameter: str, arn: str) -> InvalidParameterValue:
    return InvalidParameterValue(parameter, f"The resource with ARN '{arn}' does not exist.")
