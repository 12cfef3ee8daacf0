"""Screens shown instead of a page: nothing published, refused, gone, failed.

Each says what to do next.
"""

from __future__ import annotations

import logging
import secrets
from html import escape
from traceback import format_tb

import streamlit as st

from view.shell import links, navigation
from view.shell.sign_in import NotAdmitted, SignInNeeded
from view.wording.theme import stylesheet
from warehouse.access.rights import Action, Actor, Forbidden, may
from warehouse.errors import Refused
from warehouse.marts.mart import NoPublication, PublicationOutdated
from warehouse.store.engine import QueryStopped
from warehouse.store.troubles import known_cause

_log = logging.getLogger("rsnms.pages")


def show(title: str, explanation: str, commands: tuple[str, ...] = (), steps: tuple[str, ...] = ()) -> None:
    """Draw a whole-page message.

    commands: to copy. steps: what to do next, ready HTML.
    """
    st.html(stylesheet())
    lines = "".join(f"<code>{escape(command)}</code>" for command in commands)
    st.html(
        f'<section class="screen" role="status"><h1>{escape(title)}</h1><p>{escape(explanation)}</p>'
        f"{f'<div class=commands>{lines}</div>' if lines else ''}"
        f"{_steps(steps)}</section>"
    )


def _steps(steps: tuple[str, ...]) -> str:
    return f'<div class="steps">{"".join(steps)}</div>' if steps else ""


def instead_of_page(error: Exception) -> None:
    """Draw the screen for an exception that ended a page.

    A refusal is shown in its own words, a fault by its number.
    """
    match error:
        case NoPublication():
            nothing_published()
        case PublicationOutdated():
            outdated(str(error))
        case Refused() if not isinstance(error, QueryStopped):
            refused(error)
        case _:
            failed(error)


def refused(refusal: Refused, menu: bool = False) -> None:
    """Draw the screen of a refusal, with a way to sign in where that helps.

    Args:
        refusal: what was refused; its text is shown.
        menu: whether the menu is drawn already.
    """
    if not menu:
        navigation.none()
    if isinstance(refusal, SignInNeeded):
        show(navigation.PRODUCT, str(refusal))
        links.remember_wanted()
        with st.container(key="screen_action"):
            st.button("Войти", type="primary", on_click=st.login, key="sign_in")
        return
    show("Доступ закрыт" if isinstance(refusal, Forbidden) else "Сейчас это невозможно", str(refusal))
    if isinstance(refusal, NotAdmitted):
        with st.container(key="screen_action"):
            st.button("Войти под другой учётной записью", on_click=st.logout, key="sign_out_stranger")


_EMPTY = {
    "quality": (
        "Проверять пока нечего",
        "Проверки между формами, карантин и история партий появятся здесь после первой загрузки файлов.",
    ),
    "rounds": (
        "Раундов ещё не было",
        "Специалист ЦНППМ открывает раунд: выбирает полугодие, срок и формы; после этого здесь видно, кто что прислал.",
    ),
    "targets": (
        "Сравнивать с целями пока нечего",
        "Цели из региональных актов уже в программе: они появятся здесь вместе с первыми данными об организациях. "
        "Тогда же можно будет задать свои.",
    ),
}
_NOTHING = ("Данных пока нет", "Показатели появятся, когда будут загружены сведения об организациях и их паспорта.")
# Page of a first step → the action that its actor must be allowed, and the text of the link.
_FIRST_STEPS: dict[str, tuple[Action, str]] = {
    "upload": ("view_page", "Загрузить первые файлы"),
    "rounds": ("manage_rounds", "Открыть первый раунд"),
}


def nothing_published(page: str = "", actor: Actor | None = None) -> None:
    """Draw the screen of a page without data, with the first steps that the actor may take."""
    steps: list[str] = []
    if actor is not None:
        steps += [
            links.anchor(step, {}, f"→ {words}", css="first-step")
            for step, (action, words) in _FIRST_STEPS.items()
            if step != page and may(actor, action, step)
        ]
        if may(actor, "set_targets"):
            commands = {"Из командной строки": "python -m etl load-dir ПАПКА", "На учебных данных": "make demo"}
            steps += [f'<span class="quiet small">{how}: <code>{run}</code></span>' for how, run in commands.items()]
    title, explanation = _EMPTY.get(page, _NOTHING)
    show(title, explanation, steps=tuple(steps))


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
    """Log the failure of a page under a number, and draw the screen with that number.

    The error's own words stay out of both: they may quote a cell of somebody's file. A query that was stopped says what
    to choose instead, a full disk that it is full.
    """
    number = secrets.token_hex(3).upper()
    _log.error("page failed, number %s, %s\n%s", number, type(error).__name__, "".join(format_tb(error.__traceback__)))
    if isinstance(error, QueryStopped):
        show("Запрос остановлен", f"{error} Случай записан в журнал под номером {number}.")
        return
    if reason := known_cause(error):
        show(
            "Диск или память сервера подвели",
            f"Причина: {reason}. Случай записан в журнал под номером {number}: передайте его администратору. "
            "Когда это устранят, откройте страницу снова: она покажет, что успело записаться.",
        )
        return
    show(
        "Страницу не удалось построить",
        f"Ошибка записана в журнал под номером {number}. Обновите страницу; если не поможет, "
        "передайте этот номер администратору.",
    )
