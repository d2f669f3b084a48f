"""Jinja, kept to filling in: sandboxed, strict, and unable to print what the HCL encoder has not seen."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from jinja2 import FileSystemLoader, StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from generator.render.hcl import Hcl
from generator.resources import resource_directory


def fill(name: str, view: Mapping[str, object]) -> str:
    """The template `templates/<name>` with the values of `view`, computed beforehand.

    Raises TypeError where a template prints anything but Hcl, UndefinedError where a value is missing.
    """
    return _template(name).render(view)


@cache
def _template(name: str) -> Template:
    return _environment().get_template(name)


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(resource_directory("templates")),
        undefined=StrictUndefined,
        finalize=_only_hcl,
        # What is printed is HCL, and `finalize` refuses everything else: escaping for HTML would spoil it.
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.globals.clear()
    return environment


def _only_hcl(value: object) -> object:
    if not isinstance(value, Hcl | StrictUndefined):  # what is undefined tells its name when it is printed
        raise TypeError(f"a template prints a {type(value).__name__} that is not encoded: {value!r}")
    return value
