"""What a method of the gateway is: a reader of `biz_content`, and the work in a transaction."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from farewave.db import Database, Tx
from farewave.gateway.certificates import PlatformCertificates
from farewave.gateway.model import Platform, RegisteredApp
from farewave.gateway.problems import Problem
from farewave.kit.outcome import Refused
from farewave.payments.desk import PayDesk

C = TypeVar("C")
Content = Mapping[str, object]
Done = dict[str, object]
"""An answer's node; without `code` and `msg` it is a plain success."""


class BareDone(dict[str, object]):
    """An answer that has no `code` and `msg` in v2, either."""


@dataclass(frozen=True, slots=True)
class Caller:
    """For whom a call is; where the trade's news go, and its buyer afterwards.

    `app` is the merchant's: all that a method does, it does for that one's merchant. It is who
    signed, unless the merchant lets an `agent`, another's application, act for it.
    """

    app: RegisteredApp
    notify_url: str | None
    return_url: str | None
    platform: Platform
    agent: RegisteredApp | None = None

    @property
    def signer(self) -> RegisteredApp:
        """Who called, proved by the signature."""
        return self.agent or self.app

    @property
    def agent_app_id(self) -> str | None:
        """The number of who acts for the merchant, if somebody does."""
        return None if self.agent is None else self.agent.app_id


@dataclass(frozen=True, slots=True)
class Method(Generic[C]):
    """One method: `read` makes the typed command, `carry_out` does it for the caller."""

    name: str
    read: Callable[[Content], C | Problem]
    carry_out: Callable[[Tx, Caller, C], Awaitable[Done | Problem | Refused]]


@dataclass(frozen=True, slots=True)
class DeskMethod(Generic[C]):
    """A method that is carried out together with others, on the payments desk."""

    name: str
    read: Callable[[Content], C | Problem]
    ask: Callable[[PayDesk, Caller, C], Awaitable[Done | Problem | Refused]]


@dataclass(frozen=True, slots=True)
class SteppedMethod(Generic[C]):
    """A method that may take more than one transaction."""

    name: str
    read: Callable[[Content], C | Problem]
    carry_out: Callable[[Database, Caller, C], Awaitable[Done | Problem | Refused]]


@dataclass(frozen=True, slots=True)
class PageMethod(Generic[C]):
    """A method that a browser asks for: `carry_out` gives the page to go on to, as `location`."""

    name: str
    read: Callable[[Content], C | Problem]
    carry_out: Callable[[Tx, Caller, C], Awaitable[Done | Problem | Refused]]


@dataclass(frozen=True, slots=True)
class PlatformMethod(Generic[C]):
    """A method that tells something of the platform itself; it needs no database."""

    name: str
    read: Callable[[Content], C | Problem]
    tell: Callable[[PlatformCertificates, C], Done | Problem]


@dataclass(frozen=True, slots=True)
class ParametersMethod(Generic[C]):
    """A method whose fields are parameters of the call (in v3 its body's), not `biz_content`'s."""

    name: str
    read: Callable[[Content], C | Problem]
    carry_out: Callable[[Tx, Caller, C], Awaitable[Done | Problem | Refused]]


AnyMethod = (
    Method[Any]
    | DeskMethod[Any]
    | SteppedMethod[Any]
    | PageMethod[Any]
    | PlatformMethod[Any]
    | ParametersMethod[Any]
)
