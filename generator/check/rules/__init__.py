"""The rules of `goldsmith check`: one in a file, under a code that never changes.

G0 is for `goldsmith check` itself, G1 for what only the spec as a whole shows, G2 for what is found as it is read and
may be meant, G3 for what AWS refuses or does otherwise, G4 for scripts.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from generator.check.rule import Rule


def _rules() -> dict[str, Rule]:
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    return {module.RULE.code: module.RULE for module in sorted(modules, key=lambda each: str(each.RULE.code))}


RULES = _rules()
