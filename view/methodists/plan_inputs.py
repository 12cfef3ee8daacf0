"""Inputs of a plan of methodists, and the plan in the address: `41518000:9,41612000:12`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import streamlit as st

from warehouse.queries.analysis.need import Staffing

MUNICIPALITIES, COVER, WRITTEN = "plan_places", "plan_cover", "written_plan"
"""Keys of the session: chosen municipalities, cover everybody, the plan last written to the address."""
MOST = 999
"""Most methodists of a municipality in a plan."""
_PART = re.compile(r"([0-9]{8}):([0-9]{1,3})")


def read(text: str, municipalities: Sequence[Staffing]) -> dict[str, int]:
    """Return the plan of an address by municipality; parts that are not understood are left out."""
    known = {one.code for one in municipalities}
    found = (_PART.fullmatch(part) for part in text.split(","))
    return {match[1]: int(match[2]) for match in found if match and match[1] in known}


def written(plan: Mapping[str, int], cover: bool) -> dict[str, str]:
    """Return the parameters of the address for a plan; none for an empty plan."""
    parameters = {"plan": ",".join(f"{code}:{count}" for code, count in plan.items())} if plan else {}
    return {**parameters, "cover": "1"} if cover else parameters


def take(plan: Mapping[str, int], cover: bool | None = None) -> None:
    """Put a plan into the widgets; call before they are drawn."""
    st.session_state[MUNICIPALITIES] = list(plan)
    for code, count in plan.items():
        st.session_state[f"plan_{code}"] = count
    if cover is not None:
        st.session_state[COVER] = cover


def follow_address(municipalities: Sequence[Staffing]) -> None:
    """Put the plan of the address into the widgets, unless this session wrote it there."""
    asked = {name: st.query_params.get(name, "") for name in ("plan", "cover")}
    if asked != st.session_state.get(WRITTEN) or MUNICIPALITIES not in st.session_state:
        take(read(asked["plan"], municipalities), asked["cover"] == "1")


def choose(municipalities: Sequence[Staffing], names: Mapping[str, str]) -> tuple[dict[str, int], bool]:
    """Draw the inputs; return the plan, and whether teachers without a methodist are assigned.

    The plan is the number of methodists that each chosen municipality is to have.
    """
    present = {one.code: one.methodists for one in municipalities}
    chosen = st.multiselect(
        "Где изменить число методистов",
        list(present),
        key=MUNICIPALITIES,
        format_func=names.__getitem__,
        placeholder="Выберите муниципалитеты",
    )
    plan = {}
    with st.container(key="plan_numbers", horizontal=True, gap="small"):
        for code in chosen:
            st.session_state.setdefault(f"plan_{code}", present[code])
            plan[code] = int(
                st.number_input(
                    f"{names[code]}, сейчас {present[code]}", min_value=0, max_value=MOST, step=1, key=f"plan_{code}",
                    width=200,
                )
            )  # fmt: skip
    cover = st.toggle("Закрепить и тех, кто сейчас без методиста", key=COVER)
    parameters = written(plan, cover)
    st.session_state[WRITTEN] = {name: parameters.get(name, "") for name in ("plan", "cover")}
    return plan, cover
