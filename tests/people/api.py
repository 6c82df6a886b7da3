"""The doors of people over HTTP, for their tests."""

import httpx
from fastapi import FastAPI

from farewave.db import Database
from farewave.db.edge import install_error_handlers
from farewave.kit.sealing import Sealer
from farewave.people import endpoints
from tests.support.people import install_people

API = "/api/v1/people"


def people_app(database: Database, sealer: Sealer) -> FastAPI:
    """An application with these doors and no others."""
    made = FastAPI()
    install_error_handlers(made)
    install_people(made, database, sealer)
    made.include_router(endpoints.router)
    return made


async def ask_code(client: httpx.AsyncClient, phone: str, purpose: str = "sign_up") -> str:
    answer = await client.post(f"{API}/sms-codes", json={"phone": phone, "purpose": purpose})
    assert answer.status_code == 201, answer.text
    return answer.json()["sandbox_code"]


def refusal(answer: httpx.Response) -> tuple[int, str]:
    body = answer.json()
    assert set(body) == {"code", "message", "details"}
    assert body["message"]
    return answer.status_code, body["code"]
