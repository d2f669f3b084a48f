"""The encoder: what it writes, and that Terraform reads the same values back."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hostile import FRAGMENTS, HOSTILE, as_terraform_holds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.render.hcl import Hcl, Value, comment, encode, interpolated, label, reference

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | HOSTILE,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(HOSTILE.map(lambda key: unicodedata.normalize("NFC", key)), inner, max_size=4)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (20, "20"),
        ("plain", '"plain"'),
        ('say "no"\\', '"say \\"no\\"\\\\"'),
        ("a\r\n\tb", '"a\\r\\n\\tb"'),
        ("${a} %{b}", '"$${a} %%{b}"'),
        ("$${a}", '"$$${a}"'),
        ("bell\a \x7f\u202e\ufeff", '"bell\\u0007 \\u007f\\u202e\\ufeff"'),
        ("é 中 😀", '"é 中 \\U0001f600"'),
        ("e\u0301", '"é"'),
        ([], "[]"),
        ({}, "{}"),
        (["a", "b"], '["a", "b"]'),
        ([{"arn": Hcl("module.a.arn")}], "[{ arn = module.a.arn }]"),
        ({"a": 1, "longer": 2, "for": 3, "a b": 4}, '{\n  a      = 1\n  longer = 2\n  "for"  = 3\n  "a b"  = 4\n}'),
        ({"short": 1, "é": 2}, '{\n  short    = 1\n  "\\u00e9" = 2\n}'),
        (
            {"a": 1, "nested": {"b": 2}, "last": 3, "x": 4},
            "{\n  a = 1\n  nested = {\n    b = 2\n  }\n  last = 3\n  x    = 4\n}",
        ),
        (["x" * 60, "y" * 60], f'[\n  "{"x" * 60}",\n  "{"y" * 60}",\n]'),
    ],
)
def test_values_are_written_as_terraform_fmt_would_have_them(value: Value, text: str) -> None:
    assert str(encode(value)) == text


def test_what_is_nested_is_indented_from_its_depth() -> None:
    assert str(encode({"a": {"b": 1}}, depth=1)) == "{\n    a = {\n      b = 1\n    }\n  }"


@pytest.mark.parametrize("value", [1.5, b"bytes", {"a"}, object()])
def test_values_of_other_types_are_refused(value: object) -> None:
    with pytest.raises(TypeError, match="no HCL for a value of type"):
        encode(value)  # type: ignore[arg-type]


def test_half_of_a_character_is_refused() -> None:
    with pytest.raises(ValueError, match="ud800 is half of a character"):
        encode("a\ud800")


def test_keys_that_terraform_cannot_tell_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="normal form makes the same"):
        encode({"e\u0301": 1, "é": 2})


@given(HOSTILE)
def test_what_is_not_a_name_makes_no_reference_label_or_comment(text: str) -> None:
    for make in (reference, label, comment):
        try:
            made = str(make(text))
        except ValueError:
            continue
        assert "\n" not in made
        if make is not comment:
            assert made.replace(".", "_").isidentifier()


@given(HOSTILE)
def test_an_encoded_string_is_one_line_without_anything_unseen(text: str) -> None:
    literal = str(encode(text))
    assert literal.startswith('"')
    assert literal.endswith('"')
    assert literal.isprintable()


def test_terraform_reads_back_every_value(
    tmp_path: Path, terraform: Callable[..., str], outputs: Callable[[Path], dict[str, object]]
) -> None:
    values: list[object] = [*FRAGMENTS, *(left + right for left in FRAGMENTS[:25] for right in FRAGMENTS)]

    @settings(max_examples=400, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(VALUES)
    def collect(value: object) -> None:
        values.append(value)

    collect()
    lines = [f'output "v{index}" {{\n  value = {encode(each, depth=1)}\n}}\n' for index, each in enumerate(values)]  # type: ignore[arg-type]
    mixed = interpolated("${a}", Hcl("local.text"), '"%{')
    lines += ['locals {\n  text = "mid"\n}\n', f'output "mixed" {{\n  value = {mixed}\n}}\n']
    (tmp_path / "main.tf").write_text("\n".join(lines), encoding="utf-8", newline="")
    terraform(tmp_path, "fmt", "-check", "-diff")
    read = outputs(tmp_path)
    wrong = [
        (each, read.get(f"v{index}"))
        for index, each in enumerate(values)
        if read.get(f"v{index}") != as_terraform_holds(each)
    ]
    assert wrong == []
    assert read["mixed"] == '${a}mid"%{'
