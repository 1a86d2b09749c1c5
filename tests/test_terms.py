"""What a text says is counted alike however it is written down: spaces, digits, widths, scripts, and lengths."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.text import terms as module
from bot.core.text.terms import BODY_WORDS, Terms, terms_of, words_of


def check(text: str, *, words: str | None = None, names: str | None = None, numbers: str | None = None) -> None:
    """Read a text and compare what is given, each separated by spaces."""
    found = terms_of("", text)
    if words is not None:
        assert sorted(found.body) == sorted(words.split())
    if names is not None:
        assert found.marks.names == set(names.split())
    if numbers is not None:
        assert found.marks.numbers == set(numbers.split())


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("lost 3,000 men, 12.5 tons, in 2024", "3000 12.5"),
        ("verlor 3.000 Soldaten und 12,5 Tonnen", "3000 12.5"),
        ("a perdu 3\u202f000 hommes et 12\u00a0500 obus", "3000 12500"),
        ("потеряла 43 000 солдат, 370 000 раненых, 5 человек", "43000 370000 5"),
        ("втрата 1 200 300.", "1200300"),
        ("Zürich: 1'250 Franken", "1250"),
        ("قتل ٣٬٠٠٠ جندي و ١٢٫٥ طن", "3000 12.5"),
        ("१२ लोग", "12"),
        ("死者１２人", "12"),
        ("Boeing 737-800, 9-11, phone 555 1234", "737 800 9 11 555 1234"),
        ("en 2019 300 étudiants", "300"),
        ("a 24-year-old, the 20th", "24 20"),
    ],
)
def test_numbers_meet_in_every_way_of_writing_them(text: str, numbers: str) -> None:
    check(text, numbers=numbers)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("習近平訪問", "習 近 平 訪 問 習近 近平 平訪 訪問"),
        ("ゼレンスキーが会談", "ゼレンスキー 会 談 が会 会談"),
        ("북한군 포로", "북한 한군 포로"),
        ("กรุงเทพ", "กรุง รุงเ ุงเท งเทพ"),
        ("ลาว", "ลาว"),
        ("हिन्दी समाचार", "हिन्दी समाचार"),
        ("می‌خواهند", "ميخواهند"),
        ("COVID疫情", "covid 疫 情 疫情"),
        ("Ｔｏｋｙｏ ﬁre ﾄﾖﾀ", "toky fire トヨタ"),
        ("sol\u00addier", "soldi"),
        ("Jean-Luc Mélenchon", "jean luc melenchon"),
        ("don't l'attaque qu'il aujourd’hui", "attaq aujourdhu"),
        ("_under_score a1 b", "scor"),
    ],
)
def test_words_are_cut_as_their_script_asks(text: str, words: str) -> None:
    found = terms_of("", text).body
    expected = set(words.split())
    assert expected <= set(found), sorted(found)
    assert not {word for word in found if not any(sign.isdecimal() for sign in word)} - expected, sorted(found)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Yesterday the mayor of Velmora, Ilsa Dorn, spoke. Rain fell.", "velmor ilsa dorn"),
        ("Gestern sprach Zoë Édith aus d'Avray.", "zoe edith avray"),
        ("Вчора в Арранії виступив Олекса Дорненко. Дощ ішов.", "arran oleks dornenk"),
        ("बारिश हुई", ""),
        ("今天下雨", ""),
    ],
)
def test_names_are_what_stands_in_capitals_inside_a_sentence(text: str, names: str) -> None:
    check(text, names=names)


def test_a_name_is_the_same_in_the_marks_of_two_alphabets() -> None:
    ukrainian = terms_of("", "Увечері президент Богдан Горенко відвідав Луганськ і 3 000 військових.")
    english = terms_of("", "In the evening President Bohdan Horenko visited Luhansk and 3,000 troops.")
    assert {"bohdan", "horenk", "luhansk"} <= ukrainian.marks.names & english.marks.names
    assert ukrainian.marks.numbers == english.marks.numbers == {"3000"}


def test_a_title_in_capitals_names_only_what_the_text_names() -> None:
    found = terms_of("Governor Closes Schools In Velmora", "On Tuesday the schools of Velmora were shut.")
    assert found.marks.names == {"velmor"}
    assert found.marks.lead == {"velmor"}
    assert terms_of("Governor closes schools in Velmora", "").marks.names == {"velmor"}


def test_the_lead_is_the_first_forty_words_and_the_body_goes_on() -> None:
    found = terms_of("", "The mayor of Velmora spoke " + "again " * 40 + "about Tessin.")
    assert found.marks.names == {"velmor", "tessin"}
    assert found.marks.lead == {"velmor"}


@pytest.mark.parametrize("filler", ["so ", "Bundesregierung, ", "so\n", "。so", "…" * 15 + " so "])
def test_so_many_words_count_and_none_after(filler: str) -> None:
    inside = terms_of("", filler * (BODY_WORDS - 1) + " velmora tessin")
    assert inside.length == BODY_WORDS
    assert "velmor" in inside.body
    assert "tessin" not in inside.body


def test_an_unspaced_text_is_read_as_far_as_a_spaced_one() -> None:
    assert terms_of("", "雨" * 10_000).length == BODY_WORDS
    thai = terms_of("", "กขคง" * 10_000)
    assert thai.length == BODY_WORDS
    assert sum(thai.body.values()) == 4 * BODY_WORDS - 3


def test_words_of_reads_a_text_to_its_end() -> None:
    assert words_of("the rain " * 400 + "in Velmora, 12") == {"rain", "velmor", "12"}
    assert words_of("") == frozenset()


def test_what_is_remembered_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REMEMBERED", 50)
    for memory in module._PIECES.values():
        memory.clear()
    before = terms_of("", "The mayor of Velmora spoke of 12 boats.")
    for start in range(0, 2000, 20):
        terms_of("", " ".join(f"word{number}x" for number in range(start, start + 20)))
    terms_of("", f"{'a.' * 16} {'b' * 33}")
    assert all(len(memory) <= 50 for memory in module._PIECES.values())
    assert terms_of("", "The mayor of Velmora spoke of 12 boats.") == before


def test_a_word_without_end_is_cut() -> None:
    found = terms_of("", "x" * 100_000 + " " + "7" * 100_000)
    assert max(map(len, found.body)) <= module.LONGEST_WORD


@given(st.text(max_size=300), st.text(max_size=600))
def test_any_text_is_read(title: str, text: str) -> None:
    found = terms_of(title, text)
    assert isinstance(found, Terms)
    assert found.marks.lead <= found.marks.names
    assert found == terms_of(title, text)
    assert "" not in found.body
    assert not any(word.isspace() for word in found.body)


WORDS = st.text(alphabet=st.characters(codec="utf-8", categories=("L", "Mn"), max_codepoint=0x05FF), min_size=1, max_size=12)


@given(st.lists(WORDS, max_size=12))
def test_composed_and_decomposed_texts_say_the_same(words: list[str]) -> None:
    text = " ".join(words)
    assert terms_of("", unicodedata.normalize("NFC", text)) == terms_of("", unicodedata.normalize("NFD", text))
