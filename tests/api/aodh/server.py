# SPDX-License-Identifier: Apache-2.0
"""The dialect on a real index of its own, for tests, with callers whom headers name."""

from collections.abc import Callable, Sequence
from itertools import count

from starlette.types import ASGIApp

from nephoscope.api.aodh.parts import AodhParts, AodhSettings, Trusts
from nephoscope.api.app import HttpSettings, build
from nephoscope.api.auth.front_end import FrontEnd, FrontEndCallers
from nephoscope.api.auth.roles import RoleMap
from nephoscope.api.caller import Authenticator
from nephoscope.api.proxy import TrustedPeers
from nephoscope.model.alarm import Evaluated
from nephoscope.model.attribute import StringAttribute
from nephoscope.model.resource_type import ResourceType
from nephoscope.store.index.contract import Index

URL = "http://testserver/aodh"


def served(
    index: Index,
    authenticator: Authenticator | None = None,
    *,
    settings: AodhSettings | None = None,
    owners: Callable[[], Sequence[str]] | Sequence[str] = (),
    trusts: Trusts | None = None,
    evaluations: Callable[[str | None], Sequence[Evaluated]] | None = None,
) -> ASGIApp:
    """The application with this dialect alone; headers from loopback name the caller unless another way is given."""
    numbers = count(1)
    callers = authenticator or FrontEndCallers(FrontEnd(TrustedPeers(["127.0.0.1"]), RoleMap()))
    parts = AodhParts(
        index=index,
        authenticator=callers,
        settings=settings or AodhSettings(),
        owners=owners if callable(owners) else lambda: owners,
        trusts=trusts,
        evaluations=evaluations or (lambda project_id: ()),
        # Of alarms that are otherwise the same, lists have the lower id first.
        new_id=lambda: f"{next(numbers):08x}-0000-4000-8000-000000000000",
    )
    return build({"aodh": parts}, HttpSettings())


def make_instances(index: Index) -> None:
    """The resource type that alarms of the tests search."""
    instance = ResourceType("instance", {"server_group": StringAttribute(required=False)})
    index.resource_types.create(instance, keep_existing=True)
