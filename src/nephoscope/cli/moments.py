# SPDX-License-Identifier: Apache-2.0
"""Times and lengths of time as they are written on the command line; for the `callback` of an option."""

import time

import click

from nephoscope.model import timespan, timestamp
from nephoscope.model.errors import BadRequest


def span_ns(context: click.Context, parameter: click.Parameter, text: str | None) -> int | None:
    """A length of time, ns."""
    try:
        return None if text is None else timespan.parse(text)
    except BadRequest:
        raise click.BadParameter(f"{text!r}: expected a length of time, such as 30m, 2h or 1d12h") from None


def moment_ns(context: click.Context, parameter: click.Parameter, text: str | None) -> int | None:
    """A time, ns since the epoch; what counts from now on does so by this machine's clock."""
    try:
        return None if text is None else timestamp.parse(text, time.time_ns())
    except BadRequest:
        said = f"{text!r}: expected a time in UTC such as '2026-12-01 03:00', or from now on such as +2h"
        raise click.BadParameter(said) from None
