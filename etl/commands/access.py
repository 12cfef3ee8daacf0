"""The command `access`: people, their roles, and the audit trail.

It also registers the first administrator, before anybody can sign in.
"""

import argparse
import json
from collections.abc import Callable

from checks.cells import Problem
from checks.russian import counted
from etl.commands.arguments import Commands, acting, codes
from warehouse.access import audit, audit_events
from warehouse.access.people import AccessRefused, Person, everybody, normalized
from warehouse.access.rights import ROLES
from warehouse.changes import appointments
from warehouse.changes.connection import writer
from warehouse.ledger.reference import references
from warehouse.store.address import Address
from warehouse.store.clock import now

DONE, REJECTED = 0, 1
Run = Callable[[argparse.Namespace, Address], int]


def add_commands(commands: Commands, parser_class: type[argparse.ArgumentParser]) -> None:
    """Add `access` with its own commands to the commands of the program."""
    access = commands.add_parser("access", help="люди, роли и журнал: кому что можно и кто что делал")
    own = access.add_subparsers(required=True, metavar="ДЕЙСТВИЕ", parser_class=parser_class)

    def command(name: str, help_text: str, run: Run) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = own.add_parser(name, help=help_text)
        parser.add_argument("--author", default=None, help="кто это делает; иначе имя пользователя системы")
        parser.set_defaults(run=run)
        return parser

    def of_person(parser: argparse.ArgumentParser, required: bool) -> None:
        parser.add_argument("identity", metavar="АДРЕС", help="под которым человек входит")
        parser.add_argument("--name", required=required, help="как подписывать действия, например «Иванова А. П.»")
        parser.add_argument("--role", choices=ROLES, required=required)
        parser.add_argument(
            "--municipalities", type=codes, metavar="КОДЫ", help="через запятую, кодами или названиями; роли municipal"
        )

    command("list", "перечислить людей и роли", _list).add_argument(
        "--format", choices=("text", "json"), default="text"
    )
    of_person(command("add", "дать доступ", _add), required=True)
    of_person(command("change", "изменить роль, имя или муниципалитеты", _change), required=False)
    command("close", "закрыть доступ", _close).add_argument("identity", metavar="АДРЕС")
    command("reopen", "вернуть доступ", _reopen).add_argument("identity", metavar="АДРЕС")
    log = command("log", "показать журнал", _log)
    log.add_argument("--last", type=int, default=50, metavar="ЧИСЛО", help="сколько последних записей")
    log.add_argument("--format", choices=("text", "json"), default="text")
    command("verify", "проверить, что журнал не меняли", _verify)


def _list(options: argparse.Namespace, address: Address) -> int:
    # Opening the warehouse renews the copy of the register that pages read.
    with writer(address, "список людей", acting(options)):
        people = everybody(address, acting(options))
    if options.format == "json":
        print(json.dumps([_as_json(one) for one in people], ensure_ascii=False))
        return DONE
    for one in people:
        state = "  доступ закрыт" if one.closed else ""
        print(f"№ {one.person}  {one.identity}  {one.name}  {one.role}  {', '.join(sorted(one.municipalities))}{state}")
    if not people:
        print("В списке никого нет.")
    return DONE


def _as_json(one: Person) -> dict[str, object]:
    return {
        "person": one.person,
        "identity": one.identity,
        "name": one.name,
        "role": one.role,
        "municipalities": sorted(one.municipalities),
        "closed": one.closed,
    }


def _add(options: argparse.Namespace, address: Address) -> int:
    municipalities = _municipalities(options, address) or []
    number = appointments.add(
        address, acting(options), options.identity, options.name, options.role, municipalities, now()
    )
    print(f"Доступ дан: № {number}, {normalized(options.identity)}, {options.role}.")
    return DONE


def _change(options: argparse.Namespace, address: Address) -> int:
    municipalities = _municipalities(options, address)
    if options.role and options.role != "municipal" and municipalities is None:
        municipalities = []
    person = _person(options, address)
    appointments.change(
        address, acting(options), person, now(), name=options.name, role=options.role, municipalities=municipalities
    )
    print("Доступ изменён.")
    return DONE


def _close(options: argparse.Namespace, address: Address) -> int:
    appointments.change(address, acting(options), _person(options, address), now(), closed=True)
    print("Доступ закрыт.")
    return DONE


def _reopen(options: argparse.Namespace, address: Address) -> int:
    appointments.change(address, acting(options), _person(options, address), now(), closed=False)
    print("Доступ возвращён.")
    return DONE


def _log(options: argparse.Namespace, address: Address) -> int:
    entries = audit.entries(address, acting(options)).head(options.last)
    if options.format == "json":
        print(json.dumps(entries.to_dicts(), ensure_ascii=False, default=str))
        return DONE
    for row in entries.iter_rows(named=True):
        print(
            f"№ {row['entry']}  {row['at']:%d.%m.%Y %H:%M:%S} UTC  {row['who']}  {audit_events.EVENTS[row['event']]}  "
            f"{audit_events.OUTCOMES[row['outcome']]}  {row['about']}"
        )
    return DONE


def _verify(options: argparse.Namespace, address: Address) -> int:
    with writer(address, "проверка журнала", acting(options)) as connection:
        found = audit.verify(address, connection)
    if found.fault:
        print(f"Журнал нарушен: {found.fault}.")
        return REJECTED
    print(f"Журнал цел: записей {found.entries}, последняя {found.digest}.")
    if found.torn:
        print(
            f"После неё стоит обрывок в {counted(found.torn, 'байт', 'байта', 'байт')}: запись прервали посередине, "
            "или конец журнала обрезали."
        )
    return DONE


def _person(options: argparse.Namespace, address: Address) -> int:
    wanted = normalized(options.identity)
    for one in everybody(address, acting(options)):
        if one.identity == wanted:
            return one.person
    raise AccessRefused(f"«{wanted}» в списке нет.")


def _municipalities(options: argparse.Namespace, address: Address) -> list[str] | None:
    if options.municipalities is None:
        return None
    territories = references(address).territories
    found = []
    for text in options.municipalities:
        municipality = territories.municipality(text)
        if isinstance(municipality, Problem):
            raise AccessRefused(municipality.message)
        found.append(municipality)
    return found
