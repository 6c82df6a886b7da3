"""The use cases of people, each in its own transaction, at test cost."""

from farewave.db import Database
from farewave.kit.outcome import Refused
from farewave.people import service
from farewave.people.model import CodePurpose
from farewave.people.token import SessionToken
from tests.support.people import CHEAP_HASHING, PASSWORD

SIGN_UP, SIGN_IN = CodePurpose.SIGN_UP, CodePurpose.SIGN_IN


async def send_code(database: Database, sealer, phone, purpose=SIGN_UP):
    return await database.run(lambda tx: service.send_code(tx, sealer, phone, purpose, "zh"))


async def sign_up(database: Database, sealer, phone, code, password=PASSWORD):
    return await database.run(
        lambda tx: service.sign_up(
            tx, sealer, CHEAP_HASHING, phone=phone, code=code, password=password
        )
    )


async def sign_in(database: Database, sealer, phone, password=PASSWORD):
    return await database.run(
        lambda tx: service.sign_in(tx, sealer, CHEAP_HASHING, phone=phone, password=password)
    )


async def check(database: Database, someone, pay_password):
    return await database.run(
        lambda tx: service.check_pay_password(tx, someone.actor, pay_password)
    )


async def actor_of(database: Database, token: SessionToken):
    async with database.reading() as tx:
        return await service.actor_of_token(tx, token)


def wrong_code(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def reasons(outcomes) -> list:
    return [each.reason if isinstance(each, Refused) else None for each in outcomes]


async def set_pay(database, sealer, someone, pay_password, password=PASSWORD):
    return await database.run(
        lambda tx: service.set_pay_password(
            tx, sealer, CHEAP_HASHING, someone.actor, pay_password=pay_password, password=password
        )
    )


async def set_name(database, sealer, someone, name, identity_number):
    return await database.run(
        lambda tx: service.set_real_name(
            tx, sealer, someone.actor, name=name, identity_number=identity_number
        )
    )
