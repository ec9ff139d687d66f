# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM300 - the expected value comes first
"""What holds for every notifier, row by row; and how they are found."""

import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nephoscope.act.notify import NOTIFIERS, made, offered, scheme_of
from nephoscope.act.notify.contract import Channel, Outcome, Tools
from nephoscope.model.errors import BadRequest, NotFound
from tests.act.notify.made import BODY, KnownPolicies, KnownTrusts, delivery, tools
from tests.act.notify.mail_server import mail_server
from tests.act.notify.receivers import dropping, receiver
from tests.project import REFERENCE
from tests.services.certificates import Authority
from tests.services.ports import free_port

PAGE = (REFERENCE / "alarm-notifications.md").read_text()
NETWORKED = ("http", "https", "slack+https", "trust+http", "trust+https", "trust+zaqar", "zaqar", "mailto")

every_row = pytest.mark.parametrize("scheme", sorted(NOTIFIERS))
every_networked = pytest.mark.parametrize("scheme", NETWORKED)


@dataclass
class World:
    """One receiver of each kind."""

    tools: Tools
    targets: dict[str, str]
    drop: Any


def targets(plain: int, encrypted: int) -> dict[str, str]:
    """An action of each scheme, with a secret in it where it can have one."""
    return {
        "command": "command:page",
        "http": f"http://ann:s3cret@127.0.0.1:{plain}/x?Signature=s3cret",
        "https": f"https://127.0.0.1:{encrypted}/x?Signature=s3cret",
        "log": "log:",
        "mailto": "mailto:ops@example.org",
        "scale": "scale:p-1",
        "slack+https": f"slack+https://127.0.0.1:{encrypted}/services/s3cret",
        "test": "test:",
        "trust+heat": "trust+heat://t-1@",
        "trust+http": f"trust+http://t-1@127.0.0.1:{plain}/x?Signature=s3cret",
        "trust+https": f"trust+https://t-1:delete@127.0.0.1:{encrypted}/x",
        "trust+zaqar": "trust+zaqar://t-1@?queue_name=q",
        "zaqar": "zaqar://?topic=T",
    }


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    authority = Authority(tmp_path_factory.mktemp("certificates"))
    issued = authority.issue("hook")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(issued.certificate, issued.key)
    with ExitStack() as stack:
        plain, encrypted = stack.enter_context(receiver()), stack.enter_context(receiver(context))
        _, mail_port = stack.enter_context(mail_server())
        about = tools(
            KnownTrusts(),
            ca_file=str(authority.certificate),
            commands={"page": ["/bin/sh", "-c", "exit 0"]},
            mail_server="127.0.0.1",
            mail_port=mail_port,
            zaqar_url=plain.url,
            heat_url=plain.url,
        )

        def drop(yes: bool) -> None:
            for each in (plain, encrypted):
                each.behaviours = [dropping] * 10 if yes else []

        about = replace(about, signals=KnownPolicies())
        yield World(about, targets(plain.port, encrypted.port), drop)


def channel(world: World, scheme: str) -> Channel:
    return made(scheme, world.tools)


@every_row
def test_a_notification_is_delivered(world: World, scheme: str) -> None:
    outcome = channel(world, scheme).notify(delivery(world.targets[scheme]))
    assert ("delivered", "", "") == (outcome.result, outcome.cause, outcome.error)


@every_row
def test_the_same_twice_is_delivered_twice_as_far_as_it_knows(world: World, scheme: str) -> None:
    found = channel(world, scheme)
    results = [found.notify(delivery(world.targets[scheme])).result for _ in range(2)]
    assert ["delivered"] * 2 == results


@every_row
def test_a_body_that_lacks_fields_or_has_others_is_delivered(world: World, scheme: str) -> None:
    found = channel(world, scheme)
    bodies: list[dict[str, Any]] = [
        {},
        {"alarm_name": None, "reason_data": [], "new": {"a": [1, None]}},
        {**BODY, "reason": "\0\u2028é"},
    ]
    for body in bodies:
        assert "delivered" == found.notify(delivery(world.targets[scheme], body=body)).result


@every_row
def test_a_place_is_named_without_credentials(world: World, scheme: str) -> None:
    place = channel(world, scheme).place(world.targets[scheme])
    assert place
    assert "s3cret" not in place
    assert "t-1" not in place


@every_networked
def test_nobody_there_is_a_reason_to_try_again_and_to_let_others_wait(scheme: str) -> None:
    port = free_port()
    about = tools(KnownTrusts(), mail_server="127.0.0.1", mail_port=port, zaqar_url=f"http://127.0.0.1:{port}")
    outcome = made(scheme, about).notify(delivery(targets(port, port)[scheme]))
    assert ("again", "connection", True) == (outcome.result, outcome.cause, outcome.out_of_reach)
    assert outcome.error
    assert "s3cret" not in outcome.error


@pytest.mark.parametrize("scheme", [each for each in NETWORKED if each != "mailto"])
def test_whoever_hangs_up_is_tried_again(world: World, scheme: str) -> None:
    world.drop(True)
    outcome = channel(world, scheme).notify(delivery(world.targets[scheme]))
    world.drop(False)
    assert ("again", "connection") == (outcome.result, outcome.cause)
    assert "s3cret" not in outcome.error


@pytest.mark.parametrize("scheme", ["http", "https", "slack+https", "trust+http", "trust+https"])
def test_what_a_user_aims_is_guarded(world: World, scheme: str) -> None:
    guarded = tools(KnownTrusts(), allowed_networks=())
    outcome = made(scheme, guarded).notify(delivery(world.targets[scheme]))
    assert ("refused", "address") == (outcome.result, outcome.cause)


@every_row
@given(rest=st.text(max_size=40))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_target_is_taken_or_refused(world: World, scheme: str, rest: str) -> None:
    found = channel(world, scheme)
    for target in (f"{scheme}:{rest}", f"{scheme}://{rest}", f"{scheme}://t@{rest}?queue_name={rest}"):
        try:
            assert found.place(target)
        except BadRequest as error:
            assert len(error.message) < 300  # noqa: PT017 - either is right


@every_row
def test_it_has_a_section_of_the_documentation(scheme: str) -> None:
    assert f"`{scheme}:" in PAGE


def test_a_scheme_that_nobody_offers_is_answered_with_those_that_there_are() -> None:
    with pytest.raises(NotFound, match=r"no notifier is called 'pager'; there are command, http, https, log,"):
        made("pager", tools())


def test_packages_outside_add_rows_and_replace_none(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [
        EntryPoint("pager", "nephoscope.act.notify.log:Nowhere", "nephoscope.notifiers"),
        EntryPoint("http", "nephoscope.act.notify.log:Nowhere", "nephoscope.notifiers"),
    ]
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: points)
    assert sorted([*NOTIFIERS, "pager"]) == list(offered())
    assert NOTIFIERS["http"] == offered()["http"]
    assert Outcome("delivered") == made("pager", tools()).notify(delivery("pager:me"))


@pytest.mark.parametrize(
    ("target", "scheme"),
    [("http://h", "http"), ("TRUST+Https://t@h", "trust+https"), ("log", ""), ("", ""), ("mailto:a@b", "mailto")],
)
def test_the_scheme_is_what_stands_before_the_colon(target: str, scheme: str) -> None:
    assert scheme == scheme_of(target)
