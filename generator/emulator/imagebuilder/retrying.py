"""RetryImage: a failed or cancelled build goes on with the phase in which it stopped, under the same build version.

Source: RetryImage in the model. What was made stays: an AMI that is already where it has to be is not made again.
"""

from __future__ import annotations

from generator.emulator.imagebuilder import execution
from generator.emulator.imagebuilder.errors import InvalidRequest
from generator.emulator.imagebuilder.state import Record, Request, State, find

RETRIED = ("FAILED", "CANCELLED")


class RetryOperations(State):
    def retry_image(self, request: Request) -> Record:
        arn = self.once("RetryImage", request, lambda: self._retried(request["imageBuildVersionArn"]))
        return {"imageBuildVersionArn": arn}

    def _retried(self, arn: str) -> str:
        status = find(self.images, arn)["state"]["status"]
        if status not in RETRIED:
            raise InvalidRequest(f"The image '{arn}' is {status}; only FAILED and CANCELLED images can be retried.")
        build = self.builds[arn]
        if not build.ami_id:
            raise InvalidRequest(f"The image '{arn}' stopped before its AMI was made, so that it has to be built anew.")
        execution.resume(self, build)
        return arn
