"""A plan of methodists in the address: `41518000:9,41612000:12` says how many each municipality is to have."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import streamlit as st

from warehouse.queries.analysis.need import Staffing

PLACES, COVER, WRITTEN = "plan_places", "plan_cover", "written_plan"
MOST = 999
_PART = re.compile(r"([0-9]{8}):([0-9]{1,3})")


def read(text: str, places: Sequence[Staffing]) -> dict[str, int]:
    """Return the plan that an address holds; parts that name no municipality here, or no number, are passed over."""
    known = {place.code for place in places}
    found = (_PART.fullmatch(part) for part in text.split(","))
    return {match[1]: int(match[2]) for match in found if match and match[1] in known}


def written(plan: Mapping[str, int], cover: bool) -> dict[str, str]:
    """Return the parameters of the address for a plan; none for a plan that changes nothing."""
    parameters = {"plan": ",".join(f"{code}:{count}" for code, count in plan.items())} if plan else {}
    return {**parameters, "cover": "1"} if cover else parameters


def take(plan: Mapping[str, int], cover: bool | None = None) -> None:
    """Put a plan into the widgets; for use before they are drawn."""
    st.session_state[PLACES] = list(plan)
    for code, count in plan.items():
        st.session_state[f"plan_{code}"] = count
    if cover is not None:
        st.session_state[COVER] = cover


def follow_address(places: Sequence[Staffing]) -> None:
    """Take the plan of the address when it is not the one that this session wrote there last."""
    asked = {name: st.query_params.get(name, "") for name in ("plan", "cover")}
    if asked != st.session_state.get(WRITTEN) or PLACES not in st.session_state:
        take(read(asked["plan"], places), asked["cover"] == "1")


def choose(places: Sequence[Staffing], names: Mapping[str, str]) -> tuple[dict[str, int], bool]:
    """Draw the inputs and return the plan and whether those who are with nobody are assigned as well.

    One number for each chosen municipality: how many methodists it is to have.
    """
    present = {place.code: place.methodists for place in places}
    chosen = st.multiselect(
        "Где изменить число методистов", [place.code for place in places], key=PLACES, format_func=names.__getitem__,
        placeholder="Выберите муниципалитеты",
    )  # fmt: skip
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
