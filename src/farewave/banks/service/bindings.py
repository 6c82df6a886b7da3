"""Binding a card, in two steps of two halves: before the bank is asked, and after it answered."""

from dataclasses import dataclass, replace
from uuid import UUID

from farewave.banks import rules, store
from farewave.banks.errors import BanksRefusal
from farewave.banks.model import (
    TOKEN_KIND,
    BankRefused,
    BankUnknown,
    Binding,
    BindingRequest,
    BindingStatus,
    Bound,
    Card,
    CardNumber,
    ConfirmAnswer,
    StartAnswer,
)
from farewave.banks.service.calls import Banks
from farewave.banks.service.cards import release_later
from farewave.db.events import record_event
from farewave.db.transaction import Tx
from farewave.kit.clock import shanghai_day
from farewave.kit.ids import new_id
from farewave.kit.invariant import invariant
from farewave.kit.outcome import KitRefusal, Refused
from farewave.kit.sealing import Sealer
from farewave.people import service as people
from farewave.people.model import Actor, Person, PhoneNumber, SealedText


@dataclass(frozen=True, slots=True)
class BindingBegun:
    """`request` is what the bank is to be asked now; None when it sent its code before."""

    binding: Binding
    request: BindingRequest | None


@dataclass(frozen=True, slots=True)
class CodeTry:
    """A try that is counted: the bank is to be asked whether the code is right."""

    binding: Binding
    bank_reference: str


async def begin_binding(
    tx: Tx, sealer: Sealer, actor: Actor, banks: Banks, *, card_number: str, phone: str, key: str
) -> BindingBegun | Refused:
    """Write down what the bank is going to be asked. The same key again gives the same binding.

    Refusals: CARD_NUMBER_INVALID, people.phone_invalid, BANK_UNSUPPORTED, request.key_conflict,
    REAL_NAME_NEEDED, CARD_BOUND_ALREADY, CARDS_TOO_MANY, BINDINGS_TOO_MANY.
    """
    wish = rules.read_wish(card_number, phone, banks)
    if isinstance(wish, Refused):
        return wish
    today = shanghai_day(tx.now)
    # Locked for all bindings of the person, so that a key and a quota are looked at one by one.
    quota = await store.lock_quota(tx, actor.shard, actor.person_id, today)
    # Keyed: the nine unknown digits of a card number could be found from a plain hash.
    asked = f"{wish.card_number.digits}\n{wish.phone.digits}"
    digest = sealer.blind_index("banks.binding_request", asked)
    person = await people.person(tx, actor.shard, actor.person_id)
    before = await store.lock_binding_of_key(tx, actor.shard, actor.person_id, key)
    if before is not None:
        binding, given = before
        if given != digest:
            return Refused(KitRefusal.KEY_CONFLICT)
        if binding.status is not BindingStatus.ASKED:
            return BindingBegun(binding, None)
        if tx.now < binding.expires_at:
            return BindingBegun(binding, _request(sealer, person, binding))
        await store.free_request_key(tx, actor.shard, binding.binding_id)
    index = wish.card_number.index(sealer)
    counted = rules.may_bind(
        quota,
        today,
        has_real_name=person.real_name_level > 0,
        bound_already=await store.is_bound(tx, actor.shard, actor.person_id, index),
        cards=len(await store.cards_of(tx, actor.shard, actor.person_id)),
    )
    if isinstance(counted, Refused):
        return counted
    await store.save_quota(tx, actor.shard, actor.person_id, counted)
    binding = _new_binding(tx, sealer, actor, wish, index)
    await store.insert_binding(tx, binding, key, digest)
    return BindingBegun(binding, _request(sealer, person, binding))


def _new_binding(
    tx: Tx, sealer: Sealer, actor: Actor, wish: rules.BindingWish, index: bytes
) -> Binding:
    return Binding(
        shard=actor.shard,
        binding_id=new_id(actor.shard, tx.now, tx.chance),
        person_id=actor.person_id,
        bank_code=wish.bank.bank_code,
        card_index=index,
        card=wish.card_number.seal(sealer, tx.chance),
        phone=wish.phone.seal(sealer, tx.chance),
        last4=wish.card_number.last4,
        status=BindingStatus.ASKED,
        bank_reference=None,
        sandbox_code=None,
        code_tries=0,
        created_at=tx.now,
        expires_at=tx.now + rules.BINDING_VALID,
    )


def _request(sealer: Sealer, person: Person, binding: Binding) -> BindingRequest:
    assert person.real_name is not None, "a binding is begun with a real name, which stays"
    assert person.identity is not None
    phone = PhoneNumber.parse(binding.phone.reveal(sealer))
    assert phone is not None
    return BindingRequest(
        binding_id=binding.binding_id,
        holder_name=person.real_name.reveal(sealer),
        identity_number=person.identity.reveal(sealer),
        card_number=CardNumber(binding.card.reveal(sealer)),
        phone=phone,
    )


async def conclude_start(tx: Tx, binding: Binding, answer: StartAnswer) -> Binding | Refused:
    """Write down what the bank answered. Refused: the bank's reason, or BANK_SILENT."""
    if isinstance(answer, BankUnknown):
        return Refused(BanksRefusal.BANK_SILENT)  # it stays asked: the same key asks again
    now = await _lock(tx, binding)
    if now.status in (BindingStatus.SENT, BindingStatus.BOUND):
        return now  # another request with the same key was faster
    if isinstance(answer, BankRefused):
        await store.save_binding(tx, replace(now, status=BindingStatus.REFUSED))
        await store.free_request_key(tx, now.shard, now.binding_id)
        return Refused(answer.reason, keep_changes=True)
    sent = replace(
        now,
        status=BindingStatus.SENT,
        bank_reference=answer.bank_reference,
        sandbox_code=answer.sandbox_code,
    )
    await store.save_binding(tx, sent)
    return sent


async def begin_confirmation(
    tx: Tx, actor: Actor, binding_id: UUID, code: str
) -> CodeTry | Card | Refused:
    """Count a try at the code. A binding that is done gives its card again.

    Refusals: BINDING_UNKNOWN, CODE_FORM, BINDING_EXPIRED, BINDING_DEAD.
    """
    binding = await store.lock_binding(tx, actor.shard, binding_id)
    if binding is None or binding.person_id != actor.person_id:
        return Refused(BanksRefusal.BINDING_UNKNOWN)
    if binding.status is BindingStatus.BOUND:
        card = await _listed(tx, binding)
        return card or Refused(BanksRefusal.BINDING_UNKNOWN)
    refused = rules.may_try_code(binding, code, tx.now)
    if refused is not None:
        return refused
    counted = replace(binding, code_tries=binding.code_tries + 1)
    await store.save_binding(tx, counted)
    assert counted.bank_reference is not None, "a binding whose code was sent has a reference"
    return CodeTry(counted, counted.bank_reference)


async def conclude_confirmation(
    tx: Tx, sealer: Sealer, binding: Binding, answer: ConfirmAnswer
) -> Card | Refused:
    """Write down the bank's word on a code: the card, or why there is none.

    Refused: CODE_WRONG {tries_left}, BINDING_DEAD, BANK_SILENT (the try isn't counted then),
    CARD_BOUND_ALREADY, or another reason of the bank's.
    """
    now = await _lock(tx, binding)
    if now.status is BindingStatus.BOUND:  # by another try: whatever the bank says to this one
        card = await _listed(tx, now)
        return card or Refused(BanksRefusal.BINDING_UNKNOWN)
    if isinstance(answer, Bound):
        return await _bind(tx, sealer, now, answer.token)
    if isinstance(answer, BankUnknown):
        await store.save_binding(tx, replace(now, code_tries=max(now.code_tries - 1, 0)))
        return Refused(BanksRefusal.BANK_SILENT, keep_changes=True)
    if answer.reason is BanksRefusal.CODE_WRONG:
        return rules.after_wrong_code(now.code_tries)
    return Refused(answer.reason)


async def _bind(tx: Tx, sealer: Sealer, binding: Binding, token: str) -> Card | Refused:
    person = await people.person(tx, binding.shard, binding.person_id)
    sealed = SealedText(TOKEN_KIND, sealer.seal(TOKEN_KIND, token, tx.chance))
    new_card = Card(
        shard=binding.shard,
        card_id=binding.card_id,
        person_id=binding.person_id,
        bank_code=binding.bank_code,
        token=sealed,
        last4=binding.last4,
        holder_masked=person.name_masked,
        bound_at=tx.now,
        unbound_at=None,
    )
    if not await store.insert_card(tx, new_card, binding.card_index, binding.card):
        # Bound by another binding meanwhile: the bank's second token is of no use.
        await release_later(tx, binding.shard, binding.bank_code, sealed)
        await store.save_binding(
            tx, replace(binding, status=BindingStatus.REFUSED, bank_reference=None)
        )
        return Refused(BanksRefusal.CARD_BOUND_ALREADY, keep_changes=True)
    await store.save_binding(tx, replace(binding, status=BindingStatus.BOUND, sandbox_code=None))
    await record_event(
        tx,
        shard=binding.shard,
        name="banks.card_bound",
        actor_id=binding.person_id,
        attributes={"bank_code": binding.bank_code},
    )
    card = await _listed(tx, binding)
    assert card is not None, "the card was just bound"
    return card


async def _listed(tx: Tx, binding: Binding) -> Card | None:
    """The card that came of a binding, as it stands in the person's list; None when unbound."""
    cards = await store.cards_of(tx, binding.shard, binding.person_id)
    return next((card for card in cards if card.card_id == binding.card_id), None)


async def _lock(tx: Tx, binding: Binding) -> Binding:
    now = await store.lock_binding(tx, binding.shard, binding.binding_id)
    invariant(now is not None, "a binding outlives the question to the bank")
    assert now is not None
    return now
