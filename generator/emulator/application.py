"""The WSGI application: moto's dispatcher behind one lock, with the control endpoint beside it.

Requests are answered one at a time. moto is not written for threads, it is bound to one core in any case,
and what the Image Builder clock does between two requests must be seen whole. The server is threaded all
the same, so that a slow client never keeps others from being accepted.
"""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Callable, Iterable
from threading import RLock
from typing import Any

from moto.iam.models import get_account_id_from
from werkzeug.wrappers import Response

from generator.emulator import authorization, call_faults
from generator.emulator.corrections.refusals import refusal
from generator.emulator.replays import Replays
from generator.emulator.requests import Call

log = logging.getLogger("goldsmith.emulator")

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Wsgi = Callable[[Environ, StartResponse], Iterable[bytes]]

CONTROL_PREFIX = "/goldsmith/"


class Application:
    """`pump` does the work that has fallen due; it runs before each request, under the lock."""

    def __init__(self, dispatcher: Wsgi, control: Wsgi, lock: RLock, pump: Callable[[], None]) -> None:
        self._lock = lock
        self._dispatcher = dispatcher
        self._control = control
        self._pump = pump
        self._replays = Replays()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        _buffer_body(environ)
        if environ.get("PATH_INFO", "").startswith(CONTROL_PREFIX):
            return self._control(environ, start_response)
        started = time.monotonic()
        call = Call.of(environ)
        with self._lock:
            self._catch_up()
            account_id = environ.get("HTTP_X_MOTO_ACCOUNT_ID") or get_account_id_from(call.access_key)
            request = authorization.Request.of(environ, call, account_id)
            response = self._replays.find(environ) or self._answer_now(environ, request)
        milliseconds = (time.monotonic() - started) * 1000
        log.info("%s %s %d %.0f ms %s", account_id, call, response.status_code, milliseconds, request)
        body: Iterable[bytes] = response(environ, start_response)
        return body

    def _answer_now(self, environ: Environ, request: authorization.Request) -> Response:
        response = (
            call_faults.struck(request.call, environ, request.account_id)
            or authorization.refused(request, environ)
            or self._answer(environ, request.call)
        )
        self._replays.keep(environ, response)
        return response

    def _catch_up(self) -> None:
        """A build that breaks the emulation must not take every other request with it."""
        try:
            self._pump()
        except Exception:
            log.exception("the work that had fallen due failed")

    def _answer(self, environ: Environ, call: Call) -> Response:
        try:
            response = Response.from_app(self._dispatcher, environ, buffered=True)
        except NotImplementedError as error:
            return refusal(call, reason=str(error))
        except Exception as error:
            log.exception("%s failed", call)
            return refusal(call, reason=f"{type(error).__name__}: {error}", failed=True)
        if _is_unrouted(response, call):
            return refusal(call, reason="")
        return response


def _buffer_body(environ: Environ) -> None:
    """Read the whole body, so that no client is waited for under the lock."""
    if environ.get("wsgi.input_terminated"):
        body = environ["wsgi.input"].read()
        environ["CONTENT_LENGTH"] = str(len(body))
    else:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)


def _is_unrouted(response: Response, call: Call) -> bool:
    """Whether no operation was found at all: moto answers 404 or 405 with Flask's page, or with nothing."""
    if response.status_code not in (404, 405):
        return False
    body = response.get_data()
    return b"<!doctype html>" in body[:40].lower() or (call.protocol == "rest-json" and not body)
