"""Data flows one way: a stage imports earlier stages only, and the command line alone sees all."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "generator"
STAGES = [
    *("git", "source", "documents", "spec", "check", "render", "ci", "terraform", "affected"),
    *("aws", "accounts", "built", "remote", "review", "verify", "images", "rollout"),
]
LEAVES = {"errors", "resources"}
FRONTS = {"commands", "cli", "demo", "__main__"}
PLUGIN = "verify/plugin.py"  # pytest's command line is a front as well

ALLOWED = {stage: {*STAGES[: index + 1]} for index, stage in enumerate(STAGES)}
# The embedded AWS stands apart from what is tried on it; AWS too reads documents, and has the same components.
ALLOWED["emulator"] = {"emulator", "spec.model", "spec.managed_components", *ALLOWED["documents"]}
FILES = [path for path in sorted(PACKAGE.rglob("*.py")) if "_data" not in path.parts]


def imported_by(path: Path) -> set[str]:
    """What a module imports of the package, without the package's own name."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            pytest.fail(f"{path}:{node.lineno}: a relative import; name the module in full")
    return {name.removeprefix("generator.") for name in found if name.startswith("generator.")}


def is_allowed(imported: str, allowed: set[str]) -> bool:
    return any(imported == each or imported.startswith(f"{each}.") for each in allowed | LEAVES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_stage_imports_earlier_stages_only(path: Path) -> None:
    relative = path.relative_to(PACKAGE)
    stage = relative.parts[0].removesuffix(".py")
    if stage in FRONTS | {"__init__"} or relative.as_posix() == PLUGIN:
        return
    allowed = ALLOWED.get(stage, set())
    later = [name for name in imported_by(path) if name != "__version__" and not is_allowed(name, allowed)]
    assert not later, f"{stage} imports {', '.join(sorted(later))}"


def test_the_model_and_the_errors_import_nothing_of_the_package() -> None:
    """The model's parts are files of their own, which import parts of the model alone."""
    parts = [PACKAGE / "spec" / "model.py", *sorted(PACKAGE.glob("spec/model_*.py"))]
    imported = {name for part in parts for name in imported_by(part)}
    assert {name for name in imported if not name.startswith("spec.model_")} == set()
    assert imported_by(PACKAGE / "errors.py") == set()
