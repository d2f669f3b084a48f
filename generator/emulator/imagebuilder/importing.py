"""ImportComponent: a script becomes a component whose document has one step, which runs the script.

Source: ImportComponent in the model. The names of phase and step are ours: AWS does not document them.
"""

from __future__ import annotations

import yaml

from generator.emulator.imagebuilder.arns import check_version
from generator.emulator.imagebuilder.components import ComponentOperations
from generator.emulator.imagebuilder.s3_documents import given_document
from generator.emulator.imagebuilder.state import Record, Request

ACTIONS = {"Windows": "ExecutePowerShell", "Linux": "ExecuteBash", "macOS": "ExecuteBash"}
PHASES = {"BUILD": "build", "TEST": "test"}


class ImportOperations(ComponentOperations):
    def import_component(self, request: Request) -> Record:
        return {"componentBuildVersionArn": self.once("ImportComponent", request, lambda: self._imported(request))}

    def _imported(self, request: Request) -> str:
        check_version(request["semanticVersion"])
        script = given_document(self, request, "data", "uri")
        rest = {name: value for name, value in request.items() if name not in ("data", "uri")}
        return self.new_component({**rest, "data": _document(request, script)})


def _document(request: Request, script: str) -> str:
    inputs = {"commands": [script]}
    step = {"name": "RunScript", "action": ACTIONS[request["platform"]], "inputs": inputs}
    phase = {"name": PHASES[request["type"]], "steps": [step]}
    return yaml.safe_dump({"name": request["name"], "schemaVersion": 1.0, "phases": [phase]}, sort_keys=False)
