"""The wire types of people. Lengths are bounded here, meaning is judged by the service."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from farewave.kit.ids import id_text
from farewave.kit.sealing import Sealer
from farewave.people import model
from farewave.people.model import CodePurpose

PERSON_PREFIX = "per"
DEVICE_PREFIX = "dev"

# Wider than what is right, so that a wrong number gets its own refusal and not a general one.
PhoneText = Annotated[str, Field(max_length=32, examples=["13800138000"])]
CodeText = Annotated[str, Field(max_length=16, examples=["246810"])]
Secret = Annotated[SecretStr, Field(max_length=256)]


class PeopleBody(BaseModel):
    """What all bodies share: nothing unknown is let in."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SmsCodeBody(PeopleBody):
    phone: PhoneText
    purpose: CodePurpose


class SmsCode(BaseModel):
    """`sandbox_code` is null in production, always."""

    expires_at: datetime
    resend_at: datetime
    sandbox_code: str | None


class SignUpBody(PeopleBody):
    phone: PhoneText
    code: CodeText
    password: Secret


class SignInBody(PeopleBody):
    phone: PhoneText
    password: Secret


class SignInByCodeBody(PeopleBody):
    phone: PhoneText
    code: CodeText


class ResetPasswordBody(PeopleBody):
    phone: PhoneText
    code: CodeText
    password: Secret


class PayPasswordBody(PeopleBody):
    pay_password: Secret
    password: Secret


class RealNameBody(PeopleBody):
    name: Annotated[str, Field(max_length=100, examples=["李明"])]
    identity_number: Annotated[str, Field(max_length=32, examples=["11010519491231002X"])]


class Person(BaseModel):
    """The signed-in person as only the person sees it."""

    person_id: str
    user_no: str
    phone_masked: str
    name: str | None
    name_masked: str
    identity_masked: str | None
    real_name_level: Literal[0, 1]
    has_pay_password: bool
    pay_password_locked_until: datetime | None


def person_out(person: model.Person, sealer: Sealer) -> Person:
    """`person` for the person's own eyes: the name in clear."""
    return Person(
        person_id=id_text(PERSON_PREFIX, person.person_id),
        user_no=person.user_no,
        phone_masked=person.phone_masked,
        name=person.real_name.reveal(sealer) if person.real_name else None,
        name_masked=person.name_masked,
        identity_masked=person.identity_masked,
        real_name_level=1 if person.real_name_level else 0,
        has_pay_password=person.has_pay_password,
        pay_password_locked_until=person.pay_password_locked_until,
    )


class Device(BaseModel):
    """Somewhere the person is signed in. `name` is like `iPhone · Safari`, null when not known."""

    device_id: str
    name: str | None
    signed_in_at: datetime
    seen_at: datetime
    is_this: bool


def device_out(device: model.Device, actor: model.Actor) -> Device:
    """`device` for its person, who asks from one of them."""
    return Device(
        device_id=id_text(DEVICE_PREFIX, device.session_id),
        name=None if device.label == model.UNKNOWN_DEVICE else device.label,
        signed_in_at=device.signed_in_at,
        seen_at=device.seen_at,
        is_this=device.session_id == actor.session_id,
    )
