"""How it is found out what the reports of an event say when they are held against each other; the data itself is `understood_facts`."""

from bot.commands.understood_facts import ChangeFacts, DayFacts, FigureFacts, OriginFacts, UnderstoodFacts
from bot.core.event import Overview
from bot.core.phase import phase_of
from bot.core.understanding.changes import changes
from bot.core.understanding.days import days
from bot.core.understanding.firsts import firsts
from bot.core.understanding.matters import matters
from bot.core.understanding.origins import origins


def understood(event: Overview) -> UnderstoodFacts:
    """Tell what follows from the texts of an event; a millisecond for each report that was not read before."""
    begun = firsts(event)
    return UnderstoodFacts(
        first=begun.first.id if begun.first else None,
        sureness=begun.sureness,
        phase=phase_of(
            [event.times[each.id].at for each in event.ordered if each.copy_of is None and each.id in event.times], event.event.updated_at
        ),
        figures=tuple(
            FigureFacts(
                article=claim.article.id,
                kind=claim.figure.kind,
                what=claim.figure.what,
                unit=claim.figure.unit,
                low=None if claim.figure.low is None else float(claim.figure.low),
                high=None if claim.figure.high is None else float(claim.figure.high),
                said=claim.figure.said,
                sentence=claim.figure.passage.text,
                claimant=claim.figure.claimant,
                is_sum=claim.figure.is_sum,
                is_background=matter.is_background,
                verdict=matter.verdict,
            )
            for matter in matters(event)
            for claim in matter.claims
        ),
        days=tuple(
            DayFacts(article=one.article.id, day=one.happened.day, said=one.happened.said, sentence=one.happened.passage.text)
            for told in days(event)
            for one in told
        ),
        origins=tuple(
            OriginFacts(
                origin=voice.origin.name if voice.origin else None,
                kind=voice.origin.kind if voice.origin else None,
                carriers=voice.carriers,
                articles=tuple(article.id for article in voice.reports),
            )
            for voice in origins(event).voices
        ),
        changes=tuple(
            ChangeFacts(
                kind=change.kind,
                article=change.article.id,
                at=change.at.at,
                sentence=change.passage.text if change.passage else None,
                before=change.before,
                after=change.after,
            )
            for change in changes(event)
        ),
    )
