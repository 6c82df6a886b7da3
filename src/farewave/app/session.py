"""What the web app asks first: which installation this is, who is signed in."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from farewave.app.demo import DEMO
from farewave.app.settings import Settings
from farewave.db import ReadTx
from farewave.db.edge import answer_read
from farewave.people import service as people
from farewave.people.endpoints import Person, present_person
from farewave.people.session import optional_actor

router = APIRouter(prefix="/api/v1", tags=["session"])


class DemoAccount(BaseModel):
    """A demonstration person to sign in as (sandbox only)."""

    phone: str
    password: str
    pay_password: str


class Session(BaseModel):
    """`person` is null when nobody is signed in."""

    profile: Literal["sandbox", "production"]
    now: datetime
    languages: list[Literal["zh", "en"]]
    person: Person | None
    demo: DemoAccount | None


@router.get("/session", response_model=Session, operation_id="getSession")
async def get_session(request: Request) -> Response:
    """The installation's profile and clock, and the signed-in person."""
    settings: Settings = request.app.state.settings
    actor = await optional_actor(request)
    demo = DemoAccount(phone=DEMO.phone, password=DEMO.password, pay_password=DEMO.pay_password)

    async def work(tx: ReadTx) -> Session:
        person = await people.person(tx, actor.shard, actor.person_id) if actor else None
        return Session(
            profile=settings.profile.value,
            now=tx.now,
            languages=["zh", "en"],
            person=present_person(request, person) if person else None,
            demo=demo if settings.sandbox else None,
        )

    return await answer_read(request, work, lambda view: view)
