# SPDX-License-Identifier: Apache-2.0
"""
Where samples and events go in the end: one file per scheme of a publisher's URL, each a row of `PUBLISHERS`.

Packages outside add rows of the same form in the entry-point group `nephoscope.publishers`.
"""

from nephoscope.model import row_table
from nephoscope.model.errors import BadRequest, NotFound
from nephoscope.pipeline.publish.contract import Publisher, PublisherType, PublishSettings
from nephoscope.pipeline.publish.url import PublisherUrl

PUBLISHERS: dict[str, str] = {
    "file": "nephoscope.pipeline.publish.file:File",
    "gnocchi": "nephoscope.pipeline.publish.gnocchi:Gnocchi",
    "http": "nephoscope.pipeline.publish.http:Http",
    "https": "nephoscope.pipeline.publish.http:Http",
    "nephoscope": "nephoscope.pipeline.publish.nephoscope:Nephoscope",
    "notifier": "nephoscope.pipeline.publish.notifier:Notifier",
    "opentelemetryhttp": "nephoscope.pipeline.publish.opentelemetry:OpentelemetryHttp",
    "prometheus": "nephoscope.pipeline.publish.prometheus:Prometheus",
    "tcp": "nephoscope.pipeline.publish.tcp:Tcp",
    "udp": "nephoscope.pipeline.publish.udp:Udp",
}

ENTRY_POINT_GROUP = "nephoscope.publishers"
ANY_OPTION = "*"

# Schemes of old releases, with what to write for them.
_HISTORICAL = {
    "database": "nephoscope:// stores samples and events",
    "direct": "nephoscope:// stores samples and events",
    "kafka": "notifier:// takes the bus, or http:// any bridge to Kafka",
    "test": "file:///path?json writes samples down to be looked at",
    "zaqar": "notifier:// takes the bus, or http:// any address",
}


def offered() -> dict[str, str]:
    """Every publisher that `load` knows, ours and those of other packages: scheme -> `module:Class`, sorted."""
    return row_table.offered(PUBLISHERS, ENTRY_POINT_GROUP)


def load(scheme: str) -> PublisherType:
    """The publisher class behind a scheme; BadRequest says what there is, or what has taken an old one's place."""
    try:
        publisher: PublisherType = row_table.load("publisher", scheme, PUBLISHERS, ENTRY_POINT_GROUP)
    except NotFound as error:
        if instead := _HISTORICAL.get(scheme):
            message = f"publisher {scheme}:// is of an old release and not offered; instead, {instead}"
            raise BadRequest(message) from None
        raise BadRequest(error.message) from None
    return publisher


def made(url_text: str, settings: PublishSettings, *, for_events: bool = False) -> Publisher:
    """
    The publisher of a URL, not connected yet.

    BadRequest names what is wrong with the URL, or says that this publisher takes no events where it is to.
    """
    url = PublisherUrl.of(url_text)
    publisher = load(url.scheme)
    if for_events and not publisher.TAKES_EVENTS:
        raise BadRequest(f"{url}: {url.scheme}:// takes no events; it belongs into the pipeline of samples")
    return publisher(url, settings)


def ignored(url_text: str) -> list[str]:
    """Sentences about options of a URL that its publisher does not know, to warn of."""
    url = PublisherUrl.of(url_text)
    known = load(url.scheme).OPTIONS
    if ANY_OPTION in known:
        return []
    there = f"the options are {', '.join(known)}" if known else "it has no options"
    return [f"{url}: option {name} is ignored: {there}" for name in url.unknown(known)]
