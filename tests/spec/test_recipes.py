"""What a recipe holds beyond base, components and root volume, and which of it makes a new version."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from specs import SMALL, write_spec

from generator.check.lock import plan_lock
from generator.render.render import render
from generator.spec import load
from generator.spec.bases import KNOWN_BASES
from generator.spec.chains import bases_of
from generator.spec.model import BaseImage, ComponentUse, Image
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


CHAIN = {
    "images/golden.yaml": "image: golden\nbase: debian-13-arm64\ncomponents: [harden-os]\nvolume: {size: 40}\n",
    "images/base.yaml": "image: base\nbase: {image: golden}\ncomponents: [harden-os]\n",
    "images/web.yaml": "image: web\nbase: {image: base}\ncomponents: [harden-os]\nvolume: {size: 60}\n",
    "prod.yaml": SMALL["prod.yaml"].replace("[web]", "[web, base, golden]"),
}


def test_an_image_takes_over_what_the_image_below_it_has(tmp_path: Path) -> None:
    web, base, golden = load(write_spec(tmp_path, CHAIN)).environments["prod"].images
    assert base.base == BaseImage("golden", "Linux", image="golden")
    assert [(each.volume.device, each.volume.size) for each in (golden, base, web)] == [
        ("/dev/xvda", 40),
        ("/dev/xvda", 40),
        ("/dev/xvda", 60),
    ]
    assert web.instance_types == ("t4g.medium",)
    assert bases_of(web, (web, base, golden)) == [golden, base]
    hours = [each.schedule.expression.split()[1] for each in (golden, base, web) if each.schedule]
    assert hours == ["3", "6", "9"]


def test_a_device_that_only_the_lowest_image_names_is_that_of_all(tmp_path: Path) -> None:
    lowest = "image: golden\nbase: ami-12345678\ncomponents: [harden-os]\nvolume: {device: /dev/sda1}\n"
    web, *_ = load(write_spec(tmp_path, CHAIN | {"images/golden.yaml": lowest})).environments["prod"].images
    assert (web.volume.device, web.instance_types) == ("/dev/sda1", ("t3.medium",))


def test_a_new_version_of_a_base_makes_none_of_what_is_built_on_it(tmp_path: Path) -> None:
    spec = write_spec(tmp_path, CHAIN)
    changed = CHAIN["images/golden.yaml"] + "description: another\n"
    write_spec(tmp_path, CHAIN | {"images/golden.yaml": changed}, locked=False)
    assert [str(each) for each in plan_lock(spec).additions] == ["recipe golden 1.0.1 (was 1.0.0)"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "{ami: {us-east-1: ami-12345678, eu-west-1: ami-87654321}}",
            BaseImage(
                "the AMIs of eu-west-1 and us-east-1",
                "Linux",
                amis=(("eu-west-1", "ami-87654321"), ("us-east-1", "ami-12345678")),
            ),
        ),
        (
            "{marketplace: prod-abcdef0123456, platform: Windows}",
            BaseImage("the product prod-abcdef0123456", "Windows", product="prod-abcdef0123456"),
        ),
    ],
)
def test_a_base_goes_by_region_or_product(tmp_path: Path, written: str, expected: BaseImage) -> None:
    text = f"image: web\nbase: {written}\ncomponents: [{{aws: hello-world}}]\nvolume: {{device: /dev/sda1}}\n"
    spec = load(write_spec(tmp_path, {"images/web.yaml": text}))
    assert spec.environments["prod"].images[0].base == expected


def test_every_known_base_is_one_that_the_embedded_aws_has() -> None:
    from generator.emulator.imagebuilder.catalogue import MANAGED_IMAGES, PUBLIC_PARAMETERS

    for name, known in KNOWN_BASES.items():
        there = MANAGED_IMAGES | PUBLIC_PARAMETERS
        image = there[known.managed_image or known.ssm_parameter or ""]
        assert (image.platform, image.architecture, image.root_device) == (
            known.platform,
            known.architecture,
            known.root_device,
        ), name


PLATFORMS = {
    "images/mac.yaml": "image: mac\nbase: macos-15\ncomponents: [harden-os, neutral]\n"
    "infrastructure: {placement: {tenancy: host}}\n",
    "images/win.yaml": "image: win\nbase: windows-server-2025\ncomponents: [neutral, powershell]\n",
    "components/neutral.yaml": """\
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - {name: Run, action: ExecuteBinary, inputs: {path: whoami}}
""",
    "components/powershell.yaml": """\
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - {name: Run, action: ExecutePowerShell, inputs: {commands: [dir]}}
""",
    "prod.yaml": SMALL["prod.yaml"].replace("[web]", "[web, mac, win]"),
}


def test_a_component_is_one_in_aws_for_each_platform_that_uses_it(tmp_path: Path) -> None:
    prod = load(write_spec(tmp_path, PLATFORMS)).environments["prod"]
    assert [(each.full_name, each.name, each.platform) for each in prod.components] == [
        ("harden-os", "harden-os", "Linux"),
        ("harden-os-macos", "harden-os", "macOS"),
        ("neutral-macos", "neutral", "macOS"),
        ("neutral-windows", "neutral", "Windows"),
        ("powershell", "powershell", "Windows"),
        ("ssh-hardened", "ssh-hardened", "Linux"),
    ]
    mac = prod.images[1]
    assert (mac.instance_types, mac.volume.size, mac.volume.device) == (("mac1.metal",), 100, "/dev/sda1")


def test_kept_versions_are_kept_on_each_platform_and_in_chains(tmp_path: Path) -> None:
    files = {
        **CHAIN,
        "images/mac.yaml": PLATFORMS["images/mac.yaml"].replace(", neutral", ""),
        "prod.yaml": SMALL["prod.yaml"].replace("[web]", "[web, base, golden, mac]"),
        "organization.yaml": SMALL["organization.yaml"] + "keep: 1\n",
    }
    spec = write_spec(tmp_path, files)
    path = spec / "components/harden-os.yaml"
    path.write_text(path.read_text().replace("echo", "echo again"))
    plan_lock(spec).write()
    prod = load(spec).environments["prod"]
    assert [(each.full_name, each.version) for each in prod.components] == [
        ("harden-os", "1.0.1"),
        ("harden-os-macos", "1.0.1"),
    ]
    assert [(each.full_name, each.version) for each in prod.kept_components] == [
        ("harden-os", "1.0.0"),
        ("harden-os-macos", "1.0.0"),
    ]
    web = prod.images[0]
    assert [(each.version, each.base.image, each.instance_types) for each in (web, *web.kept)] == [
        ("1.0.1", "base", ("t4g.medium",)),
        ("1.0.0", "base", ("t4g.medium",)),
    ]
    render(load(spec))
