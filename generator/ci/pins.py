"""The actions that the workflows use, each by the commit of a release: a tag can be moved, a commit cannot.

The comment is what Dependabot and Renovate read, and keep with the hash. Actions that are written by GitHub, HashiCorp
and AWS alone; whatever else a workflow needs is a command.
"""

from __future__ import annotations

from generator.ci.yaml_text import Yaml

ACTIONS = {
    "actions/checkout": ("de0fac2e4500dabe0009e67214ff5f5447ce83dd", "v6.0.2"),
    "actions/setup-python": ("a309ff8b426b58ec0e2a45f0f869d46889d02405", "v6.2.0"),
    "actions/upload-artifact": ("043fb46d1a93c77aae656e7c1c64a875d1fc6a0a", "v7.0.1"),
    "actions/download-artifact": ("3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c", "v8.0.1"),
    "hashicorp/setup-terraform": ("5e8dbf3c6d9deaf4193ca7a8fb23f2ac83bb6c85", "v4.0.0"),
    "aws-actions/configure-aws-credentials": ("ec61189d14ec14c8efccab744f656cffd0e33f37", "v6.1.0"),
}


def pinned() -> dict[str, Yaml]:
    """How a template writes each: by the last word of its name, with `-` as `_`."""
    return {
        name.rpartition("/")[2].replace("-", "_"): Yaml(f"{name}@{commit} # {version}")
        for name, (commit, version) in ACTIONS.items()
    }
