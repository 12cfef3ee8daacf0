"""Цели: targets of a profile by indicator and year, a form to set them, their history."""

from html import escape

import polars as pl
import streamlit as st

from view.parts import blocks, downloads
from view.settings import target_blocks, target_form
from view.shell import filters, writing
from view.shell.chrome import close_page, open_page
from warehouse.access.rights import may
from warehouse.ledger import profiles
from warehouse.queries import target_list

page = open_page("targets")
writing.tell_outcome()
standing = page.ask(target_list.listing)
shown = target_blocks.of_profile(standing, page.scope.profile)
regions = target_blocks.own_regions(page)
may_set = may(page.actor, "set_targets") and profiles.changeable(page.scope.profile, regions)

st.html(target_blocks.headline(page, standing))
if shown.is_empty():
    st.html(
        '<p class="empty">Цель можно задать ниже.</p>' if may_set else '<p class="empty">Выберите другой профиль.</p>'
    )
else:
    if may_set:
        st.html('<p class="quiet small">Щелчок по цели открывает её изменение.</p>')
    st.html(target_blocks.table(page, shown, may_set))
    st.html(blocks.section("Документы") + target_blocks.documents(shown))
    downloads.offer(page, target_blocks.targets_table(shown, page), "Цели", f"цели_{page.scope.profile}", "targets")

chosen = st.query_params.get("target", "")
found = shown.filter(pl.col("target") == chosen)
present = found.row(0, named=True) if found.height and may_set else None
if may_set and writing.at_present(page):
    with st.container(key="target_card"):
        if present:
            st.html(blocks.section(f"Изменить цель на {present['year']} год", target_blocks.document_text(present)))
            target_form.draw_edit(page, standing, regions, present)
            target_form.draw_withdrawal(page, standing, present)
            if st.button("Не менять", key="close_target", type="tertiary"):
                filters.keep(page.kept)
                st.rerun()
        else:
            st.html(blocks.section("Новая цель", f"профиль «{profiles.name(page.scope.profile)}»"))
            target_form.draw_edit(page, standing, regions, None)
elif may(page.actor, "set_targets"):
    own = profiles.of_region(page.scope.region)
    if own:
        st.html(f'<p class="quiet">Свои цели задаются в профиле «{escape(own.name)}»: выберите его вверху.</p>')

st.html(blocks.section("История изменений", "все профили"))
changes = page.ask(target_list.events)
if changes.is_empty():
    st.html('<p class="empty">Цели ещё не менялись.</p>')
else:
    st.html(target_blocks.event_list(page, changes))
close_page(page, {"target": chosen if present else ""})
