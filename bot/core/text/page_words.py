"""Sentences on a page that belong to its pictures, its buttons or its editors, not to the report."""

import re
from typing import Final

from bot.core.text.past_tense import past_verbs

_MONTH: Final = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?"
    r"|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_PICTURE: Final = re.compile(
    # as in: In this Jan. 31, 2014 photo; Photo by; File photo; Image 1 of 40
    r"^In th(?:is|ese) (?:[\w.,’'-]+ ){0,6}?(?:photo(?:graph)?|image|picture|frame grab|screenshot)s?"
    r"(?:,| (?:by|dated|from|made|posted|provided|released|shot|supplied|taken)(?!\w))"
    r"|(?<!\w)Photo(?:graph)?s?(?:: | by | courtesy )|(?<!\w)Getty Images(?!\w)|(?<!\w)(?:Image|Photo|Slide) [0-9]+ of "
    r"|(?<!\w)(?:[Ff]ile|FILE|[Hh]andout|[Uu]ndated|AP|AFP) (?:[Pp]hoto|PHOTO|[Ii]mage|[Pp]icture)"
    # as in: Kerry (left) meets; From left:
    r"|\((?:left|right|cent(?:er|re)|above|below|pictured)\)|(?<!\w)[Ff]rom left(?: to right)?[,:]"
    r"|(?<!\w)[Pp]ictured (?:above|here|below|left|right)(?!\w)"
)
_BUTTON: Final = re.compile(
    r"(?:ADVERTISEMENT|CAPTION|CLOSE|GALLERY|LISTEN|MORE|NOW PLAYING|PHOTOS?|PLAY|READ MORE|RELATED|REPLAY|SEE ALSO|SHARE|SUBSCRIBE|VIDEO"
    r"|WATCH)(?::|(?: [-–—|])? (?=[A-Z“\"‘]))|Buy Photos? "
)
_EDITORS: Final = re.compile(
    r"In an? (?:story|report|article|column|dispatch) (?:on|of|published|posted|sent|transmitted|about|that)(?!\w)"
    r"|(?:Editor[’']?s?[’']? [Nn]ote|EDITOR[’']?S?[’']? NOTE|Correction|CORRECTION|Clarification|CLARIFICATION)(?: \([^()]*\))?[:.]"
)
# "James Comey testifies on Capitol Hill on Sept. 28, 2016.": news of the day names no year.
_WITH_YEAR: Final = re.compile(rf"(?:{_MONTH} [0-3]?[0-9]|[0-3]?[0-9] {_MONTH}),? (?:19|20)[0-9]{{2}}\.?$")


def is_of_page(sentence: str) -> bool:
    """Tell whether a sentence is the caption of a picture, begins with the words of a button, or is the editors' own."""
    if _PICTURE.search(sentence) or _BUTTON.match(sentence) or _EDITORS.match(sentence):
        return True
    return _WITH_YEAR.search(sentence) is not None and not past_verbs(sentence)
