"""A CodeBuild project has the key it was made with, can be changed, and goes by its ARN as by its name.

Why: moto answers every project with S3's key, and has no UpdateProject; the provider then sees a change at every plan,
and cannot apply it. It deletes a project by its ARN, which moto takes for the name of another.
Source: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_UpdateProject.html (what is left out stays);
internal/service/codebuild/project.go in terraform-provider-aws (DeleteProject with the resource's id, its ARN)
"""

from __future__ import annotations

from typing import Any

KEPT = (
    "artifacts",
    "cache",
    "description",
    "encryptionKey",
    "environment",
    "logsConfig",
    "queuedTimeoutInMinutes",
    "serviceRole",
    "source",
    "tags",
    "timeoutInMinutes",
)


def apply() -> None:
    from moto.codebuild.exceptions import ResourceNotFoundException
    from moto.codebuild.models import CodeBuildBackend
    from moto.codebuild.responses import CodeBuildResponse
    from moto.core.responses import ActionResult

    original, deletes = CodeBuildResponse.create_project, CodeBuildBackend.delete_project

    def create_project(self: Any) -> Any:
        answer = original(self)
        _keep(self, answer.result["project"])
        return answer

    def update_project(self: Any) -> Any:
        project = self.codebuild_backend.codebuild_projects.get(self._get_param("name"))
        if project is None:
            raise ResourceNotFoundException(f"Project cannot be found: {self._get_param('name')}")
        _keep(self, project.project_metadata)
        return ActionResult({"project": project.project_metadata})

    def delete_project(self: Any, project_name: str) -> None:
        deletes(self, project_name.rpartition(":project/")[2])

    CodeBuildBackend.delete_project = delete_project
    CodeBuildResponse.create_project = create_project
    CodeBuildResponse.update_project = update_project


def _keep(request: Any, project: dict[str, Any]) -> None:
    given = {name: request._get_param(name) for name in KEPT}
    project.update({name: value for name, value in given.items() if value not in (None, "")})
