"""Each attribute of the provider's resources is reached by a key that exists, or there is a reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from provider_schema import attributes_script, set_by_modules
from pydantic import BaseModel

from generator.resources import resource_directory
from generator.spec.written import EnvironmentWritten, ImageWritten, OrganizationWritten

REPOSITORY = Path(__file__).parents[2]
FILES = {"environment": EnvironmentWritten, "image": ImageWritten, "organization": OrganizationWritten}


script = attributes_script()
SET = set_by_modules(resource_directory("modules"))


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a value of this type is, or holds in its list or mapping."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from models_in(argument)


def is_key(key: str) -> bool:
    """Whether a spec may say this: a file's name, then keys down to a value."""
    file, *path = key.split(".")
    models = [FILES[file]] if file in FILES else []
    for name in path:
        fields = [model.model_fields[name] for model in models if name in model.model_fields]
        if not fields:
            return False
        models = [model for field in fields for model in models_in(field.annotation)]
    return bool(path)


def test_the_page_is_what_the_data_say() -> None:
    assert script.PAGE.read_text("utf-8") == script.generated(), "run: python docs/generate_attributes.py"


@pytest.mark.parametrize("resource", script.resources())
def test_every_attribute_that_can_be_set_is_listed_and_no_other(resource: str) -> None:
    assert sorted(script.read(resource)) == sorted(script.settable(script.schema()[script.PREFIX + resource]))


@pytest.mark.parametrize("resource", script.resources())
def test_every_key_that_is_named_exists(resource: str) -> None:
    keys = {key for reach in script.read(resource).values() for key in reach.keys}
    assert sorted(key for key in keys if not is_key(key)) == []


@pytest.mark.parametrize("resource", script.resources())
def test_modules_set_what_is_reached_and_nothing_that_is_not(resource: str) -> None:
    made = SET.get(script.PREFIX + resource, {})
    said = script.read(resource)
    assert [name for name, reach in said.items() if reach.kind in ("key", "set") and name not in made] == []
    assert [name for name, reach in said.items() if reach.kind == "none" and name in made] == []
    assert sorted(set(made) - set(said)) == []


@pytest.mark.parametrize("resource", script.resources())
def test_roots_pass_what_the_attribute_is_made_from(resource: str) -> None:
    """A variable of a module that no root sets leaves its key dead."""
    rendering = "".join(
        path.read_text("utf-8")
        for folder in (resource_directory("templates") / "root", REPOSITORY / "generator" / "render")
        for path in sorted(folder.iterdir())
        if path.is_file()
    )
    passed = set(re.findall(r"\w+", rendering))
    made = SET.get(script.PREFIX + resource, {})
    keyed = [name for name, reach in script.read(resource).items() if reach.keys]
    assert [name for name in keyed if not made[name] & passed] == []


@pytest.mark.parametrize(
    "value", [None, [], {"why": "so"}, {"set": None}, {"set": "a", "none": "b"}, {"pending": "later"}, 3]
)
def test_what_is_neither_key_nor_reason_is_refused(value: object, tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "image.yaml").write_text(yaml.safe_dump({"tags": value}))
    monkeypatch.setattr(script, "DATA", tmp_path)
    with pytest.raises(ValueError, match=r"tags: .* is neither a key, a list of keys nor a reason"):
        script.read("image")


@pytest.mark.parametrize(
    ("key", "exists"),
    [
        ("image.volume.size", True),
        ("environment.images.infrastructure.placement.tenancy", True),
        ("image.lifecycle.delete.exclude.tags", True),
        ("image.volume.colour", False),
        ("image.volume.size.colour", False),
        ("image", False),
        ("component.name", False),
    ],
)
def test_a_key_is_looked_up_in_the_models(key: str, exists: bool) -> None:
    assert is_key(key) is exists


def test_a_module_is_read_as_it_is_formatted(tmp_path: Path) -> None:
    (tmp_path / "thing").mkdir()
    (tmp_path / "thing" / "main.tf").write_text("""\
locals {
  all = merge([for name, one in var.many : {
    (name) = one
  }]...)
}

resource "aws_thing" "this" {
  count = var.count_of_them
  name  = "a-${var.name}"
  # colour = "red"

  dynamic "part" {
    for_each = local.all

    content {
      key = part.value

      inner {
        flag = true
      }
    }
  }

  list = [
    var.first,
    var.second,
  ]

  lifecycle {
    create_before_destroy = true
  }
}

output "name" {
  value = aws_thing.this.name
}
""")
    assert set_by_modules(tmp_path) == {
        "aws_thing": {
            "list": {"first", "second"},
            "name": {"name"},
            "part.inner.flag": {"many"},
            "part.key": {"many"},
        }
    }
