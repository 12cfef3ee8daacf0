"""The command `report`: writes documents of a region or municipality.

They are letters, the report of the region, its appendix, or all of them in one archive.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from checks.cells import Problem
from checks.russian import NBSP, listed
from checks.territories import is_region
from etl.commands.arguments import Commands, acting
from view.documents.refusals import PdfUnavailable, ReportRefused
from warehouse.access import audit
from warehouse.ledger.reference import references
from warehouse.marts.mart import Mart, open_mart
from warehouse.queries import published
from warehouse.store.address import Address

WHAT = {"letter": "письмо муниципалитету", "region": "аналитическая справка", "appendix": "приложение",
        "all": "архив всех документов"}  # fmt: skip
ENDINGS = {"letter": (".docx", ".pdf"), "region": (".docx", ".pdf"), "appendix": (".xlsx",), "all": (".zip",)}


def add_command(commands: Commands) -> None:
    """Add `report` to the commands of the program."""
    parser = commands.add_parser("report", help="подготовить письма, аналитическую справку, приложение или всё архивом")
    parser.add_argument("what", choices=tuple(WHAT), help="; ".join(f"{name} — {text}" for name, text in WHAT.items()))
    parser.add_argument("--year", type=int, required=True, metavar="ГОД")
    parser.add_argument("--half", type=int, choices=(1, 2), help="полугодие; иначе итог года")
    parser.add_argument("--region", help="код или название региона, если их несколько")
    parser.add_argument("--municipality", help="код или название, для письма")
    parser.add_argument("--profile", default="composite", help="профиль целей")
    parser.add_argument("--publication", type=int, help="номер публикации; иначе текущая")
    parser.add_argument("--pdf", action="store_true", help="в архив — ещё и PDF (нужен LibreOffice)")
    parser.add_argument("--author", default=None)
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="ФАЙЛ",
                        help="имя на .pdf даёт PDF, если установлен LibreOffice")  # fmt: skip
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace, address: Address) -> int:
    # Drawing and document libraries take most of a second to import, which other commands need not wait for.
    from view.documents import pdf
    from view.documents.appendix import appendix
    from view.documents.archive import archive
    from view.documents.letter import letter
    from view.documents.report import report
    from view.documents.source import DocumentSource, document_source

    ending = options.output.suffix.lower()
    if ending not in ENDINGS[options.what]:
        raise ReportRefused(f"Имя файла должно кончаться на {listed(ENDINGS[options.what], 'или')}.")
    if ending == ".pdf" and pdf.libreoffice() is None:
        raise PdfUnavailable(pdf.NO_LIBREOFFICE)
    mart = open_mart(address, options.publication)
    region = _region(mart, options, address)
    actor = acting(options)
    source = document_source(mart, actor, region, options.year, options.half, options.profile)
    make: dict[str, Callable[[DocumentSource], bytes]] = {
        "letter": lambda source: letter(source, _municipality(options, address, region)),
        "region": lambda source: report(source, _tell),
        "appendix": appendix,
        "all": lambda source: archive(source, _tell, options.pdf),
    }
    about = {"document": WHAT[options.what], "resource": region, "publication": mart.publication}
    with audit.operation(address, actor, "documents_made", **about):
        content = make[options.what](source)
        _write(pdf.converted(content, "docx") if ending == ".pdf" else content, options.output)
    period = source.period.replace(NBSP, " ")
    print(f"Готово, {WHAT[options.what]} за {period}: {options.output}")
    return 0


def _write(content: bytes, path: Path) -> None:
    """Write a file whole or not at all."""
    draft = path.with_name(f".{path.name}.part")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _tell(share: float, doing: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{share:4.0%} {doing}", end="" if share < 1 else "\n", file=sys.stderr, flush=True)


def _region(mart: Mart, options: argparse.Namespace, address: Address) -> str:
    if options.region:
        found = references(address).territories.territory(options.region)
        if isinstance(found, Problem) or not is_region(found):
            raise ReportRefused(f"Региона «{options.region}» нет в справочнике.")
        return found
    known = published.regions(mart, acting(options))
    if known.height != 1:
        choices = listed([f"{row['name']} ({row['region_id']})" for row in known.iter_rows(named=True)], "или")
        raise ReportRefused(f"Укажите регион, --region: {choices}.")
    return str(known["region_id"][0])


def _municipality(options: argparse.Namespace, address: Address, region: str) -> str:
    if not options.municipality:
        raise ReportRefused("Укажите муниципалитет, --municipality: код или название.")
    found = references(address, region).territories.municipality(options.municipality)
    if isinstance(found, Problem):
        raise ReportRefused(found.message)
    return found
