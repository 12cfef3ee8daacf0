"""The choice of a territory on pages that show the region or one municipality."""

from __future__ import annotations

from checks.russian import sort_key
from view.shell import filters
from view.shell.page import View
from warehouse.access.rights import may

ONLY_OWN = "Другие муниципалитеты видны вам только по опубликованным значениям показателей."
"""Why a role bound to municipalities finds here only its own."""


def choose_territory(view: View) -> tuple[str, str]:
    """Draw the choice between the region and the municipalities that the actor may see; return code and name."""
    names = dict(view.municipalities.select("municipality_id", "short_name").iter_rows())
    seen = sorted(
        (code for code in names if may(view.actor, "view_passport", code)), key=lambda code: sort_key(names[code])
    )
    region = view.scope.region
    known = {region: str(view.region["name"])} | {code: names[code] for code in seen}
    chosen = filters.choose("territory", "Территория", list(known), region, known.__getitem__)
    return chosen, known[chosen] if chosen == region else str(view.place(chosen)["name"])
