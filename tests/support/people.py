"""Signed-up people for the tests of every context.

`signed_up_person` writes a person straight into the database, `signed_in_client` gives an HTTP
client with that person's cookie. Numbers are made by counting, so that two people never collide.
"""

from dataclasses import dataclass
from itertools import count

import httpx
from fastapi import FastAPI

from farewave.db import Database
from farewave.kit.outcome import Refused
from farewave.kit.sealing import Sealer
from farewave.people import service
from farewave.people.deps import PeopleDeps
from farewave.people.hashing import HashCost, PasswordHashing
from farewave.people.model import Actor, CodePurpose, Person, PhoneNumber, check_character
from farewave.people.session import COOKIE
from farewave.people.token import SessionToken

CHEAP_HASHING = PasswordHashing(HashCost(passes=1, memory_kib=8, lanes=1))
"""For tests only: what argon2 allows at the least."""

PASSWORD = "river4crossing"
PAY_PASSWORD = "280416"
NAME = "李明"
ORIGIN = "http://farewave.test"

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Someone:
    """A signed-up person, who acts, and the token of the session."""

    person: Person
    actor: Actor
    token: SessionToken
    phone: PhoneNumber
    identity_number: str | None
    password: str = PASSWORD
    pay_password: str | None = PAY_PASSWORD


class NoSms:
    """An `SmsSender` that keeps what it was given."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    async def send(self, phone: PhoneNumber, text: str) -> None:
        self.sent.append((phone.digits, text))


def some_phone() -> PhoneNumber:
    """A number nobody had yet."""
    return PhoneNumber(f"139{next(_numbers):08d}")


def some_identity_number(born: str = "19900307") -> str:
    """A valid number nobody had yet; 999 of them for each `born` (yyyymmdd) and area."""
    area, serial = divmod(next(_numbers), 999)
    first_17 = f"{110101 + area}{born}{serial + 1:03d}"
    return first_17 + check_character(first_17)


async def signed_up_person(
    database: Database,
    sealer: Sealer,
    *,
    phone: str | None = None,
    real_name: bool = True,
    name: str = NAME,
    identity_number: str | None = None,
    pay_password: str | None = PAY_PASSWORD,
) -> Someone:
    """A new person with a session; each argument that is None is made up, or left out."""
    number = some_phone() if phone is None else PhoneNumber(phone)
    identity = (identity_number or some_identity_number()) if real_name else None
    async with database.transaction() as tx:
        sent = await service.send_code(tx, sealer, number, CodePurpose.SIGN_UP, "zh")
        assert not isinstance(sent, Refused), sent
        entered = await service.sign_up(
            tx, sealer, CHEAP_HASHING, phone=number, code=sent.code, password=PASSWORD
        )
        assert not isinstance(entered, Refused), entered
        seen = await service.actor_of_token(tx, entered.token)
        assert seen is not None
        person: Person | Refused = entered.person
        if identity is not None:
            person = await service.set_real_name(
                tx, sealer, seen.actor, name=name, identity_number=identity
            )
            assert not isinstance(person, Refused), person
        if pay_password is not None:
            person = await service.set_pay_password(
                tx,
                sealer,
                CHEAP_HASHING,
                seen.actor,
                pay_password=pay_password,
                password=PASSWORD,
            )
            assert not isinstance(person, Refused), person
        await tx.execute("DELETE FROM db.outbox WHERE topic = 'people.sms'")
    return Someone(
        person=person,
        actor=seen.actor,
        token=entered.token,
        phone=number,
        identity_number=identity,
        pay_password=pay_password,
    )


def install_people(app: FastAPI, database: Database, sealer: Sealer) -> NoSms:
    """Fill what the session dependency and the endpoints of people need into `app`."""
    sms = NoSms()
    app.state.database = database
    app.state.people = PeopleDeps(sealer=sealer, sms=sms, sandbox=True, hashing=CHEAP_HASHING)
    return sms


def client_of(app: FastAPI, someone: Someone | None = None) -> httpx.AsyncClient:
    """A client of `app` in this process, signed in as `someone`. Use it with `async with`."""
    cookies = {} if someone is None else {COOKIE: someone.token.text}
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url=ORIGIN, cookies=cookies
    )


async def signed_in_client(
    app: FastAPI, *, real_name: bool = True, pay_password: str | None = PAY_PASSWORD
) -> tuple[httpx.AsyncClient, Someone]:
    """A client signed in as a new person; `app` has `state.database` and `state.people`."""
    someone = await signed_up_person(
        app.state.database,
        app.state.people.sealer,
        real_name=real_name,
        pay_password=pay_password,
    )
    return client_of(app, someone), someone
