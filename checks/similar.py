"""Identifiers that differ only in alphabet, case, spacing or leading zeros."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

import polars as pl

from checks.contract import Column, Contract
from checks.findings import Noticed
from checks.parse import Parsed

_TO_LATIN = str.maketrans("аеорсухкмтвнігё", "aeopcyxkmtbhire")
_DASHES = re.compile(r"[\u2010-\u2015\u2212_/.-]+")
_NOT_COMPARED = re.compile(r"[\s\u00ab\u00bb\"'„“”`№#,;:()]+")
_WHOLE = re.compile(r"0*(\d+?)(?:[-]0)?", re.ASCII)


def form(text: str) -> str:
    """Return the form that keys are compared in.

    One Unicode form, one case, look-alike letters of one alphabet, O as 0, no spaces and quotes, dashes alike, no
    zeros before digits alone.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_TO_LATIN)
    folded = _DASHES.sub("-", _NOT_COMPARED.sub("", folded))
    whole = _WHOLE.fullmatch(folded)
    return whole[1] if whole else folded.replace("o", "0")


def is_compared(column: Column, contract: Contract) -> bool:
    """Tell whether values of a column are own keys that a person writes."""
    return column.code in contract.key and column.kind in ("id", "text") and column.references is None


def twins(values: Iterable[str], known: Iterable[str]) -> Mapping[str, str]:
    """Return value → the known or earlier value that it resembles."""
    first: dict[str, str] = {}
    listed = set()
    for text in known:
        first.setdefault(form(text), text)
        listed.add(text)
    found = {}
    for text in values:
        other = first.setdefault(form(text), text)
        if other != text and text not in listed:
            found[text] = other
    return found


def similar_keys(contract: Contract, parsed: Parsed, known: Mapping[str, pl.Series]) -> list[Noticed]:
    """Return warnings about new keys that resemble a key of the warehouse or the file.

    known: column code → its values in the warehouse.
    """
    noticed = []
    for column in contract.columns.values():
        if not is_compared(column, contract):
            continue
        values = parsed.frame[column.code]
        stored = known.get(column.code, pl.Series([], dtype=pl.String))
        found = twins(values.drop_nulls().unique(maintain_order=True).to_list(), stored.drop_nulls().to_list())
        if not found:
            continue
        rows = values.is_in(pl.Series(list(found)).implode()).fill_null(False).arg_true().to_list()
        kept = set(stored.to_list())
        for index in rows:
            text, other = values[index], found[values[index]]
            where = "в хранилище уже есть" if other in kept else "в этой же подаче есть"
            noticed.append(
                Noticed(
                    index,
                    "similar_key",
                    column.code,
                    parsed.written[column.code][index],
                    f"«{text}» — новое значение, а {where} похожее: «{other}». Если это одно и то же, впишите "
                    f"«{other}»; если разное, подтвердите с причиной.",
                )
            )
    return noticed
