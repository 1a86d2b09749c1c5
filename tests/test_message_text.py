"""Messages written down and read again: nothing of them changes, whatever the world put into them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.message import Action, Block, Fold, Heading, Line, Link, Listing, Message, Moment, Paragraph, Style, Table, Text
from bot.core.message_text import message_json, message_of, text_json, text_of
from bot.core.model import Precision
from bot.core.phrase import Phrase, phrase

texts = st.text(st.characters(exclude_categories=()), max_size=20)
styles = st.sampled_from(Style)
times = st.datetimes(timezones=st.just(UTC))
spans = st.one_of(
    st.builds(Text, texts, styles), st.builds(Link, texts, texts, styles), st.builds(Moment, times, st.sampled_from(Precision))
)
lines: st.SearchStrategy[Line] = st.lists(spans, max_size=3).map(tuple)
several = st.lists(lines, max_size=3).map(tuple)
many = st.lists(several, max_size=3).map(tuple)
blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, lines),
    st.builds(Paragraph, lines),
    st.builds(Listing, many, numbered=st.booleans()),
    st.builds(Fold, lines, several),
    st.builds(Table, st.lists(texts, max_size=3).map(tuple), many),
)
messages = st.builds(Message, st.lists(blocks, max_size=4).map(tuple), st.lists(st.builds(Action, texts, texts), max_size=2).map(tuple))


@given(messages)
def test_a_message_that_was_written_down_reads_as_before(message: Message) -> None:
    """Rows 12, 16, 17: control characters, halves of surrogate pairs and tags come back as they were, through any database."""
    text = message_json(message)
    assert "\0" not in text
    assert text.encode().decode() == text
    assert message_of(text) == message
    assert message_json(message_of(text)) == text


def test_written_messages_stay_readable_for_later_versions() -> None:
    """What an older Slugline wrote waits in databases: this text may grow keys, but what is here keeps its meaning."""
    message = Message(
        (
            Heading((Link("Bridge <b>closed", "https://daily.example/1", Style.STRONG),)),
            Paragraph(
                (
                    Text("since "),
                    Moment(datetime(2026, 11, 22, 8, 30, tzinfo=UTC)),
                    Text(" – "),
                    Moment(datetime(2026, 11, 23, tzinfo=UTC), Precision.DAY),
                )
            ),
            Listing((((Text("одно"),), (Text("two", Style.QUIET),)),), numbered=True),
            Fold((Text("All"),), ((Text("a"),), ())),
            Table(("name", "n"), (((Text("x"),), (Text("1"),)),)),
        ),
        (Action("Sources", "/sources 1"),),
    )
    text = (
        '{"blocks":[{"heading":[{"text":"Bridge <b>closed","url":"https://daily.example/1","style":"strong"}]},'
        '{"paragraph":[{"text":"since "},{"at":"2026-11-22T08:30:00+00:00"},{"text":" – "},{"at":"2026-11-23T00:00:00+00:00","precision":"day"}]},'
        '{"items":[[[{"text":"одно"}],[{"text":"two","style":"quiet"}]]],"numbered":true},'
        '{"fold":[{"text":"All"}],"lines":[[{"text":"a"}],[]]},'
        '{"columns":["name","n"],"rows":[[[{"text":"x"}],[{"text":"1"}]]]}],'
        '"actions":[["Sources","/sources 1"]]}'
    )
    assert message_json(message) == text
    assert message_of(text) == message


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "null", "[]", "{}", '{"blocks":1}', '{"blocks":[[]]}', '{"blocks":[{"headline":[]}]}', '{"blocks":[{"heading":[{}]}]}',
        '{"blocks":[{"heading":[{"at":"now"}]}]}', '{"blocks":[{"heading":[{"text":"a","style":"loud"}]}]}', '{"blocks":[],"actions":[["a"]]}',
        '{"blocks":[{"heading":7}]}', "[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_message_is_refused_and_named(text: str) -> None:
    with pytest.raises(ValueError, match="no message that was written down"):
        message_of(text)


@given(texts)
def test_a_text_that_was_written_down_is_still_a_phrase_or_what_the_world_said(world: str) -> None:
    said = phrase("{who} said {number:,}.", who=world, number=1_000)
    read = text_of(text_json(said))
    assert isinstance(read, Phrase)
    assert (str(read), read.pattern, dict(read.values)) == (str(said), said.pattern, dict(said.values))
    assert text_of(text_json(f"x{world}")) == f"x{world}"


@pytest.mark.parametrize("text", ["[", "[1]", "[]", '["{no}",{}]', "[[[]]]", "[otter] seen", '["a",1]'])
def test_what_no_phrase_was_written_as_is_itself(text: str) -> None:
    assert text_of(text) == text
