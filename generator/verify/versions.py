"""What old versions and long documents need: the recipes that a rollback goes to, and the bucket of the documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.render.roots import Root
from generator.spec.model import Image
from generator.verify import names
from generator.verify.buckets import closed_to_the_public
from generator.verify.checks import MISSING, Check, equal
from generator.verify.clients import Clients


def check_versions(root: Root, clients: Clients) -> Iterator[Check]:
    """Each recipe that stays alive beside the one that builds is there; documents lie in a closed bucket."""
    if root.environment.has_long_documents:
        s3 = clients("s3", root.account, root.region)
        yield closed_to_the_public(root.name, "document_bucket", s3, names.document_bucket(root))
    imagebuilder = clients("imagebuilder", root.account, root.region)
    for image in root.environment.images:
        for each in image.kept:
            arn = names.image_builder_arn(root, names.recipe_kind(each), image.name, each.version)
            yield equal(root.name, f"kept.{image.name}.{each.version}", arn, _recipe(each, arn, imagebuilder))


def _recipe(image: Image, arn: str, imagebuilder: Any) -> str:
    """The ARN of the recipe as AWS has it."""
    try:
        if image.is_container:
            return str(imagebuilder.get_container_recipe(containerRecipeArn=arn)["containerRecipe"]["arn"])
        return str(imagebuilder.get_image_recipe(imageRecipeArn=arn)["imageRecipe"]["arn"])
    except imagebuilder.exceptions.ResourceNotFoundException:
        return MISSING
