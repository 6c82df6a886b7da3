"""The doors of rail. `router` is everything under /api/v1/rail; `notify_router` the platform's own.

`app` includes both, and puts the middleware `LeftTickets` before its guard.
"""

from fastapi import APIRouter

from farewave.rail.endpoints import gates, journeys, orders
from farewave.rail.endpoints.left_tickets import LeftTickets
from farewave.rail.endpoints.notify import router as notify_router

router = APIRouter(prefix="/api/v1/rail", tags=["rail"])
router.include_router(journeys.router)
router.include_router(orders.router)
router.include_router(gates.router)

__all__ = ["LeftTickets", "notify_router", "router"]
