"""What AWS holds: the versions that are there, and what each is, in the words of its API.

APIs, of https://docs.aws.amazon.com/imagebuilder/latest/APIReference/: ListComponents, ListComponentBuildVersions,
GetComponent, ListWorkflows, ListWorkflowBuildVersions, GetWorkflow, ListImageRecipes, GetImageRecipe,
ListContainerRecipes, GetContainerRecipe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generator.remote.documents import document_of
from generator.remote.wanted import Content, Kind, without_build

PAGE = 100  # the most that one answer has


@dataclass(frozen=True)
class _Reading:
    """How one kind is listed (operation, member of its answer) and read."""

    listed: str
    versions: str
    contents: Callable[[Any, str], Iterator[Content]]


def versions_there(imagebuilder: Any, kind: Kind) -> set[str]:
    """The ARNs of all versions that the account has of its own, without numbers of builds."""
    reading = _READINGS[kind]
    pages = _pages(imagebuilder, reading.listed, owner="Self")
    return {without_build(each["arn"]) for page in pages for each in page[reading.versions]}


def contents_there(imagebuilder: Any, kind: Kind, arn: str) -> list[Content]:
    """What stands under a version: of components and workflows there may be many builds."""
    return list(_READINGS[kind].contents(imagebuilder, arn))


def _pages(imagebuilder: Any, operation: str, **arguments: Any) -> Iterator[Mapping[str, Any]]:
    pages = imagebuilder.get_paginator(operation).paginate(**arguments, PaginationConfig={"PageSize": PAGE})
    yield from pages


def _components(imagebuilder: Any, arn: str) -> Iterator[Content]:
    for page in _pages(imagebuilder, "list_component_build_versions", componentVersionArn=arn):
        for build in page["componentSummaryList"]:
            answer = imagebuilder.get_component(componentBuildVersionArn=build["arn"])["component"]
            systems = sorted(answer.get("supportedOsVersions") or ())
            yield {**_document(answer), "platform": answer["platform"], "supportedOsVersions": systems}


def _workflows(imagebuilder: Any, arn: str) -> Iterator[Content]:
    for page in _pages(imagebuilder, "list_workflow_build_versions", workflowVersionArn=arn):
        for build in page["workflowSummaryList"]:
            yield _document(imagebuilder.get_workflow(workflowBuildVersionArn=build["arn"])["workflow"])


def _document(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {"data": document_of(answer.get("data") or ""), "changeDescription": answer.get("changeDescription") or None}


def _image_recipes(imagebuilder: Any, arn: str) -> Iterator[Content]:
    answer = imagebuilder.get_image_recipe(imageRecipeArn=arn)["imageRecipe"]
    more = answer.get("additionalInstanceConfiguration") or {}
    agent = (more.get("systemsManagerAgent") or {}).get("uninstallAfterBuild")
    yield {
        **_recipe(answer),
        "blockDeviceMappings": _devices(answer.get("blockDeviceMappings") or ()),
        "userDataOverride": more.get("userDataOverride"),
        "uninstallAfterBuild": agent,
    }


def _container_recipes(imagebuilder: Any, arn: str) -> Iterator[Content]:
    answer = imagebuilder.get_container_recipe(containerRecipeArn=arn)["containerRecipe"]
    instance = answer.get("instanceConfiguration") or {}
    yield {
        **_recipe(answer),
        "targetRepository": (answer.get("targetRepository") or {}).get("repositoryName"),
        "kmsKeyId": answer.get("kmsKeyId"),
        "instanceImage": instance.get("image"),
        "blockDeviceMappings": _devices(instance.get("blockDeviceMappings") or ()),
        "dockerfileTemplateData": answer.get("dockerfileTemplateData"),
    }


def _recipe(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "description": answer.get("description") or None,
        "parentImage": answer.get("parentImage"),
        "components": [_use(each) for each in answer.get("components") or ()],
        "workingDirectory": answer.get("workingDirectory") or None,
    }


def _use(answer: Mapping[str, Any]) -> dict[str, Any]:
    parameters = {each["name"]: ",".join(each["value"]) for each in answer.get("parameters") or ()}
    return {"componentArn": without_build(answer["componentArn"]), "parameters": parameters}


def _devices(answer: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {each["deviceName"]: _device(each) for each in answer}


def _device(answer: Mapping[str, Any]) -> dict[str, Any]:
    if "noDevice" in answer:
        return {"noDevice": True}
    if answer.get("virtualName"):
        return {"virtualName": answer["virtualName"]}
    return dict(answer.get("ebs") or {})


_READINGS: Mapping[Kind, _Reading] = {
    "component": _Reading("list_components", "componentVersionList", _components),
    "workflow": _Reading("list_workflows", "workflowVersionList", _workflows),
    "image-recipe": _Reading("list_image_recipes", "imageRecipeSummaryList", _image_recipes),
    "container-recipe": _Reading("list_container_recipes", "containerRecipeSummaryList", _container_recipes),
}
