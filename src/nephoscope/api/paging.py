# SPDX-License-Identifier: Apache-2.0
"""Pages of long lists: limit, marker and sort arguments, and the Link header that leads to the next page."""

from collections.abc import Sequence
from urllib.parse import quote, urlencode

import msgspec
from starlette.datastructures import QueryParams
from starlette.requests import Request

from nephoscope.api.proxy import base_url
from nephoscope.model.errors import BadRequest
from nephoscope.model.paging import Page, Sort

# Unset values count as smallest, so these two suffixes say nothing new.
_DESCENDING = {"asc": False, "asc-nullsfirst": False, "desc": True, "desc-nullslast": True}


class AskedPage(msgspec.Struct, frozen=True):
    """The page that a request asks for, with the sort keys as its links spell them."""

    page: Page
    sorts: tuple[str, ...]


def page_of(params: QueryParams, default_sorts: Sequence[str], limit_max: int) -> AskedPage:
    """
    The page that a query string asks for; a limit above `limit_max` becomes it.

    Errors  BadRequest for a limit below 1 or a sort direction that is none. Keys and markers are judged by the index.
    """
    limit = limit_max
    if (asked := params.get("limit")) is not None:
        limit = min(_limit(asked), limit_max)
    sorts = tuple(params.getlist("sort"))
    page = Page(limit, params.get("marker"), tuple(_sort(text) for text in sorts))
    return AskedPage(page, sorts or tuple(default_sorts))


def _limit(text: str) -> int:
    try:
        # Digits beyond any list's length would only make int() slow.
        limit = int(text[:20])
    except ValueError:
        raise _bad_limit("expected int") from None
    if limit < 1:
        raise _bad_limit("value must be at least 1")
    return limit


def _bad_limit(reason: str) -> BadRequest:
    where = "for dictionary value @ data['limit']"
    return BadRequest("", cause="Argument value error", reason=f"{reason} {where}")


def _sort(text: str) -> Sort:
    key, _, direction = text.partition(":")
    if (direction or "asc") not in _DESCENDING:
        raise BadRequest(f"Invalid pagination: `Unknown sort direction, must be one of: {', '.join(_DESCENDING)}'")
    return Sort(key, _DESCENDING[direction or "asc"])


def next_link(request: Request, asked: AskedPage, last_seen: str) -> str:
    """The value of a Link header for the page after `last_seen`: all arguments of the request, in alphabetic order."""
    kept = [pair for pair in request.query_params.multi_items() if pair[0] not in ("limit", "marker", "sort")]
    added = [("limit", str(asked.page.limit)), ("marker", last_seen), *(("sort", sort) for sort in asked.sorts)]
    # Sorted by name only, so that repeated arguments keep their order.
    query = urlencode(sorted(kept + added, key=lambda pair: pair[0]))
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    return f'<{base_url(request.scope)}{quote(path)}?{query}>; rel="next"'
