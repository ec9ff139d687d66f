# SPDX-License-Identifier: Apache-2.0
"""Users of every role for tests of accounts, each with the headers that it calls with."""

from nephoscope.model.user import Membership
from nephoscope.store.index.contract import Index
from tests.api.asgi import basic

PASSWORD = "correct horse"

ADMIN = basic("ann", PASSWORD)
OPERATOR = basic("olga", PASSWORD)
MEMBER = basic("mia", PASSWORD)
READER = basic("rita", PASSWORD)
WRITER = basic("will", PASSWORD)
ALL_BUT_ADMINS = (OPERATOR, MEMBER, READER, WRITER)
ALL_BUT_OPERATORS = (MEMBER, READER, WRITER)


def fill(index: Index) -> None:
    """Projects blue and red; mia and rita are in blue, olga operates, ann administers, will only writes."""
    index.projects.add("Blue sky", project_id="blue")
    index.projects.add("Red tape", project_id="red")
    index.users.add("ann", PASSWORD, roles=["admin"])
    index.users.add("olga", PASSWORD, roles=["operator"])
    index.users.add("mia", PASSWORD, memberships=[Membership("blue", ("member",))])
    index.users.add("rita", PASSWORD, memberships=[Membership("blue", ("reader",))])
    index.users.add("will", PASSWORD, roles=["writer"])
