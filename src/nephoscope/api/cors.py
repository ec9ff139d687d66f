# SPDX-License-Identifier: Apache-2.0
"""Cross-origin requests: browsers may call us from configured origins, and from no others."""

from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
ALLOWED_HEADERS = (
    "Accept, Authorization, Content-Encoding, Content-Type, If-Match, If-Modified-Since, If-None-Match, "
    "If-Unmodified-Since, Nephoscope-Project, X-Auth-Token, X-Domain-Id, X-Project-Id, X-Roles, X-Subject-Token, "
    "X-User-Id"
)
EXPOSED_HEADERS = "ETag, Last-Modified, Link, Location, Retry-After"
PREFLIGHT_AGE_S = 3600


class CrossOrigin:
    """Answers preflight requests of `origins` and marks their answers; `*` lets every origin in, without cookies."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self.app = app
        self.origins = frozenset(origin.rstrip("/") for origin in origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self.origins:
            return await self.app(scope, receive, send)
        headers = Headers(scope=scope)
        marks = self._marks(headers.get("origin", ""))
        if marks and scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            return await Response(headers={**marks, **_preflight()})(scope, receive, send)

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                answer.update(marks)
                answer.add_vary_header("Origin")
            await send(message)

        await self.app(scope, receive, marked)

    def _marks(self, origin: str) -> dict[str, str]:
        if origin in self.origins:
            return {
                "Access-Control-Allow-Origin": origin,
                "Access-Control-Allow-Credentials": "true",
                "Access-Control-Expose-Headers": EXPOSED_HEADERS,
            }
        if origin and "*" in self.origins:
            return {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": EXPOSED_HEADERS}
        return {}


def _preflight() -> dict[str, str]:
    return {
        "Access-Control-Allow-Methods": METHODS,
        "Access-Control-Allow-Headers": ALLOWED_HEADERS,
        "Access-Control-Max-Age": str(PREFLIGHT_AGE_S),
        "Vary": "Origin",
    }
