"""Container recipes: a base, components and a Dockerfile template under a name and a version. They never change."""

from __future__ import annotations

from generator.emulator.imagebuilder.arns import AMAZON, Arn, latest_references
from generator.emulator.imagebuilder.bases import own_image
from generator.emulator.imagebuilder.errors import InvalidParameterValue, ResourceDependency
from generator.emulator.imagebuilder.listing import page, plain
from generator.emulator.imagebuilder.recipes import RecipeOperations, find_recipe, means_only
from generator.emulator.imagebuilder.s3_documents import given_document
from generator.emulator.imagebuilder.sharing import is_shared, shared, shared_with
from generator.emulator.imagebuilder.state import Record, Request, add, chosen, find, timestamp

SHOWN = (
    "containerType",
    "name",
    "description",
    "instanceConfiguration",
    "parentImage",
    "workingDirectory",
    "targetRepository",
    "kmsKeyId",
)
IN_LISTS = ("arn", "containerType", "name", "platform", "owner", "parentImage", "dateCreated", "tags")
# Container images that Amazon publishes as Image Builder images: the provider's documentation and acceptance tests.
MANAGED_CONTAINERS = {
    "amazon-linux-x86-2": "Linux",
    "amazon-linux-x86-latest": "Linux",
    "amazon-linux-2-x86-latest": "Linux",
}


class ContainerRecipeOperations(RecipeOperations):
    def create_container_recipe(self, request: Request) -> Record:
        arn = self.once("CreateContainerRecipe", request, lambda: self._new_container_recipe(request))
        return {"containerRecipeArn": arn, "latestVersionReferences": latest_references(arn)}

    def _new_container_recipe(self, request: Request) -> str:
        name = request["name"]
        version = self.next_version(self.container_recipes, "container-recipe", name, request["semanticVersion"])
        template = given_document(self, request, "dockerfileTemplateData", "dockerfileTemplateUri")
        uses = list(request.get("components") or [])
        platforms = self._check_components(uses)
        platform = self._container_platform(request, platforms)
        if platforms - {platform}:
            raise InvalidParameterValue(
                "components",
                f"The components are for {', '.join(sorted(platforms))} and the parent image is {platform}.",
            )
        record = {
            **chosen(request, *SHOWN),
            "version": version,
            "platform": platform,
            "owner": self.account_id,
            "components": uses,
            "dockerfileTemplateData": template,
            "encrypted": True,
            "dateCreated": timestamp(),
            "tags": dict(request.get("tags") or {}),
        }
        return add(self.container_recipes, self.arn("container-recipe", name, version), record, request)

    def _container_platform(self, request: Request, of_components: set[str]) -> str:
        """That of an Image Builder image, else the one given; a registry is not asked, the components tell then."""
        given = request.get("platformOverride")
        if given == "macOS":  # CreateContainerRecipeRequest.platformOverride in the model
            raise InvalidParameterValue("platformOverride", "Container recipes support only Linux and Windows.")
        parent = Arn.parse(request["parentImage"])
        if parent is not None and parent.owner == AMAZON and parent.slug in MANAGED_CONTAINERS:
            return MANAGED_CONTAINERS[parent.slug]
        if parent is not None:
            image = own_image(self, parent)
            if image["type"] != "DOCKER":
                raise InvalidParameterValue("parentImage", f"The image '{image['arn']}' is not a container image.")
            return str(image["platform"])
        return str(given or min(of_components, default="Linux"))

    def get_container_recipe(self, request: Request) -> Record:
        recipe = self.resolve_container_recipe(request["containerRecipeArn"])
        return {"containerRecipe": recipe, "latestVersionReferences": latest_references(recipe["arn"])}

    def resolve_container_recipe(self, text: str) -> Record:
        """The one that a version or wildcard ARN means, of an account that shares it too. Raises ResourceNotFound."""
        arn = Arn.parse(text)
        if arn is not None and arn.owner != self.account_id:
            return shared(self, "container_recipes", arn)
        return find_recipe(self.container_recipes, text)

    def list_container_recipes(self, request: Request) -> Record:
        known = {"Self": self.container_recipes, "Shared": shared_with(self, "container_recipes")}
        recipes = known.get(request.get("owner") or "Self", {})
        records = [{**chosen(record, *IN_LISTS), **_instance_image(record)} for record in recipes.values()]
        filters = plain("containerType", "name", "parentImage", "platform")
        return page("containerRecipeSummaryList", records, request, filters)

    def delete_container_recipe(self, request: Request) -> Record:
        arn = request["containerRecipeArn"]
        find(self.container_recipes, arn)
        uses = [pipeline.get("containerRecipeArn") for pipeline in self.pipelines.values()]
        if is_shared(self, arn) or any(means_only(self.container_recipes, use or "", arn) for use in uses):
            raise ResourceDependency(arn)
        del self.container_recipes[arn]
        self.resource_policies.pop(arn, None)
        return {"containerRecipeArn": arn}


def _instance_image(record: Record) -> Record:
    image = (record.get("instanceConfiguration") or {}).get("image")
    return {"instanceImage": image} if image else {}
