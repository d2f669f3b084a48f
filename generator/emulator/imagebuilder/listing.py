"""Lists: filters, pages and their tokens, the same for every kind of resource."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from generator.emulator.imagebuilder.errors import InvalidPaginationToken, InvalidParameterValue, InvalidRequest
from generator.emulator.imagebuilder.state import Record, Request

NAME, VERSION = "name", "version"
PAGE = 25  # "If you don't specify a value, Image Builder returns up to 25 items"

Filters = Mapping[str, Callable[[Record], Any]]  # by filter name: the value, or list of values, of a record


def plain(*names: str) -> Filters:
    """Filters that are members of the record, by the same name."""

    def value_of(name: str) -> Callable[[Record], Any]:
        return lambda record: record.get(name)

    return {name: value_of(name) for name in names}


def page(result_key: str, records: Iterable[Record], request: Request, filters: Filters) -> Record:
    """The page of records that a request asks for, under `result_key`, with a token where more follow."""
    wanted = request.get("filters") or []
    _check_filters(wanted, filters)
    matching = [record for record in records if _passes(record, wanted, filters)]
    start = _decoded(request.get("nextToken"), result_key)
    end = start + (request.get("maxResults") or PAGE)
    answer: Record = {result_key: matching[start:end]}
    if end < len(matching):
        answer["nextToken"] = base64.urlsafe_b64encode(f"{result_key}:{end}".encode()).decode()
    return answer


def _check_filters(wanted: Iterable[Mapping[str, Any]], filters: Filters) -> None:
    for item in wanted:
        if item.get("name") not in filters:
            allowed = ", ".join(sorted(filters))
            raise InvalidParameterValue("filters", f"The filter '{item.get('name')}' must be one of [{allowed}].")


def check_by_name(request: Request) -> None:
    """Raises InvalidRequest where a list by name is filtered by version: ListComponentsRequest.byName in the model."""
    if request.get("byName") and any(item.get("name") == VERSION for item in request.get("filters") or []):
        raise InvalidRequest("You can't combine byName with the version filter.")


def _passes(record: Record, wanted: Iterable[Mapping[str, Any]], filters: Filters) -> bool:
    for item in wanted:
        name = str(item.get("name"))
        actual = filters[name](record)
        values = actual if isinstance(actual, list) else [actual]
        fits = _fits_name if name == NAME else str.__eq__
        if not any(fits(want, str(value)) for value in values for want in item.get("values") or []):
            return False
    return True


def _fits_name(want: str, value: str) -> bool:
    """`web*` or `*web*`; no other filter has wildcards, and no other place: Filter in the model."""
    if want.startswith("*") and want.endswith("*"):
        return want.strip("*") in value
    return value.startswith(want[:-1]) if want.endswith("*") else value == want


def _decoded(token: str | None, result_key: str) -> int:
    if token is None:
        return 0
    try:
        key, _, start = base64.urlsafe_b64decode(token.encode()).decode().rpartition(":")
        if key != result_key:
            raise ValueError(key)
        return int(start)
    except (ValueError, binascii.Error):
        raise InvalidPaginationToken(f"The pagination token '{token}' is not valid.") from None
