"""English words by which an earlier report may have told a state already, in whatever words: wide, so that no change is told twice."""

import re
from typing import Final

from bot.core.status import State

_DEATH: Final = (
    r"di(?:ed|es|e)|dead|dying|deaths?|deadly|killed|kills?|killing|fatal\w*|murder\w*|homicid\w*|slain|slay\w*|bod(?:y|ies)|passed away"
)
_WORDS: Final = {
    State.DEAD: _DEATH,
    State.CAPTURED: r"captur\w*|prisoners?|captives?|pows?|hostages?|detain\w*|arrest\w*|custody",
    State.MISSING: r"missing|disappear\w*|vanish\w*|search\w*",
    State.FOUND: rf"found|recover\w*|discover\w*|{_DEATH}",
    State.RESCUED: r"rescu\w*|saved|pulled|survivors?",
    State.ARRESTED: r"arrest\w*|custody|detain\w*|jail\w*|charg\w*|apprehend\w*|surrender\w*|captur\w*|turned himself|held|indict\w*"
    r"|convict\w*|guilty",
    State.CHARGED: r"charg\w*|indict\w*|arraign\w*|convict\w*|guilty|sentenc\w*|trial|prosecut\w*",
    State.CONVICTED: r"convict\w*|guilty|sentenc\w*|verdict\w*|plead\w*|pled",
    State.SENTENCED: r"sentenc\w*|years in prison|life in prison|death penalty",
    State.ACQUITTED: r"acquit\w*|not guilty|cleared|verdict\w*|exonerat\w*",
    State.RELEASED: r"releas\w*|free[ds]?|freedom|bail",
    State.RESIGNED: r"resign\w*|step\w* (?:down|aside)|quit\w*|ouster|oust\w*|depart\w*|leav\w*|out as|fired|firing",
    State.ELECTED: r"elect\w*|wins?|won|victor\w*|defeat\w*|landslide",
    State.ADOPTED: r"pass\w*|approv\w*|adopt\w*|ratif\w*|sign\w*|agree\w*|deal|truce|cease-?fire|pact",
    State.REJECTED: r"reject\w*|veto\w*|block\w*|defeat\w*|fail\w*|voted? (?:down|against)",
    State.CANCELLED: r"cancel\w*|called off|calls off|scrap\w*|postpon\w*|axed|nixed",
    State.DENIED: r"den(?:y|ies|ied|ial|ials|ying)|not guilty|refut\w*|reject\w*|dismiss\w*|disput\w*|called .{0,20}false",
    State.CORRECTED: r"retract\w*|correct\w*",
}
EVIDENCE: Final = {state: re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) for state, words in _WORDS.items()}
"""What to look for; what stands nowhere here is no change in itself: that somebody confirms is told as corroboration."""

UNTOLD: Final = re.compile(
    r"(?<!\w)(?:no|not|nobody|never|without|any|yet|will|may|might|could|would|search\w*|seek\w*|sought|warrants?|hunt\w*|\w+n['’]t)(?!\w)[^.]*$",
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
}
"""With a state everything is told that goes before it."""
