"""What a root says of container images: their recipes, their repositories, and what builds of them may reach."""

from __future__ import annotations

from collections.abc import Iterator

from generator.render import hcl, names
from generator.render.hcl import Hcl, Value
from generator.render.pipeline_view import recipe_argument
from generator.render.recipe_view import block_devices, recipe_key
from generator.render.root_view import distinct, in_order
from generator.render.roots import Root
from generator.spec.container_bases import private_repository, repository_of
from generator.spec.container_places import default_repository, repository_name
from generator.spec.containers import OWN
from generator.spec.model import Image
from generator.spec.model_container import ContainerRecipe

# Image Builder's own, where a scan names none: botocore imagebuilder EcrConfiguration.
SCANNING_REPOSITORY = "image-builder-image-scanning-repository"


def dockerfiles(root: Root) -> Iterator[tuple[str, str]]:
    """The templates of a build root, by their places in it."""
    for image in root.environment.images:
        for each in (image, *image.kept):
            if each.container_recipe is not None and each.container_recipe.dockerfile is not None:
                yield _dockerfile(each, is_kept=each is not image), each.container_recipe.dockerfile


def _dockerfile(image: Image, *, is_kept: bool) -> str:
    """Of a version that is kept beside the one that builds, it has its number."""
    return f"dockerfiles/{hcl.label(image.name)}{f'/{image.version}' if is_kept else ''}.Dockerfile"


def container_recipe_view(root: Root, image: Image, *, is_kept: bool) -> dict[str, object]:
    """What the recipe of a container image says beyond any recipe; nothing for an AMI's."""
    recipe = image.container_recipe
    if recipe is None:
        return {}
    return {
        "arguments": _arguments(root, image, recipe, is_kept=is_kept),
        "is_container": True,
        "repository": _repository_name(root, image, recipe.repository),
    }


def container_view(root: Root, image: Image) -> dict[str, object]:
    """Which modules an image is made by, and what a container image's distribution says."""
    return {
        "container_tags": hcl.encode(image.container.tags, depth=1),
        "is_container": image.is_container,
        "recipe_argument": recipe_argument(image),
        "repository": _repository_name(root, image, image.container.repository_name),
    }


def container_regions(root: Root) -> list[str]:
    """The Regions whose registry of the build account receives."""
    return distinct(target.region for target in root.environment.targets)


def _repository_name(root: Root, image: Image, name: str | None) -> Hcl:
    """That of a repository of this root is waited for; the others are known by name."""
    if image.container.repository.is_made and name == image.container.repository_name:
        return hcl.reference(f"module.repository_{hcl.label(image.name)}.name")
    return hcl.encode(name or default_repository(root.environment.name, image.name))


def _arguments(root: Root, image: Image, recipe: ContainerRecipe, *, is_kept: bool) -> list[dict[str, Hcl]]:
    """What only some recipes say, each on lines of its own."""
    file = hcl.interpolated(hcl.reference("path.module"), f"/{_dockerfile(image, is_kept=is_kept)}")
    values: dict[str, Value] = {
        "block_devices": block_devices(root, image, recipe.instance_devices) or None,
        "dockerfile_template": None if recipe.dockerfile is None else Hcl(f"file({file})"),
        "dockerfile_template_uri": recipe.dockerfile_uri,
        "instance_image": _instance_image(recipe),
        "kms_key_id": recipe_key(root, image) if recipe.kms_key == OWN else recipe.kms_key,
        "platform_override": None if image.base.container is None else image.base.platform,
        "working_directory": image.settings.working_directory,
    }
    return [
        {"name": Hcl(name), "value": hcl.encode(value, depth=1)} for name, value in values.items() if value is not None
    ]


def _instance_image(recipe: ContainerRecipe) -> str | None:
    return recipe.instance_ami or (f"ssm:{recipe.instance_ssm}" if recipe.instance_ssm else None)


def repositories_view(root: Root) -> dict[str, object]:
    """The repositories of the root's Region, in the build account."""
    images = root.environment.containers if root.is_build_account else ()
    made = [image for image in images if image.container.repository.is_made]
    return {"repositories": [_repository(root, image) for image in made]}


def _repository(root: Root, image: Image) -> dict[str, object]:
    return {
        "label": Hcl(hcl.label(image.name)),
        "name": hcl.encode(repository_name(root.environment.name, image)),
        "settings": [
            {"name": Hcl(name), "value": hcl.encode(value, depth=1)} for name, value in _settings(root, image).items()
        ],
        "tags": hcl.encode(in_order(image.tags), depth=1),
    }


def _settings(root: Root, image: Image) -> dict[str, Value]:
    """What differs from the module's defaults, by name."""
    repository, lifecycle = image.container.repository, image.pipeline.lifecycle
    deletes = lifecycle is not None and any(rule.containers for rule in lifecycle.rules)
    settings: dict[str, Value] = {
        "immutable_tags": None if repository.immutable_tags else False,
        "keep_images": repository.keep,
        "kms_key_arn": _repository_key(root) if repository.own_key else None,
        "lifecycle_access": deletes or None,
        "pull_account_ids": _pullers(root) or None,
        **_audience(root),
        "scan_on_push": None if repository.scan_on_push else False,
        "untagged_days": repository.untagged_days,
    }
    return {name: value for name, value in settings.items() if value is not None}


def _repository_key(root: Root) -> Value:
    """By its id, as ECR tells of it: by an alias every plan would replace the repository."""
    return root.environment.keys.get(root.region) or hcl.reference("module.image_key.arn")


def _audience(root: Root) -> dict[str, Value]:
    """Organizations and units that may pull in the root's Region: those that may launch AMIs there.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgpaths
    """
    here = [audience for audience in root.environment.audiences if audience.region == root.region]
    organizations = distinct(arn.rsplit("/", 1)[1] for each in here for arn in each.organizations)
    units = distinct(unit_path(arn) for each in here for arn in each.organizational_units)
    return {"pull_organization_ids": organizations or None, "pull_organizational_unit_paths": units or None}


def unit_path(arn: str) -> str:
    """What `aws:PrincipalOrgPaths` of an account below a unit is like; the ARN has organization and unit at its end."""
    _, organization, unit = arn.rsplit("/", 2)
    return f"{organization}/*/{unit}/*"


def _pullers(root: Root) -> list[str]:
    """The other accounts that receive in the root's Region, by whichever mode: of a container both mean to pull."""
    targets = root.environment.targets
    return distinct(
        target.account.id for target in targets if target.region == root.region and target.account != root.account
    )


def containers_view(root: Root) -> dict[str, object]:
    """What builds of container images reach, for the instance profile: [] where there are none."""
    images = root.environment.containers
    if not images:
        return {"container_builds": []}
    pulled = distinct(arn for image in images for each in (image, *image.kept) for arn in _bases(root, each))
    builds: dict[str, Value] = {
        "pull_repository_arns": pulled,
        "push_repository_arns": distinct(arn for image in images for arn in _pushed(root, image)),
        "recipe_arns": [names.container_recipes_arn(root, image) for image in images],
    }
    return {"container_builds": [hcl.encode({name: value for name, value in builds.items() if value}, depth=1)]}


def _bases(root: Root, image: Image) -> Iterator[str]:
    for below in (each for each in root.environment.containers if each.name == image.base.image):
        yield names.repository_arn(root, root.region, repository_name(root.environment.name, below))
    base = image.base.container
    if base is None:
        return
    if base.ecr is not None:
        yield names.repository_arn(root, root.region, repository_of(base.ecr))
    elif base.reference is not None:
        private = private_repository(base.reference)
        if private is not None:
            account_id, region, name = private
            yield f"arn:{root.organization.partition}:ecr:{region}:{account_id}:repository/{name}"


def _pushed(root: Root, image: Image) -> Iterator[str]:
    name = repository_name(root.environment.name, image)
    for region in container_regions(root):
        yield names.repository_arn(root, region, name)
    if image.pipeline.scanning is not None:
        yield names.repository_arn(root, root.region, image.pipeline.scanning.repository or SCANNING_REPOSITORY)
