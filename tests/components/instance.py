"""A throw-away instance: a root of its own, entered by chroot in namespaces of its own, without a network.

What decides (bash, sed, grep, awk and the like) is real. What would reach the network or the kernel is a stand-in
(stand_in.sh). Only what is listed here is found on PATH, so a component that calls anything else fails.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

REAL = [
    "awk", "bash", "cat", "chmod", "chown", "cp", "find", "grep", "head", "install",
    "ln", "mkdir", "mktemp", "printf", "rm", "sed", "sleep", "sort", "stat", "tail",
    "test", "touch", "true", "uname",
]  # fmt: skip
BASE = ["curl", "modprobe", "sshd", "ssh", "ssh-keygen", "sysctl", "systemctl"]
MANAGERS = {
    "al2": ("amzn", "yum amazon-linux-extras rpm"),
    "al2023": ("amzn", "dnf yum rpm"),
    "rhel": ("rhel", "dnf yum rpm"),
    "ubuntu": ("ubuntu", "apt-get dpkg snap"),
    "debian": ("debian", "apt-get dpkg"),
    "alpine": ("alpine", ""),  # supported by nothing
}
SSHD_CONFIG = "#PermitRootLogin yes\nPasswordAuthentication yes\n"
_ENTER = r"""
set -e
mount --bind /usr "$0/usr"
mount -o remount,bind,ro "$0/usr"
mount --bind /dev/null "$0/dev/null"
exec "$(command -v chroot)" "$0" /tools/bash -c 'export PATH=/tools; exec bash -c "$0"' "$1"
"""
_UNSHARE = ["unshare", "--mount", "--net", *([] if os.geteuid() == 0 else ["--map-root-user"])]


def unavailable() -> str | None:
    """Why no instance can be had on this machine, or None."""
    if shutil.which("unshare") is None:
        return "needs unshare (util-linux)"
    mounts = "mount --bind /usr /tmp && mount -o remount,bind,ro /tmp"
    probe = subprocess.run([*_UNSHARE, "sh", "-c", mounts], capture_output=True, check=False)
    return None if probe.returncode == 0 else "needs the right to make a mount namespace"


class Instance:
    """One instance. `run` executes a phase of a document the way that AWSTOE does."""

    def __init__(self, root: Path, distribution: str) -> None:
        self.root = root
        identifier, managers = MANAGERS[distribution]
        for folder in ["tools", "usr", "dev", "etc/ssh/sshd_config.d", "etc/modprobe.d", "tmp", "root", "var/log"]:
            (root / folder).mkdir(parents=True)
        (root / "dev/null").touch()
        for folder in ("packages", "units", "enabled", "active"):
            (root / "state" / folder).mkdir(parents=True)
        for folder in ("lib", "lib64", "bin"):
            (root / folder).symlink_to(f"usr/{folder}")
        for tool in REAL:
            (root / "tools" / tool).symlink_to(os.path.realpath(shutil.which(tool) or f"/usr/bin/{tool}"))
        shutil.copy(Path(__file__).with_name("stand_in.sh"), root / "tools" / "stand_in")
        (root / "tools" / "stand_in").chmod(0o755)
        for tool in (*BASE, *managers.split()):
            (root / "tools" / tool).symlink_to("stand_in")
        self._write("etc/os-release", f"ID={identifier}\n")
        self._write("etc/passwd", "root:x:0:0::/root:/bin/bash\n")
        self._write("etc/group", "root:x:0:\n")
        include = "" if distribution == "al2" else "Include /etc/ssh/sshd_config.d/*.conf\n"
        self._write("etc/ssh/sshd_config", include + SSHD_CONFIG)
        agent = root / "opt/aws/amazon-cloudwatch-agent/bin"
        agent.mkdir(parents=True)
        (agent / "amazon-cloudwatch-agent-ctl").symlink_to("/tools/stand_in")
        for unit in ("sshd", "amazon-cloudwatch-agent"):
            (root / "state/units" / unit).touch()
        for state in ("enabled", "active"):
            (root / "state" / state / "sshd").touch()

    def run(
        self, document: Mapping[str, Any], phase: str, parameters: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a phase up to the first step that fails; answers with the last step's outcome."""
        values = {
            name: str(definition.get("default", ""))
            for item in document.get("parameters", [])
            for name, definition in item.items()
        } | dict(parameters or {})
        done = subprocess.CompletedProcess([], 0, "", "")
        for step in next((each["steps"] for each in document["phases"] if each["name"] == phase), []):
            if step["action"] == "CreateFile":
                for file in step["inputs"]:
                    self._write(file["path"].lstrip("/"), file["content"], file.get("permissions", 0o666))
                continue
            for command in step["inputs"]["commands"]:
                done = self.shell(re.sub(r"\{\{ *(\w+) *\}\}", lambda match: values[match.group(1)], command))
                if done.returncode:
                    return done
        return done

    def shell(self, command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*_UNSHARE, "bash", "-c", _ENTER, str(self.root), command],
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def reboot(self) -> None:
        """As between the build and the test of an image: what is enabled runs, and nothing else."""
        shutil.rmtree(self.root / "state/active")
        shutil.copytree(self.root / "state/enabled", self.root / "state/active")

    def files(self) -> dict[str, bytes]:
        """All files of /etc and /opt by path."""
        found = [path for part in ("etc", "opt") for path in sorted((self.root / part).rglob("*")) if path.is_file()]
        return {str(path.relative_to(self.root)): path.read_bytes() for path in found if not path.is_symlink()}

    def _write(self, path: str, content: str, permissions: int = 0o644) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
        file.chmod(permissions)
