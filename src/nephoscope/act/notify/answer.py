# SPDX-License-Identifier: Apache-2.0
"""What a peer answers to a request: read piece by piece as it comes in, and judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httptools

from nephoscope.act.notify.contract import Outcome

HEAD_BYTES_MAX = 65536
# Request timeout, and too many requests.
TEMPORARY = frozenset({408, 429})
# Not one of those that come before the answer itself.
SWITCHING_PROTOCOLS = 101


@dataclass(frozen=True)
class Answer:
    """
    A status, and the headers that came with it, their names in small letters.

    `body` is what was said, cut where it was longer than whoever asked would read; `whole` tells that it was not.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    whole: bool = True


class NoHttp(Exception):
    """What comes in is no answer; says why, in words that repeat nothing of it."""


class AnswerReader:
    """
    Takes an answer in as it comes, up to `bytes_max` of its body, until it is `over`.

    `fit` tells afterwards whether the connection is good for a next question.
    """

    def __init__(self, bytes_max: int) -> None:
        self._parser = httptools.HttpResponseParser(self)
        # Of all that has come, and of the head as far as its lines are complete.
        self._seen = self._head_bytes = 0
        # 0 until the head of the answer is there.
        self._status = 0
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []
        self._room = bytes_max
        self._is_complete = False
        self.over = False
        self.fit = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing has come yet."""
        return not self._seen

    @property
    def has_head(self) -> bool:
        """Whether the status is known: from here on there is an answer, whatever becomes of the rest."""
        return self._status > 0

    def feed(self, data: bytes) -> None:
        """Take in what has come, nothing for the end of it. NoHttp when it is no answer."""
        if not data:
            self._end()
            return
        self._seen += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            # What comes behind the answer that counts changes nothing about it.
            if not self.has_head:
                raise NoHttp("the answer is no HTTP") from None
            self.over, self.fit = True, False
        if self._head_bytes > HEAD_BYTES_MAX or (not self.has_head and self._seen > HEAD_BYTES_MAX):
            raise NoHttp("the head of the answer is too long")

    def answer(self) -> Answer:
        """What came, as far as it has come."""
        return Answer(self._status, self._headers, b"".join(self._body), self._is_complete and self._room >= 0)

    def on_message_begin(self) -> None:
        """Called by the parser."""
        # A second answer, to no question: whose the next one would be is unknown.
        self.fit = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """Called by the parser; what follows a body is no header of it."""
        if not self.has_head:
            self._head_bytes += len(name) + len(value) + len(": \r\n")
            self._headers[name.decode("latin-1").lower()] = value.decode("latin-1").strip()

    def on_headers_complete(self) -> None:
        """Called by the parser."""
        status = self._parser.get_status_code()
        if status >= 200 or status == SWITCHING_PROTOCOLS:
            self._status = self._status or status
        else:
            self._headers = {}

    def on_body(self, body: bytes) -> None:
        """Called by the parser."""
        if self.over:
            return
        self._body.append(body[: max(0, self._room)])
        self._room -= len(body)
        self.over = self._room < 0

    def on_message_complete(self) -> None:
        """Called by the parser."""
        if self.has_head and not self.over:
            self.over = self._is_complete = True
            self.fit = self._parser.should_keep_alive()

    def _end(self) -> None:
        """The peer has hung up, which ends a body whose length it has not told."""
        if not self.has_head:
            raise NoHttp("the answer ends within its head")
        if not self.over:
            self._is_complete = self._headers.keys().isdisjoint(["content-length", "transfer-encoding"])
            self.over = True


def judged(answer: Answer, now_s: float) -> Outcome:
    """
    What a status means for a delivery; `now_s` is the time since the epoch that a date in `Retry-After` is taken from.

    >>> judged(Answer(503, {"retry-after": "7"}), 0.0)
    Outcome(result='again', status=503, cause='5xx', error='answered 503', pause_s=7.0, out_of_reach=False)
    """
    status = answer.status
    if 200 <= status < 300:
        return Outcome("delivered", status)
    error = f"answered {status}"
    if 300 <= status < 400:
        return Outcome("refused", status, "redirect", f"{error}, a redirection, which is not followed")
    if status >= 500 or status in TEMPORARY:
        cause = "5xx" if status >= 500 else str(status)
        return Outcome("again", status, cause, error, _pause_s(answer.headers.get("retry-after", ""), now_s))
    return Outcome("refused", status, "4xx", error)


def _pause_s(retry_after: str, now_s: float) -> float:
    """Seconds, or a date, as HTTP has it; 0 for what is neither."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:10])
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - now_s)
    except (ValueError, OverflowError):
        return 0.0
