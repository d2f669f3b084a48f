"""No string of a spec becomes code: Terraform reads every root of hostile specs, and gives back the same strings.

The modules are replaced by ones that put out what they are given, the provider and the backend by plain values, so
one run without any provider reads everything that a template prints.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from hostile import HOSTILE, as_terraform_holds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.render.names import component_module, recipe_module
from generator.render.render import render
from generator.render.roots import Root, roots_of
from generator.resources import resource_directory
from generator.spec.model import (
    Account,
    BaseImage,
    Component,
    ComponentUse,
    Environment,
    Image,
    Organization,
    Placement,
    Roles,
    Schedule,
    Spec,
    State,
    Target,
    Volume,
)
from generator.spec.model_container import Container, ContainerBase, ContainerRecipe, Repository
from generator.spec.model_distribution import (
    AmiSettings,
    Audience,
    Delivery,
    FastLaunch,
    LaunchTemplate,
    OutputParameter,
    RegionSettings,
)
from generator.spec.model_documents import DocumentSettings
from generator.spec.model_network import Network
from generator.spec.model_pipeline import Operations, PipelineSettings
from generator.spec.model_recipe import Device, InstanceSettings
from generator.spec.model_vm import Export, Import

SPECS = 12
BLOCKS = {  # a block's first line -> the same as an entry of an object
    'provider "aws" {': "locals {\n  provider = {",
    "  assume_role {": "  assume_role = {",
    "  default_tags {": "  default_tags = {",
    "terraform {": "locals {\n  backend = {",
    '  backend "s3" {': "  s3 = {",
}
TAGS = st.dictionaries(HOSTILE.map(as_terraform_holds), HOSTILE, max_size=3)
PARAMETERS = TAGS.map(lambda tags: tuple(tags.items()))

VERSIONS = st.tuples(*[st.integers(0, 2**30)] * 3).map(lambda numbers: ".".join(map(str, numbers)))

# Names and versions make folders, modules and references; all else may be any text, also what a spec would refuse.
BUILD, OTHER = st.builds(Account, st.just("images"), HOSTILE), st.builds(Account, st.just("web"), HOSTILE)
PLATFORM = 'Linux" ${x}'  # the same of components and bases, as a component is found by it
TOLD = st.builds(
    DocumentSettings,
    HOSTILE,
    st.none(),
    st.lists(HOSTILE, max_size=2).map(tuple),
    TAGS.map(lambda tags: tuple(tags.items())),
)
COMPONENTS = st.sampled_from(["harden-os", "for"]).flatmap(
    lambda name: st.builds(
        Component,
        st.just(name),
        VERSIONS,
        st.just(PLATFORM),
        st.just("BUILD"),
        HOSTILE,
        HOSTILE,
        settings=TOLD,
    )
)
MANAGED = st.builds(ComponentUse, HOSTILE, st.just("aws"), HOSTILE, PARAMETERS)
BASES = (
    st.builds(BaseImage, HOSTILE, st.just(PLATFORM), managed_image=HOSTILE)
    | st.builds(BaseImage, HOSTILE, st.just(PLATFORM), ami=HOSTILE.filter(bool))
    | st.builds(BaseImage, HOSTILE, st.just(PLATFORM), ssm_parameter=HOSTILE)
    | st.builds(BaseImage, HOSTILE, st.just(PLATFORM), product=HOSTILE.filter(bool))
    | st.builds(BaseImage, HOSTILE, st.just(PLATFORM), amis=HOSTILE.filter(bool).map(lambda ami: (("us-east-1", ami),)))
)
DEVICES = st.builds(Device, HOSTILE, st.integers(1, 99), HOSTILE, st.booleans(), snapshot=HOSTILE.filter(bool)).map(
    lambda device: (device,)
)
SETTINGS = st.builds(InstanceSettings, HOSTILE, HOSTILE, st.booleans())
VOLUMES = st.builds(Volume, HOSTILE, st.integers(1, 99), HOSTILE, st.booleans(), st.none() | st.integers(1, 9))
CONTAINER_BASES = st.builds(
    BaseImage, HOSTILE, st.just(PLATFORM), container=st.builds(ContainerBase, HOSTILE.filter(bool))
)
RECIPES = st.builds(
    ContainerRecipe,
    HOSTILE.filter(bool),
    HOSTILE,
    kms_key=HOSTILE.filter(lambda key: key != "own"),
    instance_ami=HOSTILE.filter(bool),
    instance_devices=DEVICES,
)
CONTAINERS = st.builds(Container, HOSTILE.filter(bool), st.builds(Repository), st.lists(HOSTILE, max_size=2).map(tuple))
EXPORTS = st.builds(Export, HOSTILE.filter(bool), HOSTILE.filter(bool), HOSTILE.filter(bool))
SOURCES = st.tuples(HOSTILE, HOSTILE).map(lambda place: (("", f"s3://{place[0]}/{place[1]}"),))


def imports(name: str, kind: str) -> st.SearchStrategy[Import]:
    types = st.lists(HOSTILE, max_size=2).map(tuple)
    rest: dict[str, Any] = {"tags": PARAMETERS, "instance_types": types}
    fixed: dict[str, Any] = {"format": kind, "version": "1.0.0", "encrypted": kind != "ISO", "platform": PLATFORM}
    unset = dict.fromkeys(("os_version", "license", "boot_mode", "role", "image_index", "secure_boot"))
    given = {name: st.just(value) for name, value in {**fixed, **unset}.items()}
    return st.builds(Import, st.just(name), HOSTILE, sources=SOURCES, **rest, **given)


WORDS = st.lists(HOSTILE, max_size=2).map(tuple)
NETWORKS = st.builds(Network, HOSTILE.filter(bool), WORDS, WORDS, WORDS, st.booleans(), st.none() | st.integers(1, 9))
SCHEDULES = st.none() | st.builds(Schedule, HOSTILE, HOSTILE, HOSTILE)

TEXT = HOSTILE.filter(bool)
AMIS = st.builds(AmiSettings, TEXT, TEXT, TAGS)
ARNS = st.tuples(TEXT.map(lambda text: f"arn/o-1/{text}"))  # views take them apart at slashes
AUDIENCES = st.builds(Audience, st.just("us-east-1"), ARNS, ARNS).map(lambda each: (each,))


def deliveries(owner: Account) -> st.SearchStrategy[Delivery]:
    """What an account gets in eu-central-1, with names that it says nothing of elsewhere."""
    region = st.just("eu-central-1")
    template = st.tuples(st.tuples(st.just("name"), TEXT), st.tuples(st.just("version"), TEXT))
    parameters = st.builds(OutputParameter, st.just(owner), region, TEXT, st.just("text"))
    launched = st.builds(LaunchTemplate, st.just(owner), region, TEXT, st.booleans(), st.none())
    fast = st.builds(FastLaunch, st.just(owner), region, st.booleans(), st.none(), st.integers(1, 9), template)
    settings_there = st.builds(RegionSettings, AMIS, st.tuples(TEXT))
    return st.builds(
        Delivery,
        AMIS,
        settings_there.map(lambda each: {"eu-central-1": each}),
        st.tuples(parameters),
        st.tuples(launched),
        st.tuples(fast),
    )


@st.composite
def specs(draw: st.DrawFn) -> Spec:
    build, other, base = draw(BUILD), draw(OTHER), draw(BASES)
    component = replace(draw(COMPONENTS), platform=base.platform)  # as a spec has it: one that the image can use
    own = ComponentUse(component.name, "self", component.version, draw(PARAMETERS))
    image = Image(
        "web",
        draw(HOSTILE),
        draw(VERSIONS),
        base,
        (own, draw(MANAGED)),
        (draw(MANAGED),),
        tuple(draw(st.lists(HOSTILE, max_size=3))),
        draw(VOLUMES),
        draw(SCHEDULES),
        draw(TAGS),
        devices=draw(DEVICES),
        settings=draw(SETTINGS),
        pipeline=PipelineSettings(export=draw(EXPORTS)),
        delivery=draw(deliveries(other)),
    )
    shell = replace(
        image,
        name="shell",
        base=draw(CONTAINER_BASES),
        volume=None,
        devices=(),
        settings=InstanceSettings(draw(HOSTILE)),
        container_recipe=draw(RECIPES),
        container=draw(CONTAINERS),
        delivery=Delivery(),
    )
    targets = (
        Target(build, "us-east-1", "copy"),
        Target(build, "eu-central-1", "copy"),
        Target(other, "eu-central-1", draw(st.sampled_from(["copy", "share"]))),
        Target(other, "us-east-1", "copy"),
    )
    given_network = Placement(build, "us-east-1", draw(HOSTILE), draw(WORDS))
    made_network = Placement(build, "us-east-1", None, (), draw(NETWORKS))
    placement = draw(st.sampled_from([given_network, made_network]))
    operations = Operations(imports=(draw(imports("desktop", "ISO")), draw(imports("erp", "OVA"))))
    environment = Environment(
        "prod", placement, (image, shell), (component,), targets, draw(TAGS), operations, audiences=draw(AUDIENCES)
    )
    organization = Organization(
        draw(HOSTILE),
        draw(HOSTILE),
        {"images": build, "web": other},
        State(draw(HOSTILE), draw(HOSTILE)),
        Roles(draw(HOSTILE), draw(HOSTILE)),
        draw(TAGS),
    )
    return Spec(organization, {"prod": environment})


def test_terraform_reads_back_every_string_of_hostile_specs(
    tmp_path: Path, terraform: Callable[..., str], outputs: Callable[[Path], dict[str, Any]]
) -> None:
    collected: list[Spec] = []

    @settings(max_examples=SPECS, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(specs())
    def collect(spec: Spec) -> None:
        collected.append(spec)

    collect()
    for number, spec in enumerate(collected):
        write_files(tmp_path / f"case-{number}", render(spec))
    terraform(tmp_path, "fmt", "-check", "-diff", "-recursive")
    calls = []
    for number, spec in enumerate(collected):
        write_modules(tmp_path / f"case-{number}" / "modules")
        for index, root in enumerate(roots_of(spec)):
            make_readable(tmp_path / f"case-{number}" / root.path)
            name, source = f"case-{number}-{index}", f"./case-{number}/{root.path}"
            calls.append(f'module "{name}" {{\n  source = "{source}"\n}}\n')
            calls.append(f'output "{name}" {{\n  value = module.{name}.read\n}}\n')
    (tmp_path / "main.tf").write_text("".join(calls))
    read = outputs(tmp_path)
    for number, spec in enumerate(collected):
        for index, root in enumerate(roots_of(spec)):
            assert_read(root, read[f"case-{number}-{index}"])


def write_files(directory: Path, tree: Mapping[str, str]) -> None:
    for path, text in tree.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_text(text, encoding="utf-8", newline="")


def write_modules(directory: Path) -> None:
    """Modules with the variables and outputs of the real ones, and an output `read` of all that they were given."""
    for module in directory.iterdir():
        source = resource_directory("modules") / module.name
        variables = re.findall(r'^variable "(\w+)"', (source / "variables.tf").read_text(), re.MULTILINE)
        results = re.findall(r'^output "(\w+)"', (source / "outputs.tf").read_text(), re.MULTILINE)
        for file in module.glob("*.tf"):
            file.unlink()
        given_values = "".join(f"    {name} = var.{name}\n" for name in variables)
        (module / "main.tf").write_text(
            "".join(f'variable "{name}" {{\n  default = null\n}}\n' for name in variables)
            + "".join(f'output "{name}" {{\n  value = "{module.name}.{name}"\n}}\n' for name in results)
            + f'output "read" {{\n  value = {{\n{given_values}  }}\n}}\n'
        )


def make_readable(root: Path) -> None:
    """The root without provider and backend, and with an output of all that it says."""
    for name in ("providers.tf", "backend.tf"):
        lines = (root / name).read_text(encoding="utf-8").split("\n")
        text = "\n".join(BLOCKS.get(line, line) for line in lines) + "}\n"
        (root / name).write_text(text, encoding="utf-8", newline="")
    (root / "versions.tf").unlink()
    (root / ".terraform.lock.hcl").unlink()
    labels = re.findall(r'^module "(\w+)"', (root / "main.tf").read_text(encoding="utf-8"), re.MULTILINE)
    modules = "".join(f"    {name} = module.{name}.read\n" for name in labels)
    settings_read = "    provider = local.provider\n    backend = local.backend.s3\n"
    (root / "read.tf").write_text(f'output "read" {{\n  value = {{\n{modules}{settings_read}  }}\n}}\n')


def assert_read(root: Root, read: Mapping[str, Any]) -> None:
    organization, environment = root.organization, root.environment
    own = {"Environment": "prod", "ManagedBy": "goldsmith"}
    tags = {**organization.tags, **environment.tags, **own}
    role = f"arn:{organization.partition}:iam::{root.account.id}:role/{organization.roles.plan}"
    expect(read["provider"]["default_tags"]["tags"], tags)
    expect(read["provider"]["allowed_account_ids"], [root.account.id])
    expect(read["provider"]["assume_role"]["role_arn"], role)
    expect(read["backend"]["bucket"], organization.state.bucket)
    expect(read["backend"]["region"], organization.state.region)
    if root.kind == "build":
        for component in environment.components:
            assert_component(component, read[component_module(component)])
        for image in environment.amis:
            assert_image(root, image, tags, read)
        for image in environment.containers:
            assert_container(root, image, read)
        assert_imports(root, read)
    elif root.is_build_account:
        expect(read["image_key"]["account_id"], root.account.id)
        expect(read["image_key"]["partition"], organization.partition)
    else:
        expect(read["target_account"]["source_account_id"], environment.build.account.id)


def assert_delivery(root: Root, image: Image, tags: Mapping[str, str], read: Mapping[str, Any]) -> None:
    delivery, distribution = image.delivery, read["distribution_web"]
    away, [audience] = delivery.regions["eu-central-1"], root.environment.audiences
    everywhere = {**tags, **image.tags, **delivery.ami.tags}
    expect(distribution["ami_name"], delivery.ami.name)
    expect(distribution["ami_description"], delivery.ami.description)
    expect(distribution["ami_tags"], {**everywhere, "Image": "web"})
    abroad, home = distribution["regions"]["eu-central-1"], distribution["regions"]["us-east-1"]
    expect(abroad["ami_name"], away.ami.name)
    expect(abroad["ami_description"], away.ami.description)
    if away.ami.tags:
        expect(abroad["ami_tags"], {**everywhere, **away.ami.tags, "Image": "web"})
    expect(abroad["license_arns"], list(away.licenses))
    expect(abroad["ssm_parameters"][-1]["name"], delivery.parameters[0].name)
    expect(abroad["launch_templates"][0]["id"], delivery.launch_templates[0].id)
    expect(abroad["fast_launch"][0]["launch_template"], dict(delivery.fast_launch[0].template))
    expect(home["organization_arns"], list(audience.organizations))
    expect(home["organizational_unit_arns"], list(audience.organizational_units))
    expect(read["image_key"]["organization_arns"], list(audience.organizations))


def assert_component(component: Component, read: Mapping[str, Any]) -> None:
    expect(read["document"], component.document)
    expect(read["description"], component.description or None)
    expect(read["semantic_version"], component.version)
    expect(read["platform"], component.platform)
    expect(read["change_description"], component.settings.change_description or None)
    expect(read["supported_os_versions"], list(component.settings.os_versions) or None)
    expect(read["tags"], dict(component.settings.tags) or None)


def assert_image(root: Root, image: Image, tags: Mapping[str, str], read: Mapping[str, Any]) -> None:
    build, base = root.environment.build, image.base
    recipe, infrastructure = read[recipe_module(image)], read["infrastructure_web"]
    for module in (recipe, infrastructure, read["distribution_web"], read["pipeline_web"]):
        expect(module["description"], image.description or None)
        expect(module["tags"], dict(image.tags))
    arn = f"arn:{root.organization.partition}:imagebuilder:us-east-1:aws"
    parents = (
        base.ami,
        base.product,
        dict(base.amis).get("us-east-1"),
        f"ssm:{base.ssm_parameter}",
        f"{arn}:image/{base.managed_image}/x.x.x",
    )
    assert recipe["parent_image"] in [as_terraform_holds(parent) for parent in parents]
    expect(recipe["user_data"], image.settings.user_data)
    expect(recipe["working_directory"], image.settings.working_directory)
    expect(
        {name: each["snapshot_id"] for name, each in recipe["block_devices"].items()},
        {each.name: each.snapshot for each in image.devices},
    )
    expect(recipe["semantic_version"], image.version)
    uses = (*image.components, *image.tests)
    expect([use.get("parameters", {}) for use in recipe["components"]], [dict(use.parameters) for use in uses])
    expect(
        [use["arn"] for use in recipe["components"]],
        ["component.arn", *(f"{arn}:component/{use.name}/{use.version}" for use in uses[1:])],
    )
    export = image.pipeline.export
    assert export is not None
    expect(read["vm_export"]["existing_buckets"], {export.bucket: [export.prefix]})
    expect(
        read["distribution_web"]["regions"]["us-east-1"]["s3_export"],
        {
            "bucket": export.bucket,
            "format": export.format,
            "prefix": export.prefix,
            "role_name": "vm-export.role_name",
        },
    )
    expect(recipe["volume"]["device"], image.volume.device)
    expect(recipe["volume"]["type"], image.volume.type)
    expect(infrastructure["instance_types"], image.instance_types)
    if build.network is None:
        expect(infrastructure["subnet_id"], build.subnet)
        expect(infrastructure["security_group_ids"], build.security_groups)
    else:
        expect(infrastructure["subnet_id"], "network.subnet_id")
        assert_network(build.network, read["network"])
    expect(infrastructure["resource_tags"], {**tags, **image.tags, "Image": "web"})
    assert_delivery(root, image, tags, read)
    schedule = read["pipeline_web"]["schedule"]
    expect(schedule and schedule["expression"], image.schedule and image.schedule.expression)
    expect(schedule and schedule["timezone"], image.schedule and image.schedule.timezone)


def assert_imports(root: Root, read: Mapping[str, Any]) -> None:
    iso, vm = root.environment.operations.imports
    bucket, _, key = str(vm.source("us-east-1")).removeprefix("s3://").partition("/")
    expect(read["vm_import"]["objects"], {bucket: [key]})
    expect(read["vm_import"]["account_id"], root.account.id)
    place = str(iso.source("us-east-1")).removeprefix("s3://")
    arn = f"arn:{root.organization.partition}:s3:::{place}"
    expect(read["iso_instance_profile"]["readable_object_arns"], [arn])
    infrastructure = read["infrastructure_desktop"]
    expect(infrastructure["description"], iso.description)
    expect(infrastructure["instance_types"], list(iso.instance_types))
    build = root.environment.build
    expect(infrastructure["subnet_id"], "network.subnet_id" if build.network else build.subnet)
    expect(infrastructure["tags"], dict(iso.tags))


def assert_container(root: Root, image: Image, read: Mapping[str, Any]) -> None:
    recipe, held, where = read[recipe_module(image)], image.container_recipe, image.container
    assert held is not None
    expect(recipe["dockerfile_template"], held.dockerfile)
    expect(recipe["kms_key_id"], held.kms_key)
    expect(recipe["instance_image"], held.instance_ami)
    expect(recipe["parent_image"], image.base.container and image.base.container.reference)
    expect(recipe["platform_override"], image.base.platform)
    expect(recipe["working_directory"], image.settings.working_directory)
    expect(list(recipe["block_devices"]), [device.name for device in held.instance_devices])
    made = "container-repository.name" if held.repository == where.repository_name else held.repository
    expect(recipe["repository_name"], made)
    expect(read["repository_shell"]["name"], where.repository_name)
    expect(read["repository_shell"]["tags"], dict(image.tags))
    expect(read["distribution_shell"]["container_tags"], list(where.tags))
    expect(read["distribution_shell"]["description"], image.description or None)
    pushed = read["instance_profile"]["containers"]["push_repository_arns"]
    arn = f"arn:{root.organization.partition}:ecr:us-east-1:{root.account.id}:repository/{where.repository_name}"
    assert as_terraform_holds(arn) in pushed


def assert_network(network: Network, read: Mapping[str, Any]) -> None:
    expect(read["cidr_block"], network.cidr)
    expect(read["read_buckets"] or [], network.read_buckets)
    expect(read["zones"] or [], network.zones)
    assert {*map(as_terraform_holds, network.endpoints)} <= {*(read["endpoints"] or [])}


def expect(actual: object, expected: object) -> None:
    assert actual == as_terraform_holds(expected)
