"""One municipality as HTML: methodical infrastructure on three levels, and peers."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import polars as pl

from checks.russian import counted, date, number, plural
from view.parts.blocks import mark
from view.shell import links
from view.shell.page import OpenPage
from view.wording.figures import fraction_text, value_text
from warehouse.queries.analysis.peers import Size, nearest
from warehouse.store.row import Row

PEERS_RULE = (
    "Соседи по размеру: у них ближе всего число организаций и педагогических работников. Различия по двум "
    "признакам перемножаются, так что «вдвое больше школ» и «вдвое больше педагогов» весят одинаково."
)


def infrastructure(rows: pl.DataFrame, sent: Row | None) -> str:
    """Return the infrastructure on three levels: present or absent, with numbers.

    rows: `verdicts.territory_verdicts` of the municipality. sent: its passport of the half-year (with empty fields when
    not sent), None when the actor may not see it.
    """
    values = {row["code"]: row for row in rows.iter_rows(named=True)}
    return (
        '<dl class="levels">'
        f"<div><dt>Региональный уровень</dt>{_regional(values)}</div>"
        f"<div><dt>Муниципальный уровень</dt>{_municipal(sent)}</div>"
        f"<div><dt>Уровень организаций</dt>{_institutional(values)}</div></dl>"
    )


def _regional(values: Mapping[str, Row]) -> str:
    load = values.get("teachers_per_regional_methodist")
    if load is None or load["value"] is None:
        return _line(False, "За региональными методистами никто не закреплён")
    methodists = counted(int(load["denominator"]), "методист", "методиста", "методистов")
    teachers = counted(int(load["numerator"]), "педагог", "педагога", "педагогов")
    tied = plural(int(load["numerator"]), "закреплён", "закреплены", "закреплено")
    return _line(True, f"Региональный актив: {methodists}, {tied} {teachers}")


def _municipal(sent: Row | None) -> str:
    if sent is None:
        return '<dd class="quiet">Паспорт муниципалитета виден только ему самому, Комитету и ЦНППМ.</dd>'
    if sent["methodical_service"] is None:
        return '<dd class="quiet">Паспорт муниципалитета за это полугодие не прислан.</dd>'
    staff = sent["service_staff"]
    people = f": {counted(staff, 'сотрудник', 'сотрудника', 'сотрудников')}" if staff is not None else ""
    agreed = f" от {date(sent['agreement_on'])}" if sent["agreement_on"] else ""
    return "".join(
        (
            _line(sent["methodical_service"], f"Методическая служба{people if sent['methodical_service'] else ''}"),
            _line(sent["methodical_council"], "Методический совет"),
            _counted_line(sent["resource_centers"], "Ресурсные методические центры"),
            _counted_line(sent["methodical_associations"], "Методические объединения"),
            _line(sent["mutual_learning"], "Участие во взаимообучении служб"),
            _line(sent["roadmap_approved"], "Утверждённая дорожная карта"),
            _line(bool(agreed), f"Соглашение с ЦНППМ{agreed}"),
        )
    )


def _institutional(values: Mapping[str, Row]) -> str:
    services = values.get("methodical_services")
    if services is None or services["value"] is None:
        return '<dd class="quiet">Ни одна организация не прислала паспорт.</dd>'
    found, reporting = int(services["value"]), services["reporting"]
    return _line(found > 0, f"Методические службы (советы): в {number(found)} из {number(reporting)} отчитавшихся")


def _counted_line(count: int | None, name: str) -> str:
    if count is None:
        return f'<dd class="quiet">– {escape(name)}: нет данных</dd>'
    return _line(count > 0, f"{name}: {number(count)}")


def _line(present: bool, text: str) -> str:
    sign, spoken = ("✓", "есть") if present else ("✕", "нет")
    return (
        f'<dd class="{"present" if present else "absent"}"><span aria-hidden="true">{sign}</span> '
        f'<span class="spoken">{spoken}: </span>{escape(text)}</dd>'
    )


def peers(page: OpenPage, rows: pl.DataFrame, sizes: Mapping[str, Size], described: Row) -> str:
    """Return the municipality among those nearest in size, the best first.

    rows: `verdicts.indicator_verdicts`. sizes: organizations and staff by municipality. described: the indicator.
    """
    if page.municipality not in sizes:
        return '<p class="empty">Организаций муниципалитета в реестре нет, поэтому соседей по размеру у него нет.</p>'
    chosen = [page.municipality, *nearest(sizes, page.municipality)]
    lines = []
    better = -1 if described["better"] == "higher" else 1
    known = [row for row in rows.iter_rows(named=True) if row["municipality_id"] in chosen]
    known.sort(key=lambda row: (row["value"] is None, better * (row["value"] or 0), row["municipality"]))
    for row in known:
        code = row["municipality_id"]
        row = {**row, "unit": described["unit"], "decimals": described["decimals"]}
        name = escape(row["municipality"])
        if code != page.municipality:
            name = links.anchor("municipality", page.filters(municipality=code, indicator=described["code"]), name)
        organizations, staff = sizes.get(code, (0, 0))
        fraction = fraction_text(row) if row["denominator"] is not None else ""
        lines.append(
            f'<tr{" class=chosen" if code == page.municipality else ""}><th scope="row">{name}</th>'
            f'<td class="number">{mark(row["verdict"])} {value_text(row)}</td><td class="number">{fraction}</td>'
            f'<td class="number">{number(organizations)}</td><td class="number">{number(staff)}</td></tr>'
        )
    return (
        '<div class="table peers" tabindex="0" role="region" aria-label="Соседи по размеру"><table><thead><tr>'
        '<th scope="col">Муниципалитет</th><th scope="col" class="number">Значение</th>'
        '<th scope="col" class="number">Числитель / знаменатель</th><th scope="col" class="number">Организаций</th>'
        f'<th scope="col" class="number">Педагогов</th></tr></thead><tbody>{"".join(lines)}</tbody></table></div>'
    )
