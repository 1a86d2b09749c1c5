"""Reingest: what ingesting everything again would change, worked out beside the live tables and kept as a plan; `reapply` carries it out.

One plan at a time in all processes. Killed half-way, nothing has happened, and the next plan gives the old one up.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from bot.core.errors import SluglineError
from bot.core.grouping.decision import ReingestId
from bot.core.grouping.grouper import GroupingSettings
from bot.core.grouping.reingest import Figures, Grouped, Reingest, ReingestState, Scope, ScopeKind, Step, compare
from bot.core.model import ArticleId, EventId
from bot.pipeline.collect import Advance, Clock, FolderReader
from bot.pipeline.regroup import regroup
from bot.pipeline.reread import Reread, reread
from storage.correcting import regroupings, reingests
from storage.engine.database import Database
from storage.schema.rows import Values

log = structlog.get_logger(__name__)

LEADER: Final = "reingest"

NOTHING: Final = "nothing would change"
SHOWN: Final = "it was only to be shown"


class _Unwanted(SluglineError):
    """Somebody has cancelled the plan while it was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reingests:
    """Makes plans: which database, how files are read, and how articles are grouped."""

    database: Database
    settings: GroupingSettings
    reader: FolderReader
    clock: Clock

    async def plan(
        self,
        scope: Scope,
        *,
        who: str,
        chat: str,
        is_dry: bool = False,
        expect: Advance = lambda _: None,
        advance: Advance = lambda _: None,
    ) -> Reingest | None:
        """Work out a plan and keep it, unless it is only to be shown; gives it, or what became of it.

        None while another plan is made somewhere, or one is applied: `newest` tells which.
        Raises StorageUnavailable, and WorkerUnavailable when no file can be read.
        """
        async with self.database.leader(LEADER) as leadership:
            if not leadership:
                return None
            async with self.database.write() as connection:
                reingest_id = await reingests.begin(connection, scope, self.clock(), who=who, chat=chat)
            if reingest_id is None:
                return None
            try:
                await self._plan(reingest_id, scope, is_dry=is_dry, expect=expect, advance=advance)
            except _Unwanted:
                log.info("A reingest was cancelled while it was planned.", reingest=reingest_id)
            except BaseException:
                async with self.database.write() as connection:
                    await reingests.cancel(connection, reingest_id, self.clock(), who=who, reason="planning failed: the log says why")
                raise
            async with self.database.read() as connection:
                return await reingests.get(connection, reingest_id)

    async def _plan(self, reingest_id: ReingestId, scope: Scope, *, is_dry: bool, expect: Advance, advance: Advance) -> None:
        async def look() -> None:
            async with self.database.read() as connection:
                found = await reingests.get(connection, reingest_id)
            if found is None or found.state is not ReingestState.PLANNING:
                raise _Unwanted

        said = await reread(self.database, self.reader, scope, self.clock, expect=expect, advance=advance)
        async with self.database.read() as connection:
            now = await regroupings.standings(connection)
        expect(len(now))
        contents = {article_id: values for article_id, values in said.contents.items() if article_id in now}
        then = await regroup(self.database, self.settings, now, contents, clock=self.clock, look=look, advance=advance)
        # What was never decided about here, by a history that is not whole, stays where it is.
        both = {article_id: standing for article_id, standing in now.items() if article_id in then}
        compared = await asyncio.to_thread(compare, both, then, contents.keys())
        figures, steps = await self._of_scope(scope, compared, said, both)
        kept = [(step, _of(step, contents)) for step in steps]
        async with self.database.write() as connection:
            if is_dry or figures.is_nothing:
                reason = NOTHING if figures.is_nothing else SHOWN
                await reingests.only_shown(connection, reingest_id, figures, self.clock(), reason)
            elif not await reingests.planned(connection, reingest_id, figures, kept):
                raise _Unwanted

    async def _of_scope(self, scope: Scope, compared: Sequence[Step], said: Reread, both: Grouped) -> tuple[Figures, Sequence[Step]]:
        """Keep the steps that are about the scope: everything is compared, because an article by itself would be grouped otherwise."""
        steps = compared
        if scope.kind is not ScopeKind.ALL:
            async with self.database.read() as connection:
                wanted = (
                    frozenset([EventId(scope.number)])
                    if scope.kind is ScopeKind.EVENT
                    else await regroupings.of_source(connection, scope.number)
                )
            steps = [step for step in steps if wanted.intersection(step.events)]
        living = len({standing.event_id for standing in both.values()})
        counts = [step.counts for step in steps]
        split, merged, changed = (sum(count[place] for count in counts) for place in range(3))
        async with self.database.read() as connection:
            shown = await regroupings.living_cards(connection, reingests.touched(steps))
        figures = Figures(
            read=said.read,
            unread=said.unread,
            revised=sum(len(_of(step, said.contents)) for step in steps),
            articles=len(both),
            split=split,
            merged=merged,
            changed=changed,
            untouched=living - split - merged - changed,
            cards=shown,
        )
        return figures, steps


def _of(step: Step, contents: Mapping[ArticleId, Values]) -> dict[ArticleId, Values]:
    """Give what the articles of a step say from then on."""
    return {move.article_id: contents[move.article_id] for move in step.moves if move.article_id in contents}
