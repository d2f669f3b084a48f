"""Templates fill in what was encoded, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError

from generator.render import templates
from generator.render.hcl import Hcl, encode
from generator.render.templates import fill


@pytest.fixture
def write_template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of templates for the test alone."""
    monkeypatch.setattr(templates, "resource_directory", lambda _: tmp_path)
    templates._environment.cache_clear()
    templates._template.cache_clear()
    yield tmp_path
    templates._environment.cache_clear()
    templates._template.cache_clear()


def test_what_is_encoded_is_printed(write_template: Path) -> None:
    (write_template / "t.j2").write_text("a = {{ value }}\n")
    assert fill("t.j2", {"value": encode('"${x}"')}) == 'a = "\\"$${x}\\""\n'


@pytest.mark.parametrize("value", ["plain", 1, True, None, ["x"]])
def test_what_is_not_encoded_is_refused(write_template: Path, value: object) -> None:
    (write_template / "t.j2").write_text("a = {{ value }}\n")
    with pytest.raises(TypeError, match="that is not encoded"):
        fill("t.j2", {"value": value})


@pytest.mark.parametrize("expression", ["value ~ other", "value.text", "value | upper", "'x' if value"])
def test_a_template_cannot_make_text_of_its_own(write_template: Path, expression: str) -> None:
    (write_template / "t.j2").write_text(f"{{{{ {expression} }}}}")
    with pytest.raises(TypeError, match="that is not encoded"):
        fill("t.j2", {"value": Hcl("a"), "other": "b"})


def test_a_missing_value_is_refused(write_template: Path) -> None:
    (write_template / "t.j2").write_text("{{ missing }}")
    with pytest.raises(UndefinedError, match="'missing' is undefined"):
        fill("t.j2", {})


def test_a_template_reaches_nothing_outside_its_values(write_template: Path) -> None:
    (write_template / "t.j2").write_text("{{ value.__class__.__mro__ }}")
    with pytest.raises((SecurityError, UndefinedError)):
        fill("t.j2", {"value": Hcl("a")})
