"""What does a request say? A token from its path, the fields of a short form; nothing longer is read."""

from __future__ import annotations

from collections.abc import Mapping
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

LONGEST_BODY = 8192  # bytes: both forms of ours and of RFC 8058 are far shorter
LONGEST_TOKEN = 400
MULTIPART = "multipart/form-data"


def token_of(request: Request) -> str:
    """The token of a path; one that is too long to be ours is none."""
    token = str(request.path_params.get("token", ""))
    return token if len(token) <= LONGEST_TOKEN else ""


async def fields_of(request: Request) -> Mapping[str, str]:
    """The fields of a form, in either of the two shapes that RFC 8058 section 3.2 allows. Raises HTTPException 413."""
    body = await _body(request)
    kind = request.headers.get("content-type", "")
    if kind.partition(";")[0].strip().lower() == MULTIPART:
        return _multipart(kind, body)
    return dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=20))


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_BODY:
            raise HTTPException(413)
    return body


def _multipart(kind: str, body: bytes) -> Mapping[str, str]:
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode("latin-1", "replace") + body)
    fields: dict[str, str] = {}
    for part in message.iter_parts() if message.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        if isinstance(name, str):
            content = part.get_payload(decode=True)
            fields[name] = content.decode("utf-8", "replace").strip() if isinstance(content, bytes) else ""
    return fields
