"""The decision on a batch of transfers: pure, in order, each result named.

`decide` walks the batch once. Every transfer is judged against the state that the ones before it
left; a chain of linked transfers is undone whole when one of its members fails. The semantics are
those that TigerBeetle made the field's standard.
"""

from farewave.ledger.rules.batch import decide, opened_or_closed

__all__ = ["decide", "opened_or_closed"]
