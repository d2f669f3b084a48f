"""Where Terraform gets providers from: the user's configuration, else local mirrors, else the registry."""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

REGISTRY = "registry.terraform.io"

# What every run of Terraform gets unless the caller has set it. At Go's default of 100, garbage collection
# takes a third of a plan's CPU: docs/decisions/0004-terraform-adapter.md. The limit is a soft one, for each process.
DEFAULTS = {"CHECKPOINT_DISABLE": "1", "GOGC": "1000", "GOMEMLIMIT": "1GiB"}


def terraform_environment(state_directory: Path, environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables to lay over `environment` (by default the process's own) so that Terraform runs anywhere.

    TF_CLI_CONFIG_FILE is among them unless the user has a configuration file that exists: it names one that
    is written below `state_directory`, so a TF_CLI_CONFIG_FILE that names no file does no harm.
    """
    given = os.environ if environment is None else environment
    variables = {name: value for name, value in DEFAULTS.items() if name not in given}
    variables |= {"TF_IN_AUTOMATION": "1", "TF_INPUT": "0"}
    if user_configuration(given) is None:
        path = own_configuration(state_directory)
        write_private(path, cli_configuration(find_mirrors(given, state_directory)))
        variables["TF_CLI_CONFIG_FILE"] = str(path)
    return variables


def own_configuration(state_directory: Path) -> Path:
    """The CLI configuration file that is ours, for machines on which the user has none."""
    return state_directory.absolute() / "terraform" / "terraformrc"


def user_configuration(environment: Mapping[str, str]) -> Path | None:
    """The user's own CLI configuration file, where one exists."""
    named = environment.get("TF_CLI_CONFIG_FILE") or environment.get("TERRAFORM_CONFIG")
    candidates = [Path(named)] if named else [_home(environment) / ".terraformrc", _home(environment) / ".tofurc"]
    return next((path for path in candidates if path.is_file()), None)


def find_mirrors(environment: Mapping[str, str], state_directory: Path, opt: Path = Path("/opt")) -> dict[str, Path]:
    """The unpacked mirror to take each provider from, by source address; the first place that holds one wins.

    Only packages for this machine's platform count. GOLDSMITH_PROVIDER_MIRROR stands first, then the
    directories that Terraform itself would look into, then any directory right under /opt that holds
    `registry.terraform.io/`, then what was downloaded before.
    """
    mirrors: dict[str, Path] = {}
    for directory in (*_candidates(environment, opt), downloaded_mirror(state_directory)):
        for source in _providers_in(directory):
            mirrors.setdefault(source, directory.absolute())
    return mirrors


def downloaded_mirror(state_directory: Path) -> Path:
    """Where providers lie that were downloaded for all roots at once."""
    return state_directory.absolute() / "terraform" / "providers"


def cli_configuration(mirrors: Mapping[str, Path]) -> str:
    """Terraform's configuration: a mirrored provider from its mirror alone, any other from its registry."""
    sources = {place: sorted(name for name in mirrors if mirrors[name] == place) for place in mirrors.values()}
    blocks = [
        f"  filesystem_mirror {{\n    path    = {json.dumps(str(directory))}\n"
        f"    include = {json.dumps(sources[directory])}\n"
        "  }\n"
        for directory in sorted(sources)
    ]
    direct = f"  direct {{\n    exclude = {json.dumps(sorted(mirrors))}\n  }}\n"
    return f"provider_installation {{\n{''.join(blocks)}{direct}}}\n"


def write_private(path: Path, text: str) -> None:
    """Replace a file at once, for its owner alone; writers beside each other do not disturb a reader."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _candidates(environment: Mapping[str, str], opt: Path) -> Iterator[Path]:
    named = environment.get("GOLDSMITH_PROVIDER_MIRROR")
    if named:
        yield Path(named)
    yield from _implied(environment)
    try:
        yield from sorted(path.parent for path in opt.glob(f"*/{REGISTRY}"))
    except OSError:
        return


def _implied(environment: Mapping[str, str]) -> Iterator[Path]:
    """https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories"""
    home = _home(environment)
    yield Path("terraform.d/plugins")
    yield home / ".terraform.d/plugins"
    if sys.platform == "darwin":
        yield home / "Library/Application Support/io.hashicorp.terraform/plugins"
        yield Path("/Library/Application Support/io.hashicorp.terraform/plugins")
        return
    yield Path(environment.get("XDG_DATA_HOME") or home / ".local/share") / "terraform/plugins"
    for directory in (environment.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":"):
        yield Path(directory) / "terraform/plugins"


def _providers_in(directory: Path) -> Iterator[str]:
    """Source addresses with an unpacked package: <host>/<namespace>/<type>/<version>/<os>_<architecture>/."""
    try:
        packages = sorted(directory.glob(f"*/*/*/*/{platform_directory()}"))
    except OSError:
        return
    yield from dict.fromkeys("/".join(path.parts[-5:-2]) for path in packages if path.is_dir())


def platform_directory() -> str:
    """This machine in Go's words: linux_amd64."""
    machine = platform.machine().lower()
    architecture = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}.get(machine, machine)
    return f"{platform.system().lower()}_{architecture}"


def _home(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("HOME") or Path.home())
