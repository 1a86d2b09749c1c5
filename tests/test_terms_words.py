"""Words that mean the same are the same word, in every language and alphabet; words that do not are not."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.text.cyrillic import reading_of
from bot.core.text.stopwords import STOPWORDS
from bot.core.text.words import folded, normal, spoken

ONE_WORD = {
    "Ukrainian and Russian cases of a name": "Зеленський Зеленського Зеленським Зеленский Зеленского Зеленскому Zelensky Zelenskyy Zelenskyi Zelenskiy Zelenski",
    "a Russian name in its cases": "Путин Путина Путину Путиным Путине Путін Путіна Putin",
    "a name that ends like an adjective": "Навальный Навального Навальному Навальным Navalny Navalnyi",
    "a Ukrainian name in -enko": "Порошенко Порошенка Порошенку Poroshenko",
    "a name with a soft ending": "Андрей Андрея Андрею Андрій Андрія Andriy Andrii Andrei Andrey",
    "a name in -ov": "Лавров Лаврова Лаврову Лавровым Lavrov",
    "a country": "Украина Украины Украину Украиной Україна України Україні Ukraine Ukraina",
    "a city that is spelt after either language": "Киев Київ Києва Киева Kyiv Kiev",
    "another city": "Харків Харкова Харьков Kharkiv Kharkov",
    "a third": "Запоріжжя Запоріжжі Запорожье Запорожья Zaporizhzhia Zaporozhye",
    "a fourth": "Одеса Одесса Одесі Одессе Odesa Odessa",
    "Serbian in its two alphabets": "Вучић Вучића Vučić Vučića",
    "a woman's name in Belarusian, Russian letters and Latin": "Ціханоўская Tsikhanouskaya Tsikhanouskaia",
    "the same kind of name in Ukrainian and Russian": "Арахамська Арахамская Арахамской Arakhamska Arakhamskaya",
    "a noun that declines": "санкция санкции санкций санкциями санкциях",
    "an initial that is read with a glide": "Єрмак Ермак Yermak",
    "apostrophes of Ukrainian": "м'яч м’яч мʼяч мяч",
    "an elided article": "homme Homme hommes l'homme L’Homme d'homme qu’hommes",
    "an Italian article": "Unità dell'Unità l’unità nell'Unità",
    "possessive and capitals": "Harrow Harrow's Harrow’s HARROW",
    "a name with an apostrophe": "O'Neill O’Neill ONeill O'Neill's",
    "accents": "México Mexico MÉXICO",
    "umlauts": "Müller Muller MÜLLER",
    "a sharp s": "Straße Strasse STRASSE",
    "dotted and dotless i": "İstanbul Istanbul ISTANBUL istanbul ıstanbul",
    "Polish and Danish letters": "Łódź Lodz łódź",
    "English inflection": "capture captures captured capturing",
    "a doubled consonant": "run running runs",
    "German plural": "Soldat Soldaten",
    "German cases": "Minister Ministern Ministers",
    "Spanish gender and number": "detenido detenida detenidos detenidas",
    "Portuguese plural": "eleições eleição",
    "Slovene cases": "Ljubljana Ljubljani Ljubljano",
    "Greek cases": "Μητσοτάκης Μητσοτάκη ΜΗΤΣΟΤΑΚΗΣ",
    "the Arabic article and what clings to it": "رئيس الرئيس والرئيس بالرئيس للرئيس",
    "Arabic with and without its vowels": "كِتَاب كتاب كتـــاب",
    "spellings of alif": "أوكرانيا اوكرانيا",
    "Hebrew articles and points": "ממשלה הממשלה בממשלה מֶמְשָׁלָה",
}

OTHER_WORDS = (
    "Putin Pushkin",
    "Zelensky Zaluzhny Zakharova",
    "Лавров Лаврин",
    "Iran Iraq",
    "Austria Australia",
    "North South",
    "Volodymyr Vladimir",
    "Niger Nigeria",
    "हिन्दी हिन्दु",
    "Medvedev Medvedchuk",
    "county count",
    "police policy",
    "soldier sold",
    "George Georgia",
)


@pytest.mark.parametrize("words", ONE_WORD.values(), ids=ONE_WORD)
def test_spellings_and_cases_of_one_word_meet(words: str) -> None:
    # Arabic vowels and widening strokes are taken away before a word is read, with marks of direction and joiners.
    found = {word: normal(word.replace("ـ", ""), reading_of(word)) for word in words.split()}
    assert len(set(found.values())) == 1, found


@pytest.mark.parametrize("words", OTHER_WORDS)
def test_other_words_stay_apart(words: str) -> None:
    assert len({normal(word) for word in words.split()}) == len(words.split())


def test_what_stands_before_and_after_an_apostrophe_is_left_out_only_where_it_is_no_part_of_the_word() -> None:
    assert [spoken(word) for word in ("l'Ukraine", "Kyiv's", "don't", "O'Brien", "rock'n'roll", "d'", "’", "")] == [
        "Ukraine",
        "Kyiv",
        "don",
        "OBrien",
        "rocknroll",
        "d",
        "",
        "",
    ]


def test_a_short_word_keeps_its_letters() -> None:
    assert [normal(word) for word in ("US", "Ali", "Oman", "Кім", "и")] == ["us", "ali", "oman", "kim", "i"]


def test_vowel_signs_of_india_are_kept() -> None:
    assert normal("हिन्दी") == "हिन्दी"


def test_stop_words_are_listed_as_they_are_looked_up() -> None:
    assert {folded(word) for word in STOPWORDS} == STOPWORDS
    assert {"the", "fur", "apres", "которые", "який", "هذا", "של", "και", "में"} <= STOPWORDS


def test_no_stop_word_hides_what_news_is_about_in_english() -> None:
    about = "war door car son mayor men met dies word era care sea god sam dan plus pro"
    assert not STOPWORDS & set(about.split())


@given(st.text(max_size=80))
def test_any_text_has_a_normal_form_that_is_not_longer_than_its_letters_written_out(word: str) -> None:
    form = normal(word)
    assert len(form) <= 4 * max(len(word), len(unicodedata.normalize("NFD", word.casefold())))


@given(st.from_regex(r"[^\W\d_]{1,20}", fullmatch=True))
def test_two_unicode_spellings_of_a_word_are_one(word: str) -> None:
    composed, taken_apart = unicodedata.normalize("NFC", word), unicodedata.normalize("NFD", word)
    assert normal(composed) == normal(unicodedata.normalize("NFC", taken_apart))
