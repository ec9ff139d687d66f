# SPDX-License-Identifier: Apache-2.0
"""
The family of problems, named after what went wrong; how HTTP shows them is decided in `api/problems.py`.

    NephoscopeError
    ├── BadRequest            what was sent cannot be understood or breaks a rule
    │   ├── InvalidInput          a field of a body (names it in `detail`)
    │   ├── BadArgument           an argument of the query string
    │   ├── BadPayload            bytes that no decoder can read
    │   ├── QueryFailed           a statement that the engine refuses, or that goes beyond its limits
    │   └── InUse                 the thing is still referred to
    ├── NotFound              the thing named in the address does not exist
    ├── Conflict              the thing to create exists
    ├── Unauthenticated       no or unreadable credentials
    ├── Forbidden             the policy refuses
    ├── TooLarge              body, depth or count beyond its limit
    ├── TooManyRequests       too many wrong guesses; wait before the next
    ├── NotOffered            a feature that this server does not have
    └── Unavailable           try again later
        ├── StoreUnavailable      the engine is away, or its disk is full
        ├── IndexUnavailable      the relational database is away
        └── QueueFull             a bounded queue is full
"""

from typing import Any


class NephoscopeError(Exception):
    """
    Base of the family.

    `message` says what, where, and what to do. `cause`, `reason` and `detail` are the parts that dialects with
    structured errors show; `detail` holds plain JSON values.
    """

    def __init__(self, message: str, *, cause: str = "", reason: str = "", detail: Any = None) -> None:
        super().__init__(message or (f"{cause}: {reason}" if reason else cause))
        self.cause = cause
        self.reason = reason
        self.detail = detail

    @property
    def message(self) -> str:
        return str(self.args[0])


class BadRequest(NephoscopeError):
    """What was sent cannot be understood or breaks a rule."""


class InvalidInput(BadRequest):
    """A field of a body is missing, unknown or of the wrong kind; `detail` is its path as a list of strings."""

    def __init__(self, reason: str, detail: Any = None) -> None:
        super().__init__("", cause="Invalid input", reason=reason, detail=detail)


class BadArgument(BadRequest):
    """An argument of the query string is wrong; `detail` is the argument's name."""

    def __init__(self, argument: str, reason: str) -> None:
        super().__init__("", cause="Argument value error", reason=reason, detail=argument)


class BadPayload(BadRequest):
    """Bytes that a decoder cannot read."""


class QueryFailed(BadRequest):
    """A statement that the engine refuses, or that goes beyond its limits of time, memory or rows."""


class InUse(BadRequest):
    """The thing is still referred to by others and cannot be deleted."""


class NotFound(NephoscopeError):
    """The thing named in the address does not exist."""


class Conflict(NephoscopeError):
    """The thing to create exists already."""


class Unauthenticated(NephoscopeError):
    """No credentials, or unreadable or wrong ones."""


class Forbidden(NephoscopeError):
    """The policy refuses this caller."""


class TooLarge(NephoscopeError):
    """A body, its depth or its count goes beyond a limit of the configuration."""


class TooManyRequests(NephoscopeError):
    """Too many attempts in a short time: the caller has to wait for `retry_after_s`."""

    def __init__(self, message: str, retry_after_s: int = 1) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class NotOffered(NephoscopeError):
    """A feature of a dialect that this server does not have."""


class Unavailable(NephoscopeError):
    """Not now: the caller should try again after `retry_after_s`."""

    retry_after_s = 1


class StoreUnavailable(Unavailable):
    """The engine is away or cannot write; nothing of the request was stored."""


class IndexUnavailable(Unavailable):
    """The relational database is away; nothing of the request was stored."""


class QueueFull(Unavailable):
    """A bounded queue is full; nothing of the request was stored."""
