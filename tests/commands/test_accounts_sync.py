"""`goldsmith accounts sync` against the organization of an embedded AWS."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from specs import SMALL, write_spec

from generator.cli import run
from generator.emulator import process
from generator.emulator.endpoint import CALLER_ACCOUNT, Endpoint, redirected
from generator.spec import load

LOCK = Path("environments/accounts.lock.yaml")
TRUST = {"Effect": "Allow", "Principal": {"AWS": CALLER_ACCOUNT}, "Action": "sts:AssumeRole"}
SMALL_ACCOUNTS = '{images-prod: "333333333333", web-prod: "444444444444", data-prod: "555555555555"}'


class Organization:
    """A unit of a test's own, under the root of the one organization that the caller's account has."""

    def __init__(self, client: Any, unit: str) -> None:
        self.client = client
        self.root = client.list_roots()["Roots"][0]["Id"]
        self.unit = unit
        made = client.create_organizational_unit(ParentId=self.root, Name=unit)["OrganizationalUnit"]
        self.unit_id = made["Id"]

    def add(self, name: str, **tags: str) -> str:
        listed = [{"Key": key, "Value": value} for key, value in tags.items()]
        made = self.client.create_account(AccountName=name, Email="aws@example.com", Tags=listed)
        account_id = str(made["CreateAccountStatus"]["AccountId"])
        self.client.move_account(AccountId=account_id, SourceParentId=self.root, DestinationParentId=self.unit_id)
        return account_id

    def close(self, account_id: str) -> None:
        self.client.close_account(AccountId=account_id)


@pytest.fixture
def organization(aws: Callable[..., Any], request: pytest.FixtureRequest) -> Organization:
    client = aws("organizations")
    try:
        client.describe_organization()
    except client.exceptions.AWSOrganizationsNotInUseException:
        client.create_organization(FeatureSet="ALL")
    return Organization(client, str(request.node.name)[:100])


@pytest.fixture(autouse=True)
def project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, emulator: Endpoint, organization: Organization
) -> Iterator[None]:
    """A spec that takes the accounts of the test's unit, with the embedded AWS as where everything goes."""
    monkeypatch.chdir(tmp_path)
    for name, value in redirected(os.environ, emulator).items():
        monkeypatch.setenv(name, value)
    asked = f'{{from: organizations, ou: {organization.unit}, named: {{images-prod: "333333333333"}}}}'
    write_spec(Path("environments"))
    take(asked)
    yield
    process.call(emulator, "faults", {}, "DELETE")


def take(accounts: str) -> None:
    text = SMALL["organization.yaml"]
    assert SMALL_ACCOUNTS in text
    Path("environments/organization.yaml").write_text(text.replace(SMALL_ACCOUNTS, accounts))


def told(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_accounts_are_written_and_the_spec_goes_by_them(
    organization: Organization, capsys: pytest.CaptureFixture[str]
) -> None:
    web = organization.add("Web Prod", tier="early")
    assert run(["check"]) == 1
    assert "accounts.from: there is no accounts.lock.yaml yet, in which they stand." in capsys.readouterr().out
    assert run(["accounts", "sync"]) == 0
    assert capsys.readouterr() == (f"web-prod ({web}) joins\n", f"{LOCK}: 1 account.\n")
    account = load(Path("environments")).organization.accounts["web-prod"]
    assert (account.id, account.ou, account.tags) == (web, organization.unit, {"tier": "early"})
    assert run(["check"]) == 0


def test_check_writes_nothing_and_ends_with_2_where_something_would_change(
    organization: Organization, capsys: pytest.CaptureFixture[str]
) -> None:
    web = organization.add("web-prod")
    assert run(["accounts", "sync", "--check"]) == 2
    assert not LOCK.exists()
    assert run(["accounts", "sync"]) == 0
    assert run(["accounts", "sync", "--check"]) == 0
    organization.close(web)
    capsys.readouterr()
    before = LOCK.read_text()
    assert run(["accounts", "sync", "--check"]) == 2
    assert capsys.readouterr() == (
        f"web-prod ({web}) leaves\n",
        f"{LOCK}: 0 accounts.\n{LOCK}: is not what AWS Organizations has. Run `goldsmith accounts sync`, and commit "
        "the file.\n",
    )
    assert LOCK.read_text() == before


def test_json_tells_programs_all_of_it(organization: Organization, capsys: pytest.CaptureFixture[str]) -> None:
    web = organization.add('{"web": "prod"}', tier="{{ early }}")
    assert run(["accounts", "sync", "--json"]) == 0
    account = {"id": web, "name": '{"web": "prod"}', "ou": organization.unit, "tags": {"tier": "{{ early }}"}}
    assert told(capsys) == {
        "version": 1,
        "needed": True,
        "joined": [{"name": "web-prod", "id": web}],
        "left": [],
        "changed": [],
        "accounts": {"web-prod": account},
    }
    assert run(["accounts", "sync", "--check", "--json"]) == 0
    assert told(capsys)["needed"] is False


def test_it_asks_as_the_role_that_is_named(
    organization: Organization, aws: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    organization.add("web-prod")
    iam, role = aws("iam"), f"arn:aws:iam::{CALLER_ACCOUNT}:role/OrganizationReader"
    asked = f'{{from: organizations, ou: {organization.unit}, role: "{role}"}}'
    take(asked)
    assert run(["accounts", "sync"]) == 1
    assert f"{role}: AssumeRole was refused" in capsys.readouterr().err
    policy = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
    iam.create_role(RoleName="OrganizationReader", AssumeRolePolicyDocument=policy)
    assert run(["accounts", "sync"]) == 0


def test_throttling_is_waited_out(organization: Organization, emulator: Endpoint) -> None:
    organization.add("web-prod")
    process.call(emulator, "faults", {"kind": "throttle", "service": "organizations", "next": 1})
    assert run(["accounts", "sync"]) == 0
    assert not process.call(emulator, "faults", {}, "GET")["faults"]


def test_the_embedded_aws_is_asked_on_request(
    organization: Organization, emulator: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With no spec needed that could be read: its accounts are what is to be fetched."""
    organization.add("web-prod")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setattr("generator.emulator.process.ensure_started", lambda _: emulator)
    assert run(["accounts", "sync", "--emulator"]) == 0
    assert "web-prod" in LOCK.read_text()
