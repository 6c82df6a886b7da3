"""Transfers between four accounts with short names, and strategies of batches of them."""

from collections.abc import Iterable
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from farewave.kit.ids import SYSTEM_ID, derived_id
from farewave.kit.money import AMOUNT_FEN_MAX
from farewave.ledger.model import (
    Account,
    Flag,
    LedgerState,
    Reason,
    Stage,
    StoredTransfer,
    Transfer,
    pending,
    post_pending,
    posted,
    reversal,
    void_pending,
)

SHARD = 1
BANK = derived_id(SYSTEM_ID, SHARD, "test.bank")
ANN = derived_id(SYSTEM_ID, SHARD, "test.ann")
BEN = derived_id(SYSTEM_ID, SHARD, "test.ben")
FLOAT = derived_id(SYSTEM_ID, SHARD, "test.float")
"""An asset that may not be credited beyond its debits."""


def state_of(
    currency: str, accounts: Iterable[Account], standing: Iterable[StoredTransfer] = ()
) -> LedgerState:
    """What a batch finds loaded: `accounts`, and the stored `standing` under each of their keys."""
    state = LedgerState(currency, {each.account_id.int: each for each in accounts})
    state.add(standing)
    return state


def transfer_id(label: object) -> UUID:
    return derived_id(SYSTEM_ID, SHARD, f"test.transfer.{label}")


def pay(
    label: object,
    amount_fen: int,
    debit: UUID = ANN,
    credit: UUID = BEN,
    *,
    linked: bool = False,
    reason: Reason = Reason.PAYMENT,
    business: str = "trade:1",
    flags: int = 0,
) -> Transfer:
    return posted(
        transfer_id(label),
        SHARD,
        debit=debit,
        credit=credit,
        amount_fen=amount_fen,
        reason=reason,
        business=business,
        linked=linked,
        flags=flags,
    )


def drain(
    label: object,
    debit: UUID = ANN,
    credit: UUID = BANK,
    amount_fen: int = AMOUNT_FEN_MAX,
    *,
    linked: bool = False,
) -> Transfer:
    """Close an account by moving what is left in it."""
    flags = Flag.BALANCING_DEBIT | Flag.CLOSING_DEBIT
    return pay(label, amount_fen, debit, credit, linked=linked, flags=flags)


def reserve(
    label: object,
    amount_fen: int,
    timeout_s: int = 0,
    debit: UUID = ANN,
    credit: UUID = BEN,
    *,
    linked: bool = False,
    flags: int = 0,
) -> Transfer:
    return pending(
        transfer_id(label),
        SHARD,
        debit=debit,
        credit=credit,
        amount_fen=amount_fen,
        reason=Reason.PAYMENT,
        business="trade:1",
        timeout_s=timeout_s,
        linked=linked,
        flags=flags,
    )


def post(
    label: object, of: object, amount_fen: int | None = None, *, linked: bool = False
) -> Transfer:
    return post_pending(
        transfer_id(label),
        SHARD,
        pending_id=transfer_id(of),
        amount_fen=amount_fen,
        reason=Reason.PAYMENT,
        business="trade:1",
        linked=linked,
    )


def void(label: object, of: object, *, linked: bool = False) -> Transfer:
    return void_pending(
        transfer_id(label),
        SHARD,
        pending_id=transfer_id(of),
        reason=Reason.PAYMENT,
        business="trade:1",
        linked=linked,
    )


def undo(
    label: object,
    of: object,
    *,
    linked: bool = False,
    reason: Reason = Reason.PAYMENT,
    business: str = "trade:1",
) -> Transfer:
    return reversal(
        transfer_id(label),
        SHARD,
        reverses_id=transfer_id(of),
        reason=reason,
        business=business,
        linked=linked,
    )


def expire(pending_id: UUID) -> Transfer:
    """What the job submits for a pending transfer whose time is over."""
    return Transfer(
        derived_id(pending_id, SHARD, "ledger.expire"),
        SHARD,
        Stage.EXPIRE_PENDING,
        None,
        None,
        None,
        Reason.PAYMENT,
        "trade:1",
        pending_id=pending_id,
    )


def _usually(usual: SearchStrategy[int], else_: SearchStrategy[int]) -> SearchStrategy[int]:
    """Nine times of ten `usual`. (Of equal strategies, `one_of` would count only one.)"""
    return st.sampled_from(range(10)).flatmap(lambda nr: usual if nr else else_)


# Each kind has labels of its own and not many, so that ends meet what they end and some ids repeat;
# now and then a label of another kind. Amounts are mostly such that they can be paid.
_ODD = st.sampled_from(range(80))
_BEGUN, _ENDS, _PAID, _UNDONE = (
    _usually(st.sampled_from(range(low, low + 20)), _ODD) for low in (0, 20, 40, 60)
)
_AMOUNTS = _usually(st.sampled_from(range(1, 300)), st.sampled_from([-1, 0, 299, 1500, 10**15]))
_WORDS = st.sampled_from(["trade:1"] * 9 + ["trade:2"])
_REASONS = st.sampled_from([Reason.PAYMENT] * 9 + [Reason.REFUND])
_TIMEOUTS = st.sampled_from([0, 0, 30, 60])
_LINKS = st.sampled_from([False] * 7 + [True])
_KINDS = st.sampled_from(["pay", "pay", "fill", "reserve", "reserve", "post", "void", "undo"])
_BALANCING = st.sampled_from([0] * 6 + [1, 2, 3])
_FLAGS = st.sampled_from([0] * 16 + [1, 2, 3, 1, 2, 4, 5, 8, 10, 5, 13, 15])


def batches(
    *accounts: UUID, size_min: int = 0, size_max: int = 25
) -> SearchStrategy[list[Transfer]]:
    """Batches of every kind of transfer between `accounts`; half of them can be carried out."""
    sides = st.permutations(accounts).map(lambda each: each[:2])
    one = st.sampled_from(accounts)

    @st.composite
    def transfers(draw: st.DrawFn) -> Transfer:
        kind, linked = draw(_KINDS), draw(_LINKS)
        debit, credit = draw(sides)
        if draw(st.sampled_from(range(20))) == 0:
            credit = draw(one)
        if kind == "fill":
            return pay(draw(_PAID), 200, BANK, credit, linked=linked)
        if kind == "pay":
            words, why = draw(_WORDS), draw(_REASONS)
            label, amount, flags = draw(_PAID), draw(_AMOUNTS), draw(_FLAGS)
            return pay(
                label, amount, debit, credit, linked=linked, reason=why, business=words, flags=flags
            )
        if kind == "reserve":
            label, timeout_s = draw(_BEGUN), draw(_TIMEOUTS)
            amount, flags = draw(_AMOUNTS), draw(_BALANCING)
            return reserve(label, amount, timeout_s, debit, credit, linked=linked, flags=flags)
        if kind == "undo":
            return undo(draw(_UNDONE), draw(_PAID | _ENDS), linked=linked)
        label, of = draw(_ENDS), draw(_BEGUN)
        if kind == "void":
            return void(label, of, linked=linked)
        return post(label, of, draw(st.none() | _AMOUNTS), linked=linked)

    kinds = {
        "any": transfers().map(lambda one: [one]),
        "usual": usual().map(lambda one: [one]),
        "varied": usual().flatmap(varied).map(lambda one: [one]),
        "story": stories(),
    }
    some = st.sampled_from(["any", "any", "usual", "usual", "varied", "story"])
    groups = st.lists(some.flatmap(kinds.__getitem__), min_size=size_min, max_size=size_max)
    return groups.map(lambda made: [each for group in made for each in group][:size_max])


# What each label usually stands for, so that batches that know nothing of each other repeat one
# another's transfers, end them, undo them, and close the accounts that those are about.
_NOBODY = derived_id(SYSTEM_ID, SHARD, "test.nobody")
_PEOPLE = (ANN, BEN, BANK)


def _usual_of(label: int) -> Transfer:
    nr = label % 20
    debit, credit = _PEOPLE[nr % 3], _PEOPLE[(nr + 1) % 3]
    if label < 20:
        flags = Flag.BALANCING_DEBIT if nr == 9 else 0
        return reserve(label, 10 + nr, (0, 30, 60, 0)[nr % 4], debit, credit, flags=flags)
    if label < 40:
        return void(label, nr) if nr % 3 == 2 else post(label, nr, nr if nr % 2 else None)
    if label >= 60:
        return undo(label, 20 + nr if nr % 4 == 3 else 40 + nr)
    if nr >= 18:
        return drain(label, (ANN, BEN)[nr - 18])
    flags = (Flag.BALANCING_DEBIT, Flag.BALANCING_CREDIT)[nr % 2] if nr >= 15 else 0
    return pay(label, 10**6 if flags else 10 + nr, debit, credit, flags=flags)


def usual() -> SearchStrategy[Transfer]:
    """A transfer as its label usually stands for it, now and then linked to the next."""
    return st.builds(
        lambda label, linked: _usual_of(label)._replace(linked=linked),
        st.sampled_from(range(80)),
        _LINKS,
    )


def varied(transfer: Transfer) -> SearchStrategy[Transfer]:
    """The same with one field that differs, as somebody's mistake would have it."""
    changes: list[dict[str, object]] = [{"reason": Reason.REFUND}, {"business": "trade:2"}]
    if transfer.stage in (Stage.POSTED, Stage.PENDING):
        changes += [{"credit_account_id": FLOAT}, {"credit_account_id": _NOBODY}]
        changes += [{"debit_account_id": _NOBODY}, {"amount_fen": 17}]
    if transfer.stage is Stage.PENDING:
        changes.append({"timeout_s": 9})
    if transfer.pending_id is not None:
        changes += [{"pending_id": transfer_id(of)} for of in (1, 40, 43)]
        changes += [{"debit_account_id": FLOAT}, {"transfer_id": transfer_id("another end")}]
    if transfer.stage is Stage.POST_PENDING:
        changes += [{"amount_fen": 1}, {"amount_fen": 10**6}]
    if transfer.reverses_id is not None:
        changes += [{"reverses_id": transfer_id(of)} for of in (0, 1, 22, 41)]
        changes.append({"transfer_id": transfer_id("another reversal")})
    return st.sampled_from(changes).map(lambda change: transfer._replace(**change))  # type: ignore[arg-type]


def stories() -> SearchStrategy[list[Transfer]]:
    """What begins, its end, and somebody's mistake about that: the same or another end of it."""
    begun, paid = st.sampled_from(range(20)), st.sampled_from(range(40, 60))
    return (begun | paid).flatmap(
        lambda label: varied(_usual_of(label + 20)).map(
            lambda mistake: [_usual_of(label), _usual_of(label + 20), mistake]
        )
    )
