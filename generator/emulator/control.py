"""The control endpoint of the server, under /goldsmith/: JSON in and out, for our own commands and tests."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from threading import RLock
from typing import Any

from werkzeug.wrappers import Request, Response

from generator import __version__
from generator.emulator import groundwork
from generator.emulator.authorization import ENFORCEMENT
from generator.emulator.clock import CLOCK
from generator.emulator.faults import FAULTS
from generator.emulator.files import Record
from generator.emulator.imagebuilder.faults import add_fault
from generator.emulator.vulnerabilities import VULNERABILITIES
from generator.errors import EmulatorError

log = logging.getLogger("goldsmith.emulator")

Answer = dict[str, Any]
Handler = Callable[[Any], Answer]


class Control:
    """`health` answers at all times; everything else waits for its turn among the requests to AWS."""

    def __init__(self, record: Record, lock: RLock, *, pump: Callable[[], None], reset: Callable[[], None]) -> None:
        self._record = record
        self._lock = lock
        self._pump = pump
        self._reset = reset
        self._handlers: dict[tuple[str, str], Handler] = {
            ("POST", "/goldsmith/clock"): self._on_clock,
            ("POST", "/goldsmith/enforcement"): _on_enforcement,
            ("DELETE", "/goldsmith/faults"): _on_no_fault,
            ("GET", "/goldsmith/faults"): _on_list_faults,
            ("POST", "/goldsmith/faults"): _on_fault,
            ("DELETE", "/goldsmith/vulnerabilities"): _on_no_vulnerability,
            ("GET", "/goldsmith/vulnerabilities"): _on_list_vulnerabilities,
            ("POST", "/goldsmith/vulnerabilities"): _on_vulnerability,
            ("POST", "/goldsmith/landing-zone"): _on_landing_zone,
            ("POST", "/goldsmith/reset"): self._on_reset,
        }

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        answer: Iterable[bytes] = self._answer(Request(environ))(environ, start_response)
        return answer

    def _answer(self, request: Request) -> Response:
        if (request.method, request.path) == ("GET", "/goldsmith/health"):
            return _json(self._health())
        handler = self._handlers.get((request.method, request.path))
        if handler is None:
            known = ", ".join(f"{method} {path}" for method, path in self._handlers)
            return _json({"error": f"{request.method} {request.path}: no such control; there are {known}"}, 404)
        try:
            with self._lock:
                return _json(handler(request.get_json(silent=True) or {}))
        except EmulatorError as error:
            return _json({"error": str(error)}, 400)
        except Exception as error:
            log.exception("%s %s failed", request.method, request.path)
            return _json(
                {"error": f"{request.path}: {type(error).__name__}: {error}; see: goldsmith emulator logs"},
                400,
            )

    def _health(self) -> Answer:
        return {"pid": self._record.pid, "url": self._record.url, "version": __version__}

    def _on_clock(self, wanted: Any) -> Answer:
        """`advance`: seconds to turn the clock forward; `speed`: its seconds for each of ours; or both."""
        if "speed" in wanted:
            CLOCK.speed = float(wanted["speed"])
        CLOCK.advance(float(wanted.get("advance", 0)))
        self._pump()
        return {"now": CLOCK.now().isoformat(), "speed": CLOCK.speed}

    def _on_reset(self, _: Any) -> Answer:
        self._reset()
        return {}


def _on_enforcement(wanted: Any) -> Answer:
    """`on`: whether the policies of roles are asked before their sessions get an answer."""
    ENFORCEMENT.is_on = bool(wanted["on"])
    return {"on": ENFORCEMENT.is_on}


def _on_fault(wanted: Any) -> Answer:
    """Another fault, in the keys of `generator.emulator.faults`."""
    return {"fault": add_fault(wanted).shown()}


def _on_list_faults(_: Any) -> Answer:
    return {"faults": [fault.shown() for fault in FAULTS.waiting()]}


def _on_no_fault(wanted: Any) -> Answer:
    """`id`: the one to forget; without it, all."""
    return {"cleared": FAULTS.clear(wanted.get("id"))}


def _on_vulnerability(wanted: Any) -> Answer:
    """Another one for scans to find, in the keys of `generator.emulator.vulnerabilities`."""
    return {"vulnerability": VULNERABILITIES.add(wanted).shown()}


def _on_list_vulnerabilities(_: Any) -> Answer:
    return {"vulnerabilities": [each.shown() for each in VULNERABILITIES.known]}


def _on_no_vulnerability(_: Any) -> Answer:
    return {"cleared": VULNERABILITIES.clear()}


def _on_landing_zone(wanted: Any) -> Answer:
    return {"made": groundwork.lay(wanted)}


def _json(answer: Answer, status: int = 200) -> Response:

    return Response(json.dumps(answer), status=status, content_type="application/json")
