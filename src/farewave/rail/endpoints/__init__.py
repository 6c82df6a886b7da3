"""The doors of rail. `router` is everything under /api/v1/rail; `notify_router` the platform's own.

`app` includes both, and puts `left_tickets_routes` before all others.
"""

from fastapi import APIRouter
from starlette.routing import BaseRoute

from farewave.rail.endpoints import gates, journeys, orders
from farewave.rail.endpoints.left_tickets import LeftTicketsRoute
from farewave.rail.endpoints.notify import router as notify_router

router = APIRouter(prefix="/api/v1/rail", tags=["rail"])
router.include_router(journeys.router)
router.include_router(orders.router)
router.include_router(gates.router)

__all__ = ["left_tickets_routes", "notify_router", "router"]


def left_tickets_routes() -> list[BaseRoute]:
    """The quick way to the busiest answer."""
    return [LeftTicketsRoute()]
