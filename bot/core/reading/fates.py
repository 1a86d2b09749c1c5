"""What became of those whom a number in an English sentence counts: told by a verb behind it, or by a verb or noun before it.

Everything is read word by word within a fixed reach, so that a sentence costs no more than its length. `said` are always its words in
small letters, `first` is the place behind the number before, `last` that of the number behind.
"""

from collections.abc import Sequence
from typing import Final

from bot.core.reading.figure import Kind
from bot.core.reading.figure_words import (
    ACTS,
    ACTS_OF,
    ADJECTIVES,
    AUXILIARIES,
    BEGINS_PARENTHESIS,
    BENEATH,
    DOUBTFUL,
    ENDS_REACH,
    FLED,
    HOSPITALS,
    INTRANSITIVE,
    LIGHT,
    NO_NOUN,
    NOUNS,
    OBJECTS,
    STANDING,
    STATES,
    SUFFERING,
    TAKEN,
    VICTIMS,
    WOUNDS,
)

STATE_REACH: Final = 14
"""Words behind a noun among which is looked for what became of it. Guess."""

ACT_REACH: Final = 5
"""Words before a number that may stand between it and a verb: "killed a guard and two others". Guess."""

DETERMINERS: Final = frozenset("the these those its their his her all".split())
MARKS: Final = frozenset('"“”‘’')


def joined(one: Kind | None, other: Kind | None) -> Kind | None:
    """Put two fates of one number together: killed or wounded are casualties."""
    if one is None or other is None or one is other:
        return one or other
    return Kind.CASUALTIES if _LOSSES.issuperset((one, other)) else one


_LOSSES: Final = frozenset((Kind.KILLED, Kind.WOUNDED, Kind.CASUALTIES))


def fate_behind(said: Sequence[str], begin: int, last: int) -> Kind | None:
    """Look behind a noun for what became of it: "were killed", "killed and wounded in …", "who died", "with gunshot wounds"."""
    limit = min(last, begin + STATE_REACH)
    passive = suffers = taken = victims = False
    light, at = True, begin
    while at < limit:
        word = said[at]
        if word in STATES and not (word == "fled" and FLED.isdisjoint(said[at + 1 : at + 3])):
            bare = light and (word in STANDING or not _has_object(said, at, last))
            told = passive or bare or (word in INTRANSITIVE and word not in STANDING)
            return _all_fates(said, at, last) if told else None
        if (suffers and word in WOUNDS) or (taken and word in HOSPITALS):
            return Kind.WOUNDED
        if word in VICTIMS and (passive or light):
            if _is_fatal(said, at):
                return Kind.KILLED
            if _has_object(said, at, last) or said[at + 1 : at + 2] == ["down"]:
                break
            victims = True
        following = _next(said, at, limit)
        if following is None or (word == "who" and not light):
            break
        passive = passive or word in AUXILIARIES
        suffers = suffers or word in SUFFERING
        taken = taken or (passive and word in TAKEN)
        light = light and (word in LIGHT or word in AUXILIARIES or word in VICTIMS or following == at + 3)
        at = following
    if taken and not HOSPITALS.isdisjoint(said[at : at + 4]):
        # "… were taken to two hospitals": the second number ended the search.
        return Kind.WOUNDED
    return Kind.PEOPLE if victims else None


def _is_fatal(said: Sequence[str], at: int) -> bool:
    """Tell whether a deed is said to have killed: "fatally shot", "shot to death"."""
    return said[at - 1 : at] == ["fatally"] or list(said[at + 1 : at + 3]) == ["to", "death"]


_ONE_MORE: Final = ("a", "an", "one")
_INFINITIVES: Final = (["be"], ["have"], ["die"], ["get"])


def _next(said: Sequence[str], at: int, limit: int) -> int | None:
    """Go on to the next word that can tell what became of somebody; None where a clause ends, or all is unsure."""
    word = said[at]
    if word in DOUBTFUL or word in ENDS_REACH or (word == "to" and said[at + 1 : at + 2] in _INFINITIVES):
        return None
    if word == ",":
        closing = _parenthesis(said, at, limit)
        return None if closing is None else closing + 1
    if word == "and" and at + 2 < limit and said[at + 1] in _ONE_MORE and NOUNS.get(said[at + 2]) in BENEATH:
        return at + 3
    return at + 2 if word in VICTIMS and said[at + 1 : at + 2] == ["and"] else at + 1


def _all_fates(said: Sequence[str], at: int, last: int) -> Kind:
    """Put together what is joined to one fate: "killed or wounded"."""
    fate = STATES[said[at]]
    at += 1
    while at + 1 < last and (said[at] in _JOINTS or said[at] in MARKS):
        if said[at + 1] in STATES:
            fate = joined(fate, STATES[said[at + 1]]) or fate
            at += 1
        at += 1
    return fate


_JOINTS: Final = frozenset(("and", "or", ",", "/", "and/or"))


def _has_object(said: Sequence[str], at: int, last: int) -> bool:
    """Tell whether somebody or a number follows a verb, which then tells what was done to them."""
    if at + 1 >= len(said):
        return False
    return at + 1 >= last or (said[at + 1] in OBJECTS and (said[at + 1] != "at" or said[at + 2 : at + 3] == ["least"]))


def _parenthesis(said: Sequence[str], at: int, limit: int) -> int | None:
    """Find the comma that closes what this one opens; the same one before "who"; None where a comma begins something else."""
    if at + 1 >= limit or said[at + 1] == "who":
        return at if at + 1 < limit else None
    if said[at + 1] not in BEGINS_PARENTHESIS and not said[at + 1][0].isdigit():
        return None
    return next((index for index in range(at + 1, limit) if said[index].endswith(",") and not _is_listed(said, index)), None)


def _is_listed(said: Sequence[str], at: int) -> bool:
    """Tell whether the comma at the end of a number ("54," is one word) only leads to the next: "ages 54, 33 and 26"."""
    following = said[at + 1 : at + 3]
    return said[at] != "," and any(word[0].isdigit() for word in (following[1:] if following[:1] == ["and"] else following[:1]))


def act_before(said: Sequence[str], first: int, begin: int) -> Kind | None:
    """Look for a verb right before a number: "killed 12", "captures two"."""
    at = begin - 1
    while at > first and (said[at] in MARKS or said[at] in DETERMINERS or said[at] in ADJECTIVES):
        at -= 1
    if at > first and said[at] in VICTIMS and said[at - 1] == "fatally":
        return Kind.KILLED
    return _act(said, first, at) if at >= first else None


def act_beyond(said: Sequence[str], first: int, begin: int) -> Kind | None:
    """Look for a verb whose object goes on with a number: "killed a guard and two others"."""
    if begin == 0 or said[begin - 1] != "and":
        return None
    for at in range(begin - 2, max(first, begin - 2 - ACT_REACH) - 1, -1):
        if said[at] in ACTS:
            follows = said[at + 1]
            return None if follows == "," or (follows in NO_NOUN and follows not in OBJECTS) else _act(said, first, at)
        if said[at] in ENDS_REACH or said[at] in AUXILIARIES or said[at] in STATES:
            break
    return None


def _act(said: Sequence[str], first: int, at: int) -> Kind | None:
    """Read a verb in the active voice that tells of something done."""
    act = ACTS.get(said[at])
    if act is None:
        return None
    before = said[max(first, at - 4) : at]
    if (
        not DOUBTFUL.isdisjoint(before[-3:])
        or before[-1:] == ["to"]
        or (before and before[-1] in AUXILIARIES and not said[at].endswith("ing"))
    ):
        return None
    other = ACTS.get(before[-2]) if len(before) > 1 and before[-1] in ("and", "or") else None
    return joined(act, other) if other in _LOSSES else act


def act_of(said: Sequence[str], begin: int) -> Kind | None:
    """Look for the noun of an act before a number: "the deaths of 12"."""
    at = begin - 1
    while at > 0 and said[at] in DETERMINERS:
        at -= 1
    if at > 0 and said[at - 1] in ("execution", "executions"):  # one that is sought, or ordered, has killed nobody
        return Kind.KILLED if said[at] == "of" and "carried" in said[max(0, at - 5) : at - 1] else None
    return ACTS_OF.get(said[at - 1]) if at > 0 and said[at] in ("of", "to") else None
