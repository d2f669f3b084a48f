"""What stands behind the fixture `root`: the selected roots of a spec, each on a private copy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from fnmatch import fnmatchcase
from pathlib import Path

from generator.errors import UsageError
from generator.render.roots import Root, roots_of
from generator.spec.model import Spec
from generator.verify.copies import private_copies
from generator.verify.fleet import Runner
from generator.verify.root_test import RootTest


class TestedFleet:
    """The roots under test by name. A root is copied and made ready when the first test asks for it."""

    __test__ = False  # pytest takes a class of this name for a test

    def __init__(
        self, roots: Sequence[Root], runner: Runner, directory_of: Callable[[Root], Path], prepared: bool
    ) -> None:
        self._roots = {root.name: root for root in roots}
        self._runner = runner
        self._directory_of = directory_of
        self._prepared = prepared
        self._tests: dict[str, RootTest] = {}

    @property
    def names(self) -> list[str]:
        return list(self._roots)

    def test(self, name: str) -> RootTest:
        """The same object each time. Raises RootTestError when the root cannot be made ready."""
        if name not in self._tests:
            root = self._roots[name]
            runner = self._runner
            test = RootTest(root, self._directory_of(root), binary=runner.binary, environment=runner.environment)
            if not self._prepared:
                test.init()
            self._tests[name] = test
        return self._tests[name]


def prepared_fleet(spec: Spec, patterns: Sequence[str], runner: Runner, directory: Path) -> TestedFleet:
    """Over copies that `goldsmith verify` made ready; it also takes them away."""
    return TestedFleet(select(spec, patterns), runner, lambda root: directory / root.path, prepared=True)


def copied_fleet(spec: Spec, patterns: Sequence[str], runner: Runner, rendered: Path, until: ExitStack) -> TestedFleet:
    """Over copies of its own, which are gone when `until` is closed."""
    copies = until.enter_context(private_copies(rendered))
    return TestedFleet(select(spec, patterns), runner, copies.of, prepared=False)


def select(spec: Spec, patterns: Sequence[str]) -> list[Root]:
    """The roots whose name matches a pattern such as prod/*; all where none is given. UsageError for none."""
    roots = roots_of(spec)
    unused = [pattern for pattern in patterns if not any(fnmatchcase(root.name, pattern) for root in roots)]
    if unused:
        known = ", ".join(root.name for root in roots)
        raise UsageError(f"--goldsmith-root {unused[0]}: matches no root; there are {known}.")
    return [root for root in roots if not patterns or any(fnmatchcase(root.name, each) for each in patterns)]
