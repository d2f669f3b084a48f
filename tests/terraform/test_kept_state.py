"""A state that cannot be written in the middle of an apply is kept, named, and pushed by the next one."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from generator.emulator import process
from generator.emulator.endpoint import Endpoint, redirected
from generator.errors import TerraformError
from generator.terraform import kept_state
from generator.terraform.binary import Binary
from generator.terraform.cancellation import Cancellation
from generator.terraform.failures import RunFailedError
from generator.terraform.root import RootDirectory, Terraform, apply_root, opened

BUCKET, SECRET = "kept-state", "correct-horse-battery-staple"
ROOT = f"""
terraform {{
  backend "s3" {{
    bucket       = "{BUCKET}"
    key          = "a/terraform.tfstate"
    region       = "us-east-1"
    use_lockfile = true
    max_retries  = 3
  }}
}}
resource "terraform_data" "made" {{
  input = sensitive("{SECRET}")
  provisioner "local-exec" {{
    command = "until test -e $STRUCK; do sleep 0.05; done"
  }}
}}
"""


@pytest.fixture
def account(emulator: Endpoint) -> Iterator[Callable[..., Any]]:
    """What is asked of the embedded AWS; its faults end with the test."""
    yield lambda *arguments: process.call(emulator, *arguments)
    process.call(emulator, "faults", {}, "DELETE")


def test_a_state_that_cannot_be_written_is_kept_and_pushed(
    emulator: Endpoint,
    aws: Callable[..., Any],
    account: Callable[..., Any],
    binary: Binary,
    environment: dict[str, str],
    new_root: Callable[..., RootDirectory],
    tmp_path: Path,
) -> None:
    s3 = aws("s3")
    s3.create_bucket(Bucket=BUCKET)
    place = new_root(configuration=ROOT)
    may_end = tmp_path / "struck"
    variables = redirected(environment, emulator) | {"STRUCK": str(may_end)}
    struck: list[str] = []

    def strike(event: Any) -> None:
        """From now on the bucket takes nothing."""
        if event.get("type") == "apply_start" and not struck:
            struck.append(event["hook"]["resource"]["addr"])
            account("faults", {"kind": "unavailable", "service": "s3", "operation": "PutObject", "next": 1000})
            may_end.touch()

    with (
        opened(place, binary, variables, Cancellation(), strike) as terraform,
        pytest.raises(RunFailedError) as failed,
    ):
        apply_root(terraform)
    assert struck == ["terraform_data.made"]
    assert f"all that is known of what was made is in {place.kept_state}." in str(failed.value)
    assert SECRET not in str(failed.value)
    assert not (place.directory / kept_state.WRITTEN).exists()
    assert stat.S_IMODE(place.kept_state.stat().st_mode) == 0o600
    assert "terraform_data" in place.kept_state.read_text()
    assert "Contents" not in s3.list_objects_v2(Bucket=BUCKET, Prefix="a/terraform.tfstate") or not _resources(s3)

    account("faults", {}, "DELETE")
    for held in s3.list_objects_v2(Bucket=BUCKET, Prefix="a/terraform.tfstate.tflock").get("Contents", []):
        s3.delete_object(Bucket=BUCKET, Key=held["Key"])
    with opened(place, binary, variables, Cancellation()) as terraform:
        with pytest.raises(TerraformError, match="an earlier apply could not write its state"):
            _plan(terraform)
        assert apply_root(terraform).plan.is_empty
    assert not place.kept_state.exists()
    assert _resources(s3) == ["terraform_data"]


def _plan(terraform: Terraform) -> None:
    with terraform.planned():
        pass


def _resources(s3: Any) -> list[str]:
    text = s3.get_object(Bucket=BUCKET, Key="a/terraform.tfstate")["Body"].read()
    return [each["type"] for each in json.loads(text)["resources"]]


def test_each_state_that_is_kept_is_kept(tmp_path: Path) -> None:
    kept = tmp_path / "data" / "us-east-1.errored.tfstate"
    assert not kept_state.keep(tmp_path, kept)
    for text in ("first", "second", "third"):
        (tmp_path / kept_state.WRITTEN).write_text(text)
        assert kept_state.keep(tmp_path, kept)
    found = {path.name: path.read_text() for path in kept.parent.iterdir()}
    assert found == {kept.name: "third", f"{kept.name}.1": "first", f"{kept.name}.2": "second"}


def test_one_that_cannot_be_moved_is_told(tmp_path: Path) -> None:
    (tmp_path / kept_state.WRITTEN).write_text("{}")
    (tmp_path / "file").write_text("")
    with pytest.raises(TerraformError, match=r"Keep it safe, do not commit it, and push it"):
        kept_state.keep(tmp_path, tmp_path / "file" / "kept")
