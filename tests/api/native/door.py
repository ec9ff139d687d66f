# SPDX-License-Identifier: Apache-2.0
"""Our own API on an index alone, without a store: enough for accounts, sessions and what guards them."""

from typing import Any, cast

import msgspec
from starlette.types import ASGIApp

from nephoscope.api.app import HttpSettings, build
from nephoscope.api.auth.local import LocalAccounts
from nephoscope.api.auth.logins import Logins
from nephoscope.api.auth.native import Native
from nephoscope.api.auth.policy import Policy
from nephoscope.api.native.call import NativeParts
from nephoscope.store.index.contract import Index

NO_STORE = cast(Any, None)


def parts_on(index: Index, native: Native | None = None, logins: Logins | None = None) -> NativeParts:
    """The parts of the dialect; those that lead to the store are missing."""
    found = native or Native(LocalAccounts(index))
    known: dict[str, Any] = {
        "index": index,
        "authenticator": found,
        "logins": logins or Logins(index, found),
        "accounts_changed": found.forget,
        "policy": Policy(),
    }
    needed = (each.name for each in msgspec.structs.fields(NativeParts) if each.required)
    return NativeParts(**{name: known.get(name, NO_STORE) for name in needed})


def served(
    index: Index, native: Native | None = None, logins: Logins | None = None, *, http: HttpSettings | None = None
) -> ASGIApp:
    """The application with this dialect alone."""
    return build({"native": parts_on(index, native, logins)}, http or HttpSettings())
