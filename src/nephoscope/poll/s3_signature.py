# SPDX-License-Identifier: Apache-2.0
"""Version 2 of the S3 signature, as RADOS gateways take it, for a GET with the bucket in the path."""

import base64
import hashlib
import hmac
from email.utils import formatdate
from urllib.parse import urlsplit

# Parts of a query that the signature covers.
_COVERED = frozenset(
    [
        *("acl", "cors", "delete", "lifecycle", "location", "logging", "notification", "partNumber", "policy"),
        *("requestPayment", "tagging", "torrent", "uploadId", "uploads", "versionId", "versioning", "versions"),
        "website",
    ]
)


def signed(access: str, secret: str, url: str, now_s: float | None = None) -> dict[str, str]:
    """Headers that let the owner of a key pair read `url` now; `now_s` is the wall clock unless given."""
    date = formatdate(now_s, usegmt=True)
    text = f"GET\n\n\n{date}\n{_resource(url)}"
    signature = base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()).decode()
    return {"Date": date, "Authorization": f"AWS {access}:{signature}"}


def _resource(url: str) -> str:
    parts = urlsplit(url)
    covered = sorted(each for each in parts.query.split("&") if each.partition("=")[0] in _COVERED)
    return (parts.path or "/") + (f"?{'&'.join(covered)}" if covered else "")
