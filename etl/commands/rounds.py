"""The command `rounds`: monitoring rounds, who has sent what, reminders."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import polars as pl

from checks.catalogue import contracts
from checks.cells import Problem
from checks.russian import counted, date, half_year, listed, number, percent
from checks.territories import is_region
from etl.commands.arguments import Commands, acting, codes, day
from warehouse.changes import reminders
from warehouse.changes import rounds as ledger
from warehouse.changes.rounds import Round, RoundRefused
from warehouse.ledger.reference import references
from warehouse.marts.mart import Mart, NoPublication, open_mart
from warehouse.queries import completeness
from warehouse.queries.completeness import STATES
from warehouse.store import clock
from warehouse.store.address import Address
from warehouse.store.row import Row

Run = Callable[[argparse.Namespace, Address], int]


def add_commands(commands: Commands, parser_class: type[argparse.ArgumentParser]) -> None:
    """Add `rounds` with its own commands to the commands of the program."""
    rounds = commands.add_parser("rounds", help="раунды мониторинга: открыть, закрыть, кто что прислал, напоминания")
    own = rounds.add_subparsers(required=True, metavar="ДЕЙСТВИЕ", parser_class=parser_class)

    def command(name: str, help_text: str, run: Run, *, of_round: bool = True) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = own.add_parser(name, help=help_text)
        parser.add_argument("--region", help="код или название региона, если их несколько")
        if of_round:
            parser.add_argument("--year", type=int, required=True, metavar="ГОД")
            parser.add_argument("--half", type=int, choices=(1, 2), required=True, help="полугодие")
        parser.add_argument("--author", default=None, help="кто это делает; иначе имя пользователя системы")
        parser.add_argument("--format", choices=("text", "json"), default="text")
        parser.set_defaults(run=run)
        return parser

    command("list", "перечислить раунды", _list, of_round=False)
    command("status", "показать, кто что прислал", _status)
    opening = command("open", "открыть раунд", _open)
    opening.add_argument("--due", type=day, required=True, metavar="ДД.ММ.ГГГГ", help="последний день приёма")
    opening.add_argument("--datasets", type=codes, metavar="ФОРМЫ", help="коды форм через запятую; иначе обычный набор")
    opening.add_argument("--municipalities", type=codes, metavar="КОДЫ", help="муниципалитеты через запятую; иначе все")
    due = command("due", "перенести срок", _due)
    due.add_argument("--due", type=day, required=True, metavar="ДД.ММ.ГГГГ", help="последний день приёма")
    due.add_argument("--comment", default="", help="пояснение")
    command("close", "закрыть раунд и закрепить его значения", _close).add_argument(
        "--comment", default="", help="пояснение"
    )
    command("reopen", "открыть закрытый раунд заново", _reopen).add_argument("--reason", required=True, help="причина")
    returning = command("return", "вернуть подачу на доработку", _return)
    returning.add_argument("--batch", type=int, metavar="ПАРТИЯ")
    returning.add_argument("--municipality", metavar="МУНИЦИПАЛИТЕТ", help="код или название")
    returning.add_argument("--dataset", choices=list(contracts()), metavar="ФОРМА")
    returning.add_argument("--comment", required=True, help="что исправить")
    remind = command("remind", "составить напоминания", _remind)
    remind.add_argument("--municipality", metavar="МУНИЦИПАЛИТЕТ", help="код или название; иначе всем, кто должен")
    remind.add_argument("-o", "--output", type=Path, metavar="ФАЙЛ.txt")


def region_of(options: argparse.Namespace, address: Address) -> str:
    """Return the region that is named, else the only one of the warehouse."""
    if options.region:
        found = references(address).territories.territory(options.region)
        if isinstance(found, Problem) or not is_region(found):
            raise RoundRefused(f"Региона «{options.region}» нет в справочнике.")
        return found
    try:
        mart = open_mart(address)
    except NoPublication:
        raise RoundRefused("В хранилище ещё ничего нет; укажите регион: --region КОД_ОКТМО или название.") from None
    known = completeness.monitored_regions(mart, acting(options))
    if known.height != 1:
        choices = listed([f"{row['name']} ({row['region_id']})" for row in known.iter_rows(named=True)], "или")
        raise RoundRefused(f"Укажите регион, --region: {choices}.")
    return str(known["region_id"][0])


def _chosen(options: argparse.Namespace, address: Address) -> Round:
    return Round(region_of(options, address), options.year, options.half)


def _municipality(address: Address, region: str, text: str) -> str:
    found = references(address, region).territories.municipality(text)
    if isinstance(found, Problem):
        raise RoundRefused(found.message)
    return found


def _say(options: argparse.Namespace, chosen: Round, publication: int, event: str, sentence: str) -> int:
    if options.format == "json":
        said = {"region": chosen.region, "year": chosen.year, "half": chosen.half}
        print(json.dumps({**said, "event": event, "publication": publication}, ensure_ascii=False))
    else:
        print(f"{sentence} Публикация № {publication}.")
    return 0


def _open(options: argparse.Namespace, address: Address) -> int:
    chosen = _chosen(options, address)
    named = options.municipalities
    publication = ledger.open_round(
        address,
        chosen,
        due_on=options.due,
        datasets=options.datasets,
        municipalities=[_municipality(address, chosen.region, text) for text in named] if named else None,
        actor=acting(options),
        now=clock.now(),
    )
    sentence = f"Раунд за {chosen.period} открыт, срок — {date(options.due)}."
    return _say(options, chosen, publication, "opened", sentence)


def _due(options: argparse.Namespace, address: Address) -> int:
    chosen = _chosen(options, address)
    publication = ledger.change_due(
        address, chosen, options.due, comment=options.comment, actor=acting(options), now=clock.now()
    )
    sentence = f"Срок раунда за {chosen.period} теперь {date(options.due)}."
    return _say(options, chosen, publication, "due_changed", sentence)


def _close(options: argparse.Namespace, address: Address) -> int:
    chosen = _chosen(options, address)
    publication = ledger.close_round(address, chosen, comment=options.comment, actor=acting(options), now=clock.now())
    sentence = f"Раунд за {chosen.period} закрыт, его значения закреплены."
    return _say(options, chosen, publication, "closed", sentence)


def _reopen(options: argparse.Namespace, address: Address) -> int:
    chosen = _chosen(options, address)
    publication = ledger.reopen_round(address, chosen, options.reason, actor=acting(options), now=clock.now())
    sentence = f"Раунд за {chosen.period} открыт заново; значения при закрытии сохранены."
    return _say(options, chosen, publication, "reopened", sentence)


def _return(options: argparse.Namespace, address: Address) -> int:
    chosen = _chosen(options, address)
    municipality = options.municipality
    publication = ledger.send_back(
        address,
        chosen,
        options.comment,
        batch=options.batch,
        municipality=_municipality(address, chosen.region, municipality) if municipality else None,
        dataset=options.dataset,
        actor=acting(options),
        now=clock.now(),
    )
    what = f"Партия № {options.batch}" if options.batch else f"Форма «{contracts()[options.dataset].title}»"
    return _say(options, chosen, publication, "returned", f"{what} возвращена на доработку.")


def _list(options: argparse.Namespace, address: Address) -> int:
    mart = open_mart(address)
    region = region_of(options, address) if options.region else None
    found = completeness.rounds(mart, acting(options), region)
    if options.format == "json":
        rows = [{**row, **_lists(row)} for row in found.iter_rows(named=True)]
        print(json.dumps(rows, ensure_ascii=False, default=str))
        return 0
    if found.is_empty():
        print("Раундов ещё не было. Открыть: python -m etl rounds open --year ГОД --half 1 --due ДД.ММ.ГГГГ")
    for row in found.iter_rows(named=True):
        state = "открыт" if row["state"] == "open" else f"закрыт {date(row['closed_on'])}"
        sent = f"{number(row['sent'])} из {counted(row['expected'] or 0, 'формы', 'форм', 'форм')}"
        print(
            f"{half_year(row['year'], row['half'])}  {state}  срок {date(row['due_on'])}  принято {sent}, "
            f"в срок {percent(row['on_time_rate'])}"
        )
    return 0


def _lists(row: Row) -> dict[str, list[str] | None]:
    municipalities = row["municipalities"]
    return {
        "datasets": codes(row["datasets"] or ""),
        "municipalities": codes(municipalities) if municipalities else None,
    }


def _cells(options: argparse.Namespace, address: Address) -> tuple[Mart, Row, pl.DataFrame]:
    mart, chosen, actor = open_mart(address), _chosen(options, address), acting(options)
    found = completeness.round_of(mart, actor, chosen.region, chosen.year, chosen.half)
    if found is None:
        raise RoundRefused(f"Раунд за {chosen.period} не открывался.")
    return mart, found, completeness.completeness(mart, actor, chosen.region, chosen.year, chosen.half)


def _status(options: argparse.Namespace, address: Address) -> int:
    _, _, cells = _cells(options, address)
    if options.format == "json":
        print(json.dumps(cells.filter("expected").to_dicts(), ensure_ascii=False, default=str))
        return 0
    counts = completeness.state_counts(cells)
    print(", ".join(f"{STATES[state]} — {number(count)}" for state, count in counts.items()) + ".")
    for (name,), rows in (
        completeness.owed(cells).sort("municipality_full").group_by("municipality_full", maintain_order=True)
    ):
        print(f"{name}:")
        for row in rows.iter_rows(named=True):
            print(f"  {STATES[row['state']]}: {contracts()[row['dataset']].title}")
    return 0


def _remind(options: argparse.Namespace, address: Address) -> int:
    mart, chosen, cells = _cells(options, address)
    if chosen["state"] == "closed":
        raise RoundRefused(f"Раунд за {half_year(chosen['year'], chosen['half'])} закрыт: напоминать не о чем.")
    if options.municipality:
        code = _municipality(address, chosen["region_id"], options.municipality)
        cells = cells.filter(pl.col("municipality_id") == code)
    regions = completeness.monitored_regions(mart, acting(options))
    genitive = regions.row(by_predicate=pl.col("region_id") == chosen["region_id"], named=True)["name_genitive"]
    today = clock.today()
    if options.format == "json":
        letters = [
            {"municipality_id": key[0], "text": text}
            for key, rows in cells.group_by("municipality_id", maintain_order=True)
            if (text := reminders.reminder(rows, chosen, genitive, today))
        ]
        text = json.dumps(letters, ensure_ascii=False)
    else:
        text = reminders.all_reminders(cells, chosen, genitive, today).strip() or "Все сведения присланы."
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")
        print(f"Напоминания: {options.output}")
    else:
        print(text)
    return 0
