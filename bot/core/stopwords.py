"""Words too common to tell one event from another, for the languages that news comes in most."""

from typing import Final

_ENGLISH: Final = """
a about above according across after again against ago all almost along already also although always am amid among an and another any
anyone anything are around as ask asked at away back be became because become been before began behind being believe below between both
but by call called came can cannot come could day days did do does doing done down due during each early either else end enough even
ever every everyone expected far few first following for former found from full further gave get gets getting give given go goes going
gone got had half has have having he her here hers herself him himself his how however i if in including instead into is it its itself
just keep kept know known last late later least less let like likely little long look made make makes making man many may me mean
meanwhile might more morning most mr mrs ms much must my near nearly need never new news next night no nor not nothing now of off often
on once one only or other others our ours out over own part per perhaps place put rather read really report reported reportedly reports
right said same saw say saying says see seem seen self set several shall she should show shows since so some something soon still story
such take taken takes taking tell than that the their theirs them then there these they thing things think this those though three
through time times to today together told tomorrow too took toward towards try turn two under until up upon us use used using very via
want wants was way we week weeks well went were what when where whether which while who whom whose why will with within without won work
would year years yesterday yet you your monday tuesday wednesday thursday friday saturday sunday january february march april june july
august september october november december jan feb mar apr jun jul aug sep sept oct nov dec don doesn didn isn wasn aren weren won
couldn wouldn shouldn hasn haven hadn ll ve re photo image images video click subscribe newsletter advertisement copyright reserved
rights credit getty
"""
_CLOCKS: Final = """
gmt utc bst est edt cst cdt mst mdt pst pdt cet cest eet eest msk ist jst kst hkt sgt aest aedt
"""
_OTHERS: Final = """
der die das den dem des ein eine einen einem einer und oder aber nicht mit von zu im in am an auf für ist sind war wird werden bei nach
aus über wie als auch sich es er sie wir ihr hat haben vor um bis durch noch nur mehr zum zur le la les un une des du de et ou mais ne
pas avec pour par sur dans en au aux est sont été ce cette ces qui que dont où il elle ils elles se sa son ses leur leurs plus comme
après avant entre el los las una unos unas del al y o pero no con para por sobre en es son fue ha han que se su sus como más entre desde
hasta este esta tras ante lo il gli uno e ed ma non con per su nel nella dei delle della dal che si sono è stato più come dopo tra o os
um uma do da dos das no na nos nas e ou mas não com para por em ao à se que é são foi mais como após entre и в во не на с со что как по
из за от до для о об при это этот эта эти его её их был была были быть он она они мы вы я а но или же бы к ко у так та те то що як до
від за на не і й у в з із зі про при це цей ця ці його її їх був була були бути він вона вони ми ви але або ж
"""

STOPWORDS: Final = frozenset((_ENGLISH + _CLOCKS + _OTHERS).split())
