"""A base image that is out of support, or will be within 90 days.

What: the system that an image is built on gets no more security updates from its vendor, or not for much longer. A base
that goes by an AMI id or a parameter of one's own is not known.
Why: the image is built anew each week and ages all the same; what is found in it is no longer mended.
Bad:
    base: amazon-linux-2
Good:
    base: amazon-linux-2023
Source: https://aws.amazon.com/amazon-linux-2/faqs/, https://docs.aws.amazon.com/linux/al2023/ug/release-cadence.html,
https://ubuntu.com/about/release-cycle, https://learn.microsoft.com/lifecycle, https://wiki.debian.org/LTS,
https://access.redhat.com/support/policy/updates/errata, https://www.suse.com/lifecycle; docs/spec.md has the dates.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from generator.check.rule import Context, Finding, Rule
from generator.spec.base_images import known_by_reference
from generator.spec.bases import KnownBase
from generator.spec.container_bases import known_of_container
from generator.spec.model import BaseImage, Image
from generator.spec.versions import parse_version

NOTICE = 90  # days


def _find(context: Context) -> Iterator[Finding]:
    told = set()
    for _, built in context.images():
        image = _newest(built)
        message = _message(image.base, context.today)
        if message and image.name not in told:
            told.add(image.name)
            yield Finding(context.sources.images[image.name].document, ("base",), message, image=image.name)


def _newest(image: Image) -> Image:
    """The image as its file has it now, wherever an environment builds by an older version."""
    return max((image, *image.kept), key=lambda each: parse_version(each.version))


def _message(base: BaseImage, today: date) -> str:
    known = _known(base)
    end = known.end_of_support if known else None
    if known is None or end is None or (end - today).days > NOTICE:
        return ""
    when = "is out of support since" if end <= today else "goes out of support on"
    successor = f" Its successor is {known.successor}." if known.successor else ""
    return f"{base.name} {when} {end}.{successor}"


def _known(base: BaseImage) -> KnownBase | None:
    """An image that is built on another one of the spec has what that one is built on, which is told there."""
    return known_of_container(base.container) if base.container else known_by_reference(base)


RULE = Rule("G111", "base-out-of-support", "warning", __doc__, _find)
