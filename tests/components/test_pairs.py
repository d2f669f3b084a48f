"""Each build component on a throw-away instance, judged by its test component."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from .instance import Instance, unavailable

DOCUMENTS = Path(__file__).parents[2] / "environments" / "components"
AMAZON = ("al2", "al2023")
ALL = (*AMAZON, "rhel", "ubuntu", "debian")
# build component -> its test component, and where both work
PAIRS = {
    "auditd": ("auditd-runs", ALL),
    "automatic-updates": ("updates-automatic", ALL),
    "configure-cloudwatch-agent": ("cloudwatch-agent-configured", ALL),
    "harden-os": ("ssh-hardened", AMAZON),
    "inspector-agent": ("inspector-agent-runs", AMAZON),
    "install-apache": ("apache-serves", (*AMAZON, "rhel")),
    "install-docker": ("docker-runs", ("al2", "al2023", "ubuntu", "debian")),
    "install-nginx": ("nginx-serves", ALL),
    "kernel-hardening": ("kernel-hardened", ALL),
    "ssm-agent": ("ssm-agent-runs", ALL),
    "time-sync": ("time-synchronized", ALL),
}
CASES = [
    pytest.param(build, test, distribution, id=f"{build}-{distribution}")
    for build, (test, distributions) in PAIRS.items()
    for distribution in distributions
]
CHOOSES_BY_DISTRIBUTION = [name for name, (_, distributions) in PAIRS.items() if "debian" in distributions]
for needs_no_package in ("configure-cloudwatch-agent", "kernel-hardening"):
    CHOOSES_BY_DISTRIBUTION.remove(needs_no_package)

REASON = unavailable()
pytestmark = pytest.mark.skipif(REASON is not None, reason=str(REASON))


def document(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DOCUMENTS / f"{name}.yaml").read_text())
    return loaded


@pytest.mark.parametrize(("build", "test", "distribution"), CASES)
def test_a_test_passes_after_its_build_and_fails_without(
    tmp_path: Path, build: str, test: str, distribution: str
) -> None:
    untouched = Instance(tmp_path / "untouched", distribution)
    judged = untouched.run(document(test) | {"phases": _without_waiting(test)}, "test")
    assert judged.returncode != 0, judged.stdout
    built = Instance(tmp_path / "built", distribution)
    for phase in ("build", "validate"):
        done = built.run(document(build), phase)
        assert done.returncode == 0, done.stderr
    built.reboot()
    judged = built.run(document(test), "test")
    assert judged.returncode == 0, judged.stdout + judged.stderr
    before = built.files()
    again = built.run(document(build), "build")
    assert again.returncode == 0, again.stderr
    assert built.files() == before
    assert built.run(document(test), "test").returncode == 0


def _without_waiting(test: str) -> list[dict[str, Any]]:
    text = yaml.safe_dump(document(test)["phases"]).replace("sleep 10", "sleep 0")
    loaded: list[dict[str, Any]] = yaml.safe_load(text)
    return loaded


@pytest.mark.parametrize("name", CHOOSES_BY_DISTRIBUTION)
def test_a_distribution_that_is_not_supported_is_told(tmp_path: Path, name: str) -> None:
    done = Instance(tmp_path / "root", "alpine").run(document(name), "build")
    assert (done.returncode, "alpine" in done.stderr, "not supported" in done.stderr) == (1, True, True)


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("kernel-hardening", {"IpForwarding": "yes"}, "IpForwarding is yes; 0 and 1 are allowed"),
        ("kernel-hardening", {"ReversePathFilter": "0"}, "ReversePathFilter is 0; 1 and 2 are allowed"),
        ("auditd", {"Immutable": "true"}, "Immutable is true; yes and no are allowed"),
        (
            "configure-cloudwatch-agent",
            {"Configuration": "s3://bucket/agent.json"},
            "Configuration is s3://bucket/agent.json; ssm:NAME and file:/PATH are allowed",
        ),
        ("time-sync", {"Server": "a b"}, "Server is a b; an address is needed"),
    ],
)
def test_a_wrong_parameter_is_told(tmp_path: Path, name: str, parameters: dict[str, str], message: str) -> None:
    done = Instance(tmp_path / "root", "al2023").run(document(name), "build", parameters)
    assert (done.returncode, done.stderr.strip()) == (1, message)


def test_a_value_that_differs_from_the_build_fails_the_test(tmp_path: Path) -> None:
    instance = Instance(tmp_path / "root", "debian")
    assert instance.run(document("kernel-hardening"), "build", {"IpForwarding": "1"}).returncode == 0
    judged = instance.run(document("kernel-hardened"), "test")
    assert (judged.returncode, judged.stdout.strip()) == (1, "expected net.ipv4.ip_forward = 0, found: 1")
    assert instance.run(document("kernel-hardened"), "test", {"IpForwarding": "1"}).returncode == 0


@pytest.mark.parametrize(
    ("configuration", "there", "kept"),
    [
        ("ssm:/team/agent:3", "state/parameters/agent:3", "ssm__team_agent_3"),
        ("file:/opt/team/agent 1.json", "opt/team/agent 1.json", "file_agent_1.json"),
    ],
)
def test_the_cloudwatch_agent_takes_a_configuration_of_ones_own(
    tmp_path: Path, configuration: str, there: str, kept: str
) -> None:
    instance, given = Instance(tmp_path / "root", "ubuntu"), {"Configuration": configuration}
    build, test = document("configure-cloudwatch-agent"), document("cloudwatch-agent-configured")
    assert instance.run(build, "build", given).returncode != 0  # there is no such configuration
    own = instance.root / there
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text("{}")
    for phase in ("build", "validate"):
        done = instance.run(build, phase, given)
        assert done.returncode == 0, done.stderr
    instance.reboot()
    folder = instance.root / "opt/aws/amazon-cloudwatch-agent/etc/amazon-cloudwatch-agent.d"
    assert [(each.name, each.read_text()) for each in folder.iterdir()] == [(kept, "{}")]
    assert instance.run(test, "test", given).returncode == 0
    shipped = test | {"phases": _without_waiting("cloudwatch-agent-configured")}
    assert instance.run(shipped, "test").returncode != 0


STEPS = [
    pytest.param(name, index, id=f"{name}-{step['name']}")
    for name in PAIRS
    for index, step in enumerate(document(name)["phases"][0]["steps"])
]


@pytest.mark.parametrize(("name", "left_out"), STEPS)
def test_a_build_without_one_of_its_steps_does_not_pass(tmp_path: Path, name: str, left_out: int) -> None:
    built = document(name)
    del built["phases"][0]["steps"][left_out]
    instance = Instance(tmp_path / "root", "al2023")
    done = instance.run(built, "build")
    instance.reboot()
    test = PAIRS[name][0]
    judged = instance.run(document(test) | {"phases": _without_waiting(test)}, "test")
    assert done.returncode != 0 or judged.returncode != 0
