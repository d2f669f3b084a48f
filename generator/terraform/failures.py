"""Terraform's own errors, each with what to do next where we know it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from generator.errors import TerraformError
from generator.terraform.adapter import Result
from generator.terraform.locks import lock_in_error, lock_in_words
from generator.terraform.log import describe_diagnostic
from generator.terraform.passing import passing_kind

_LOCKED = re.compile("Error acquiring the state lock")
_LOG = "\n  Full log: "
_PUSH = (
    "the state could not be written, so all that is known of what was made is in {}. Keep it. Once the bucket can be "
    "written again, `goldsmith apply` or `goldsmith rollout resume` pushes this state before it plans."
)


class RunFailedError(TerraformError):
    """Terraform ended with an error. `diagnostics` are Terraform's own.

    `passing` is the kind of an error that passes by itself, and None of any other; `began` whether an apply had
    begun to change something.
    """

    def __init__(self, root: str, result: Result, log: Path, kept_state: Path | None = None, running: str = "") -> None:
        """`running` is a Terraform of the root that lives on this machine, in words."""
        self.diagnostics = result.diagnostics
        self.kept_state = kept_state
        self.began = any(event.get("type") == "apply_start" for event in result.events)
        said = _what_terraform_said(result)
        errors = [describe_diagnostic(item) for item in _errors(result)] or [said]
        self.passing = passing_kind(errors) if result.exit_code > 0 else None
        advice = _PUSH.format(kept_state) if kept_state else _advice_on_lock(root, said, running) or advice_for(said)
        lines = [f"{root}: terraform {result.command} failed{_how(result)}.", *_indented(said)]
        if advice:
            lines.append(f"  What to do: {advice}")
        super().__init__("\n".join(lines) + f"{_LOG}{log}")


def without_log(message: str) -> str:
    """The message of a failure as it is kept for others, who have not this machine's logs."""
    return message.partition(_LOG)[0]


@dataclass(frozen=True)
class _Known:
    pattern: str
    advice: str


_KNOWN = (
    _Known(
        r"AWS account ID not allowed: (\d+)",
        "the credentials lead to account {0}, which is not the one that this root is for. "
        "Correct the account's id in organization.yaml and render again, or use other credentials.",
    ),
    _Known(
        r"Cannot assume IAM Role|AssumeRole.*(?:AccessDenied|not authorized)",
        "the role that organization.yaml names under `roles` must exist in the account and trust whoever "
        "runs this. Compare `aws sts get-caller-identity` with the role's trust policy.",
    ),
    _Known(
        r"S3 bucket \"?([\w.-]+)\"? does not exist|NoSuchBucket",
        "create the state bucket that organization.yaml names under `state` (versioned, encrypted, not "
        "public) in the account that you run this from, or correct its name.",
    ),
    _Known(
        r"Error acquiring the state lock",
        "another run holds this root's state: wait for it to end. If you know that it is dead, see what it left and "
        "remove it: goldsmith rollout unlock ID --confirm, with the ID that `goldsmith rollout history` has.",
    ),
    _Known(
        r"Failed to query available provider packages|Failed to install provider|Could not retrieve providers"
        r"|Required plugins are not installed|no available releases match",
        "the provider could not be installed: connect to registry.terraform.io, or set "
        "GOLDSMITH_PROVIDER_MIRROR to a folder that holds it unpacked, as "
        "registry.terraform.io/hashicorp/aws/<version>/<os>_<arch>/.",
    ),
    _Known(
        r"No valid credential sources|no EC2 IMDS role found|ExpiredToken|InvalidClientTokenId",
        "there are no valid AWS credentials in the environment: log in, or add --emulator.",
    ),
    _Known(
        r"connection refused|no such host|i/o timeout|connection reset by peer|network is unreachable",
        "the address above does not answer: check the network and AWS_ENDPOINT_URL, or add --emulator.",
    ),
    _Known(
        r"RepositoryNotEmptyException",
        "the repository still holds container images. Delete them in ECR; or, to destroy a whole environment, "
        "add --delete-containers.",
    ),
    _Known(
        r"-imagebuilder-exports-(?s:.*)BucketNotEmpty",
        "the bucket of the exports still holds disk images. Add --delete-exports to delete them, or empty it, and "
        "destroy again.",
    ),
    _Known(
        r"Create(?:Image|Container)Recipe(?:.|\n)*parentImage",
        "the base image of a recipe must be there when the recipe is made. Where it is another image of the spec "
        "(base: {{image: NAME}}), build that one first, `goldsmith build ENVIRONMENT NAME`, and apply again; or give "
        "it `build_on_apply: true`. One that the spec imports (base: {{import: NAME}}) comes with `goldsmith images "
        "import ENVIRONMENT NAME`; then apply again. Any other base must be in the Region that builds, and the account "
        "must have it.",
    ),
    _Known(
        r"BucketNotEmpty|bucket you tried to delete is not empty",
        "the log bucket still holds build logs. Add --delete-logs to delete them, or empty it, and destroy again.",
    ),
    _Known(
        r"Instance cannot be destroyed|prevent_destroy",
        "the resource is protected by prevent_destroy in its module: take the protection out first.",
    ),
    _Known(
        r"lock file|dependency lock|Provider dependency changes",
        "the root's .terraform.lock.hcl does not fit: run `goldsmith render` and commit what it writes.",
    ),
)


def advice_for(said: str) -> str | None:
    """What to do about a known error of Terraform's or AWS's; None for any other."""
    for known in _KNOWN:
        match = re.search(known.pattern, said)
        if match:
            return known.advice.format(*match.groups())
    return None


def _advice_on_lock(root: str, said: str, running: str) -> str | None:
    """Who has the state, for how long, and how to go on; None for any other error."""
    lock = lock_in_error(said) if _LOCKED.search(said) else None
    if lock is None:
        return None
    held = f"the state is {lock_in_words(lock, datetime.now(UTC))}"
    if running:
        return f"{held}. That is {running} on this machine: wait for it to end, as `goldsmith rollout resume` does."
    return (
        f"{held}: wait for it to end. If its run is dead, find the rollout and remove what it left: "
        f"goldsmith rollout history --root {root}; goldsmith rollout unlock ID --confirm"
    )


def needs_init(result: Result) -> bool:
    """Whether Terraform itself asks for an `init`: what an earlier one left behind no longer fits."""
    return any(re.search(r"terraform init", describe_diagnostic(item)) for item in _errors(result))


def _what_terraform_said(result: Result) -> str:
    errors = _errors(result)
    if errors:
        return "\n".join(dict.fromkeys(describe_diagnostic(item) for item in errors))
    # Before it can write JSON, Terraform explains itself in text.
    return "\n".join((result.errors or result.output).strip().splitlines()[-20:])


def _errors(result: Result) -> list[Mapping[str, Any]]:
    return [item for item in result.diagnostics if item.get("severity") == "error"]


def _how(result: Result) -> str:
    if result.exit_code >= 0:
        return ""
    killed = " (out of memory? try a smaller --jobs)" if result.exit_code == -9 else ""
    return f": ended by signal {-result.exit_code}{killed}"


def _indented(text: str) -> list[str]:
    return [f"  {line}".rstrip() for line in text.splitlines()]
