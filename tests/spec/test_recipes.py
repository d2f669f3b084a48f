"""What a recipe holds beyond base, components and root volume, and which of it makes a new version."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from specs import SMALL, write_spec

from generator.check.lock import plan_lock
from generator.spec import load
from generator.spec.model import ComponentUse, Image
from generator.spec.model_recipe import Device, InstanceSettings

Loader = Callable[..., Image]


@pytest.fixture
def image(tmp_path: Path) -> Loader:
    """The image `web` of the small spec, with more lines in its file."""

    def load_image(more: str = "", old: str = "", new: str = "") -> Image:
        text = SMALL["images/web.yaml"].replace(old, new) + more
        return load(write_spec(tmp_path / "spec", {"images/web.yaml": text})).environments["prod"].images[0]

    return load_image


def test_devices_are_encrypted_and_go_with_the_instance_unless_told_otherwise(image: Loader) -> None:
    devices = image("""\
devices:
  - {device: /dev/sdg, snapshot: {us-east-1: snap-12345678}, encrypted: false, delete_on_termination: false}
  - {device: /dev/sdf, size: 500}
  - {device: /dev/sdh, virtual_name: ephemeral0}
  - {device: /dev/sdi, no_device: true}
""").devices
    assert devices == (
        Device("/dev/sdf", 500, "gp3", encrypted=True),
        Device("/dev/sdg", encrypted=False, snapshots=(("us-east-1", "snap-12345678"),), delete_on_termination=False),
        Device("/dev/sdh", virtual_name="ephemeral0"),
        Device("/dev/sdi", is_removed=True),
    )
    assert [device.is_volume for device in devices] == [True, True, False, False]
    assert devices[1].snapshot_in("us-east-1") == "snap-12345678"


def test_user_data_is_text_or_a_file_of_the_spec(image: Loader, tmp_path: Path) -> None:
    script = "#!/bin/bash\necho '${HOME} ü'\n"
    (tmp_path / "spec" / "scripts").mkdir(parents=True)
    (tmp_path / "spec" / "scripts" / "first.sh").write_bytes(script.encode())
    from_file = image("user_data: {file: scripts/first.sh}\nworking_directory: /opt/x\nssm_agent: keep\n").settings
    assert from_file == InstanceSettings("/opt/x", script, uninstall_agent=False)
    inline = image("user_data: |\n  #!/bin/bash\n  echo '${HOME} ü'\nssm_agent: remove\n").settings
    assert inline == InstanceSettings(None, script, uninstall_agent=True)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{marketplace: agent-prod-abc}", ComponentUse("agent-prod-abc", "marketplace", "x.x.x")),
        (
            "{shared: agent, account: web-prod, version: 1.x.x, parameters: {Level: high}}",
            ComponentUse("agent", "shared", "1.x.x", (("Level", "high"),), "444444444444"),
        ),
        (
            '{arn: "arn:aws:imagebuilder:us-east-1:444444444444:component/agent/1.0.0/1"}',
            ComponentUse("arn:aws:imagebuilder:us-east-1:444444444444:component/agent/1.0.0/1", "arn", "1.0.0/1"),
        ),
    ],
)
def test_components_of_others_go_by_name_or_arn(image: Loader, written: str, expected: ComponentUse) -> None:
    assert image("", "{aws: update-linux}", written).components[1] == expected


def test_a_root_volume_may_outlive_its_instance(image: Loader) -> None:
    assert image().volume.delete_on_termination
    assert not image("volume: {delete_on_termination: false}\n").volume.delete_on_termination


@pytest.mark.parametrize(
    "more",
    [
        "devices: [{device: /dev/sdf, size: 8}]\n",
        "user_data: '#!/bin/sh'\n",
        "working_directory: /opt/x\n",
        "ssm_agent: keep\n",
        "volume: {delete_on_termination: false}\n",
    ],
)
def test_whatever_a_recipe_holds_makes_a_new_version(tmp_path: Path, more: str) -> None:
    spec = write_spec(tmp_path)
    assert not plan_lock(spec).additions
    write_spec(tmp_path, {"images/web.yaml": SMALL["images/web.yaml"] + more}, locked=False)
    assert [str(addition) for addition in plan_lock(spec).additions] == ["recipe web 1.0.1 (was 1.0.0)"]


def test_what_says_the_default_is_no_new_version(tmp_path: Path) -> None:
    spec = write_spec(tmp_path)
    same = SMALL["images/web.yaml"] + "volume: {delete_on_termination: true}\n"
    write_spec(tmp_path, {"images/web.yaml": same}, locked=False)
    assert not plan_lock(spec).additions
