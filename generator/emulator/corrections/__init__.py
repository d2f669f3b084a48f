"""What moto gets wrong for the real provider, corrected in one place.

One file for each correction. Its docstring says what AWS does and where that is written; its test fails once moto no
longer needs it. A correction replaces an attribute of a moto module or class, and calls what was there before.
"""

from __future__ import annotations


def apply() -> None:
    """Apply every correction; once, before the first request."""
