"""What `goldsmith destroy` does with container images, against the embedded AWS."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from specs import write_spec

from generator.commands.repositories import empty_repositories, refuse_full_repositories
from generator.commands.session import Session
from generator.emulator.endpoint import Endpoint, redirected
from generator.emulator.landing_zone import prepare
from generator.errors import GoldsmithError
from generator.render.roots import roots_of
from generator.spec import load

ACCOUNT, OTHER = "737373737373", "747474747474"
ORGANIZATION = f"""\
organization: acme
accounts: {{images-prod: "{ACCOUNT}", web-prod: "{OTHER}"}}
state: {{bucket: acme-containers-state, region: us-east-1}}
roles: {{plan: GoldsmithPlan, apply: GoldsmithApply}}
"""
IMAGES = {
    "web": "container: {}\n",
    "theirs": "container: {repository: {name: team/theirs, existing: true}}\n",
}
MANIFEST = {"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json"}
Aws = Callable[..., Any]


@pytest.fixture
def session(tmp_path: Path, emulator: Endpoint) -> Session:
    """As much of a session as the deletion of images asks for."""
    head = "base: amazon-linux-2023\ncomponents: [harden-os]\n"
    images = {f"images/{name}.yaml": f"image: {name}\n{head}{text}" for name, text in IMAGES.items()}
    small = write_spec(tmp_path, {"organization.yaml": ORGANIZATION, **images}, locked=False) / "prod.yaml"
    small.write_text(small.read_text().replace("[web]\n", "[web, theirs]\n"))
    write_spec(tmp_path, {"organization.yaml": ORGANIZATION, "prod.yaml": small.read_text(), **images})
    spec = load(tmp_path)
    prepare(emulator, spec)
    return cast(Session, SimpleNamespace(spec=spec, roots=roots_of(spec), environment=redirected({}, emulator)))


def fill(ecr: Any, name: str, count: int) -> None:
    for number in range(count):
        layers = [{"digest": f"sha256:{number:064x}", "size": 1}]
        manifest = json.dumps({**MANIFEST, "layers": layers, "config": {"size": 1}})
        ecr.put_image(repositoryName=name, imageManifest=manifest, imageTag=f"1.0.0-{number}")


def count(ecr: Any, name: str) -> int:
    return len(ecr.describe_images(repositoryName=name)["imageDetails"])


def test_what_holds_images_is_destroyed_in_words_only(session: Session, aws: Aws) -> None:
    refuse_full_repositories(session)  # nothing is there yet
    home, abroad = (aws("ecr", ACCOUNT, region) for region in ("us-east-1", "eu-central-1"))
    try:
        for ecr in (home, abroad):
            ecr.create_repository(repositoryName="prod/web")
        fill(home, "prod/web", 120)
        fill(home, "team/theirs", 1)  # was there before, as an existing repository is
        with pytest.raises(GoldsmithError) as refused:
            refuse_full_repositories(session)
        assert str(refused.value).startswith(
            "destroy: there are container images in prod/web in us-east-1 (120), and they would go with their "
        )
        empty_repositories(session)
        refuse_full_repositories(session)
        assert (count(home, "prod/web"), count(home, "team/theirs")) == (0, 1)
    finally:
        for ecr, name in ((home, "prod/web"), (abroad, "prod/web"), (home, "team/theirs")):
            ecr.delete_repository(repositoryName=name, force=True)
