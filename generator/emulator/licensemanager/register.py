"""Makes the service known to moto, for its server as for `@mock_aws`, without editing a file of moto."""

from __future__ import annotations

import re
import sys

SERVICE = "license-manager"
HOSTS = re.compile(r"https?://license-manager\.(.+)\.amazonaws\.com")


def register() -> None:
    """Idempotent. moto finds a service by the host it answers to, then imports `moto.` and the name without hyphens."""
    from moto import backend_index

    from generator.emulator.licensemanager import models

    sys.modules.setdefault("moto.licensemanager", models)
    if all(service != SERVICE for service, _ in backend_index.backend_url_patterns):
        backend_index.backend_url_patterns.append((SERVICE, HOSTS))
