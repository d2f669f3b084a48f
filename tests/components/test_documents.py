"""The catalog's component documents: what can be known of them without an instance."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.source.report import Report
from generator.source.yaml import parse
from generator.spec.documents import component_document
from generator.spec.systems import SYSTEMS_FILE

DOCUMENTS = Path(__file__).parents[2] / "environments" / "components"
NAMES = sorted(path.stem for path in DOCUMENTS.iterdir() if path.name != SYSTEMS_FILE)
PHASES = {
    name: [phase["name"] for phase in yaml.safe_load((DOCUMENTS / f"{name}.yaml").read_text())["phases"]]
    for name in NAMES
}
TEST = [name for name in NAMES if PHASES[name] == ["test"]]
BUILD = [name for name in NAMES if name not in TEST]
SSHD = shutil.which("sshd") or "/usr/sbin/sshd"

# What CIS level 1 looks at in `sshd -T`; of algorithms it looks at what must not be there.
CIS_LEVEL_1 = {
    "clientalivecountmax": "3",
    "clientaliveinterval": "300",
    "gssapiauthentication": "no",
    "hostbasedauthentication": "no",
    "ignorerhosts": "yes",
    "logingracetime": "60",
    "loglevel": "VERBOSE",
    "maxauthtries": "4",
    "maxsessions": "10",
    "maxstartups": "10:30:60",
    "passwordauthentication": "no",
    "permitemptypasswords": "no",
    "permitrootlogin": "no",
    "permituserenvironment": "no",
    "usepam": "yes",
    "x11forwarding": "no",
}
WEAK = re.compile(r"cbc|chacha20|3des|arcfour|md5|umac|sha1\b|ripemd|group1-|group14-")


def document(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DOCUMENTS / f"{name}.yaml").read_text())
    return loaded


def steps(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for phase in document(name)["phases"]:
        for step in phase["steps"]:
            yield phase["name"], step


def step(name: str, wanted: str) -> dict[str, Any]:
    return next(step for _, step in steps(name) if step["name"] == wanted)


def script(name: str, wanted: str) -> str:
    commands = step(name, wanted)["inputs"]["commands"]
    assert len(commands) == 1
    return str(commands[0])


def file_content(name: str, path: str) -> str:
    files = [file for _, step in steps(name) if step["action"] == "CreateFile" for file in step["inputs"]]
    return next(str(file["content"]) for file in files if file["path"] == path)


SCRIPTS = [
    pytest.param(command, id=f"{name}-{step['name']}")
    for name in (*BUILD, *TEST)
    for _, step in steps(name)
    if step["action"] == "ExecuteBash"
    for command in step["inputs"]["commands"]
]


@pytest.mark.parametrize("name", [*BUILD, *TEST])
def test_a_document_carries_the_name_of_its_file(name: str) -> None:
    loaded = document(name)
    assert (loaded["name"], loaded["schemaVersion"]) == (name, 1.0)
    assert 1 <= len(loaded["description"]) <= 1024


@pytest.mark.parametrize("name", BUILD)
def test_a_build_component_builds_first(name: str) -> None:
    assert PHASES[name] in (["build"], ["build", "validate"], ["build", "validate", "test"])


@pytest.mark.parametrize("name", NAMES)
def test_a_document_is_read_without_a_finding(name: str) -> None:
    report = Report()
    path = DOCUMENTS / f"{name}.yaml"
    component = component_document(name, parse(str(path), path.read_bytes()), report)
    assert component is not None, report.diagnostics
    assert component.kind == ("TEST" if name in TEST else "BUILD")
    declared = set(component.parameters)
    assert set(re.findall(r"\{\{ (\w+) \}\}", component.text)) == declared
    assert component.text.count("{{") == len(re.findall(r"\{\{ \w+ \}\}", component.text)), (
        "AWSTOE takes {{ for its own"
    )


@pytest.mark.parametrize("command", SCRIPTS)
def test_a_script_parses_and_stops_at_the_first_failure(command: str) -> None:
    parsed = subprocess.run(["bash", "-n"], input=command, text=True, capture_output=True, check=False)
    assert (parsed.returncode, parsed.stderr) == (0, "")
    assert command.startswith("set -euo pipefail\n")


def test_the_ssh_settings_are_those_that_cis_level_1_looks_at() -> None:
    settings = dict(
        line.lower().split(" ", 1) for line in file_content("harden-os", "/etc/ssh/sshd_hardening").splitlines()
    )
    assert {name: settings.get(name) for name in CIS_LEVEL_1} == {
        name: value.lower() for name, value in CIS_LEVEL_1.items()
    }
    for name in ("ciphers", "macs", "kexalgorithms"):
        assert not WEAK.search(settings[name]), name


@pytest.mark.skipif(not os.access(SSHD, os.X_OK), reason="needs an OpenSSH server: /usr/sbin/sshd is not there")
@pytest.mark.skipif(os.geteuid() != 0, reason="sshd -T reads its host keys as root")
def test_the_ssh_daemon_accepts_the_settings(tmp_path: Path) -> None:
    configuration, key = tmp_path / "sshd_config", tmp_path / "key"
    configuration.write_text(file_content("harden-os", "/etc/ssh/sshd_hardening"))
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    effective = subprocess.run(
        [SSHD, "-T", "-f", str(configuration), "-h", str(key)], capture_output=True, text=True, check=False
    )
    assert effective.returncode == 0, effective.stderr
    settings = dict(line.split(" ", 1) for line in effective.stdout.splitlines())
    assert {name: settings.get(name) for name in CIS_LEVEL_1} == CIS_LEVEL_1


def test_the_test_expects_what_the_hardening_sets() -> None:
    expected = script("ssh-hardened", "CheckEffectiveSettings").split("<<'END'\n")[1].split("\nEND\n")[0]
    settings = file_content("harden-os", "/etc/ssh/sshd_hardening").lower().splitlines()
    renamed = {"kbdinteractiveauthentication no": "challengeresponseauthentication no"}
    assert [line for line in expected.lower().splitlines() if renamed.get(line, line) not in settings] == []


AMAZON_LINUX_2 = "#PermitRootLogin yes\nPasswordAuthentication yes\nMatch User backup\n  X11Forwarding yes\n"
AMAZON_LINUX_2023 = f"Include /etc/ssh/sshd_config.d/*.conf\n{AMAZON_LINUX_2}"


@pytest.mark.parametrize("main", [AMAZON_LINUX_2, AMAZON_LINUX_2023], ids=["al2", "al2023"])
def test_the_settings_come_first_however_often_they_are_installed(tmp_path: Path, main: str) -> None:
    etc = tmp_path / "etc"
    settings = file_content("harden-os", "/etc/ssh/sshd_hardening")
    (etc / "ssh" / "sshd_config.d").mkdir(parents=True)
    (etc / "ssh" / "sshd_config").write_text(main.replace("/etc", str(etc)))
    for _ in range(2):
        (etc / "ssh" / "sshd_hardening").write_text(settings)
        (etc / "issue.net").write_text("banner")
        assert _run(script("harden-os", "InstallSettings").replace("/etc", str(etc)), tmp_path) == (
            "sshd -t\nsystemctl restart sshd\n"
        )
    installed = etc / "ssh" / "sshd_config"
    if main is AMAZON_LINUX_2:
        assert installed.read_text() == f"# hardening: begin\n{settings}# hardening: end\n{main}"
        assert list((etc / "ssh" / "sshd_config.d").iterdir()) == []
    else:
        assert installed.read_text() == main.replace("/etc", str(etc))
        drop_in = etc / "ssh" / "sshd_config.d" / "00-hardening.conf"
        assert (drop_in.read_text(), drop_in.stat().st_mode & 0o777) == (settings, 0o600)
    assert installed.stat().st_mode & 0o777 == 0o600
    assert not (etc / "ssh" / "sshd_hardening").exists()


def _run(command: str, directory: Path) -> str:
    """Run a script with its effects on the machine written down instead; returns them in order."""
    tools, calls = directory / "tools", directory / "calls"
    tools.mkdir(exist_ok=True)
    calls.write_text("")
    for name in ("sshd", "systemctl"):
        (tools / name).write_text(f'#!/bin/sh\necho "{name} $*" >> {calls}\n')
    (tools / "chown").write_text("#!/bin/sh\n")
    for tool in tools.iterdir():
        tool.chmod(0o755)
    environment = {"PATH": f"{tools}:{os.environ['PATH']}"}
    subprocess.run(["bash", "-c", command], env=environment, check=True, capture_output=True)
    return calls.read_text()


def test_the_cloudwatch_agent_gets_metrics_and_logs_as_json() -> None:
    path = "/opt/aws/amazon-cloudwatch-agent/etc/golden-image.json"
    configuration = json.loads(file_content("configure-cloudwatch-agent", path))
    assert set(configuration) == {"agent", "metrics", "logs"}
    assert set(configuration["metrics"]["metrics_collected"]) == {"mem", "swap", "disk"}
    files = configuration["logs"]["logs_collected"]["files"]["collect_list"]
    assert all(set(file) == {"file_path", "log_group_name", "log_stream_name"} for file in files)
    assert "/var/log/httpd/error_log" in [file["file_path"] for file in files]
    for name in ("configure-cloudwatch-agent", "cloudwatch-agent-configured"):
        assert document(name)["parameters"][0]["Configuration"]["default"] == f"file:{path}"


def test_the_windows_agent_loads_the_file_that_its_component_writes() -> None:
    [path] = [each["path"] for each in step("windows-cloudwatch-agent", "WriteConfiguration")["inputs"]]
    for name in ("windows-cloudwatch-agent", "windows-cloudwatch-agent-runs"):
        assert document(name)["parameters"][0]["Configuration"]["default"] == f"file:{path}"
