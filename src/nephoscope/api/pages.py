# SPDX-License-Identifier: Apache-2.0
"""The built front end as files: hashed ones for ever, the one HTML page at the address of every page."""

import hashlib
from pathlib import Path

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from nephoscope.api.offload import offload
from nephoscope.api.problems import render_native

__all__ = ["PagesPart", "render_problem", "routes"]

render_problem = render_native

# First parts of the paths in web/src/pages/index.ts.
PAGES = frozenset(
    {
        *("", "login", "overview", "resources", "explore", "events", "alarms", "silences", "routing", "scaling"),
        *("agents", "sql", "status", "settings"),
    }
)
ASSETS = "assets/"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# The suffixes that the build may leave; the machine's own table of types is not asked, as they differ.
TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
# The build puts compressed copies beside the files; the first that a browser takes is sent.
ENCODINGS = {"br": ".br", "gzip": ".gz"}
NOT_BUILT = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Nephoscope: pages not built</title></head>
<body>
<h1>The server runs, its pages are not built</h1>
<p>In the folder of the source, <code>make web</code> builds them; then load this page again.
An installed package contains them.</p>
<p>Everything is also to be had with the command <code>nephoscope</code> and at <code>/api/v1</code>.</p>
</body>
</html>
"""


class PagesPart(msgspec.Struct, frozen=True):
    """What these pages need: the folder that the front end was built into, which need not exist."""

    folder: Path


class Pages:
    """Answers GET for files and pages; what is neither is 404, as HTML for those who look at it in a browser."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        part: PagesPart = scope["nephoscope.part"]
        response = await offload(answer, part.folder, request)
        await response(scope, receive, send)


def answer(folder: Path, request: Request) -> Response:
    """The response to a request for a file or a page. Raises HTTPException: 404 or 405."""
    path = request.scope["path"].lstrip("/")
    file = _inside(folder, path)
    is_page = path.split("/")[0] in PAGES
    if not file and not is_page and "text/html" not in request.headers.get("Accept", ""):
        raise HTTPException(404)
    if request.method not in ("GET", "HEAD"):
        raise HTTPException(
            405 if file or is_page else 404, headers={"Allow": "GET, HEAD"} if file or is_page else None
        )
    if file:
        return _file(file, request, forever=path.startswith(ASSETS))
    index = _inside(folder, "index.html")
    if not index:
        return _shown(HTMLResponse(NOT_BUILT, 503, {"Cache-Control": "no-store"}))
    return _file(index, request, status=200 if is_page else 404)


def _inside(folder: Path, path: str) -> Path | None:
    """The file of a path below the folder; None where there is none, or `..` or a link lead out."""
    if not path or "\0" in path:
        return None
    found = (folder / path).resolve()
    if found.suffix not in TYPES or not found.is_relative_to(folder.resolve()) or not found.is_file():
        return None
    return found


def _file(file: Path, request: Request, *, status: int = 200, forever: bool = False) -> Response:
    """A file, compressed if the browser takes that; an unchanged one is not sent again."""
    encoding, content = _encoded(file, request.headers.get("Accept-Encoding", ""))
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if forever else "no-cache",
        "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        "Vary": "Accept-Encoding",
    }
    if encoding:
        headers["Content-Encoding"] = encoding
    if status == 200 and headers["ETag"] in request.headers.get("If-None-Match", ""):
        return _shown(Response(None, 304, headers))
    return _shown(Response(content, status, headers, media_type=TYPES[file.suffix]))


def _encoded(file: Path, accepted: str) -> tuple[str, bytes]:
    offered = {part.partition(";")[0].strip() for part in accepted.split(",") if "q=0" not in part.split(";")[1:]}
    for encoding, suffix in ENCODINGS.items():
        copy = file.with_name(file.name + suffix)
        if encoding in offered and copy.is_file():
            return encoding, copy.read_bytes()
    return "", file.read_bytes()


def _shown(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    return response


def routes() -> list[BaseRoute]:
    """One address for everything: what there is, the folder says."""
    return [Route("/{path:path}", Pages())]
