# SPDX-License-Identifier: Apache-2.0
"""Authentication outside of the cloud shows no secret."""

from nephoscope.poll.dynamic.authentication import Authentication
from nephoscope.poll.secret import Secret


def test_parameters_are_not_shown() -> None:
    assert "t0k3n" not in repr(Authentication("nephoscope", "bearer", Secret("t0k3n")))
