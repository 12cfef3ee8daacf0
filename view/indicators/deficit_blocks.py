"""Deficits as HTML, SVG and tables: heat map by municipality, programmes by deficit."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import polars as pl

from checks.russian import NBSP, agreed, counted, number, percent, plural
from view.shell import links
from view.shell.page import OpenPage, ordered
from view.wording.figures import GROUP, HIDDEN
from view.wording.theme import colour
from warehouse.queries.deficits import EVERY
from warehouse.store.row import Row

FEW = 10
"""Fewest people assessed for a competency to be named in the headline, when others have more."""
SHADES = 5
SHADE_MIX = (6, 20, 38, 60, 88)
"""Percentage of the accent colour in each shade."""
METHOD = (
    "Дефицит считается по последнему измерению человека по компетенции с 1 января по последний день полугодия; "
    "знаменатель — люди, у которых эта компетенция проверена. Обучен — кто после этого измерения начал и до конца "
    "полугодия завершил программу по этой компетенции; остальные ждут. Человек считается один раз в каждой "
    "территории. Программа отвечает на дефицит, если развивает эту компетенцию и реализуется в этом году."
)


def headline(rows: pl.DataFrame, every: Row | None, territory: str) -> tuple[str, str]:
    """Return headline and detail: the most frequent deficit, people waiting for training.

    rows: competencies of one territory. every: its row over all competencies. territory: its name.
    """
    if every is None or not every["assessed"]:
        return f"{territory}: за этот период диагностики нет.", ""
    known = rows.filter(pl.col("share").is_not_null()).sort("share", descending=True)
    if known.is_empty():
        return f"{territory}: показатели скрыты — {GROUP}.", ""
    solid = known.filter(pl.col("assessed") >= FEW)
    worst = (solid if solid.height else known).row(0, named=True)
    first = (
        f"{territory}: чаще всего дефицит — {quoted(worst['name'])}, у{NBSP}{percent(worst['share'], 0)} проверенных "
        f"({number(worst['with_deficit'])} из{NBSP}{number(worst['assessed'])})"
    )
    if not worst["programs"]:
        first += ", и ни одна программа на него не отвечает"
    parts = []
    if every["waiting"] is not None and every["with_deficit"]:
        parts.append(
            f"Обучения по своему дефициту "
            f"{agreed(every['waiting'], 'ждёт, ждут, ждут', 'человек, человека, человек')} "
            f"из{NBSP}{number(every['with_deficit'])} с дефицитом."
        )
    unanswered = rows.filter(pl.col("programs") == 0)
    alone = unanswered.filter(pl.col("with_deficit") > 0)
    if every["without_program"] and alone.height:
        parts.append(
            f"Без программы — {counted(alone.height, 'дефицит', 'дефицита', 'дефицитов')}: из-за "
            f"{plural(alone.height, 'него', 'них', 'них')} "
            f"{plural(every['without_program'], 'ждёт', 'ждут', 'ждут')} "
            f"{counted(every['without_program'], 'человек', 'человека', 'человек')}."
        )
    elif unanswered.filter(pl.col("with_deficit").fill_null(1) > 0).is_empty():
        parts.append("Программы есть по каждому выявленному дефициту.")
    return f"{first}.", " ".join(parts)


def beside_cascade(steps: pl.DataFrame, every: Row | None) -> str:
    """Return why cascade and headline differ in people with a deficit; empty if they do not."""
    found = steps.filter(pl.col("step") == "deficit").get_column("people").to_list() if steps.height else []
    if every is None or every["with_deficit"] is None or not found or found[0] in (None, every["with_deficit"]):
        return ""
    return (
        f"В каскаде с дефицитом {number(found[0])}, а не {number(every['with_deficit'])}: он считает только "
        "отчитавшиеся организации и любой дефицит с начала года, а не последнее измерение."
    )


def quoted(name: str) -> str:
    """Return the name of a competency in quotation marks."""
    return f"«{name}»"


def steps_of(rows: pl.DataFrame) -> list[tuple[float, float]]:
    """Return the bounds of the shades: equal multiples of 5 from 0 to the largest share."""
    shares = rows.get_column("share").drop_nulls().to_list()
    width = max(5.0, -(-max(shares, default=0.0) // (5.0 * SHADES)) * 5.0)
    return [(width * shade, width * (shade + 1)) for shade in range(SHADES)]


def shade_of(share: float, steps: list[tuple[float, float]]) -> int:
    """Return the shade of a share; a share at a bound has the darker one."""
    return min(SHADES - 1, int(share // steps[0][1]))


def heat_map(page: OpenPage, rows: pl.DataFrame) -> str:
    """Return the heat map as an HTML table. rows: `warehouse.queries.deficits.deficits`.

    Competencies with the largest regional share come first; the region is the first row, then municipalities with most
    people waiting.
    """
    columns = _columns(rows)
    cells = {(row["territory_id"], row["competency"]): row for row in rows.iter_rows(named=True)}
    steps = steps_of(rows.filter(pl.col("competency") != EVERY))
    head = "".join(
        f'<th scope="col"><button data-sort="falling"><span>{escape(name[:1].upper() + name[1:])}</span></button></th>'
        for _, name in columns
    )
    municipal = rows.filter((pl.col("level") == "M") & (pl.col("competency") == EVERY))
    order = ordered(municipal, "municipality").sort("waiting", descending=True, nulls_last=True, maintain_order=True)
    lines = [_line(page, cells, page.scope.region, "Область", "", columns, steps)]
    for row in order.iter_rows(named=True):
        code, name = row["territory_id"], row["municipality"]
        lines.append(_line(page, cells, code, name, name, columns, steps))
    return (
        '<div class="matrix heat" tabindex="0" role="region" aria-label="Доли дефицитов по муниципалитетам и '
        'компетенциям"><table><thead><tr><th scope="col"><button data-sort="rising"><span>Муниципалитет</span></button>'
        '</th><th scope="col" title="Сколько человек с дефицитом ещё не обучены"><button data-sort="falling">'
        f"<span>Ждут обучения, чел.</span></button></th>{head}</tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _columns(rows: pl.DataFrame) -> list[tuple[str, str]]:
    region = rows.filter((pl.col("level") == "R") & (pl.col("competency") != EVERY))
    ranked = region.sort("share", "position", descending=[True, False], nulls_last=True)
    return list(ranked.select("competency", "name").iter_rows())


def _line(
    page: OpenPage,
    cells: Mapping[tuple[str, str], Row],
    territory: str,
    name: str,
    sort_name: str,
    columns: list[tuple[str, str]],
    steps: list[tuple[float, float]],
) -> str:
    region = territory == page.scope.region
    every = cells[territory, EVERY]
    known = every["waiting"] is not None
    waiting, worth = (number(every["waiting"]), every["waiting"]) if known else ("·", "")
    if every["assessed"] == 0:
        waiting, worth = "–", ""
    classes = " ".join(part for part, wanted in (("pinned", region), ("chosen", territory == page.territory)) if wanted)
    link = links.anchor("deficits", page.filters(territory=territory), escape(name))
    return (
        f'<tr{" data-pinned=1" if region else ""} class="{classes}"><th scope="row" data-value="{escape(sort_name)}">'
        f'{link}</th><td class="total" data-value="{worth}">{waiting}</td>'
        f"{''.join(_cell(cells[territory, code], steps) for code, _ in columns)}</tr>"
    )


def _cell(row: Row, steps: list[tuple[float, float]]) -> str:
    if row["hidden"]:
        return f'<td class="veiled" title="{HIDDEN}" data-value=""><span aria-label="{HIDDEN}">·</span></td>'
    if row["share"] is None:
        return '<td data-value="" title="Не проверялась"><span aria-label="не проверялась">–</span></td>'
    shade = shade_of(row["share"], steps)
    territory = row["municipality_full"] or "Область"
    part = f"{number(row['with_deficit'])} из {number(row['assessed'])} проверенных"
    words = f"{territory}, {quoted(row['name'])}: дефицит у {part}"
    if row["waiting"] is not None:
        words += f"; обучены {number(row['trained'])}, ждут {number(row['waiting'])}"
    return (
        f'<td class="shade-{shade}" data-value="{row["share"]}" title="{escape(words)}">'
        f"<span>{number(row['share'])}</span></td>"
    )


def heat_key(rows: pl.DataFrame) -> str:
    """Return the legend of the heat map."""
    steps = steps_of(rows.filter(pl.col("competency") != EVERY))
    items = "".join(
        f'<span class="key"><i class="swatch shade-{shade}"></i>{number(low)}–{number(high)}{NBSP}%</span>'
        for shade, (low, high) in enumerate(steps)
    )
    hidden = f'<span class="key"><i class="swatch veiled">·</i>{HIDDEN}</span>' if rows.filter("hidden").height else ""
    return f'<div class="legend">Доля людей с дефицитом среди проверенных: {items}{hidden}</div>'


CELL_WIDTH, CELL_HEIGHT, NAMES_WIDTH, HEAD_HEIGHT = 58, 26, 190, 190


def picture(rows: pl.DataFrame, title: str) -> bytes:
    """Return the heat map as an SVG file in light colours."""
    columns = _columns(rows)
    steps = steps_of(rows.filter(pl.col("competency") != EVERY))
    cells = {(row["territory_id"], row["competency"]): row for row in rows.iter_rows(named=True)}
    totals = rows.filter(pl.col("competency") == EVERY)
    region = totals.filter(pl.col("level") == "R")
    names = [(row["territory_id"], "Область") for row in region.iter_rows(named=True)]
    rest = ordered(totals.filter(pl.col("level") == "M"), "municipality")
    names += list(rest.select("territory_id", "municipality").iter_rows())
    width = NAMES_WIDTH + CELL_WIDTH * len(columns) + 12
    height = HEAD_HEIGHT + CELL_HEIGHT * len(names) + 12
    ink, accent = colour("ink", dark=False), colour("accent", dark=False)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="Segoe UI, Liberation Sans, Arial, sans-serif" font-size="13" fill="{ink}">'
        f'<rect width="100%" height="100%" fill="#ffffff"/>'
        f'<text x="8" y="24" font-size="17" font-weight="700">{escape(title)}</text>'
    ]
    for column, (_, name) in enumerate(columns):
        x = NAMES_WIDTH + CELL_WIDTH * column + CELL_WIDTH / 2
        parts.append(
            f'<text transform="translate({x},{HEAD_HEIGHT - 8}) rotate(-50)" font-size="12">{escape(_shortened(name))}'
            "</text>"
        )
    for line, (territory, name) in enumerate(names):
        y = HEAD_HEIGHT + CELL_HEIGHT * line
        parts.append(f'<text x="8" y="{y + 18}">{escape(name)}</text>')
        for column, (code, _) in enumerate(columns):
            row = cells[territory, code]
            x = NAMES_WIDTH + CELL_WIDTH * column
            known = row["share"] is not None
            shade = shade_of(row["share"], steps) if known else 0
            mix = SHADE_MIX[shade] / 100 if known else 0
            text = number(row["share"]) if known else ("·" if row["hidden"] else "–")
            parts.append(
                f'<rect x="{x}" y="{y}" width="{CELL_WIDTH - 2}" height="{CELL_HEIGHT - 2}" rx="3" fill="{accent}" '
                f'fill-opacity="{mix}"/><text x="{x + CELL_WIDTH / 2 - 1}" y="{y + 17}" text-anchor="middle" '
                f'fill="{"#ffffff" if shade > 3 else ink}">{text}</text>'
            )
    return ("".join(parts) + "</svg>").encode()


def _shortened(name: str, longest: int = 26) -> str:
    return name if len(name) <= longest else f"{name[: longest - 1]}…"


def answers(rows: pl.DataFrame) -> str:
    """Return the deficits of one territory with people trained, people waiting and programmes."""
    if rows.filter(pl.col("assessed").fill_null(1) > 0).is_empty():
        return '<p class="empty">Диагностики за период нет — о дефицитах судить нельзя.</p>'
    with_people = rows.filter(pl.col("competency") != EVERY, pl.col("with_deficit") != 0)
    if with_people.is_empty() and not rows.filter("hidden").height:
        return '<p class="empty">Дефицитов нет: обучать по результатам диагностики некого.</p>'
    order = rows.filter((pl.col("competency") != EVERY) & (pl.col("with_deficit").fill_null(1) > 0)).with_columns(
        (pl.col("programs") == 0).alias("alone")
    )
    order = order.sort("alone", "waiting", "position", descending=[True, True, False], nulls_last=True)
    most = max(order.get_column("with_deficit").drop_nulls().to_list(), default=1) or 1
    return f'<ol class="answers">{"".join(_answer(row, most) for row in order.iter_rows(named=True))}</ol>'


def _answer(row: Row, most: int) -> str:
    name = escape(row["name"][:1].upper() + row["name"][1:])
    programs = (
        counted(row["programs"], "программа", "программы", "программ")
        if row["programs"]
        else '<b class="no-program">✕ программ нет</b>'
    )
    if row["with_deficit"] is None:
        return f'<li><span class="answer-name">{name}</span><span class="answer-note">{HIDDEN}; {programs}</span></li>'
    if row["waiting"] is None:
        detail = f"с дефицитом {number(row['with_deficit'])}; число обученных или ждущих {HIDDEN}"
        bars = f'<i class="answer-waiting" style="width:{100 * row["with_deficit"] / most:.1f}%"></i>'
        count = ""
    else:
        verb = plural(row["trained"], "обучен", "обучены", "обучены")
        detail = f"{verb} {number(row['trained'])} из{NBSP}{number(row['with_deficit'])}"
        bars = (
            f'<i class="answer-trained" style="width:{100 * row["trained"] / most:.1f}%"></i>'
            f'<i class="answer-waiting" style="width:{100 * row["waiting"] / most:.1f}%"></i>'
        )
        verb = plural(row["waiting"], "ждёт", "ждут", "ждут")
        count = f"{verb} {number(row['waiting'])}" if row["waiting"] else "все обучены"
    return (
        f'<li><span class="answer-name">{name}</span><span class="answer-count">{count}</span>'
        f'<span class="answer-bar">{bars}</span><span class="answer-note">{detail} · {programs}</span></li>'
    )


def answers_key() -> str:
    """Return the legend of `answers`."""
    return (
        '<div class="legend"><span class="key"><i class="swatch answer-trained"></i>обучены по своему дефициту</span>'
        '<span class="key"><i class="swatch answer-waiting"></i>ждут обучения</span></div>'
    )


def deficits_table(rows: pl.DataFrame, region: str) -> pl.DataFrame:
    """Return the deficits as a table for a file, one row per territory × competency."""
    note = pl.when(pl.col("hidden") | pl.col("training_hidden")).then(pl.lit(HIDDEN)).otherwise(pl.lit(""))
    return rows.select(
        pl.col("municipality_full").fill_null(region).alias("Территория"),
        pl.col("name").alias("Компетенция"),
        pl.col("assessed").alias("Проверены"),
        pl.col("with_deficit").alias("С дефицитом"),
        pl.col("share").alias("Доля, %"),
        pl.col("trained").alias("Обучены"),
        pl.col("waiting").alias("Ждут"),
        pl.col("programs").alias("Программ"),
        pl.col("without_program").alias("Ждут, программ нет"),
        note.alias("Примечание"),
    )


def programs_table(rows: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    """Return the programmes as a table. names: of competencies by code."""
    words = pl.col("competencies").map_elements(
        lambda codes: ", ".join(names.get(code.strip(), code.strip()) for code in codes.split(",")),
        return_dtype=pl.String,
    )
    table = rows.select(
        pl.col("title").alias("Программа"),
        words.alias("Компетенции"),
        pl.col("matched").alias("Обучены по дефициту"),
        pl.col("trained").alias("Обучены всего"),
        pl.col("hours").alias("Часы"),
        pl.col("registered").alias("Федеральный реестр"),
        pl.col("developer").alias("Разработчик"),
        pl.when("hidden").then(pl.lit(HIDDEN)).otherwise(pl.lit("")).alias("Примечание"),
    )
    return table if rows["hidden"].any() else table.drop("Примечание")
