"""How it reads who told an event first, and how far behind the others came."""

from datetime import timedelta

from bot.core.phrase import Phrase, phrase, phrases
from bot.core.understanding.firsts import Firsts, Lag, Sureness
from bot.core.wording import outlet_name


def first_phrase(found: Firsts) -> Phrase:
    """Say who was first, and how sure that is."""
    if found.exclusive is not None:
        alone = outlet_name(found.exclusive)
        if len(found.lags) == 1:
            return phrase("Only {outlet} reports it.", outlet=alone)
        return phrase("Only {outlet} has a report of its own.", outlet=alone)
    if found.first is None:
        return phrase("Who was first, the times do not tell.")
    name = outlet_name(found.first)
    if found.sureness is Sureness.PROVEN:
        return phrase("First: {outlet}.", outlet=name)
    return phrase("Probably first: {outlet}; some times are known to the day only, or not at all.", outlet=name)


def lag_phrase(lag: Lag) -> Phrase | None:
    """Say how far behind the first an outlet came; None when nobody knows."""
    if lag.behind is None:
        return None
    if not lag.is_exact:
        days = lag.behind.days
        return phrases(days, "+{count} day", "+{count:,} days") if days else phrase("the same day")
    minutes = lag.behind // timedelta(minutes=1)
    if minutes < 1:
        return None
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        return phrases(hours // 24, "+{count} day", "+{count:,} days")
    return phrase("+{hours} h {minutes} min", hours=hours, minutes=rest) if hours else phrase("+{minutes} min", minutes=rest)
