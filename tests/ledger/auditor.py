"""A second, tiny ledger that shares nothing with the first but the nouns.

It keeps no balance: only the list of transfers that stand, out of which it adds everything up anew
each time. It collects *every* result that would be right to give and then takes the first in the
order of the enum; so it also proves that the order in which the rules look is the documented one.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from farewave.kit.money import AMOUNT_FEN_MAX
from farewave.ledger.model import TOTAL_FEN_MAX, Flag, Stage, Transfer, TransferResult

R = TransferResult
ORDER = list(TransferResult)
ENDED_AS = {
    Stage.POST_PENDING: R.PENDING_TRANSFER_ALREADY_POSTED,
    Stage.VOID_PENDING: R.PENDING_TRANSFER_ALREADY_VOIDED,
    Stage.EXPIRE_PENDING: R.PENDING_TRANSFER_EXPIRED,
}


@dataclass(frozen=True)
class Holder:
    """What doesn't change of an account."""

    currency: str = "CNY"
    no_overdraft: bool = False
    no_surplus: bool = False


@dataclass(frozen=True)
class Stood:
    """A transfer that stands, with what its end left out filled in."""

    asked: Transfer
    at: datetime
    debit: UUID
    credit: UUID
    amount: int


def _all_named(asked: Transfer) -> tuple[UUID, UUID, int]:
    assert asked.debit_account_id is not None
    assert asked.credit_account_id is not None
    assert asked.amount_fen is not None
    return asked.debit_account_id, asked.credit_account_id, asked.amount_fen


@dataclass
class Auditor:
    holders: dict[UUID, Holder]
    currency: str = "CNY"
    stood: list[Stood] = field(default_factory=list)

    def submit(self, batch: list[Transfer], now: datetime) -> list[TransferResult]:
        """The results that the ledger must give."""
        results: list[TransferResult] = []
        chain: list[Transfer] = []
        for transfer in batch:
            chain.append(transfer)
            if not transfer.linked:
                results += self._chain(chain, now)
                chain = []
        if chain:
            why = [R.LINKED_EVENT_FAILED] * (len(chain) - 1) + [R.LINKED_EVENT_CHAIN_OPEN]
            results += [self._unless_it_stood(*each) for each in zip(chain, why, strict=True)]
        return results

    def _chain(self, chain: list[Transfer], now: datetime) -> list[TransferResult]:
        before = list(self.stood)
        results: list[TransferResult] = []
        for transfer in chain:
            result = self.result(transfer, now)
            if result not in (R.CREATED, R.EXISTS):
                self.stood = before
                why = [R.LINKED_EVENT_FAILED] * len(chain)
                why[len(results)] = result
                return [self._unless_it_stood(*each) for each in zip(chain, why, strict=True)]
            if result is R.CREATED:
                self._stand(transfer, now)
            results.append(result)
        return results

    def _unless_it_stood(self, asked: Transfer, otherwise: TransferResult) -> TransferResult:
        stood = self.find(asked.transfer_id)
        return R.EXISTS if stood and not self._differences(asked, stood) else otherwise

    def find(self, transfer_id: UUID | None) -> Stood | None:
        found = [each for each in self.stood if each.asked.transfer_id == transfer_id]
        return found[0] if found else None

    def _stand(self, asked: Transfer, now: datetime) -> None:
        begun, undone = self.find(asked.pending_id), self.find(asked.reverses_id)
        if undone is not None:
            self.stood.append(Stood(asked, now, undone.credit, undone.debit, undone.amount))
        elif begun is None:
            debit, credit, amount = _all_named(asked)
            amount = self._balanced(asked)
            self.stood.append(Stood(asked, now, debit, credit, amount))
        else:
            amount = begun.amount if asked.amount_fen is None else asked.amount_fen
            self.stood.append(Stood(asked, now, begun.debit, begun.credit, amount))

    def totals(self, account_id: UUID) -> tuple[int, int, int, int]:
        """Debits posted, credits posted, debits pending, credits pending: added up anew."""
        sums = {"dp": 0, "cp": 0, "dn": 0, "cn": 0}
        ended = {each.asked.pending_id for each in self.stood}
        for each in self.stood:
            is_open = each.asked.transfer_id not in ended
            for side, holder in (("d", each.debit), ("c", each.credit)):
                if holder != account_id:
                    continue
                if each.asked.stage in (Stage.POSTED, Stage.POST_PENDING, Stage.REVERSAL):
                    sums[f"{side}p"] += each.amount
                elif each.asked.stage is Stage.PENDING and is_open:
                    sums[f"{side}n"] += each.amount
        return sums["dp"], sums["cp"], sums["dn"], sums["cn"]

    def result(self, asked: Transfer, now: datetime) -> TransferResult:
        stood = self.find(asked.transfer_id)
        if stood is not None:
            return min(self._differences(asked, stood), key=ORDER.index, default=R.EXISTS)
        wrongs = self._wrongs_of_amount(asked)
        if asked.stage is Stage.REVERSAL:
            wrongs |= self._wrongs_of_reversal(asked)
        elif asked.stage in (Stage.POSTED, Stage.PENDING):
            debit, credit, _ = _all_named(asked)
            wrongs |= self._wrongs_of_begin(debit, credit, self._balanced(asked))
            wrongs |= self._wrongs_of_flags(asked)
        else:
            wrongs |= self._wrongs_of_end(asked, now)
        return min(wrongs, key=ORDER.index, default=R.CREATED)

    def _differences(self, asked: Transfer, stood: Stood) -> set[TransferResult]:
        was = stood.asked
        begun = self.find(was.pending_id)
        amount = begun.amount if begun and asked.amount_fen is None else asked.amount_fen
        if was.stage is Stage.REVERSAL:
            amount = stood.amount
        there = was.amount_fen if was.flags else stood.amount
        debit_differs = asked.debit_account_id not in (stood.debit, None)
        credit_differs = asked.credit_account_id not in (stood.credit, None)
        return {
            name
            for name, differs in {
                R.EXISTS_WITH_DIFFERENT_STAGE: asked.stage != was.stage,
                R.EXISTS_WITH_DIFFERENT_PENDING_ID: asked.pending_id != was.pending_id,
                R.EXISTS_WITH_DIFFERENT_REVERSES_ID: asked.reverses_id != was.reverses_id,
                R.EXISTS_WITH_DIFFERENT_ACCOUNTS: debit_differs or credit_differs,
                R.EXISTS_WITH_DIFFERENT_AMOUNT: amount != there,
                R.EXISTS_WITH_DIFFERENT_FLAGS: asked.flags != was.flags,
                R.EXISTS_WITH_DIFFERENT_TIMEOUT: asked.timeout_s != was.timeout_s,
                R.EXISTS_WITH_DIFFERENT_REASON: asked.reason != was.reason,
                R.EXISTS_WITH_DIFFERENT_BUSINESS: asked.business != was.business,
            }.items()
            if differs
        }

    def _wrongs_of_amount(self, asked: Transfer) -> set[TransferResult]:
        amount = asked.amount_fen
        least = 0 if asked.flags & (Flag.CLOSING_DEBIT | Flag.CLOSING_CREDIT) else 1
        wrong = amount is not None and (amount < least or amount > AMOUNT_FEN_MAX)
        return {R.AMOUNT_OUT_OF_RANGE} if wrong else set()

    def _rooms(self, asked: Transfer) -> dict[TransferResult, int]:
        """How much each side that balances could take, by what is told when it is nothing."""
        debit_id, credit_id, _ = _all_named(asked)
        spent, owned, reserved, _ = self.totals(debit_id)
        paid, got, _, coming = self.totals(credit_id)
        rooms = {}
        if asked.flags & Flag.BALANCING_DEBIT:
            rooms[R.EXCEEDS_CREDITS] = owned - spent - reserved
        if asked.flags & Flag.BALANCING_CREDIT:
            rooms[R.EXCEEDS_DEBITS] = paid - got - coming
        return rooms

    def _balanced(self, asked: Transfer) -> int:
        _, _, amount = _all_named(asked)
        return max(0, min([amount, *self._rooms(asked).values()])) if asked.flags else amount

    def _wrongs_of_flags(self, asked: Transfer) -> set[TransferResult]:
        debit_id, credit_id, _ = _all_named(asked)
        closes_debit = bool(asked.flags & Flag.CLOSING_DEBIT)
        closes_credit = bool(asked.flags & Flag.CLOSING_CREDIT)
        moved = self._balanced(asked)
        if not closes_debit and not closes_credit:
            return {name for name, room in self._rooms(asked).items() if room <= 0}
        spent, owned, *waiting = self.totals(debit_id)
        paid, got, *coming = self.totals(credit_id)
        wrongs = set()
        if closes_debit and (spent + moved != owned or any(waiting)):
            wrongs.add(R.DEBIT_ACCOUNT_NOT_EMPTY)
        if closes_credit and (got + moved != paid or any(coming)):
            wrongs.add(R.CREDIT_ACCOUNT_NOT_EMPTY)
        return wrongs

    def is_closed(self, account_id: UUID, undone: UUID | None = None) -> bool:
        """Closed for whatever isn't the reversal of `undone`."""
        undone_ids = {each.asked.reverses_id for each in self.stood} | {undone}
        return any(
            account_id in self.closed_by(each)
            for each in self.stood
            if each.asked.transfer_id not in undone_ids
        )

    @staticmethod
    def closed_by(stood: Stood) -> set[UUID]:
        closed = set()
        if stood.asked.flags & Flag.CLOSING_DEBIT:
            closed.add(stood.debit)
        if stood.asked.flags & Flag.CLOSING_CREDIT:
            closed.add(stood.credit)
        return closed

    def _wrongs_of_reversal(self, asked: Transfer) -> set[TransferResult]:
        undone = self.find(asked.reverses_id)
        if undone is None:
            return {R.REVERSED_TRANSFER_NOT_FOUND}
        is_posted = undone.asked.stage in (Stage.POSTED, Stage.POST_PENDING)
        wrongs = set() if is_posted else {R.REVERSED_TRANSFER_NOT_POSTED}
        if any(each.asked.reverses_id == asked.reverses_id for each in self.stood):
            wrongs.add(R.TRANSFER_ALREADY_REVERSED)
        sides = undone.credit, undone.debit, undone.amount
        return wrongs | self._wrongs_of_begin(*sides, undone.asked.transfer_id)

    def _wrongs_of_begin(
        self, debit_id: UUID, credit_id: UUID, amount: int, undone: UUID | None = None
    ) -> set[TransferResult]:
        nobody = Holder(currency=self.currency)
        debit, credit = self.holders.get(debit_id, nobody), self.holders.get(credit_id, nobody)
        spent, owned, reserved, _ = self.totals(debit_id)
        paid, got, _, coming = self.totals(credit_id)
        debits, credits = spent + reserved + amount, got + coming + amount
        return {
            name
            for name, holds in {
                R.ACCOUNTS_MUST_BE_DIFFERENT: debit_id == credit_id,
                R.DEBIT_ACCOUNT_NOT_FOUND: debit_id not in self.holders,
                R.CREDIT_ACCOUNT_NOT_FOUND: credit_id not in self.holders,
                R.ACCOUNTS_MUST_HAVE_THE_BOOKS_CURRENCY: {debit.currency, credit.currency}
                != {self.currency},
                R.DEBIT_ACCOUNT_CLOSED: self.is_closed(debit_id, undone),
                R.CREDIT_ACCOUNT_CLOSED: self.is_closed(credit_id, undone),
                R.OVERFLOWS: max(debits, credits) > TOTAL_FEN_MAX,
                R.EXCEEDS_CREDITS: debit.no_overdraft and debits > owned,
                R.EXCEEDS_DEBITS: credit.no_surplus and credits > paid,
            }.items()
            if holds
        }

    def _wrongs_of_end(self, asked: Transfer, now: datetime) -> set[TransferResult]:
        begun = self.find(asked.pending_id)
        if begun is None:
            return {R.PENDING_TRANSFER_NOT_FOUND}
        sides = {asked.debit_account_id, begun.debit}, {asked.credit_account_id, begun.credit}
        wrongs = {
            name
            for name, holds in {
                R.PENDING_TRANSFER_NOT_PENDING: begun.asked.stage != Stage.PENDING,
                R.PENDING_TRANSFER_HAS_DIFFERENT_ACCOUNTS: any(len(s - {None}) > 1 for s in sides),
                R.EXCEEDS_PENDING_TRANSFER_AMOUNT: (asked.amount_fen or 0) > begun.amount,
                R.PENDING_TRANSFER_EXPIRED: asked.stage != Stage.EXPIRE_PENDING
                and self.is_due(begun, now),
                R.ACCOUNTS_MUST_HAVE_THE_BOOKS_CURRENCY: self.holders[begun.debit].currency
                != self.currency,
            }.items()
            if holds
        }
        ends = [each for each in self.stood if each.asked.pending_id == asked.pending_id]
        return wrongs | {ENDED_AS[each.asked.stage] for each in ends}

    @staticmethod
    def is_due(begun: Stood, now: datetime) -> bool:
        timeout_s = begun.asked.timeout_s
        return bool(timeout_s) and now >= begun.at + timedelta(seconds=timeout_s)
