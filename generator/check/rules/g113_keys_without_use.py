"""Keys of one's own that encrypt nothing.

What: an environment gives `keys`, and no image of it has an encrypted volume, or a repository or template for them.
Why: plan and AWS accept a key beside volumes that are not encrypted, and ignore it. Whoever reads `keys` takes the
images for encrypted.
Bad:
    # prod.yaml
    keys: {us-east-1: "arn:aws:kms:us-east-1:111111111111:alias/images"}
    images: [web]
    # images/web.yaml
    volume: {encrypted: false}
Good:
    # images/web.yaml
    volume: {size: 30}  # encrypted by default
Source: https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_EbsInstanceBlockDeviceSpecification.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.check.rule import Context, Finding, Rule
from generator.spec.chains import is_encrypted
from generator.spec.containers import OWN
from generator.spec.model import Image


def _find(context: Context) -> Iterator[Finding]:
    for name, environment in context.spec.environments.items():
        images = environment.images
        if environment.keys and not any(is_encrypted(image, images) or _has_a_use(image) for image in images):
            message = (
                f"encrypt nothing: no image of {name} has anything for them. Leave `encrypted: false` out where they "
                "are meant for, or remove keys."
            )
            yield Finding(context.sources.environments[name].document, ("keys",), message, name)


def _has_a_use(image: Image) -> bool:
    """Whether a container image has something that the environment's keys encrypt."""
    recipe, repository = image.container_recipe, image.container.repository
    if recipe is None:
        return False
    is_template = recipe.kms_key == OWN
    is_repository = repository.is_made and repository.own_key
    return is_template or is_repository or any(each.is_volume and each.encrypted for each in recipe.instance_devices)


RULE = Rule("G113", "keys-without-use", "warning", __doc__, _find)
