"""/api/v1/console, a file for each of its pages."""

from fastapi import APIRouter

from farewave.console.endpoints import access, agents, apps, bills, notifications, trades

PREFIX = "/api/v1/console"
router = APIRouter(prefix=PREFIX, tags=["console"])
for _page in (access, apps, agents, trades, notifications, bills):
    router.include_router(_page.router)

__all__ = ["router"]
