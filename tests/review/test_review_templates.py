"""Templates of reviews fill in what was escaped, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from generator.review import templates
from generator.review.escaping import code
from generator.review.templates import fill_markdown, fill_page


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of templates for the test alone."""
    monkeypatch.setattr(templates, "resource_directory", lambda _: tmp_path)
    templates._markdown.cache_clear()
    templates._html.cache_clear()
    (tmp_path / "review").mkdir()
    yield tmp_path / "review"
    templates._markdown.cache_clear()
    templates._html.cache_clear()


def test_what_is_escaped_is_printed_as_it_is(folder: Path) -> None:
    (folder / "t.md.j2").write_text("- {{ name }}\n")
    assert fill_markdown("t", {"name": code("<b>*")}) == "- `<b>*`\n"


@pytest.mark.parametrize("value", ["plain", 1, True, None, ["x"]])
def test_what_is_not_escaped_is_refused(folder: Path, value: object) -> None:
    (folder / "t.md.j2").write_text("{{ value }}")
    with pytest.raises(TypeError, match="that is not escaped"):
        fill_markdown("t", {"value": value})


@pytest.mark.parametrize("expression", ["value ~ other", "value.text", "value | upper", "'x' if value"])
def test_a_template_cannot_make_text_of_its_own(folder: Path, expression: str) -> None:
    (folder / "t.md.j2").write_text(f"{{{{ {expression} }}}}")
    with pytest.raises(TypeError, match="that is not escaped"):
        fill_markdown("t", {"value": code("a"), "other": "b"})


def test_a_missing_value_is_refused(folder: Path) -> None:
    (folder / "t.md.j2").write_text("{{ missing }}")
    (folder / "page.html.j2").write_text("{{ missing }}")
    for fill in (lambda: fill_markdown("t", {}), lambda: fill_page({})):
        with pytest.raises(UndefinedError, match="'missing' is undefined"):
            fill()


def test_a_page_escapes_what_it_prints(folder: Path) -> None:
    (folder / "page.html.j2").write_text('<p title="{{ value }}">{{ value }}</p>')
    assert fill_page({"value": '"<&>'}) == '<p title="&#34;&lt;&amp;&gt;">&#34;&lt;&amp;&gt;</p>'


def test_no_template_asks_for_anything_to_be_left_unescaped() -> None:
    """Macros and values that are Markup by themselves are all that is printed as it stands."""
    sources = {
        path.name: path.read_text()
        for path in sorted((Path(__file__).parents[2] / "templates" / "review").glob("*.j2"))
    }
    assert sources
    assert [name for name, text in sources.items() if "safe" in text or "autoescape" in text] == []
