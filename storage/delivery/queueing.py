"""What of a batch becomes deliveries of their own, and what takes the place of a message that still waits. No statements."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import Row

from bot.core.chats.delivery import DeliveryKind, DeliveryState, NewDelivery
from storage.schema.rows import Values, storable

Place: TypeAlias = int | str
"""The id of a delivery that is stored, or the key of one that is not yet."""


@dataclass(slots=True)
class Queue:
    """A batch, taken in one delivery after the other.

    `inserted` are the rows to be written, under their keys, `replaced` the messages that stored deliveries have from now on, `superseded`
    those that are not needed any more, and `places` says of each delivery that was taken in which one carries it.
    """

    now: datetime
    keys: Mapping[str, int]
    inserted: dict[str, Values] = field(default_factory=dict)
    replaced: dict[int, str] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    superseded: list[int] = field(default_factory=list)
    _unsent: dict[int, Place] = field(default_factory=dict)  # card → its delivery, while nobody can have seen it
    _edits: dict[int, Place] = field(default_factory=dict)  # card → its edit that waits
    _needless: dict[int, list[int]] = field(default_factory=dict)  # card → more edits that wait

    def know(self, rows: Iterable[Row[Any]]) -> None:
        """Take in what is stored about the cards of the batch, oldest first: id, card_id, kind, state, part, is_doubtful."""
        for row in rows:
            match row.kind, row.state:
                case DeliveryKind.CARD, DeliveryState.DEAD | DeliveryState.AMBIGUOUS:
                    self._unsent[row.card_id] = row.id
                case DeliveryKind.CARD, DeliveryState.QUEUED | DeliveryState.RETRY if not row.is_doubtful and not row.part:
                    self._unsent[row.card_id] = row.id
                case DeliveryKind.EDIT, DeliveryState.QUEUED | DeliveryState.RETRY:
                    # Two wait when one was put back; the first will say what the next edit says, and the other nothing.
                    if self._edits.setdefault(row.card_id, row.id) != row.id:
                        self._needless.setdefault(row.card_id, []).append(row.id)
                case _:
                    pass  # It is on its way, or was: only another delivery can say more.

    def put(self, new: NewDelivery, card_id: int | None) -> None:
        """Take in the next one."""
        self.places.append(self._place(new, card_id))

    def _place(self, new: NewDelivery, card_id: int | None) -> Place:
        if new.key in self.inserted:
            return new.key
        if new.key in self.keys:
            if new.kind is DeliveryKind.ALERT:
                self._replace(self.keys[new.key], new.message)
            return self.keys[new.key]
        if card_id is not None:
            carrier = self._carrier(new.kind, card_id)
            if carrier is not None:
                if new.kind is DeliveryKind.EDIT:
                    self._replace(carrier, new.message)
                    self.superseded += self._needless.pop(card_id, [])
                return carrier
            if new.kind is DeliveryKind.CARD:
                self._unsent[card_id] = new.key
            elif new.kind is DeliveryKind.EDIT:
                self._edits[card_id] = new.key
        self.inserted[new.key] = self._row(new, card_id)
        return new.key

    def _carrier(self, kind: DeliveryKind, card_id: int) -> Place | None:
        """Find what waits and can say it too: for an edit another edit, and a card that nobody has seen for whatever comes to it."""
        if kind is DeliveryKind.EDIT:
            return self._unsent.get(card_id, self._edits.get(card_id))
        return self._unsent.get(card_id) if kind is DeliveryKind.REPLY else None

    def _replace(self, carrier: Place, message: str) -> None:
        if isinstance(carrier, str):
            self.inserted[carrier]["message"] = storable(message)
        else:
            self.replaced[carrier] = storable(message)

    def _row(self, new: NewDelivery, card_id: int | None) -> Values:
        return {
            "chat_id": new.chat_id,
            "kind": new.kind.value,
            "key": new.key,
            "state": DeliveryState.QUEUED.value,
            "card_id": card_id,
            "digest_id": new.digest_id,
            "message": storable(new.message),
            "part": 0,
            "is_silent": new.is_silent,
            "created_at": self.now,
            "due_at": max(self.now, new.not_before) if new.not_before else self.now,
            "claims": 0,
            "attempts": 0,
            "doubts": 0,
            "lapses": 0,
            "is_doubtful": False,
        }
