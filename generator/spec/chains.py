"""Images that are built on other images of the spec: the order in which they come, and what cannot be a chain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from generator.source.report import Report, did_you_mean, shown
from generator.source.yaml import Document, Path
from generator.spec.base_images import chained_on
from generator.spec.files import Source, Sources
from generator.spec.model import Image
from generator.spec.model_recipe import Device
from generator.spec.schedule import DEFAULT_SCHEDULE
from generator.spec.written import ImageWritten


def in_building_order(sources: Sources, report: Report) -> list[str]:
    """Every image after the one that it is built on. Images of a circle are left out, and reported."""
    order: list[str] = []
    for name in sources.images:
        chain = _chain(name, sources, report)
        order += [each for each in reversed(chain) if each not in order]
    return order


def _chain(name: str, sources: Sources, report: Report) -> list[str]:
    """The image and all that are below it. Empty for a circle, which each image of it tells in its own file."""
    chain = [name]
    while True:
        image = sources.images.get(chain[-1])
        parent = chained_on(image.written) if image else None
        if image is None or parent is None:
            return [each for each in chain if each in sources.images]
        if parent not in sources.names["images"] and chain == [name]:
            _report_unknown(image, parent, sources, report)
        if parent == name:
            path = ", which is built on ".join([*chain[1:], name])
            message = f"{name} is built on {path}: none can be the first. Give one another base."
            where = image if chain == [name] else sources.images[name]
            report.error(where.document, ("base", "image"), message, code="G308")
        if parent in chain:
            return []
        chain.append(parent)


def _report_unknown(image: Source[ImageWritten], parent: str, sources: Sources, report: Report) -> None:
    known = sources.names["images"]
    message = f"there is no image {shown(parent)} in images/.{did_you_mean(parent, known)}"
    report.error(image.document, ("base", "image"), message)


def check_bases(document: Document, places: Mapping[str, Path], images: Iterable[Image], report: Report) -> None:
    """Report images of an environment whose base it does not build: images come from their own environment."""
    for image in images:
        parent = image.base.image
        if parent is not None and parent not in places:
            message = (
                f"{image.name} is built on {parent}, which this environment does not build; an image is built on one "
                f"of its own environment. Add {parent} to its images."
            )
            report.error(document, places[image.name], message)


def default_schedule(name: str, images: Mapping[str, Source[ImageWritten]]) -> str:
    """Weekly, each image of a chain three hours after the one below it, whose new image it can then find."""
    below: list[str] = []
    image = images.get(name)
    while image is not None:
        parent = chained_on(image.written)
        if parent is None or parent in below:
            break
        below.append(parent)
        image = images.get(parent)
    return f"cron(0 {min(3 + 3 * len(below), 21)} ? * sun *)" if below else DEFAULT_SCHEDULE


def bases_of(image: Image, images: Sequence[Image]) -> list[Image]:
    """The images of an environment that an image is built on, the lowest first."""
    by_name = {each.name: each for each in images}
    found: list[Image] = []
    parent = by_name.get(image.base.image or "")
    while parent is not None:
        found.insert(0, parent)
        parent = by_name.get(parent.base.image or "")
    return found


def is_encrypted(image: Image, images: Sequence[Image]) -> bool:
    """Whether a volume of the image is encrypted, one that it has from an image below it too."""
    levels = [each.devices for each in (*bases_of(image, images), image)]
    return image.is_encrypted or any(device.encrypted for device in inherited_volumes(levels))


def inherited_volumes(levels: Iterable[Sequence[Device]]) -> tuple[Device, ...]:
    """The volumes besides the root that an image has in the end, by name; `levels` are those of a chain, lowest first.

    Where a level says a device of a lower one in other words, the volume is still made of that one's snapshot, and so
    stays encrypted: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/AMIEncryption.html.
    """
    found: dict[str, Device] = {}
    for device in (each for devices in levels for each in devices):
        below = found.pop(device.name, None)
        if device.is_volume:
            is_new = below is None or device.snapshot is not None or bool(device.snapshots)
            encrypted = device.encrypted or (not is_new and below is not None and below.encrypted)
            found[device.name] = replace(device, encrypted=encrypted)
    return tuple(found[name] for name in sorted(found))
