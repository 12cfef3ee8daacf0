"""Matches of columns made by hand: whose they are, and what they never change."""

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest

from checks.catalogue import contracts, headers, required
from etl.intake import desk, matching
from etl.intake.prepare import Incoming
from etl.intake.result import LoadResult
from etl.reader import read
from tests.examples.files import NOW, csv_file, options
from tests.examples.rows import VALID
from warehouse.access.rights import Actor
from warehouse.ledger.batches import remember_layout
from warehouse.store.address import Address
from warehouse.store.schema import SQL, migrate

SPECIALIST = Actor("Специалист", "specialist")
LUGA = Actor("Луга", "municipal", frozenset({"41633000"}))
COLLEAGUE = Actor("Луга, вторая", "municipal", frozenset({"41633000"}))
NEIGHBOUR = Actor("Всеволожск", "municipal", frozenset({"41612000"}))
PLACES = {LUGA: "Лужский район", COLLEAGUE: "Лужский район", NEIGHBOUR: "Всеволожский район"}

OWN_FORM = "Район;Вид ресурса;Как называется;Где найти"
MATCH = {"territory": 0, "kind": 1, "name": 2, "url": 3}


def resource(actor: Actor, header: str, number: int = 1) -> bytes:
    """Return a file of one resource of the sender's municipality."""
    return f"{header}\n{PLACES.get(actor, 'Лужский район')};сайт;Сайт {number};https://example.ru/{number}".encode()


def send(
    address: Address, actor: Actor, content: bytes, mapping: Mapping[str, int] | None = None, dataset: str = ""
) -> LoadResult:
    """Upload a file as its sender does, and load it."""
    dataset = dataset or "passport_resources"
    checked = desk.check(address, actor, [(dataset, Incoming("форма.csv", content, mapping))], options())
    (result,) = desk.confirm(address, actor, checked, options(publish=True, confirm="так"))
    return result


def is_remembered(result: LoadResult) -> bool:
    return "remembered_columns" in {finding.rule for finding in result.findings}


@pytest.mark.parametrize(
    ("first", "served", "not_served"),
    [(LUGA, (LUGA, COLLEAGUE), (NEIGHBOUR, SPECIALIST)), (SPECIALIST, (LUGA, NEIGHBOUR, SPECIALIST), ())],
    ids=["of a municipality", "of the region"],
)
def test_a_match_serves_whom_it_belongs_to(
    loaded: Address, first: Actor, served: tuple[Actor, ...], not_served: tuple[Actor, ...]
) -> None:
    assert send(loaded, first, resource(first, OWN_FORM), MATCH).status == "loaded"
    for number, actor in enumerate(served, start=2):
        result = send(loaded, actor, resource(actor, OWN_FORM, number))
        assert result.status == "loaded" and is_remembered(result), actor
    for number, actor in enumerate(not_served, start=10):
        result = send(loaded, actor, resource(actor, OWN_FORM, number))
        assert result.status == "rejected" and not is_remembered(result), actor


def test_one_s_own_match_comes_before_the_region_s(loaded: Address) -> None:
    line = "Вид ресурса;Как называется;Иначе;Где найти;Территория"
    content = "сайт;Первое;Второе;https://example.ru/{};Лужский район"
    match = {"kind": 0, "url": 3, "territory": 4}
    for number, (actor, name) in enumerate([(LUGA, 1), (SPECIALIST, 2)]):
        file = f"{line}\n{content.format(number)}".encode()
        assert send(loaded, actor, file, match | {"name": name}).status == "loaded"
    for number, (actor, read_as) in enumerate([(LUGA, "Первое"), (SPECIALIST, "Второе")], start=2):
        send(loaded, actor, f"{line}\n{content.format(number)}".encode())
        with duckdb.connect(str(loaded.database)) as connection:
            found = connection.execute(
                "select name from facts.passport_resources where url = ?", [f"https://example.ru/{number}"]
            ).fetchone()
        assert found == (read_as,)


@pytest.mark.parametrize("dataset", contracts())
def test_headers_that_are_right_are_never_contradicted(dataset: str) -> None:
    contract = contracts()[dataset]
    table = read(csv_file(dataset, [VALID[dataset]]), "форма.csv", headers(), required(), dataset)
    first, second, *rest = contract.columns
    crosswise = {code: position for position, code in enumerate([second, first, *rest])}
    assert matching.as_remembered(contract, table, crosswise, frozenset()) is None
    assert matching.left_open(contract, table, crosswise) == {}


def test_a_crosswise_match_of_an_earlier_version_changes_no_right_file(loaded: Address) -> None:
    """It had been remembered whole, for everybody."""
    file = resource(LUGA, "Территория;Вид ресурса;Наименование;Адрес")
    layout = matching.layout_of(["Территория", "Вид ресурса", "Наименование", "Адрес"])
    crosswise = {"territory": 0, "kind": 1, "name": 3, "url": 2}
    with duckdb.connect(str(loaded.database)) as connection:
        remember_layout(connection, "passport_resources", layout, crosswise, "Кто-то", NOW, None)
    send(loaded, SPECIALIST, resource(SPECIALIST, OWN_FORM, 9), MATCH)
    result = send(loaded, LUGA, file)
    assert (result.status, result.findings) == ("loaded", [])


def test_memory_fills_only_what_headers_leave_open(loaded: Address) -> None:
    content = resource(LUGA, "Территория;Вид ресурса;Наименование;Где найти")
    assert send(loaded, LUGA, content, {"territory": 0, "kind": 1, "name": 3, "url": 3}).status == "loaded"
    checked = desk.check(
        loaded, LUGA, [("passport_resources", Incoming("форма.csv", content.replace(b"/1", b"/2")))], options()
    )
    match = desk.column_match(checked, 0)
    assert match is not None and match[1] == {"territory": 0, "kind": 1, "name": 2, "url": 3}
    assert is_remembered(checked.results[0])


def test_a_specialist_is_shown_a_municipality_s_match_and_makes_it_the_region_s(loaded: Address) -> None:
    send(loaded, LUGA, resource(LUGA, OWN_FORM), MATCH)
    file = resource(SPECIALIST, OWN_FORM, 2)
    checked = desk.check(loaded, SPECIALIST, [("passport_resources", Incoming("форма.csv", file))], options())
    proposal = desk.proposed_match(loaded, SPECIALIST, checked, 0)
    assert proposal is not None and "Луж" in proposal.municipality
    assert proposal.mapping == {"territory": 0, "name": 2, "url": 3}
    assert desk.proposed_match(loaded, NEIGHBOUR, checked, 0) is None
    send(loaded, SPECIALIST, file, {"kind": 1, **proposal.mapping})
    assert is_remembered(send(loaded, NEIGHBOUR, resource(NEIGHBOUR, OWN_FORM, 3)))


PEOPLE = [
    # person, event number, name, role, municipalities
    (1, 1, "Одна", "municipal", "41633000,41612000"),
    (2, 1, "Тёзка", "municipal", "41633000"),
    (3, 1, "Тёзка", "municipal", "41612000"),
    (4, 1, "Бывшая", "municipal", "41633000"),
    (4, 2, "Бывшая", "specialist", None),
    (5, 1, "Специалист", "specialist", None),
]
OWNERS = {
    "Одна": {"41633000", "41612000", ""},
    "Тёзка": {""},
    "Бывшая": {""},
    "Специалист": {None},
    "Местный режим": {None},
}


def test_matches_of_an_earlier_version_go_to_their_senders(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        for file in sorted((SQL / "schema").glob("*.sql")):
            if file.stem < "011":
                connection.execute(file.read_text(encoding="utf-8"))
                connection.execute("insert into ledger.installation values ('schema', ?)", [file.stem])
        for person, event, name, role, municipalities in PEOPLE:
            connection.execute(
                "insert into ledger.people_events values (?, ?, 'added', ?, 'admin', 'x@y.z', ?, ?, ?)",
                [person, event, NOW, name, role, municipalities],
            )
        for author in OWNERS:
            connection.execute("insert into ledger.layouts values ('events', 'x', '{}', ?, ?)", [author, NOW])
        migrate(connection)
        found = connection.execute(
            "select author, list(distinct municipality_id), bool_or(municipality_id is null) from ledger.layouts "
            "group by author"
        ).fetchall()
    assert {author: set(owners) | ({None} if shared else set()) for author, owners, shared in found} == OWNERS
