"""The state of the embedded AWS in a file, so that it survives `stop` and `start`.

moto keeps its state in objects that are linked across services, so all of them are pickled together: first
a line that says who wrote them, then one pickle. cloudpickle is needed for the functions that some of them
hold. The file is read as code is: it is refused unless it belongs to the user, and is written for the user
alone.
"""

from __future__ import annotations

import importlib
import io
import json
import logging
import os
import platform
import sys
import threading
import weakref
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import cloudpickle
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from moto.core.base_backend import AccountSpecificBackend, BackendDict
from moto.s3.models import s3_backends

from generator import __version__
from generator.emulator.clock import CLOCK
from generator.emulator.faults import FAULTS
from generator.emulator.files import write_private
from generator.emulator.vulnerabilities import VULNERABILITIES
from generator.errors import EmulatorError

log = logging.getLogger("goldsmith.emulator")

Place = tuple[str, str]  # module, attribute
Regions = dict[str, Any]  # backend by Region or partition
State = dict[Place, dict[str, Regions]]  # by account

# What belongs to no backend, under places that no backend has.
BUCKETS: Place = ("moto.s3.models", "s3_backends.bucket_accounts")
TIME: Place = ("generator.emulator.clock", "")
FINDABLE: Place = ("generator.emulator.vulnerabilities", "")
WAITING: Place = ("generator.emulator.faults", "")

PRIVATE_KEYS = (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey, ed25519.Ed25519PrivateKey)
LOCKS = {type(threading.Lock()): threading.Lock, type(threading.RLock()): threading.RLock}


def save(path: Path) -> str:
    """Write the state to a file. Returns which services could not be kept, in words, or an empty string."""
    state = _state()
    left_out: dict[str, str] = {}
    try:
        content = _dumps(state)
    except Exception:
        left_out = _unpicklable(state)
        content = _dumps({place: accounts for place, accounts in state.items() if place[0] not in left_out})
    write_private(path, json.dumps(_stamp()).encode() + b"\n" + content)
    if not left_out:
        return ""
    reasons = "; ".join(f"{module} ({reason})" for module, reason in sorted(left_out.items()))
    return f"{path}: the state was kept, but for {reasons}. Those are empty at the next start."


def load(path: Path) -> None:
    """Take over the state of a file, into moto's modules. Raises EmulatorError when it cannot be read."""
    try:
        with path.open("rb") as handle:
            _check_owner(handle.fileno())
            written_by = json.loads(handle.readline())
            if written_by != _stamp():
                raise ValueError(f"it was written by {_words(written_by)}, and this is {_words(_stamp())}")
            content = cloudpickle.load(handle)
        _restore(content)
    except Exception as error:
        raise EmulatorError(
            f"{path}: the state of the embedded AWS cannot be read ({error}). "
            "Forget it and begin anew with: goldsmith emulator reset"
        ) from error


def _stamp() -> dict[str, str]:
    return {"goldsmith": __version__, "moto": version("moto"), "python": platform.python_version()}


def _words(stamp: Any) -> str:
    return ", ".join(f"{name} {number}" for name, number in dict(stamp).items())


def _check_owner(descriptor: int) -> None:
    owner = os.fstat(descriptor).st_uid
    if owner != os.getuid():
        raise ValueError(f"it belongs to user {owner}, and is loaded as code would be")


def _state() -> dict[Place, Any]:
    services: dict[Place, Any] = {
        _place(services): {account: dict(regions) for account, regions in services.items()}
        for services in BackendDict._instances
    }
    services[BUCKETS] = dict(s3_backends.bucket_accounts)
    services[TIME] = (CLOCK.now(), CLOCK.speed)
    services[WAITING] = FAULTS.kept()
    services[FINDABLE] = VULNERABILITIES.known
    return services


def _restore(state: dict[Place, Any]) -> None:
    s3_backends.bucket_accounts.update(state.pop(BUCKETS))
    moment, CLOCK.speed = state.pop(TIME)
    CLOCK.not_before(moment)
    FAULTS.restore(state.pop(WAITING, ()))
    VULNERABILITIES.restore(state.pop(FINDABLE, ()))
    for (module, name), accounts in state.items():
        services = getattr(importlib.import_module(module), name)
        for account, regions in accounts.items():
            for region, backend in regions.items():
                dict.__setitem__(services[account], region, backend)


def _place(services: Any) -> Place:
    """Where moto keeps the backends of a service: the module of its backend class, and the name in it."""
    module = sys.modules[services.backend.__module__]
    for name, value in vars(module).items():
        if value is services:
            return module.__name__, name
    raise LookupError(f"{module.__name__} does not hold its own backends")


class _Pickler(cloudpickle.Pickler):  # type: ignore[misc]
    def reducer_override(self, obj: Any) -> Any:
        """How to make again what pickle cannot: locks, private keys; and moto's registries, by reference."""
        kind = type(obj)
        if kind in LOCKS:
            return LOCKS[kind], ()
        if isinstance(obj, BackendDict):
            return _registry, _place(obj)
        if isinstance(obj, AccountSpecificBackend):
            return _account_registry, (type(obj).__name__, obj.service_name, obj.account_id)
        if kind is weakref.ref:
            return weakref.ref, (obj(),)
        if issubclass(kind, defaultdict) and kind is not defaultdict:
            return _subclassed_dict, (kind, obj.default_factory), vars(obj), None, iter(obj.items())
        if kind.__module__.startswith("cryptography.") and isinstance(obj, PRIVATE_KEYS):
            return _private_key, (_der(obj),)
        return super().reducer_override(obj)


def _der(key: Any) -> bytes:
    plain = serialization.NoEncryption()
    content: bytes = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, plain)
    return content


def _private_key(content: bytes) -> Any:
    return serialization.load_der_private_key(content, None)


def _subclassed_dict(kind: Any, default_factory: Any) -> Any:
    """A defaultdict of moto's own, such as ssm.ParameterDict, without a call of its `__init__`."""
    made = kind.__new__(kind)
    made.default_factory = default_factory
    return made


def _registry(module: str, name: str) -> Any:
    return getattr(importlib.import_module(module), name)


def _account_registry(_: str, service: str, account: str) -> Any:
    from moto.backends import get_backend

    return get_backend(service)[account]


def _dumps(state: dict[Place, Any]) -> bytes:
    buffer = io.BytesIO()
    _Pickler(buffer).dump(state)
    return buffer.getvalue()


def _unpicklable(state: dict[Place, Any]) -> dict[str, str]:
    """Which services stand in the way, by module, with the reason of each."""
    reasons = {}
    for place, accounts in state.items():
        try:
            _dumps({place: accounts})
        except Exception as error:
            log.exception("%s cannot be kept", place[0])
            reasons[place[0]] = f"{type(error).__name__}: {error}"
    return reasons
