"""What a rule of `goldsmith check` is: a page on something that is wrong, under a code that never changes.

Most look at the whole spec, after nothing in it is wrong by itself. Others are for what is found as the spec is read:
there the code stands where the finding is reported, and the rule has the page alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from generator.source.yaml import Document, Path
from generator.spec.files import Sources
from generator.spec.model import Environment, Image, Spec
from generator.spec.written import ImageUseWritten


@dataclass(frozen=True)
class Context:
    """The spec as it is meant, and as it is written: the latter knows where things stand."""

    spec: Spec
    sources: Sources
    today: date

    def images(self) -> Iterator[tuple[Environment, Image]]:
        """Every image in every environment that builds it."""
        for environment in self.spec.environments.values():
            for image in environment.images:
                yield environment, image

    def place(self, environment: str, image: str) -> tuple[Document, Path]:
        """Where an environment names an image."""
        source = self.sources.environments[environment]
        names = [each if isinstance(each, str) else each.image for each in source.written.images]
        return source.document, ("images", names.index(image))

    def use(self, environment: str, image: str) -> ImageUseWritten:
        """What an environment says of an image."""
        _, path = self.place(environment, image)
        written = self.sources.environments[environment].written.images[int(path[1])]
        return written if isinstance(written, ImageUseWritten) else ImageUseWritten(image=image)

    def lifecycle(self, environment: str, image: str) -> tuple[Document, Path, object] | None:
        """Where the lifecycle stands that counts for an image in an environment, and what it says."""
        document, path = self.place(environment, image)
        whole, own = self.sources.environments[environment], self.sources.images[image]
        candidates: tuple[tuple[Document, Path, object], ...] = (
            (document, (*path, "lifecycle"), self.use(environment, image).lifecycle),
            (own.document, ("lifecycle",), own.written.lifecycle),
            (whole.document, ("lifecycle",), whole.written.lifecycle),
        )
        return next((each for each in candidates if each[2] is not None), None)


@dataclass(frozen=True)
class Finding:
    """What a rule finds. The environment and the image that it is about say which ignores reach it."""

    document: Document
    path: Path
    message: str
    environment: str | None = None
    image: str | None = None


@dataclass(frozen=True)
class Rule:
    """`page` is the docstring of the rule's file: a headline, then What, Why, Bad, Good and Source."""

    code: str
    name: str
    severity: Literal["error", "warning"]
    page: str
    find: Callable[[Context], Iterable[Finding]] = lambda _: ()  # what stands out already while the spec is read

    @property
    def headline(self) -> str:
        return self.page.strip().split("\n", 1)[0]

    @property
    def body(self) -> str:
        return self.page.strip().partition("\n")[2].strip()
