"""Extra Terraform of a spec: where it goes, and what it may not be."""

from __future__ import annotations

from pathlib import Path

import pytest
from specs import write_spec

from generator.spec.hcl_blocks import Block, NotHclError, top_level_blocks
from generator.spec.loading import read
from generator.spec.model_extra import ExtraFile

ALARM = 'resource "aws_sns_topic" "alarms" {\n  name = "alarms"\n}\n'


def extras(directory: Path, files: dict[str, str]) -> tuple[ExtraFile, ...]:
    reading = read(write_spec(directory, files))
    assert reading.spec, reading.errors
    return reading.spec.environments["prod"].extras


def findings(directory: Path, files: dict[str, str | bytes]) -> list[str]:
    return [str(each).removeprefix(f"{directory}/") for each in read(write_spec(directory, files)).diagnostics]


def test_a_file_goes_to_the_root_that_its_folder_names(tmp_path: Path) -> None:
    found = extras(
        tmp_path,
        {
            "extra/prod/build/alarms.tf": ALARM,
            "extra/prod/targets/more.tf": ALARM,
            "extra/prod/web-prod/us-east-1/web.tf": ALARM,
        },
    )
    assert [(each.account, each.region, each.path, each.source) for each in found] == [
        ("images-prod", "eu-central-1", "extra_more.tf", "extra/prod/targets/more.tf"),
        ("images-prod", "us-east-1", "extra_alarms.tf", "extra/prod/build/alarms.tf"),
        ("web-prod", "us-east-1", "extra_more.tf", "extra/prod/targets/more.tf"),
        ("web-prod", "us-east-1", "extra_web.tf", "extra/prod/web-prod/us-east-1/web.tf"),
    ]
    assert {each.text for each in found} == {ALARM}


def test_what_is_no_terraform_of_the_root_goes_below_a_folder_of_its_own(tmp_path: Path) -> None:
    module = 'terraform {\n  required_version = ">= 1.10"\n}\n'
    found = extras(
        tmp_path,
        {
            "extra/prod/build/policies/topic.json": "{}",
            "extra/prod/build/modules/alarm/main.tf": module,
            "extra/prod/build/notes.txt": "why",
            "extra/prod/build/.hidden.tf": "no Terraform",
        },
    )
    assert [(each.path, each.text) for each in found] == [
        ("extra/modules/alarm/main.tf", module),
        ("extra/notes.txt", "why"),
        ("extra/policies/topic.json", "{}"),
    ]


def test_an_account_that_is_called_build_is_that_account(tmp_path: Path) -> None:
    organization = 'accounts: {build: "333333333333", web-prod: "444444444444", data-prod: "555555555555"}'
    spec = write_spec(tmp_path)
    for name in ("organization.yaml", "prod.yaml"):
        text = (spec / name).read_text().replace("account: images-prod", "account: build")
        lines = [organization if line.startswith("accounts:") else line for line in text.splitlines()]
        (spec / name).write_text("\n".join(lines) + "\n")
    place = spec / "extra" / "prod" / "build" / "us-east-1"
    place.mkdir(parents=True)
    (place / "alarms.tf").write_text(ALARM)
    reading = read(spec)
    assert reading.spec, reading.errors
    [found] = reading.spec.environments["prod"].extras
    assert (found.account, found.region, found.path) == ("build", "us-east-1", "extra_alarms.tf")


ROOTS = "images-prod/us-east-1, images-prod/eu-central-1 and web-prod/us-east-1"
MERGED = "would change what Goldsmith renders: Terraform merges it into other files. Extra files only add."
RENAME = "Where an account or a Region has another name now, rename the folder; build and targets follow by themselves."


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"extra/alarms.tf": ALARM},
            ["extra/alarms.tf: belongs to no root; put it into a folder such as extra/prod/build."],
        ),
        (
            {"extra/prod/alarms.tf": ALARM},
            ["extra/prod/alarms.tf: belongs to no root; put it into prod/build or another's folder."],
        ),
        (
            {"extra/prd/build/alarms.tf": ALARM},
            ["extra/prd: there is no environment prd. Did you mean prod? Rename the folder."],
        ),
        (
            {"extra/prod/web-prod/eu-central-1/alarms.tf": ALARM, "extra/prod/data-prod/us-east-1/alarms.tf": ALARM},
            [
                f"extra/prod/data-prod/us-east-1: belongs to no root; prod has {ROOTS}. {RENAME}",
                f"extra/prod/web-prod/eu-central-1: belongs to no root; prod has {ROOTS}. {RENAME}",
            ],
        ),
        (
            {"extra/prod/targets/a.tf": ALARM, "extra/prod/web-prod/us-east-1/a.tf": ALARM},
            [
                "extra/prod/web-prod/us-east-1/a.tf: goes to the same place as extra/prod/targets/a.tf, in "
                "prod/web-prod/us-east-1. Rename one."
            ],
        ),
        (
            {"extra/prod/build/aws.tf": f'{ALARM}\nprovider "aws" {{\n  region = "eu-west-1"\n}}\n'},
            [
                "extra/prod/build/aws.tf:5:1: has a block provider: a root has one provider, which is rendered: of its "
                "account, Region, role and tags. Remove it."
            ],
        ),
        (
            {
                "extra/prod/build/backend.tf": 'terraform {\n  backend "local" {}\n}\n',
                "extra/prod/build/modules/m/main.tf": '/* */ provider /* */ "aws" { }',
            },
            [
                "extra/prod/build/backend.tf:1:1: has a block terraform: versions and the backend of a root are "
                "rendered; its provider is hashicorp/aws alone. Remove it.",
                "extra/prod/build/modules/m/main.tf:1:1: has a block provider: a root has one provider, which is "
                "rendered: of its account, Region, role and tags. Remove it.",
            ],
        ),
        (
            {"extra/prod/build/override.tf": ALARM, "extra/prod/build/main_override.tf": ALARM},
            [
                f"extra/prod/build/main_override.tf: {MERGED}",
                f"extra/prod/build/override.tf: {MERGED}",
            ],
        ),
        (
            {"extra/prod/build/a.tf.json": "{}", "extra/prod/build/terraform.tfvars": ""},
            [
                "extra/prod/build/a.tf.json: is not allowed; .tf files, and what they read with file() or "
                "templatefile(), are.",
                "extra/prod/build/terraform.tfvars: is not allowed; .tf files, and what they read with file() or "
                "templatefile(), are.",
            ],
        ),
        (
            {"extra/prod/build/a b.tf": ALARM},
            ["extra/prod/build/a b.tf: is no name for an extra file; letters, digits and . _ - are. Rename it."],
        ),
        (
            {"extra/prod/build/a.tf": 'resource "aws_vpc" "this" {\n'},
            ["extra/prod/build/a.tf:1:1: is not Terraform: a { is not closed."],
        ),
        ({"extra/prod/build/a.tf": b"\xff"}, ["extra/prod/build/a.tf: is not text in UTF-8; extra files are."]),
        ({"extra": "no folder"}, ["extra: is no folder; extra files stand in folders, by environment and root."]),
    ],
)
def test_what_is_out_of_place_or_too_much_is_told(
    files: dict[str, str | bytes], expected: list[str], tmp_path: Path
) -> None:
    assert findings(tmp_path, files) == expected


@pytest.mark.parametrize("link", ["extra/prod", "extra/prod/build", "extra/prod/build/alarms.tf", "extra/prod/build/m"])
def test_a_link_is_refused(link: str, tmp_path: Path) -> None:
    spec = write_spec(tmp_path / "spec")
    elsewhere = tmp_path / "elsewhere" / "build" / "m"
    elsewhere.mkdir(parents=True)
    for folder in (elsewhere, elsewhere.parent):
        (folder / "alarms.tf").write_text(ALARM)
    (spec / link).parent.mkdir(parents=True)
    (spec / link).symlink_to(tmp_path / "elsewhere" / link.removeprefix("extra/prod").lstrip("/"))
    [error] = read(spec).errors
    assert error.file.endswith(link)
    assert error.message == "is a link; extra files and their folders are plain. Put the thing itself here."


def test_an_environment_that_is_wrong_keeps_its_extra_files_from_blame(tmp_path: Path) -> None:
    spec = write_spec(tmp_path, {"extra/prod/build/alarms.tf": ALARM})
    (spec / "prod.yaml").write_text((spec / "prod.yaml").read_text().replace("images: [web]", "images: []"))
    assert [error.key for error in read(spec).errors] == ["images"]


BLOCKS = """\
# provider "of a comment" {
// provider "too" {
/* provider "three" {
*/
resource "aws_sns_topic" "this" { # }
  name   = "a } ${join("}", ["\\"", "$${ {"])} b"
  policy = <<-EOT
    { "provider": "aws"
    EOT
  tags = { for key, value in { a = "}" } : key => "%{ if true }}%{ endif }" }
}

locals { a = [
  "}" ] }
provider"aws"{}
moved {
}
"""


def test_blocks_are_told_from_what_only_looks_like_one() -> None:
    assert top_level_blocks(BLOCKS) == [
        Block(("resource", "aws_sns_topic", "this"), 5),
        Block(("locals",), 13),
        Block(("provider", "aws"), 15),
        Block(("moved",), 16),
    ]


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ('a {\n  b = "c\n}\n', 2, "a string is not closed"),
        ("a {\n  b = <<X\n}\n", 2, "the text up to X is not closed"),
        ("\na {\n  b = [1}\n", 3, "a } closes nothing"),
        ("a = 1\n", 1, "holds something else than blocks and comments"),
        ("a\n{\n}\n", 1, "holds something else than blocks and comments"),
        ("{\n}\n", 1, "holds something else than blocks and comments"),
        ("}\n", 1, "holds something else than blocks and comments"),
        ("a", 1, "a begins no block"),
    ],
)
def test_what_is_no_terraform_is_told_with_its_line(text: str, line: int, problem: str) -> None:
    with pytest.raises(NotHclError) as error:
        top_level_blocks(text)
    assert (error.value.line, str(error.value)) == (line, problem)
