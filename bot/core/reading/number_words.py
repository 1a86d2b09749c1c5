"""English words that make numbers, bound them, or follow them as units; how they are put together is in `quantities`."""

from decimal import Decimal
from typing import Final

from bot.core.reading.figure import Kind, Qualifier
from bot.core.text.months import MONTHS

_SMALL: Final = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
"""
_TENS: Final = "twenty thirty forty fifty sixty seventy eighty ninety"

SMALL: Final = {word: number for number, word in enumerate(_SMALL.split())}
TENS: Final = {word: 10 * number for number, word in enumerate(_TENS.split(), start=2)}
SCALES: Final = {
    "dozen": 12,
    "hundred": 100,
    "thousand": 1_000,
    "lakh": 100_000,
    "million": 1_000_000,
    "crore": 10_000_000,
    "billion": 1_000_000_000,
    "trillion": 1_000_000_000_000,
}
SUFFIXES: Final = {
    "k": 1_000,
    "m": 1_000_000,
    "mn": 1_000_000,
    "mln": 1_000_000,
    "b": 1_000_000_000,
    "bn": 1_000_000_000,
    "t": 1_000_000_000_000,
    "tn": 1_000_000_000_000,
}
"""What is written at the last digit; `k`, `mn`, `mln`, `bn` and `tn` mean it anywhere, the others only beside a currency."""

ANYWHERE: Final = frozenset(("k", "mn", "mln", "bn", "tn"))
FRACTIONS: Final = {"½": Decimal("0.5"), "¼": Decimal("0.25"), "¾": Decimal("0.75")}

VAGUE: Final = frozenset("tens dozens hundreds thousands millions scores several".split())
"""Words that count without a number."""

QUALIFIERS: Final = {
    **dict.fromkeys(
        ("at least", "no fewer than", "no less than", "not less than", "not fewer than", "a minimum of", "minimum of"), Qualifier.AT_LEAST
    ),
    **dict.fromkeys(
        ("more than", "over", "above", "upwards of", "upward of", "in excess of", "just over", "well over", "well above", "greater than"),
        Qualifier.MORE_THAN,
    ),
    **dict.fromkeys(("up to", "as many as", "as much as", "at most", "no more than", "not more than", "a maximum of"), Qualifier.AT_MOST),
    **dict.fromkeys(("fewer than", "less than", "under", "below", "just under", "well under"), Qualifier.FEWER_THAN),
    **dict.fromkeys(
        ("about", "around", "some", "approximately", "nearly", "almost", "roughly", "close to", "an estimated", "estimated", "circa", "~"),
        Qualifier.ABOUT,
    ),
}
LONGEST_QUALIFIER: Final = 3
"""Words of the longest of them."""

OUTGROWN: Final = frozenset("exceed exceeds exceeded exceeding top tops topped topping surpass surpasses surpassed surpassing".split())
"""Verbs that say of what follows that it is too little."""

CHANGING: Final = frozenset(
    """
    rise rises rose risen rising increase increases increased increasing grow grows grew grown climb climbs climbed jump jumps jumped raise
    raises raised raising up fall falls fell fallen falling drop drops dropped decline declines declined decrease decreased cut cuts cutting
    reduce reduces reduced reducing down lower lowered shrink shrank slash slashed revised went go goes soar soared surge surged
    """.split()
)
"""Words beside which "from 10 to 20" is a change and no range."""

CURRENCY_SIGNS: Final = {
    "$": "usd",
    "US$": "usd",
    "A$": "aud",
    "AU$": "aud",
    "C$": "cad",
    "CA$": "cad",
    "HK$": "hkd",
    "NZ$": "nzd",
    "S$": "sgd",
    "R$": "brl",
    "€": "eur",
    "£": "gbp",
    "¥": "jpy",
    "₹": "inr",
    "Rs": "inr",
    "Rs.": "inr",
    "₽": "rub",
    "₴": "uah",
    "₩": "krw",
    "₪": "ils",
    "₺": "try",
    "₦": "ngn",
    "USD": "usd",
    "EUR": "eur",
    "GBP": "gbp",
    "CHF": "chf",
    "INR": "inr",
    "UAH": "uah",
    "RUB": "rub",
}

_CURRENCIES: Final = {
    "usd": "dollar dollars usd buck bucks",
    "eur": "euro euros eur",
    "gbp": "sterling gbp quid",
    "rub": "ruble rubles rouble roubles rub",
    "uah": "hryvnia hryvnias hryvnya hryvnyas uah",
    "jpy": "yen jpy",
    "cny": "yuan renminbi",
    "inr": "rupee rupees inr",
    "krw": "won",
    "chf": "franc francs chf",
    "mxn": "peso pesos",
    "pln": "zloty zlotys",
    "sek": "krona kronor",
    "nok": "krone kroner",
    "try": "lira lire",
    "ils": "shekel shekels",
    "brl": "reais",
    "zar": "rand",
    "ngn": "naira",
    "irr": "rial rials",
    "usd cent": "cent cents",
}
_DURATIONS: Final = "second minute hour day night week month year decade century"
_MEASURES: Final = {
    "km": "km kilometer kilometers kilometre kilometres kms",
    "m": "meter meters metre metres",
    "cm": "cm centimeter centimeters centimetre centimetres",
    "mm": "mm millimeter millimeters millimetre millimetres",
    "mile": "mile miles mi",
    "foot": "foot feet ft",
    "inch": "inch inches",
    "yard": "yard yards",
    "kg": "kg kgs kilogram kilograms kilo kilos",
    "g": "gram grams",
    "tonne": "ton tons tonne tonnes",
    "pound": "pound pounds lb lbs",
    "ounce": "ounce ounces oz",
    "acre": "acre acres",
    "ha": "hectare hectares",
    "degree": "degree degrees °C °F °",
    "mph": "mph",
    "km/h": "kph kmh",
    "litre": "liter liters litre litres",
    "gallon": "gallon gallons",
    "barrel": "barrel barrels",
    "megawatt": "megawatt megawatts mw",
    "gigawatt": "gigawatt gigawatts gw",
    "megaton": "megaton megatons",
    "byte": "megabyte megabytes gigabyte gigabytes terabyte terabytes",
    "light-year": "light-year light-years",
}
_PLURALS: Final = {"century": "centuries", "second": "seconds"}

UNITS: Final = {
    **{word: (Kind.MONEY, unit) for unit, words in _CURRENCIES.items() for word in words.split()},
    **{word: (Kind.DURATION, word) for word in _DURATIONS.split()},
    **{_PLURALS.get(word, word + "s"): (Kind.DURATION, word) for word in _DURATIONS.split()},
    **{word: (Kind.MEASURE, unit) for unit, words in _MEASURES.items() for word in words.split()},
    **dict.fromkeys(("%", "percent", "pct"), (Kind.PERCENT, "%")),
}
"""Word behind a number to what it makes of it, in small letters but for degrees."""

MONTH_NAMES: Final = frozenset(MONTHS)
ADDRESS: Final = frozenset(
    """
    block street st avenue ave road rd boulevard blvd drive dr lane ln court ct highway hwy way place pl parkway pkwy circle terrace route
    st. ave. rd. blvd. dr.
    """.split()
)
"""Words that follow the number of a house."""

NAMED_BY_NUMBER: Final = frozenset(
    """
    no no. nos nos. number room flight highway route interstate channel article section chapter page pages unit level phase grade gate
    district ward type model version volume part lot pier platform season episode game week day group act title amendment proposition
    prop station precinct zone sector apartment apt apt. suite road boeing airbus image photo photograph picture figure item table
    apollo falcon windows iphone galaxy world war category
    """.split()
)
"""Words that a number behind them names and does not count."""
