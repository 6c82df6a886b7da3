"""What this context needs of the outside: a bank. One adapter each; `app` fills them in."""

from typing import Protocol
from uuid import UUID

from farewave.banks.model import (
    BindingRequest,
    ConfirmAnswer,
    MoneyAnswer,
    QueryAnswer,
    ReleaseAnswer,
    StartAnswer,
)


class Bank(Protocol):
    """A bank that lets us bind its cards, debit them, and pay to them.

    Every method may be called again with the same id and then gives the answer of the first time.
    An adapter answers `BankUnknown` whenever it can't be sure; it may also raise or never return,
    which its callers take for the same. A refusal is final for its id.
    """

    @property
    def simulated(self) -> bool:
        """Whether no real money moves. The production profile refuses such a bank."""
        ...

    async def start_binding(self, request: BindingRequest) -> StartAnswer:
        """Check holder, identity number and phone of a card and send a code to that phone."""
        ...

    async def confirm_binding(self, bank_reference: str, code: str) -> ConfirmAnswer:
        """Exchange the code for a token. CODE_WRONG, BINDING_EXPIRED, BINDING_DEAD are its noes."""
        ...

    async def release(self, token: str) -> ReleaseAnswer:
        """Give a token back; an unknown one is given back already."""
        ...

    async def debit(
        self, instruction_id: UUID, token: str, amount_fen: int, memo: str
    ) -> MoneyAnswer:
        """Take `amount_fen` from the card and owe it to us."""
        ...

    async def credit(
        self, instruction_id: UUID, token: str, amount_fen: int, memo: str
    ) -> MoneyAnswer:
        """Pay `amount_fen` to the card, out of what the bank owes us."""
        ...

    async def refund(
        self, instruction_id: UUID, debit_id: UUID, amount_fen: int, memo: str
    ) -> MoneyAnswer:
        """Give `amount_fen` of the debit `debit_id` back to its card, also when it was unbound."""
        ...

    async def query(self, instruction_id: UUID) -> QueryAnswer:
        """What became of a debit, credit or refund."""
        ...
