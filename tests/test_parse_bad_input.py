"""Wrong encodings, damage, hostile files, and files that are no articles."""

import json
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from parse_samples import META, PARAGRAPHS, RUSSIAN, TEXT, TITLE, WHOLE, check, page, refused

from bot.core.model import Content, Refused
from bot.sources.parsing.parse import parse_article


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ('[{"title": "a", "text": "b"}]', "one file is one article"),
        ('{"title": "a", "x": NaN}', "NaN"),
        ('{"title": "a", "x": -Infinity}', "Infinity"),
        ('{"title": "a", "x": 1e999}', "too large"),
        ('{"title": "a", "x": ' + "9" * 5000 + "}", "too large"),
        ('{"title": "a", "title": "b"}', "twice"),
        ('{"title": "a", "text": "bbb', "half-written"),
        ('{"title": 5, "text": "b"}', "“title” is a number"),
        ('{"title": "a", "text": {"a": 1}}', "“text” is an object"),
        ('{"title": "a", "text": [1, 2]}', "“text” is a list of other things"),
        ('{"title": "a", "url": 5}', "“url” is a number"),
        ('{"title": "a", "published": true}', "“published” is true or false"),
        ('"abc"', "is a text"),
        ("null", "is null"),
        ("{}", "has no text"),
        ("[" * 100_000, "too deeply"),
        ('{"a":' * 100_000, "too deeply"),
    ],
)
def test_json_that_is_no_article_is_refused_with_the_reason(file: str, reason: str) -> None:
    """Row 40 of the fault list."""
    assert reason in refused(file, "a.json")


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (b"", "empty"),
        (b" \n\t\n ", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "PNG"),
        (b"%PDF-1.7 something", "PDF"),
        (b"PK\x03\x04" + bytes(50), "ZIP"),
        (bytes(range(256)) * 40, "NUL"),
        ("Ferry aground.", "2 words"),
        (
            "We value your privacy\n\nWe and our partners use cookies on this device. Accept all cookies or leave.",
            "privacy",
        ),
        (f"{TITLE}\n\n{PARAGRAPHS[0]}\n\nSubscribe to continue reading. Already a subscriber? Sign in.", "Subscribe to continue"),
        ("<html><body><p>Please enable JavaScript and cookies to continue</p></body></html>", "enable JavaScript"),
        ("404 Not Found\n\nnginx", "404 Not Found"),
        ("- [One](a)\n- [Two](b)\n" * 30, "words"),
    ],
)
def test_a_file_that_cannot_be_an_article_is_refused_with_the_reason(file: str | bytes, reason: str) -> None:
    """Row 39 of the fault list."""
    assert reason in refused(file)


def test_an_article_about_a_wall_is_no_wall() -> None:
    about = "The clinic's booking page said “503 Service Unavailable” for six hours on Monday after an attack, the hospital group told reporters."
    check(f"{TITLE}\n\n{about}", text=about)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1251", "koi8-r"])
def test_cyrillic_is_readable_in_any_encoding(encoding: str) -> None:
    """Row 12 of the fault list."""
    found = check(RUSSIAN.encode(encoding), language="ru")
    assert [found.title, *found.text.split("\n\n")] == RUSSIAN.split("\n\n")


@pytest.mark.parametrize("encoding", ["cp1252", "iso-8859-15", "utf-8"])
def test_western_letters_are_readable_in_any_encoding(encoding: str) -> None:
    last = "Der Hafen wurde am Dienstag geschlossen, nachdem eine Fähre auf Grund gelaufen war; für die Gäste gab es Kaffee am Kai."
    assert check(f"Fähre läuft auf Grund\n\n{last}".encode(encoding), language="de").text == last


@pytest.mark.parametrize("title", ["\U0001f600" * 10_000, "e" + "\u0301\u0302" * 5000, "\u202e\u200b" * 1000 + TITLE])
def test_a_title_of_nothing_but_emoji_or_marks_is_stored(title: str) -> None:
    """Row 17 of the fault list."""
    html = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{'</p><p>'.join(PARAGRAPHS * 2)}</p></body></html>"
    for name, file in (
        ("a.txt", f"{title}\n\n{TEXT}"),
        ("a.txt", f" date 2025-03-04 {title}\n\n{TEXT}"),
        ("a.md", f"# {title}\n\n{TEXT}"),
        ("a.json", json.dumps({"title": title, "text": TEXT}, ensure_ascii=False)),
        ("a.html", html),
    ):
        found = check(file, name, titled=True)
        assert 0 < len(found.title) <= 300
        assert found.text.startswith(TEXT)


def test_bytes_in_no_encoding_are_refused() -> None:
    assert "no text" in refused(b"\x81\x8d\x8f\x90\x9d" * 300)
    assert "no text" in refused(b"\x01\x02\x03" * 300)


def test_invisible_characters_do_not_get_through() -> None:
    file = f"\ufeff{TITLE}\x00\x07\u202e\u200b\r\n\r\n\x1b[31m{TEXT}\u2028\ufeff".encode() + b"\xed\xa0\x80"
    assert check(file, title=TITLE).text.rstrip("\ufffd\n") == TEXT


def clean(content: Content) -> bool:
    for text in (content.title, content.text, content.outlet or "", content.author or "", content.agency or "", content.url or ""):
        text.encode()
        if unicodedata.normalize("NFC", text) != text or any(
            unicodedata.category(letter) in {"Cc", "Cs"} for letter in text.replace("\n", "")
        ):
            return False
    return bool(content.title) and bool(content.text) and "\n" not in content.title


NAMES = st.sampled_from(["a.txt", "a.md", "a.html", "a.json", "a"])


@settings(max_examples=120)
@given(st.binary(max_size=2000), NAMES)
@example(b"<html><p>" + b"x " * 40, "a.html")
def test_no_bytes_raise(data: bytes, name: str) -> None:
    found = parse_article(data, name)
    assert isinstance(found, Refused) or clean(found)


@settings(max_examples=120)
@given(st.data(), NAMES)
def test_no_damage_to_a_real_file_raises(data: st.DataObject, name: str) -> None:
    wholes = [page(META), f" date 2025-03-04 {TITLE}\n\n{TEXT}", json.dumps({"title": TITLE, "text": TEXT}), RUSSIAN]
    whole = data.draw(st.sampled_from(wholes)).encode()
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    found = parse_article(whole[:start] + data.draw(st.binary(max_size=40)) + whole[end:], name)
    assert isinstance(found, Refused) or clean(found)


WORDS = st.lists(
    st.sampled_from(("harbour", "ferry", "pier", "crew", "town", "storm", "council", "vote", "after", "near", "many", "left")),
    min_size=8,
    max_size=30,
)


@settings(max_examples=60)
@given(st.lists(WORDS, min_size=3, max_size=12))
def test_what_came_out_comes_out_again(sentences: list[list[str]]) -> None:
    text = "\n\n".join(" ".join(words).capitalize() + "." for words in sentences)
    first = check(f"{TITLE}\n\n{text}")
    assert check(f"{first.title}\n\n{first.text}") == first == replace(WHOLE, text=text, language=first.language)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"<div>" * 200_000 + b"x", "a.html"),
        (b"<a " + b"b=c " * 200_000 + b">x</a>", "a.html"),
        (b"<html><script>" * 100_000, "a.html"),
        (b"a" * 2_000_000, "a.txt"),
        (b"[a](" + b"b" * 1_000_000, "a.md"),
        (b"# a" + b" " * 1_000_000 + b"b", "a.md"),
        (b"_a" * 500_000, "a.txt"),
        (b"> " * 500_000, "a.md"),
    ],
    ids=["nested tags", "attributes", "open scripts", "one word", "open link", "blanks", "underscores", "quotes"],
)
@pytest.mark.timeout(20)
def test_hostile_files_are_answered_soon(data: bytes, name: str) -> None:
    assert isinstance(parse_article(data, name), Content | Refused)
