"""Whom a report credits for what it tells: values only; how they are found stands in `credits`, which reports share one in `origins`."""

from dataclasses import dataclass
from enum import StrEnum

from bot.core.reading.passages import Passage


class CreditKind(StrEnum):
    """What sort of source it is."""

    AGENCY = "agency"
    OUTLET = "outlet"
    CHANNEL = "channel"  # a Telegram channel, an account of a network
    OFFICIAL = "official"  # an authority or a body, or who speaks for it
    PERSON = "person"
    ANONYMOUS = "anonymous"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """One source that one sentence, the byline or the closing note of a report credits.

    `name` is how a reader would name it ("Yonhap", "a Telegram channel" where it has no name); `key` is equal for the different ways to
    name the same one ("NIS", "National Intelligence Service", "South Korean intelligence"). `start` and `end` are the offsets of its words
    in the text or, `passage.in_title`, in the title; a byline has no passage and both are 0. `source` is the `key` of whom it has it from
    in turn, empty where the sentence does not say.
    """

    kind: CreditKind
    name: str
    key: str
    start: int = 0
    end: int = 0
    passage: Passage | None = None
    source: str = ""
