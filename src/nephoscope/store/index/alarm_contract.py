# SPDX-License-Identifier: Apache-2.0
"""
What the index offers of alarms: their definitions and states, their history, quotas, and notifications on their way.

A part of `contract.py`, whose opening words hold here, too. Fields that searches and orders know:

    alarms      alarm_id, name, type, enabled, state, severity, timestamp, state_timestamp, user_id, project_id,
                repeat_actions
    history     event_id, alarm_id, type, user_id, project_id, on_behalf_of, severity, timestamp
    instances   alarm_id, state, since
    deliveries  key, alarm_id, project_id, progress, created

Severities are ordered by what they mean. The text fields of alarms and history, but for event_id, know `matches`; a
search holds eight of these at most. Markers are an alarm's id, a record's event_id, the number of an instance or a
delivery.

Times are kept to the microsecond, as they are shown. Without a clock of its own the index takes the database's.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

import msgspec

from nephoscope.model.alarm import Alarm, AlarmChange, Quota, State, Transition
from nephoscope.model.alarm_instance import Instance, Labels
from nephoscope.model.delivery import Attempt, Delivery, Draft, Noted
from nephoscope.model.paging import Page
from nephoscope.model.search import EVERYTHING, Search

FIRST_PAGE = Page()


class Author(msgspec.Struct, frozen=True):
    """Who changes an alarm, as its history names it."""

    user_id: str
    project_id: str


class Limits(msgspec.Struct, frozen=True):
    """How many alarms a user and a project may have where no quota says otherwise; -1 for any number."""

    user_max: int = -1
    project_max: int = -1


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """
    A decision to be kept: made of the definition `revision`, in a slot held under `fencing`; no `slot` asks for none.

    `notes` are the notifications that go into the outbox with it. With `recorded` a state that is entered once more
    goes into the history, too. `instances` are those that are different now, `gone` the labels of those to be
    forgotten, `moved` the transitions among them: where only these change, the transition stays in its state.
    """

    transition: Transition
    revision: int
    slot: int | None
    fencing: int
    notes: Sequence[Draft] = ()
    recorded: bool = False
    instances: Sequence[Instance] = ()
    gone: Sequence[Labels] = ()
    moved: Sequence[Transition] = ()


class Watched(msgspec.Struct, frozen=True):
    """An alarm as evaluators hold it: `revision` grows with each change of definition or state, `slot` is its share."""

    alarm: Alarm
    revision: int
    slot: int


class Watchlist(msgspec.Struct, frozen=True):
    """
    What became of alarms since a version: those that are new or different, and the ids of those that are gone.

    `whole` says that `changed` is all there is, whatever was known before: at first, and where the version is older
    than the memory of what is gone, a day.
    """

    version: int
    changed: Sequence[Watched]
    gone: Sequence[str]
    whole: bool = False


class Cycle(msgspec.Struct, frozen=True, kw_only=True):
    """
    A round of decisions: when, how often alarms are decided at least, and how long a bucket is waited for.

    `slots` is among how many shares the alarms lie.
    """

    at_ns: int
    interval_ns: int
    settle_ns: int
    slots: int


class Alarms(Protocol):
    """Alarms, their history, and quotas."""

    def create(self, alarm: Alarm, by: Author, limits: Limits) -> Alarm:
        """
        Make an alarm; its times and id are as given. History: `creation`.

        A project's quota is the one that was set, else `limits.project_max`; a user's counts over all projects.

        Errors  Forbidden `Alarm quota exceeded for user U on project P`; Conflict for an id that is taken; BadRequest
                for what cannot be kept: texts that are too long or not storable, numbers that are not finite.
        """
        ...

    def get(self, alarm_id: str) -> Alarm:
        """NotFound `Alarm ID not found`."""
        ...

    def find(
        self, search: Search = EVERYTHING, *, visible: Search = EVERYTHING, page: Page = FIRST_PAGE
    ) -> list[Alarm]:
        """Alarms that match, paginated; default order: newest definition first."""
        ...

    def count(self, search: Search = EVERYTHING, *, visible: Search = EVERYTHING) -> Mapping[State, int]:
        """How many match, by state, each state being there."""
        ...

    def change(self, alarm: Alarm, by: Author) -> Alarm:
        """
        Put a definition, state included, in the place of the one with its id. History: `rule change` with what is
        different but for the times, nothing where all is the same.

        A state that is set to another is so by hand, and at the definition's time; when it changed last and why, when
        it was decided and what failed then are not the caller's to say. Instances are kept as long as the state is not
        set by hand; how long their values have been where they are counts anew for another rule or behaviour.

        Errors  NotFound; BadRequest as `create`.
        """
        ...

    def set_state(self, alarm_id: str, state: State, by: Author) -> Alarm:
        """Set a state by hand, be it the same; instances begin anew. History: `state transition`. NotFound."""
        ...

    def delete(self, alarm_id: str, by: Author) -> None:
        """The alarm goes, its history stays. History: `deletion` with all of it. NotFound."""
        ...

    def history(
        self, search: Search = EVERYTHING, *, visible: Search = EVERYTHING, page: Page = FIRST_PAGE, ended: bool = True
    ) -> list[AlarmChange]:
        """What became of alarms; default order: newest first. Without `ended` not of alarms that are gone."""
        ...

    def expire_history(self, before_ns: int, limit: int) -> int:
        """Remove up to `limit` records that are older; gives how many."""
        ...

    def quota(self, project_id: str, default: int) -> Quota:
        """A project's quota, kept from now on as `default` where it had none."""
        ...

    def set_quota(self, quota: Quota) -> None:
        """Give a project a quota. BadRequest below -1."""
        ...

    def remove_quota(self, project_id: str) -> None:
        """Take a project's quota away, if it has one."""
        ...

    def watchlist(self, since: int, slots: int) -> Watchlist:
        """
        What became of enabled alarms since a version, 0 for all; the slots are numbered below `slots`.

        One small query where nothing has changed. An alarm's slot is the same in every process.
        """
        ...

    def decide(self, decided: Sequence[Decided], group: str, holder: str) -> list[bool]:
        """
        Keep decisions with their notifications, in one transaction: whether each was taken.

        One is not taken when its alarm has another revision, or when it names a slot of the `group` of shared work that
        is not the `holder`'s under that fencing any more. Of a decision that repeats a state only the notifications are
        kept, and its record where it asks for one; another begins the alarm's next revision. History: `state
        transition`, `instance transition`, by the program.
        """
        ...

    def instances(
        self, alarm_id: str | None = None, state: State | None = None, page: Page | None = None
    ) -> list[Instance]:
        """
        What alarms remember of each thing that they watch: of all of them or of one, in any state or in one.

        All, in the order in which they were first seen; or a page, by default those that fire first, then the newest
        change first. BadRequest for a wrong page.
        """
        ...

    def instances_of(self, alarm_ids: Collection[str]) -> list[Instance]:
        """All instances of these alarms."""
        ...

    def note_cycle(self, cycle: Cycle, slots: Collection[int]) -> None:
        """
        Keep that all alarms in these slots that were due have been decided: their `evaluated_ns` follows.

        That of alarms which wait for events, have time constraints or are switched off stays when they changed last;
        of those which ask others it is noted one by one.
        """
        ...

    def note_decided(self, decided_ns: Mapping[str, int]) -> None:
        """Keep when alarms, by id, were decided last, whatever came of it; evaluators are not told."""
        ...

    def note_reasons(self, reasons: Mapping[str, str]) -> None:
        """
        Keep why alarms, by id, still are in insufficient data; those in another state stay as they are.

        No history, no revision: nothing has been decided.
        """
        ...

    def note_errors(self, errors: Mapping[str, str]) -> None:
        """Keep why alarms could not be decided, by id; "" for those that could again. Revisions stay as they are."""
        ...


class Outbox(Protocol):
    """Notifications on their way: each is delivered at least once, whoever dies in between."""

    def add(self, drafts: Sequence[Draft]) -> int:
        """
        Put notifications in, due at once, or held back by a silence; those whose key is there already are left out.

        Gives how many are new.
        """
        ...

    def claim(self, limit: int, ttl_ns: int) -> list[Delivery]:
        """Take up to `limit` that are due, the longest due first; nobody else is given them for `ttl_ns`."""
        ...

    def renew(self, deliveries: Sequence[Delivery], ttl_ns: int) -> set[int]:
        """
        Keep claimed deliveries for `ttl_ns` from now on: the numbers of those that still are the caller's.

        That is so as long as nobody else has claimed them, be the time over or not.
        """
        ...

    def note(self, noted: Sequence[Noted]) -> list[bool]:
        """
        Keep attempts at claimed deliveries and what comes next, all or nothing.

        Of each whether it was the caller's: nothing but the attempt is kept of one that another has claimed since, or
        that was told to be sent again, and nothing at all of one that is gone.
        """
        ...

    def behind(self, deliveries: Sequence[Delivery]) -> set[int]:
        """The numbers of those of whose alarm an older one waits for the same target."""
        ...

    def find(
        self, search: Search = EVERYTHING, *, visible: Search = EVERYTHING, page: Page = FIRST_PAGE
    ) -> list[Delivery]:
        """Deliveries by key, alarm_id, project_id, progress and created; newest first."""
        ...

    def attempts(self, number: int) -> list[Attempt]:
        """The attempts at a delivery, oldest first."""
        ...

    def send_again(self, number: int) -> Delivery:
        """Make a delivery due now once more, whatever became of it. NotFound."""
        ...

    def expire(self, before_ns: int, limit: int) -> int:
        """Remove up to `limit` that are over and older, with their attempts; gives how many."""
        ...
