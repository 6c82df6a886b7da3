"""Who acts for a merchant: others' applications, let in by consent, and put out again."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from farewave.console.deps import console_of
from farewave.console.door import QUERY_CHARS_MAX
from farewave.console.endpoints.apps import AppId
from farewave.console.session import MerchantActor
from farewave.db.edge import answer, answer_read
from farewave.gateway import grants
from farewave.gateway.grants import Agent, Shown

router = APIRouter()


class ConsoleAgentConsent(BaseModel):
    """Which application wants to act for which of the merchant's own."""

    agent_name: str
    agent_app_id: str
    own_name: str
    own_app_id: str
    consent: str
    """Handed back by the merchant who agrees; good for half an hour."""
    declined_to: str
    """The other application's page for who doesn't."""


class AgentConsentBody(BaseModel):
    """What the page was given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    consent: Annotated[str, Field(max_length=8192)]


class ConsoleAgentAgreed(BaseModel):
    """Back to the other application, with the code."""

    return_to: str


class ConsoleAgent(BaseModel):
    """An application that may act for one of the merchant's own.

    `since` null: the merchant agreed, and the application hasn't fetched its token yet.
    """

    agent_app_id: str
    name: str
    app_id: str
    agreed_at: datetime
    since: datetime | None


@router.get(
    "/agent-consents", response_model=ConsoleAgentConsent, operation_id="getConsoleAgentConsent"
)
async def show_consent(
    request: Request,
    actor: MerchantActor,
    app_id: Annotated[str, Query(max_length=32, examples=["2021000000000000"])],
    redirect_uri: Annotated[str, Query(max_length=QUERY_CHARS_MAX)],
    state: Annotated[str | None, Query(max_length=QUERY_CHARS_MAX)] = None,
) -> Response:
    """What the page says."""
    assert actor.merchant_id is not None
    merchant_id, sealer = actor.merchant_id, console_of(request).site.sealer
    query = {"app_id": app_id, "redirect_uri": redirect_uri, "state": state or ""}
    return await answer_read(
        request, lambda tx: grants.show(tx, sealer, merchant_id, query), _consent_out
    )


@router.post(
    "/agent-consents", response_model=ConsoleAgentAgreed, operation_id="agreeToConsoleAgent"
)
async def agree(request: Request, actor: MerchantActor, body: AgentConsentBody) -> Response:
    """Let the other application act. Again is the same code."""
    assert actor.merchant_id is not None
    merchant_id, sealer = actor.merchant_id, console_of(request).site.sealer
    return await answer(
        request,
        lambda tx: grants.agree(tx, sealer, merchant_id, body.consent),
        lambda location: ConsoleAgentAgreed(return_to=location),
    )


@router.get("/agents", response_model=list[ConsoleAgent], operation_id="listConsoleAgents")
async def list_agents(request: Request, actor: MerchantActor) -> Response:
    """Who may act for the merchant, the latest first."""
    assert actor.merchant_id is not None
    merchant_id = actor.merchant_id
    return await answer_read(request, lambda tx: grants.agents_of(tx, merchant_id), _agents_out)


@router.delete(
    "/agents/{app_id}", response_model=list[ConsoleAgent], operation_id="revokeConsoleAgent"
)
async def revoke(request: Request, actor: MerchantActor, app_id: AppId) -> Response:
    """Let an application act no more: its next call in the merchant's name is refused.

    One that doesn't act is away already.
    """
    assert actor.merchant_id is not None
    merchant_id = actor.merchant_id
    return await answer(request, lambda tx: grants.revoke(tx, merchant_id, app_id), _agents_out)


def _consent_out(shown: Shown) -> ConsoleAgentConsent:
    return ConsoleAgentConsent(
        agent_name=shown.agent.name,
        agent_app_id=shown.agent.app_id,
        own_name=shown.own.name,
        own_app_id=shown.own.app_id,
        consent=shown.consent,
        declined_to=shown.asked.declined,
    )


def _agents_out(agents: list[Agent]) -> list[ConsoleAgent]:
    return [
        ConsoleAgent(
            agent_app_id=each.agent_app_id,
            name=each.name,
            app_id=each.app_id,
            agreed_at=each.grant.created_at,
            since=each.grant.started_at,
        )
        for each in agents
    ]
