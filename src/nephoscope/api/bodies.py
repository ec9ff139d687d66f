# SPDX-License-Identifier: Apache-2.0
"""Reading request bodies: bounded in bytes (also after decompression), depth and count."""

import asyncio
import re
import zlib
from collections.abc import Iterable
from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from nephoscope.api.offload import offload
from nephoscope.model.errors import BadPayload, TooLarge


class BodyLimits(msgspec.Struct, frozen=True):
    """
    How large a body may be: bytes on the wire and unpacked, JSON values inside each other, and values in all; and how
    long it may take to arrive.
    """

    bytes_max: int = 64 * 2**20
    unpacked_bytes_max: int = 256 * 2**20
    depth_max: int = 64
    count_max: int = 1_000_000
    arrival_s_max: float = 120


# Each further member of a gzip body copies the rest of it, so their number is bounded too.
_MEMBERS_MAX = 64


async def read_body(request: Request, limits: BodyLimits, leave: str = "") -> bytes:
    """
    The whole body, unpacked when Content-Encoding says gzip or deflate; one that says `leave` stays as it is.

    Raises TooLarge beyond a limit, BadPayload for broken compression or when the caller hangs up, 408 when it is too
    slow, 415 for an encoding nobody knows.
    """
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced[:20]) > limits.bytes_max:
        raise _too_many_bytes(limits.bytes_max)
    try:
        async with asyncio.timeout(limits.arrival_s_max):
            raw = await _received(request, limits.bytes_max)
    except TimeoutError:
        raise HTTPException(408, f"the body took longer than {limits.arrival_s_max} s to arrive") from None
    except ClientDisconnect:
        raise BadPayload("the caller hung up before the body was complete") from None
    encoding = request.headers.get("content-encoding", "")
    if not encoding or encoding.strip().lower() == leave:
        return raw
    return await offload(unpack, raw, encoding, limits.unpacked_bytes_max)


async def _received(request: Request, bytes_max: int) -> bytes:
    raw = bytearray()
    async for piece in request.stream():
        raw += piece
        if len(raw) > bytes_max:
            raise _too_many_bytes(bytes_max)
    return bytes(raw)


def _too_many_bytes(allowed: int) -> TooLarge:
    return TooLarge(f"the body is larger than {allowed} bytes; send smaller batches")


def unpack(raw: bytes, encoding: str, bytes_max: int) -> bytes:
    """
    Undo a Content-Encoding, never holding more than `bytes_max` bytes of result (a small bomb stays small).

    Raises TooLarge, BadPayload, or 415 when the encoding is not one of gzip, deflate, identity.
    """
    match encoding.strip().lower():
        case "" | "identity":
            return raw
        case "gzip" | "x-gzip":
            return _inflate(raw, 31, bytes_max)
        case "deflate":
            # RFC 9110 says zlib, but some programs send bare deflate; the first two bytes tell.
            zlib_header = len(raw) >= 2 and raw[0] & 0x0F == 8 and (raw[0] << 8 | raw[1]) % 31 == 0
            return _inflate(raw, 15 if zlib_header else -15, bytes_max)
        case _:
            raise HTTPException(415, f"Content-Encoding {encoding!r} is not known here; use gzip, deflate or none")


def _inflate(raw: bytes, window: int, bytes_max: int) -> bytes:
    result = bytearray()
    for _ in range(_MEMBERS_MAX):
        member = zlib.decompressobj(window)
        try:
            result += member.decompress(raw, bytes_max + 1 - len(result))
        except zlib.error as error:
            raise BadPayload(f"the body is not what Content-Encoding says: {error}") from None
        if len(result) > bytes_max:
            raise _too_many_bytes(bytes_max)
        if not member.eof:
            raise BadPayload("the compressed body breaks off; send it again")
        raw = member.unused_data
        if not raw:
            return bytes(result)
    raise TooLarge(f"the body is compressed in more than {_MEMBERS_MAX} pieces")


def require_media_type(request: Request, media_type: str) -> None:
    """Answer 415 unless the request's Content-Type is `media_type`; parameters such as charset are allowed."""
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent != media_type:
        raise HTTPException(415)


def decode_json(raw: bytes, limits: BodyLimits) -> Any:
    """Plain values of a JSON body. Raises BadPayload when it is none, TooLarge when too deep or too many."""
    try:
        value = msgspec.json.decode(raw)
    except RecursionError:
        raise _too_deep(limits) from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadPayload(f"Unable to decode body: {error}") from None
    check_shape(value, limits)
    return value


_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")


def check_shape(value: Any, limits: BodyLimits) -> None:
    """Raises TooLarge for plain values that are too deep or too many, BadPayload for text that no database keeps."""
    count = 0
    layer: Iterable[Any] = [value]
    for _ in range(limits.depth_max):
        inner: list[Any] = []
        for item in layer:
            count += 1
            if isinstance(item, dict):
                inner += item.keys()
                inner += item.values()
            elif isinstance(item, list):
                inner += item
            elif isinstance(item, str):
                require_text(item)
        if count + len(inner) > limits.count_max:
            raise TooLarge(f"the body holds more than {limits.count_max} values; send smaller batches")
        if not inner:
            return
        layer = inner
    raise _too_deep(limits)


def _too_deep(limits: BodyLimits) -> TooLarge:
    return TooLarge(f"the body is nested deeper than {limits.depth_max} levels")


def require_text(text: str) -> str:
    """The text itself, unless it holds what no database keeps: NUL or half a surrogate pair. Raises BadPayload."""
    if _NOT_TEXT.search(text):
        raise BadPayload("NUL characters and unpaired surrogates are not allowed in text")
    return text
