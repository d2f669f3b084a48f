"""Jinja for YAML: sandboxed, strict, and with marks of its own, since GitHub's expressions look like Jinja's."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from generator.ci.yaml_text import Yaml
from generator.resources import resource_directory


def fill(name: str, view: Mapping[str, object]) -> str:
    """The template `templates/<name>`. Raises TypeError where it prints anything but Yaml."""
    return _environment().get_template(name).render(view)


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(resource_directory("templates")),
        undefined=StrictUndefined,
        finalize=_only_yaml,
        autoescape=False,  # what is printed is YAML, and `finalize` refuses everything else
        variable_start_string="@{",
        variable_end_string="}@",
        block_start_string="@%",
        block_end_string="%@",
        comment_start_string="@#",
        comment_end_string="#@",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.globals.clear()
    return environment


def _only_yaml(value: object) -> object:
    if not isinstance(value, Yaml | StrictUndefined):  # what is undefined tells its name when it is printed
        raise TypeError(f"a template prints a {type(value).__name__} that is not encoded: {value!r}")
    return value
