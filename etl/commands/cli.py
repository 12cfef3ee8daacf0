"""The operators' command line.

Exit codes: 0 done, 1 rejected or not possible, 2 wrong usage.
"""

import argparse
import dataclasses
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from checks.catalogue import contracts
from checks.findings import SEVERITY_NAMES, Finding
from checks.russian import counted
from etl.commands import (
    access,
    condense,
    copies,
    deliveries,
    export,
    keys,
    quality,
    quarantine,
    recommend,
    report,
    rounds,
    targets,
)
from etl.commands.arguments import acting
from etl.commands.inspect import as_text, inspect
from etl.demo.fill import fill_with_demonstration, is_empty
from etl.intake.load import Add, commit, load, load_folder, rehearse
from etl.intake.prepare import Incoming, Options
from etl.intake.result import LoadResult, summary
from etl.intake.template import write_template
from warehouse.build import publish
from warehouse.changes.publishing import publishing
from warehouse.changes.withdrawals import withdraw_or_restore
from warehouse.errors import Refused
from warehouse.marts.mart import open_mart
from warehouse.store.address import Address, resolve
from warehouse.store.clock import now
from warehouse.store.troubles import UNWRITTEN, cause

DONE, REJECTED, WRONG_USAGE = 0, 1, 2
_DEBUG_VARIABLE = "RSNMS_DEBUG"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; print errors in Russian, without a traceback.

    With the debugging variable set, an unexpected error is raised as it is.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    run: Callable[[argparse.Namespace, Address], int] = options.run
    try:
        return run(options, resolve(options.warehouse))
    except Refused as failure:
        return _fail(str(failure))
    except FileNotFoundError as failure:
        return _fail(f"Файл не найден: {failure.filename}.", WRONG_USAGE)
    except PermissionError as failure:
        return _fail(f"Нет прав на «{failure.filename}».")
    except UNWRITTEN as failure:
        return _fail(f"Диск или память подвели: {cause(failure)}. Хранилище не изменилось.")
    except Exception as failure:
        if os.environ.get(_DEBUG_VARIABLE):
            raise
        # The text of an unexpected error may quote a cell, so only its type is shown.
        return _fail(
            f"Внутренняя ошибка ({type(failure).__name__}), данные не изменились. "
            f"Подробности для разработчика: повторите с {_DEBUG_VARIABLE}=1."
        )


def _fail(message: str, code: int = REJECTED) -> int:
    print(message, file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m etl", description="Загрузка и выгрузка данных мониторинга РС НМС")
    parser.add_argument("--warehouse", help="адрес хранилища; иначе RSNMS_WAREHOUSE, иначе data/warehouse.duckdb")
    commands = parser.add_subparsers(required=True, metavar="КОМАНДА", parser_class=_CommandParser)
    datasets = list(contracts())

    one = commands.add_parser("load", help="проверить файлы одной формы и загрузить одной партией")
    one.add_argument("dataset", choices=datasets, metavar="ФОРМА", help=", ".join(datasets))
    one.add_argument("files", nargs="+", type=Path, metavar="ФАЙЛ")
    _add_load_options(one)
    one.set_defaults(run=_load)

    folder = commands.add_parser("load-dir", help="загрузить файлы папки, имена которых начинаются с кода формы")
    folder.add_argument("folder", type=Path, metavar="ПАПКА")
    _add_load_options(folder)
    folder.set_defaults(run=_load_dir)

    inspect = commands.add_parser("inspect", help="показать, что видно в файле")
    inspect.add_argument("file", type=Path, metavar="ФАЙЛ")
    inspect.add_argument("--format", choices=("text", "json"), default="text")
    inspect.set_defaults(run=_inspect)

    template = commands.add_parser("template", help="сделать пустую книгу формы")
    template.add_argument("dataset", choices=datasets, metavar="ФОРМА")
    template.add_argument("-o", "--output", type=Path, required=True, metavar="ФАЙЛ.xlsx")
    template.set_defaults(run=_template)

    ledger = commands.add_parser("batches", help="перечислить партии")
    ledger.add_argument("--format", choices=("text", "json"), default="text")
    ledger.set_defaults(run=_batches)

    withdraw = commands.add_parser("withdraw", help="отозвать партию")
    withdraw.add_argument("batch", type=int, metavar="ПАРТИЯ")
    withdraw.add_argument("--reason", required=True, help="причина")
    withdraw.add_argument("--author", default=None)
    withdraw.set_defaults(run=_change_batch, change="withdraw")
    copies.add_commands(commands, _change_batch)

    again = commands.add_parser("publish", help="пересчитать показатели по текущей версии программы")
    again.add_argument("--author", default=None)
    again.set_defaults(run=_publish)

    deliveries.add_commands(commands, _CommandParser)
    rounds.add_commands(commands, _CommandParser)
    quality.add_commands(commands, _CommandParser)
    quarantine.add_commands(commands, _CommandParser)
    targets.add_commands(commands, _CommandParser)
    access.add_commands(commands, _CommandParser)
    keys.add_commands(commands, _CommandParser)
    condense.add_command(commands)
    report.add_command(commands)
    recommend.add_commands(commands, _CommandParser)

    exports = commands.add_parser("export", help="выгрузить показатели")
    exports.add_argument("what", choices=("indicators",))
    exports.add_argument("--year", type=int)
    exports.add_argument("--half", type=int, choices=(1, 2))
    exports.add_argument("--level", type=str.lower, choices=tuple(export.LEVELS), metavar="R|M|O")
    exports.add_argument("--indicator")
    exports.add_argument("--profile", default=export.DEFAULT_PROFILE)
    exports.add_argument("--publication", type=int)
    exports.add_argument("-o", "--output", type=Path, required=True, metavar="ФАЙЛ")
    exports.set_defaults(run=_export)

    demo = commands.add_parser("demo", help="наполнить пустое хранилище демонстрационными данными")
    demo.add_argument("--if-empty", action="store_true", help="ничего не делать, если данные уже есть")
    demo.set_defaults(run=_demo, author=None)
    return parser


class _CommandParser(argparse.ArgumentParser):
    """Parser of one command; accepts --warehouse after the command too."""

    def __init__(self, **settings: Any) -> None:  # `Any`: as argparse declares its settings
        super().__init__(**settings)
        self.add_argument("--warehouse", default=argparse.SUPPRESS, help=argparse.SUPPRESS)


def _add_load_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--year", type=int, help="год, если в файле нет такой колонки")
    parser.add_argument("--half", type=int, choices=(1, 2), help="полугодие, если в файле нет такой колонки")
    parser.add_argument("--confirm", metavar="ПРИЧИНА", help="подтвердить предупреждения с причиной")
    parser.add_argument("--quarantine", action="store_true", help="загрузить верные строки, остальные отложить")
    parser.add_argument("--dry-run", action="store_true", help="только проверить")
    deliveries.add_load_options(parser)
    parser.add_argument("--region", help="код региона, если названия или программы могут относиться к разным")
    parser.add_argument("--author", default=None, help="кто загружает; иначе имя пользователя системы")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def _load_options(options: argparse.Namespace) -> Options:
    return Options(
        actor=acting(options),
        now=now(),
        year=options.year,
        half=options.half,
        confirm=options.confirm,
        quarantine=options.quarantine,
        region=options.region,
        covers=None if options.covers is None else tuple(options.covers),
        covers_periods=options.covers_periods,
    )


def _add(options: argparse.Namespace) -> Add:
    return rehearse if options.dry_run else commit


def _load(options: argparse.Namespace, address: Address) -> int:
    files = [Incoming.at(_existing(path)) for path in options.files]
    result = load(address, options.dataset, files, _load_options(options), _add(options))
    if options.format == "json":
        print(json.dumps(_as_json(result), ensure_ascii=False))
    else:
        _print_result(result)
    return REJECTED if result.status == "rejected" else DONE


def _load_dir(options: argparse.Namespace, address: Address) -> int:
    if not options.folder.is_dir():
        return _fail(f"Папки «{options.folder}» нет.", WRONG_USAGE)
    results = load_folder(address, options.folder, _load_options(options), _add(options))
    if options.format == "json":
        print(json.dumps([{"files": r.files, **_as_json(r)} for r in results], ensure_ascii=False))
    else:
        for result in results:
            _print_result(result)
    if not any(result.dataset for result in results):
        return _fail("В папке нет файлов, имена которых начинаются с кода формы.")
    return REJECTED if any(result.dataset and result.status == "rejected" for result in results) else DONE


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise FileNotFoundError(2, "нет такого файла", str(path))
    return path


def _as_json(result: LoadResult) -> dict[str, object]:
    return {
        "dataset": result.dataset or None,
        "status": result.status,
        "batch": result.batch,
        "rows": dataclasses.asdict(result.rows),
        "findings": [_finding_as_json(finding, len(result.files) > 1) for finding in result.findings],
    }


def _finding_as_json(finding: Finding, with_file: bool) -> dict[str, object]:
    fields = dataclasses.asdict(finding)
    file = fields.pop("file")
    return {**fields, "file": file} if with_file else fields


def _print_result(result: LoadResult) -> None:
    print(summary(result))
    for finding in result.findings:
        where = [f"файл {finding.file}"] if finding.file else []
        where += [f"строка {finding.row}"] if finding.row else []
        where += [f"«{finding.column}»"] if finding.column else []
        print(f"  {SEVERITY_NAMES[finding.severity]}{': ' if where else ''}{', '.join(where)}: {finding.message}")
    if result.status == "rejected" and not any(f.severity == "error" for f in result.findings):
        print('  Предупреждения принимаются с причиной: --confirm "причина".')


def _inspect(options: argparse.Namespace, address: Address) -> int:
    seen, is_table = inspect(_existing(options.file))
    print(json.dumps(seen, ensure_ascii=False) if options.format == "json" else as_text(seen))
    return DONE if is_table else REJECTED


def _template(options: argparse.Namespace, address: Address) -> int:
    if options.output.suffix.lower() != ".xlsx":
        return _fail("Имя файла шаблона должно кончаться на .xlsx.", WRONG_USAGE)
    write_template(options.dataset, options.output)
    print(f"Шаблон формы «{contracts()[options.dataset].title}»: {options.output}")
    return DONE


def _batches(options: argparse.Namespace, address: Address) -> int:
    rows = open_mart(address).query_unguarded("select * from batches order by batch")
    if options.format == "json":
        print(json.dumps(rows.to_dicts(), ensure_ascii=False, default=str))
        return DONE
    for row in rows.iter_rows(named=True):
        state = "" if row["state"] == "active" else f" — отозвана: {row['reason']}"
        print(
            f"№ {row['batch']}  {row['loaded_at']:%d.%m.%Y %H:%M}  {contracts()[row['dataset']].title}  "
            f"{counted(row['rows_loaded'], 'строка', 'строки', 'строк')}  {row['author']}  {row['files']}{state}"
        )
    return DONE


def _change_batch(options: argparse.Namespace, address: Address) -> int:
    if options.change == "withdraw" and not options.reason.strip():
        return _fail("Нужна причина: --reason «причина».", WRONG_USAGE)
    reason = options.reason or "возвращена"
    publication = withdraw_or_restore(address, acting(options), options.batch, options.change, reason, now())
    done = "отозвана" if options.change == "withdraw" else "возвращена"
    print(f"Партия № {options.batch} {done}, публикация № {publication}.")
    return DONE


def _publish(options: argparse.Namespace, address: Address) -> int:
    if is_empty(address):
        return _fail(f"Хранилища {address.database} нет: пересчитывать нечего.", REJECTED)
    actor = acting(options)
    with publishing(address, actor, now(), "published", "пересчёт показателей", finish=False) as change:
        publication = change.announce(publish.RENEWED)
    print(f"Показатели пересчитаны, публикация № {publication}.")
    return DONE


def _export(options: argparse.Namespace, address: Address) -> int:
    if options.output.suffix.lower() not in export.WRITERS:
        return _fail(f"Имя файла должно кончаться на {', '.join(export.WRITERS)}.", WRONG_USAGE)
    frame = export.indicators(
        open_mart(address, options.publication),
        year=options.year,
        half=options.half,
        level=export.LEVELS[options.level] if options.level else None,
        indicator=options.indicator,
        profile=options.profile,
    )
    export.write(frame, options.output)
    print(f"{counted(frame.height, 'строка', 'строки', 'строк')}: {options.output}")
    return DONE


def _demo(options: argparse.Namespace, address: Address) -> int:
    if options.if_empty and not is_empty(address):
        return _publish(options, address) if publish.is_outdated(address) else DONE
    print("Готовятся демонстрационные данные, это займёт около минуты…", flush=True)
    count = fill_with_demonstration(address)
    print(f"Демонстрационные данные загружены: {counted(count, 'партия', 'партии', 'партий')}.")
    return DONE
