"""Makes the service known to moto, for its server as for `@mock_aws`, without editing a file of moto."""

from __future__ import annotations

import re
import sys

SERVICE = "imagebuilder"
HOSTS = re.compile(r"https?://imagebuilder\.(.+)\.amazonaws\.com")


def register() -> None:
    """Idempotent. moto finds a service by the host it answers to, then imports `moto.<service>`."""
    from moto import backend_index

    from generator.emulator.imagebuilder import models

    sys.modules.setdefault(f"moto.{SERVICE}", models)
    if all(service != SERVICE for service, _ in backend_index.backend_url_patterns):
        backend_index.backend_url_patterns.append((SERVICE, HOSTS))
