# SPDX-License-Identifier: Apache-2.0
"""`http://` and `https://`: samples and events as JSON to any address."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar
from urllib.parse import unquote

import msgspec

from nephoscope.client.batch import EncodedBatch
from nephoscope.client.send import Outcome, Sender, basic, no_credentials
from nephoscope.model.event import Event
from nephoscope.model.sample_columns import Samples
from nephoscope.pipeline.publish.contract import PublishSettings
from nephoscope.pipeline.publish.url import FALSE, TRUE, PublisherUrl
from nephoscope.pipeline.publish.wire import batch, encoded, event_maps, in_parts, object_maps, sendable

# What every publisher over HTTP understands; it is not sent on.
CONNECTION = {
    "timeout": "seconds for the connection, and for each part of the answer (default 5)",
    "max_retries": "known for old files' sake: a batch is offered until it is taken or refused, however often that is",
    "verify_ssl": "`true` (default), `false` to trust anybody, or a file with the authorities to trust",
    "clientcert": "a PEM file that says who we are",
    "clientkey": "the PEM file with its key (default: the same file)",
}
KEPT = {"*": "any other option stays in the address that is posted to"}
TIMEOUT_S_MAX = 600.0


class Http:
    """Posts JSON arrays, or one by one with `batch=false`, which is a batch of one each, so that none is repeated."""

    OPTIONS: ClassVar[dict[str, str]] = {
        **CONNECTION,
        "batch": "`false`: a request for each sample or event, instead of one for up to 1000 (default `true`)",
        "raw_only": "`true`: of events, only the payload of the message that is kept with them (default `false`)",
        **KEPT,
    }
    TAKES_EVENTS = True

    def __init__(self, url: PublisherUrl, settings: PublishSettings) -> None:
        self._in_batches = url.flag("batch", True)
        self._raw_only = url.flag("raw_only", False)
        self._sender = sender(url, url.scheme, address(url, self.OPTIONS))

    def pack(self, samples: Samples, now_ns: int) -> Iterable[EncodedBatch]:
        return self._packed(object_maps(sendable(samples)), now_ns)

    def pack_events(self, events: Sequence[Event], now_ns: int) -> Iterable[EncodedBatch]:
        if self._raw_only:
            payloads = [event.raw.get("payload") for event in events]
            return self._packed([each for each in payloads if each], now_ns)
        return self._packed(event_maps(events), now_ns)

    def send(self, batch: EncodedBatch) -> Outcome:
        return self._sender.send(batch)

    def close(self) -> None:
        self._sender.close()

    def _packed(self, maps: list[dict[str, object]], now_ns: int) -> Iterator[EncodedBatch]:
        texts = encoded(maps, msgspec.json.encode)
        if not self._in_batches:
            yield from (batch(text, 1, now_ns) for text in texts)
            return
        for part in in_parts(texts):
            yield batch(b"[" + b",".join(part) + b"]", len(part), now_ns)


def sender(
    url: PublisherUrl,
    scheme: str,
    path: str,
    *,
    media_type: str = "application/json",
    heard: Callable[[str], None] = lambda said: None,
) -> Sender:
    """What posts to the host of a publisher's URL as its options say; BadRequest names the one that is wrong."""
    url.number("max_retries", 2)
    verify, ca_file = _trusted(url)
    user, password = unquote(url.username), unquote(url.password)
    return Sender(
        origin(url, scheme),
        path=path,
        media_type=media_type,
        credentials=basic(user, password) if user or password else no_credentials,
        timeout_s=timeout_s(url, 5),
        verify=verify,
        ca_file=ca_file,
        certificate=_certificate(url),
        heard=heard,
    )


def origin(url: PublisherUrl, scheme: str) -> str:
    """`scheme://host:port` of a URL that needs a host."""
    host = f"[{url.host}]" if ":" in url.host else required_host(url)
    return f"{scheme}://{host}" if url.port is None else f"{scheme}://{host}:{url.port}"


def required_host(url: PublisherUrl) -> str:
    """The host; BadRequest when there is none."""
    if not url.host:
        raise url.lacking("a host behind the //")
    return url.host


def address(url: PublisherUrl, options: Iterable[str]) -> str:
    """The path to post to with what is left of the query once our own options are taken out of it."""
    own = set(options)
    kept = [each for each in url.query.split("&") if each and unquote(each.partition("=")[0]) not in own]
    path = url.path or "/"
    return f"{path}?{'&'.join(kept)}" if kept else path


def timeout_s(url: PublisherUrl, default_s: float) -> float:
    """The option `timeout`: more than nothing, and at most ten minutes."""
    found_s = url.number("timeout", default_s)
    if not 0 < found_s <= TIMEOUT_S_MAX:
        raise url.wrong("timeout", f"seconds, above 0 and up to {TIMEOUT_S_MAX:g}")
    return found_s


def _trusted(url: PublisherUrl) -> tuple[bool, str | None]:
    """Whether to ask who the peer is, and the file with the authorities that may say so."""
    text = url.option("verify_ssl")
    if text.lower() in {"", *TRUE, *FALSE}:
        return url.flag("verify_ssl", True), None
    if not Path(text).is_file():
        raise url.wrong("verify_ssl", "true, false, or a file with certificates")
    return True, text


def _certificate(url: PublisherUrl) -> tuple[str, str] | None:
    certificate = url.option("clientcert")
    key = url.option("clientkey", certificate)
    for name, file in (("clientcert", certificate), ("clientkey", key)):
        if name in url.options and not Path(file).is_file():
            raise url.wrong(name, "a PEM file that is there")
    if key and not certificate:
        raise url.wrong("clientkey", "clientcert beside it")
    return (certificate, key) if certificate else None
