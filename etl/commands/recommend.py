"""The command `recommend`: make recommendations of a round, list them, change their state."""

import argparse
import json
from collections.abc import Callable

from checks.russian import counted, date, half_year
from etl.commands.arguments import Commands, acting, codes, day
from etl.commands.rounds import region_of
from view.wording.recommendation_words import STATES
from warehouse.changes.rounds import Round, RoundRefused
from warehouse.marts.mart import open_mart
from warehouse.recommendations import flow, reading
from warehouse.recommendations.generate import generate
from warehouse.store.address import Address
from warehouse.store.clock import now

Run = Callable[[argparse.Namespace, Address], int]
_STEPS = {
    "approve": ("утвердить черновики", "Утверждено"),
    "return": ("вернуть утверждённые на доработку", "Возвращено на доработку"),
    "send": ("отметить утверждённые направленными", "Направлено"),
    "answer": ("записать ответ «принято»", "Принято в работу"),
    "report": ("записать, что выполнено", "Отмечено выполненными"),
    "reopen": ("не принять отчёт о выполнении", "Возвращено в работу"),
    "withdraw": ("снять рекомендации с причиной", "Снято"),
}


def add_commands(commands: Commands, parser_class: type[argparse.ArgumentParser]) -> None:
    """Add `recommend` with its own commands to the commands of the program."""
    recommend = commands.add_parser("recommend", help="рекомендации: составить, перечислить, утвердить, направить")
    own = recommend.add_subparsers(required=True, metavar="ДЕЙСТВИЕ", parser_class=parser_class)

    def command(name: str, help_text: str, run: Run) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = own.add_parser(name, help=help_text)
        parser.add_argument("--author", default=None, help="кто это делает; иначе имя пользователя системы")
        parser.set_defaults(run=run)
        return parser

    def of_round(parser: argparse.ArgumentParser, required: bool) -> None:
        parser.add_argument("--region", help="код или название региона, если их несколько")
        parser.add_argument("--year", type=int, required=required, metavar="ГОД")
        parser.add_argument("--half", type=int, choices=(1, 2), required=required, help="полугодие")

    of_round(command("generate", "составить черновики по текущей публикации", _generate), True)
    listing = command("list", "перечислить рекомендации", _list)
    of_round(listing, False)
    listing.add_argument("--state", choices=[*flow.STATES, "live"], default="", metavar="СОСТОЯНИЕ")
    listing.add_argument("--format", choices=("text", "json"), default="text")
    editing = command("edit", "записать свой текст рядом с составленным", _edit)
    editing.add_argument("recommendations", nargs=1, metavar="РЕКОМЕНДАЦИЯ")
    editing.add_argument("--text", required=True, help="пустой текст возвращает составленный")
    editing.add_argument("--due", type=day, metavar="ДД.ММ.ГГГГ", help="другой срок")
    editing.add_argument("--comment", default="", help="пояснение")
    for name, (help_text, said) in _STEPS.items():
        step = command(name, help_text, _take)
        step.set_defaults(step=name, said=said)
        step.add_argument("recommendations", nargs="*", metavar="РЕКОМЕНДАЦИЯ", help="иначе все подходящие раунда")
        of_round(step, False)
        step.add_argument("--territories", type=codes, metavar="КОДЫ", help="только этих территорий")
        step.add_argument("--comment", default="", help="основание, ответ или причина")


def _generate(options: argparse.Namespace, address: Address) -> int:
    chosen = Round(region_of(options, address), options.year, options.half)
    done = generate(address, acting(options), chosen, now())
    if not (done.added or done.changed or done.renewed or done.lapsed):
        print(f"Рекомендации за {chosen.period} уже составлены: {done.standing}, публикация № {done.publication}.")
        return 0
    print(
        f"Рекомендации за {chosen.period}: новых {done.added}, составлено заново {done.changed}, "
        f"вернулось {done.renewed}, снято за отсутствием основания {done.lapsed}. Публикация № {done.publication}."
    )
    return 0


def _list(options: argparse.Namespace, address: Address) -> int:
    chosen = reading.Filter(region_of(options, address), options.year, options.half, state=options.state)
    rows = reading.recommendations(open_mart(address), acting(options), chosen)
    if options.format == "json":
        print(json.dumps(rows.to_dicts(), ensure_ascii=False, default=str))
        return 0
    for row in rows.iter_rows(named=True):
        print(
            f"{row['recommendation']}  {half_year(row['year'], row['half'])}  {row['short_name']}  "
            f"{STATES[row['state']].word}  до {date(row['due_on'])}  {row['words']}"
        )
    print(f"{counted(rows.height, 'рекомендация', 'рекомендации', 'рекомендаций')}.")
    return 0


def _edit(options: argparse.Namespace, address: Address) -> int:
    publication = flow.edit(
        address, acting(options), options.recommendations[0], now(), text=options.text, due_on=options.due,
        comment=options.comment,
    )  # fmt: skip
    print(f"Текст рекомендации записан, публикация № {publication}.")
    return 0


def _take(options: argparse.Namespace, address: Address) -> int:
    names = options.recommendations or _fitting(options, address)
    publication = flow.take(address, acting(options), options.step, names, now(), options.comment)
    print(f"{options.said}: {len(set(names))}, публикация № {publication}.")
    return 0


def _fitting(options: argparse.Namespace, address: Address) -> list[str]:
    """Return the recommendations of a round that the step may be applied to.

    With --territories, only those of the territories named. Raises `RoundRefused` without --year and --half.
    """
    if not (options.year and options.half):
        raise RoundRefused("Назовите рекомендации или раунд: --year и --half.")
    chosen = reading.Filter(region_of(options, address), options.year, options.half)
    rows = reading.recommendations(open_mart(address), acting(options), chosen)
    return [
        row["recommendation"]
        for row in rows.iter_rows(named=True)
        if row["state"] in flow.STEPS[options.step].allowed_from
        and (not options.territories or row["territory_id"] in options.territories)
    ]
