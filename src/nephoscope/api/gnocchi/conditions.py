# SPDX-License-Identifier: Apache-2.0
"""Conditional requests on single resources: ETag and Last-Modified, and the If-* headers that refer to them."""

from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from nephoscope.model.resource import Resource
from nephoscope.model.timespan import SECOND_NS


def version_headers(resource: Resource) -> dict[str, str]:
    """ETag and Last-Modified of a resource; the latter in whole seconds, as HTTP has it."""
    changed = datetime.fromtimestamp(_changed_s(resource), UTC)
    return {"ETag": f'"{resource.etag}"', "Last-Modified": format_datetime(changed, usegmt=True)}


def unchanged(request: Request, resource: Resource) -> Response | None:
    """
    Judge the If-* headers of a request, in the order of RFC 9110.

    Gives   None when the request may go on; a 304 for a GET of what the caller has already.
    Raises  412 when the caller's idea of the resource is out of date.
    """
    headers = request.headers
    if "if-match" in headers:
        if not _names(headers["if-match"], resource):
            raise HTTPException(412)
    elif (since_s := _date(headers.get("if-unmodified-since"))) is not None and since_s < _changed_s(resource):
        raise HTTPException(412)
    if "if-none-match" in headers:
        known = _names(headers["if-none-match"], resource)
    else:
        modified_since_s = _date(headers.get("if-modified-since"))
        known = modified_since_s is not None and modified_since_s >= _changed_s(resource)
    if not known:
        return None
    if request.method not in ("GET", "HEAD"):
        raise HTTPException(412)
    return Response(status_code=304, headers=version_headers(resource))


def expected_revision(request: Request, resource: Resource) -> int | None:
    """The revision that a conditional change insists on, so that nobody gets in between the look and the change."""
    insists = "if-match" in request.headers or "if-unmodified-since" in request.headers
    return resource.revision_start_ns if insists else None


def _changed_s(resource: Resource) -> int:
    return resource.revision_start_ns // SECOND_NS


def _names(header: str, resource: Resource) -> bool:
    entries = (entry.strip().removeprefix("W/").strip('"') for entry in header.split(","))
    return any(entry in ("*", resource.etag) for entry in entries)


def _date(header: str | None) -> float | None:
    """Epoch seconds of an HTTP date; one that cannot be read is to be ignored."""
    if header is None:
        return None
    try:
        moment = parsedate_to_datetime(header)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
