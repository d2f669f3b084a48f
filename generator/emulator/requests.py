"""What a request to an AWS service asks for: as much of it as logging and refusing need."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qs

Protocol = Literal["query", "ec2", "json", "rest-json", "rest-xml"]

CREDENTIAL = re.compile(r"Credential=(?P<key>[^/]+)/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")
REST_XML_SERVICES = frozenset({"s3", "route53", "cloudfront"})
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Call:
    """`action` is the operation's name where the protocol carries one, else the method and path."""

    service: str
    region: str
    action: str
    protocol: Protocol
    access_key: str

    @classmethod
    def of(cls, environ: dict[str, Any]) -> Call:
        """Read it from a WSGI environment whose body is buffered; the body stays to be read."""
        credential = CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
        service = credential["service"] if credential else "s3"
        protocol, action = _protocol_and_action(environ, service)
        return cls(
            service=service,
            region=credential["region"] if credential else "",
            action=action,
            protocol=protocol,
            access_key=credential["key"] if credential else "",
        )

    def __str__(self) -> str:
        return f"{self.region or '-'} {self.service}:{self.action}"


def _protocol_and_action(environ: dict[str, Any], service: str) -> tuple[Protocol, str]:
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    if target:
        return "json", target.rsplit(".", 1)[-1]
    action = _form_action(environ)
    if action:
        return ("ec2" if service == "ec2" else "query"), action
    query = environ.get("QUERY_STRING", "")
    path = f"{environ.get('REQUEST_METHOD', '')} {environ.get('PATH_INFO', '')}{'?' if query else ''}{query}"
    return ("rest-xml" if service in REST_XML_SERVICES else "rest-json"), path


def _form_action(environ: dict[str, Any]) -> str:
    if environ.get("CONTENT_TYPE", "").startswith(FORM):
        body = environ["wsgi.input"]
        form = parse_qs(body.read().decode("utf-8", "replace"))
        body.seek(0)
    else:
        form = parse_qs(environ.get("QUERY_STRING", ""))
    return str(form.get("Action", [""])[0])
