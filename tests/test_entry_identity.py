"""Which known entry an entry of a feed is: whatever feeds do to their guids, addresses, titles and order."""

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.feeds.entry_identity import Bond, Known, alike, bond_of, distinct, keys_of, match, misleading
from bot.core.feeds.feed import Entry
from bot.core.model import Content, SourceId

FEED = SourceId(7)
LONG = " ".join(f"The ferry number {number} left the harbour before the storm." for number in range(8))


def entry(guid: str | None = None, url: str | None = None, title: str = "Ferry sails", text: str = LONG) -> Entry:
    return Entry(guid=guid, content=Content(title=title, titled=True, text=text, url=url))


def bond(new: Entry, old: Entry) -> Bond | None:
    (one,), (other,) = list(keys_of(FEED, [new])), list(keys_of(FEED, [old]))
    return bond_of(one, other)


A, B = "https://news.example/a", "https://news.example/b"


@pytest.mark.parametrize(
    ("new", "old", "wanted"),
    [
        (entry("1", A), entry("1", A), Bond.SAME),
        (entry("2", A), entry("1", A), Bond.SAME),  # only its guid is another
        (entry("2", B), entry("1", A), Bond.SAME),  # moved with guid and address
        (entry("2", B, text="More"), entry("1", A, text="More"), Bond.DOUBTFUL),  # too short a text to tell: another edition
        (entry("2", text="More"), entry("1", text="More"), Bond.SAME),  # without an address it would be the same article anyway
        (entry("1", A, text="Edited"), entry("1", A), Bond.TIED),
        (entry("1", A, title="Ferry sailed", text="Edited"), entry("1", A), Bond.TIED),
        (entry("1", B, text="Edited"), entry("1", A), Bond.TIED),  # the address moved
        (entry("2", A, text="Edited"), entry("1", A), Bond.TIED),
        (entry(None, A, title="Edited", text="Edited"), entry(None, A), Bond.TIED),  # without guids the address counts
        (entry("1", A, title="Edited", text="Edited"), entry(None, A), Bond.TIED),  # the feed has guids now
        (entry("1", None, title="Edited", text="Edited"), entry("1", A), Bond.TIED),  # it lost its link
        (entry("1", B, title="Gulls", text="Other"), entry("1", A), Bond.LOOSE),  # a guid is used again
        (entry("2", A, title="Gulls", text="Other"), entry("1", A), Bond.LOOSE),  # a live page
        (entry("2", None, text="Other"), entry("1", A), Bond.DOUBTFUL),
        (entry(None, B, text="Other"), entry(None, A), Bond.DOUBTFUL),  # another day's weather
        (entry(None, B, text="More"), entry(None, A, text="More"), Bond.DOUBTFUL),
        (entry(None, None, text="Other"), entry(None, None), Bond.LOOSE),  # weather reports
        (entry("2", B, text="Other"), entry("1", A), Bond.DOUBTFUL),
        (entry("2", B, title="Gulls", text="Other"), entry("1", A), None),
        (entry(None, None, title="Gulls", text="Other"), entry(None, None), None),
        (entry("1", "http://www.news.example/a/", title="Gulls", text="Other"), entry("2", A), Bond.LOOSE),  # one address
        (entry("1", "https://news.example/a?id=2", title="Gulls", text="Other"), entry("2", A), None),  # two addresses
        (entry("1", "https://news.example/", title="Gulls", text="Other"), entry("2", "https://news.example"), None),  # a front page
        (entry("1", A, title="FERRY  sails"), entry("1", A), Bond.SAME),
    ],
)
def test_how_surely_two_entries_are_one(new: Entry, old: Entry, wanted: Bond | None) -> None:
    assert bond(new, old) is wanted
    assert bond(old, new) is wanted


def test_keys_that_several_entries_have_identify_none_of_them() -> None:
    """FAULTS row 13."""
    first, second = keys_of(FEED, [entry("1", A, "News"), entry("1", A, "Gulls", "Gulls again.")])
    assert first.guid is second.guid is first.url is second.url is None
    assert None not in {first.title, second.title}
    assert first.title != second.title


def test_two_sources_have_no_key_in_common() -> None:
    (one,), (other,) = list(keys_of(SourceId(1), [entry("1", A)])), list(keys_of(SourceId(2), [entry("1", A)]))
    assert not {one.guid, one.url, one.title, one.words} & {other.guid, other.url, other.title, other.words}


def test_what_a_feed_repeats_counts_once() -> None:
    told = [entry("1", A), entry("1", A), entry("1", A, text="Edited"), entry("2", B), entry("3", A), entry(None, A, "Gulls", "Other")]
    assert distinct(told) == [0, 3, 5]
    assert distinct([entry("1", A), entry("2", B, text="Other"), entry("3", B, text="Another")]) == [0, 1, 2]
    assert distinct([entry("1", f"https://news.example/{page}", text=str(page)) for page in range(4)]) == [0, 1, 2, 3]  # one guid for all
    assert distinct([entry("1", A, f"Story {page}", str(page)) for page in range(4)]) == [0, 1, 2, 3]  # and one address


@pytest.mark.parametrize(
    ("new", "old", "wanted"),
    [
        (("Two dead in ferry fire", "Short."), ("Three dead in ferry fire", ""), True),
        (("Ferry fire: what we know", LONG), ("Two dead after ferry accident", LONG + " Police are looking on."), True),
        (("Weather", "Rain in the morning, sun later."), ("Weather", "A storm moves in from the west tonight."), False),
        (("Weather", ""), ("Weather", "A storm."), True),
        (("Weather", "Rain."), ("Weather", "Rain."), True),
        (("Ferry sails", LONG), ("Budget passed", "Parliament has voted for the budget of next year after a debate."), False),
        (("渡轮在暴风雨前离开了港口载有乘客", ""), ("渡轮在暴风雨前离开了港口载有两百名乘客", ""), True),
        (("", ""), ("", ""), True),
    ],
)
def test_versions_of_one_story_are_alike(new: tuple[str, str], old: tuple[str, str], *, wanted: bool) -> None:
    contents = [Content(title=title, titled=True, text=text) for title, text in (new, old)]
    assert alike(contents[0], contents[1]) is wanted
    assert alike(contents[1], contents[0]) is wanted


def known(*entries: Entry) -> list[Known]:
    return [Known(number=number, keys=keys) for number, keys in enumerate(keys_of(FEED, entries), 1)]


def test_guids_that_are_positions_do_not_mix_stories_up() -> None:
    """FAULTS row 13: the story at the top is new, all others moved down by one."""
    stories = [entry(None, f"https://news.example/{letter}", f"Story {letter}", LONG + letter) for letter in "abcd"]
    before = known(*(replace(story, guid=str(place)) for place, story in enumerate(stories[1:])))
    found = match(list(keys_of(FEED, [replace(story, guid=str(place)) for place, story in enumerate(stories)])), before)
    assert [None if each is None else each.known.number for each in found] == [None, 1, 2, 3]


# A history of a feed: for each story its version, 0 when it is not in the feed.
STORY = st.tuples(st.integers(0, 5), st.integers(1, 2))


@given(
    old=st.lists(STORY, max_size=8, unique_by=lambda story: story[0]),
    new=st.lists(STORY, max_size=8, unique_by=lambda story: story[0]),
    churns=st.booleans(),
    moves=st.booleans(),
)
def test_stories_are_found_again_however_a_feed_is_shuffled(
    old: list[tuple[int, int]], new: list[tuple[int, int]], *, churns: bool, moves: bool
) -> None:
    def told(story: tuple[int, int], scheme: str, host: str) -> Entry:
        number, version = story
        return entry(f"{scheme}{number}", f"{host}/{number}", f"Story {number} of all", f"{LONG} {number} {version}")

    before = [told(story, "a", "http://www.news.example") for story in old]
    now = [told(story, "b" if churns else "a", "https://news.example" if moves else "http://www.news.example") for story in new]
    found = match(list(keys_of(FEED, now)), known(*before))
    places = {number: place for place, (number, _) in enumerate(old, 1)}
    assert [None if each is None else each.known.number for each in found] == [places.get(number) for number, _ in new]


KEY = st.one_of(st.none(), st.sampled_from(["x", "y", "z"]))
ANY = st.builds(entry, KEY, st.one_of(st.none(), st.sampled_from([A, B])), st.sampled_from(["T", "U"]), st.sampled_from(["", LONG, "M"]))


@given(old=st.lists(ANY, max_size=6), new=st.lists(ANY, max_size=6))
def test_no_known_entry_is_two_and_the_same_words_are_never_left_alone(old: list[Entry], new: list[Entry]) -> None:
    before, now = known(*old), list(keys_of(FEED, new))
    found = match(now, before)
    numbers = [each.known.number for each in found if each is not None]
    assert len(numbers) == len(set(numbers))
    taken = set(numbers)
    for keys, each in zip(now, found, strict=True):
        if each is None and keys.tells:
            assert all(one.number in taken for one in before if bond_of(keys, one.keys) is not None)


def test_a_pair_that_is_refuted_leaves_the_entry_to_the_next_one() -> None:
    """FAULTS row 13: guids that are positions, and the story at this place was edited."""
    story = entry("1", A, "Ferry sank", "Edited.")
    before = known(entry("1", B, "Gulls", "Gulls again."), entry("2", A, "Ferry sails", "Words."))
    (keys,) = keys_of(FEED, [story])
    (first,) = match([keys], before)
    (second,) = match([keys], before, refuted={(0, 1)})
    assert (first and first.known.number, second and second.known.number) == (1, 2)
    assert match([keys], before, refuted={(0, 1), (0, 2)}) == [None]


def test_a_feed_that_says_the_same_a_thousand_times_is_compared_with_little() -> None:
    """FAULTS row 8: 3,000 known entries times 500 new ones held the event loop for two seconds."""
    for text in ("", LONG):
        every = [entry(str(place), f"https://news.example/{place}", text=text) for place in range(3_500)]
        before, now = known(*every[:3_000]), list(keys_of(FEED, every[3_000:]))
        begun = time.process_time()
        match(now, before)
        assert time.process_time() - begun < 0.5


@pytest.mark.parametrize(
    ("guids", "addresses", "wanted"),
    [
        ("1234", "abcd", frozenset()),
        ("2345", "abcd", {"guid"}),  # they number the places
        ("1234", "efgh", {"url"}),
        ("5678", "efgh", {"guid", "url"}),
        ("1299", "abcd", frozenset()),  # two were edited
    ],
)
def test_keys_that_most_known_entries_change_mean_nothing(guids: str, addresses: str, wanted: frozenset[str]) -> None:
    """FAULTS row 13."""

    def told(guids: str, addresses: str) -> list[Entry]:
        pairs = enumerate(zip(guids, addresses, strict=True))
        return [entry(guid, f"https://news.example/{page}", f"Story {place}", f"{LONG} {place}") for place, (guid, page) in pairs]

    now = list(keys_of(FEED, told(guids, addresses)))
    assert misleading(now, match(now, known(*told("1234", "abcd")))) == wanted
