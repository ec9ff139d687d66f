# SPDX-License-Identifier: Apache-2.0
"""An outbox in memory that keeps the contract, for tests of what empties it."""

import threading
from collections.abc import Callable, Sequence

import msgspec

from nephoscope.model.delivery import Attempt, Delivery, Draft, Noted, Progress
from nephoscope.model.errors import IndexUnavailable, NotFound
from nephoscope.model.paging import Page
from nephoscope.model.search import EVERYTHING, And, Compare, Search
from nephoscope.model.timespan import SECOND_NS
from tests.act.notify.made import NOON_NS

FIRST_PAGE = Page()
PATIENCE_S = 30.0


class Clock:
    """Nanoseconds since the epoch, standing still."""

    def __init__(self) -> None:
        self.now_ns = NOON_NS

    def __call__(self) -> int:
        return self.now_ns


class MemoryOutbox:
    """
    As `Outbox`; its clock stands still until `pass_s`.

    While `away`, everything is refused; attempts with the error `cannot_keep` are, with all that is noted beside them.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self.away = False
        self.cannot_keep = "\0"
        self._rows: dict[int, Delivery] = {}
        self._claimed_until_ns: dict[int, int] = {}
        self._attempts: list[Attempt] = []
        self._changed = threading.Condition()

    def pass_s(self, seconds: float) -> None:
        """Let time pass."""
        with self._changed:
            self.clock.now_ns += int(seconds * SECOND_NS)

    @property
    def now_ns(self) -> int:
        """The time."""
        return self.clock.now_ns

    def wall_s(self) -> float:
        """The time, for those who deliver."""
        return self.now_ns / SECOND_NS

    def wait_for(self, condition: Callable[[], object]) -> None:
        """Wait until something that is noted makes this true."""
        with self._changed:
            said = self._changed.wait_for(condition, PATIENCE_S)
            assert said, [(each.number, each.progress, self.errors(each.number)) for each in self.all()]

    def all(self) -> list[Delivery]:
        """Every delivery, oldest first."""
        return list(self._rows.values())

    def progress(self) -> list[Progress]:
        """How far each is, oldest first."""
        return [each.progress for each in self.all()]

    def errors(self, number: int) -> list[str]:
        """What each attempt at a delivery said."""
        return [each.error for each in self.attempts(number)]

    def add(self, drafts: Sequence[Draft]) -> int:
        with self._changed:
            self._check()
            there = {each.key for each in self._rows.values()}
            new = {each.key: each for each in drafts if each.key not in there}
            for each in new.values():
                number = len(self._rows) + 1
                fields = msgspec.structs.asdict(each)
                del fields["silence"]
                self._rows[number] = Delivery(number=number, created_ns=self.now_ns, due_ns=self.now_ns, **fields)
            self._changed.notify_all()
            return len(new)

    def claim(self, limit: int, ttl_ns: int) -> list[Delivery]:
        with self._changed:
            self._check()
            due = [each for each in self._rows.values() if each.progress == "waiting" and each.due_ns <= self.now_ns]
            free = [each for each in due if self._claimed_until_ns.get(each.number, 0) <= self.now_ns]
            taken = sorted(free, key=lambda each: (each.due_ns, each.number))[:limit]
            for each in taken:
                self._rows[each.number] = msgspec.structs.replace(each, claim=each.claim + 1)
                self._claimed_until_ns[each.number] = self.now_ns + ttl_ns
            return [self._rows[each.number] for each in taken]

    def renew(self, deliveries: Sequence[Delivery], ttl_ns: int) -> set[int]:
        with self._changed:
            self._check()
            claimed = [each for each in deliveries if self._claimed_until_ns.get(each.number, 0) > 0]
            ours = {each.number for each in claimed if self._rows[each.number].claim == each.claim}
            self._claimed_until_ns |= dict.fromkeys(ours, self.now_ns + ttl_ns)
            return ours

    def note(self, noted: Sequence[Noted]) -> list[bool]:
        with self._changed:
            self._check()
            if any(each.attempt.error == self.cannot_keep for each in noted):
                raise ValueError("one of these cannot be kept")
            self._changed.notify_all()
            return [self._note(each) for each in noted]

    def behind(self, deliveries: Sequence[Delivery]) -> set[int]:
        with self._changed:
            self._check()
            waiting = [each for each in self._rows.values() if each.progress == "waiting"]
        return {
            each.number
            for each in deliveries
            for other in waiting
            if (other.alarm_id, other.target) == (each.alarm_id, each.target) and other.number < each.number
        }

    def find(
        self, search: Search = EVERYTHING, *, visible: Search = EVERYTHING, page: Page = FIRST_PAGE
    ) -> list[Delivery]:
        with self._changed:
            self._check()
            found = [each for each in self._rows.values() if _matches(search, each) and _matches(visible, each)]
        oldest_first = bool(page.sort) and not page.sort[0].descending
        return sorted(found, key=lambda each: each.number, reverse=not oldest_first)[: page.limit]

    def attempts(self, number: int) -> list[Attempt]:
        return [each for each in self._attempts if each.delivery == number]

    def send_again(self, number: int) -> Delivery:
        with self._changed:
            if number not in self._rows:
                raise NotFound(f"Delivery {number} does not exist")
            due = msgspec.structs.replace(self._rows[number], progress="waiting", due_ns=self.now_ns)
            self._rows[number] = due
            self._claimed_until_ns[number] = 0
            return due

    def expire(self, before_ns: int, limit: int) -> int:
        with self._changed:
            over = [each for each in self._rows.values() if each.progress != "waiting" and each.created_ns < before_ns]
            for each in over[:limit]:
                del self._rows[each.number]
            return len(over[:limit])

    def _note(self, noted: Noted) -> bool:
        self._attempts.append(noted.attempt)
        row = self._rows[noted.delivery.number]
        row = msgspec.structs.replace(row, attempts=row.attempts + 1)
        ours = row.claim == noted.delivery.claim and self._claimed_until_ns.get(row.number, 0) > 0
        if ours:
            row = msgspec.structs.replace(row, progress=noted.progress, due_ns=noted.due_ns)
            self._claimed_until_ns[row.number] = 0
        self._rows[row.number] = row
        return ours

    def _check(self) -> None:
        if self.away:
            raise IndexUnavailable("the index cannot be reached; try again later")


def _matches(search: Search, row: Delivery) -> bool:
    match search:
        case And(items):
            return all(_matches(each, row) for each in items)
        case Compare("eq", field, value):
            return bool(getattr(row, field) == value)
    raise AssertionError(f"no test needs {search}")
