"""How the checks reach accounts; who calls verify decides with which credentials."""

from __future__ import annotations

from typing import Any, Protocol

from generator.spec.model import Account


class Clients(Protocol):
    """Gives a boto3 client that acts in an account and Region, with the role that plans are made with."""

    def __call__(self, service: str, account: Account, region: str) -> Any: ...
