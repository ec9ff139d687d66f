# SPDX-License-Identifier: Apache-2.0
"""Passwords: which are taken, how they are kept, whether one fits."""

import secrets
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from nephoscope.model.errors import BadRequest
from nephoscope.model.text import is_storable

LENGTH_MIN = 8
LENGTH_MAX = 1024
# What stands in the place of a hash where no password fits.
NO_PASSWORD = ""


class Passwords:
    """Hashes with argon2; checks take equally long for users that exist and those that do not."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()

    def hash(self, user_name: str, password: str) -> str:
        """The hash to keep; BadRequest says what a password has to be."""
        if not LENGTH_MIN <= len(password) <= LENGTH_MAX or not is_storable(password):
            raise BadRequest(f"password: choose one of {LENGTH_MIN} to {LENGTH_MAX} characters")
        if password.casefold() == user_name.casefold():
            raise BadRequest("password: choose one that is not the user's name")
        return self._hasher.hash(password)

    def fits(self, password_hash: str | None, password: str) -> bool:
        """Whether a password is the one that was hashed; `None` for a user that is not there never fits."""
        if len(password) > LENGTH_MAX or not is_storable(password):
            return False
        try:
            return self._hasher.verify(password_hash or self._nobody, password) and bool(password_hash)
        except (VerificationError, InvalidHashError):
            return False

    def renewed(self, password_hash: str, password: str) -> str | None:
        """A new hash of a password that fits, where the old one has become too cheap."""
        return self._hasher.hash(password) if self._hasher.check_needs_rehash(password_hash) else None

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash(secrets.token_urlsafe())
