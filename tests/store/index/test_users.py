# SPDX-License-Identifier: Apache-2.0
"""Local users and their tokens."""

import pytest
import sqlalchemy
from argon2 import PasswordHasher

from nephoscope.model.errors import BadRequest, Conflict, NotFound, Unauthenticated
from nephoscope.model.user import Token, User
from nephoscope.store.index import open_index
from nephoscope.store.index.contract import Index
from tests.store.index.samples import SECOND, START_NS, Clock


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that cost little: what they cost for users is argon2's own affair."""
    monkeypatch.setattr(
        "nephoscope.store.index.users.PasswordHasher", lambda: PasswordHasher(time_cost=1, memory_cost=64)
    )


def test_a_user_is_read_back_without_a_secret(index: Index) -> None:
    expected = User("bob", ("admin", "service"), "blue", START_NS)
    assert expected == index.users.add("bob", "secret", roles=["admin", "service"], project_id="blue")
    assert expected == index.users.get("bob")
    index.users.add("alice", "other")
    assert [each.name for each in index.users.list_all()] == ["alice", "bob"]


def test_only_the_right_password_of_an_enabled_user_is_taken(index: Index) -> None:
    bob = index.users.add("bob", "sécret 🐍")
    assert bob == index.users.verify("bob", "sécret 🐍")
    for name, password in (
        ("bob", "secret"),
        ("bob", ""),
        ("bob", "\ud800"),
        ("bob", "s" * 10_000),
        ("nobody", "sécret 🐍"),
        ("", ""),
        ("b\0", ""),
    ):
        with pytest.raises(Unauthenticated):
            index.users.verify(name, password)
    index.users.set_disabled("bob", True)
    with pytest.raises(Unauthenticated):
        index.users.verify("bob", "sécret 🐍")
    index.users.set_disabled("bob", False)
    index.users.set_password("bob", "new")
    assert index.users.verify("bob", "new") == bob
    with pytest.raises(Unauthenticated):
        index.users.verify("bob", "sécret 🐍")


def test_names_and_passwords_keep_their_rules(index: Index) -> None:
    for name, password in (("", "x"), ("a:b", "x"), ("bob", ""), ("bob", "\0"), ("b" * 256, "x")):
        with pytest.raises(BadRequest):
            index.users.add(name, password)
    index.users.add("bob", "secret")
    with pytest.raises(Conflict, match="User bob already exists"):
        index.users.add("bob", "secret")
    with pytest.raises(BadRequest):
        index.users.set_password("bob", "")


def test_an_unknown_user_is_not_found(index: Index) -> None:
    for call in (
        lambda: index.users.get("nobody"),
        lambda: index.users.delete("nobody"),
        lambda: index.users.set_password("nobody", "x"),
        lambda: index.users.set_disabled("nobody", True),
        lambda: index.tokens.add("nobody"),
    ):
        with pytest.raises(NotFound, match=r"^User nobody does not exist$"):
            call()


def test_a_token_stands_for_its_user(index: Index) -> None:
    index.users.add("bob", "secret", roles=["admin"], project_id="blue")
    token, secret = index.tokens.add("bob")
    assert Token(token.id, "bob", ("admin",), "blue", START_NS) == token == index.tokens.verify(secret)
    narrow, narrow_secret = index.tokens.add("bob", roles=[], project_id="red")
    assert (narrow.roles, narrow.project_id) == ((), "red")
    assert index.tokens.verify(narrow_secret).roles == ()
    assert secret not in repr(index.tokens.list_all())


def test_only_the_whole_secret_is_taken(index: Index) -> None:
    index.users.add("bob", "secret")
    token, secret = index.tokens.add("bob")
    for wrong in (
        "",
        token.id,
        secret[:-1],
        secret + "x",
        secret.upper(),
        f"neph_{token.id}_",
        "neph__",
        secret + "\0",
        "\ud800",
    ):
        with pytest.raises(Unauthenticated):
            index.tokens.verify(wrong)
    index.tokens.delete(token.id)
    with pytest.raises(Unauthenticated):
        index.tokens.verify(secret)
    with pytest.raises(NotFound):
        index.tokens.delete(token.id)


def test_tokens_end_with_their_time_and_with_their_user(index: Index, clock: Clock) -> None:
    index.users.add("bob", "secret")
    _, short = index.tokens.add("bob", expires_ns=START_NS + 60 * SECOND)
    _, long = index.tokens.add("bob")
    clock.forward(59)
    assert index.tokens.verify(short).user == "bob"
    clock.forward(1)
    with pytest.raises(Unauthenticated, match="expired"):
        index.tokens.verify(short)
    index.users.set_disabled("bob", True)
    with pytest.raises(Unauthenticated):
        index.tokens.verify(long)
    index.users.delete("bob")
    assert index.tokens.list_all() == []
    with pytest.raises(Unauthenticated):
        index.tokens.verify(long)


def test_the_last_use_is_noted_once_a_minute(index: Index, clock: Clock) -> None:
    index.users.add("bob", "secret")
    _, secret = index.tokens.add("bob")

    def last_used_ns() -> int | None:
        return index.tokens.list_all("bob")[0].last_used_ns

    assert last_used_ns() is None
    index.tokens.verify(secret)
    clock.forward(59)
    index.tokens.verify(secret)
    assert last_used_ns() == START_NS
    now_ns = clock.forward(1)
    index.tokens.verify(secret)
    assert last_used_ns() == now_ns
    assert index.tokens.list_all("alice") == []


def test_neither_passwords_nor_secrets_are_in_the_database(index_url: str) -> None:
    opened = open_index(index_url)
    opened.upgrade()
    opened.users.add("bob", "pass-word-in-clear")
    _, secret = opened.tokens.add("bob")
    opened.close()
    engine = sqlalchemy.create_engine(index_url)
    with engine.connect() as connection:
        kept = repr(
            [connection.execute(sqlalchemy.text(f"SELECT * FROM {name}")).all() for name in ("user_account", "token")]
        )
    engine.dispose()
    assert "bob" in kept
    assert "pass-word-in-clear" not in kept
    assert secret.rpartition("_")[2] not in kept


def test_a_hash_that_has_become_too_cheap_is_renewed_at_the_next_use(
    index_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cheap = open_index(index_url)
    cheap.upgrade()
    cheap.users.add("bob", "secret")
    cheap.close()
    monkeypatch.setattr("nephoscope.store.index.users.PasswordHasher", PasswordHasher)
    dear = open_index(index_url)
    before = password_hash(index_url)
    assert dear.users.verify("bob", "secret").name == "bob"
    assert before != (after := password_hash(index_url))
    assert dear.users.verify("bob", "secret").name == "bob"
    assert after == password_hash(index_url)
    assert PasswordHasher().check_needs_rehash(after) is False
    dear.close()


def password_hash(url: str) -> str:
    engine = sqlalchemy.create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(sqlalchemy.text("SELECT password_hash FROM user_account")).scalar_one()
    engine.dispose()
    return str(found)
