from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from specs import SMALL, write_spec

from generator.check.lock import plan_lock
from generator.errors import SpecError, UsageError
from generator.spec import load
from generator.spec.versions import LOCK_FILE

CHANGED = SMALL["components/harden-os.yaml"].replace("echo", "printf")


def added(directory: Path, **options: object) -> list[str]:
    locking = plan_lock(directory, **options)  # type: ignore[arg-type]
    if locking.is_needed:
        locking.write()
    return [str(addition) for addition in locking.additions]


def change(directory: Path, file: str, text: str) -> None:
    (directory / file).write_text(text)


def locked(directory: Path) -> dict[str, dict[str, dict[str, str]]]:
    content: dict[str, dict[str, dict[str, str]]] = yaml.safe_load((directory / LOCK_FILE).read_text())
    return content


def test_the_first_lock_gives_everything_its_first_version(tmp_path: Path) -> None:
    spec = write_spec(tmp_path, locked=False)
    assert added(spec) == [
        "component harden-os 1.0.0 (new)",
        "component ssh-hardened 1.0.0 (new)",
        "recipe web 1.0.0 (new)",
    ]
    assert added(spec) == []


def test_a_changed_component_takes_its_recipes_along(tmp_path: Path) -> None:
    spec = write_spec(tmp_path)
    before = locked(spec)
    change(spec, "components/harden-os.yaml", CHANGED)
    assert added(spec) == ["component harden-os 1.0.1 (was 1.0.0)", "recipe web 1.0.1 (was 1.0.0)"]
    after = locked(spec)
    assert after["components"]["harden-os"]["1.0.0"] == before["components"]["harden-os"]["1.0.0"]
    environment = load(spec).environments["prod"]
    assert [component.version for component in environment.components] == ["1.0.1", "1.0.0"]
    assert environment.images[0].version == "1.0.1"


def test_a_content_that_comes_back_has_its_old_version(tmp_path: Path) -> None:
    spec = write_spec(tmp_path)
    change(spec, "components/harden-os.yaml", CHANGED)
    added(spec)
    change(spec, "components/harden-os.yaml", SMALL["components/harden-os.yaml"])
    assert added(spec) == []
    assert load(spec).environments["prod"].images[0].version == "1.0.0"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("base: amazon-linux-2023", "base: amazon-linux-2023-arm64"),
        ("image: web", "image: web\ndescription: Web server"),
        ("image: web", "image: web\nvolume: {size: 30}"),
        ("[harden-os,", "[{component: harden-os, parameters: {Banner: hi}},"),
        ("harden-os, {aws: update-linux}", "{aws: update-linux}, harden-os"),
        ("update-linux", "update-linux, version: 1.0.0"),
    ],
)
def test_what_a_recipe_holds_is_its_content(tmp_path: Path, old: str, new: str) -> None:
    spec = write_spec(tmp_path)
    change(spec, "images/web.yaml", SMALL["images/web.yaml"].replace(old, new))
    assert added(spec) == ["recipe web 1.0.1 (was 1.0.0)"]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (
            "images/web.yaml",
            "image: web",
            "image: web # comment\nschedule: daily\ninstance_types: [c7i.large]",
        ),
        (
            "images/web.yaml",
            "image: web",
            "image: web\ntags: {Tier: gold}\nvolume: {size: 20, encrypted: true}",
        ),
        ("organization.yaml", "333333333333", "999999999999"),
        ("prod.yaml", "us-east-1", "us-west-2"),
        ("components/harden-os.yaml", "schemaVersion: 1.0\n", "# comment\nschemaVersion: 1.0\n"),
        ("components/harden-os.yaml", "{name: Harden, action: ExecuteBash,", "{action: ExecuteBash, name: Harden,"),
        ("components/harden-os.yaml", 'commands: ["echo {{ Banner }}"]', "commands: ['echo {{ Banner }}']"),
        ("images/web.yaml", "image: web\nbase: amazon-linux-2023\n", "base: amazon-linux-2023\nimage: web\n"),
    ],
)
def test_accounts_regions_comments_and_defaults_are_no_content(tmp_path: Path, file: str, old: str, new: str) -> None:
    spec = write_spec(tmp_path)
    change(spec, file, SMALL[file].replace(old, new))
    assert added(spec) == []


def test_a_content_has_one_version_in_every_environment(tmp_path: Path) -> None:
    spec = write_spec(tmp_path)
    dev = SMALL["prod.yaml"].replace("environment: prod", "environment: dev").replace("images-prod", "data-prod")
    dev = dev[: dev.index("distribute:")]
    change(spec, "dev.yaml", dev)
    assert added(spec) == []
    environments = load(spec).environments.values()
    versions = [[(each.name, each.version) for each in (*one.components, *one.images)] for one in environments]
    assert versions[0] == versions[1] == [("harden-os", "1.0.0"), ("ssh-hardened", "1.0.0"), ("web", "1.0.0")]


def test_a_bump_is_for_the_names_and_the_rest_is_raised_by_a_patch(tmp_path: Path) -> None:
    spec = write_spec(tmp_path)
    change(spec, "components/harden-os.yaml", CHANGED)
    assert added(spec, bump="minor", names=["harden-os"]) == [
        "component harden-os 1.1.0 (was 1.0.0)",
        "recipe web 1.0.1 (was 1.0.0)",
    ]
    change(spec, "components/harden-os.yaml", CHANGED + "# no content\n" + "name: x\n")
    assert added(spec, bump="major") == [
        "component harden-os 2.0.0 (was 1.1.0)",
        "recipe web 2.0.0 (was 1.0.1)",
    ]


def test_the_next_version_is_above_the_highest_by_number(tmp_path: Path) -> None:
    spec = write_spec(tmp_path)
    versions = "".join(f'    1.0.{patch}: "sha256:{patch:064x}"\n' for patch in (9, 10, 2))
    change(spec, LOCK_FILE, f"components:\n  harden-os:\n{versions}recipes: {{}}\n")
    assert added(spec)[0] == "component harden-os 1.0.11 (was 1.0.10)"
    assert list(locked(spec)["components"]["harden-os"]) == ["1.0.2", "1.0.9", "1.0.10", "1.0.11"]


def test_entries_of_what_is_gone_are_kept(tmp_path: Path) -> None:
    spec = write_spec(tmp_path)
    entry = f'components:\n  gone:\n    3.0.0: "sha256:{1:064x}"\nrecipes: {{}}\n'
    change(spec, LOCK_FILE, entry)
    added(spec)
    assert locked(spec)["components"]["gone"] == {"3.0.0": f"sha256:{1:064x}"}


def test_the_same_spec_has_the_same_lock_byte_for_byte(tmp_path: Path) -> None:
    first, second = write_spec(tmp_path / "first"), write_spec(tmp_path / "second")
    assert (first / LOCK_FILE).read_bytes() == (second / LOCK_FILE).read_bytes()


def test_a_wrong_spec_is_not_locked(tmp_path: Path) -> None:
    spec = write_spec(tmp_path, locked=False)
    change(spec, "images/web.yaml", "image: web\n")
    with pytest.raises(SpecError, match="base: is missing"):
        plan_lock(spec)
    assert not (spec / LOCK_FILE).exists()


@pytest.mark.parametrize(
    ("lock", "message"),
    [
        ("components: {harden-os: {1.0: x}}\nrecipes: {}", "'1.0' is no version"),
        ("components: {harden-os: {1.0.01: x}}\nrecipes: {}", "'1.0.01' is no version"),
        ("components: {harden-os: {1.0.9999999999: x}}\nrecipes: {}", "is no version"),
        ("components: {harden-os: {1.0.0: x}}\nrecipes: {}", "'x' is no hash"),
        ("components: {'': {}}\nrecipes: {}", "'' is not allowed as a name"),
        ("components: {}\n", "recipes: is missing"),
        ("<<<<<<< HEAD\ncomponents: {}\n", "this is not YAML"),
        (
            "<<<<<<< HEAD\ncomponents: {}\n=======\ncomponents: 1\n>>>>>>> x\nrecipes: {}\n",
            ":4:13: components: 1 is not allowed",
        ),
    ],
)
def test_a_lock_that_cannot_be_read_is_never_rewritten(tmp_path: Path, lock: str, message: str) -> None:
    spec = write_spec(tmp_path)
    change(spec, LOCK_FILE, lock)
    with pytest.raises(SpecError, match=message):
        plan_lock(spec)
    assert (spec / LOCK_FILE).read_text() == lock


def test_a_name_that_has_nothing_to_lock_is_refused(tmp_path: Path) -> None:
    spec = write_spec(tmp_path)
    with pytest.raises(UsageError, match=r"web: its content has a version already"):
        plan_lock(spec, "minor", ["web"])
    with pytest.raises(UsageError, match=r"wep: the spec has no component or image of this name. Did you mean web\?"):
        plan_lock(spec, "minor", ["wep"])
