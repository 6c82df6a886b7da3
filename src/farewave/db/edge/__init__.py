"""The edge: how an HTTP request becomes a transaction, and an outcome an answer.

Every refusal leaves as `{"code", "message", "details"}` with a sentence in the caller's language,
an outage as 503, a bug as 500; nothing that a caller can send causes a 5xx.

    answers.py       answer, answer_read, answer_once, answer_outcome: parse → transaction → service
                     → answer
    refusals.py      a refusal as HTTP, and the language it speaks
    handlers.py      what the framework raises, in the same form
    guard.py         what is judged before any route: size, origin, type, JSON
    strict_json.py   JSON that every field and column can hold
"""

from farewave.db.edge.answers import (
    answer,
    answer_done,
    answer_once,
    answer_outcome,
    answer_read,
    command_of,
    database_of,
)
from farewave.db.edge.guard import BugsAnswered, Disconnected, Guard, is_host, whole_body
from farewave.db.edge.handlers import install_error_handlers
from farewave.db.edge.refusals import (
    EdgeRefusal,
    language_in,
    language_of,
    outage_response,
    refusal_response,
)
from farewave.db.edge.strict_json import unstorable

__all__ = [
    "BugsAnswered",
    "Disconnected",
    "EdgeRefusal",
    "Guard",
    "answer",
    "answer_done",
    "answer_once",
    "answer_outcome",
    "answer_read",
    "command_of",
    "database_of",
    "install_error_handlers",
    "is_host",
    "language_in",
    "language_of",
    "outage_response",
    "refusal_response",
    "unstorable",
    "whole_body",
]
