"""Identifiers of people: spellings of СНИЛС, opaque ids, pseudonyms, masks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import cells
from checks.cells import Problem
from checks.persons import key_fingerprint, pseudonymizer

KEY = b"a key of an installation"


def check_sum(nine: str) -> str:
    """Check sum by the rule of the Pension Fund, worked out another way than the product's."""
    total = sum((9 - place) * int(digit) for place, digit in enumerate(nine))
    while total > 101:
        total %= 101
    return "00" if total in (100, 101) else f"{total:02}"


snils = st.integers(1_001_999, 999_999_999).map(lambda value: f"{value:09}").map(lambda nine: nine + check_sum(nine))


def spellings(digits: str) -> list[str]:
    a, b, c, d = digits[:3], digits[3:6], digits[6:9], digits[9:]
    dash = "\u2011"
    return [
        digits,
        f"{a}-{b}-{c} {d}",
        f"{a}-{b}-{c}-{d}",
        f"{a} {b} {c} {d}",
        f"{a}-{b}-{c}{d}",
        f"{a}{b}{c} {d}",
        f"{a}{dash}{b}{dash}{c} {d}",
        f"{a}–{b}–{c} {d}",
        f"{a}-{b}-{c}  {d}",
        f"{a}-{b}-{c}\u00a0{d}",
    ]


@given(snils)
def test_all_spellings_of_a_number_are_one_pseudonym(digits: str) -> None:
    pseudonym = pseudonymizer(KEY)
    found = {pseudonym(identifier) for text in spellings(digits) if isinstance(identifier := cells.person(text), str)}
    assert [isinstance(cells.person(text), str) for text in spellings(digits)] == [True] * len(spellings(digits))
    assert len(found) == 1


@given(snils, st.integers(0, 10), st.integers(1, 9))
def test_any_single_wrong_digit_is_found_unless_the_sum_allows_it(digits: str, place: int, shift: int) -> None:
    wrong = digits[:place] + str((int(digits[place]) + shift) % 10) + digits[place + 1 :]
    found = cells.person(wrong)
    if int(wrong[:9]) > 1_001_998 and check_sum(wrong[:9]) != wrong[9:]:
        assert isinstance(found, Problem)
        assert not any(text in found.message for text in spellings(wrong))


@given(snils, st.sampled_from(range(10)), st.text("абв, ;:()", max_size=5), st.text("абв, ;:()", max_size=5))
def test_a_number_is_hidden_in_any_text(digits: str, spelling: int, before: str, after: str) -> None:
    written = spellings(digits)[spelling]
    text = f"{before}{written}{after}"
    assert cells.holds_snils(text)
    hidden = cells.mask_persons(text)
    assert not any(character.isdigit() for character in hidden)
    assert not any(character.isdigit() for character in cells.mask_persons(text, codes=True))
    assert isinstance(cells.free_text(text), Problem)


@given(st.text("0123456789- ", max_size=40))
def test_no_eleven_digits_of_a_right_number_are_left_after_masking(text: str) -> None:
    assert not cells.holds_snils(cells.mask_persons(text, codes=True))


@pytest.mark.parametrize(
    "text", ["41612000", "41 612 000 000", "000-000-001 00", "00000000123", "2025-06-30", "12 345"]
)
def test_what_only_looks_like_a_number_of_a_person_stays(text: str) -> None:
    assert cells.mask_persons(text, codes=True) == text
    assert cells.free_text(text) == text


@pytest.mark.parametrize("text", ["teacher-7", "0001", "Пед_15", "a" * 64, "1234567890", "123456789012"])
def test_opaque_ids(text: str) -> None:
    assert cells.person(text) == f"id:{text}"


@pytest.mark.parametrize("text", ["abc", "a" * 65, "Иванов И.И.", "id 15", "mail@example.ru", "00000000000", "№ 15а"])
def test_what_names_nobody(text: str) -> None:
    found = cells.person(text)
    assert isinstance(found, Problem)
    assert text not in found.message


def test_numbers_given_out_before_check_sums_are_taken_as_they_are() -> None:
    assert cells.person("001-001-998 77") == "snils:00100199877"
    assert isinstance(cells.person("001-001-999 77"), Problem)


def test_a_lost_leading_zero_is_noticed() -> None:
    assert cells.lost_leading_zero("8765430300")
    assert cells.has_valid_check_sum("08765430300")
    assert not cells.lost_leading_zero("8765430301")
    assert not cells.lost_leading_zero("teacher-07")


def test_pseudonyms_depend_on_the_key_and_on_nothing_else() -> None:
    one, other = pseudonymizer(KEY), pseudonymizer(KEY + b"!")
    assert one("snils:11223344595") == one("snils:11223344595") != other("snils:11223344595")
    assert one("id:11223344") != one("snils:11223344")
    assert len(one("id:a")) == 32
    assert key_fingerprint(KEY) != key_fingerprint(KEY + b"!")
    assert KEY.hex() not in key_fingerprint(KEY)
