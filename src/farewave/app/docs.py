"""`/api/docs`: the API to read and to try, from files that were built into the web app."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Farewave API</title>
<link rel="icon" href="/favicon.svg">
<link rel="stylesheet" href="/swagger/swagger-ui.css">
</head>
<body>
<main id="swagger-ui"></main>
<script src="/swagger/swagger-ui-bundle.js"></script>
<script src="/swagger/start.js"></script>
</body>
</html>"""


async def docs(request: Request) -> Response:
    """Swagger UI over `/api/openapi.json`; nothing is loaded from elsewhere."""
    return HTMLResponse(_PAGE, headers={"cache-control": "no-cache"})


def docs_routes() -> list[Route]:
    return [Route("/api/docs", docs)]
