"""AWS Marketplace: what its products and components are taken to be, since none of them can be looked up here.

A product is named prod-... (or by an older UUID), and a component bears the id of its product in its name
(https://docs.aws.amazon.com/imagebuilder/latest/userguide/integ-marketplace.html). Every account is taken to have
subscribed to all of them. Linux is what is not known to be otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from generator.emulator.imagebuilder.arns import Arn
from generator.emulator.imagebuilder.catalogue import MANAGED_VERSION, ManagedImage
from generator.emulator.imagebuilder.errors import ResourceNotFound
from generator.emulator.imagebuilder.state import Record

OWNER = "aws-marketplace"
PUBLISHER = "679593333241"  # the account that publishes the Marketplace's AMIs

_PRODUCT = re.compile(r"(prod-[a-z0-9]+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})\Z")
_COMPONENT = re.compile(r"[a-z0-9-]+-prod-[a-z0-9]+\Z")
# NVIDIA's virtual workstation: https://aws.amazon.com/marketplace/pp/prodview-f4reygwmtxipu
_WINDOWS_PRODUCTS: Mapping[str, str] = {"prod-77u2eeb33lmrm": "Microsoft Windows Server 2022"}


def product(parent_image: str) -> ManagedImage | None:
    """The image that a product id means; None for what is no product id."""
    if not _PRODUCT.match(parent_image):
        return None
    system = _WINDOWS_PRODUCTS.get(parent_image)
    return ManagedImage(
        parent_image,
        "Windows" if system else "Linux",
        system or "Linux",
        "x86_64",
        "/dev/sda1",
        (f"{parent_image}-*",),
        PUBLISHER,
    )


def component(arn: Arn) -> Record:
    """A component of the Marketplace. Raises ResourceNotFound for a name without the id of a product."""
    if not _COMPONENT.match(arn.slug):
        raise ResourceNotFound(str(arn))
    version = MANAGED_VERSION if "x" in (arn.version or "x") else arn.version
    exact = Arn(arn.partition, arn.region, OWNER, "component", arn.slug, version, arn.build or 1)
    return {
        "arn": str(exact),
        "name": arn.slug,
        "version": version,
        "type": "BUILD",
        "platform": "Windows" if "windows" in arn.slug else "Linux",
        "owner": "AWSMarketplace",
        "encrypted": True,
        "state": {"status": "ACTIVE"},
        "dateCreated": "2020-01-01T00:00:00.000Z",
        "tags": {},
    }
