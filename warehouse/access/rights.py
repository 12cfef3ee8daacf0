"""Who may do what: one question, `may(actor, action, resource)`, and one table that answers it.

The query layer asks before every answer and every page asks at its head, so a page that forgets is
still refused its figures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from warehouse.errors import Refused

Role = Literal["viewer", "specialist", "municipal", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)

Extent = Literal["everywhere", "own", "nowhere"]
"""Where an action is allowed: everywhere, in the actor's own municipalities only, or nowhere."""

ACTIONS: dict[str, dict[Role, Extent]] = {
    # Published values of indicators: region and municipalities, open to every role.
    "view_values": {
        "viewer": "everywhere",
        "specialist": "everywhere",
        "municipal": "everywhere",
        "admin": "everywhere",
    },
    # Values of single organizations of a municipality.
    "view_organizations": {
        "viewer": "everywhere",
        "specialist": "everywhere",
        "municipal": "own",
        "admin": "everywhere",
    },
    # Groups of fewer than five people, and rows about one person.
    "view_people": {
        "viewer": "nowhere",
        "specialist": "everywhere",
        "municipal": "own",
        "admin": "everywhere",
    },
    # Rows and totals behind published values: passport and roadmap of a municipality. Those of the region are open.
    "view_passport": {"viewer": "everywhere", "specialist": "everywhere", "municipal": "own", "admin": "everywhere"},
    # Download of what is on the screen; the figures themselves were asked for already.
    "export": {
        "viewer": "everywhere",
        "specialist": "everywhere",
        "municipal": "everywhere",
        "admin": "everywhere",
    },
    # The letter to a municipality, and the documents of the whole region.
    "make_reports": {"viewer": "everywhere", "specialist": "everywhere", "municipal": "own", "admin": "everywhere"},
    "upload": {"viewer": "nowhere", "specialist": "everywhere", "municipal": "own", "admin": "everywhere"},
    "confirm": {"viewer": "nowhere", "specialist": "everywhere", "municipal": "own", "admin": "everywhere"},
    "withdraw": {
        "viewer": "nowhere",
        "specialist": "everywhere",
        "municipal": "nowhere",
        "admin": "everywhere",
    },
    # Who has sent what of a round, and what is owed.
    "view_completeness": {
        "viewer": "everywhere",
        "specialist": "everywhere",
        "municipal": "own",
        "admin": "everywhere",
    },
    # Opening, due dates, sending back, closing and reopening of rounds.
    "manage_rounds": {
        "viewer": "nowhere",
        "specialist": "everywhere",
        "municipal": "nowhere",
        "admin": "everywhere",
    },
    # Findings of checks across datasets, and the rows behind them.
    "view_findings": {"viewer": "nowhere", "specialist": "everywhere", "municipal": "own", "admin": "everywhere"},
    "resolve_findings": {
        "viewer": "nowhere",
        "specialist": "everywhere",
        "municipal": "nowhere",
        "admin": "everywhere",
    },
    # Rows kept back with a load: reading, finishing and dismissing them.
    "settle_quarantine": {"viewer": "nowhere", "specialist": "everywhere", "municipal": "own", "admin": "everywhere"},
    # Batches of everybody: files, authors, findings, events.
    "view_history": {"viewer": "nowhere", "specialist": "everywhere", "municipal": "nowhere", "admin": "everywhere"},
    # Recommendations: a municipality sees its own once they are sent, and nobody else sees drafts of specialists.
    "view_recommendations": {
        "viewer": "everywhere",
        "specialist": "everywhere",
        "municipal": "own",
        "admin": "everywhere",
    },
    # Making drafts of a round and rewording them.
    "edit_recommendations": {
        "viewer": "nowhere",
        "specialist": "everywhere",
        "municipal": "nowhere",
        "admin": "everywhere",
    },
    # Entering that the committee approved, sending, withdrawing, not accepting a report.
    "approve_recommendations": {
        "viewer": "nowhere",
        "specialist": "everywhere",
        "municipal": "nowhere",
        "admin": "everywhere",
    },
    # Answering and reporting what was done; a specialist enters what came by letter.
    "answer_recommendations": {
        "viewer": "nowhere",
        "specialist": "everywhere",
        "municipal": "own",
        "admin": "everywhere",
    },
    "set_targets": {"viewer": "nowhere", "specialist": "nowhere", "municipal": "nowhere", "admin": "everywhere"},
    # Who has which role, and what everybody did.
    "manage_people": {"viewer": "nowhere", "specialist": "nowhere", "municipal": "nowhere", "admin": "everywhere"},
    "view_audit": {"viewer": "nowhere", "specialist": "nowhere", "municipal": "nowhere", "admin": "everywhere"},
    # Keys, copies of the warehouse and putting them back.
    "maintain": {"viewer": "nowhere", "specialist": "nowhere", "municipal": "nowhere", "admin": "everywhere"},
}

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


def may(actor: Actor, action: str, resource: str | None = None) -> bool:
    """Return whether the actor may do the action to the resource.

    The resource is a page's file name for `view_page` and a municipality for everything else; None stands
    for the whole region, which an actor bound to municipalities does not own. An unknown action or page is
    refused.
    """
    if action == "view_page":
        return actor.role in PAGES.get(resource or "", frozenset())
    extent = ACTIONS.get(action, {}).get(actor.role, "nowhere")
    if extent == "own":
        return resource is not None and resource in actor.municipalities
    return extent == "everywhere"


REFUSALS = {
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

_listeners: list[Callable[[Actor, str, str | None], None]] = []


def on_refusal(listener: Callable[[Actor, str, str | None], None]) -> None:
    """Let a function hear of every refusal of this process: who, which action, which resource."""
    if listener not in _listeners:
        _listeners.append(listener)


def require(actor: Actor, action: str, resource: str | None = None) -> None:
    """Raise `Forbidden` with a Russian sentence unless the actor may do the action."""
    if not may(actor, action, resource):
        for listener in _listeners:
            listener(actor, action, resource)
        raise Forbidden(REFUSALS.get(action, "Недостаточно прав для этого действия."))


LOCAL = Actor(name="Местный режим", role="admin")
"""Whoever opens an installation without sign-in."""


def is_loopback(server_address: str | None) -> bool:
    """Tell whether a server that listens to this address is reached from this computer alone."""
    return (server_address or "").strip("[]").lower() in LOOPBACK


def local_actor(server_address: str | None, open_to_network: bool = False) -> Actor:
    """Return the actor of an installation without sign-in: every right, for this computer only.

    open_to_network: the installation says explicitly that whoever reaches it may do everything. Raises `Forbidden`
    when the server listens to the network and nobody said so.
    """
    if not open_to_network and not is_loopback(server_address):
        raise Forbidden(NOT_FOR_THE_NETWORK)
    return LOCAL
