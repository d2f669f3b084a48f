"""The committed list of attributes is that of the provider's own schema."""

from __future__ import annotations

import json
from pathlib import Path

from provider_schema import flattened, sets_in

from generator.emulator.endpoint import Endpoint
from generator.terraform.sets import SETS
from modules.roots import make_root

DATA = Path(__file__).parents[2] / "docs" / "attributes"


def test_the_attributes_are_those_of_the_providers_schema(tmp_path: Path, emulator: Endpoint) -> None:
    root = make_root(tmp_path, emulator, {}, {})
    [provider] = json.loads(root.run("providers", "schema", "-json"))["provider_schemas"].values()
    actual = {
        name: dict(flattened(schema["block"]))
        for name, schema in sorted(provider["resource_schemas"].items())
        if name.startswith("aws_imagebuilder_")
    }
    committed = DATA / "schema.json"
    found = json.dumps(actual, indent=1) + "\n"
    if committed.read_text("utf-8") != found:
        (tmp_path / "schema.json").write_text(found)
    assert committed.read_text("utf-8") == found, f"review {tmp_path / 'schema.json'} and put it to {committed}"
    assert dict(SETS) == sets_in(provider["resource_schemas"], DATA.parents[1] / "modules")
    assert [f"aws_imagebuilder_{path.stem}" for path in sorted(DATA.glob("*.yaml"))] == list(actual)
