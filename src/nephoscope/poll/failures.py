# SPDX-License-Identifier: Apache-2.0
"""What went wrong with one of many targets: counted each time, logged once a kind, and no bar to the others."""

import logging
from collections.abc import Sequence
from urllib.parse import urlsplit

from nephoscope.observe import registry
from nephoscope.poll.contract import PermanentError, Target

log = logging.getLogger("nephoscope.poll")

KINDS_MAX = 1_000


class Failures:
    """Failures of one family."""

    def __init__(self, family: str) -> None:
        self._family = family
        self._logged: set[tuple[str, str]] = set()

    def met(self, target: str, error: Exception | str) -> None:
        """Count that a target, named without secrets, could not be read."""
        registry.count("nephoscope_poll_errors_total", pollster=self._family)
        kind = error if isinstance(error, str) else type(error).__name__
        if (target, kind) in self._logged or len(self._logged) >= KINDS_MAX:
            return
        self._logged.add((target, kind))
        told = error if isinstance(error, str) else f"{kind}: {str(error)[:300]}"
        log.warning("%s: %s could not be read (said once per kind of error): %s", self._family, target, told)


def refuse_others(targets: Sequence[Target], schemes: Sequence[str], family: str) -> None:
    """PermanentError for targets whose URL, their id unless a fact has it, begins with none of the schemes."""
    known = tuple(f"{scheme}://" for scheme in schemes)
    others = [target.id for target in targets if not str(target.facts.get("url", target.id)).startswith(known)]
    if others:
        raise PermanentError(others, f"{family} reads targets that begin with {' or '.join(known)}")


def without_secrets(url: str) -> str:
    """
    A URL as logs may show it.

    >>> without_secrets("https://ann:secret@host:8080/path?token=x#y"), without_secrets("snmp://public@host")
    ('https://host:8080/path', 'snmp://host')
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return "a broken URL"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}" if parts.scheme else parts.path
