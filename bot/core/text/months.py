"""Names of the months in the languages that news sites write, full and abbreviated; nothing else."""

from typing import Final

# One line a language, twelve months, spellings of one month joined by a slash.
# In Slavic languages the genitive is what stands beside a day.
_LANGUAGES: Final = """
january/jan february/feb march/mar april/apr may june/jun july/jul august/aug september/sept/sep october/oct november/nov december/dec
enero/ene febrero marzo abril/abr mayo junio julio agosto/ago septiembre/setiembre octubre noviembre diciembre/dic
janvier/janv février/févr/fev mars avril/avr mai juin juillet/juil août/aout septembre octobre novembre décembre/déc
januar/jänner/jän februar/feber märz/mär april mai juni juli august september oktober/okt november dezember/dez
janeiro fevereiro/fev março abril maio/mai junho julho agosto setembro/set outubro/out novembro dezembro/dez
gennaio/gen febbraio marzo aprile maggio/mag giugno/giu luglio/lug agosto settembre/sett ottobre/ott novembre dicembre
января/янв февраля/фев марта/мар апреля/апр мая июня/июн июля/июл августа/авг сентября/сен/сент октября/окт ноября/ноя/нояб декабря/дек
січня/січ лютого/лют березня/бер квітня/квіт травня/трав червня/черв липня/лип серпня/серп вересня/вер жовтня/жовт листопада/лист грудня
januari februari maart/mrt april mei juni juli augustus september oktober november december
stycznia/sty lutego/lut marca kwietnia/kwi maja czerwca/cze lipca/lip sierpnia/sie września/wrz października/paź listopada/lis grudnia/gru
januar februar mars/marts april maj/mai juni juli august september oktober november desember/des
januari februari mars april maj juni juli augusti september oktober november december
ledna února března dubna května června července srpna září října listopadu prosince
ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
januari februari maret april mei juni juli agustus september oktober november desember
"""


def _table() -> tuple[dict[str, int], frozenset[str]]:
    table: dict[str, int] = {}
    plain: set[str] = set()
    for line in _LANGUAGES.strip().splitlines():
        for number, spellings in enumerate(line.split(), start=1):
            names = spellings.split("/")
            for name in names:
                table.setdefault(name, number)
            plain.update(names if line.startswith("january") else names[:1])
    return table, frozenset(plain)


MONTHS, PLAIN = _table()
"""`MONTHS`: case-folded name to number, 1 to 12. `PLAIN`: the names that are hardly ever other words: no foreign abbreviations."""
