"""The built web app and the console: hashed assets cached for good, every other page path answered
by its entry."""

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

WEB = Path(__file__).parent / "web"
_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
)
_PAGE_HEADERS = {
    "cache-control": "no-cache",
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}
NOT_PAGES = ("api/", "v3/", "oauth2/", "otn/", "rail/")
"""Doors of machines: what isn't there is told to a machine."""
_NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Farewave</title>
<p>The web app isn't built yet: run <code>make setup</code>.</p></html>"""


class _Assets(StaticFiles):
    """Files whose names carry a hash of their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code == 200:
            response.headers["cache-control"] = "public, max-age=31536000, immutable"
            response.headers["x-content-type-options"] = "nosniff"
        return response


async def page(request: Request) -> Response:
    """A file of the app's root (icon, manifest, service worker), else the app itself."""
    asked = request.path_params.get("path", "")
    if asked.startswith(NOT_PAGES):
        raise HTTPException(404)
    file = (WEB / asked).resolve()
    if asked and file.is_relative_to(WEB) and file.is_file():
        return FileResponse(
            file, headers={"cache-control": "no-cache", "x-content-type-options": "nosniff"}
        )
    if "." in asked.rpartition("/")[2]:
        return Response(status_code=404)
    entry = WEB / "index.html"
    if not entry.is_file():
        return HTMLResponse(_NOT_BUILT, status_code=503)
    return FileResponse(entry, headers=_PAGE_HEADERS)


async def console(_: Request) -> Response:
    """The entry of the console, whose pages tell themselves apart."""
    entry = WEB / "console" / "console.html"
    if not entry.is_file():
        return HTMLResponse(_NOT_BUILT, status_code=503)
    return FileResponse(entry, headers={**_PAGE_HEADERS, "referrer-policy": "no-referrer"})


def web_routes() -> list[Mount | Route]:
    """Last in the application: they answer whatever no other door took."""
    return [
        Mount("/assets", _Assets(directory=WEB / "assets", check_dir=False)),
        Mount("/console/assets", _Assets(directory=WEB / "console" / "assets", check_dir=False)),
        Route("/console", console, methods=["GET", "HEAD"]),
        Route("/console/{path:path}", console, methods=["GET", "HEAD"]),
        Route("/{path:path}", page, methods=["GET", "HEAD"]),
    ]
