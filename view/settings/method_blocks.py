"""The method as HTML: indicators, terms, forms and checks as the program defines them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import polars as pl
import streamlit as st

from checks.catalogue import contracts
from checks.contract import KIND_NAMES, Column, Contract
from checks.findings import SEVERITY_NAMES
from checks.rules import RULES, Rule
from checks.russian import NBSP, capital, counted, number
from checks.text import fold
from view.parts import blocks
from view.settings import target_blocks
from view.settings.method_terms import RULES as JUDGEMENT
from view.settings.method_terms import TERMS
from view.shell import links
from view.shell.page import OpenPage
from view.wording import regulations
from view.wording.figures import finished
from warehouse.build.quality_checks import Check
from warehouse.ledger import profiles
from warehouse.store.row import Row

LEVELS = target_blocks.LEVELS
NO_TARGET = "Цель ещё не задана ни одним документом; задать свою можно на странице «Цели»."

_SCROLLER = """
export default function ({ data }) {
  if (!data || !data.target || window.rsnmsMethodShown === data.target) return;
  let tries = 40;
  const show = () => {
    const found = document.getElementById(data.target);
    if (found) { window.rsnmsMethodShown = data.target; found.scrollIntoView({ block: 'start' }); }
    else if (tries-- > 0) setTimeout(show, 50);
  };
  show();
  return () => { window.rsnmsMethodShown = undefined; };
}
"""
_scroll = st.components.v2.component("method_scroll", js=_SCROLLER, isolate_styles=False)


def anchor_of(indicator: str) -> str:
    """Return the HTML identifier of an indicator's entry."""
    return f"indicator-{indicator}"


def scroll_to(indicator: str) -> None:
    """Scroll the page to the entry of an indicator, once."""
    with st.container(key="page_links_method"):
        _scroll(key="method_scroller", data={"target": anchor_of(indicator)})


def matches(wanted: str, *texts: str | None) -> bool:
    """Return whether every word of a search occurs in the texts, compared by `fold`."""
    searched = fold(" ".join(text or "" for text in texts))
    return all(word in searched for word in fold(wanted).split())


def headline(page: OpenPage, standing: pl.DataFrame) -> str:
    """Return the headline: the number of indicators, and of those with a target."""
    every = page.indicators.height
    with_target = standing.filter(pl.col("indicator").is_in(page.indicators.get_column("code").to_list()))
    have = with_target.get_column("indicator").n_unique()
    whole = counted(every, "показатель", "показателя", "показателей")
    finding = (
        f"{whole}: у {number(have)} есть цель, у {number(every - have)} её не задаёт ни один документ."
        if have < every
        else f"{whole}, и у каждого есть цель."
    )
    return blocks.headline(
        finding,
        "Методика собрана из файлов показателей, описаний форм, целей и проверок, по которым работает программа: "
        "второго текста, который мог бы разойтись с расчётом, нет.",
    )


def part_links(parts: Iterable[tuple[str, str]]) -> str:
    """Return links to the parts of the page."""
    items = "".join(f'<a href="#{anchor}">{escape(title)}</a>' for anchor, title in parts)
    return f'<nav class="method-parts" aria-label="Части методики">{items}</nav>'


def part_heading(anchor: str, title: str, note: str = "") -> str:
    """Return the heading of a part."""
    aside = f"<span>{escape(note)}</span>" if note else ""
    return f'<h2 class="section" id="{anchor}">{escape(title)}{aside}</h2>'


def indicator_entry(page: OpenPage, row: Row, standing: pl.DataFrame, chosen: bool) -> str:
    """Return the entry of an indicator: formula, sources, levels, targets, note."""
    better = "больше" if row["better"] == "higher" else "меньше"
    facts = [
        (
            "Измеряется",
            f"в {row['unit']}, лучше {better}; {', '.join(LEVELS[level] for level in row['levels'].split())}",
        ),
        ("Основание", regulations.sources(row["sources"])),
    ]
    if row["base_year"]:
        facts.append(("Нарастающий итог", f"с 1 января {row['base_year']} года"))
    pairs = "".join(f"<dt>{name}</dt><dd>{escape(str(value))}</dd>" for name, value in facts)
    note = f'<p class="method-note">{escape(row["note"])}</p>' if row["note"] else ""
    values = links.anchor("indicator", page.filters(indicator=row["code"]), "значения", css="plain-link")
    code = row["code"]
    return (
        f'<article class="method-entry{" chosen" if chosen else ""}" id="{anchor_of(code)}">'
        f"<h3>{escape(row['title'])}</h3>"
        f'<p class="quiet small">{escape(row["theme"])} · <code>{escape(code)}</code> · {values}</p>'
        f'{formula(row)}<dl class="method">{pairs}<dt>Цели</dt><dd>{targets_in_force(row, standing)}</dd></dl>{note}'
        "</article>"
    )


def formula(row: Row) -> str:
    """Return the formula as a fraction in words, or what is counted."""
    name = f'<span class="formula-name">{escape(row["short"])} =</span>'
    if not row["denominator"] or row["kind"] == "count":
        return f'<div class="formula">{name}<span>{escape(row["numerator"])}</span></div>'
    hundred = f'<span class="formula-times">× 100{NBSP}%</span>' if row["kind"] == "share" else ""
    return (
        f'<div class="formula">{name}<span class="fraction-words"><span>{escape(row["numerator"])}</span>'
        f'<span class="spoken">делить на</span><span>{escape(row["denominator"])}</span></span>{hundred}</div>'
    )


def targets_in_force(row: Row, standing: pl.DataFrame) -> str:
    """Return the targets by profile and document, or why there is none."""
    own = standing.filter(pl.col("indicator") == row["code"]).sort("profile", "year")
    if own.is_empty():
        return escape(row["no_target"] or NO_TARGET)
    lines = []
    for (profile,), members in own.group_by("profile", maintain_order=True):
        for (document,), same in members.with_columns(
            pl.struct("document", "clause", "valid_from", "valid_to")
            .map_elements(target_blocks.document_text, return_dtype=pl.String)
            .alias("written")
        ).group_by("written", maintain_order=True):
            values = ", ".join(
                f"{target['year']}{NBSP}год — {target_blocks.value_text(target, row['unit'])}"
                for target in same.iter_rows(named=True)
            )
            lines.append(
                f"<li><b>{escape(profiles.name(str(profile)))}:</b> {finished(values)} "
                f'<span class="quiet">{escape(str(document))}</span></li>'
            )
    return f'<ul class="method-targets">{"".join(lines)}</ul>'


def terms(pairs: Sequence[tuple[str, str]]) -> str:
    """Return terms and their meanings as an HTML list. pairs: term, meaning."""
    items = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in pairs)
    return f'<dl class="method terms">{items}</dl>'


def competencies(rows: pl.DataFrame) -> str:
    """Return the competencies with their codes."""
    items = "".join(
        f"<li><code>{escape(row['competency'])}</code> {escape(row['name'])}</li>" for row in rows.iter_rows(named=True)
    )
    return f'<ul class="method-list">{items}</ul>'


def form_entry(contract: Contract, opened: bool) -> str:
    """Return the entry of a form: grain, key, columns with accepted values."""
    key = ", ".join(contract.columns[code].header for code in contract.key)
    lines = "".join(
        f'<tr><th scope="row">{escape(column.header)}<span class="fraction">{escape(column.code)}</span></th>'
        f"<td>{'да' if column.required else ''}</td><td>{escape(accepted(column))}</td>"
        f"<td>{escape(column.description)}</td></tr>"
        for column in contract.columns.values()
    )
    return (
        f'<details class="passport-table" id="form-{contract.code}"{" open" if opened else ""}><summary>'
        f"{escape(contract.title)} <span>{escape(contract.group)} · <code>{contract.code}</code></span></summary>"
        f'<p class="quiet small">{escape(capital(contract.grain))}. Ключ строки: {escape(key)}.</p>'
        '<div class="table method-form" tabindex="0" role="region" aria-label="Колонки формы"><table><thead><tr>'
        '<th scope="col">Колонка</th><th scope="col">Обязательна</th><th scope="col">Что вписывать</th>'
        f'<th scope="col">Пояснение</th></tr></thead><tbody>{lines}</tbody></table></div></details>'
    )


def accepted(column: Column) -> str:
    """Return what a column accepts: type, bounds, list of values, referenced form."""
    said = [KIND_NAMES[column.kind]]
    if column.options:
        said.append(f"одно из: {', '.join(column.options)}" if column.kind == "choice" else ", ".join(column.options))
    if column.kind in {"integer", "decimal"}:
        if column.minimum is not None and column.maximum is not None:
            said.append(f"от {column.minimum:g} до {column.maximum:g}")
        elif column.minimum is not None:
            said.append(f"не меньше {column.minimum:g}")
    if column.past:
        said.append("не позже сегодняшнего дня")
    if column.default is not None:
        said.append(f"пусто — {'да' if column.default else 'нет'}")
    if column.references:
        said.append(f"есть в форме «{contracts()[column.references].title}»")
    return "; ".join(said)


def rules_table(rules: Iterable[Rule]) -> str:
    """Return the rules of files: severity, and why the rule exists."""
    lines = "".join(
        f'<tr><th scope="row"><code>«{escape(rule.code)}»</code></th>'
        f"<td>{escape(capital(SEVERITY_NAMES[rule.severity]))}</td><td>{escape(rule.why)}</td></tr>"
        for rule in rules
    )
    return (
        '<div class="table method-form" tabindex="0" role="region" aria-label="Правила файлов"><table><thead><tr>'
        '<th scope="col">Правило</th><th scope="col">Что это</th><th scope="col">Зачем</th></tr></thead>'
        f"<tbody>{lines}</tbody></table></div>"
    )


def checks_table(checks: Iterable[Check]) -> str:
    """Return the checks across forms: severity, forms, why, what to do."""
    known = contracts()
    lines = "".join(
        f'<tr><th scope="row">{escape(check.title)}</th><td>{escape(capital(SEVERITY_NAMES[check.severity]))}</td>'
        f"<td>{escape('; '.join(known[code].title for code in check.datasets))}</td>"
        f"<td>{escape(check.why)}</td><td>{escape(check.advice)}</td></tr>"
        for check in checks
    )
    return (
        '<div class="table method-form" tabindex="0" role="region" aria-label="Проверки между формами"><table><thead>'
        '<tr><th scope="col">Проверка</th><th scope="col">Что это</th><th scope="col">Формы</th>'
        f'<th scope="col">Почему</th><th scope="col">Что делать</th></tr></thead><tbody>{lines}</tbody></table></div>'
    )


def found_indicators(indicators: pl.DataFrame, wanted: str, theme: str, always: str) -> list[Row]:
    """Return the indicators of a theme (all when empty) that match a search.

    always: code of the indicator that is returned in any case.
    """
    return [
        row
        for row in indicators.iter_rows(named=True)
        if row["code"] == always
        or (
            theme in ("", row["theme"])
            and matches(
                wanted, row["title"], row["short"], row["code"], row["theme"], row["numerator"], row["denominator"],
                row["note"], regulations.sources(row["sources"]),
            )
        )
    ]  # fmt: skip


def found_terms(wanted: str) -> list[tuple[str, str]]:
    """Return terms and rules of judgement that match a search."""
    return [pair for pair in (*TERMS, *JUDGEMENT) if matches(wanted, *pair)]


def found_forms(wanted: str) -> list[Contract]:
    """Return the forms that match a search by themselves or by a column."""
    return [
        contract
        for contract in contracts().values()
        if matches(
            wanted, contract.title, contract.code, contract.grain,
            *(f"{column.header} {column.code} {column.description}" for column in contract.columns.values()),
        )
    ]  # fmt: skip


def found_rules(wanted: str) -> list[Rule]:
    """Return the rules of files that match a search."""
    return [rule for rule in RULES.values() if matches(wanted, rule.code, rule.why, SEVERITY_NAMES[rule.severity])]


def found_checks(checks: Iterable[Check], wanted: str) -> list[Check]:
    """Return the checks across forms that match a search."""
    return [check for check in checks if matches(wanted, check.title, check.why, check.advice)]
