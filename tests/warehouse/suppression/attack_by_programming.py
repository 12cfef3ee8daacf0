"""An attacker who works out hidden figures by integer programming over all that is shown.

Usage: python -m tests.warehouse.suppression.attack_by_programming --worlds 20 [--seed 1] [--histories 0] [--verbose]

A hidden figure is determined when every solution of the rules (`attack_rules`) with the shown figures put in gives it
the same number. In a history the reader keeps every publication; where a figure did not change it is one unknown.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.golden.builder import published
from tests.warehouse.suppression.attack_figures import EVERYTHING, VIEWER, Figure, Figures, read
from tests.warehouse.suppression.attack_rules import ANY, Rule, rules
from tests.warehouse.suppression.attack_solver import Equation, Unknown, determined, equations, why
from tests.warehouse.suppression.attack_worlds import World, corrected, world
from warehouse.access.rights import Actor
from warehouse.marts.mart import Mart


@dataclass(frozen=True)
class Publication:
    """What one publication gave each reader, the truth, and the figures of small groups."""

    truth: Mapping[Figure, int]
    shown: Mapping[str, Figures]
    rules: Mapping[str, Sequence[Rule]]
    small: frozenset[Figure]


@dataclass(frozen=True)
class Find:
    """A hidden figure that no other number fits.

    is_small: its group has one to four people; otherwise it is hidden to protect such a one. zero: `sum` where the same
    figure of a territory around it is shown as zero, `bound` where another shown zero is a bound of it, `worked out`
    otherwise; empty where it is a number.
    """

    seed: int
    reader: str
    publication: int
    unknown: Unknown
    is_small: bool
    zero: str
    group: Sequence[Equation]

    def __str__(self) -> str:
        figure, value = self.unknown
        kind = ("small" if self.is_small else "companion") + (f", {self.zero}" if self.zero else "")
        return (
            f"world {self.seed} {self.reader} publication {self.publication}: {figure.relation} {figure.at.level} "
            f"{figure.at.territory} half {figure.at.half} «{figure.subject}» {figure.column} = {value} ({kind})"
        )


@dataclass
class Tally:
    """Hidden and determined figures by relation and kind; small: hidden ones of small groups."""

    hidden: Counter[str] = field(default_factory=Counter)
    small: Counter[bool] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    explained: set[str] = field(default_factory=set)


def publications(seed: int, more: int = 0, *, everything: bool = False) -> list[Publication]:
    """Return the publications of a random region: one, and `more` after random corrections.

    everything: the reader knows also the rules that do not hold in every region.
    """
    made: list[Publication] = []
    now = world(seed)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(1, more + 2):
            mart = published(now.rows, Path(folder), number)
            try:
                made.append(_publication(mart, now, readers(now, seed), everything))
            finally:
                mart.connection.close()
            now = corrected(now, seed * 100 + number)
    return made


def readers(of: World, seed: int) -> dict[str, Actor]:
    """Return who attacks: a viewer, and the account of one municipality."""
    own = random.Random(seed).choice(of.rows["municipalities"])["municipality_id"]
    return {"viewer": VIEWER, own: Actor("Служба", "municipal", frozenset({own}))}


def _publication(mart: Mart, of: World, actors: Mapping[str, Actor], everything: bool) -> Publication:
    truth = {figure: number for figure, number in read(mart, EVERYTHING).items() if number is not None}
    small = {
        (measure, level, territory, half)
        for measure, level, territory, half in mart.query_unguarded(
            "select measure, level, territory_id, half from hidden_groups where why = 'small'"
        ).rows()
    }
    return Publication(
        truth,
        {name: read(mart, actor) for name, actor in actors.items()},
        {name: rules(mart, of, truth, actor, everything=everything) for name, actor in actors.items()},
        frozenset(one for one in truth if any((measure, *one.at) in small for measure in _measures(one))
                  or (one.relation == "deficit_programs" and 0 < truth[one._replace(column="trained")] < 5)),
    )  # fmt: skip


def _measures(figure: Figure) -> tuple[str, ...]:
    """Return the measures of sql/groups that may hide a figure because its group is small."""
    match figure.relation:
        case "indicator_values":
            return (figure.subject,)
        case "cascade":
            return (f"cascade:{figure.subject}",)
        case "deficits":
            trained = (f"deficits_trained:{figure.subject}",)
            found = (f"deficits:{figure.subject}",)
            if figure.column == "assessed":
                return (f"assessed:{figure.subject}",)
            return found if figure.column == "with_deficit" else (*trained, *found)
        case "passport_totals":
            return ("young_support_share",) if figure.column.startswith("young") else ("training", "trained")
    return ()


def attack(seed: int, found: Sequence[Publication], tally: Tally | None = None) -> Iterator[Find]:
    """Yield the hidden figures that each reader of all publications can work out."""
    # Who waits without a programme is nobody where one answers.
    plain = {
        next(iter(rule.terms)) for one in found for rule in next(iter(one.rules.values()))
        if rule.said == "a programme answers"
    }  # fmt: skip
    following = [set(_following(one)) for one in found]
    for reader in found[0].shown:
        known: set[Unknown] = set()
        wanted: dict[Unknown, int] = {}
        for number, one in enumerate(found, 1):
            for figure, value in one.truth.items():
                unknown = Unknown(figure, value)
                if figure.is_open or figure in plain or one.shown[reader].get(figure) is not None:
                    known.add(unknown)
                elif unknown not in known and figure not in following[number - 1]:
                    wanted.setdefault(unknown, number)
        if tally:
            tally.hidden.update(one.figure.relation for one in wanted)
            tally.small.update(one.value > 0 for one, number in wanted.items() if one.figure in found[number - 1].small)
        hidden = equations([(one.truth, one.rules[reader]) for one in found], known)
        made: list[tuple[Unknown, list[Equation]]] = [(one, []) for one in sorted(wanted.keys() & known)]
        for unknown, group in [*made, *determined(hidden, wanted.keys() - known)]:
            number = wanted[unknown]
            then = found[number - 1]
            zero = "" if unknown.value else _zero(unknown, then, reader, group)
            if not _is_own(unknown, then, reader):
                yield Find(seed, reader, number, unknown, unknown.figure in then.small, zero, group)


def _following(one: Publication) -> Iterator[Figure]:
    """Yield figures that are no secret of their own.

    Everybody waits where nobody was trained; who is trained by the only programme of a half-year is everybody trained.
    """
    programs: dict[int, set[str]] = defaultdict(set)
    for figure, people in one.truth.items():
        if figure.relation == "deficit_programs" and people:
            programs[figure.at.half].add(figure.subject)
    for figure in one.truth:
        if figure.column in ("waiting", "without_program"):
            if not one.truth[figure._replace(column="trained")]:
                yield figure
        elif figure.relation == "deficit_programs" and (
            figure.column == "matched" or programs[figure.at.half] == {figure.subject}
        ):
            yield figure


def _is_own(unknown: Unknown, then: Publication, reader: str) -> bool:
    """Whether a region's figure is made up by the reader's municipality alone."""
    at = unknown.figure.at
    own = unknown.figure._replace(at=at._replace(level="M", territory=reader))
    return at.level == "R" and then.truth.get(own) == unknown.value


def _zero(unknown: Unknown, then: Publication, reader: str, group: Sequence[Equation]) -> str:
    """Return how a zero follows, see `Find`."""
    if any(then.shown[reader].get(around) == 0 for around in _around(then, unknown.figure)):
        return "sum"
    alone = any(
        unknown in one.terms
        and not one.high * (one.terms[unknown] > 0)
        and not one.low * (one.terms[unknown] < 0)
        and len({factor > 0 for factor in one.terms.values()}) == 1
        for one in group
    )
    return "bound" if alone else "worked out"


def _around(then: Publication, figure: Figure) -> Iterator[Figure]:
    """Yield the same figure of the territories that contain this one's."""
    for rule in next(iter(then.rules.values())):
        if rule.said == "sum of territories" and rule.terms.get(figure) == -1:
            (whole,) = [one for one, factor in rule.terms.items() if factor == 1]
            yield whole
            yield from _around(then, whole)


def explain(find: Find, found: Sequence[Publication]) -> Iterator[str]:
    """Yield the rules that determine a figure, hidden figures marked with a question mark."""
    if not find.group:
        yield "    a later publication shows it"
    for equation in why(find.unknown, find.group):
        truth = found[equation.publication - 1].truth
        sides: dict[bool, list[str]] = {True: [], False: []}
        for figure, factor in equation.rule.terms.items():
            hidden = "?" if Unknown(figure, truth[figure]) in equation.terms else ""
            name = f"{figure.relation}.{figure.subject}.{figure.column} {figure.at.level}:{figure.at.territory}"
            sides[factor > 0].append(f"{name}/{figure.at.half} {truth[figure]}{hidden}")
        sign = "=" if equation.rule.low == equation.rule.high else "<=" if equation.rule.high < ANY else ">="
        low, high = equation.rule.low, equation.rule.high
        right = " + ".join(
            [*sides[False], *([str(high if high < ANY else low)] if max(low, high) and low != high else [])]
        )
        yield f"    [{equation.publication}] {equation.rule.said}: {' + '.join(sides[True])} {sign} {right or 0}"


def report(seed: int, found: Sequence[Publication], tally: Tally, *, verbose: bool) -> None:
    """Attack the publications of a world, count, and print the first find of each kind, or all."""
    for find in attack(seed, found, tally):
        kind = " ".join(
            ("small    " if find.is_small else "companion", "number" if find.unknown.value else "zero  ",
             f"{find.zero:10}", find.unknown.figure.relation, find.unknown.figure.column)
        )  # fmt: skip
        tally.found[kind] += 1
        if find.is_small and find.zero != "sum" and (verbose or kind not in tally.explained):
            tally.explained.add(kind)
            print(find, *explain(find, found), sep="\n", flush=True)


def main() -> None:
    """Attack random worlds and histories, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int, default=20, help="regions of one publication")
    parser.add_argument("--histories", type=int, default=0, help="regions of two to four publications")
    parser.add_argument("--seed", type=int, default=1, help="of the first")
    parser.add_argument("--everything", action="store_true", help="with the rules that do not hold in every region")
    parser.add_argument("--verbose", action="store_true", help="explain every find of a small group")
    asked = parser.parse_args()
    for name, count, more in (("worlds", asked.worlds, 0), ("histories", asked.histories, 1)):
        tally = Tally()
        for seed in range(asked.seed, asked.seed + count):
            report(
                seed,
                publications(seed, more and 1 + seed % 3, everything=asked.everything),
                tally,
                verbose=asked.verbose,
            )
        if count:
            print(f"\n{count} {name}: hidden {sum(tally.hidden.values())} {dict(tally.hidden)}")
            small = {kind: number for kind, number in tally.found.items() if kind.startswith("small")}
            bad = sum(number for kind, number in small.items() if "number" in kind)
            print(
                f"small groups determined: {bad} of {tally.small[True]} numbers, "
                f"{sum(small.values()) - bad} of {tally.small[False]} zeros"
            )
            for kind, number in sorted(tally.found.items()):
                print(f"{number:6} {kind}")


if __name__ == "__main__":
    main()
