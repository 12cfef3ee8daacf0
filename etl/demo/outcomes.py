"""Results of students: mean scores by school, subject and year.

Results correlate weakly with the activity of teachers: the association that the passport looks for is in the data.
"""

import numpy as np
import polars as pl

from etl.demo import draw
from etl.demo.draw import Ints
from etl.demo.organizations import Organizations
from etl.demo.scale import Region

PUPILS_OF_A_TEACHER = 16.8
# Procedure, subject, mean, spread between schools, pupils' spread, share of the class that takes it.
EXAMS = (
    ("ЕГЭ", "русский язык", 68.0, 4.5, 14.0, 0.96),
    ("ЕГЭ", "математика (профильная)", 55.5, 6.0, 17.0, 0.48),
    ("ЕГЭ", "обществознание", 55.0, 5.0, 16.0, 0.42),
    ("ЕГЭ", "биология", 50.0, 5.0, 15.0, 0.20),
    ("ЕГЭ", "информатика", 59.5, 6.0, 18.0, 0.19),
    ("ЕГЭ", "физика", 55.0, 5.0, 15.0, 0.15),
    ("ЕГЭ", "история", 56.0, 5.0, 16.0, 0.14),
    ("ОГЭ", "русский язык", 4.0, 0.18, 0.8, 0.99),
    ("ОГЭ", "математика", 3.6, 0.20, 0.8, 0.99),
    ("ВПР", "русский язык", 3.5, 0.20, 0.8, 0.93),
    ("ВПР", "математика", 3.7, 0.20, 0.8, 0.93),
)
SENIOR_TEACHERS = 20
LINK = 0.9
YEARLY_GAIN = 0.02


def outcomes(region: Region, table: Organizations, years: tuple[int, ...], seed: int) -> pl.DataFrame:
    """Return `outcomes` of all years, columns as in the contract."""
    rng = draw.generator(seed, region.region_id, "outcomes")
    schools = np.flatnonzero(table.school)
    low = table.register["low_results"].to_numpy()[schools]
    ability = rng.normal(0, 1, len(schools)) - 1.3 * low
    pace = np.log([one.pace for one in region.municipalities])
    trend = np.array([one.trend for one in region.municipalities])
    parts = []
    for position, year in enumerate(years):
        activity = (pace + trend * position)[table.municipality[schools]]
        for exam, subject, mean, between, within, share in EXAMS:
            senior = exam == "ЕГЭ"
            grade = table.teachers[schools] * PUPILS_OF_A_TEACHER / 11 * (0.55 if senior else 1.0)
            taken = rng.binomial(np.maximum(grade.astype(np.int64), 1), share)
            here = (taken > 0) & (table.opened[schools] == 0)
            if senior:
                here &= table.teachers[schools] >= SENIOR_TEACHERS
            level = mean + between * (ability + LINK * activity + YEARLY_GAIN * position)
            score = level + rng.normal(0, 1, len(schools)) * within / np.sqrt(np.maximum(taken, 1))
            upper = 100.0 if senior else 5.0
            lower = 20.0 if senior else 2.0
            parts.append(_rows(table, schools[here], year, exam, subject, taken[here], score[here].clip(lower, upper)))
    return pl.concat(parts)


def _rows(
    table: Organizations, schools: Ints, year: int, exam: str, subject: str, taken: Ints, score: draw.Floats
) -> pl.DataFrame:
    digits = 1 if exam == "ЕГЭ" else 2
    return pl.DataFrame(
        {
            "organization_id": table.register["organization_id"].gather(schools),
            "year": np.full(len(schools), year, dtype=np.int64),
            "exam": pl.Series([exam] * len(schools), dtype=pl.String),
            "subject": pl.Series([subject] * len(schools), dtype=pl.String),
            "participants": taken,
            "mean_score": np.round(score, digits),
        }
    )
