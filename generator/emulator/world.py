"""All that the embedded AWS is, put together: moto, the corrections, Image Builder, the clock, the state."""

from __future__ import annotations

import logging
from threading import RLock
from typing import Any

from moto import backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from generator.emulator import corrections, licensemanager, snapshot
from generator.emulator.application import Application
from generator.emulator.authorization import ENFORCEMENT
from generator.emulator.clock import CLOCK
from generator.emulator.control import Control
from generator.emulator.files import Files, Record
from generator.emulator.imagebuilder import pump, register
from generator.emulator.imagebuilder.faults import clear_faults
from generator.emulator.vulnerabilities import VULNERABILITIES
from generator.errors import EmulatorError

log = logging.getLogger("goldsmith.emulator")

DEFAULT_SPEED = 60.0  # a build of 20 minutes takes 20 seconds

# Their first import takes seconds; better before the server listens than in somebody's first request.
PREWARMED = ("sts", "iam", "ec2", "s3", "ssm", "kms", "logs", "imagebuilder", "moto_api")


class World:
    """The state lives in moto's modules, so a process holds one."""

    def __init__(self, files: Files, record: Record, speed: float | None) -> None:
        """Raises EmulatorError for a kept state that cannot be read. `speed` None: as kept, or by default."""
        self.files = files
        self.lock = RLock()
        dispatcher = _dispatcher()
        CLOCK.speed = DEFAULT_SPEED
        if files.snapshot.exists():
            snapshot.load(files.snapshot)
        if speed is not None:
            CLOCK.speed = speed
        control = Control(record, self.lock, pump=pump, reset=self.reset)
        self.application = Application(dispatcher, control, self.lock, pump)

    def reset(self) -> None:
        """Forget everything, what was kept included."""
        backends.get_backend("moto_api")["global"].reset()
        clear_faults()
        ENFORCEMENT.is_on = False
        VULNERABILITIES.clear()
        self.files.snapshot.unlink(missing_ok=True)

    def save(self) -> str:
        """Write the state; returns what could not be kept, in words, or an empty string."""
        with self.lock:
            try:
                return snapshot.save(self.files.snapshot)
            except (OSError, EmulatorError) as error:
                log.exception("the state could not be written")
                return f"{self.files.snapshot}: the state could not be written: {error}"


def _dispatcher() -> DomainDispatcherApplication:
    corrections.apply()
    register()
    licensemanager.register()
    dispatcher = _Dispatcher(create_backend_app)
    for service in PREWARMED:
        dispatcher.app_instances[service] = create_backend_app(service)
    return dispatcher


class _Dispatcher(DomainDispatcherApplication):  # type: ignore[misc]
    def get_backend_for_host(self, host: str | None) -> Any:
        """As moto's, but refuses a service that it lacks; moto goes on with None and breaks elsewhere."""
        backend = super().get_backend_for_host(host)
        if host is not None and backend is None:
            raise NotImplementedError(f"{host}: no such service")
        return backend
