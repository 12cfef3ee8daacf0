"""The command `targets`: targets of profiles, setting one's own, withdrawing."""

import argparse
import json

from checks.russian import date, number
from etl.commands.arguments import Commands, acting, day
from warehouse.build.indicators import LEVELS, catalogue
from warehouse.changes import targets
from warehouse.changes.targets import Proposal, TargetRefused
from warehouse.ledger import profiles
from warehouse.marts.mart import open_mart
from warehouse.queries import published, target_list
from warehouse.store.address import Address
from warehouse.store.clock import now


def add_commands(commands: Commands, parser_class: type[argparse.ArgumentParser]) -> None:
    """Add `targets` with its own commands to the commands of the program."""
    group = commands.add_parser("targets", help="цели: показать, задать свою, отозвать")
    own = group.add_subparsers(required=True, metavar="ДЕЙСТВИЕ", parser_class=parser_class)
    listing = own.add_parser("list", help="перечислить цели")
    listing.add_argument("--profile", default="", metavar="ПРОФИЛЬ")
    listing.add_argument("--author", default=None, help=argparse.SUPPRESS)
    listing.add_argument("--format", choices=("text", "json"), default="text")
    listing.set_defaults(run=_list)
    adding = own.add_parser("add", help="задать цель")
    adding.add_argument("indicator", metavar="ПОКАЗАТЕЛЬ")
    adding.add_argument("year", type=int, metavar="ГОД")
    adding.add_argument("value", type=float, metavar="ЦЕЛЬ")
    adding.add_argument("--profile", default="", metavar="ПРОФИЛЬ", help="иначе профиль региона хранилища")
    adding.add_argument(
        "--levels", default="", metavar="RM", help="уровни буквами R, M, O; иначе область и муниципалитеты"
    )
    adding.add_argument("--document", default="", help="документ, например «Приказ Комитета»")
    adding.add_argument("--number", default="", help="номер документа")
    adding.add_argument("--date", type=day, metavar="ДД.ММ.ГГГГ", help="дата документа")
    adding.add_argument("--clause", default="", help="пункт документа")
    adding.add_argument("--from", dest="valid_from", type=day, metavar="ДД.ММ.ГГГГ", help="действует с")
    adding.add_argument("--to", dest="valid_to", type=day, metavar="ДД.ММ.ГГГГ", help="действует по")
    adding.add_argument("--note", default="", help="примечание")
    adding.set_defaults(run=_add)
    withdrawing = own.add_parser("withdraw", help="отозвать цель")
    withdrawing.add_argument("target", metavar="ЦЕЛЬ", help="код цели из targets list")
    withdrawing.set_defaults(run=_withdraw)
    for command in (adding, withdrawing):
        command.add_argument("--reason", required=True, help="причина")
        command.add_argument("--author", default=None, help="кто меняет; иначе имя пользователя системы")


def _list(options: argparse.Namespace, address: Address) -> int:
    rows = [
        row
        for row in target_list.listing(open_mart(address), acting(options)).iter_rows(named=True)
        if options.profile in ("", row["profile"])
    ]
    if options.format == "json":
        print(json.dumps(rows, ensure_ascii=False, default=str))
        return 0
    for row in rows:
        until = f", действует по {date(row['valid_to'])}" if row["valid_to"] else ""
        decimals = 0 if row["value"] == int(row["value"]) else 2
        print(
            f"{row['target']}  {row['profile']}  {row['indicator']}  {row['year']}  "
            f"{row['operator']} {number(row['value'], decimals)}  {row['document'] or 'документ не указан'}{until}"
        )
    return 0


def _add(options: argparse.Namespace, address: Address) -> int:
    known = {indicator.code: indicator for indicator in catalogue()}
    if options.indicator not in known:
        raise TargetRefused(f"Показателя «{options.indicator}» нет.")
    indicator = known[options.indicator]
    usual = [level for level in indicator.levels if level != "O"]
    proposal = Proposal(
        profile=options.profile or _own_profile(options, address),
        indicator=options.indicator,
        year=options.year,
        operator=">=" if indicator.better == "higher" else "<=",
        value=options.value,
        levels=tuple(level for level in LEVELS if level in (options.levels.upper() or usual)),
        act=options.document,
        order_number=options.number,
        order_date=options.date,
        clause=options.clause,
        valid_from=options.valid_from,
        valid_to=options.valid_to,
        note=options.note,
    )
    publication = targets.add(address, acting(options), proposal, options.reason, now())
    print(f"Цель задана: «{indicator.short}», {options.year} год, публикация № {publication}.")
    return 0


def _own_profile(options: argparse.Namespace, address: Address) -> str:
    """Return the profile of the only region of the warehouse."""
    regions = published.regions(open_mart(address), acting(options)).get_column("region_id")
    own = [profile.code for profile in map(profiles.of_region, regions) if profile]
    if len(own) != 1:
        raise TargetRefused("Укажите профиль, --profile.")
    return own[0]


def _withdraw(options: argparse.Namespace, address: Address) -> int:
    publication = targets.withdraw(address, acting(options), options.target, options.reason, now())
    print(f"Цель {options.target} отозвана, публикация № {publication}.")
    return 0
