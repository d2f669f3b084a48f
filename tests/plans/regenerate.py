"""Makes the plans of this folder anew: real `terraform show -json`, of the configurations beside them.

    python tests/plans/regenerate.py [CASE]...

Each case `<case>/` has `before.tf`, which is applied (where there is one), then `after.tf`, which is planned:

    terraform apply -auto-approve && cp ../after.tf main.tf && terraform plan -out=tfplan; terraform show -json tfplan

Those named `aws-...` use the AWS provider on the embedded AWS. `fleet/` has the plans of a rendered fleet, as
`goldsmith plan` makes them, and `refreshed/` what `goldsmith drift` reads of a root: just applied, and then
changed by hand. Secrets in here are made up, and no path of the machine that made them is in the output.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

import boto3  # noqa: E402
from by_hand import ONE_ROOT, change_by_hand  # noqa: E402
from specs import SMALL, write_spec  # noqa: E402

from generator.cli import run  # noqa: E402
from generator.commands.asked import Asked  # noqa: E402
from generator.commands.session import Session, open_session  # noqa: E402
from generator.terraform.cancellation import Cancellation  # noqa: E402
from generator.terraform.mirror import terraform_environment  # noqa: E402
from generator.terraform.root import opened  # noqa: E402

LOCK = 'terraform {\n  required_providers {\n    aws = {\n      source = "hashicorp/aws"\n    }\n  }\n}\n'
TAGGED = SMALL["organization.yaml"] + "tags: {Owner: platform}\n"
HARDENED = SMALL["components/harden-os.yaml"].replace("echo {{ Banner }}", "echo {{ Banner }} > /etc/motd")
# A Region less, an account more, and an image of which less is asked.
RISKY = {
    "prod.yaml": SMALL["prod.yaml"].replace(
        "{accounts: [web-prod], regions: [us-east-1, eu-central-1]}",
        "{accounts: [web-prod, data-prod], regions: [us-east-1]}\nlifecycle: {delete: 30 days}",
    ),
    "images/web.yaml": SMALL["images/web.yaml"]
    + "schedule: manual\ntesting: {enabled: false}\nvolume: {encrypted: false}\n"
    + "infrastructure: {metadata: {tokens: optional}}\n",
}
# What a fleet is changed to, from the small spec as it was applied.
FLEETS: Mapping[str, Mapping[str, str]] = {
    "component-changed": {"components/harden-os.yaml": HARDENED},
    "risks-taken": RISKY,
    "tags-changed": {"organization.yaml": TAGGED},
}


def main(wanted: list[str]) -> None:
    cases = sorted(path.parent.name for path in HERE.glob("*/after.tf"))
    for case in [case for case in cases if not wanted or case in wanted]:
        print(case)
        with TemporaryDirectory() as directory:
            _write(HERE / case / "plan.json", _plan_of(case, Path(directory)))
    if not wanted or "fleet" in wanted:
        make_fleets()
    if not wanted or "refreshed" in wanted:
        make_refreshed()


def _plan_of(case: str, workspace: Path) -> dict[str, Any]:
    environment = os.environ | terraform_environment(workspace / "state")
    if not case.startswith("aws-"):
        return _changed(case, workspace, environment, lambda: None)
    state = {"GOLDSMITH_STATE_DIR": str(workspace / "state")}
    try:
        _goldsmith("emulator", "start", environment=os.environ | state)
        said = _goldsmith("emulator", "env", environment=os.environ | state)
        exports = dict(line.removeprefix("export ").split("=", 1) for line in said.splitlines() if "=" in line)
        aws = {name: value.strip("'\"") for name, value in exports.items()}
        return _changed(case, workspace, environment | aws, lambda: _change_outside(case, aws))
    finally:
        _goldsmith("emulator", "stop", environment=os.environ | state)


def _changed(
    case: str, workspace: Path, environment: Mapping[str, str], meanwhile: Callable[[], None]
) -> dict[str, Any]:
    root = workspace / "root"
    root.mkdir()

    def terraform(*arguments: str, check: bool = True) -> str:
        command = ["terraform", *arguments]
        return subprocess.run(
            command, cwd=root, env=dict(environment), check=check, stdout=subprocess.PIPE, text=True
        ).stdout

    if case.startswith("aws-"):
        (root / "versions.tf").write_text(LOCK)
    before = HERE / case / "before.tf"
    if before.exists():
        shutil.copy(before, root / "main.tf")
        terraform("init", "-input=false")
        terraform("apply", "-auto-approve", "-input=false")
    meanwhile()
    shutil.copy(HERE / case / "after.tf", root / "main.tf")
    terraform("init", "-input=false")
    terraform("plan", "-input=false", "-out=tfplan", check=False)
    document: dict[str, Any] = json.loads(terraform("show", "-json", "tfplan"))
    return document


def _change_outside(case: str, environment: Mapping[str, str]) -> None:
    """What somebody does by hand between the two."""
    if case != "aws-drifted":
        return
    session = boto3.session.Session(
        environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"], region_name="us-east-1"
    )
    logs, ssm = (session.client(name, endpoint_url=environment["AWS_ENDPOINT_URL"]) for name in ("logs", "ssm"))
    logs.put_retention_policy(logGroupName="builds", retentionInDays=90)
    logs.create_log_group(logGroupName="made-by-hand")
    ssm.put_parameter(Name="/unrelated", Value="by hand", Overwrite=True)


def make_fleets() -> None:
    """Plans of the small spec: everything to make, then each change of FLEETS to what was applied."""
    before = Path.cwd()
    with TemporaryDirectory() as directory:
        os.chdir(directory)
        try:
            write_spec(Path("environments"))
            _goldsmith("render")
            _keep("created")
            if run(["apply", "--emulator"]) != 0:
                sys.exit("the fleet could not be applied")
            for name, files in FLEETS.items():
                write_spec(Path("environments"), files)
                _goldsmith("render")
                _keep(name)
        finally:
            _goldsmith("emulator", "stop")
            os.chdir(before)


def make_refreshed() -> None:
    """What a plan that refreshes alone says of one root: just applied, and then changed by hand."""
    before = Path.cwd()
    with TemporaryDirectory() as directory:
        os.chdir(directory)
        try:
            write_spec(Path("environments"), ONE_ROOT)
            _goldsmith("render")
            if run(["apply", "--emulator"]) != 0:
                sys.exit("the root could not be applied")
            for name in ("nothing", "by-hand"):
                print(f"refreshed/{name}")
                session = open_session(Asked(use_emulator=True))
                if name == "by-hand":
                    change_by_hand(session.spec, session.environment)
                (document,) = _documents(session, refreshed=True).values()
                _write(HERE / "refreshed" / f"{name}.json", document)
        finally:
            _goldsmith("emulator", "stop")
            os.chdir(before)


def _keep(name: str) -> None:
    print(f"fleet/{name}")
    folder = HERE / "fleet" / name
    shutil.rmtree(folder, ignore_errors=True)
    session = open_session(Asked(use_emulator=True))
    for root_name, document in _documents(session).items():
        _write(folder / f"{root_name.replace('/', '.')}.json", document)


def _documents(session: Session, *, refreshed: bool = False) -> dict[str, Mapping[str, Any]]:
    """The whole plan of each root that has changes."""
    found: dict[str, Mapping[str, Any]] = {}
    environment = session.environment_with_role(session.spec.organization.roles.plan)
    for root in session.roots:
        kept: list[Mapping[str, Any]] = []
        place = session.root_directory(root)
        with opened(place, session.binary, environment, Cancellation(), on_document=kept.append) as terraform:
            if refreshed:
                terraform.drifted()
            else:
                with terraform.planned():
                    pass
        if kept:
            found[root.name] = kept[0]
    return found


def _write(file: Path, document: Mapping[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document, separators=(",", ":")) + "\n")


def _goldsmith(*arguments: str, environment: Mapping[str, str] | None = None) -> str:
    command = [sys.executable, "-m", "generator", *arguments]
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    main(sys.argv[1:])
