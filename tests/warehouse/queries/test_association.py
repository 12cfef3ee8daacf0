"""Spearman's ρ and its interval on cases computed by hand (indicators.md, «Link»)."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from view.passport import results_link
from warehouse.queries.analysis.association import FEWEST, Association, associate, interval, mid_ranks, spearman

EIGHT = [1.0, 2, 3, 4, 5, 6, 7, 8]


def test_equal_values_share_the_mean_of_their_places() -> None:
    assert mid_ranks([30, 10, 20, 20]) == [4, 1, 2.5, 2.5]
    assert mid_ranks([5, 5, 5]) == [2, 2, 2]


def test_rho_without_ties_by_the_sum_of_squared_differences() -> None:
    # Neighbours changed places: eight differences of 1, so 1 - 6·8 / (8·(64 - 1)) = 1 - 48/504.
    assert spearman(EIGHT, [2, 1, 4, 3, 6, 5, 8, 7]) == pytest.approx(1 - 48 / 504)
    assert spearman(EIGHT, EIGHT[::-1]) == -1


def test_rho_with_ties_is_the_correlation_of_mid_ranks() -> None:
    # Ranks 1, 2½, 2½, 4 and 1, 3, 2, 4 about 2½: products 2¼ + 0 + 0 + 2¼; squares 4½ and 5.
    assert spearman([1, 2, 2, 3], [1, 3, 2, 4]) == pytest.approx(4.5 / math.sqrt(4.5 * 5))


def test_interval_by_hand() -> None:
    # ρ = ½, n = 12: z = ½·ln 3 = 0,549306; error √((1 + ⅛) / 9) = 0,353553; reach 1,959964 × 0,353553 = 0,692952.
    low, high = interval(0.5, 12) or (math.nan, math.nan)
    assert low == pytest.approx((math.exp(2 * -0.143646) - 1) / (math.exp(2 * -0.143646) + 1), abs=1e-5)
    assert high == pytest.approx((math.exp(2 * 1.242258) - 1) / (math.exp(2 * 1.242258) + 1), abs=1e-5)


def test_a_perfect_order_and_three_pairs_have_no_interval() -> None:
    assert interval(1, 20) is None and interval(-1, 20) is None and interval(0.5, 3) is None


def test_silent_under_eight_and_without_variation() -> None:
    assert FEWEST == 8
    assert associate(EIGHT[:7], EIGHT[:7]) is None
    assert associate(EIGHT, [3.0] * 8) == Association(8, None, None, None)
    found = associate(EIGHT, EIGHT)
    assert found is not None and found.rho == 1 and found.low is None and found.established


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=8, max_size=30))
def test_rho_depends_on_order_alone(points: list[tuple[int, int]]) -> None:
    left, right = [x for x, _ in points], [y for _, y in points]
    rho = spearman(left, right)
    assert rho == spearman(right, left)
    assert rho == spearman([x**3 + 5 for x in left], right)
    if rho is not None:
        assert -1 <= rho <= 1
        assert spearman([-x for x in left], right) == pytest.approx(-rho)
        if bounds := interval(rho, len(points)):
            assert bounds[0] <= rho <= bounds[1]


CAUSES = re.compile("влия|привод|благодаря|из-за|вызыва|причин", re.IGNORECASE)


def test_words_say_association_and_never_a_cause() -> None:
    up = results_link.finding(Association(17, 0.71, 0.3, 0.9), 17, "Прошли диагностику", "ЕГЭ: русский язык")
    assert up.startswith("Чем выше «Прошли диагностику», тем обычно выше средний балл")
    assert "ρ\u00a0=\u00a00,71" in up and "от 0,30 до 0,90" in up and "n\u00a0=\u00a017" in up
    assert up.endswith("Это связь, а не причина.")
    assert not CAUSES.search(up.removesuffix("Это связь, а не причина."))
    down = results_link.finding(Association(17, -0.71, -0.9, -0.3), 17, "Нагрузка", "ОГЭ: математика")
    assert "обычно ниже" in down
    unsure = results_link.finding(Association(17, 0.4, -0.1, 0.7), 17, "Нагрузка", "ОГЭ: математика")
    assert "не установлена: интервал включает ноль" in unsure and not CAUSES.search(unsure)


def test_words_for_few_municipalities_name_no_figure() -> None:
    said = results_link.finding(None, 7, "Нагрузка", "ОГЭ: математика")
    assert said == "Оба значения есть в 7\u00a0муниципалитетах; меньше чем по 8 о связи судить нельзя."
    assert "в 1\u00a0муниципалитете" in results_link.finding(None, 1, "Нагрузка", "ОГЭ: математика")
