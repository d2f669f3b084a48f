"""All that the embedded AWS is, put together: moto, the corrections, Image Builder, the clock, the state."""

from __future__ import annotations

import logging
from typing import Any

from moto import backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from generator.emulator import corrections, snapshot
from generator.emulator.application import Application
from generator.emulator.control import Control
from generator.emulator.files import Files, Record
from generator.emulator.server import PREWARMED
from generator.errors import EmulatorError

log = logging.getLogger("goldsmith.emulator")


class _Dispatcher(DomainDispatcherApplication):  # type: ignore[misc]
    def get_backend_for_host(self, host: str | None) -> Any:
        """As moto's, but refuses a service that it lacks, where moto goes on with None and breaks elsewhere."""
        backend = super().get_backend_for_host(host)
        if host is not None and backend is None:
            raise NotImplementedError(f"{host}: no such service")
        return backend


class World:
    """The state lives in moto's modules, so a process holds one."""

    def __init__(self, files: Files, record: Record, speed: float) -> None:
        self.files = files
        corrections.apply()
        dispatcher = _Dispatcher(create_backend_app)
        for service in PREWARMED:
            dispatcher.app_instances[service] = create_backend_app(service)
        if files.snapshot.exists():
            snapshot.load(files.snapshot)
        control = Control(record, reset=self.reset)
        self.application = Application(dispatcher, control, pump=lambda: None)
        control.lock = self.application.lock

    def reset(self) -> None:
        """Forget everything, what was kept included."""
        backends.get_backend("moto_api")["global"].reset()
        self.files.snapshot.unlink(missing_ok=True)

    def save(self) -> str:
        """Write the state; returns what could not be kept, in words, or an empty string."""
        with self.application.lock:
            try:
                return snapshot.save(self.files.snapshot)
            except (OSError, EmulatorError) as error:
                log.exception("the state could not be written")
                return f"{self.files.snapshot}: the state could not be written: {error}"
