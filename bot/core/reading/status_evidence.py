"""English words by which an earlier report may have told a state already, in whatever words: wide, so that no change is told twice."""

import re
from typing import Final

from bot.core.reading.status import State

UNTOLD_REACH: Final = 50
"""Characters before a word of a state among which "no" or "warrant" undo it. Guess."""

_DEATH: Final = (
    r"died|dies|die|dead|dying|deaths?|deadly|killed|kills?|killing|fatal\w*|murder\w*|homicid\w*|slain|slay\w*|body|bodies|passed away"
)
_ARREST_WORDS: Final = r"arrest(?:s|ed|ing)?(?! warrants?)"
_CHARGE_WORDS: Final = (
    r"charg(?:e|es|ed|ing)(?! may| might| could| would| will| pending| are pending| were pending)|indict\w*|arraign\w*"
    r"|convict(?:ed|s|ions?)?(?! felon)|guilty"
)
_WORDS: Final = {
    State.DEAD: _DEATH,
    State.CAPTURED: r"captur\w*|prisoners?|captives?|pows?|hostages?|detain\w*|arrest\w*|custody",
    State.MISSING: r"missing|disappear\w*|vanish\w*|search\w*",
    State.FOUND: rf"found|recover\w*|discover\w*|{_DEATH}",
    State.RESCUED: r"rescu\w*|saved|pulled|survivors?",
    State.ARRESTED: rf"{_ARREST_WORDS}|custody|detain\w*|jail\w*|apprehend(?:s|ed)?|surrender\w*|captur\w*|turned himself"
    rf"|being held|is held|are held|was held|were held|held (?:on|without|for)|held in (?:jail|custody|lieu|prison)|{_CHARGE_WORDS}",
    State.CHARGED: rf"{_CHARGE_WORDS}|sentenc\w*|trial|prosecut(?:e|es|ed|ing|ions?)",
    State.CONVICTED: r"convict(?:ed|s|ions?)?(?! felon)|guilty|sentenc\w*|verdict\w*|plea",
    State.SENTENCED: r"sentenc\w*|years in prison|life in prison|death penalty|gets [0-9]+ years|jailed for|years in jail",
    State.ACQUITTED: r"acquit\w*|not guilty|cleared|verdict\w*|exonerat\w*",
    State.RELEASED: r"releas\w*|free|freed|frees|freedom|bail",
    State.EXTRADITED: r"extradit\w*",
    State.WITHDRAWN: r"withdr\w*|pull\w* out|drop\w* out|out of|exit\w*|quit\w*|leav\w*|pulled|resign\w*"
    r"|boycott\w*|skip\w*|scrap\w*|cancel\w*|die|dies|died|dead",
    State.UPHELD: r"uph[eo]ld\w*|rul\w*|back\w*|sid\w* with|favou?r\w*|win|wins|won|victory|verdict",
    State.ENDED: r"lift\w*|eas(?:e|es|ed|ing)|end|ends|ended|ending|over|relax\w*|reopen\w*|open|opens|opened|resum\w*",
    State.RESIGNED: r"resign\w*|step\w* down|step\w* aside|quit\w*|ouster|oust\w*|depart\w*|leav\w*|out as|fired|fires|firing"
    r"|sack\w*|dismiss\w*|part\w* ways|cut\w* ties",
    State.ELECTED: r"elect\w*|wins?|won|victor\w*|defeat\w*|landslide",
    State.ADOPTED: r"pass\w*|approv\w*|adopt\w*|uph[eo]ld\w*|ratif\w*|sign\w*|agree\w*|deal|truce|cease-fire|ceasefire|pact",
    State.ENACTED: r"signed|signs|signing|signature|enact\w*|into law|(?:becomes?|became|now) law"
    r"|(?:takes?|took|goes|went|comes?) into (?:effect|force)",
    State.REJECTED: r"reject\w*|veto\w*|block\w*|defeat\w*|fail\w*|vote\w* down|vote\w* against|halt\w*|suspend\w*|bar|bars|barred|freez\w*"
    r"|froze|frozen|overturn\w*|quash\w*|invalidat\w*|str[iu]ck?\w* down|strik\w* down|collaps\w*|strip\w*|stop\w*|rul\w* against",
    State.CANCELLED: r"cancel\w*|called off|calls off|scrap\w*|postpon\w*|axed|nixed",
    State.DENIED: r"deny|denies|denied|denial|denials|denying|not guilty|refut\w*|reject\w*|dismiss\w*|disput\w*",
    State.CORRECTED: r"retract\w*|correct\w*",
}
_EVIDENCE: Final = {state: re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) for state, words in _WORDS.items()}
_PIECES: Final = {
    state: tuple("".join(re.findall(r"^[a-z' -]+(?![?*])", each)) for each in re.split(r"\|(?![^(]*\))", words))
    for state, words in _WORDS.items()
}
"""What each alternative begins with, where that is a plain word: one stands in whatever the pattern finds; looking for them is cheap."""

KNOWN: Final = frozenset(_WORDS)
"""The states of which it can be known whether they were told: that somebody confirms is told as corroboration, and is none of them."""


def has_told(state: State, text: str) -> bool:
    """Tell whether a text may have told a state, in whatever words."""
    folded = text.casefold()
    if not any(piece in folded for piece in _PIECES[state]):
        return False
    return any(not _UNTOLD.search(text[max(0, word.start() - UNTOLD_REACH) : word.start()]) for word in _EVIDENCE[state].finditer(text))


_UNTOLD: Final = re.compile(
    r"(?<!\w)(?:no|not|nobody|never|without|any|yet|will|may|might|could|would|if|search\w*|seek\w*|sought|warrants?|hunt\w*|leading to"
    r"|possible|potential|unrelated|\w+n['’]t)(?!\w)[^.]*$",
    re.IGNORECASE,
)
"""What undoes such a word behind it: "no arrests have been made"."""

_ARREST: Final = frozenset((State.ARRESTED, State.CAPTURED))
_CHARGE: Final = _ARREST | {State.CHARGED}
_CONVICTION: Final = _CHARGE | {State.CONVICTED, State.FOUND, State.MISSING}
IMPLIED: Final = {state: frozenset((state,)) for state in State} | {
    State.ARRESTED: _ARREST,
    State.CAPTURED: _ARREST,
    State.CHARGED: _CHARGE,
    State.CONVICTED: _CONVICTION,
    State.SENTENCED: _CONVICTION | {State.SENTENCED},
    State.ENACTED: frozenset((State.ADOPTED, State.ENACTED)),
}
"""With a state everything is told that goes before it."""
