"""What has been answered to an attempt is the answer to its repetition.

An SDK repeats a call whose answer got lost, under the same invocation id
(https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html). Between two data centres that is rare; on
one busy machine it is not, and a call that makes something would be refused the second time, for what it has made.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import Any

from werkzeug.wrappers import Response

KEPT = 256  # answers
LARGEST = 64 * 1024  # bytes of one of them

_ATTEMPT = re.compile(r"attempt=(\d+)")


class Replays:
    """The newest answers of calls that did their work, by invocation id."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, Response] = OrderedDict()

    def find(self, environ: dict[str, Any]) -> Response | None:
        """The answer to an earlier attempt of the same call; None for a first attempt, and for one that failed."""
        attempt = _ATTEMPT.search(environ.get("HTTP_AMZ_SDK_REQUEST", ""))
        if attempt is None or int(attempt[1]) < 2:
            return None
        return self._answers.get(_invocation(environ))

    def keep(self, environ: dict[str, Any], response: Response) -> None:
        invocation = _invocation(environ)
        if not invocation or response.status_code >= 300 or len(response.get_data()) > LARGEST:
            return
        self._answers[invocation] = response
        if len(self._answers) > KEPT:
            self._answers.popitem(last=False)


def _invocation(environ: dict[str, Any]) -> str:
    return str(environ.get("HTTP_AMZ_SDK_INVOCATION_ID", ""))
