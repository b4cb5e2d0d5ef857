"""People as registrations and papers write them."""

import pytest

from tasks.papers.names import as_searched, author_from_parts, author_from_text, identities


@pytest.mark.parametrize(
    ("official", "author"),
    [
        ("Holger Thiele, MD", "Thiele H"),
        ("Felix JF Herth, MD", "Herth FJ"),
        ("Friedrich Mohr, Professor", "Mohr FW"),
        ("Prof. Dr. med. Jürgen Müller", "Mueller J"),
        ("Li Shiqi", "Li S"),
        ("Shiqi Li", "Li S"),
        ("Wang, Xiao-Feng", "Wang XF"),
        ("Xiaofeng Wang", "Wang XF"),
        ("Ana Maria de la Cañavera", "de la Canavera AM"),
        ("Pieter van der Berg, M.D., Ph.D.", "van der Berg P"),
        ("Mary O'Brien", "O'Brien M"),
        ("Søren Ørnefjell", "Ornefjell S"),
        ("Ann-Marie Haas-Kogan", "Haas-Kogan AM"),
        ("Yun Ma, MD", "Ma Y"),
        ("Wing H. Loong, M.D.", "Loong WH"),
        ("Dean A. Ashgrove, MD", "Ashgrove DA"),
        ("Branka (Bee) Ashgrovian, MD/PhD", "Ashgrovian B"),
        ("Prof. Dr. med Giulio Torsa, MD", "Torsa G"),
        ("Luiz Florino Junior", "Florino L"),
    ],
)
def test_the_same_person(official: str, author: str):
    person = author_from_text(author)
    assert person and person.identity in identities(official)


@pytest.mark.parametrize(
    ("official", "author"),
    [
        ("Holger Thiele", "Thiele K"),
        ("Li Wei", "Zhang W"),
        ("Study Director", "Director S"),
        ("Acme Study Director", "Director A"),
    ],
)
def test_another_person(official: str, author: str):
    person = author_from_text(author)
    assert person and person.identity not in identities(official)


@pytest.mark.parametrize("name", ["NA NA", "", "Alliance", "Novartis"])
def test_groups_and_gaps_are_nobody(name: str):
    assert author_from_text(name) is None


def test_given_names_become_initials():
    person = author_from_parts("Haas-Kogan", "Daphne A", "DA")
    assert person and (person.surname, person.given, person.written) == ("haaskogan", "da", "Haas-Kogan DA")


def test_names_as_pubmed_searches_them():
    assert as_searched("Xue Yang, MD") == "yang x"
    assert as_searched("Xue, Mei") == "xue m"
    assert as_searched("Pieter van der Berg") == "van der berg p"
    assert as_searched("Sponsor") == ""
