"""Contracts of datasets: a pandera model, facts of the dataset, columns derived from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pandera.polars as pa
import polars as pl

from checks.findings import Noticed

WAREHOUSE_TYPES: dict[str, str] = {
    "integer": "bigint",
    "decimal": "double",
    "date": "date",
    "boolean": "boolean",
}
POLARS_TYPES: dict[str, pl.DataType] = {
    "integer": pl.Int64(),
    "decimal": pl.Float64(),
    "date": pl.Date(),
    "boolean": pl.Boolean(),
}

KIND_NAMES: dict[str, str] = {
    "text": "текст",
    "id": "код",
    "integer": "целое число",
    "decimal": "число",
    "date": "дата дд.мм.гггг",
    "boolean": "да или нет",
    "choice": "значение из списка",
    "choices": "значения из списка через запятую",
    "municipality": "муниципалитет: название или код ОКТМО",
    "territory": "муниципалитет или регион: название или код ОКТМО",
    "person": "СНИЛС или код человека",
    "competency": "компетенция: код или название",
    "competencies": "компетенции через запятую",
    "url": "адрес в интернете",
}
"""Russian names of the kinds of columns."""


class Model(pa.DataFrameModel):
    """Base class of the datasets' models; columns are declared with `checks.fields`."""


@dataclass(frozen=True)
class Column:
    """One column of a contract, derived from its pandera field."""

    code: str
    header: str
    kind: str
    required: bool
    description: str
    references: str | None = None
    options: tuple[str, ...] = ()
    default: bool | None = None
    past: bool = False
    minimum: float | None = None
    maximum: float | None = None

    @property
    def warehouse_type(self) -> str:
        """Type of the column in the warehouse."""
        return WAREHOUSE_TYPES.get(self.kind, "varchar")

    @property
    def polars_type(self) -> pl.DataType:
        """Type of the column in a checked frame."""
        return POLARS_TYPES.get(self.kind, pl.String())


Compare = Callable[[pl.DataFrame, Mapping[str, pl.DataFrame]], list[Noticed]]
"""A check against the warehouse: typed rows of a batch, current rows by dataset → findings."""


@dataclass(frozen=True)
class Contract:
    """A dataset's contract: everything that the program knows of the dataset.

    model: the pandera model that validates a parsed frame.
    code: code of the dataset, also the name of its table. title: Russian title; short: the same at the head of a
    narrow column.
    group: part of the monitoring that the dataset belongs to.
    key: codes of the columns of the natural key. grain: what one row is, in Russian.
    place: the column by whose territory a row counts; None: rows belong to the region that their batch was loaded for.
    dates: columns of the dates by which a row counts for half-years, where no column is the year.
    is_expected: whether a monitoring round expects the dataset unless it says otherwise.
    compare: a check of a batch against current rows; needs: the datasets whose current rows it is given.
    """

    model: type[Model]
    code: str
    title: str
    group: str
    key: tuple[str, ...]
    grain: str
    short: str
    place: str | None
    dates: tuple[str, ...] = ()
    is_expected: bool = True
    compare: Compare | None = None
    needs: tuple[str, ...] = ()

    @cached_property
    def columns(self) -> Mapping[str, Column]:
        """Columns by code, in the order of the template."""
        return {code: _column(code, field) for code, field in self.model.to_schema().columns.items()}

    @cached_property
    def has_persons(self) -> bool:
        """Whether rows are about persons."""
        return any(column.kind == "person" for column in self.columns.values())

    @property
    def references(self) -> frozenset[str]:
        """Datasets that this one refers to."""
        return frozenset(c.references for c in self.columns.values() if c.references)


def _column(code: str, field: pa.Column) -> Column:
    metadata = field.metadata
    bounds = {name: value for check in field.checks for name, value in check.statistics.items()}
    return Column(
        code=code,
        header=field.title,
        kind=metadata["kind"],
        required=metadata["required"] and metadata.get("default") is None,
        description=field.description,
        references=metadata.get("references"),
        options=metadata.get("options", ()),
        default=metadata.get("default"),
        past=metadata.get("past", False),
        minimum=bounds.get("min_value"),
        maximum=bounds.get("max_value"),
    )
