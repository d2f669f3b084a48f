"""An action that is not there is refused at once, as a client error in the service's own protocol.

Why: moto answers an action that it lacks with status 500 and a page of HTML. SDKs take a 500 for a passing
fault, and the Terraform provider repeats such a request for minutes before it fails. AWS itself answers a
name that it does not know with a client error, `InvalidAction` in the query protocols and
`UnknownOperationException` in the JSON ones
(https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html,
https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html), which no SDK repeats.
The same holds for an action that breaks inside: asked again, it breaks again.
"""

from __future__ import annotations

import json
from xml.sax.saxutils import escape

from werkzeug.wrappers import Response

from generator.emulator.requests import Call

REQUEST_ID = "00000000-0000-0000-0000-000000000000"
XML_CODES = {"ec2": "InvalidAction", "query": "InvalidAction", "rest-xml": "NotImplemented"}

EC2 = "<Response><Errors><Error>{error}</Error></Errors><RequestID>{id}</RequestID></Response>"
QUERY = "<ErrorResponse><Error><Type>Sender</Type>{error}</Error><RequestId>{id}</RequestId></ErrorResponse>"
REST_XML = "<Error>{error}<RequestId>{id}</RequestId></Error>"
XML_BODIES = {"ec2": EC2, "query": QUERY, "rest-xml": REST_XML}


def refusal(call: Call, *, reason: str, failed: bool = False) -> Response:
    """A 400 that says what is missing; `failed`: the action exists, and broke with `reason`."""
    message = f"The embedded AWS does not have {call.service}:{call.action}."
    if failed:
        message = f"The embedded AWS failed at {call.service}:{call.action}: {reason}. See: goldsmith emulator logs"
    code = "InternalFailure" if failed else XML_CODES.get(call.protocol, "UnknownOperationException")
    return error_response(call, code, message)


def error_response(call: Call, code: str, message: str, status: int = 400) -> Response:
    """An error in the protocol in which the request was made."""
    if call.protocol in XML_BODIES:
        error = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
        body = XML_BODIES[call.protocol].format(error=error, id=REQUEST_ID)
        return Response(f'<?xml version="1.0" encoding="UTF-8"?>{body}', status=status, content_type="text/xml")
    response = Response(json.dumps({"__type": code, "message": message}), status=status)
    response.content_type = "application/x-amz-json-1.1"
    response.headers["x-amzn-ErrorType"] = code
    return response
