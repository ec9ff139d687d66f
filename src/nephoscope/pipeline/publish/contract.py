# SPDX-License-Identifier: Apache-2.0
"""What a publisher is: it turns batches into the bytes of its protocol, and offers them to a peer."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from nephoscope.client.batch import EncodedBatch
from nephoscope.client.send import Credentials, Outcome, no_credentials
from nephoscope.model.event import Event
from nephoscope.model.sample_columns import Samples
from nephoscope.pipeline.publish.url import PublisherUrl

Headers = Callable[[], Mapping[str, str]]
"""Headers that say who we are, asked for with each request, as tokens are renewed."""


def authorization(credentials: Credentials) -> Headers:
    """The header of credentials of HTTP; none where there are none."""

    def headers() -> Mapping[str, str]:
        value = credentials()
        return {"Authorization": value} if value else {}

    return headers


@dataclass(frozen=True)
class PublishSettings:
    """
    What all publishers of one agent know: our server's address, and who we are there.

    `gnocchi_url` and `gnocchi_authentication` are for `gnocchi://`; empty means our server's own `/gnocchi`, as the
    agent, and that it is told of many resources at once.
    `definitions` is the text of `gnocchi_resources.yaml` beside the name that errors call it; None is the built-in one.
    `broker_url` is the agent's own message bus, as `BrokerUrl` reads it, with a password as may be.
    """

    server_url: str = "http://127.0.0.1:8040"
    credentials: Credentials = no_credentials
    verify: bool = True
    ca_file: str | None = None
    gnocchi_url: str = ""
    gnocchi_authentication: Headers = dict
    definitions: tuple[str, str] | None = None
    telemetry_secret: str = field(default="", repr=False)
    broker_url: str = field(default="", repr=False)


class Publisher(Protocol):
    """
    Hands batches on to one peer.

    `pack` and `send` may run in different threads: what is packed waits on disk in between, over a restart if need be,
    so `send` needs nothing but the batch.
    """

    def pack(self, samples: Samples, now_ns: int) -> Iterable[EncodedBatch]:
        """The samples as they will travel, in parts that the peer can take; none when nothing is for it."""
        ...

    def pack_events(self, events: Sequence[Event], now_ns: int) -> Iterable[EncodedBatch]:
        """The same for events; BadRequest at the start, not here, where the protocol knows no events."""
        ...

    def send(self, batch: EncodedBatch) -> Outcome:
        """Offer a batch once; whatever happens becomes an outcome, nothing is raised."""
        ...

    def close(self) -> None:
        """Let go of connections and files."""
        ...


class PublisherType(Protocol):
    """
    The class of a publisher: made once for each URL of a pipeline.

    `OPTIONS` names what may follow the `?` of the URL, with a sentence each; documentation is made from it.
    `TAKES_EVENTS` tells whether `event_pipeline.yaml` may name it.
    """

    OPTIONS: dict[str, str]
    TAKES_EVENTS: bool

    def __call__(self, url: PublisherUrl, settings: PublishSettings) -> Publisher:
        """Make it; BadRequest names the part of the URL that is wrong. Connects to nobody yet."""
        ...
