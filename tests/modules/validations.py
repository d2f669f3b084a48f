"""The `validation` blocks of the modules, and the native test runs that each of them must refuse.

Reads Terraform files as `terraform fmt` leaves them: a block begins and ends at its own indentation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from modules.roots import MODULES, NAMES

_BASE = re.compile(r"^variables \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_RUN = re.compile(r'^run "(\w+)" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)
_RUN_VARIABLES = re.compile(r"^  variables \{\n(.*?)^  \}", re.MULTILINE | re.DOTALL)
_EXPECTED = re.compile(r"^  expect_failures = \[var\.(\w+)\]", re.MULTILINE)


@dataclass(frozen=True)
class Run:
    """A run of a module's tests/validation.tftest.hcl: the variable to be refused, and its values."""

    module: str
    name: str
    variable: str
    arguments: str

    @property
    def call(self) -> str:
        """The label of the module call that stands for this run."""
        return f"{self.module}-{self.name}"

    @property
    def hcl(self) -> str:
        return f'module "{self.call}" {{\n  source = "./modules/{self.module}"\n{self.arguments}\n}}\n'


def native_tests(module: str) -> str:
    return (MODULES / module / "tests" / "validation.tftest.hcl").read_text(encoding="utf-8")


def read_runs() -> list[Run]:
    return [run for module in NAMES for run in _runs(module, native_tests(module))]


def read_validations() -> dict[str, str]:
    """The variable of each validation block, by its place, modules/NAME/variables.tf:LINE."""
    return {
        f"modules/{module}/variables.tf:{line}": variable
        for module in NAMES
        for line, variable in _validation_lines((MODULES / module / "variables.tf").read_text(encoding="utf-8"))
    }


def _validation_lines(text: str) -> list[tuple[int, str]]:
    found, variable = [], ""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith('variable "'):
            variable = line.split('"')[1]
        elif line == "  validation {":
            found.append((number, variable))
    return found


def _runs(module: str, text: str) -> list[Run]:
    base = _arguments(_group(_BASE, text), 2)
    runs = []
    for name, body in _RUN.findall(text):
        arguments = base | _arguments(_group(_RUN_VARIABLES, body), 4)
        runs.append(Run(module, name, _group(_EXPECTED, body), "\n".join(arguments.values())))
    return runs


def _arguments(body: str, indentation: int) -> dict[str, str]:
    """The text of each argument of a block, by name; an argument reaches to the next one."""
    arguments: dict[str, list[str]] = {}
    name = ""
    for line in body.splitlines():
        if match := re.match(rf"^ {{{indentation}}}(\w+) += ", line):
            name = match[1]
        arguments.setdefault(name, []).append(line)
    return {name: "\n".join(lines) for name, lines in arguments.items()}


def _group(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    assert match, f"{pattern.pattern} is not in\n{text}"
    return match[1]
