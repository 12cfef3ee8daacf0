"""The command `quality`: findings of checks across datasets, and decisions about them."""

import argparse
import json
from collections.abc import Callable

from checks.russian import counted
from etl.commands.arguments import Commands, acting
from warehouse.changes import finding_decisions
from warehouse.changes.finding_decisions import Decision
from warehouse.marts.mart import open_mart
from warehouse.queries import quality_findings
from warehouse.queries.quality_findings import Filter
from warehouse.store.address import Address
from warehouse.store.clock import now

Run = Callable[[argparse.Namespace, Address], int]

_STATES = {
    "open": "ждёт решения",
    "returned": "появилась снова",
    "sent_back": "возвращена на исправление",
    "accepted": "принята",
    "resolved": "снята данными",
}
_DECISIONS: dict[str, tuple[Decision, str, str]] = {
    "accept": ("accepted", "принять находки с обоснованием", "Принято"),
    "return": ("sent_back", "вернуть находки на исправление", "Возвращено"),
    "reopen": ("reopened", "открыть находки снова", "Снова открыто"),
}


def add_commands(commands: Commands, parser_class: type[argparse.ArgumentParser]) -> None:
    """Add `quality` with its own commands to the commands of the program."""
    group = commands.add_parser("quality", help="качество данных: находки проверок между формами и решения по ним")
    own = group.add_subparsers(required=True, metavar="ДЕЙСТВИЕ", parser_class=parser_class)
    listing = own.add_parser("list", help="перечислить находки")
    listing.add_argument("--year", type=int, required=True, metavar="ГОД")
    listing.add_argument("--half", type=int, choices=(1, 2), help="полугодие")
    listing.add_argument("--state", choices=("unsettled", *quality_findings.STATES), default="unsettled")
    listing.add_argument("--check", default="", metavar="ПРОВЕРКА", help="код проверки")
    listing.add_argument("--region", default="", help="код региона, если их несколько")
    listing.add_argument("--author", default=None, help=argparse.SUPPRESS)
    listing.add_argument("--format", choices=("text", "json"), default="text")
    listing.set_defaults(run=_list)
    for name, (decision, help_text, said) in _DECISIONS.items():
        command = own.add_parser(name, help=help_text)
        command.add_argument("findings", nargs="+", metavar="НАХОДКА", help="коды находок из quality list")
        command.add_argument("--reason", required=True, help="обоснование или замечание")
        command.add_argument("--author", default=None, help="кто решает; иначе имя пользователя системы")
        command.set_defaults(run=_decide, decision=decision, said=said)


def _list(options: argparse.Namespace, address: Address) -> int:
    mart = open_mart(address)
    regions = (
        [options.region]
        if options.region
        else mart.query_unguarded("select region_id from regions")["region_id"].to_list()
    )
    found = [
        row
        for region in regions
        for row in quality_findings.findings(
            mart, acting(options), Filter(region, options.year, options.half, options.state, options.check)
        ).iter_rows(named=True)
    ]
    if options.format == "json":
        print(json.dumps(found, ensure_ascii=False, default=str))
        return 0
    for row in found:
        print(f"{row['finding']}  {_STATES[row['state']]}  {row['message']}")
    print(f"{counted(len(found), 'находка', 'находки', 'находок')}.")
    return 0


def _decide(options: argparse.Namespace, address: Address) -> int:
    publication = finding_decisions.decide(
        address, acting(options), options.findings, options.decision, options.reason, now()
    )  # fmt: skip
    count = counted(len(set(options.findings)), "находка", "находки", "находок")
    print(f"{options.said}: {count}, публикация № {publication}.")
    return 0
