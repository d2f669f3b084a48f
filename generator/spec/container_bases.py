"""What a container image may be built on: known names, references of registries, Amazon-managed container images.

Image Builder takes bases from Docker Hub, from Amazon ECR and from its own managed images:
https://docs.aws.amazon.com/imagebuilder/latest/userguide/create-container-recipes.html. The known names are images that
their makers publish in Amazon ECR Public: https://docs.aws.amazon.com/linux/al2023/ug/base-container.html and
https://gallery.ecr.aws/docker. Grammar of references: https://github.com/distribution/reference.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from generator.source.report import did_you_mean, quoted, shown
from generator.spec.bases import KNOWN_BASES, KnownBase
from generator.spec.model_container import ContainerBase

_PUBLIC, _OFFICIAL = "public.ecr.aws/amazonlinux/amazonlinux", "public.ecr.aws/docker/library"
KNOWN_REFERENCES: Mapping[str, str] = {
    "amazon-linux-2": f"{_PUBLIC}:2",
    "amazon-linux-2-arm64": f"{_PUBLIC}:2",
    "amazon-linux-2023": f"{_PUBLIC}:2023",
    "amazon-linux-2023-arm64": f"{_PUBLIC}:2023",
    "ubuntu-22-04": f"{_OFFICIAL}/ubuntu:22.04",
    "ubuntu-22-04-arm64": f"{_OFFICIAL}/ubuntu:22.04",
    "ubuntu-24-04": f"{_OFFICIAL}/ubuntu:24.04",
    "ubuntu-24-04-arm64": f"{_OFFICIAL}/ubuntu:24.04",
    "debian-12": f"{_OFFICIAL}/debian:12",
    "debian-12-arm64": f"{_OFFICIAL}/debian:12",
    "debian-13": f"{_OFFICIAL}/debian:13",
    "debian-13-arm64": f"{_OFFICIAL}/debian:13",
}

_PATH = r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*"
_VERSION = r"(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?"
_REFERENCE = re.compile(
    rf"((?P<host>[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:[0-9]+)?)/)?(?P<name>{_PATH})(?P<version>{_VERSION})"
)
_REGISTRY = re.compile(
    r"docker\.io|public\.ecr\.aws|(?P<account>[0-9]{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?"
)
_RULE = (
    "a base from a registry reads like amazonlinux:2023, public.ecr.aws/docker/library/debian:13 or NAME@sha256:DIGEST"
)


def known_container_base(name: str) -> KnownBase | None:
    """What is known of a known name that has a container image."""
    return KNOWN_BASES[name] if name in KNOWN_REFERENCES else None


def container_base(name: str) -> ContainerBase:
    """The image of a known name. Raises KeyError for names without one."""
    return ContainerBase(KNOWN_REFERENCES[name], is_arm64=KNOWN_BASES[name].architecture == "arm64")


def known_of_container(base: ContainerBase) -> KnownBase | None:
    """What is known of a base, by what it refers to."""
    return next((KNOWN_BASES[name] for name in KNOWN_REFERENCES if container_base(name) == base), None)


def reference_problem(text: str) -> str | None:
    """What is wrong with a reference, as a message; None where nothing is."""
    match = _REFERENCE.fullmatch(text)
    if match is None or not match["version"]:
        known = f"known names are {quoted(KNOWN_REFERENCES, 'and')}"
        hint = did_you_mean(text, KNOWN_REFERENCES)
        return f"{shown(text)} is not allowed for a container image; {_RULE}; {known}.{hint}"
    if match["host"] and not _REGISTRY.fullmatch(match["host"]):
        return (
            f"{shown(text)} is in the registry {match['host']}; EC2 Image Builder takes bases from Docker Hub and "
            "Amazon ECR. Copy it there, or set up a pull through cache."
        )
    return None


def ecr_problem(text: str) -> str | None:
    """What is wrong with a repository and tag of the build account's registry."""
    match = _REFERENCE.fullmatch(text)
    if match is None or match["host"] or not match["version"]:
        return f"{shown(text)} is not allowed; an image of the build account's registry reads like team/base:1.0."
    return None


def private_repository(reference: str) -> tuple[str, str, str] | None:
    """Account id, Region and name of the repository of a reference into Amazon ECR; None for other registries."""
    match = _REFERENCE.fullmatch(reference)
    registry = _REGISTRY.fullmatch(match["host"]) if match and match["host"] else None
    if match is None or registry is None or registry["account"] is None:
        return None
    return registry["account"], registry["region"], match["name"]


def repository_of(reference: str) -> str:
    """The name of the repository, without host, tag and digest."""
    match = _REFERENCE.fullmatch(reference)
    return match["name"] if match else reference
