"""/api/v1/wallet: the balance, top-ups, transfers, bills."""

from fastapi import APIRouter

from farewave.wallet.endpoints import bills, top_ups, transfers

router = APIRouter()
router.include_router(top_ups.router)
router.include_router(bills.router)
router.include_router(transfers.router)
