"""Inline mode: `@bot words`, typed in any chat, offers cards of events; which events is decided in `bot.commands.offers`."""

from typing import Final

import structlog
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.commands.desk import Desk
from bot.commands.offers import Offer, offers
from bot.core.chats.chat import Reader
from bot.core.errors import StorageUnavailable
from bot.core.phrase import phrase
from bot.languages import ENGLISH, say, spoken
from bot.platforms.telegram.render import render

log = structlog.get_logger(__name__)

OFFERED: Final = 20
"""Cards for one search; Telegram takes 50. Guess: nobody scrolls further while typing."""

CACHED: Final = 30
"""Seconds for which Telegram gives the same answer to everybody who types the same. Guess: news may be that old."""

NOTHING: Final = phrase("No event with these words")
MORE: Final = phrase("More")
PREVIEW_OFF: Final = LinkPreviewOptions(is_disabled=True)


class Inline:
    """Answers inline queries. Answers in English are the same for everybody, so that Telegram may keep them."""

    def __init__(self, bot: Bot, desk: Desk) -> None:
        self._bot = bot
        self._desk = desk

    async def receive(self, query: InlineQuery) -> None:
        """Answer one query; one that is overtaken by the next letter is answered in vain."""
        language = spoken(query.from_user.language_code)
        try:
            found = () if query.offset else await offers(self._desk, query.query, OFFERED)
            await self._bot.answer_inline_query(
                query.id,
                [self._result(each, language) for each in found],
                cache_time=CACHED,
                is_personal=language != ENGLISH,
                next_offset="",
                button=None if found or query.offset else InlineQueryResultsButton(say(NOTHING, language), start_parameter="start"),
            )
        except StorageUnavailable as error:  # Nothing is offered; the next letter asks again.
            log.warning("inline_query_not_answered", reason=str(error))
        except TelegramError as error:
            log.info("inline_query_not_answered", reason=str(error))

    def _result(self, offer: Offer, language: str) -> InlineQueryResultArticle:
        links = [InlineKeyboardButton(say(action.label, language), url=action.command) for action in offer.card.actions]
        more = InlineKeyboardButton(say(MORE, language), url=f"https://t.me/{self._bot.username}?start=e_{offer.id}")
        text = render(offer.card, Reader(zone=self._desk.zone, language=language), is_short=True)
        return InlineQueryResultArticle(
            id=f"{offer.id}.{offer.revision}",
            title=_clean(offer.title),
            description=_clean(say(offer.told, language)),
            input_message_content=InputTextMessageContent(text, parse_mode=ParseMode.HTML, link_preview_options=PREVIEW_OFF),
            reply_markup=InlineKeyboardMarkup([[*links, more]]),
        )


def _clean(text: str) -> str:
    """Leave out what JSON cannot say; Telegram shows this as it is, without markup."""
    return text.encode("utf-8", "replace").decode()
