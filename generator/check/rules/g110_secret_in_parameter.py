"""A secret as a component's parameter.

What: a parameter whose name speaks of a password, a token or a key gets its value in the spec.
Why: the value stands in the repository, in Terraform's state and in the recipe, which everybody reads who may read
images; CloudTrail records it. What a build needs of secrets it reads itself, by its instance's role.
Bad:
    components:
      - {component: join-domain, parameters: {Password: hunter2}}
Good:
    components:
      - {component: join-domain, parameters: {PasswordParameter: /build/domain-password}}
Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/toe-user-defined-variables.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.check.rule import Context, Finding, Rule

_SECRET = re.compile(
    r"passw(or)?d|passphrase|secret|token|credential|(api|private|access|license)[-_]?key", re.IGNORECASE
)
_REFERENCE = re.compile(r"(arn|name|id|path|parameter|file|url|uri|length|days|hours|minutes)\Z", re.IGNORECASE)
_KINDS = ("components", "tests")


def _find(context: Context) -> Iterator[Finding]:
    for name, source in context.sources.images.items():
        for kind in _KINDS:
            for index, use in enumerate(getattr(source.written, kind) or ()):
                for parameter, value in (getattr(use, "parameters", None) or {}).items():
                    if _is_secret(parameter, str(value)):
                        path = (kind, index, "parameters", parameter)
                        message = (
                            "looks like a secret, and goes to EC2 Image Builder, CloudTrail and Terraform's state as "
                            "plain text. Give the name of an SSM parameter or a secret, and read it in the build."
                        )
                        yield Finding(source.document, path, message, image=name)


def _is_secret(parameter: str, value: str) -> bool:
    """Whether the value is one itself, and does not say where one is."""
    if not _SECRET.search(parameter) or _REFERENCE.search(parameter):
        return False
    return bool(value) and value not in ("true", "false") and not value.startswith(("arn:", "/"))


RULE = Rule("G110", "secret-in-parameter", "warning", __doc__, _find)
