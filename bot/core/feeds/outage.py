"""Whether our own line to the outside is out: judged from how the hosts do that were asked last; what is done then is decided elsewhere.

When many hosts that worked fail within minutes of each other, the cause is at our end (a name server, a cable, a laptop that wakes up), and
no feed is to be blamed. Only failures that our own line can cause count (`Failure.is_ours`); any answer, a 500 too, shows that it works.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.core.feeds.feed import FeedState
from bot.core.model import SourceId

HOSTS: Final = 100
"""How many hosts are looked at, those asked last. Guess: ten seconds of a long list; fewer would call one dead provider an outage."""

LOOKING_BACK: Final = timedelta(minutes=30)
"""How long an outcome says something, and how far back the failures lie that belong to an outage when it is noticed: the usual interval."""

SHARE: Final = 0.3
"""More of the hosts that worked failing than this is an outage (the issue names the figure)."""

FEW: Final = 5
"""With fewer hosts that worked than this, as in a new list, hosts never asked before count too, and more must fail."""

SHARE_OF_ALL: Final = 0.9
"""That many: old lists of feeds hold up to half of dead hosts."""

LONG_ENOUGH: Final = timedelta(minutes=1)
"""And so long, when none of them ever worked: hosts that do not exist fail at once, those that do need a while to answer. Guess."""

FEWEST: Final = 3
"""Fewer failing hosts than this are never an outage. Guess: two of two do fail together."""

BACK: Final = ((timedelta(days=1), 0.0), (timedelta(hours=2), SHARE), (timedelta(), 0.5))
"""An outage that lasts so long is over when more than this share of the hosts asked since answered: what still fails then fails by itself.

Half at first: a line that works in part is no line. Less later: of five hosts, three may have died together. Guess.
"""

ASKED_SINCE: Final = 20
"""So many hosts are asked before that is said, or all where there are fewer: what was under way when the line broke may still answer."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    at: datetime
    answered: bool
    worked: bool


class Line:
    """Our line to the outside, as far as the outcomes of checks show it; lost at a restart, which a few checks make up for."""

    def __init__(self) -> None:
        self._hosts: OrderedDict[str, _Outcome] = OrderedDict()
        self._blamed: OrderedDict[SourceId, tuple[datetime, FeedState]] = OrderedDict()
        # Hosts that went on failing when an outage was over: they do not make the next one.
        self._dead: set[str] = set()
        self._out_since: datetime | None = None

    @property
    def out_since(self) -> datetime | None:
        """When the present outage was noticed, None while the line works."""
        return self._out_since

    def note(self, state: FeedState, now: datetime, *, answered: bool) -> None:
        """Take the outcome of a check into account; `state` is how the feed stood before it, `answered` whether its host said anything."""
        host = state.host
        if answered:
            self._dead.discard(host)
        is_known_to_fail = state.failures > 0 or host in self._dead
        self._hosts.pop(host, None)
        if answered or not is_known_to_fail:
            self._hosts[host] = _Outcome(now, answered, worked=state.checked_at is not None and not is_known_to_fail)
        self._forget(now)
        if self._out_since is None:
            if self._seems_out(now):
                self._out_since = now
        elif self._seems_back(now, self._out_since):
            failing = {host: outcome for host, outcome in self._hosts.items() if not outcome.answered}
            self._dead = {host for host, outcome in failing.items() if outcome.at >= self._out_since}
            for host in failing:
                del self._hosts[host]
            self._out_since = None

    def blame(self, state: FeedState, now: datetime) -> None:
        """Remember how a feed stood that worked, before a failure that was counted and that our line can have caused."""
        if not state.failures:
            self._blamed[state.source_id] = (now, state)

    def clear(self, source_id: SourceId) -> None:
        """Forget how a feed stood: it has been checked again since."""
        self._blamed.pop(source_id, None)

    def forgiven(self) -> list[FeedState]:
        """Give how the feeds stood that were blamed shortly before the outage was noticed, once."""
        states = [state for _, state in self._blamed.values()]
        self._blamed.clear()
        return states

    def _forget(self, now: datetime) -> None:
        while self._hosts and (len(self._hosts) > HOSTS or next(iter(self._hosts.values())).at <= now - LOOKING_BACK):
            self._hosts.popitem(last=False)
        while self._blamed and next(iter(self._blamed.values()))[0] <= now - LOOKING_BACK:
            self._blamed.popitem(last=False)

    def _seems_out(self, now: datetime) -> bool:
        outcomes = self._hosts.values()
        worked = [outcome for outcome in outcomes if outcome.worked]
        if len(worked) >= FEW:
            failing = [outcome for outcome in worked if not outcome.answered]
            return len(failing) >= FEWEST and len(failing) > SHARE * len(worked)
        failing = [outcome for outcome in outcomes if not outcome.answered]
        if len(failing) < max(FEWEST, SHARE_OF_ALL * len(outcomes)):
            return False
        return any(outcome.worked for outcome in failing) or (len(failing) >= FEW and now - failing[0].at >= LONG_ENOUGH)

    def _seems_back(self, now: datetime, since: datetime) -> bool:
        answers = [outcome.answered for outcome in self._hosts.values() if outcome.at >= since]
        share = next((share for after, share in BACK if now - since >= after), 1.0)
        return len(answers) >= min(ASKED_SINCE, len(self._hosts)) and sum(answers) > share * len(answers)
