"""The process of the embedded AWS: `python -m generator.emulator.server --directory DIR`.

Started by `generator.emulator.process`, which waits on the descriptor `--ready` for one JSON line: the
endpoint, or an error. SIGTERM and SIGINT end it; it writes its state first.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Event, Thread
from typing import Any

from generator.emulator.files import Files, Record, take
from generator.errors import EmulatorError

HOST = "127.0.0.1"
BACKLOG = 128  # connections that wait to be accepted


MOTO_SETTINGS = {
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
    "MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS": "false",
}

log = logging.getLogger("goldsmith.emulator")


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    if options.detach:
        _detach()
    _configure()
    try:
        return _serve(options)
    except EmulatorError as error:
        log.error("%s", error)
        _tell(options.ready, {"error": str(error)})
        return 1


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m generator.emulator.server")
    parser.add_argument("--directory", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--speed", type=float)
    parser.add_argument("--ready", type=int, help="descriptor to write the endpoint to")
    parser.add_argument("--detach", action="store_true")
    return parser.parse_args(arguments)


def _detach() -> None:
    """Leave the starter: its end, its terminal and its signals are no longer ours."""
    if os.fork():
        os._exit(0)
    os.setsid()
    os.umask(0o077)


def _configure() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    for name in [name for name in os.environ if name.startswith(("AWS_", "MOTO_"))]:
        del os.environ[name]
    os.environ.update(MOTO_SETTINGS)


def _serve(options: argparse.Namespace) -> int:
    files = Files(options.directory)
    files.create()
    lock = _take_lock(files)
    listener = _listen(options.port, files.read_record())
    port = listener.getsockname()[1]
    record = Record(url=f"http://{HOST}:{port}", port=port, pid=os.getpid())
    stopping = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())

    from generator.emulator import world  # moto: seconds to import, so only once the port is ours

    emulated = world.World(files, record, options.speed)
    server = _http_server(listener, emulated.application)
    Thread(target=server.serve_forever, daemon=True).start()
    files.write_record(record)
    log.info("listening at %s", record.url)
    _tell(options.ready, {"url": record.url, "pid": record.pid})
    stopping.wait()
    server.shutdown()
    problem = emulated.save()
    files.write_record(Record(url=record.url, port=record.port, pid=0, problem=problem))
    os.close(lock)
    return 0


def _take_lock(files: Files) -> int:
    try:
        return take(files.lock)
    except BlockingIOError:
        raise EmulatorError(
            f"{files.directory}: another server runs on this directory; only one may. Run: goldsmith emulator stop"
        ) from None


def _listen(port: int, last: Record | None) -> socket.socket:
    """Bind the wished port; without one, that which was used last, so that exports in a shell stay good."""
    if port == 0 and last is not None:
        try:
            return _bound(last.port)
        except OSError:
            log.info("port %d, used last, is taken", last.port)
    try:
        return _bound(port)
    except OSError as error:
        raise EmulatorError(
            f"{HOST}:{port}: the embedded AWS cannot listen here ({error.strerror}); "
            "a free port is needed. Choose another --port, or leave it out to take any."
        ) from error


def _bound(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def _http_server(listener: socket.socket, application: Any) -> Any:
    from moto.moto_server.werkzeug_app import MotoRequestHandler
    from werkzeug.serving import make_server

    class Handler(MotoRequestHandler):  # type: ignore[misc]
        def log_request(self, *_: object) -> None:
            """The application logs what was asked, which says more than the path `/`."""

    host, port = listener.getsockname()
    return make_server(host, port, application, threaded=True, request_handler=Handler, fd=listener.fileno())


def _tell(ready: int | None, answer: dict[str, object]) -> None:
    if ready is not None:
        os.write(ready, (json.dumps(answer) + "\n").encode())
        os.close(ready)


if __name__ == "__main__":
    sys.exit(main())
