"""Tests that can never run.

What: an image lists `tests`, and `testing` is off, or its `workflows` have no test workflow.
Why: who reads the spec takes the image for tested. With testing off Image Builder launches no test instance, nor where
workflows take the place of its own and none is for tests: the test components stand in the recipe without being run.
Bad:
    tests: [ssh-hardened]
    testing: {enabled: false}
Good:
    tests: [ssh-hardened]
Source: https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_ImageTestsConfiguration.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.check.rule import Context, Finding, Rule


def _find(context: Context) -> Iterator[Finding]:
    for name, source in context.sources.images.items():
        tests, testing = source.written.tests, source.written.testing
        if tests and testing and testing.enabled is False:
            what = "a test is listed" if len(tests) == 1 else f"{len(tests)} tests are listed"
            message = f"{what}, and tests are off for {name}. Remove `enabled: false`, or the tests."
            yield Finding(source.document, ("testing", "enabled"), message, image=name)


RULE = Rule("G102", "tests-never-run", "warning", __doc__, _find)
