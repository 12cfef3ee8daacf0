"""The command `condense`: remove rows about people of old years, keep their figures."""

import argparse

from checks.catalogue import contracts
from checks.russian import NBSP, counted, plural
from etl.commands.arguments import Commands, acting
from warehouse.retention import condensing, residue
from warehouse.retention.condensing import Condensed
from warehouse.store.address import Address
from warehouse.store.clock import now

DONE = 0


def add_command(commands: Commands) -> None:
    """Add `condense` to the commands of the program."""
    condense = commands.add_parser("condense", help="сжать строки о людях прошлых лет до показателей, которые они дали")
    condense.add_argument(
        "--older-than",
        type=int,
        required=True,
        metavar="ЛЕТ",
        help=f"сколько последних полных лет оставить как есть, не меньше {condensing.LEAST_YEARS}",
    )
    condense.add_argument("--reason", required=True, help="причина, например срок хранения и приказ о нём")
    condense.add_argument("--yes", action="store_true", help="сжать; без этого только показать, что изменится")
    condense.add_argument("--author", default=None, help="кто это делает; иначе имя пользователя системы")
    condense.set_defaults(run=_condense)


def _condense(options: argparse.Namespace, address: Address) -> int:
    through = condensing.last_year(options.older_than, now())
    if options.yes:
        done = condensing.condense(address, acting(options), through, options.reason, now())
    else:
        done = condensing.plan(address, acting(options), through)
    if not done.has_work:
        print(f"Сжимать нечего: строк о людях по {through} год включительно, которые можно убрать, нет.")
        return DONE
    print(_said(done, options.yes))
    if options.yes:
        print(
            f"Показатели всех лет остались прежними, публикация № {done.publication}. Строки за эти годы больше не "
            "принимаются, а партии, из которых они убраны, не отзываются.\nРезервные копии и отложенные хранилища, "
            "сделанные раньше, эти строки хранят: сделайте новую копию, а прежние уничтожьте."
        )
    else:
        print("Вернуть строки будет нельзя. Ничего не изменено; чтобы сжать, повторите команду с --yes.")
    return DONE


def _said(done: Condensed, is_done: bool) -> str:
    """Return by dataset what is removed and what stays, in Russian."""
    lines = [f"Строки о людях по {done.through_year} год включительно {'сжаты' if is_done else 'будут сжаты'}:"]
    for part in done.datasets:
        if not (part.removed or part.kept or part.emptied):
            continue
        rows = counted(part.removed, "строка", "строки", "строк")
        verb = (
            plural(part.removed, "убрана", "убраны", "убрано")
            if is_done
            else plural(part.removed, "уйдёт", "уйдут", "уйдёт")
        )
        said = f"  «{contracts()[part.dataset].title}»: {verb} {rows}"
        if part.kept:
            stays = (
                plural(part.kept, "осталась", "остались", "осталось")
                if is_done
                else plural(part.kept, "останется", "останутся", "останется")
            )
            said += f", {stays} {counted(part.kept, 'строка', 'строки', 'строк')} "
            said += f"({residue.residues()[part.dataset].keeps})"
        if part.emptied:
            said += f"; в карантине {'очищено' if is_done else 'будет очищено'}: {part.emptied}"
        lines.append(f"{said}.")
    return "\n".join(lines).replace(NBSP, " ")
