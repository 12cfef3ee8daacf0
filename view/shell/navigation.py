"""The pages of the program, in the order of its menu."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st
from streamlit.navigation.page import Page

from view.shell.links import HOME
from warehouse.access.rights import Actor, may

PRODUCT = "РС НМС: мониторинг"


@dataclass(frozen=True)
class Entry:
    """A page of the menu.

    name: file name without its ending. title: Russian. section: of the menu. visible: whether the menu shows it.

    No icon: Streamlit would make it the tab's icon and fetch it from outside.
    """

    name: str
    title: str
    section: str
    visible: bool = True


ENTRIES = (
    Entry("overview", "Обзор", "Показатели"),
    Entry("indicator", "Показатель", "Показатели"),
    Entry("municipality", "Муниципалитет", "Показатели"),
    Entry("rows", "Строки показателя", "Показатели", visible=False),
    Entry("deficits", "Диагностика и дефициты", "Показатели"),
    Entry("methodists", "Методисты", "Показатели"),
    Entry("roadmap", "Дорожная карта", "Показатели"),
    Entry("passport", "Паспорт РС НМС", "Показатели"),
    Entry("recommendations", "Рекомендации", "Показатели"),
    Entry("upload", "Загрузка данных", "Сбор данных"),
    Entry("rounds", "Раунды и полнота", "Сбор данных"),
    Entry("quality", "Качество данных", "Сбор данных"),
    Entry("targets", "Цели", "Настройка"),
    Entry("method", "Методика", "Настройка"),
    Entry("access", "Доступ и журнал", "Настройка"),
)

TITLES = {entry.name: entry.title for entry in ENTRIES}


def none() -> None:
    """Register every address without showing a menu.

    Without this, Streamlit lists the files of `pages/` to a stranger.
    """
    st.navigation(
        [st.Page(lambda: None, title=PRODUCT, url_path=entry.name, default=entry.name == HOME) for entry in ENTRIES],
        position="hidden",
    )


def build(actor: Actor) -> Page:
    """Register all pages, show those that the actor may open, and return the requested one.

    The others are registered too: requested by their address, they show a refusal, which is recorded in the audit
    trail.
    """
    sections: dict[str, list[Page]] = {}
    for entry in ENTRIES:
        shown = entry.visible and may(actor, "view_page", entry.name)
        sections.setdefault(entry.section, []).append(
            st.Page(
                f"pages/{entry.name}.py",
                title=entry.title,
                default=entry.name == HOME,
                visibility="visible" if shown else "hidden",
            )
        )
    return st.navigation(sections, position="sidebar", expanded=True)
