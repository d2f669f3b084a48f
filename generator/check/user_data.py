"""The scripts of user data: they run where no log of a build shows what the shell says to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

from generator.check.script import Script, places_of
from generator.source.yaml import Document
from generator.spec.embedded import Embedded
from generator.spec.files import Sources
from generator.spec.instance_settings import read_user_data

_SHELL = re.compile(r"#!\s*/(?:usr/)?bin/(?:env\s+)?(?:ba)?sh\b")


def user_data_scripts(sources: Sources) -> Iterator[Script]:
    """Those that a shell runs, of every image; what cannot be read has been reported."""
    for source in sources.images.values():
        with suppress(OSError, UnicodeDecodeError):
            found = read_user_data(source.document, source.written.user_data, sources.directory)
            if found is not None and _SHELL.match(found.text):
                yield _script(found)


def _script(found: Embedded) -> Script:
    document, key = found.document, found.path
    if found.file is not None:
        document, key = Document(found.file, found.text, None, {}, {}, {}), ()
    return Script(document, key, found.text, tuple(places_of(document, key, found.text.split("\n"))))
