from __future__ import annotations

from contextlib import suppress

import pytest
import yaml as pyyaml
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import SpecError
from generator.source.yaml import MAX_BYTES, Place, parse


def finding(content: bytes) -> str:
    with pytest.raises(SpecError) as caught:
        parse("f.yaml", content)
    return str(caught.value)


def test_every_key_and_value_knows_its_place() -> None:
    document = parse("f.yaml", b"a: 1\nb:\n  - x\n  - {c: d}\n")
    assert document.data == {"a": 1, "b": ["x", {"c": "d"}]}
    assert document.place(("b", 1, "c")) == Place(4, 9)
    assert document.place(("b", 1, "c"), at_key=True) == Place(4, 6)
    assert document.place(("b", 1, "missing")) == Place(4, 5)


def test_windows_line_ends_and_a_byte_order_mark_read_as_unix_text() -> None:
    document = parse("f.yaml", b"\xef\xbb\xbfa: |\r\n  x\r\n  y\r\nb: 1\r\n")
    assert document.data == {"a": "x\ny\n", "b": 1}
    assert document.place(("b",)) == Place(4, 4)


def test_scalars_are_read_as_yaml_1_2_reads_them() -> None:
    text = b"[yes, no, on, 0777, 0o17, 0x1f, 1e3, 1.5, ~, null, '', true, 1_000, 12:30, 2026-01-01, .5, '5']"
    expected = ["yes", "no", "on", 777, 15, 31, 1000.0, 1.5, None, None, ""]
    assert parse("f.yaml", text).data == [*expected, True, "1_000", "12:30", "2026-01-01", 0.5, "5"]


def test_an_alias_is_the_value_of_its_anchor() -> None:
    document = parse("f.yaml", b"a: &x {k: [1, 2]}\nb: *x\nc: [&y z, *y]\n")
    assert document.data == {"a": {"k": [1, 2]}, "b": {"k": [1, 2]}, "c": ["z", "z"]}
    assert document.place(("b",)) == Place(2, 4)


def test_an_expansion_bomb_is_refused_before_it_grows() -> None:
    levels = ["l0: &l0 [" + ", ".join(["x"] * 9) + "]"]
    levels += [f"l{n}: &l{n} [" + ", ".join([f"*l{n - 1}"] * 9) + "]" for n in range(1, 12)]
    message = finding("\n".join(levels).encode())
    assert message.endswith("the file holds more than 20000 values once its aliases are expanded.")


def test_a_bomb_of_long_text_is_refused() -> None:
    text = f"a: &a {'x' * 100_000}\nb: [{', '.join(['*a'] * 1000)}]"
    assert "more than 1048576 characters once its aliases are expanded" in finding(text.encode())


@pytest.mark.parametrize("text", ["[" * 5000 + "]" * 5000, "{a: " * 5000 + "}" * 5000, "- " * 5000 + "x"])
def test_deep_nesting_is_refused(text: str) -> None:
    assert finding(text.encode()).endswith("values are nested more than 40 deep.")


def test_a_large_file_of_openings_is_read_no_deeper_than_allowed() -> None:
    assert finding(b"[" * MAX_BYTES).endswith("values are nested more than 40 deep.")


def test_a_file_that_is_too_large_is_refused() -> None:
    assert finding(b"a" * (MAX_BYTES + 1)) == (
        "f.yaml:1:1: the file has more than 262144 bytes, which are the most that is read. Split it."
    )


def test_bytes_that_are_not_utf_8_are_placed() -> None:
    assert finding("a: 1\nb: ü".encode("latin-1")) == (
        "f.yaml:2:4: byte 0xfc is not UTF-8; a spec is UTF-8 text. Save the file as UTF-8."
    )


def test_every_duplicate_key_is_told() -> None:
    assert finding(b"a: 1\nb: {c: 1, c: 2}\na: [x]\n").splitlines() == [
        "f.yaml:2:11: b.c: the key stands twice (first on line 2). Keep one.",
        "f.yaml:3:1: a: the key stands twice (first on line 1). Keep one.",
    ]


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))))
def test_any_bytes_are_a_document_or_a_finding(content: bytes) -> None:
    with suppress(SpecError):
        parse("f.yaml", content)


_KEYS = st.text(alphabet="abc-_ :#&*!|>'\"%@`[]{},?\n\t", max_size=8)
_VALUES = st.recursive(
    st.text(max_size=20) | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=10,
)


@given(_VALUES)
def test_whatever_is_dumped_is_read_back(value: object) -> None:
    dumped = pyyaml.safe_dump(value)
    assert parse("f.yaml", dumped.encode()).data == value


@given(
    st.lists(
        st.sampled_from(
            [
                "a",
                ":",
                " ",
                "\n",
                "-",
                "[",
                "]",
                "{",
                "}",
                "&a",
                "*a",
                "!",
                "|",
                "'",
                '"',
                "#",
                "\t",
                "?",
                "%",
                "---",
            ]
        )
    )
)
def test_any_text_of_yaml_signs_is_a_document_or_a_finding(signs: list[str]) -> None:
    with suppress(SpecError):
        parse("f.yaml", "".join(signs).encode())


def test_text_comes_in_the_form_in_which_terraform_keeps_it() -> None:
    written = 'e\u0301: "e\u0301"\n'  # e and a combining accent
    assert parse("spec.yaml", written.encode()).data == {"\u00e9": "\u00e9"}


@pytest.mark.parametrize("odd", ["\r", "\x85", "\u2028", "\u2029"])
def test_lines_are_counted_as_editors_count_them(odd: str) -> None:
    """YAML 1.1 breaks lines at more signs; no editor would find what stands below one of them."""
    document = parse("f.yaml", f"a: 'x{odd}y'\r\nb: {{c: 1}}\n".encode())
    assert document.place(("b", "c")) == Place(2, 8)
    assert document.place(("b", "c"), at_key=True) == Place(2, 5)
    assert finding(f"a: 'x{odd}y'\nb: [\n".encode()).startswith("f.yaml:3:1: this is not YAML")
    assert finding(f"a: 'x{odd}y'\nb: 1\nb: 2\nc: *x\n".encode()).splitlines() == [
        "f.yaml:3:1: b: the key stands twice (first on line 2). Keep one.",
        "f.yaml:4:4: c: the alias *x has no anchor &x above it.",
    ]
