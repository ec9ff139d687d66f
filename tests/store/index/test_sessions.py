# SPDX-License-Identifier: Apache-2.0
"""Sessions: how long they last, and what ends them."""

import pytest

from nephoscope.model.errors import Unauthenticated
from nephoscope.model.session import ForeignProject, ForeignUser, Session
from nephoscope.store.index import sessions
from nephoscope.store.index.contract import Index
from tests.store.index.samples import SECOND, START_NS, Clock

pytestmark = pytest.mark.usefixtures("quick_passwords")

HOUR = 3600
FOREIGN = ForeignUser("u1", "carol", "default", ("operator",), (ForeignProject("p1", "one", ("member",)),), "p1")


@pytest.fixture
def bob(index: Index) -> Index:
    """An index that knows bob."""
    index.users.add("bob", "good secret")
    return index


def ended(index: Index, secret: str) -> bool:
    try:
        index.sessions.find(secret)
    except Unauthenticated:
        return True
    return False


def test_a_session_is_found_by_its_secret_alone(bob: Index) -> None:
    session, secret = bob.sessions.start("bob", "local", idle_s=HOUR, life_s=9 * HOUR, peer="192.0.2.1")
    expected = Session(
        id=session.id,
        user="bob",
        identity="local",
        csrf=session.csrf,
        created_ns=START_NS,
        used_ns=START_NS,
        expires_ns=START_NS + HOUR * SECOND,
        ends_ns=START_NS + 9 * HOUR * SECOND,
        peer="192.0.2.1",
    )
    assert expected == session == bob.sessions.find(secret)
    assert len(session.csrf) >= 32
    assert session.csrf not in secret
    for wrong in ("", session.id, session.csrf, secret[:-1], secret + "x", f"nephs_{session.id}_", "\0", "\ud800"):
        with pytest.raises(Unauthenticated):
            bob.sessions.find(wrong)


def test_what_another_source_said_of_a_user_is_kept(index: Index) -> None:
    session, secret = index.sessions.start("u1", "keystone", idle_s=HOUR, life_s=HOUR, foreign=FOREIGN)
    assert session.foreign == FOREIGN == index.sessions.find(secret).foreign


def test_a_session_lasts_while_it_is_used_and_no_longer_than_its_life(bob: Index, clock: Clock) -> None:
    _, secret = bob.sessions.start("bob", "local", idle_s=HOUR, life_s=3 * HOUR)
    for _ in range(3):
        clock.forward(HOUR - 1)
        assert bob.sessions.find(secret).used_ns == clock()
    assert bob.sessions.find(secret).expires_ns == START_NS + 3 * HOUR * SECOND
    clock.forward(2)
    assert not ended(bob, secret)
    clock.forward(1)
    assert ended(bob, secret)


def test_an_unused_session_ends(bob: Index, clock: Clock) -> None:
    _, secret = bob.sessions.start("bob", "local", idle_s=HOUR, life_s=3 * HOUR)
    clock.forward(HOUR)
    assert ended(bob, secret)


def test_its_use_is_noted_once_a_minute(bob: Index, clock: Clock) -> None:
    _, secret = bob.sessions.start("bob", "local", idle_s=HOUR, life_s=HOUR)
    clock.forward(59)
    assert bob.sessions.find(secret).used_ns == START_NS
    now_ns = clock.forward(1)
    assert now_ns == bob.sessions.find(secret).used_ns
    clock.forward(1)
    assert now_ns == bob.sessions.find(secret).used_ns


def test_sessions_end_one_by_one_or_all_of_a_user_but_one(bob: Index) -> None:
    first, second, third = (bob.sessions.start("bob", "local", idle_s=HOUR, life_s=HOUR) for _ in range(3))
    namesake = bob.sessions.start("bob", "keystone", idle_s=HOUR, life_s=HOUR, foreign=FOREIGN)[1]
    bob.sessions.end(first[1])
    bob.sessions.end(first[1])
    assert [ended(bob, secret) for _, secret in (first, second, third)] == [True, False, False]
    assert bob.sessions.end_all("bob", keep=third[0].id) == 1
    assert [ended(bob, secret) for _, secret in (second, third)] == [True, False]
    assert bob.sessions.end_all("bob") == 1
    assert not ended(bob, namesake)
    assert bob.sessions.end_all("bob", "keystone") == 1
    assert ended(bob, namesake)


def test_sessions_of_local_users_that_are_not_there_are_not_found(index: Index) -> None:
    assert ended(index, index.sessions.start("nobody", "local", idle_s=HOUR, life_s=HOUR)[1])


def test_sessions_that_are_over_are_forgotten_at_the_next_start(bob: Index, clock: Clock) -> None:
    for life_s in (10, 10, HOUR):
        bob.sessions.start("bob", "local", idle_s=HOUR, life_s=life_s)
    clock.forward(10)
    assert bob.sessions.purge() == 2
    clock.forward(HOUR)
    bob.sessions.start("bob", "local", idle_s=HOUR, life_s=HOUR)
    assert bob.sessions.purge() == 0
    assert bob.sessions.end_all("bob") == 1


def test_of_too_many_sessions_of_one_user_the_least_recently_used_go(
    bob: Index, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "SESSIONS_PER_USER_MAX", 3)
    secrets = []
    for _ in range(3):
        secrets.append(bob.sessions.start("bob", "local", idle_s=HOUR, life_s=HOUR)[1])
        clock.forward(60)
    bob.sessions.find(secrets[0])
    secrets.append(bob.sessions.start("bob", "local", idle_s=HOUR, life_s=HOUR)[1])
    assert [ended(bob, secret) for secret in secrets] == [False, True, False, False]
