"""Image recipes: a base image and components under a name and a version. They never change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.emulator.imagebuilder.arns import (
    Arn,
    check_version,
    check_wildcards,
    is_match,
    latest_references,
    newest,
)
from generator.emulator.imagebuilder.bases import resolve_base
from generator.emulator.imagebuilder.components import ComponentOperations
from generator.emulator.imagebuilder.errors import (
    InvalidParameterValue,
    ResourceDependency,
    ResourceNotFound,
    ServiceQuotaExceeded,
)
from generator.emulator.imagebuilder.listing import page, plain
from generator.emulator.imagebuilder.parameters_given import check_parameters
from generator.emulator.imagebuilder.sharing import is_shared, shared, shared_with
from generator.emulator.imagebuilder.state import Record, Request, add, chosen, find, timestamp

MOST_COMPONENTS = 20  # https://docs.aws.amazon.com/imagebuilder/latest/userguide/manage-recipes.html
SHOWN = (
    "name",
    "description",
    "parentImage",
    "blockDeviceMappings",
    "workingDirectory",
    "additionalInstanceConfiguration",
    "amiTags",
    "amiWatermarks",
)


class RecipeOperations(ComponentOperations):
    def create_image_recipe(self, request: Request) -> Record:
        arn = self.once("CreateImageRecipe", request, lambda: self._new_recipe(request))
        return {"imageRecipeArn": arn, "latestVersionReferences": latest_references(arn)}

    def _new_recipe(self, request: Request) -> str:
        version = self.next_version(self.recipes, "image-recipe", request["name"], request["semanticVersion"])
        uses = list(request.get("components") or [])
        platforms = self._check_components(uses)
        base = resolve_base(self, request["parentImage"])
        if platforms - {base.platform}:
            raise InvalidParameterValue(
                "components",
                f"The components are for {', '.join(sorted(platforms))} and the parent image is {base.platform}.",
            )
        if base.source in ("AMAZON_MANAGED", "AWS_MARKETPLACE"):  # of others no more than an AMI's name is known
            self._check_systems(uses, base.os_version)
        _check_agent(request, base.platform)
        record = {
            **chosen(request, *SHOWN),
            "type": "AMI",
            "version": version,
            "platform": base.platform,
            "owner": self.account_id,
            "components": uses,
            "dateCreated": timestamp(),
            "tags": dict(request.get("tags") or {}),
        }
        record.setdefault("blockDeviceMappings", [])
        return add(self.recipes, self.arn("image-recipe", request["name"], version), record, request)

    def next_version(self, records: Mapping[str, Record], kind: str, name: str, version: str) -> str:
        """The exact version; the `x` of a pattern such as 1.0.x becomes the next free number."""
        check_version(version)
        check_wildcards(version)
        if "x" not in version:
            return version
        wanted = self.arn(kind, name)
        known = [
            arn
            for arn in map(Arn.parse, records)
            if arn and arn.slug == wanted.slug and is_match(version, arn.version or "")
        ]
        last = newest(known)
        first_free = version.split(".").index("x")
        numbers = [0, 0, 0] if last is None else [int(node) for node in (last.version or "").split(".")]
        nodes = [numbers[place] if node == "x" else int(node) for place, node in enumerate(version.split("."))]
        if last is not None:
            nodes[first_free] += 1
            nodes[first_free + 1 :] = [0] * (2 - first_free)
        return ".".join(map(str, nodes))

    def _check_components(self, uses: list[Mapping[str, Any]]) -> set[str]:
        """The platforms of the components. Refuses what does not exist, comes twice, or gets wrong parameters."""
        if len(uses) > MOST_COMPONENTS:
            raise ServiceQuotaExceeded(
                f"The recipe has {len(uses)} components; the quota is {MOST_COMPONENTS} components per recipe."
            )
        platforms, names = set(), set()
        for index, use in enumerate(uses):
            component = self._used_component(index, use)
            name = component["arn"].split("/")[1], component["owner"]
            if name in names:
                raise InvalidParameterValue(
                    f"components[{index}].componentArn",
                    "A component can be specified only one time in a recipe.",
                )
            names.add(name)
            platforms.add(component["platform"])
        return platforms

    def _check_systems(self, uses: list[Mapping[str, Any]], system: str) -> None:
        """CreateComponentRequest.supportedOsVersions in the model: a prefix match, where the base's system is known."""
        for index, use in enumerate(uses):
            starts = self._used_component(index, use).get("supportedOsVersions")
            if starts and not any(system.startswith(start) for start in starts):
                raise InvalidParameterValue(
                    f"components[{index}].componentArn",
                    f"The component supports {', '.join(starts)} and the parent image is {system}.",
                )

    def _used_component(self, index: int, use: Mapping[str, Any]) -> Record:
        try:
            component = self.resolve_component(use["componentArn"])
        except ResourceNotFound as error:
            raise InvalidParameterValue(f"components[{index}].componentArn", str(error.message)) from None
        if "parameters" in component:  # of Amazon's components they are not known
            place = f"components[{index}].parameters"
            check_parameters(place, "component", component["parameters"], use.get("parameters") or [])
        return component

    def get_image_recipe(self, request: Request) -> Record:
        recipe = self.resolve_recipe(request["imageRecipeArn"])
        return {"imageRecipe": recipe, "latestVersionReferences": latest_references(recipe["arn"])}

    def resolve_recipe(self, text: str) -> Record:
        """The one that a version or wildcard ARN means, of an account that shares it too. Raises ResourceNotFound."""
        arn = Arn.parse(text)
        if arn is not None and arn.owner != self.account_id:
            return shared(self, "recipes", arn)
        return find_recipe(self.recipes, text)

    def list_image_recipes(self, request: Request) -> Record:
        known = {"Self": self.recipes, "Shared": shared_with(self, "recipes")}
        recipes = known.get(request.get("owner") or "Self", {})
        return page("imageRecipeSummaryList", recipes.values(), request, plain("name", "parentImage", "platform"))

    def delete_image_recipe(self, request: Request) -> Record:
        arn = request["imageRecipeArn"]
        find(self.recipes, arn)
        uses = [pipeline.get("imageRecipeArn") for pipeline in self.pipelines.values()]
        if is_shared(self, arn) or any(means_only(self.recipes, use or "", arn) for use in uses):
            raise ResourceDependency(arn)
        del self.recipes[arn]
        self.resource_policies.pop(arn, None)
        return {"imageRecipeArn": arn}


def _check_agent(request: Request, platform: str) -> None:
    """AdditionalInstanceConfiguration in the model: the agent's settings are for Linux and macOS."""
    if platform == "Windows" and (request.get("additionalInstanceConfiguration") or {}).get("systemsManagerAgent"):
        raise InvalidParameterValue(
            "additionalInstanceConfiguration.systemsManagerAgent", "It is not supported for a Windows base image."
        )


def find_recipe(records: Mapping[str, Record], text: str) -> Record:
    """The image or container recipe that a version or wildcard ARN means. Raises ResourceNotFound."""
    arn = Arn.parse(text)
    if arn is None or arn.version is None or "x" not in arn.version:
        return find(records, text)
    check_wildcards(arn.version)
    return find(records, str(newest(_fitting(records, arn)) or text))


def means_only(records: Mapping[str, Record], used: str, arn: str) -> bool:
    """Whether a reference to a recipe, which may have wildcards, means this one and would mean no other without it."""
    wanted = Arn.parse(used)
    return wanted is not None and [str(known) for known in _fitting(records, wanted)] == [arn]


def _fitting(records: Mapping[str, Record], wanted: Arn) -> list[Arn]:
    known = [arn for arn in map(Arn.parse, records) if arn is not None]
    return [arn for arn in known if arn.slug == wanted.slug and is_match(wanted.version or "", arn.version or "")]
