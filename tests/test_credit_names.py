"""A name is credited as far as it is a name: not the clause around it, not the people who wrote the report."""

import pytest

from bot.core.model import Content
from bot.core.reading.credit import CreditKind
from bot.core.reading.credits import credits_in
from bot.core.reading.passages import passages


def check(text: str, *names: str) -> None:
    """Hold the name of each credit that has a place in the text against what is expected."""
    content = Content(title="Ferry sinks", titled=True, text=text, language="en")
    assert [one.name for one in credits_in(content, passages(content))] == list(names)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("It sank at noon, according to Lt. Vera Carter of the Orlik County Sheriff's Department.", "Lt. Vera Carter"),
        ("Its name is missing, according to the Harbour Party's official website.", "Harbour Party"),
        ("According to a report from the Orlik Police Department, it sank around noon.", "Orlik Police Department"),
        ("It sank at noon, according to the Bank of Orlik.", "Bank of Orlik"),
        ("It sank at noon, said Mayor Petra Hulme of Orlik.", "Mayor Petra Hulme of Orlik"),
    ],
)
def test_a_name_behind_ends_where_it_ends(text: str, name: str) -> None:
    check(text, name)


@pytest.mark.parametrize(
    "text",
    [
        "Hulme’s office was examining negative posts and statements by sailors reported.",
        "The lawyer may use police reports and photos.",
        "Why didn’t the government tell them that it was leaking?",
        "The posts would likely not be seen as an order, it said.",
    ],
)
def test_a_clause_is_nobody(text: str) -> None:
    check(text)


def test_a_preposition_begins_no_name() -> None:
    check("Ann Orr, the top member of the committee, said after Hulme’s post, “It is clear to me.”", "Ann Orr")


@pytest.mark.parametrize(
    "text",
    [
        "(Reporting by Jack Vell; editing by Pia Mott)",
        "Staff writer Jesse Vell contributed to this report.",
        "Additional reporting by Jack Vell in Orlik.",
    ],
)
def test_who_wrote_a_report_is_not_credited_by_it(text: str) -> None:
    check(f"The ferry sank off Jack Vell Island. Jesse Vell owned it. {text}")


def test_agencies_that_contributed_are_credited() -> None:
    check("It sank at noon. The Associated Press contributed to this report.", "Associated Press")


def test_a_dateline_may_stand_below_other_lines() -> None:
    check("Posted on Monday at noon.\n\nORLIK, Texas (AP) - A ferry sank.", "AP")


def test_the_verb_at_the_end_of_a_headline_is_no_part_of_a_name() -> None:
    content = Content(title="Ferry captain held: Spy Agency Reports", titled=True, text="", language="en")
    assert [one.name for one in credits_in(content, passages(content))] == ["Spy Agency"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Petra", CreditKind.PERSON),
        ("the spa manager", CreditKind.PERSON),
        ("U.S. intelligence agencies", CreditKind.OFFICIAL),
        ("The news agency PETRA", CreditKind.AGENCY),
        ("TASS", CreditKind.AGENCY),
        ("Tass", CreditKind.AGENCY),
        ("Agencies", CreditKind.AGENCY),
    ],
)
def test_a_word_that_is_also_an_agency_s_is_one_only_where_it_is_written_so(name: str, kind: CreditKind) -> None:
    content = Content(title="Ferry sinks", titled=True, text=f"Divers met Ilsa Petra at noon. {name} said it sank.", language="en")
    assert [one.kind for one in credits_in(content, passages(content))] == [kind]
