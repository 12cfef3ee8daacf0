"""The commands `deliveries` and `nodata`: for whom and when a form was delivered."""

import argparse
import json
import re

import polars as pl

from checks.catalogue import contracts
from checks.half_year import HalfYear
from checks.russian import listed
from etl.commands.arguments import Commands, acting, codes
from warehouse.changes import delivery_statements
from warehouse.ledger.collection import municipal_datasets
from warehouse.marts.mart import Mart, open_mart
from warehouse.store.address import Address
from warehouse.store.clock import now


def half_years(text: str) -> tuple[HalfYear, ...]:
    """Read half-years such as 2025-1,2025-2. Raises `argparse.ArgumentTypeError` in Russian."""
    found = []
    for part in codes(text):
        if not re.fullmatch(r"20\d\d-[12]", part):
            raise argparse.ArgumentTypeError(f"«{part}» — не полугодие; нужно, например, 2025-1,2025-2")
        found.append(HalfYear(int(part[:4]), int(part[5])))
    return tuple(found)


def add_load_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of a load that state what its files deliver."""
    parser.add_argument(
        "--covers",
        type=codes,
        metavar="region|КОДЫ",
        help="за кого файл содержит всю форму: region или коды муниципалитетов через запятую",
    )
    parser.add_argument(
        "--covers-periods", type=half_years, metavar="2025-1,2025-2", help="за какие полугодия файл содержит всю форму"
    )


def add_commands(commands: Commands, parser_class: type[argparse.ArgumentParser]) -> None:
    """Add `deliveries` with its own commands, and `nodata`, to the commands of the program."""
    group = commands.add_parser("deliveries", help="за кого и за какие полугодия прислана форма")
    own = group.add_subparsers(required=True, metavar="ДЕЙСТВИЕ", parser_class=parser_class)
    listing = own.add_parser("list", help="показать, что прислано каждой партией")
    listing.add_argument("batch", type=int, nargs="?", metavar="ПАРТИЯ")
    listing.add_argument("--format", choices=("text", "json"), default="text")
    listing.set_defaults(run=_list)
    setting = own.add_parser("set", help="исправить, за кого прислана партия")
    setting.add_argument("batch", type=int, metavar="ПАРТИЯ")
    setting.add_argument("--covers", type=codes, required=True, metavar="КОДЫ", help="коды муниципалитетов или региона")
    setting.add_argument("--covers-periods", type=half_years, default=(), metavar="2025-1,2025-2")
    setting.add_argument("--reason", required=True, help="причина")
    setting.add_argument("--author", default=None, help="кто исправляет; иначе имя пользователя системы")
    setting.set_defaults(run=_set)
    nothing = commands.add_parser("nodata", help="сообщить, что сведений по форме нет")
    datasets = municipal_datasets()
    nothing.add_argument("dataset", choices=datasets, metavar="ФОРМА", help=", ".join(datasets))
    nothing.add_argument("--municipality", required=True, metavar="КОД", help="код муниципалитета")
    nothing.add_argument("--year", type=int, required=True)
    nothing.add_argument("--half", type=int, choices=(1, 2), required=True)
    nothing.add_argument("--reason", required=True, help="причина")
    nothing.add_argument("--author", default=None, help="кто сообщает; иначе имя пользователя системы")
    nothing.set_defaults(run=_nothing)


def _list(options: argparse.Namespace, address: Address) -> int:
    mart = open_mart(address)
    rows = mart.query_unguarded("from deliveries")
    if options.batch is not None:
        rows = rows.filter(pl.col("batch") == options.batch)
    if options.format == "json":
        print(json.dumps(rows.to_dicts(), ensure_ascii=False, default=str))
        return 0
    names = _names(mart)
    for (batch, dataset, basis), part in rows.group_by("batch", "dataset", "basis", maintain_order=True):
        places = listed([names.get(code, code) for code in part["territory_id"].unique(maintain_order=True)])
        spoken = part.filter(pl.col("year").is_not_null()).select("year", "half").unique(maintain_order=True)
        when = listed([HalfYear(year, half).words for year, half in spoken.iter_rows()]) or "действует со дня загрузки"
        how = "указано" if basis == "stated" else "по строкам"
        print(f"№ {batch}  {contracts()[str(dataset)].title}  {places}; {when} ({how})")
    return 0


def _names(mart: Mart) -> dict[str, str]:
    """Return short names of municipalities and names of regions by code."""
    return dict(
        mart.query_unguarded(
            "select municipality_id, short_name from reference_municipalities "
            "union all select region_id, name from reference_regions"
        ).iter_rows()
    )


def _set(options: argparse.Namespace, address: Address) -> int:
    publication = delivery_statements.correct(
        address, acting(options), options.batch, options.covers, options.covers_periods, options.reason, now()
    )
    print(f"Партия № {options.batch}: исправлено, за кого она прислана; публикация № {publication}.")
    return 0


def _nothing(options: argparse.Namespace, address: Address) -> int:
    period = HalfYear(options.year, options.half)
    batch = delivery_statements.no_data(
        address, acting(options), options.dataset, options.municipality, period, options.reason, now()
    )
    title = contracts()[options.dataset].title
    print(f"«{title}», {period.words}: сведений нет; партия № {batch}.")
    return 0
