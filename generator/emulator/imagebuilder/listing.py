"""Lists: filters, pages and their tokens, the same for every kind of resource."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from generator.emulator.imagebuilder.errors import InvalidPaginationToken, InvalidParameterValue
from generator.emulator.imagebuilder.state import Record, Request

PAGE = 25  # "If you don't specify a value, Image Builder returns up to 25 items"

Filters = Mapping[str, Callable[[Record], Any]]  # by filter name: the value, or list of values, of a record


def plain(*names: str) -> Filters:
    """Filters that are members of the record, by the same name."""

    def value_of(name: str) -> Callable[[Record], Any]:
        return lambda record: record.get(name)

    return {name: value_of(name) for name in names}


def page(result_key: str, records: Iterable[Record], request: Request, filters: Filters) -> Record:
    """The page of records that a request asks for, under `result_key`, with a token where more follow."""
    matching = [record for record in records if _passes(record, request.get("filters") or [], filters)]
    start = _decoded(request.get("nextToken"), result_key)
    end = start + (request.get("maxResults") or PAGE)
    answer: Record = {result_key: matching[start:end]}
    if end < len(matching):
        answer["nextToken"] = base64.urlsafe_b64encode(f"{result_key}:{end}".encode()).decode()
    return answer


def _passes(record: Record, wanted: Iterable[Mapping[str, Any]], filters: Filters) -> bool:
    for item in wanted:
        name = str(item.get("name"))
        if name not in filters:
            allowed = ", ".join(sorted(filters))
            raise InvalidParameterValue("filters", f"The filter '{name}' must be one of [{allowed}].")
        actual = filters[name](record)
        values = actual if isinstance(actual, list) else [actual]
        if not any(fnmatchcase(str(value), want) for value in values for want in item.get("values") or []):
            return False
    return True


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
