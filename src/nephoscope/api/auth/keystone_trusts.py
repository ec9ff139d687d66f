# SPDX-License-Identifier: Apache-2.0
"""Trusts at Keystone: a user's leave for this server to act as that user, with its roles in one project."""

from typing import NoReturn

import msgspec

from nephoscope.api.auth.keystone_service import Heard, KeystoneService
from nephoscope.model.errors import Forbidden, Unavailable

PATH = "/OS-TRUST/trusts"


class _Trust(msgspec.Struct):
    id: str


class _TrustAnswer(msgspec.Struct):
    trust: _Trust


class _Error(msgspec.Struct):
    message: str = ""


class _ErrorAnswer(msgspec.Struct):
    error: _Error = msgspec.field(default_factory=_Error)


class KeystoneTrusts:
    """Makes and ends trusts with the tokens of those who give them, for they alone may."""

    def __init__(self, service: KeystoneService) -> None:
        self._service = service

    def create(self, token: str) -> str:
        """
        A trust of a token's user to this server's, with the token's project and roles, until it is ended; its id.

        Errors  Unauthenticated; Forbidden for a token that is not for a project, or where Keystone refuses;
                Unavailable.
        """
        giver = self._service.facts(token)
        if giver.project is None:
            raise Forbidden("a trust is given for a project, and the token is for none")
        trust = {
            "trustor_user_id": giver.user.id,
            "trustee_user_id": self._service.own().user.id,
            "project_id": giver.project.id,
            "impersonation": True,
            "roles": [{"id": role.id} for role in giver.roles],
        }
        body = msgspec.json.encode({"trust": trust})
        answer = self._service.request("POST", PATH, {"X-Auth-Token": token}, body)
        if answer.status != 201:
            self._refused(answer, "make a trust")
        return self._service.read(answer, _TrustAnswer).trust.id

    def delete(self, token: str, trust_id: str) -> None:
        """End a trust, if it is there. Forbidden when the token's user did not give it; Unavailable."""
        answer = self._service.request("DELETE", f"{PATH}/{trust_id}", {"X-Auth-Token": token})
        if answer.status not in (204, 404):
            self._refused(answer, "end a trust")

    def _refused(self, answer: Heard, what: str) -> NoReturn:
        if answer.status in (400, 401, 403, 404):
            said = self._service.read(answer, _ErrorAnswer).error.message
            raise Forbidden(f"Keystone does not let you {what}: {said}")
        raise Unavailable(f"Keystone answered {answer.status} when asked to {what}; try again later")
