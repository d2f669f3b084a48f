"""Jinja for reviews, kept to filling in: Markdown prints only what was escaped, HTML escapes all that is printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from generator.resources import resource_directory
from generator.review.escaping import Md


def fill_markdown(name: str, view: Mapping[str, object]) -> str:
    """The template `templates/review/<name>.md.j2` with the values of `view`.

    Raises TypeError where a template prints anything but Md, UndefinedError where a value is missing.
    """
    return _markdown().get_template(f"{name}.md.j2").render(view)


def fill_page(view: Mapping[str, object]) -> str:
    """The page, `templates/review/page.html.j2`: every value is escaped for HTML."""
    return _html().get_template("page.html.j2").render(view)


def static(name: str) -> str:
    """A file of the page that takes no values: its style, its script."""
    return (resource_directory("templates") / "review" / name).read_text(encoding="utf-8")


@cache
def _markdown() -> ImmutableSandboxedEnvironment:
    # What is printed is Markdown, and `finalize` refuses everything else: escaping for HTML would spoil it.
    return _environment(autoescape=False, finalize=_only_markdown)


@cache
def _html() -> ImmutableSandboxedEnvironment:
    return _environment(autoescape=True)


def _environment(
    *, autoescape: bool, finalize: Callable[[object], object] | None = None
) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(resource_directory("templates") / "review"),
        undefined=StrictUndefined,
        autoescape=autoescape,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.globals.clear()
    return environment


def _only_markdown(value: object) -> object:
    if not isinstance(value, Md | StrictUndefined):  # what is undefined tells its name when it is printed
        raise TypeError(f"a template prints a {type(value).__name__} that is not escaped: {value!r}")
    return value
