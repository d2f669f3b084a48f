"""The errors of Image Builder; names and HTTP statuses are the model's.

The wording of a refused value is AWS's own (https://github.com/boto/boto3/issues/2224):
"The value supplied for parameter 'x' is not valid. ..."
"""

from __future__ import annotations

from moto.core.exceptions import ServiceException


class ImageBuilderError(ServiceException):  # type: ignore[misc]
    """Any refusal of the service; answered in its protocol."""


class InvalidParameterValue(ImageBuilderError):
    code = "InvalidParameterValueException"

    def __init__(self, parameter: str, problem: str) -> None:
        self.problem = problem
        super().__init__(f"The value supplied for parameter '{parameter}' is not valid. {problem}")


class InvalidParameter(ImageBuilderError):
    """What the tag operations answer instead of InvalidParameterValueException."""

    code = "InvalidParameterException"


class InvalidParameterCombination(ImageBuilderError):
    code = "InvalidParameterCombinationException"


class Client(ImageBuilderError):
    code = "ClientException"


class InvalidRequest(ImageBuilderError):
    code = "InvalidRequestException"


class InvalidVersionNumber(ImageBuilderError):
    code = "InvalidVersionNumberException"


class InvalidPaginationToken(ImageBuilderError):
    code = "InvalidPaginationTokenException"


class IdempotentParameterMismatch(ImageBuilderError):
    code = "IdempotentParameterMismatchException"


class DryRunOperation(ImageBuilderError):
    code = "DryRunOperationException"

    def __init__(self) -> None:
        super().__init__("The request would have succeeded, but the dryRun flag is set.")


class ResourceNotFound(ImageBuilderError):
    code = "ResourceNotFoundException"

    def __init__(self, arn: str) -> None:
        super().__init__(f"The resource with ARN '{arn}' does not exist.")


class ResourceAlreadyExists(ImageBuilderError):
    code = "ResourceAlreadyExistsException"

    def __init__(self, arn: str) -> None:
        super().__init__(f"The resource with ARN '{arn}' already exists.")


class ResourceDependency(ImageBuilderError):
    code = "ResourceDependencyException"

    def __init__(self, arn: str) -> None:
        super().__init__(f"Resource dependency error: The resource ARN '{arn}' has other resources depended on it.")


class ResourceInUse(ImageBuilderError):
    code = "ResourceInUseException"


class ServiceQuotaExceeded(ImageBuilderError):
    code = "ServiceQuotaExceededException"
