"""The program as people on Telegram meet it: `slugline run` as a process, against a Bot API over real HTTP; row numbers are those of FAULTS."""

import asyncio
import random
import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

import aiohttp
import pytest
from bot_api_world import Message
from crash_telegram import crash
from running_program import OTHERS, story, to_next_minute
from telegram_program import Program, on_telegram, program, sends

DAY = timedelta(days=1)
LAST = "test_a_digest_comes_at_its_time_and_a_second_program_gives_way"
GAVE_WAY = "The second program is gone."
TITLES = ("Comet seen over Tamsk", "Bakers of Lisse", "grandmaster")
Morning: TypeAlias = tuple[tuple[str, str], str]
"""The digests of two days, and what a second program logged."""

# -- what takes a minute, beside all the other tests


@pytest.fixture(scope="module", autouse=True)
def morning(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Future[Morning] | None]:
    """A program that lives for about a minute, while the other tests of this file run theirs; none where its own test does not run."""
    if all(item.name != LAST for item in request.session.items):
        yield None
        return
    with ThreadPoolExecutor(1) as beside:
        yield beside.submit(lambda: asyncio.run(_morning(tmp_path_factory.mktemp("morning"), tmp_path_factory.mktemp("second"))))


async def _morning(folder: Path, elsewhere: Path) -> Morning:
    async with program(folder) as slugline:
        return await asyncio.gather(_read_digests(slugline), _start_a_second_one(slugline, elsewhere))


async def _read_digests(slugline: Program) -> tuple[str, str]:
    """From the first word to the digest of the next day; gives both digests."""
    api = slugline.api
    ada = api.person("Ada")
    greeting = await slugline.ask(ada, "/start", "Your news desk")
    assert greeting.labels == ["Digest", "Subscribe", "Settings"]
    for name in ("comet", "bakery"):
        slugline.drop(name, OTHERS[name])
    await slugline.knows(ada, "comet")
    await slugline.knows(ada, "bakers")
    if to_next_minute() < 5:  # The answer has to be there before the minute begins.
        await asyncio.sleep(to_next_minute())
    at = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    await slugline.ask(ada, f"/subscribe {at:%H:%M}", "Subscribed")
    heard = len(api.messages(ada))
    await api.until(lambda: len(api.messages(ada)) > heard, 75)
    assert datetime.now(UTC) >= at
    today = api.messages(ada)[-1].text
    slugline.drop("chess", OTHERS["chess"])
    await slugline.knows(ada, "grandmaster")
    await slugline.heard(GAVE_WAY)
    await slugline.stop()
    await slugline.lapse(DAY)
    # What fell due while nothing ran comes at the start.
    await slugline.start()
    await api.until(lambda: len(api.messages(ada)) == heard + 2, 30)
    return today, api.messages(ada)[-1].text


async def _start_a_second_one(slugline: Program, folder: Path) -> str:
    """Row 30: whoever comes last says so, and gives way; it takes half a minute until the first one is no newcomer itself. Gives its log."""
    borys = slugline.api.person("Borys")
    await slugline.ask(borys, "/start", "Your news desk")
    await asyncio.sleep(31)
    (folder / "seeds").mkdir()
    second = on_telegram(slugline.api, folder, f"sqlite:///{folder}/news.db")
    await second.start()
    try:
        assert await second.ended() == 1
    finally:
        if second.process is not None:
            await second.kill()
    second.check_secrecy()
    await slugline.ask(borys, "/latest", "Comet")
    assert slugline.warnings() == ["Another program asks for the messages of this bot too; it should end, or use a bot of its own."]
    slugline.log.append(GAVE_WAY)
    return "\n".join(second.log)


# -- cards, and the buttons below what was said long ago


async def test_a_card_is_sent_once_edited_in_silence_and_answered_for_what_matters(tmp_path: Path) -> None:
    async with program(tmp_path) as slugline:
        api = slugline.api
        ada, borys = api.person("Ada"), api.person("Borys")
        await slugline.ask(ada, "/subscribe breaking min:2", "Subscribed")
        slugline.report(0)
        await slugline.knows(ada, "Orlik")
        assert len(api.messages(ada)) == 1  # One report breaks nothing.
        slugline.report(1)
        card = await api.message(ada, "2 independent reports", within=30)
        await slugline.ask(borys, f"/follow {event_of(card)}", "Followed")
        # What comes in the first minute waits for its end; one more edit there may be of what the program was stopped over.
        slugline.report(2)
        followed = await api.message(borys, "3 independent reports", within=30)
        slugline.report(3)
        await slugline.knows(ada, "Orlik", 4)
        assert len(api.messages(ada)) == 2
        await slugline.stop()
        await slugline.lapse(timedelta(minutes=20))
        await slugline.start()
        await api.until(lambda: "4 independent reports" in card.text, 30)
        # Who follows the event hears of each report; who was alerted, of what changes the picture.
        answer = await api.message(borys, "Developing", within=30)
        assert len(card.texts) <= 3
        assert len(api.messages(ada)) == 2
        assert answer.reply_to == followed.id
        assert answer.labels[:2] == ["Sources", "Timeline"]
        assert not [one for one in (*api.messages(ada), *api.messages(borys)) if one.is_silent]
        assert slugline.warnings() == []


async def test_buttons_work_after_the_program_was_killed(tmp_path: Path) -> None:
    async with program(tmp_path) as slugline:
        api = slugline.api
        ada = api.person("Ada")
        await slugline.ask(ada, "/subscribe breaking min:2", "Subscribed")
        for number in range(14):
            slugline.drop(f"{number}", story(random.Random(number)))
        slugline.report(0, 1)
        card = await api.message(ada, "2 independent reports", within=30)
        await slugline.has_taken_in(ada, 15)
        listed = await slugline.ask(ada, "/latest 20", "Latest events")
        first_page = listed.text
        await slugline.ask(ada, "/help", "Commands")  # A chat is answered in order: the list is written down by now.
        await slugline.kill()
        await slugline.start()
        await api.press(listed, "›").answered(within=30)
        await api.until(lambda: listed.text != first_page)
        second_page = listed.text
        opened = next(label for label in listed.labels if label.startswith("Event "))
        api.press(listed, opened)
        await api.until(lambda: "Back" in listed.labels)
        assert f"event {opened.split()[1]}" in listed.text
        api.press(listed, "Back")
        await api.until(lambda: listed.text == second_page)
        # A card is no screen: what its buttons open is a message of its own, and the card stays.
        before = card.text
        api.press(card, "Sources")
        await api.until(lambda: api.messages(ada)[-1].reply_to == card.id)
        assert "Orlik Courier" in api.messages(ada)[-1].text
        assert card.text == before
        assert slugline.warnings() == []


def event_of(card: Message) -> str:
    """The number of the event that a card shows."""
    found = re.search(r"event (\d+)", card.text)
    assert found is not None
    return found[1]


# -- what goes wrong on the way


async def test_a_chat_that_wants_to_be_left_alone_is_and_the_others_are_told(tmp_path: Path) -> None:
    """Row 26."""
    async with program(tmp_path) as slugline:
        api = slugline.api
        people = [api.person(name) for name in ("Ada", "Borys", "Cora")]
        for person in people:
            await slugline.ask(person, "/subscribe breaking min:1", "Subscribed")
        ada, *others = people
        api.fault("sendMessage", "flood", chat=ada, seconds=4)
        slugline.drop("comet", OTHERS["comet"])
        await api.until(lambda: all(len(api.messages(person)) == 2 for person in people), 30)
        refused, sent = sends(api.calls("sendMessage"), ada)[-2:]
        assert (refused.status, sent.status) == (429, 200)
        assert sent.at - refused.at >= 4
        assert max(sends(api.calls("sendMessage"), one)[-1].at for one in others) < sent.at
        assert [len(sends(api.calls("sendMessage"), one)) for one in people] == [3, 2, 2]


async def test_a_message_comes_twice_at_most_when_its_answer_is_lost_and_once_when_it_never_left(tmp_path: Path) -> None:
    """Rows 24 and 25."""
    async with program(tmp_path) as slugline:
        api = slugline.api
        ada = api.person("Ada")
        for word in ("comet", "bakers"):
            await slugline.ask(ada, f"/subscribe breaking min:1 +{word}", "Subscribed")
        api.fault("sendMessage", "reset after")
        slugline.drop("comet", OTHERS["comet"])
        await api.until(lambda: len(api.messages(ada)) == 4, 30)
        await api.stop()
        slugline.drop("bakery", OTHERS["bakery"])
        await slugline.heard("Changes were announced.", times=2)
        await slugline.heard("Telegram does not answer")
        await api.start()
        await api.message(ada, "Bakers", within=60)
        await slugline.ask(ada, "/latest", "Latest events")
        told = [one.text for one in api.messages(ada)]
        assert [sum(title in text and "Latest" not in text for text in told) for title in ("Comet", "Bakers")] == [2, 1]


async def test_who_blocks_the_bot_hears_nothing_more_until_it_is_let_in_again_and_then_only_of_what_is_new(tmp_path: Path) -> None:
    """Row 27."""
    async with program(tmp_path) as slugline:
        api = slugline.api
        ada, borys = api.person("Ada"), api.person("Borys")
        await slugline.ask(ada, "/timezone Kyiv", "Kyiv")
        for person in (ada, borys):
            for word in ("comet", "bakers", "grandmaster"):
                await slugline.ask(person, f"/subscribe breaking min:1 +{word}", "Subscribed")
        before = len(api.messages(ada))
        # What Telegram tells a bot that sends comes before the update that says so.
        api.fault("sendMessage", "403 Forbidden: bot was blocked by the user", chat=ada, times=100)
        slugline.drop("comet", OTHERS["comet"])
        await api.message(borys, "Comet", within=30)
        await api.until(lambda: 403 in [call.status for call in sends(api.calls("sendMessage"), ada)])
        api.block(ada)
        slugline.drop("bakery", OTHERS["bakery"])
        await api.message(borys, "Bakers", within=30)
        assert [call.status for call in sends(api.calls("sendMessage"), ada)].count(403) == 1
        api.heal()
        api.unblock(ada)
        await api.until(lambda: not api.unconfirmed)
        settings = await slugline.ask(ada, "/settings", "Kyiv")
        assert settings.text.count("when it breaks") == 3
        slugline.drop("chess", OTHERS["chess"])
        await api.message(borys, "Girl of nine", within=30)
        await api.message(ada, "Girl of nine", within=30)
        assert len(api.messages(ada)) == before + 2


async def test_a_group_that_becomes_a_supergroup_in_the_middle_gets_everything_once(tmp_path: Path) -> None:
    """Row 28."""
    async with program(tmp_path) as slugline:
        api = slugline.api
        ada = api.person("Ada")
        group = api.group("Harbour watch", admins=[ada], kind="group")
        words = ("comet", "bakers", "grandmaster", "meltwater", "opera")
        for word in words:
            await slugline.ask(ada, f"/subscribe breaking min:1 +{word}", "Subscribed", group)
        await slugline.ask(ada, "/subscribe breaking min:1 +opera", "Subscribed")
        before = len(api.messages(group))
        api.latency = 0.2
        for name, text in OTHERS.items():
            slugline.drop(name, text)
        await api.until(lambda: len(api.messages(group)) >= before + 2, 30)
        supergroup = api.migrate(group)
        await api.until(lambda: len(api.messages(group)) - before + len(api.messages(supergroup)) >= len(words), 30)
        await api.message(ada, "Opera", within=30)
        api.latency = 0
        told = [*api.messages(group)[before:], *api.messages(supergroup)]
        assert api.messages(supergroup)
        assert sorted(word for one in told for word in words if word in one.text.casefold()) == sorted(words)
        answer = await slugline.ask(ada, "/subscriptions", "Subscriptions", supergroup)
        assert len(re.findall(r"subscription \d+", answer.text)) == len(words)
        assert len(api.messages(supergroup)) == len(told) - len(api.messages(group)[before:]) + 1


async def test_a_program_that_is_killed_while_digests_go_out_loses_nothing(tmp_path: Path) -> None:
    """Rows 24 and 32: at most one message is there twice for each time it was killed. `make crash` does so on both engines, more often."""
    found = await crash(tmp_path, f"sqlite+aiosqlite:///{tmp_path}/news.db", 12, 3, 7)
    assert found.lost == 0
    assert found.worst <= 1
    assert found.copies <= 3


async def test_a_token_that_is_refused_later_stops_telegram_and_nothing_is_lost(tmp_path: Path) -> None:
    """Row 30."""
    async with program(tmp_path) as slugline:
        api = slugline.api
        ada = api.person("Ada")
        await slugline.ask(ada, "/subscribe breaking min:1", "Subscribed")
        for method in ("*", "getUpdates"):
            api.fault(method, "401 Unauthorized", times=10_000)
        slugline.drop("comet", OTHERS["comet"])
        await slugline.heard("A folder was taken in.")
        await slugline.heard("Nothing more is sent to a platform until Slugline is started again.")
        api.say(ada, "/latest")
        await slugline.heard("Telegram is served no more until Slugline is started again")
        refused = len(api.calls())
        slugline.drop("bakery", OTHERS["bakery"])
        await slugline.heard("A folder was taken in.", times=2)
        assert len(api.calls()) == refused
        assert await slugline.stop() == 0
        # The operator has been to @BotFather.
        api.heal()
        await slugline.start()
        await api.message(ada, "Latest events", within=30)
        await api.message(ada, "The only report", within=30)
        assert sum("The only report" in one.text for one in api.messages(ada)) == 1


async def test_a_token_that_is_wrong_from_the_start_ends_the_program(tmp_path: Path) -> None:
    async with program(tmp_path, is_started=False) as slugline:
        slugline.api.revoke()
        await slugline.start()
        assert await slugline.ended() == 2
        assert any("@BotFather" in line for line in slugline.log)
        assert not any("Traceback" in line for line in slugline.log)


# -- other ways to run


async def test_telegram_brings_updates_to_a_webhook_that_knows_a_secret(tmp_path: Path, unused_tcp_port: int) -> None:
    url = f"http://127.0.0.1:{unused_tcp_port}/telegram"
    webhook = {
        "SLUGLINE_TELEGRAM__MODE": "webhook",
        "SLUGLINE_TELEGRAM__WEBHOOK_URL": url,
        "SLUGLINE_TELEGRAM__WEBHOOK_PORT": str(unused_tcp_port),
    }
    async with program(tmp_path, is_started=False) as slugline:
        ada = slugline.api.person("Ada")
        await slugline.start(**webhook)
        await slugline.ask(ada, "/start", "Your news desk")
        assert not slugline.api.calls("getUpdates")
        async with aiohttp.ClientSession() as stranger, stranger.post(url, json={"update_id": 1}) as refusal:
            assert refusal.status == 403
        await slugline.stop()
        # Back to asking: the webhook of before is taken away.
        await slugline.start()
        await slugline.ask(ada, "/help", "Commands")
        assert slugline.warnings() == []


async def test_without_a_token_nothing_of_telegram_runs(tmp_path: Path) -> None:
    async with program(tmp_path, is_started=False) as slugline:
        slugline.drop("comet", OTHERS["comet"])
        await slugline.start(SLUGLINE_TELEGRAM__TOKEN="")
        assert await slugline.ended() == 0
        shown = "\n".join(slugline.said)
        assert "› /digest" in shown
        assert "Comet seen over Tamsk" in shown
        assert not slugline.api.calls()


# The last one of this file, for it takes longest: begun with the first, it is nearly over now.
def test_a_digest_comes_at_its_time_and_a_second_program_gives_way(morning: Future[Morning]) -> None:
    (today, tomorrow), log = morning.result()
    assert [title in today for title in TITLES] == [True, True, False]
    assert [title in tomorrow for title in TITLES] == [False, False, True]
    assert "Only one can: end the other one" in log
    assert "Traceback" not in log
