"""Plain or Markdown text as a list of blocks and what can be seen of each; which blocks are the article is decided in `body`."""

import html
import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

MAXIMUM: Final = 20_000
"""Blocks that are looked at. The longest real page measured has 3,000."""

# Possessive quantifiers keep these linear on hostile lines.
_IMAGE: Final = re.compile(r"!\[([^\[\]]*+)\]\([^()]*+(?:\([^()]*+\)[^()]*+)?\)")
_LINK: Final = re.compile(r"\[([^\[\]]*+)\]\(([^()\"]*+(?:\([^()\"]*+\)[^()\"]*+)?(?:\"[^\"]*+\"[^()\"]*+)?)\)")
_AUTOLINK: Final = re.compile(r"<(https?://[^<>\s]{3,2000})>")
_HEADING: Final = re.compile(r"(#{1,6})(?:\s++|(?=[^\s#\d]))")
_BULLET: Final = re.compile(r"(?:[*+\-•·▪■●◦‣>→»]|o(?= )|\d{1,3}[.)](?= |$))(?:\s+|$)")
_DAY: Final = re.compile(r"\d{1,2}\. [^\W\d_]{3,12}\.? (?:19|20)\d\d\b")
_RULE: Final = re.compile(r"(?:[-*_=~—–]\s?){3,}|\|[\s|:\-]*")
_UNDERLINE: Final = re.compile(r"={3,}|-{3,}")
_STRONG: Final = re.compile(r"\*\*+|(?<![^\W_])__+|__+(?![^\W_])")
_EMPHASIS: Final = re.compile(r"(?<![\w@/*_])([*_])(?=\S)([^*_]{1,400})(?<=\S)\1(?![\w*_])")
_ESCAPE: Final = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])")
_SPACES: Final = re.compile(r"\s{2,}")
_IDEOGRAM: Final = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_TERMINAL: Final = re.compile(r"[.!?…。！？][\"'”’»“«)\]]*$|[.!?,][\"'”’»]$")
_NESTED: Final = 8
# A word or sentence ends and the next begins at once: `…in PalmaEine…`, `…)[…`. Names such as YouTube do so as well, but rarely.
_JOINT: Final = re.compile(
    r"(?<=[a-zß-ÿ]{3}[.!?…”“\"»)])(?=\[?[A-ZÀ-Þ“„«][a-zß-ÿ ])|(?<=[a-zß-ÿ]{4})(?=[A-ZÀ-Þ][a-zß-ÿ]{2})|(?<=\)\*\*)(?=\[)|(?<=\))(?=\[)"
)
_GLUED: Final = 400
"""Characters of a line to one such place, at most, when the line is glued. Guess."""
# Where one line of a wrapped paragraph ends.
_WRAP: Final = range(45, 121)


@dataclass(slots=True, kw_only=True)
class Block:
    """One paragraph, heading, list item or menu entry.

    `level` is 1 to 6 for a heading, else 0; `gap` says whether a blank line stands before it; `words` counts words, two ideograms
    being one; `linked` is the share of its characters that lie in links, `targets` are where those lead.
    """

    text: str
    level: int = 0
    bullet: bool = False
    gap: bool = True
    words: int = 0
    linked: float = 0.0
    sentence: bool = False
    strong: bool = False
    targets: list[str] = field(default_factory=list)


def blocks_of(text: str) -> list[Block]:
    """The non-empty blocks of a readable text, in order."""
    blocks: list[Block] = []
    gap = True
    for line in _unwrapped(_unglued(text.split("\n"))):
        if len(blocks) >= MAXIMUM:
            break
        stripped = line.strip()
        if not stripped or _RULE.fullmatch(stripped[:200]):
            if blocks and not gap and _UNDERLINE.fullmatch(stripped[:200]) and blocks[-1].words <= 30:
                blocks[-1].level = blocks[-1].level or (1 if stripped[0] == "=" else 2)
            gap = True
            continue
        block = _block(stripped, indent=len(line) - len(line.lstrip()), gap=gap)
        shown = bool(block.text or block.targets or block.bullet)
        # A picture that says nothing still stands between what is above it and what is below.
        gap = not shown
        if shown:
            blocks.append(block)
    return blocks


def count_words(text: str) -> int:
    """Words of `text`; scripts without blanks are counted by characters, two to a word."""
    words = len(text.split())
    if text.isascii():
        return words
    ideograms = len(_IDEOGRAM.findall(text))
    return max(words, ideograms // 2) if ideograms else words


def ends_sentence(text: str) -> bool:
    """Whether `text` ends the way a sentence ends, closing quotes and brackets apart."""
    return bool(_TERMINAL.search(text[-8:]))


def _block(line: str, *, indent: int, gap: bool) -> Block:
    block = Block(text="", gap=gap)
    marked = line
    for _ in range(_NESTED):
        bullet = _BULLET.match(marked)
        if not bullet or (bullet.group()[0] == "o" and indent < 4) or _is_number_of_text(bullet.group(), marked):
            break
        block.bullet = block.bullet or marked[0] not in ">»→"
        marked = marked[bullet.end() :]
    heading = _HEADING.match(marked) if marked.startswith("#") else None
    if heading:
        block.level, marked = len(heading[1]), marked[heading.end() :].rstrip("# ")
    block.strong = marked.startswith(("**", "__"))
    block.text = _plain(marked, block)
    block.words = count_words(block.text)
    block.sentence = ends_sentence(block.text)
    return block


def _is_number_of_text(mark: str, line: str) -> bool:
    """`12. Dezember 2024` is a date, not the twelfth item of a list; a number before a long paragraph opens a sentence."""
    return mark[0].isdigit() and (len(line) > 200 or bool(_DAY.match(line)))


def _plain(line: str, block: Block) -> str:
    """`line` without Markdown; what its links lead to is noted in `block`."""
    linked = 0

    def unlink(found: re.Match[str]) -> str:
        nonlocal linked
        linked += len(found[1].strip())
        block.targets.append(found[2].strip().split(' "')[0].strip("<> "))
        return found[1]

    if "](" in line:
        line = _IMAGE.sub("", line)
        line = _LINK.sub(unlink, line)
    if "<http" in line:
        line = _AUTOLINK.sub(lambda found: found[1], line)
    if "**" in line or "__" in line:
        line = _STRONG.sub("", line)
    if "*" in line or "_" in line:
        line = _EMPHASIS.sub(r"\2", line)
    if "\\" in line:
        line = _ESCAPE.sub(r"\1", line)
    if "&" in line and ";" in line:
        line = html.unescape(line)
    line = _SPACES.sub(" ", line).strip()
    block.linked = min(1.0, linked / len(line)) if line else float(bool(block.targets))
    return line if line.strip("*_|-–—·•>#[]() ") else ""


def _unglued(lines: list[str]) -> list[str]:
    """Lines into which a converter has run a whole page are cut where a word ends and another begins without a blank between them."""
    cut: list[str] = []
    for line in lines:
        if (
            len(line) > _GLUED
            and len(joints := [found.start() for found in _JOINT.finditer(line)]) * _GLUED > len(line)
            and len(joints) >= 5
        ):
            pieces = [line[start:end] for start, end in pairwise((0, *joints, len(line)))]
            cut += [pieces[0], *(piece for following in pieces[1:] for piece in ("", following))]
        else:
            cut.append(line)
    return cut


def _unwrapped(lines: list[str]) -> list[str]:
    """Paragraphs that were wrapped at a column are put together again; lines that are paragraphs of their own stay alone."""
    pairs = [(first, second) for first, second in pairwise(lines) if first.strip() and second.strip()]
    long = [first for first, _ in pairs if len(first) in _WRAP]
    if len(pairs) < 3 or len(long) < 0.6 * len(pairs) or max(map(len, lines)) > 2 * _WRAP.stop:
        return lines
    whole = sum(1 for line in long if ends_sentence(line.rstrip()))
    if whole * 2 > len(long):
        return lines
    joined: list[list[str]] = []
    open_line = False
    for line in lines:
        continues = open_line and line.strip() and not _BULLET.match(line.strip()) and not line.lstrip().startswith(("#", "[", "|"))
        if continues:
            joined[-1].append(line.strip())
        else:
            joined.append([line])
        # A line that stops early is the last one of its paragraph.
        open_line = len(line) in _WRAP and not line.endswith("  ")
    return [" ".join(parts) if len(parts) > 1 else parts[0] for parts in joined]
