"""For every rule a file that breaks it and a similar file that does not."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tests.examples import cases, raw_books
from tests.examples.files import csv_file, several_sheets
from tests.examples.rows import REGISTERS, SNILS, VALID, Row, another
from warehouse.access.rights import Actor


class Case(NamedTuple):
    """Files of one dataset to be loaded into the warehouse with registers.

    before: files loaded earlier, their columns matched by hand when there is a `before_mapping`. condensed: the year
    through which rows about people were condensed.
    """

    dataset: str
    files: tuple[bytes, ...]
    before: tuple[bytes, ...] = ()
    changes: Mapping[str, Any] = {}
    before_mapping: Mapping[str, int] | None = None
    condensed: int | None = None


class Pair(NamedTuple):
    """A case that breaks a rule, and one that does not."""

    failing: Case
    passing: Case


def _case(dataset: str, *rows: Row, **changes: Any) -> Case:
    return Case(dataset, (csv_file(dataset, rows),), (), changes)


def _cell(dataset: str, column: str, wrong: str, right: str) -> Pair:
    """Two rows that differ in one cell."""
    row = another(dataset, 1)
    return Pair(_case(dataset, row | {column: wrong}), _case(dataset, row | {column: right}))


def _lines(dataset: str, wrong: str, right: str) -> Pair:
    """Two files written out."""
    return Pair(Case(dataset, (wrong.encode(),)), Case(dataset, (right.encode(),)))


_RESOURCE = VALID["passport_resources"]
_OUTCOME = another("outcomes", 1)
_EVENT = another("events", 1)
_EVENTS = [_EVENT | {"event_id": f"{number}", "territory": "Всеволожский район"} for number in range(10)]
_STAFF = VALID["passport_organizations"] | {"half": "2"}
_OLD = csv_file("outcomes", [_OUTCOME])
_NEW = csv_file("outcomes", [_OUTCOME | {"mean_score": "70"}])
_HEAD = "Территория;Вид ресурса;Наименование;Адрес"
_LINE = "Лужский район;сайт;Сайт;https://example.ru"
_OWN_HEADERS = f"Район;Вид ресурса;Как называется;Где найти\n{_LINE}".encode()
_MATCH = {"territory": 0, "kind": 1, "name": 2, "url": 3}

_SHEETS: Mapping[str, list[Sequence[raw_books.Cell]]] = {
    "roadmap": [cases.MEASURES, cases.measure("1.1", "20.06.2025"), cases.measure("1.2")],
    "passport_organizations": [cases.STAFF, cases.staff("ORG-1"), ["ORG-2", 2025, 1, None, 5, 3, 5, 1, "да"]],
}


def _workbook(dataset: str, **changes: Any) -> Pair:
    """A workbook with merges or hidden cells; its neighbour has the same rows in full."""
    rows = [list(row) for row in _SHEETS[dataset]]
    if dataset == "passport_organizations":
        rows[2][3] = 40
    passing = Case(dataset, (raw_books.xlsx(rows),))
    return Pair(Case(dataset, (raw_books.xlsx(_SHEETS[dataset], **changes),)), passing)


CASES: Mapping[str, Pair] = {
    "required": _cell("events", "title", "—", "Совещание"),
    "integer": _cell("events", "participants", "около 40", "1 040"),
    "decimal": _cell("outcomes", "mean_score", "67,4 балла", "67,4"),
    "date": _cell("events", "date", "31.06.2025", "30.06.2025"),
    "boolean": _cell("organizations", "low_results", "x", "-"),
    "choice": _cell("events", "kind", "прочее", "Иное"),
    "format": _cell("organizations", "organization_id", "ORG 9", "ORG-9"),
    "minimum": _cell("programs", "hours", "0", "1"),
    "maximum": _cell("outcomes", "mean_score", "100,1", "100"),
    "municipality": _cell("organizations", "municipality", "Лужецкий", "лужский р-н"),
    "competency": _cell("programs", "competencies", "METH; ХХХ", "METH; цифровые"),
    "person": _cell("diagnostics", "person", "112-233-445 96", SNILS),
    "person_lost_zero": _cell("diagnostics", "person", "8765430300", "08765430300"),
    "near_snils": _cell("diagnostics", "person", "876543030012", "person-0012"),
    "cell_error": _cell("roadmap", "result", "#ЗНАЧ!", "№ 5 — значимо"),
    "null_marker": _cell("roadmap", "result", "NULL", "нулевой"),
    "mangled_code": _cell("roadmap", "measure_id", "2026-02-01", "2.1"),
    "similar_key": _cell("organizations", "organization_id", "ОRG-1", "ORG-77"),
    "merged_cells": _workbook("roadmap", merged=["G2:G3"]),
    "merged_number": _workbook("passport_organizations", merged=["D2:D3"]),
    "hidden_rows": _workbook("roadmap", hidden_rows=[3]),
    "hidden_columns": _workbook("roadmap", hidden_columns=[4]),
    "personal_number": _cell("roadmap", "responsible", f"Иванова, {SNILS}", "Иванова, кабинет 112-233"),
    "duplicate_key": Pair(
        _case("outcomes", _OUTCOME, _OUTCOME | {"mean_score": "70"}),
        _case("outcomes", _OUTCOME, _OUTCOME | {"exam": "ОГЭ"}),
    ),
    "duplicate_row": Pair(
        Case("outcomes", (_OLD, _OLD)),
        _case("outcomes", _OUTCOME, _OUTCOME | {"year": "2023"}),
    ),
    "unknown_reference": _cell("outcomes", "organization_id", "ORG-3", "ORG-2"),
    "future_date": _cell("diagnostics", "date", "02.03.2026", "01.03.2026"),
    "missing_column": _lines(
        "passport_resources", "Территория;Вид;Наименование;Адрес\n" + _LINE, _HEAD.upper() + "\n" + _LINE
    ),
    "doubled_column": _lines("passport_resources", f"{_HEAD};url\n{_LINE};https://b.ru", f"{_HEAD}\n{_LINE}"),
    "personal_column": _lines("passport_resources", f"{_HEAD};Ф.И.О.\n{_LINE};я", f"{_HEAD};Счётчик\n{_LINE};15"),
    "extra_column": _lines("passport_resources", f"{_HEAD};Счётчик\n{_LINE};15", f"{_HEAD}\n{_LINE}"),
    "left_out": _lines("passport_resources", f"{_HEAD}\n{_LINE}\nИтого;;;\n", f"{_HEAD}\n{_LINE}\n"),
    "overlong_row": _lines("passport_resources", f"{_HEAD}\n{_LINE};ещё\n", f"{_HEAD}\n{_LINE};\n"),
    "no_table": _lines("passport_resources", "просто письмо\nс текстом\n", f"{_HEAD}\n{_LINE}"),
    "unreadable": Pair(
        Case("passport_resources", (b"PK\x03\x04" + b"\0" * 50,)), _case("passport_resources", _RESOURCE)
    ),
    "wrong_dataset": Pair(Case("roadmap", (csv_file("events", [_EVENT]),)), _case("events", _EVENT)),
    "other_sheets": Pair(
        Case("passport_resources", (several_sheets("passport_resources", [_RESOURCE], "Данные", "Данные (2)"),)),
        Case("passport_resources", (several_sheets("passport_resources", [_RESOURCE], "Данные"),)),
    ),
    "remembered_columns": Pair(
        Case("passport_resources", (_OWN_HEADERS,), before=(_OWN_HEADERS,), before_mapping=_MATCH),
        Case("passport_resources", (f"{_HEAD}\n{_LINE}".encode(),), before=(_OWN_HEADERS,), before_mapping=_MATCH),
    ),
    "foreign_municipality": Pair(
        _case("passport_resources", _RESOURCE, actor=Actor("Соседи", "municipal", frozenset({"41603000"}))),
        _case("passport_resources", _RESOURCE, actor=Actor("Свои", "municipal", frozenset({"41612000"}))),
    ),
    "condensed_year": Pair(
        Case(
            "diagnostics", (csv_file("diagnostics", [VALID["diagnostics"] | {"date": "31.12.2023"}]),), condensed=2023
        ),
        Case(
            "diagnostics", (csv_file("diagnostics", [VALID["diagnostics"] | {"date": "01.01.2024"}]),), condensed=2023
        ),
    ),
    "stray_municipality": Pair(
        _case("events", *_EVENTS, _EVENT | {"event_id": "30", "territory": "Лужский район"}),
        _case("events", *_EVENTS),
    ),
    "no_rows": _lines("passport_resources", _HEAD + "\n", f"{_HEAD}\n{_LINE}"),
    "already_loaded": Pair(
        Case("organizations", (csv_file("organizations", REGISTERS["organizations"]),)),
        _case("organizations", *reversed(REGISTERS["organizations"])),
    ),
    "older_file_again": Pair(
        Case("outcomes", (_OLD,), before=(_OLD, _NEW)),
        Case("outcomes", (_OLD,), before=(_NEW,)),
    ),
    "more_findings": Pair(
        _case("events", *({**_EVENT, "event_id": f"{number}", "date": "-"} for number in range(2001))),
        _case("events", *({**_EVENT, "event_id": f"{number}", "date": "-"} for number in range(2000))),
    ),
    "staff_jump": Pair(
        _case("passport_organizations", _STAFF | {"pedagogical_staff": "53"}),
        _case("passport_organizations", _STAFF | {"pedagogical_staff": "52"}),
    ),
    "teachers_above_staff": _cell("passport_organizations", "teachers", "41", "40"),
    "young_above_staff": _cell("passport_organizations", "young_specialists", "41", "40"),
    "spent_above_planned": _cell("passport_finance", "spent_rub", "1250000,51", "1250000,50"),
    "methodist_is_snils": _cell("methodists", "methodist_id", "112-233-445-96", "112-233-445-9"),
    "excluded_before_included": _cell("methodists", "excluded_on", "31.08.2022", "01.09.2022"),
    "until_before_since": _cell("registry", "until", "31.08.2023", "01.09.2023"),
    "active_to_before_from": _cell("programs", "active_to", "31.12.2021", "01.01.2022"),
    "deficit_against_score": _cell("diagnostics", "score", "80", "79,9"),
    "closed_before_created": _cell("routes", "closed_on", "28.02.2025", "01.03.2025"),
    "closed_without_date": _cell("routes", "closed_on", "", "30.06.2025"),
    "finished_before_started": _cell("training", "finished_on", "31.03.2025", "01.04.2025"),
    "attested_without_finish": Pair(
        _case("training", VALID["training"] | {"finished_on": ""}),
        _case("training", VALID["training"] | {"finished_on": "", "attestation_passed": ""}),
    ),
    "support_finished_before_started": _cell("young_support", "finished_on", "31.08.2024", "01.09.2024"),
}
# Two rows of the base are in the half-year that the warehouse knows.
CASES = {
    **CASES,
    "assigned_above_staff": Pair(
        _case("assignments", VALID["assignments"] | {"teachers_assigned": "41"}),
        _case("assignments", VALID["assignments"] | {"teachers_assigned": "40"}),
    ),
}

# Rules about a folder of files: names and contents.
FOLDERS: Mapping[str, tuple[Mapping[str, bytes], Mapping[str, bytes]]] = {
    "depends_on_rejected": (
        {
            "organizations.csv": csv_file("organizations", [VALID["organizations"] | {"kind": "лицей"}]),
            "outcomes.csv": _OLD,
        },
        {
            "programs.csv": csv_file("programs", [VALID["programs"] | {"kind": "лицей"}]),
            "outcomes.csv": _OLD,
        },
    ),
    "unknown_file": ({"сведения.csv": _OLD}, {"outcomes 2024.csv": _OLD}),
}
