"""Texts of ours in other languages: said when they are shown, kept as phrases until then."""

import copy
import pickle
from importlib.resources import files
from io import BytesIO

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st
from phrase_patterns import Pattern, patterns, patterns_of, plain_texts, says_something, sources, values_in

from bot.core.message import Action, Fold, Heading, Link, Listing, Message, Paragraph, Table, Text
from bot.core.message_text import message_json, message_of
from bot.core.phrase import Phrase, joined, phrase, phrases, said
from bot.languages import LANGUAGES, say, spoken, translated


def reports(count: int) -> Phrase:
    return phrases(count, "{count} report", "{count:,} reports")


@pytest.mark.parametrize(
    ("count", "english", "ukrainian"),
    [
        (1, "1 report", "1 повідомлення"),
        (3, "3 reports", "3 повідомлення"),
        (5, "5 reports", "5 повідомлень"),
        (1_021, "1,021 reports", "1\xa0021 повідомлення"),
        (1_234_567, "1,234,567 reports", "1\xa0234\xa0567 повідомлень"),
    ],
)
def test_a_text_that_counts_has_the_forms_of_its_language(count: int, english: str, ukrainian: str) -> None:
    assert reports(count) == say(reports(count), "en") == say(reports(count), "xx") == english
    assert say(reports(count), "uk") == ukrainian


def test_a_language_is_found_whatever_the_platform_calls_it() -> None:
    assert [spoken(name) for name in ("uk", "uk-UA", "UK", "pt-br", "", None)] == ["uk", "uk", "uk", "en", "en", "en"]


@given(world=st.text())
def test_what_the_world_said_is_never_taken_for_a_pattern(world: str) -> None:
    told = phrase("There is no {name}.", name=world)
    assert told == say(told, "uk") == f"There is no {world}." or say(told, "uk").count(world)
    assert joined(" {} ", [told, world]) == f"{told} {{}} {world}"


def test_a_message_is_said_whole_and_survives_being_written_down() -> None:
    two = joined(", ", [reports(2), "Otter Post"])
    line = (Text("plain"), Text(reports(5)), Link(two, "https://otter.example"))
    blocks = (Heading(line), Paragraph(line), Listing(((line, line),)), Fold(line, (line,)), Table((reports(1),), ((line,),)))
    message = Message(blocks, (Action(reports(1), "/event 1", reports(2)),))
    kept = message_of(message_json(message))
    assert kept == message
    for each in (message, kept, copy.deepcopy(message), pickle.loads(pickle.dumps(message))):
        shown = repr(translated(each, "uk"))
        assert "report" not in shown
        assert shown.count("2 повідомлення, Otter Post") == 7
    assert translated(message, "en") == message


def test_numbers_are_written_as_their_language_writes_them() -> None:
    told = phrase("{rate:,.1f} a day, {words} of {total:,}", rate=1_234.5, words="1,000.5", total=10_000)
    assert say(told, "en") == told == "1,234.5 a day, 1,000.5 of 10,000"
    assert said(told, lambda one, *_: one, lambda value: value) == told
    # What the world said stays as it is, and so does a number that is a name: event 1204.
    assert "1,000.5" in say(told, "uk")
    assert say(phrase("Event {id}", id=1_204), "uk") == "Подія 1204"
    assert "1\xa0234,5" in say(phrase("{rate:,.1f} a day", rate=1_234.5), "uk")


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('phrase("There is no /{name}.", name=name)', [Pattern("There is no /{name}.", None, "x.py:1")]),
        ('phrases(2, "{count} a", "{count} as")', [Pattern("{count} a", "{count} as", "x.py:1")]),
        ('counted(number, "copy")', [Pattern("{count} copy", "{count:,} copies", "x.py:1")]),
        ('phrase("one " "two")', [Pattern("one two", None, "x.py:1")]),
        ('phrase("one" if is_one else "two")', ["x.py:1"]),
        ('phrase(f"There is no {name}.")', ["x.py:1"]),
        ("phrases(2, ONE, MANY)", ["x.py:1"]),
    ],
)
def test_translators_find_every_text(source: str, found: list[Pattern | str]) -> None:
    assert list(patterns_of(source, "x.py")) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('Text("No event yet.")', 1),
        ('Text(phrase("No event yet."), Style.QUIET)', 0),
        ('Text(f"event {number}")', 1),
        ('Text(f"  ·  /event {number}")', 0),
        ('Action("Open" if url else phrase("Close"), url)', 1),
        ('Action(phrase("City"), "/timezone", asks="Which city?")', 1),
        ('sentence("There is " + name)', 1),
        ('sentence(told or "nothing")', 1),
        ('raise UsageError("What?")', 1),
        ('Text("  /settings replies all|none")', 0),
    ],
)
def test_plain_words_are_found(source: str, found: int) -> None:
    assert len(list(plain_texts(source, "x.py"))) == found


def test_nobody_shows_plain_words() -> None:
    """What chats are shown can be said in their language; who measures or begins the program at a shell reads English."""
    told = [name for name in sources() if name[0].startswith(("commands/", "core/", "platforms/"))]
    assert not [place for name, source in told for place in plain_texts(source, name)]


def test_every_pattern_is_a_literal_and_counts_in_one_way() -> None:
    many: dict[str, str | None] = {}
    for each in patterns():
        assert isinstance(each, Pattern), f"{each}: no literal"
        assert many.setdefault(each.one, each.many) == each.many, f"{each.place}: {each.one!r} counts in two ways"
        assert each.many is None or "count" in values_in(each.many), each
        assert values_in(each.one) <= values_in(each.many or each.one) | {"count"}, each


@pytest.mark.parametrize("language", sorted(LANGUAGES.keys() - {"en"}))
def test_every_text_has_its_translation(language: str) -> None:
    """Each with the same values and the same blanks around it; and no translation is left behind that nobody needs. Signs may have one."""
    needed = {each.one: each for each in patterns() if isinstance(each, Pattern)}
    catalogue = read_po(BytesIO(files("bot").joinpath("locales", f"{language}.po").read_bytes()), locale=language, abort_invalid=True)
    there: set[str] = set()
    for message in catalogue:
        if not message.id:
            continue
        one, *many = [message.id] if isinstance(message.id, str) else message.id
        told = [message.string] if isinstance(message.string, str) else list(message.string or ())
        there.add(one)
        assert one in needed, f"nobody says {one!r}"
        assert needed[one].many == (many[0] if many else None), one
        assert not message.fuzzy, one
        assert len(told) == (catalogue.num_plurals if many else 1), one
        for each in told:
            assert each, one
            assert values_in(each) == values_in(many[0] if many else one), one
            assert (each[: -len(each.lstrip())], each[len(each.rstrip()) :]) == (one[: -len(one.lstrip())], one[len(one.rstrip()) :]), one
    assert not [f"{each.place}: {each.one}" for each in needed.values() if says_something(each.one) and each.one not in there]
