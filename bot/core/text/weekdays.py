"""Names of the days of the week in the languages of news, as they stand in texts; which date a day is, is not known here."""

from typing import Final

from bot.core.text.words import folded, spoken

# One line a language, Monday first, forms of one day joined by a slash. Languages whose names of days are ordinals or numbers in
# other places (Portuguese, Greek, Hebrew) and those written without spaces are left out.
_LANGUAGES: Final = """
monday tuesday wednesday thursday friday saturday sunday
lunes martes miércoles jueves viernes sábado domingo
lundi mardi mercredi jeudi vendredi samedi dimanche
montag dienstag mittwoch donnerstag freitag samstag/sonnabend sonntag
lunedì martedì mercoledì giovedì venerdì sabato domenica
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
понедельник вторник среда/среду/среды четверг пятница/пятницу/пятницы суббота/субботу/субботы воскресенье/воскресенья
понеділок/понеділка вівторок/вівторка середа/середу/середи четвер п’ятниця/п’ятницю/п’ятниці субота/суботу/суботи неділя/неділю/неділі
poniedziałek/poniedziałku wtorek/wtorku środa/środę/środy czwartek/czwartku piątek/piątku sobota/sobotę/soboty niedziela/niedzielę/niedzieli
ponedeljek/ponedeljka torek/torka sreda/sredo/srede četrtek/četrtka petek/petka sobota/soboto/sobote nedelja/nedeljo/nedelje
pondělí úterý středa/středu/středy čtvrtek/čtvrtka pátek/pátku sobota/sobotu/soboty neděle/neděli
måndag tisdag onsdag torsdag fredag lördag söndag
mandag tirsdag onsdag torsdag fredag lørdag søndag
maanantaina tiistaina keskiviikkona torstaina perjantaina lauantaina sunnuntaina
pazartesi salı çarşamba perşembe cuma cumartesi pazar
الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد
"""

WEEKDAYS: Final = {
    folded(spoken(form)): number
    for line in _LANGUAGES.strip().splitlines()
    for number, day in enumerate(line.split())
    for form in day.split("/")
}
"""From the word, as `words.folded` gives it, to the day, 0 for Monday."""

ALSO_NAMES: Final = frozenset({"domingo", "domenica"})
"""Days that are people and places when they begin with a capital: Santo Domingo, Plácido Domingo."""
