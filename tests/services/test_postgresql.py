# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""The PostgreSQL of the tests: separate databases, real death, real return."""

from pathlib import Path

import pytest
import sqlalchemy

from tests.services import postgresql as postgresql_service
from tests.services.ports import listening
from tests.services.postgresql import INSTALL, PostgreSQL, find_programs


def test_the_server_answers_on_loopback(postgresql_url: str) -> None:
    with sqlalchemy.create_engine(postgresql_url).connect() as connection:
        assert 42 == connection.execute(sqlalchemy.text("SELECT 41 + 1")).scalar()


def test_each_test_gets_an_empty_database_of_its_own(postgresql: PostgreSQL, fresh_postgresql_url: str) -> None:
    other = postgresql.create_database()
    for url in (fresh_postgresql_url, postgresql.url(other)):
        engine = sqlalchemy.create_engine(url)
        with engine.begin() as connection:
            connection.execute(sqlalchemy.text("CREATE TABLE once (a int)"))
        engine.dispose()
    postgresql.drop_database(other)
    with (
        pytest.raises(sqlalchemy.exc.OperationalError, match="does not exist"),
        sqlalchemy.create_engine(postgresql.url(other)).connect(),
    ):
        pass


def test_committed_rows_survive_a_kill() -> None:
    with postgresql_service.started() as server:
        engine = sqlalchemy.create_engine(server.url())
        with engine.begin() as connection:
            connection.execute(sqlalchemy.text("CREATE TABLE kept AS SELECT 7 AS a"))
        first = server.pid

        server.kill()
        assert not server.running
        assert not listening(server.port)
        engine.dispose()
        with pytest.raises(sqlalchemy.exc.OperationalError), engine.connect():
            pass

        server.restart()
        assert first != server.pid
        with engine.connect() as connection:
            assert 7 == connection.execute(sqlalchemy.text("SELECT a FROM kept")).scalar()
        engine.dispose()
        folder, port = server.folder, server.port
    assert not folder.exists()
    assert not listening(port)


def test_missing_programs_are_named_with_their_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_programs().joinpath("initdb").exists()
    monkeypatch.setattr(Path, "glob", lambda *_: iter(()))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RuntimeError, match="apt-get install postgresql") as problem:
        find_programs()
    assert INSTALL == str(problem.value)
