"""Strings that would be code if the encoder let them, and strings that Terraform might not give back."""

from __future__ import annotations

import unicodedata

from hypothesis import strategies as st

FRAGMENTS = (
    *"\"'\\\n\r\t$%{}#~ ",
    *(
        "${",
        "%{",
        "$${",
        "%%{",
        "$$$${",
        "${~",
        "~}",
        "\\${",
        "\\u0041",
        "<<EOT\n",
        "\nEOT\n",
        "<<-E",
        "//",
        "/*",
        "*/",
    ),
    *('${file("/etc/passwd")}', "%{ if true }", "%{ endif }", '"\n}\nresource "null_resource" "x" {}\n'),
    *("{{ x }}", "{% raw %}", "null", "true", "for", ""),
    # control, format and separating characters
    *("\x00", "\x1b[31m", "\x7f", "\x85", "\xa0", "\u2028", "\u202e", "\ufeff", "\u200d", "\U000e0001"),
    # composed and decomposed, wide, right to left, beyond the basic plane
    *("é", "e\u0301", "\uff46", "\u05d0", "\U0001f600", "\U0001f469\u200d\U0001f469"),
)

# Not unassigned characters: which those are depends on the version of Unicode.
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=12)
HOSTILE = st.lists(st.sampled_from(FRAGMENTS) | ANY_TEXT, max_size=6).map("".join)


def as_terraform_holds(value: object) -> object:
    """The value with every string in Unicode's normal form C: Terraform holds strings so, wherever from."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {as_terraform_holds(key): as_terraform_holds(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [as_terraform_holds(each) for each in value]
    return value
