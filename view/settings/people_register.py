"""The register of people in words: roles, headline, table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import polars as pl
import streamlit as st

from checks.russian import counted, listed
from view.shell import writing
from view.shell.account import ROLE_NAMES
from view.shell.page import moment
from warehouse.access.people import Person
from warehouse.access.rights import ROLES, Role

_MAY: dict[Role, str] = {
    "viewer": "смотрит и скачивает, без сведений о людях",
    "specialist": "ведёт раунды, загружает, решает о находках, составляет рекомендации",
    "municipal": "загружает своё, видит своё подробно, чужое — значениями показателей",
    "admin": "всё, и назначает роли и цели",
}


def role_described(role: Role) -> str:
    """Return a role with what it permits."""
    return f"{ROLE_NAMES[role]}: {_MAY[role]}"


def headline(register: Sequence[Person]) -> tuple[str, str]:
    """Return headline and warning: people by role; fewer than two administrators."""
    present = [one for one in register if not one.closed]
    if not present:
        return "Доступа нет ни у кого.", ""
    counts = [(role, sum(one.role == role for one in present)) for role in ROLES]
    said = listed([f"{ROLE_NAMES[role].lower()} — {count}" for role, count in counts if count])
    admins = dict(counts)["admin"]
    people = f"{counted(len(present), 'человека', 'человек', 'человек')}"
    warning = ""
    if admins == 0:
        warning = "Нет ни одного администратора: назначить роли некому."
    elif admins == 1:
        warning = "Администратор один: заведите второго, чтобы отпуск или увольнение не остановили работу."
    return f"Доступ есть у {people}: {said}.", warning


def table(register: Sequence[Person], municipalities: Mapping[str, str], entries: pl.DataFrame) -> pl.DataFrame:
    """Return the register as a table, those with access first.

    municipalities: names by code. entries: the audit trail, for the last sign-in.
    """
    seen = dict(entries.filter(pl.col("event") == "signed_in").group_by("who").agg(pl.col("at").max()).iter_rows())
    ordered = sorted(register, key=lambda one: (one.closed, one.name))
    return pl.DataFrame(
        {
            "Человек": [one.name for one in ordered],
            "Учётная запись": [one.identity for one in ordered],
            "Роль": [ROLE_NAMES[one.role] for one in ordered],
            "Муниципалитеты": [
                listed(sorted(municipalities.get(code, code) for code in one.municipalities)) or None for one in ordered
            ],
            "Последний вход": [moment(seen.get(str(one.person))) or "не входил" for one in ordered],
            "Доступ": ["закрыт" if one.closed else "есть" for one in ordered],
            "№": [one.person for one in ordered],
        },
        schema_overrides={"Муниципалитеты": pl.String, "№": pl.Int64},
    )


def appoint(act: Callable[[], int], said: str) -> None:
    """Change the register and rerun the page with a message; show a refusal in place."""
    if writing.attempt(act, "Записываю…") is not None:
        st.session_state[writing.OUTCOME] = f"{said}."
        st.rerun()
