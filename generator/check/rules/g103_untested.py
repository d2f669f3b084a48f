"""An image that goes to others without a test.

What: an image without `tests`, and without a component that has a test phase, that other accounts or organizations
receive.
Why: a build that ends well says that the commands ran, not that the image boots and serves. Image Builder distributes
only what passes its tests, so a test keeps a broken image where it was built. `testing: {enabled: false}` says that
an image is not meant to be tested.
Bad:
    image: web
    components: [install-nginx]
Good:
    image: web
    components: [install-nginx]
    tests: [nginx-serves]
Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/how-image-builder-works.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generator.check.rule import Context, Finding, Rule
from generator.source.yaml import Document
from generator.spec.model import ComponentUse, Environment, Image

TEST_PHASES = ("test", "container-host-test")


def _find(context: Context) -> Iterator[Finding]:
    documents = {name: component.source for name, component in context.sources.components.items()}
    told = set()
    for environment, image in context.images():
        if image.name in told or not _has_receivers(environment) or _is_tested(image, documents):
            continue
        told.add(image.name)
        source = context.sources.images[image.name]
        message = (
            f"{image.name} goes from {environment.name} to others, and no test says that it works. Add tests, or say "
            "`testing: {enabled: false}`."
        )
        yield Finding(source.document, ("image",), message, image=image.name)


def _has_receivers(environment: Environment) -> bool:
    builder = environment.build.account
    return bool(environment.audiences) or any(target.account != builder for target in environment.targets)


def _is_tested(image: Image, documents: Mapping[str, Document]) -> bool:
    if not image.pipeline.run_tests or image.tests:
        return True
    return any(_tests(use, documents) for use in image.components)


def _tests(use: ComponentUse, documents: Mapping[str, Document]) -> bool:
    """Whether a component tests; of others' components no more than the name is known."""
    if use.owner != "self":
        return "test" in use.name
    document = documents.get(use.name)
    data = document.data if document else None
    phases = data.get("phases", []) if isinstance(data, dict) else []
    return any(phase.get("name") in TEST_PHASES for phase in phases)


RULE = Rule("G103", "untested", "warning", __doc__, _find)
