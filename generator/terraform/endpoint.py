"""Whether an endpoint of the user's answers: the provider itself asks for minutes before it gives up."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

from generator.errors import AwsError

CONNECT_SECONDS = 5.0
_PORTS = {"http": 80, "https": 443}


def require_endpoint(environment: Mapping[str, str]) -> None:
    """Raise AwsError at once where AWS_ENDPOINT_URL is set and nothing listens there."""
    url = environment.get("AWS_ENDPOINT_URL")
    if not url:
        return
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
        host = parts.hostname or ""
        if not host:
            raise ValueError(url)
    except (ValueError, KeyError) as error:
        raise AwsError(
            f"AWS_ENDPOINT_URL: {url!r} is no address; http://127.0.0.1:5000 is one. "
            "Correct it, or unset it to use AWS itself."
        ) from error
    if _goes_through_proxy(parts.scheme, host, environment):
        return
    try:
        socket.create_connection((host, port), timeout=CONNECT_SECONDS).close()
    except OSError as error:
        raise AwsError(
            f"AWS_ENDPOINT_URL: {url} does not answer ({error.strerror or error}). "
            "Start what should listen there, unset the variable to use AWS itself, or add --emulator."
        ) from error


def _goes_through_proxy(scheme: str, host: str, environment: Mapping[str, str]) -> bool:
    """What stands behind a proxy can only be asked through it; Terraform then tells what is wrong."""
    if not any(environment.get(name) for name in (f"{scheme}_proxy", f"{scheme.upper()}_PROXY")):
        return False
    if host in {"localhost", "127.0.0.1", "::1"}:
        return False
    exceptions = (environment.get("no_proxy") or environment.get("NO_PROXY") or "").split(",")
    return not any(f".{host}".endswith(f".{name.strip().lstrip('.')}") for name in exceptions if name.strip())
