"""The risk rules of a review: one in a file, under a code that never changes and is never used again.

R0 is for the review itself, R1 for what is destroyed or replaced, R2 for who gets images, R3 for keys and encryption,
R4 for IAM, R5 for what others reach, R6 for how images are built and kept, R7 for the plan as such, R8 for
rules of others.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from generator.review.rule import RiskRule


def _rules() -> dict[str, RiskRule]:
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    return {module.RULE.code: module.RULE for module in sorted(modules, key=lambda each: str(each.RULE.code))}


RULES = _rules()
