"""Screens instead of a page: nothing published yet, not allowed, gone, failed. Each says what to do."""

from __future__ import annotations

import logging
import secrets
from html import escape
from traceback import format_tb

import streamlit as st

from view.theme import stylesheet

_log = logging.getLogger("rsnms.pages")


def show(title: str, explanation: str, commands: tuple[str, ...] = ()) -> None:
    """Draw a whole-page message: a title, a sentence, and commands to copy."""
    st.html(stylesheet())
    lines = "".join(f"<code>{escape(command)}</code>" for command in commands)
    st.html(
        f'<section class="screen" role="status"><h1>{escape(title)}</h1><p>{escape(explanation)}</p>'
        f"{f'<div class=commands>{lines}</div>' if lines else ''}</section>"
    )


def refused(reason: str) -> None:
    """Draw the screen of a refusal."""
    show("Доступ закрыт", reason)


def nothing_published() -> None:
    """Draw the screen of an empty warehouse."""
    show(
        "Данных пока нет",
        "В хранилище ещё ничего не опубликовано. Загрузите первый файл или заполните хранилище учебными данными.",
        ("python -m etl load passport_organizations ФАЙЛ.xlsx", "make demo"),
    )


def publication_gone(publication: int) -> None:
    """Draw the screen of a link to a publication that is no longer kept."""
    show(
        f"Публикация № {publication} больше не хранится",
        "Ссылка ведёт на старую публикацию, файл которой удалён по правилу хранения. Откройте текущую публикацию.",
    )
    if st.button("Открыть текущую публикацию", type="primary"):
        del st.query_params["publication"]
        st.rerun()


def outdated(explanation: str) -> None:
    """Draw the screen of a publication that another version of the program built."""
    show(
        "Публикация построена другой версией программы",
        f"{explanation} Данные целы: пересчитайте показатели, и страница откроется.",
        ("python -m etl publish",),
    )


def failed(error: Exception) -> None:
    """Log under a number where the page failed, and draw the number.

    The error's own words stay out of both: they may quote a cell of somebody's file.
    """
    number = secrets.token_hex(3).upper()
    _log.error("page failed, number %s, %s\n%s", number, type(error).__name__, "".join(format_tb(error.__traceback__)))
    show(
        "Страницу не удалось построить",
        f"Ошибка записана в журнал под номером {number}. Обновите страницу; если не поможет, "
        "передайте этот номер администратору.",
    )
