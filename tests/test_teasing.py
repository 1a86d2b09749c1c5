"""Texts that only tease are told from whole ones, in any language, by how they end and how long they are."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.feeds.teasing import CUT, SHORT, teases

SENTENCE = "The council of the harbour town agreed on Monday to repair the old bridge before winter comes. "
WHOLE = (SENTENCE * 10).strip()  # 170 words
ESSAY = (SENTENCE * 40).strip()


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("", ""),
        ("Fire in the old mill.", "<p>Fire in the old mill.</p>"),
        (SENTENCE * 3, ""),
        (WHOLE + " And then the mayor said that…", ""),
        (WHOLE + " And then the mayor said that...", ""),
        (WHOLE + " And then the mayor said that [...]", ""),
        (WHOLE + " And then the mayor [&hellip;]".replace("&hellip;", "…"), ""),
        (WHOLE + " (more)", ""),
        (WHOLE + " Continue reading", ""),
        (WHOLE, f'<p>{WHOLE} <a class="more" href="https://harbour.example/1">Continue reading <span>The old bridge</span> &rarr;</a></p>'),
        (WHOLE, f"<p>{WHOLE}</p><p><a href='/1'>Read more »</a></p>"),
        (WHOLE, f"<p>{WHOLE} [&#8230;]</p>\n"),
        (WHOLE, f'{WHOLE} <a href="/1">Weiterlesen</a>'),
        (WHOLE, f'{WHOLE} <a href="/1">Lire la suite…</a>'),
        (WHOLE, f'{WHOLE} <a href="/1">Seguir leyendo</a>.'),
        (WHOLE, f'{WHOLE} <a href="/1">Читать далее</a>'),
        (WHOLE, f'{WHOLE} <a href="/1">Читати далі →</a>'),
        (WHOLE, f'{WHOLE} <a href="/1">続きを読む</a>'),
        (WHOLE, f'{WHOLE} <a href="/1">اقرأ المزيد</a>'),
        (WHOLE, f"{WHOLE} &lt;a href='/1'&gt;Leggi tutto&lt;/a&gt;"),
        ("市议会周一决定在冬天之前修复旧桥。" * 8, ""),
    ],
)
def test_a_beginning_is_told_from_the_whole(text: str, markup: str) -> None:
    assert teases(text, markup)


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        (WHOLE, f"<p>{WHOLE}</p>"),
        (WHOLE, f'<p>{WHOLE}</p><p>Read more: <a href="/2">The mill burnt down in spring</a></p>'),
        (WHOLE, f'<p>{WHOLE} See <a href="/2">the report</a> of the council.</p>'),
        (ESSAY + " And so it goes on…", ""),
        (ESSAY, f'<p>{ESSAY}</p><a href="/1">Read more</a>'),
        ("市议会周一决定在冬天之前修复旧桥。" * 20, ""),
        ("Waiting for more. " + WHOLE, ""),
    ],
)
def test_a_whole_text_is_not_taken_for_a_beginning(text: str, markup: str) -> None:
    assert not teases(text, markup)


@given(st.text(), st.text())
def test_any_text_is_judged(text: str, markup: str) -> None:
    assert teases(text, markup) in {True, False}


@pytest.mark.parametrize(
    "markup", ["<a>" * 500_000, "<a " * 500_000, "</a" * 500_000, ". " * 500_000, "&lt;a&gt;" * 200_000, "(" * 1_000_000]
)
def test_hostile_markup_takes_no_time(markup: str) -> None:
    """A part of FAULTS row 8."""
    begun = time.process_time()
    teases(WHOLE, markup)
    teases(markup, markup)
    assert time.process_time() - begun < 1


def test_the_limits_lie_apart() -> None:
    assert SHORT < len(WHOLE.split()) < CUT < len(ESSAY.split())
