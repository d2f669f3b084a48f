"""An image, a workflow or an import that nothing uses.

What: a file under `images/` that no environment lists, under `workflows/` that no image runs, or under `imports/`
that no image is based on.
Why: it looks as if it were built and kept up to date, and reaches no account. An image mostly lacks its line under
`images`.
Bad:
    # prod.yaml, beside images/web.yaml and images/batch.yaml
    images: [web]
Good:
    images: [web, batch]
Source: none; it is about this spec alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.check.rule import Context, Finding, Rule
from generator.spec.written import BaseWritten


def _find(context: Context) -> Iterator[Finding]:
    sources = context.sources
    built = {image.name for _, image in context.images()}
    for name, image in sources.images.items():
        if name not in built:
            message = f"no environment builds {name}. Add it to the images of one, or remove the file."
            yield Finding(image.document, ("image",), message, image=name)
    run, based = _used(context)
    for name, workflow in sources.workflows.items():
        if name not in run:
            yield Finding(workflow.source, (), f"no image runs the workflow {name}. Add it to one, or remove the file.")
    for name, imported in sources.imports.items():
        if name not in based:
            message = f"no image is based on {name}. Base one on it, or remove the file."
            yield Finding(imported.document, ("import",), message)


def _used(context: Context) -> tuple[set[str], set[str]]:
    """The workflows that images run, and the imports that they are based on."""
    run: set[str] = set()
    based: set[str] = set()
    for image in context.sources.images.values():
        uses = image.written.workflows or []
        run |= {use if isinstance(use, str) else use.workflow for use in uses}
        if isinstance(image.written.base, BaseWritten):
            based |= {image.written.base.import_ or ""}
    return run, based


RULE = Rule("G101", "unused", "warning", __doc__, _find)
