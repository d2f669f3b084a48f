from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from specs import SMALL, write_spec

from generator.errors import SpecError
from generator.spec import load, read
from generator.spec.model import BaseImage, Schedule, Spec, Volume

EXAMPLE = Path(__file__).parents[2] / "environments"

Loader = Callable[..., Spec]


@pytest.fixture
def loaded(tmp_path: Path) -> Loader:
    """Loads the small spec with files in other words, given as replacements in one of them."""

    def load_changed(file: str = "", old: str = "", new: str = "") -> Spec:
        changes = {file: SMALL[file].replace(old, new)} if file else {}
        return load(write_spec(tmp_path / "spec", changes))

    return load_changed


def targets_of(spec: Spec) -> list[tuple[str, str, str]]:
    return [(target.account.name, target.region, target.mode) for target in spec.environments["prod"].targets]


def test_the_example_loads_with_its_environments_in_their_order() -> None:
    spec = load(EXAMPLE)
    assert list(spec.environments) == ["dev", "staging", "prod"]
    assert [image.name for image in spec.environments["prod"].images] == ["web", "web-al2023"]
    assert len(spec.organization.accounts) == 5


def test_a_short_spec_gives_a_secure_image(loaded: Loader) -> None:
    spec = loaded()
    image = spec.environments["prod"].images[0]
    assert image.volume == Volume("/dev/xvda", 20, "gp3", encrypted=True)
    assert image.base == BaseImage("amazon-linux-2023", "Linux", managed_image="amazon-linux-2023-x86")
    assert image.schedule == Schedule("cron(0 3 ? * sun *)", "UTC", "EXPRESSION_MATCH_AND_DEPENDENCY_UPDATES_AVAILABLE")
    assert image.instance_types == ("t3.medium",)
    assert image.version == "1.0.0"
    assert spec.organization.partition == "aws"


def test_the_build_account_in_its_region_is_the_first_target(loaded: Loader) -> None:
    assert targets_of(loaded()) == [
        ("images-prod", "us-east-1", "copy"),
        ("web-prod", "eu-central-1", "copy"),
        ("web-prod", "us-east-1", "copy"),
    ]


def test_the_build_account_named_as_a_receiver_in_its_region_changes_nothing(loaded: Loader) -> None:
    spec = loaded("prod.yaml", "[web-prod], regions: [us-east-1, eu-central-1]", "[images-prod], regions: [us-east-1]")
    assert targets_of(spec) == [("images-prod", "us-east-1", "copy")]


def test_where_images_are_shared_the_build_account_has_a_copy_to_share(loaded: Loader) -> None:
    spec = loaded("prod.yaml", "eu-central-1]", "eu-central-1], mode: share")
    assert targets_of(spec) == [
        ("images-prod", "us-east-1", "copy"),
        ("images-prod", "eu-central-1", "copy"),
        ("web-prod", "eu-central-1", "share"),
        ("web-prod", "us-east-1", "share"),
    ]


def test_an_environment_may_build_an_image_in_its_own_way(loaded: Loader) -> None:
    use = "[{image: web, instance_types: [c7i.large], schedule: manual, tags: {Tier: gold}}]"
    image = loaded("prod.yaml", "[web]", use).environments["prod"].images[0]
    assert (image.instance_types, image.schedule, image.tags) == (("c7i.large",), None, {"Tier": "gold"})
    assert image.version == "1.0.0"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "ubuntu-24-04-arm64",
            BaseImage("ubuntu-24-04-arm64", "Linux", managed_image="ubuntu-server-24-lts-arm64"),
        ),
        ("{ssm: /images/base}", BaseImage("/images/base", "Linux", ssm_parameter="/images/base")),
        ("ami-0123456789abcdef0", BaseImage("ami-0123456789abcdef0", "Linux", ami="ami-0123456789abcdef0")),
        (
            "arn:aws:imagebuilder:us-east-1:333333333333:image/base/x.x.x",
            BaseImage(
                "arn:aws:imagebuilder:us-east-1:333333333333:image/base/x.x.x",
                "Linux",
                image_arn="arn:aws:imagebuilder:us-east-1:333333333333:image/base/x.x.x",
            ),
        ),
    ],
)
def test_a_base_image_goes_by_name_parameter_id_or_arn(loaded: Loader, written: str, expected: BaseImage) -> None:
    spec = loaded("images/web.yaml", "base: amazon-linux-2023", f"base: {written}\nvolume: {{device: /dev/sda1}}")
    assert spec.environments["prod"].images[0].base == expected


def test_an_arm64_base_is_built_on_an_arm64_instance(loaded: Loader) -> None:
    spec = loaded("images/web.yaml", "amazon-linux-2023", "amazon-linux-2023-arm64")
    assert spec.environments["prod"].images[0].instance_types == ("t4g.medium",)


def test_a_managed_component_is_the_newest_unless_pinned(loaded: Loader) -> None:
    managed = loaded().environments["prod"].images[0].components[1]
    assert (managed.owner, managed.name, managed.version) == ("aws", "update-linux", "x.x.x")
    pinned = loaded("images/web.yaml", "aws: update-linux", "aws: update-linux, version: 1.x.x")
    assert pinned.environments["prod"].images[0].components[1].version == "1.x.x"


def test_components_that_no_image_uses_are_left_out(tmp_path: Path) -> None:
    spec = load(write_spec(tmp_path, {"components/unused.yaml": SMALL["components/harden-os.yaml"]}))
    assert [component.name for component in spec.environments["prod"].components] == [
        "harden-os",
        "ssh-hardened",
    ]


def test_two_environments_may_build_in_one_account_and_region(tmp_path: Path) -> None:
    dev = SMALL["prod.yaml"].split("distribute")[0].replace("environment: prod", "environment: dev")
    spec = load(write_spec(tmp_path, {"dev.yaml": dev}))
    assert spec.environments["dev"].build == spec.environments["prod"].build


def test_a_folder_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        load(tmp_path / "none")
    assert str(caught.value) == (
        f"{tmp_path}/none: there is no such folder. Name the folder of the spec with --spec DIR."
    )


def test_a_folder_without_an_organization_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        load(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path}/organization.yaml: there is no such file; every spec has one, with the organization's "
        "accounts. Write it, or name the folder of the spec with --spec DIR."
    )


def test_a_spec_without_a_lock_asks_for_one(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        load(write_spec(tmp_path, locked=False))
    assert str(caught.value) == f"{tmp_path}/versions.lock.yaml: there is no such file. Run `goldsmith lock`."


def test_a_folder_in_the_place_of_a_file_is_no_bug_of_ours(tmp_path: Path) -> None:
    spec = write_spec(tmp_path)
    (spec / "images" / "web.yaml").unlink()
    (spec / "images" / "web.yaml").symlink_to(spec / "nowhere")
    with pytest.raises(SpecError) as caught:
        load(spec)
    assert f"{spec}/images/web.yaml: cannot be read: No such file or directory." in str(caught.value)


# What AWS and YAML both can hold: any character but U+0000; surrogates are no characters. In Unicode's form NFC, as
# Terraform holds every string: text in another form comes into the model in this one.
HOSTILE = st.text(
    alphabet=st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=60
).map(partial(unicodedata.normalize, "NFC"))
TAG_VALUE = st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=60).map(
    partial(unicodedata.normalize, "NFC")
)


@given(description=HOSTILE, tag=TAG_VALUE, parameter=HOSTILE, command=HOSTILE)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_hostile_text_reaches_the_model_as_it_was_written(
    description: str, tag: str, parameter: str, command: str
) -> None:
    image = yaml.safe_load(SMALL["images/web.yaml"]) | {"description": description, "tags": {"Note": tag}}
    image["components"][0] = {"component": "harden-os", "parameters": {"Banner": parameter}}
    component = yaml.safe_load(SMALL["components/harden-os.yaml"])
    component["phases"][0]["steps"][0]["inputs"]["commands"] = [command]
    changes = {
        "images/web.yaml": yaml.safe_dump(image),
        "components/harden-os.yaml": yaml.safe_dump(component),
    }
    with TemporaryDirectory() as directory:
        environment = load(write_spec(Path(directory), changes)).environments["prod"]
    loaded = environment.images[0]
    assert (loaded.description, loaded.tags) == (description, {"Note": tag})
    assert loaded.components[0].parameters == (("Banner", parameter),)
    assert yaml.safe_load(environment.components[0].document)["phases"][0]["steps"][0]["inputs"]["commands"] == [
        command
    ]


_ANYTHING = st.recursive(
    st.text(max_size=10) | st.integers() | st.booleans() | st.none() | st.just("web") | st.just("cron(0 3 * * ? *)"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "image",
                    "base",
                    "components",
                    "aws",
                    "ssm",
                    "volume",
                    "size",
                    "schedule",
                    "cron",
                    "tags",
                    "x",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(
    file=st.sampled_from([*SMALL, "versions.lock.yaml"]),
    content=st.one_of(_ANYTHING.map(yaml.safe_dump), st.text(max_size=100)),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_file_leads_to_a_model_or_to_findings(file: str, content: str) -> None:
    with TemporaryDirectory() as directory:
        spec = write_spec(Path(directory))
        (spec / file).write_bytes(content.encode("utf-8", "replace"))
        reading = read(spec)
    assert (reading.spec is None) == bool(reading.errors)


@given(
    key=st.sampled_from(
        [
            "base",
            "components",
            "tests",
            "volume",
            "devices",
            "user_data",
            "ssm_agent",
            "schedule",
            "tags",
            "description",
        ]
    ),
    value=_ANYTHING,
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_value_of_an_image_leads_to_a_model_or_to_findings(key: str, value: object) -> None:
    image = yaml.safe_load(SMALL["images/web.yaml"]) | {key: value}
    with TemporaryDirectory() as directory:
        reading = read(write_spec(Path(directory), {"images/web.yaml": yaml.safe_dump(image)}, locked=False))
    assert reading.errors
