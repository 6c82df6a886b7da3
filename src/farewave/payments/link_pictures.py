"""The QR codes of links as pictures, for who prints them or shows them on a screen of their own."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from farewave.kit.qr import qr_svg
from farewave.payments.link import is_token

_HEADERS = {"cache-control": "no-store", "content-security-policy": "default-src 'none'"}


def picture_route(path: str, base_url: Callable[[Request], str]) -> Route:
    """`PATH/TOKEN.svg`: the code of `PATH/TOKEN`, whether or not there is anything behind it."""

    async def show(request: Request) -> Response:
        token = str(request.path_params["token"])
        if not is_token(token):
            return Response(status_code=404)
        code = qr_svg(f"{base_url(request)}{path}{token}")
        return Response(code, media_type="image/svg+xml", headers=_HEADERS)

    return Route(f"{path}{{token}}.svg", show, methods=["GET"], include_in_schema=False)
