"""Методисты: workload, teachers without a methodist, methodists lacking, what-if."""

from html import escape

import polars as pl
import streamlit as st

from view.indicators import comparison
from view.methodists import active_meetings, loads, plan_inputs, plan_outcome, requirements, staffing
from view.parts import blocks, charts, downloads, tables
from view.shell import links
from view.shell.chrome import close_page, open_page
from view.shell.page import ONLY_OWN
from warehouse.access.rights import may
from warehouse.queries import methodists, verdicts
from warehouse.queries.analysis import need

page = open_page("methodists", subject="territory")
scope = page.scope
limit = page.ask(methodists.limit, scope)
rows = page.ask(methodists.needs, scope, limit.value) if limit else page.ask(methodists.staffing, scope)
here = rows.row(by_predicate=pl.col("territory_id") == page.territory, named=True)
region_rows = {row["code"]: row for row in page.ask(verdicts.territory_verdicts, scope, "R", scope.region).to_dicts()}
indicator, region_row = page.described(methodists.LOAD), region_rows[methodists.LOAD]
loads_judged = page.ask(verdicts.indicator_verdicts, scope, methodists.LOAD)
people = page.ask(methodists.methodists, scope)
if not page.whole_region:
    people = people.filter(
        (pl.col("municipality_id") == page.territory) | pl.col("working").list.contains(page.territory)
    )
plan: dict[str, str] = {}

sees_others = may(page.actor, "view_passport")
together = limit and page.whole_region and sees_others
separately = int(rows.filter(pl.col("level") == "M").get_column("lacking").sum()) if together else 0
st.html(
    blocks.headline(
        staffing.finding(here, limit, page.territory_name),
        staffing.detail(here, limit, separately) if here["methodists"] else "",
    )
)
if not here["assigned"]:
    upload = links.anchor("upload", {}, "загрузите формы «Методисты» и «Закрепление педагогов»", css="inline")
    st.html(f'<p class="empty">Чтобы увидеть нагрузку, {upload} или выберите другой период.</p>')
else:
    st.html(blocks.facts(staffing.facts(here, limit)))
    left, right = st.columns(2)
    with left, st.container(key="loads_card"):
        whose = page.territory_name if sees_others or not page.whole_region else "только ваши методисты"
        st.html(blocks.section("Нагрузка методистов", f"{whose}; во всех муниципалитетах вместе"))
        if people.height:
            charts.draw(
                loads.ladder(people, limit, charts.is_dark()),
                key=f"ladder_{page.territory}_{scope.year}_{scope.half}_{scope.profile}",
                file_name=f"нагрузка_методистов_{scope.year}-{scope.half}",
                alt=staffing.finding(here, limit, page.territory_name),
            )
            table = loads.people_table(people)
            with st.expander(f"Список: {len(people)}"):
                st.html(tables.show(table))
                downloads.offer(page, table, "Методисты", "методисты_список", "people", people=page.territory)
        elif limit and page.whole_region:
            charts.draw(
                loads.bands(page.ask(methodists.load_bands, scope, limit.value), limit, charts.is_dark()),
                key=f"bands_{scope.year}_{scope.half}_{scope.profile}",
                file_name=f"нагрузка_методистов_{scope.year}-{scope.half}",
                alt=staffing.finding(here, limit, page.territory_name),
            )
            st.html('<p class="quiet small">По оси — педагоги на методиста, над столбцом — сколько методистов.</p>')
        else:
            st.html('<p class="empty">Нагрузка отдельных методистов видна только своему муниципалитету и ЦНППМ.</p>')
    with right, st.container(key="ranking_card"):
        st.html(blocks.section("Педагогов на методиста", "щелчок по полосе открывает муниципалитет здесь"))
        clicked = charts.draw(
            charts.ranking(
                comparison.with_ranks(loads_judged, {}, indicator["kind"]),
                indicator,
                region_row["value"],
                charts.is_dark(),
            ),
            key=f"methodists_ranking_{scope.year}_{scope.half}_{scope.profile}",
            file_name=f"педагогов_на_методиста_{scope.year}-{scope.half}",
            alt="Педагогов на одного регионального методиста по муниципалитетам",
            clickable=True,
        )
        if clicked:
            links.go("methodists", page.filters(territory=clicked[0]["customdata"][0]))
        st.html(blocks.legend(loads_judged))

    if limit:
        with st.container(key="plan_card"):
            st.html(blocks.section("Что если добавить или перевести методистов"))
            whole, municipalities = plan_outcome.staffing_of(rows)
            lacking = rows.row(by_predicate=pl.col("level") == "R", named=True)["lacking"]
            st.html(f'<p class="quiet">{plan_outcome.two_needs(municipalities, limit, lacking)}</p>')
            names = dict(page.municipalities.select("municipality_id", "short_name").iter_rows())
            plan_inputs.follow_address(municipalities)
            with st.container(horizontal=True, vertical_alignment="center"):
                cover_all = bool(st.session_state.get(plan_inputs.COVER))
                for label, move in (("Добавить до лимита", False), ("Сначала перевести", True)):
                    proposed = need.proposal(municipalities, limit.fraction, move, cover_all)
                    st.button(label, key=f"propose_{move}", on_click=plan_inputs.take, args=(proposed,))
                st.button("Сбросить", key="plan_reset", type="tertiary", on_click=plan_inputs.take, args=({}, False))
            asked, cover = plan_inputs.choose(municipalities, names)
            plan = plan_inputs.written(asked, cover)
            if plan:
                after = need.rehearse(municipalities, asked, cover)
                changed = need.whole(whole, municipalities, after)
                st.html(f'<p class="finding plan-finding">{plan_outcome.rehearsed(municipalities, after, limit)}</p>')
                lines = plan_outcome.plan_table(
                    page, [whole, *municipalities], [changed, *after], limit, page.region["name"]
                )
                st.html(plan_outcome.plan_html(lines))
                downloads.offer(page, plan_outcome.plan_file(lines), "Что если", "методисты_что_если", "plan")
            else:
                st.html(
                    '<p class="empty">Выберите муниципалитеты или возьмите готовое предложение: '
                    "оно приведёт к лимиту каждый муниципалитет.</p>"
                )
            st.html(f'<p class="quiet small">{plan_outcome.WHAT_IF_METHOD}</p>')

    st.html(blocks.section("Муниципалитеты", "сначала те, где не хватает больше методистов" if limit else ""))
    table = staffing.needs_table(rows, loads_judged, {**region_row, "territory": scope.region}, page.region["name"])
    st.html(tables.show(table, indicator["decimals"]))
    if not sees_others:
        st.html(f'<p class="quiet small">{ONLY_OWN}</p>')
    with st.container(horizontal=True, vertical_alignment="bottom"):
        downloads.offer(page, table, "Методисты по муниципалитетам", "методисты", "needs")
        downloads.choose_picture_format()

left, right = st.columns(2)
with left, st.container(key="requirements_card"):
    demands = page.ask(methodists.requirements, scope, page.territory)
    st.html(blocks.section(requirements.requirements_finding(demands), f"{page.territory_name}; Положение о РМА"))
    st.html(requirements.requirements(demands))
with right, st.container(key="meetings_card"):
    meetings = region_rows.get(methodists.MEETINGS)
    st.html(blocks.section(active_meetings.quarters_finding(meetings), f"{scope.year} год, вся область"))
    held = page.ask(methodists.meetings, scope)
    if held.is_empty():
        st.html('<p class="empty">Регион не присылал мероприятий: загрузите форму «Мероприятия».</p>')
    else:
        st.html(active_meetings.quarters(held))
        st.html(blocks.chip(meetings["verdict"]) if meetings else "")
with st.container(key="methodist_method_card"):
    st.html(blocks.section("Как считается"))
    st.html(f'<p class="quiet small">{staffing.METHOD}</p>')
    if limit:
        st.html(f'<p class="quiet small">Лимит: {escape(limit.document)}.</p>')
close_page(page, plan)
