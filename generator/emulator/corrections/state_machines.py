"""ValidateStateMachineDefinition and ListStateMachineVersions.

Why: moto does not have these operations. The provider asks for the one at every plan with a new definition, whether it
is in the Amazon States Language, and for the other whenever it reads a state machine.
Sources: https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinition.html
         https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListStateMachineVersions.html
Not there: warnings; what AWS finds beyond the grammar, such as a state that nothing leads to; pages of versions.
"""

from __future__ import annotations

from typing import Any


def apply() -> None:
    from moto.core.responses import ActionResult
    from moto.stepfunctions.responses import StepFunctionResponse

    def validate_state_machine_definition(self: Any) -> Any:
        fault = _fault(self._get_param("definition"))
        found = [{"severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED", "message": fault}] if fault else []
        return ActionResult({"result": "FAIL" if found else "OK", "diagnostics": found, "truncated": False})

    def list_state_machine_versions(self: Any) -> Any:
        machine = self.stepfunction_backend.describe_state_machine(self._get_param("stateMachineArn"))
        newest_first = sorted(machine.versions.values(), key=lambda version: version.version, reverse=True)
        found = [{"stateMachineVersionArn": each.arn, "creationDate": each.creation_date} for each in newest_first]
        return ActionResult({"stateMachineVersions": found})

    StepFunctionResponse.list_state_machine_versions = list_state_machine_versions
    StepFunctionResponse.validate_state_machine_definition = validate_state_machine_definition


def _fault(definition: str) -> str:
    """What the grammar of moto's own interpreter has against it; empty where nothing."""
    from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser, ASLParserException

    try:
        AmazonStateLanguageParser.parse(definition)
    except ASLParserException as error:
        return repr(error)
    except Exception as error:  # the interpreter's own checks raise whatever they like
        return f"{type(error).__name__}: {error}"
    return ""
