"""A small application to try the edge on: notes that are kept, refused, or kept all the same."""

import asyncio
from uuid import UUID

import httpx
from fastapi import Depends, FastAPI, Request, Response
from pydantic import BaseModel, ConfigDict

from farewave.db import Database, DatabaseAway, ReadTx, Tx
from farewave.db.edge import (
    EdgeRefusal,
    answer,
    answer_once,
    answer_read,
    install_error_handlers,
)
from farewave.kit.outcome import KitRefusal, Refused

ACTOR = UUID("01890000-0000-7001-8000-000000000001")


class Note(BaseModel):
    model_config = ConfigDict(extra="forbid")
    text: str
    count: int = 1
    pay_password: str | None = None


class Kept(BaseModel):
    text: str
    position: int


async def _refused_dependency() -> None:
    raise EdgeRefusal(Refused(KitRefusal.SANDBOX_ONLY))


async def _keep(tx: Tx, note: Note) -> Kept | Refused:
    """Writes before it refuses, so that a test sees what stays."""
    position = await tx.fetchval(
        "INSERT INTO note (text) VALUES ($1) RETURNING position", note.text
    )
    if note.text == "slow":
        await asyncio.sleep(0.3)
    if note.text in ("refuse", "refuse but keep"):
        return Refused(KitRefusal.NOT_FOUND, keep_changes=note.text == "refuse but keep")
    return Kept(text=note.text, position=position)


def notes_app(database: Database) -> FastAPI:
    app = FastAPI()
    app.state.database = database
    install_error_handlers(app)

    @app.post("/api/v1/notes")
    async def make(request: Request, note: Note) -> Response:
        return await answer(request, lambda tx: _keep(tx, note), lambda kept: kept, status=201)

    @app.post("/api/v1/notes-once")
    async def make_once(request: Request, note: Note) -> Response:
        return await answer_once(
            request,
            shard=0,
            actor_id=ACTOR,
            operation="note",
            body=note,
            work=lambda tx: _keep(tx, note),
            present=lambda kept: kept,
            status=201,
        )

    @app.get("/api/v1/notes")
    async def listkept_notes(request: Request, limit: int = 10, text: str = "") -> Response:
        async def work(tx: ReadTx) -> list[Kept]:
            rows = await tx.fetch("SELECT * FROM note WHERE text <> $1 ORDER BY position", text)
            return [Kept(**dict(row)) for row in rows]

        return await answer_read(request, work, lambda notes: notes)

    @app.delete("/api/v1/notes")
    async def forget(request: Request) -> Response:
        async def work(tx: Tx) -> None:
            await tx.execute("DELETE FROM note")

        return await answer(request, work, lambda nothing: nothing)

    @app.get("/api/v1/bug")
    async def bug() -> None:
        raise RuntimeError("13800138000")

    @app.get("/api/v1/away")
    async def away() -> None:
        raise DatabaseAway("gone")

    @app.get("/api/v1/closed", dependencies=[Depends(_refused_dependency)])
    async def closed() -> None:
        raise AssertionError("not reached")

    @app.post("/form")
    async def form(request: Request) -> Response:
        return Response(str(len(await request.body())))

    return app


async def kept_notes(client: httpx.AsyncClient) -> list[str]:
    return [note["text"] for note in (await client.get("/api/v1/notes")).json()]
