"""Which sentences belong to a page and not to the report: hand-made cases."""

import pytest

from bot.core.text.page_words import is_of_page


@pytest.mark.parametrize(
    "sentence",
    [
        "In this March 3, 2026 file photo, a ferry leaves the harbour of Orlik.",
        "This undated photo provided by the harbour police shows the ferry.",
        "Image 2 of 14 A ferry was raised from the bay of Orlik on Friday.",
        "The harbour master (left) meets the captain of the ferry in Orlik.",
        "From left: the captain, his mate and the harbour master of Orlik.",
        "Photo: Ida Varr, Orlik Courier The ferry lies in the harbour.",
        "A ferry leaves the harbour of Orlik, in the north of Velia, March 3, 2026.",
        "The captain of the ferry speaks to reporters on 3 March 2026.",
        "CLOSE The ferry of Orlik has been raised from the bay.",
        "VIDEO: Divers look for the ferry of Orlik.",
        "RELATED: How safe are the ferries of Velia?",
        "Editor’s note: The captain of the ferry is a brother of our reporter.",
        "CORRECTION: In an earlier version the name of the captain was wrong.",
        "In a story on March 3 about a ferry, the Northern Wire misspelled the name of the captain.",
    ],
)
def test_captions_buttons_and_notes_are_of_the_page(sentence: str) -> None:
    assert is_of_page(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "A ferry sank off the coast of Orlik, killing seven, officials said.",
        "The ferry was built in Orlik on March 3, 2006.",
        "UPDATE: The ferry of Orlik has been raised from the bay.",
        "Police released a photo by a passenger that shows the captain asleep.",
        "Senator Ida Varr (R) said that she was ready to close the harbour.",
        "The two left from Orlik, left no word and were not seen on Friday.",
        "In this town of Orlik nobody had a picture of the captain.",
        "NATO said on Friday that the ferry of Orlik was no target.",
        "",
    ],
)
def test_what_a_report_tells_is_not(sentence: str) -> None:
    assert not is_of_page(sentence)
