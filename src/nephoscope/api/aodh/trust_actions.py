# SPDX-License-Identifier: Apache-2.0
"""Actions that are taken with a trust: one for each alarm, made when it needs the first, ended when it needs none."""

import logging
from collections.abc import Iterator
from itertools import chain, repeat

import msgspec

from nephoscope.api.aodh.call import Call
from nephoscope.api.auth.credentials import auth_token
from nephoscope.model.action_url import TRUST, Trust, trust_of, with_trust
from nephoscope.model.alarm import Alarm
from nephoscope.model.errors import BadRequest, NephoscopeError

log = logging.getLogger("nephoscope.api.aodh")

Actions = tuple[str, ...] | None


class Entrusted(msgspec.Struct, frozen=True):
    """An alarm as it is kept; the trust that was made for it, if one was; and those that it needs no more."""

    alarm: Alarm
    made: tuple[str, ...] = ()
    unneeded: tuple[str, ...] = ()


def entrust(call: Call, alarm: Alarm, before: Alarm | None = None) -> Entrusted:
    """
    The alarm with a trust in each URL that wants one: that of `before`, or a new one of the caller's.

    Errors  BadRequest where trusts cannot be made; what Keystone refuses one with.
    """
    kept = list(_owned(before)) if before is not None else []
    if not any(url.startswith(TRUST) for url in _urls(alarm)):
        return Entrusted(alarm, unneeded=tuple(kept))
    made = () if kept else (_made(call),)
    trust_id = (*kept, *made)[0]
    trusts = chain([Trust(trust_id, owned=True)], repeat(Trust(trust_id, owned=False)))

    def with_trusts(actions: Actions) -> Actions:
        if actions is None:
            return None
        return tuple(with_trust(url, next(trusts)) if url.startswith(TRUST) else url for url in actions)

    entrusted = msgspec.structs.replace(
        alarm,
        ok_actions=with_trusts(alarm.ok_actions),
        alarm_actions=with_trusts(alarm.alarm_actions),
        insufficient_data_actions=with_trusts(alarm.insufficient_data_actions),
    )
    return Entrusted(entrusted, made, tuple(each for each in kept if each != trust_id))


def end_trusts(call: Call, *trust_ids: str) -> None:
    """End trusts, as far as that can be done: what stays behind does no harm, for nobody knows it any more."""
    for each in trust_ids:
        try:
            token = auth_token(call.request)
            if call.parts.trusts is None or token is None:
                raise BadRequest("there is no Keystone, or no token of it, to do that with")
            call.parts.trusts.delete(token, each)
        except NephoscopeError as error:
            log.warning("a trust that no alarm needs any more stays: %s", error.message)


def trusts_of(alarm: Alarm) -> tuple[str, ...]:
    """The trusts that go with an alarm."""
    return tuple(_owned(alarm))


def _made(call: Call) -> str:
    if call.parts.trusts is None:
        raise BadRequest(f"{TRUST} actions need Keystone: set url, username and password in [keystone]")
    token = auth_token(call.request)
    if token is None:
        raise BadRequest(f"{TRUST} actions need a token of Keystone, in X-Auth-Token, to make a trust with")
    return call.parts.trusts.create(token)


def _urls(alarm: Alarm) -> Iterator[str]:
    for listed in (alarm.ok_actions, alarm.alarm_actions, alarm.insufficient_data_actions):
        yield from listed or ()


def _owned(alarm: Alarm) -> Iterator[str]:
    trusts = (trust_of(url) for url in _urls(alarm))
    yield from dict.fromkeys(each.id for each in trusts if each is not None and each.owned)
