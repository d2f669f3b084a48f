"""A phase of a component that Image Builder does not run.

What: a component's document has a phase beside `build`, `validate`, `test` and `container-host-test`.
Why: AWSTOE takes phases of any name and runs them from a command line. Image Builder runs these four only, so the
steps of another one never run, and no build fails for it.
Bad:
    phases:
      - name: download
        steps: [...]
      - name: build
        steps: [...]
Good:
    phases:
      - name: build
        steps: [...]
Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/toe-use-documents.html#component-doc-workflow
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G213", "phase-not-run", "warning", __doc__)
