"""/api/v1/wallet: the balance, top-ups, bills."""

from fastapi import APIRouter

from farewave.wallet.endpoints import bills, top_ups

router = APIRouter()
router.include_router(top_ups.router)
router.include_router(bills.router)
