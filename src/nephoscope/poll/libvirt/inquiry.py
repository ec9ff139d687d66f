# SPDX-License-Identifier: Apache-2.0
"""Questions to a service that may be slow or away, whose answers add to samples but must never hold them up."""

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, TypeVar

from nephoscope.observe import registry
from nephoscope.poll.libvirt.call import Call

log = logging.getLogger("nephoscope.poll.libvirt")

T = TypeVar("T")

# A question is waited for during this part of the timeout; later its answer comes with one of the next cycles.
PATIENCE = 1 / 4

registry.describe("nephoscope_instance_facts_errors_total", "counter", "Requests for facts of servers that failed.")


class Inquiry(Generic[T]):
    """
    Asks one question at a time, in a thread of its own.

    A service that failed to answer is not waited for again before it does answer: its first failure is said, each is
    counted, and so is said when it is back.
    """

    def __init__(self, of: str, timeout_s: float) -> None:
        """`of` names the service in logs; `timeout_s` is how long a poll may take."""
        self._of = of
        self._patience_s = timeout_s * PATIENCE
        self._call: Call[T] | None = None
        self._late = False
        self._away = False

    def answer(self, question: Callable[[], T] | None) -> T | None:
        """
        What came of the question that was under way, or else of this one; None as long as there is no answer.

        A question that is given while another is under way is not asked.
        """
        if self._call is None:
            if question is None:
                return None
            self._call, self._late = Call("ask-compute", question), False
        # Whatever it raises is looked at below, once it is certain that it has ended.
        with suppress(Exception):
            self._call.result(0 if self._away else self._patience_s)
        if not self._call.done:
            self._has_no_answer()
            return None
        call, self._call = self._call, None
        try:
            found = call.result(0)
        except Exception as error:  # of a library that is missing, a catalogue, a token, a socket, an answer
            if not self._late:
                self._failed(f"{type(error).__name__}: {str(error)[:300]}")
            return None
        if self._away:
            log.info("%s answers again", self._of)
        self._away = False
        return found

    def _has_no_answer(self) -> None:
        # One that has just been asked of a service that is away anyhow is no news.
        if not self._away:
            self._late = True
            self._failed(f"no answer within {self._patience_s:g} s")

    def _failed(self, why: str) -> None:
        registry.count("nephoscope_instance_facts_errors_total")
        if not self._away:
            log.warning("%s does not answer, what was last known of servers stays: %s", self._of, why)
        self._away = True
