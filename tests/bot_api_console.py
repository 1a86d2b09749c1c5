"""Telegram on a terminal, for trying the bot by hand: what is typed is said by somebody called Ada, what the bot shows is printed."""

import argparse
import asyncio
import sys

from bot_api import BotApi
from bot_api_world import Message, User

HELP = """text says it, [label] presses a button, ?words asks inline, !block and !unblock do so; the end of input (Ctrl-D) ends it"""


def main() -> None:
    """Serve until the input ends."""
    parser = argparse.ArgumentParser(description="A Telegram of your own on loopback.", epilog=HELP)
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that each call takes")
    arguments = parser.parse_args()
    asyncio.run(_run(arguments.port, arguments.latency))


async def _run(port: int, latency: float) -> None:
    async with BotApi(port=port, latency=latency) as api:
        ada = api.person("Ada", username="ada")
        api.say(ada, "/start")
        print(f"base_url = {api.url}   token = {api.token}   Ada is {ada.id}\n{HELP}", flush=True)
        watching = asyncio.create_task(_watch(api, ada))
        while line := await asyncio.to_thread(sys.stdin.readline):
            if line := line.strip():
                _act(api, ada, line)
        watching.cancel()


def _act(api: BotApi, ada: User, line: str) -> None:
    if line == "!block":
        api.block(ada)
    elif line == "!unblock":
        api.unblock(ada)
    elif line.startswith("?"):
        api.inline(ada, line[1:].strip())
    elif line.startswith("[") and line.endswith("]"):
        shown = next((one for one in reversed(api.messages(ada)) if line[1:-1] in one.labels), None)
        print("no such button" if shown is None else f"pressed below #{shown.id}")
        if shown is not None:
            api.press(shown, line[1:-1])
    else:
        api.say(ada, line)


async def _watch(api: BotApi, ada: User) -> None:
    """Print what is new or has changed."""
    seen: dict[int, str] = {}
    calls = 0
    while True:
        await asyncio.sleep(0.2)
        for message in api.messages(ada):
            if seen.get(message.id) != (told := _told(message)):
                print(("edited " if message.id in seen else "") + told, flush=True)
                seen[message.id] = told
        for call in api.calls()[calls:]:
            calls += 1
            if call.method in {"answerCallbackQuery", "answerInlineQuery"} or call.status != 200:
                print(f"{call.method} {call.status}: {dict(call.parameters)} {(call.answer or {}).get('description', '')}")


def _told(message: Message) -> str:
    rows = ["   " + " ".join(f"[{button.label}]" for button in row) for row in message.buttons]
    return "\n".join([f"#{message.id} {message.text}", *rows])
