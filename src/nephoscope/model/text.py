# SPDX-License-Identifier: Apache-2.0
"""Which texts can be kept: both databases must be able to hold what one of them accepts."""

import re

from nephoscope.model.errors import BadRequest

TEXT_LENGTH_MAX = 255

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """
    Whether a text has neither NUL, which PostgreSQL refuses, nor half a surrogate pair, which has no UTF-8 form.

    >>> is_storable("vm-1"), is_storable("vm\\0"), is_storable("vm\\ud800")
    (True, False, False)
    """
    return _UNSTORABLE.search(text) is None


def made_storable(text: str) -> str:
    """
    A text that may be anything, with what cannot be stored replaced: for what must be kept, whoever wrote it.

    >>> made_storable("vm\\0 \\ud800")
    'vm� ?'
    """
    return text.replace("\0", "�").encode(errors="replace").decode()


def check_length(what: str, text: str | None, length_max: int = TEXT_LENGTH_MAX, *, length_min: int = 1) -> None:
    """Refuse, as BadRequest, a text (None is fine) that is too short or too long, or cannot be stored."""
    if text is not None and not (length_min <= len(text) <= length_max and is_storable(text)):
        raise BadRequest(f"{what}: {length_min} to {length_max} characters, no NUL and no unpaired surrogates")
