"""Where the embedded AWS listens, and the environment that sends Terraform and AWS clients there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

# The account that made-up credentials belong to: moto gives it every access key that it did not issue.
CALLER_ACCOUNT = "123456789012"
CALLER_REGION = "us-east-1"

# What could lead a client away from the embedded AWS, or to somebody's real credentials.
UNSET = (
    "AWS_CA_BUNDLE",  # else the provider may fail: "unable to add custom RootCAs HTTPClient"
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_DEFAULT_PROFILE",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_SECURITY_TOKEN",
    "AWS_SESSION_TOKEN",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
)
SERVICE_ENDPOINT_PREFIX = "AWS_ENDPOINT_URL_"  # AWS_ENDPOINT_URL_S3 would win over AWS_ENDPOINT_URL


@dataclass(frozen=True)
class Endpoint:
    """A running server. The URL has an IP address, which makes every SDK use path-style S3 addresses."""

    url: str
    pid: int

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])


def environment_for(endpoint: Endpoint) -> dict[str, str]:
    """The variables to set, beside `UNSET`, which are to be removed: the caller is `CALLER_ACCOUNT`."""
    return {
        "AWS_ENDPOINT_URL": endpoint.url,
        "AWS_ACCESS_KEY_ID": "AKIAGOLDSMITH0000000",
        "AWS_SECRET_ACCESS_KEY": "goldsmith-made-up-secret-of-no-account--",
        "AWS_REGION": CALLER_REGION,
        "AWS_DEFAULT_REGION": CALLER_REGION,  # the name that boto3 reads
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def redirected(environment: Mapping[str, str], endpoint: Endpoint) -> dict[str, str]:
    """A copy of an environment in which every AWS client talks to the embedded AWS, past any HTTP proxy."""
    kept = {
        name: value
        for name, value in environment.items()
        if name not in UNSET and not name.startswith(SERVICE_ENDPOINT_PREFIX)
    }
    direct = ",".join(filter(None, (kept.get("NO_PROXY") or kept.get("no_proxy"), "127.0.0.1")))
    return {**kept, **environment_for(endpoint), "NO_PROXY": direct, "no_proxy": direct}
