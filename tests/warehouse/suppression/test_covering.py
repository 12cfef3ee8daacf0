"""Which figures are hidden: worked examples, and a reader who combines all publications."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties import few_or_many
from warehouse.suppression.cells import SMALL_GROUP, Cell, Former, Hidden, Key
from warehouse.suppression.companions import cover

REGION = "r"
Staff = Mapping[Key, int]
"""How many people stand behind each leaf: an organization «a1» of municipality «a», or a municipality without any."""


def place(leaf: Key) -> str:
    return leaf[1][0]


def whole_tree(staff: Staff) -> dict[Key, tuple[str | None, list[Key]]]:
    """Return every figure of a tree of leaves: its parent and the leaves that it sums."""
    found: dict[Key, tuple[str | None, list[Key]]] = {("R", REGION): (None, list(staff))}
    for leaf in staff:
        found.setdefault(("M", place(leaf)), (REGION, []))[1].append(leaf)
        if leaf[0] == "O":
            found[leaf] = (place(leaf), [leaf])
    return found


def sizes(staff: Staff) -> dict[Key, int]:
    return {key: sum(staff[leaf] for leaf in leaves) for key, (_, leaves) in whole_tree(staff).items()}


def published(publications: Sequence[Staff], counted: Sequence[Staff] = ()) -> list[dict[Key, Hidden]]:
    """Return what each publication hides, in turn. counted: people counted of each leaf."""
    found: list[dict[Key, Hidden]] = []
    former: dict[Key, list[Former]] = defaultdict(list)
    for number, numbers in enumerate(zip(publications, counted, strict=True) if counted else zip(publications), 1):
        now = [sizes(one) for one in numbers]
        cells = {
            key: Cell(parent, tuple(one[key] for one in now), tuple(former[key]))
            for key, (parent, _) in whole_tree(numbers[0]).items()
        }
        found.append(cover(cells, found[-1] if found else {}))
        hidden = hidden_in(found[-1])
        for key in cells:
            former[key].append(Former(number, cells[key].figures, key in hidden))
    return found


def hidden_in(answer: Mapping[Key, Hidden]) -> set[Key]:
    return {key for key, one in answer.items() if one.why != "absent"}


def names(answer: Mapping[Key, Hidden]) -> dict[str, str]:
    return {key[1]: one.why for key, one in answer.items()}


def schools(**staff: int) -> Staff:
    return {("O", name): people for name, people in staff.items()}


@dataclass
class Reader:
    """Solves linear equations over all figures it was shown.

    rows: pivot → equation, reduced by the others before it.
    """

    rows: dict[int, dict[int, Fraction]] = field(default_factory=dict)

    def _reduced(self, row: Mapping[int, Fraction]) -> dict[int, Fraction]:
        left = dict(row)
        for pivot, known in self.rows.items():
            if factor := left.get(pivot):
                for unknown, coefficient in known.items():
                    left[unknown] = left.get(unknown, Fraction(0)) - factor * coefficient
        return {unknown: coefficient for unknown, coefficient in left.items() if coefficient}

    def learn(self, unknowns: Iterable[int]) -> None:
        """Add the known sum of some unknowns."""
        left = self._reduced({unknown: Fraction(1) for unknown in unknowns})
        if left:
            pivot = min(left)
            self.rows[pivot] = {unknown: value / left[pivot] for unknown, value in left.items()}

    def knows(self, unknowns: Iterable[int]) -> bool:
        """Tell whether the sum of some unknowns follows from what was learnt."""
        return not self._reduced({unknown: Fraction(1) for unknown in unknowns})


def revealed(publications: Sequence[Staff], own: str = "", counted: Sequence[Staff] = ()) -> set[tuple[int, Key]]:
    """Return the hidden small figures that a reader can compute.

    own: municipalities of which the reader sees everything. A reader with several of them is not shown the region's
    figure where another municipality's is hidden. A figure that did not change, or returned to an earlier value, counts
    as the same; what follows from earlier publications can no longer be hidden.
    """
    answers = published(publications, counted)
    return set().union(
        *(_worked_out(publications, answers, own, numbers) for numbers in (publications, counted) if numbers)
    )


def _worked_out(
    publications: Sequence[Staff], answers: Sequence[Mapping[Key, Hidden]], own: str, numbers: Sequence[Staff]
) -> set[tuple[int, Key]]:
    reader = Reader()
    wanted: list[tuple[int, Key, list[int]]] = []
    unknowns: dict[tuple[Key, int], int] = {}
    for number, (staff, answer) in enumerate(zip(publications, answers, strict=True)):
        for figure in numbers[number].items():
            unknowns.setdefault(figure, len(unknowns))
        now = sizes(staff)
        inside = {
            key: [unknowns[leaf, numbers[number][leaf]] for leaf in leaves if staff[leaf]]
            for key, (_, leaves) in whole_tree(staff).items()
        }
        hidden = {key for key in hidden_in(answer) if key[0] == "R" or place(key) not in own}
        if len(own) > 1 and any(level == "M" for level, _ in hidden):
            hidden.add(("R", REGION))
        for key in inside.keys() - hidden:
            if key[0] != "R" and place(key) in own:
                reader.learn(inside[key])
        wanted += [
            (number, key, inside[key]) for key in hidden if 0 < now[key] < SMALL_GROUP and not reader.knows(inside[key])
        ]
        for key in inside.keys() - hidden:
            reader.learn(inside[key])
    return {(number, key) for number, key, figures in wanted if reader.knows(figures)}


WORKED: dict[str, tuple[list[Staff], dict[str, str]]] = {
    "nobody small: nothing hidden": ([schools(a1=5, a2=40, b1=70)], {}),
    "nobody at all is no group": ([schools(a1=0, a2=40)], {}),
    "the smallest of the others goes along": (
        [schools(a1=3, a2=40, a3=6, a4=0, b1=70)],
        {"a1": "small", "a3": "companion"},
    ),
    "two small ones protect each other when they are five together": (
        [schools(a1=2, a2=3, a3=40)],
        {"a1": "small", "a2": "small"},
    ),
    "and take one more when they are not": (
        [schools(a1=2, a2=2, a3=40)],
        {"a1": "small", "a2": "small", "a3": "companion"},
    ),
    "three municipalities, for each knows its own": (
        [{("M", "a"): 3, ("M", "b"): 10, ("M", "c"): 20, ("M", "d"): 30}],
        {"a": "small", "b": "companion", "c": "companion"},
    ),
    "with too few municipalities the region goes too": (
        [{("M", "a"): 3, ("M", "b"): 10}],
        {"a": "small", "b": "companion", "r": "total"},
    ),
    "a municipality of one small school hides with it, and others with theirs": (
        [schools(a1=3, b1=10, b2=20, c1=30, c2=40, d1=50)],
        {"a": "small", "a1": "small", "b": "companion", "b1": "companion", "d": "companion", "d1": "companion"},
    ),
    "what was hidden stays though the small group has grown by two": (
        [schools(a1=3, a2=6, a3=40), schools(a1=5, a2=6, a3=40)],
        {"a1": "companion", "a2": "companion"},
    ),
    "a group that has grown by five is shown, when others can take its place": (
        [schools(a1=3, a2=6, a3=40), schools(a1=3, a2=11, a3=46)],
        {"a1": "small", "a2": "companion"},
    ),
    "everything is shown when everything has changed": (
        [schools(a1=3, a2=6, a3=40), schools(a1=8, a2=11, a3=40)],
        {},
    ),
    "a small school that comes alone takes the totals along: they are known from before": (
        [schools(a1=40, b1=40, c1=40), schools(a1=40, a2=3, b1=40, c1=40)],
        {"a2": "small", "a": "total", "r": "total"},
    ),
    "and needs no more than a companion when others come with it": (
        [schools(a1=40, b1=40), schools(a1=40, a2=3, a3=20, b1=40)],
        {"a2": "small", "a3": "companion"},
    ),
    "what was hidden and is withdrawn is remembered, and hidden again when it comes back": (
        [schools(a1=3, a2=6, a3=40), schools(a1=0, a2=0, a3=40), schools(a1=3, a2=6, a3=40)],
        {"a1": "small", "a2": "companion"},
    ),
    "after a load and its withdrawal the same figures are hidden as before": (
        [schools(a1=8, a2=12, a3=2), schools(a1=40, a2=10, a3=2), schools(a1=8, a2=12, a3=2)],
        {"a1": "companion", "a3": "small"},
    ),
    "a companion that goes back to what was shown protects nothing: another that has changed is hidden": (
        [schools(a1=40, a2=12, a3=50), schools(a1=40, a2=13, a3=50, a4=3), schools(a1=41, a2=12, a3=50, a4=3)],
        {"a1": "companion", "a4": "small"},
    ),
    "and where no other has, the totals are": (
        [schools(a1=40, a2=12, b1=40), schools(a1=40, a2=13, a4=3, b1=40), schools(a1=40, a2=12, a4=3, b1=40)],
        {"a4": "small", "a": "total", "r": "total"},
    ),
}


@pytest.mark.parametrize("case", WORKED)
def test_worked_case(case: str) -> None:
    publications, hidden = WORKED[case]
    assert names(published(publications)[-1]) == hidden


def test_what_protects_is_new_in_all_its_numbers() -> None:
    """A load adds a school of three and one person to another school, who is not counted."""
    staff = [schools(a2=40, a3=60, b1=50), schools(a1=3, a2=41, a3=60, b1=50)]
    assert names(published(staff)[-1]) == {"a1": "small", "a2": "companion"}
    counted = [schools(a2=17, a3=30, b1=9), schools(a1=2, a2=17, a3=30, b1=9)]
    assert names(published(staff, counted)[-1]) == {"a1": "small", "a": "total", "r": "total"}
    counted = [schools(a2=17, a3=30, b1=9), schools(a1=2, a2=18, a3=30, b1=9)]
    assert names(published(staff, counted)[-1]) == {"a1": "small", "a2": "companion"}


def test_publications_of_another_version_may_have_said_fewer_numbers() -> None:
    cells = {("O", name): Cell("a", (people, 1.0), (Former(1, (people,), name != "a3"),))
             for name, people in {"a1": 3.0, "a2": 6.0, "a3": 40.0}.items()}  # fmt: skip
    kept = {("O", "a1"): Hidden("small", 3), ("O", "a2"): Hidden("companion", 6)}
    assert cover(cells, kept) == kept


def test_the_preferred_companion_is_taken_before_a_smaller_one() -> None:
    staff = schools(a1=3, a2=6, a3=40)
    cells = {key: Cell(parent, (sizes(staff)[key],)) for key, (parent, _) in whole_tree(staff).items()}
    assert names(cover(cells, {}, {("O", "a3")})) == {"a1": "small", "a3": "companion"}


def test_publishing_the_same_again_changes_nothing() -> None:
    answers = published([schools(a1=3, a2=6, a3=40, b1=2, c1=9, d1=10)] * 3)
    assert answers[0] == answers[1] == answers[2]


def test_what_is_gone_is_remembered() -> None:
    first = published([schools(a1=3, a2=6, a3=40)])[0]
    gone = cover({key: Cell("a", (0,), (Former(1, (9,), True),)) for key in first}, first)
    assert names(gone) == {"a1": "absent", "a2": "absent"}


def test_the_reader_finds_what_plain_hiding_of_small_groups_leaves_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader can subtract: without this the property below would prove nothing."""
    alone, twice = [schools(a1=3, a2=40, b1=9)], [schools(a1=40, b1=9), schools(a1=40, a2=3, b1=9)]
    assert not revealed(alone) and not revealed(twice)
    monkeypatch.setattr("warehouse.suppression.companions._Family.protect", lambda *_, **__: True)
    assert revealed(alone) == {(0, ("O", "a1"))}
    assert revealed(twice) == {(1, ("O", "a2"))}


SIZES = st.sampled_from([0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 20, 40])
LEAVES = st.one_of(
    st.lists(st.integers(0, 4), min_size=1, max_size=6).map(
        lambda counts: [("O", f"{name}{number}") for name, count in zip("abcdef", counts, strict=False)
                        for number in range(count)]
    ),
    st.integers(1, 6).map(lambda count: [("M", name) for name in "abcdef"[:count]]),
)  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Staff], list[Staff]]:
    """Draw a tree and one to five publications; each changes leaves or restores earlier ones.

    The second list is how many of the people count.
    """
    leaves: list[Key] = draw(LEAVES)
    shares = st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction(1)])
    staff = {leaf: draw(SIZES) for leaf in leaves}
    count = {leaf: int(people * draw(shares)) for leaf, people in staff.items()}
    found = [(staff, count)]
    some = st.sets(st.sampled_from(leaves or [("O", "a0")]), max_size=6)
    for _ in range(draw(st.integers(0, 4))):
        former, counted = draw(st.sampled_from(found))
        moved, back, came_back, recounted = draw(some), draw(some), draw(some), draw(some)
        staff, count = dict(staff), dict(count)
        for leaf in leaves:
            if leaf in back:
                staff[leaf] = former[leaf]
            elif leaf in moved:
                size = draw(SIZES)
                staff[leaf] = max(0, staff[leaf] + size % 5 - 2) if draw(st.booleans()) else size
            if leaf in came_back:
                count[leaf] = counted[leaf]
            elif leaf in recounted:
                count[leaf] = int(staff[leaf] * draw(shares))
            count[leaf] = min(count[leaf], staff[leaf])
        found.append((staff, count))
    return [one for one, _ in found], [one for _, one in found]


@few_or_many(400, 20000)
def test_nobody_works_out_a_hidden_small_figure(examples: int) -> None:
    """Readers combine all publications: one sees no people, others those of their own places."""

    @settings(max_examples=examples, deadline=None)
    @given(history=histories(), own=st.sampled_from(["", "a", "b", "ab", "bcd"]))
    def holds(history: tuple[list[Staff], list[Staff]], own: str) -> None:
        publications, counted = history
        assert not revealed(publications, own)
        assert not revealed(publications, own, counted)

    holds()
