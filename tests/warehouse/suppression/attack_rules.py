"""What an attacker knows about figures: linear rules that hold in every world."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from tests.warehouse.suppression.attack_figures import DEFICITS, SHARES, STEPS, VIEWER, Figure, Place
from tests.warehouse.suppression.attack_worlds import REGION, Facts, World
from warehouse.access.rights import Actor
from warehouse.marts.mart import Mart

ANY: Final = 100_000
"""No sum of figures of these worlds is larger."""

NOT_PROMISED: Final = frozenset(
    {
        "grows within the year",
        "nothing is older than this year",
        "who has a route was diagnosed",
        "who learnt had a deficit",
        "attested by the register had a deficit",
        "of the register",
        "routes of an organization's people are its own",
    }
)
"""Rules that hold in these worlds and not in every region; docs/threat-model.md says what they tell."""


@dataclass(frozen=True)
class Rule:
    """Figures with their factors, whose sum is from `low` to `high`; said: in words."""

    terms: Mapping[Figure, int]
    low: int
    high: int
    said: str


@dataclass
class Rules:
    """Rules over the figures that exist.

    parents: organization → municipality → region. competencies: code → whether a programme answers it. programs: code →
    its competencies. registered: programmes of the Federal register.
    """

    figures: Iterable[Figure]
    facts: Facts
    parents: Mapping[str, str]
    answered: Mapping[str, bool]
    programs: Mapping[str, list[str]]
    registered: set[str]
    found: list[Rule] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.figures = set(self.figures)
        self.places = {figure.at for figure in self.figures}
        self.reporting = {
            half: {at.territory for at in self.places if at.level == "O" and at.half == half and self._reports(at)}
            for half in (1, 2)
        }

    def _reports(self, at: Place) -> bool:
        return Figure("cascade", "staff", "people", at) in self.figures

    def organizations(self, at: Place) -> set[str]:
        """Return the organizations of a territory."""
        below: dict[str, set[str]] = defaultdict(set)
        for one, parent in self.parents.items():
            below[parent].add(one)
        if at.level == "O":
            return {at.territory}
        return below[at.territory] if at.level == "M" else set().union(*(below[one] for one in below[at.territory]))

    def add(self, said: str, terms: Mapping[Figure, int], low: int = 0, high: int = 0) -> None:
        """Add a rule if all its figures exist."""
        if all(figure in self.figures for figure in terms):
            self.found.append(Rule(dict(terms), low, high, said))

    def equal(self, said: str, whole: Figure, parts: Iterable[Figure]) -> None:
        """Add: a figure is the sum of others."""
        self.add(said, {whole: 1} | dict.fromkeys(parts, -1))

    def at_most(self, said: str, less: Figure, *more: Figure) -> None:
        """Add: a figure is no larger than the sum of others."""
        self.add(said, {less: 1} | dict.fromkeys(more, -1), -ANY)


def rules(
    mart: Mart, world: World, figures: Iterable[Figure], reader: Actor = VIEWER, *, everything: bool = False
) -> list[Rule]:
    """Return the rules about a publication's figures; everything: also NOT_PROMISED."""
    answered = {
        competency: programs > 0
        for competency, programs in mart.query_as(
            reader, "select competency, max(programs) from deficits where competency <> '' group by all"
        ).rows()
    }
    programs = mart.query_as(
        reader,
        "select program_id, string_split(competencies, ','), bool_and(registered) from deficit_programs group by all",
    ).rows()
    made = Rules(
        figures,
        world.facts,
        {row["organization_id"]: row["municipality"] for row in world.rows["organizations"]}
        | {row["municipality_id"]: REGION for row in world.rows["municipalities"]},
        answered,
        {program: competencies for program, competencies, _ in programs},
        {program for program, _, registered in programs if registered},
    )
    _sums(made)
    for at in sorted(made.places):
        _steps(made, at)
        if at.level != "O":
            _deficits(made, at)
            _whole_territory(made, at)
        if at.half == 1:
            _growth(made, at)
    for at in sorted(at for at in made.places if at.level == "R"):
        _programs(made, at)
    _remarks(made, mart, reader)
    return [one for one in made.found if everything or one.said not in NOT_PROMISED]


def _sums(made: Rules) -> None:
    children: dict[Figure, list[Figure]] = defaultdict(list)
    for figure in made.figures:
        if figure.at.level != "R" and figure.relation != "deficit_programs":
            level, parent = ("M" if figure.at.level == "O" else "R"), made.parents[figure.at.territory]
            children[figure._replace(at=Place(level, parent, figure.at.half))].append(figure)
    for whole, parts in children.items():
        made.equal("sum of territories", whole, parts)


def _share(indicator: str, at: Place) -> Figure:
    return Figure("indicator_values", indicator, "numerator", at)


def _of(indicator: str, at: Place) -> Figure:
    return Figure("indicator_values", indicator, "denominator", at)


def _step(step: str, at: Place) -> Figure:
    return Figure("cascade", step, "people", at)


def _deficit(competency: str, column: str, at: Place) -> Figure:
    return Figure("deficits", competency, column, at)


def _total(column: str, at: Place) -> Figure:
    return Figure("passport_totals", "", column, at)


def _steps(made: Rules, at: Place) -> None:
    """Steps of the cascade, and shares beside them."""
    for more, less in itertools.pairwise(STEPS):
        made.at_most("a step is a part of the one before", _step(less, at), _step(more, at))
    made.equal("the same people", _share("diagnostics_share", at), [_step("diagnosed", at)])
    for share in SHARES[:3]:
        made.at_most("a part of the staff", _share(share, at), _of(share, at))
    said = "routes of an organization's people are its own" if at.level == "O" else "routes of the cascade are routes"
    made.at_most(said, _step("route", at), _share("routes_share", at))
    young = ("young_support_share", "young_support_share_cumulative")
    made.at_most("this year is a part", _share(young[0], at), _share(young[1], at))
    made.equal("the same people", _of(young[0], at), [_of(young[1], at)])
    made.equal("the same people", _total("young_specialists", at), [_of(young[0], at)])
    made.equal("the same people", _total("young_supported", at), [_share(young[0], at)])
    fr, cumulative = _share("fr_training_share", at), _share("fr_attested_share_cumulative", at)
    if made.facts.teachers:
        made.at_most("this year is a part", fr, cumulative)
    if made.facts.first_year:
        made.at_most("nothing is older than this year", cumulative, fr)
        made.equal("nothing is older than this year", _share(young[0], at), [_share(young[1], at)])
        made.at_most("who has a route was diagnosed", _share("routes_share", at), _step("diagnosed", at))
        made.at_most("who learnt had a deficit", fr, _step("deficit", at))


def _whole_territory(made: Rules, at: Place) -> None:
    """Figures of reporting organizations beside those of all."""
    everybody = {column: _deficit("", column, at) for column in DEFICITS}
    once, said = made.facts.once, "reporting organizations are a part"
    made.at_most(said, _step("diagnosed", at), everybody["assessed"])
    made.at_most("trained in a step are trained", _step("trained", at), _total("trained", at))
    made.at_most("attested in a step are attested", _step("attested", at), _total("attested", at))
    made.at_most("attested by the register are attested", _share("fr_training_share", at), _total("attested", at))
    made.at_most("attested are trained", _total("attested", at), _total("trained", at))
    made.at_most("trained for a deficit are trained", everybody["trained"], _total("trained", at))
    for share in SHARES[:2]:
        made.at_most("at most all staff", _share(share, at), _step("staff", at))
    if once:
        made.at_most(said, _step("deficit", at), everybody["with_deficit"])
        made.at_most("trained in a step had a deficit", _step("trained", at), everybody["trained"])
        if made.facts.first_year:
            made.at_most(
                "attested by the register had a deficit", _share("fr_training_share", at), everybody["trained"]
            )
    if made.organizations(at) <= made.reporting[at.half]:
        said = "all organizations reported"
        made.equal(said, _step("diagnosed", at), [everybody["assessed"]])
        made.at_most(said, _total("trained", at), _step("staff", at))
        made.at_most(said, everybody["with_deficit"], _step("deficit", at))


def _deficits(made: Rules, at: Place) -> None:
    """Figures of competencies beside those for all of them."""
    subjects = list(made.answered)
    for column in DEFICITS:
        parts = [_deficit(one, column, at) for one in subjects]
        made.at_most("each has one of them", _deficit("", column, at), *parts)
        for part in parts:
            made.at_most("a part of all competencies", part, _deficit("", column, at))
    for one in ("", *subjects):
        assessed, deficient, trained, waiting, without = (_deficit(one, column, at) for column in DEFICITS)
        made.at_most("a part of those assessed", deficient, assessed)
        made.at_most("a part of those with a deficit", trained, deficient)
        made.at_most("a part of those with a deficit", waiting, deficient)
        made.at_most("a part of those who wait", without, waiting)
        if one == "":
            made.at_most("trained or waiting", deficient, trained, waiting)
            answered = [_deficit(other, "waiting", at) for other in subjects if made.answered[other]]
            made.at_most("some programme answers or none", waiting, without, *answered)
        else:
            made.equal("trained or waiting", deficient, [trained, waiting])
            if made.answered[one]:
                made.equal("a programme answers", without, [])
            else:
                made.equal("no programme answers", without, [waiting])
                made.equal("no programme answers", trained, [])
    # Who has no deficit at all was assessed without one in some competency.
    terms = {_deficit("", "assessed", at): 1, _deficit("", "with_deficit", at): -1}
    for one in subjects:
        terms |= {_deficit(one, "assessed", at): -1, _deficit(one, "with_deficit", at): 1}
    made.add("without any deficit", terms, -ANY)


def _growth(made: Rules, at: Place) -> None:
    """Counts since 1 January grow within a year."""
    steady = made.organizations(at) & made.reporting[1] <= made.reporting[2]
    for figure in [one for one in made.figures if one.at == at]:
        match figure.relation:
            case "indicator_values":
                grows = steady and figure.column == "numerator"
            case "cascade":
                grows = steady and figure.subject != "staff"
            case "deficits":
                grows = figure.column == "assessed" or (
                    made.facts.once and figure.column in ("with_deficit", "trained")
                )
            case "passport_totals":
                grows = figure.column in ("trained", "attested") or (steady and figure.column == "young_supported")
            case _:
                grows = True
        if grows:
            made.at_most("grows within the year", figure, figure._replace(at=at._replace(half=2)))


def _programs(made: Rules, at: Place) -> None:
    """Those who finished programmes beside those trained."""
    finished = {one: Figure("deficit_programs", one, "trained", at) for one in made.programs}
    matched = {one: Figure("deficit_programs", one, "matched", at) for one in made.programs}
    made.at_most("each finished a programme", _total("trained", at), *finished.values())
    for one in made.programs:
        made.at_most("who finished it is trained", finished[one], _total("trained", at))
        made.at_most("matched are a part", matched[one], finished[one])
    for competency in made.answered:
        answers = [one for one, taught in made.programs.items() if competency in taught]
        trained = _deficit(competency, "trained", at)
        made.at_most("trained for it finished a programme", trained, *(matched[one] for one in answers))
        if made.facts.once and len(answers) == 1 and made.programs[answers[0]] == [competency]:
            made.equal("its only programme", trained, [matched[answers[0]]])
    made.at_most("trained finished a programme", _deficit("", "trained", at), *matched.values())
    if made.facts.once:
        for one, competencies in made.programs.items():
            taught = [_deficit(competency, "trained", at) for competency in competencies]
            made.at_most("matched are trained for it", matched[one], *taught)
            made.at_most("matched are trained", matched[one], _deficit("", "trained", at))
        if made.facts.first_year:
            register = [matched[one] for one in sorted(made.registered)]
            made.at_most("of the register", _share("fr_training_share", at), *register)


def _remarks(made: Rules, mart: Mart, reader: Actor) -> None:
    """Whether something was sent at all, and competencies counted over those attested."""
    sent = mart.query_as(
        reader,
        """
        select part, territory_id, half, present from passport_completeness
        where part in ('training', 'young_support')
        """,
    ).rows()
    for part, territory, half, present in sent:
        figure = _total("trained" if part == "training" else "young_supported", Place("M", territory, half))
        if part == "training" or not present:
            made.add("sent or not", {figure: 1}, present, ANY if present else 0)
    improved = mart.query_as(
        reader,
        """
        select level, territory_id, half, cast(numerator as bigint) from indicator_values
        where indicator = 'improved_competencies' and numerator is not null
        """,
    ).rows()
    for level, territory, half, competencies in improved:
        attested = _total("attested", Place(level, territory, half))
        made.add("competencies improved", {attested: 1}, min(competencies, 1), ANY if competencies else 0)
