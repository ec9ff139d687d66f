# SPDX-License-Identifier: Apache-2.0
"""Searches of resources as requests carry them: a JSON query, a filter text, or nothing."""

from nephoscope.api.gnocchi.call import Call
from nephoscope.model.search import EVERYTHING, Search, read_query, with_resource_ids
from nephoscope.model.search_text import read_filter


def asked_search(call: Call) -> Search | None:
    """The search of the body or of `filter=`; None when there is neither. InvalidInput or BadRequest when it is bad."""
    if call.body:
        return read_search(call, call.json())
    text = call.arguments.text("filter")
    return None if text is None else read_search(call, text)


def search_of(call: Call) -> Search:
    """As `asked_search`, where nothing asked means everything."""
    return asked_search(call) or EVERYTHING


def read_search(call: Call, search: object) -> Search:
    """A filter text or a JSON query, ids in it as the caller means them."""
    limits = call.parts.settings.search
    read = read_filter(search, limits) if isinstance(search, str) else read_query(search, limits)
    return with_resource_ids(read, call.caller.creator)
