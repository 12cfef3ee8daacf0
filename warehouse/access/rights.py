"""Rights: `may(actor, action, resource)` and the table of roles that answers it.

The query layer asks before every answer and every page asks at its head, so a page that forgets is
still refused its figures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from checks.territories import REGION_ENDING, is_region
from warehouse.errors import Refused

Role = Literal["viewer", "specialist", "municipal", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)

Extent = Literal["everywhere", "own", "nowhere"]
"""Where an action is allowed: everywhere, in the actor's own municipalities only, or nowhere."""

Action = Literal[
    "view_page",
    "view_values",
    "view_organizations",
    "view_people",
    "view_passport",
    "export",
    "make_reports",
    "upload",
    "confirm",
    "withdraw",
    "view_completeness",
    "manage_rounds",
    "view_findings",
    "resolve_findings",
    "settle_quarantine",
    "view_history",
    "view_recommendations",
    "edit_recommendations",
    "approve_recommendations",
    "answer_recommendations",
    "set_targets",
    "manage_people",
    "view_audit",
    "maintain",
]


def _extents(viewer: Extent, specialist: Extent, municipal: Extent) -> dict[Role, Extent]:
    """Return the extent of an action by role; it is everywhere for an administrator."""
    return {"viewer": viewer, "specialist": specialist, "municipal": municipal, "admin": "everywhere"}


ACTIONS: dict[Action, dict[Role, Extent]] = {
    # Published values of indicators: region and municipalities, open to every role.
    "view_values": _extents("everywhere", "everywhere", "everywhere"),
    # Values of single organizations of a municipality.
    "view_organizations": _extents("everywhere", "everywhere", "own"),
    # Groups of fewer than five people, and rows about one person.
    "view_people": _extents("nowhere", "everywhere", "own"),
    # Rows and totals behind published values: passport and roadmap of a municipality. Those of the region are open.
    "view_passport": _extents("everywhere", "everywhere", "own"),
    # Download of what is on the screen; the right to its figures was checked by their queries.
    "export": _extents("everywhere", "everywhere", "everywhere"),
    # The letter to a municipality, and the documents of the whole region.
    "make_reports": _extents("everywhere", "everywhere", "own"),
    "upload": _extents("nowhere", "everywhere", "own"),
    "confirm": _extents("nowhere", "everywhere", "own"),
    "withdraw": _extents("nowhere", "everywhere", "nowhere"),
    # Who has sent what of a round, and what is owed.
    "view_completeness": _extents("everywhere", "everywhere", "own"),
    # Opening, due dates, sending back, closing and reopening of rounds.
    "manage_rounds": _extents("nowhere", "everywhere", "nowhere"),
    # Findings of checks across datasets, and the rows behind them.
    "view_findings": _extents("nowhere", "everywhere", "own"),
    "resolve_findings": _extents("nowhere", "everywhere", "nowhere"),
    # Rows kept back with a load: reading, finishing and dismissing them.
    "settle_quarantine": _extents("nowhere", "everywhere", "own"),
    # Batches of everybody: files, authors, findings, events.
    "view_history": _extents("nowhere", "everywhere", "nowhere"),
    # Recommendations: a municipality sees its own once they are sent, and nobody else sees drafts of specialists.
    "view_recommendations": _extents("everywhere", "everywhere", "own"),
    # Making drafts of a round and rewording them.
    "edit_recommendations": _extents("nowhere", "everywhere", "nowhere"),
    # Recording approval by the committee, sending, withdrawing, rejecting a report.
    "approve_recommendations": _extents("nowhere", "everywhere", "nowhere"),
    # Answering and reporting what was done; a specialist records answers that came by letter.
    "answer_recommendations": _extents("nowhere", "everywhere", "own"),
    "set_targets": _extents("nowhere", "nowhere", "nowhere"),
    # Who has which role, and what everybody did.
    "manage_people": _extents("nowhere", "nowhere", "nowhere"),
    "view_audit": _extents("nowhere", "nowhere", "nowhere"),
    # Keys, copies of the warehouse and putting them back.
    "maintain": _extents("nowhere", "nowhere", "nowhere"),
}
"""Every action but `view_page`, which `PAGES` answers. Columns: viewer, specialist, municipal."""

PAGES: dict[str, frozenset[Role]] = {
    "overview": frozenset(ROLES),
    "indicator": frozenset(ROLES),
    "municipality": frozenset(ROLES),
    "rows": frozenset(ROLES),
    "deficits": frozenset(ROLES),
    "methodists": frozenset(ROLES),
    "roadmap": frozenset(ROLES),
    "passport": frozenset(ROLES),
    "recommendations": frozenset(ROLES),
    "rounds": frozenset(ROLES),
    "upload": frozenset({"specialist", "municipal", "admin"}),
    "quality": frozenset({"specialist", "municipal", "admin"}),
    "targets": frozenset(ROLES),
    "method": frozenset(ROLES),
    "access": frozenset({"admin"}),
}
"""Roles that may open a page, by the page's file name."""

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


NOT_FOR_THE_NETWORK = (
    "Программа открыта для сети, а вход по учётным записям не настроен. "
    "Запустите её с адресом 127.0.0.1 или настройте раздел [auth] в .streamlit/secrets.toml."
)


@dataclass(frozen=True)
class Actor:
    """A person with a role; `municipalities` (OKTMO codes) bind the role `municipal`.

    person: their number in the register of people; None for whoever works on the machine itself, by the command line
    or in local mode.
    """

    name: str
    role: Role
    municipalities: frozenset[str] = frozenset()
    person: int | None = None


class Forbidden(Refused):
    """The actor may not do this; the message is Russian and meant for the screen."""


def may(actor: Actor, action: Action, resource: str | None = None) -> bool:
    """Return whether the actor may do the action to the resource.

    The resource is a page's file name for `view_page` and a municipality for everything else; None stands
    for the whole region, which an actor bound to municipalities does not own. What the tables
    do not know is refused.
    """
    if action == "view_page":
        return actor.role in PAGES.get(resource or "", frozenset())
    extent = ACTIONS.get(action, {}).get(actor.role, "nowhere")
    if extent == "own":
        return resource is not None and resource in actor.municipalities
    return extent == "everywhere"


UNKNOWN_TERRITORY = REGION_ENDING
"""Stands for an unknown territory in checks of rights: as a region's, nobody's own."""


def resource_of(territory: str) -> str | None:
    """Return the resource to ask `may` about: the municipality itself, None for a region."""
    return None if is_region(territory) else territory


REFUSALS: dict[Action, str] = {
    "view_page": "Эта страница недоступна для вашей роли.",
    "view_organizations": "Значения по организациям доступны только для своего муниципалитета.",
    "view_passport": "Паспорт и дорожная карта доступны по области и по своему муниципалитету.",
    "view_people": "Сведения о людях недоступны для вашей роли.",
    "make_reports": "Документы готовятся только по своему муниципалитету.",
    "upload": "Загружать данные этого муниципалитета может только его методическая служба или ЦНППМ.",
    "confirm": "Подтверждать загрузку этого муниципалитета может только его методическая служба или ЦНППМ.",
    "withdraw": "Отзывать загрузки может только специалист ЦНППМ.",
    "view_completeness": "Полнота сведений доступна только по своему муниципалитету.",
    "view_findings": "Находки качества данных доступны только по своему муниципалитету.",
    "resolve_findings": "Решать о находках качества данных может только специалист ЦНППМ.",
    "settle_quarantine": "Строки карантина доступны только по своему муниципалитету.",
    "view_history": "История партий доступна специалистам ЦНППМ и администратору.",
    "view_recommendations": "Рекомендации доступны только по своему муниципалитету.",
    "edit_recommendations": "Составлять и править рекомендации может только специалист ЦНППМ.",
    "approve_recommendations": "Утверждать и направлять рекомендации может только специалист ЦНППМ.",
    "answer_recommendations": "Отвечать на рекомендации может только муниципалитет, которому они направлены.",
    "set_targets": "Менять цели может только администратор.",
    "manage_rounds": "Вести раунды может только специалист ЦНППМ.",
    "manage_people": "Назначать роли может только администратор.",
    "view_audit": "Журнал доступен только администратору.",
    "maintain": "Обслуживать хранилище может только администратор.",
}

_listeners: list[Callable[[Actor, Action, str | None], None]] = []


def on_refusal(listener: Callable[[Actor, Action, str | None], None]) -> None:
    """Register a function to be called on every refusal: actor, action, resource."""
    if listener not in _listeners:
        _listeners.append(listener)


def require(actor: Actor, action: Action, resource: str | None = None) -> None:
    """Raise `Forbidden` with a Russian sentence unless the actor may do the action."""
    if not may(actor, action, resource):
        for listener in _listeners:
            listener(actor, action, resource)
        raise Forbidden(REFUSALS.get(action, "Недостаточно прав для этого действия."))


LOCAL = Actor(name="Местный режим", role="admin")
"""The actor of an installation without sign-in."""


def is_loopback(server_address: str | None) -> bool:
    """Return whether a server at this address can be reached from this computer only."""
    return (server_address or "").strip("[]").lower() in LOOPBACK


def local_actor(server_address: str | None, open_to_network: bool = False) -> Actor:
    """Return the actor of an installation without sign-in: every right, for this computer only.

    open_to_network: the installation says explicitly that whoever reaches it may do everything. Raises `Forbidden`
    when the server listens to the network and nobody said so.
    """
    if not open_to_network and not is_loopback(server_address):
        raise Forbidden(NOT_FOR_THE_NETWORK)
    return LOCAL
