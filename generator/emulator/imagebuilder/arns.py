"""ARNs, names and versions of Image Builder resources.

Versions: https://docs.aws.amazon.com/imagebuilder/latest/userguide/ibhow-semantic-versioning.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from generator.emulator.imagebuilder.errors import InvalidVersionNumber

HIGHEST_NODE = 2**30 - 1
AMAZON = "aws"  # the owner of managed resources, where an account id stands otherwise

_ARN = re.compile(
    r"^arn:(?P<partition>[^:]+):imagebuilder:(?P<region>[^:]+):(?P<owner>[^:]+):(?P<kind>(?:workflow/)?[a-z-]+)/(?P<slug>[^/]+)"
    r"(?:/(?P<version>[^/]+)(?:/(?P<build>\d+))?)?$"
)


@dataclass(frozen=True)
class Arn:
    """An ARN of `kind` (component, workflow/build, ...); `version` may hold wildcards, `build` may be None."""

    partition: str
    region: str
    owner: str
    kind: str
    slug: str
    version: str | None = None
    build: int | None = None

    @classmethod
    def parse(cls, text: str) -> Arn | None:
        """None for what is no ARN of Image Builder."""
        parts = _ARN.match(text)
        if parts is None:
            return None
        build = parts["build"]
        return cls(
            parts["partition"],
            parts["region"],
            parts["owner"],
            parts["kind"],
            parts["slug"],
            parts["version"],
            int(build) if build else None,
        )

    def __str__(self) -> str:
        nodes = [self.kind, self.slug, self.version, None if self.build is None else str(self.build)]
        path = "/".join(node for node in nodes if node is not None)
        return f"arn:{self.partition}:imagebuilder:{self.region}:{self.owner}:{path}"

    @property
    def version_arn(self) -> str:
        """The ARN without its build."""
        return str(self).removesuffix(f"/{self.build}") if self.build is not None else str(self)


def slug(name: str) -> str:
    """The form of a name in ARNs; names that differ in case, spaces or underscores only are the same name."""
    return re.sub(r"[^a-z0-9-]", "-", name.lower())


def check_version(version: str) -> None:
    """Raises InvalidVersionNumber for a node above the highest number."""
    if any(node != "x" and int(node) > HIGHEST_NODE for node in version.split(".")):
        raise InvalidVersionNumber(
            f"The version number '{version}' is not valid. Each node must be between 0 and {HIGHEST_NODE}."
        )


def check_wildcards(version: str) -> None:
    """Raises InvalidVersionNumber for a number that follows a wildcard."""
    wildcard_seen = False
    for node in version.split("."):
        if wildcard_seen and node != "x":
            raise InvalidVersionNumber(
                f"The version number '{version}' is not valid. "
                "All nodes to the right of the first wildcard must also be wildcards."
            )
        wildcard_seen = wildcard_seen or node == "x"


def version_key(version: str) -> tuple[int, ...]:
    return tuple(int(node) for node in version.split("."))


def is_match(pattern: str, version: str) -> bool:
    """Whether a version fits a pattern such as 1.x.x."""
    return all(want in ("x", have) for want, have in zip(pattern.split("."), version.split("."), strict=True))


def newest(arns: Iterable[Arn]) -> Arn | None:
    return max(arns, key=lambda arn: (version_key(arn.version or "0.0.0"), arn.build or 0), default=None)


def latest_references(text: str) -> dict[str, str]:
    """The wildcard ARNs that always mean the newest resource at each level (LatestVersionReferences)."""
    arn = Arn.parse(text)
    if arn is None:
        return {}
    major, minor, patch = (arn.version or "x.x.x").split(".")
    stem = arn.version_arn.rsplit("/", 1)[0]
    return {
        "latestVersionArn": f"{stem}/x.x.x",
        "latestMajorVersionArn": f"{stem}/{major}.x.x",
        "latestMinorVersionArn": f"{stem}/{major}.{minor}.x",
        "latestPatchVersionArn": f"{stem}/{major}.{minor}.{patch}",
    }
