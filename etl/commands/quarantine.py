"""The command `quarantine`: list and dismiss rows kept back.

Rows are finished on the quality page: a known person has no identifier that could be written into a file.
"""

import argparse
import json

from checks.catalogue import contracts
from checks.russian import counted, plural
from etl.commands.arguments import Commands, acting
from warehouse.changes import quarantine
from warehouse.marts.mart import open_mart
from warehouse.queries import kept_back
from warehouse.store.address import Address
from warehouse.store.clock import now
from warehouse.store.row import Row


def add_commands(commands: Commands, parser_class: type[argparse.ArgumentParser]) -> None:
    """Add `quarantine` with its own commands to the commands of the program."""
    group = commands.add_parser("quarantine", help="карантин: строки, отложенные при загрузке")
    own = group.add_subparsers(required=True, metavar="ДЕЙСТВИЕ", parser_class=parser_class)
    listing = own.add_parser("list", help="перечислить строки, которые ждут, и что с ними не так")
    listing.add_argument("--author", default=None, help=argparse.SUPPRESS)
    listing.add_argument("--format", choices=("text", "json"), default="text")
    listing.set_defaults(run=_list)
    dismiss = own.add_parser("dismiss", help="отклонить строки с причиной")
    dismiss.add_argument("batch", type=int, metavar="ПАРТИЯ")
    dismiss.add_argument("rows", type=int, nargs="+", metavar="СТРОКА", help="номера строк файла из quarantine list")
    dismiss.add_argument("--file", type=int, default=1, metavar="НОМЕР", help="какой файл партии, если их несколько")
    dismiss.add_argument("--reason", required=True, help="причина")
    dismiss.add_argument("--author", default=None, help="кто отклоняет; иначе имя пользователя системы")
    dismiss.set_defaults(run=_dismiss)


def _list(options: argparse.Namespace, address: Address) -> int:
    mart, actor = open_mart(address), acting(options)
    listed: list[Row] = []
    for batch in kept_back.batches(mart, actor).iter_rows(named=True):
        found = kept_back.findings_of(mart, actor, batch["batch"]).to_dicts()
        for row in kept_back.rows_of(mart, actor, batch["batch"]).iter_rows(named=True):
            if row["state"] == "waiting":
                position = {key: row[key] for key in ("file_number", "file", "source_row")}
                own = [f for f in found if all(f[key] == row[key] for key in ("file_number", "source_row"))]
                cells = json.loads(row["cells"])
                listed.append(
                    {"batch": batch["batch"], "dataset": batch["dataset"], **position, "cells": cells, "findings": own}
                )
    if options.format == "json":
        print(json.dumps(listed, ensure_ascii=False, default=str))
        return 0
    for line in listed:
        title = contracts()[line["dataset"]].title
        print(f"Партия № {line['batch']}  {title}  файл {line['file_number'] + 1} «{line['file']}», "
              f"строка {line['source_row']}:")  # fmt: skip
        for finding in line["findings"]:
            column = f"«{finding['column_header']}»: " if finding["column_header"] else ""
            print(f"  {column}{finding['message']}")
    count = counted(len(listed), "строка", "строки", "строк")
    print(f"{count} {plural(len(listed), 'ждёт', 'ждут', 'ждут')}.".replace("\u00a0", " "))
    return 0


def _dismiss(options: argparse.Namespace, address: Address) -> int:
    source_rows = {(options.file - 1, row) for row in options.rows}
    publication = quarantine.dismiss(address, acting(options), options.batch, source_rows, options.reason, now())
    count = counted(len(source_rows), "строка", "строки", "строк")
    print(f"Отклонено: {count}, публикация № {publication}.")
    return 0
