# SPDX-License-Identifier: Apache-2.0
"""Authentication of requests to servers outside of OpenStack, by a table of what is known; no module is imported."""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from nephoscope.model.yaml_tree import Part
from nephoscope.poll.s3_signature import signed
from nephoscope.poll.secret import Secret

Headers = dict[str, str]
Scheme = Callable[[Sequence[str], str], Headers]


def _basic(parameters: Sequence[str], _url: str) -> Headers:
    user, password = parameters
    return {"Authorization": f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"}


def _bearer(parameters: Sequence[str], _url: str) -> Headers:
    (token,) = parameters
    return {"Authorization": f"Bearer {token}"}


def _nobody(_parameters: Sequence[str], _url: str) -> Headers:
    return {}


def _s3(parameters: Sequence[str], url: str) -> Headers:
    return signed(parameters[0], parameters[1], url)


# (module, object) as files name them -> how many parameters it takes, and what it adds to a request.
KNOWN: Mapping[tuple[str, str], tuple[range, Scheme]] = {
    ("requests", "HTTPBasicAuth"): (range(2, 3), _basic),
    ("requests.auth", "HTTPBasicAuth"): (range(2, 3), _basic),
    ("awsauth", "S3Auth"): (range(2, 4), _s3),
    ("nephoscope", "basic"): (range(2, 3), _basic),
    ("nephoscope", "bearer"): (range(1, 2), _bearer),
    ("nephoscope", "none"): (range(2), _nobody),
}


@dataclass(frozen=True)
class Authentication:
    """A row of KNOWN, with the parameters that the file holds; they may come from elsewhere too."""

    module: str
    name: str
    parameters: Secret

    def headers(self, url: str, credentials: str = "") -> Headers:
        """
        What to send with a request; `credentials` are taken when the file has none.

        ValueError when there are too few or too many of them.
        """
        counts, scheme = KNOWN[self.module, self.name]
        parameters = _parameters(self.parameters or credentials)
        if len(parameters) not in counts:
            raise ValueError(f"{self.module}.{self.name} takes {_told(counts)}, there are {len(parameters)}")
        return scheme(parameters, url)


def read_authentication(keys: Mapping[str, Part]) -> Authentication:
    """The authentication that a definition names; BadRequest when it is not known, or cannot take the parameters."""
    module, name = str(keys["module"].value), str(keys["authentication_object"].value)
    if (module, name) not in KNOWN:
        known = ", ".join(".".join(each) for each in KNOWN)
        raise keys["authentication_object"].wrong(
            f"a known authentication, as no code is loaded by its name ({known})", f"{module}.{name}"[:80]
        )
    written = keys.get("authentication_parameters")
    counts = KNOWN[module, name][0]
    if written is not None and len(_parameters(str(written.value))) not in counts:
        raise written.wrong(_told(counts), f"{len(_parameters(str(written.value)))} of them")
    return Authentication(module, name, Secret("" if written is None else written.value))


def _parameters(text: str) -> list[str]:
    return [each.strip() for each in text.split(",")] if text.strip() else []


def _told(counts: range) -> str:
    return f"{counts[0]} to {counts[-1]} parameters with commas between" if len(counts) > 1 else f"{counts[0]} of them"
