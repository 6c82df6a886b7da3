"""`farewave openapi`: the API's description, as the web app's types are generated from it."""

import json

from farewave.app.compose import build
from farewave.app.settings import Settings


def openapi() -> None:
    """Print the OpenAPI description of /api/v1 as JSON."""
    described = build(Settings(profile="sandbox")).openapi()
    print(json.dumps(described, ensure_ascii=False, indent=2))
