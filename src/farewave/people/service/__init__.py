"""The use cases of people. `tx` comes first, nothing here commits, nothing calls outside.

For the contexts above: `person`, `person_by_user_no`, `check_pay_password`, `living_sessions`.
"""

from farewave.people.service.accounts import (
    SignedIn,
    ensure_demo_person,
    person,
    person_by_phone,
    person_by_user_no,
    reset_password,
    sign_in,
    sign_in_by_code,
    sign_up,
)
from farewave.people.service.codes import CodeSent, sandbox_messages, send_code
from farewave.people.service.pay_password import check_pay_password, set_pay_password
from farewave.people.service.real_name import set_real_name
from farewave.people.service.sessions import (
    Seen,
    actor_of_token,
    devices,
    living_sessions,
    renew_session,
    sign_out,
    sign_out_device,
    sign_out_others,
)

__all__ = [
    "CodeSent",
    "Seen",
    "SignedIn",
    "actor_of_token",
    "check_pay_password",
    "devices",
    "ensure_demo_person",
    "living_sessions",
    "person",
    "person_by_phone",
    "person_by_user_no",
    "renew_session",
    "reset_password",
    "sandbox_messages",
    "send_code",
    "set_pay_password",
    "set_real_name",
    "sign_in",
    "sign_in_by_code",
    "sign_out",
    "sign_out_device",
    "sign_out_others",
    "sign_up",
]
