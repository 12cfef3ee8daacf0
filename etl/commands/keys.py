"""The command `key`: operations on the key of pseudonyms, which is never printed."""

import argparse

from checks.russian import counted
from etl.commands.arguments import Commands, acting
from warehouse.retention.rotation import rotate
from warehouse.store.address import Address
from warehouse.store.clock import now
from warehouse.store.key import ENVIRONMENT_VARIABLE

DONE = 0


def add_commands(commands: Commands, parser_class: type[argparse.ArgumentParser]) -> None:
    """Add `key` with its own commands to the commands of the program."""
    key = commands.add_parser("key", help="ключ псевдонимов")
    own = key.add_subparsers(required=True, metavar="ДЕЙСТВИЕ", parser_class=parser_class)
    rotation = own.add_parser("rotate", help="сменить ключ: дать всем людям новые псевдонимы")
    rotation.add_argument("--author", default=None, help="кто это делает; иначе имя пользователя системы")
    rotation.set_defaults(run=_rotate)


def _rotate(options: argparse.Namespace, address: Address) -> int:
    done = rotate(address, acting(options), now())
    print(f"Ключ сменён: в цепочке {counted(done.keys, 'ключ', 'ключа', 'ключей')}, публикация № {done.publication}.")
    print(
        f"Сохраните копию файла {address.key}: без него новых людей не соединить с прежними. "
        "Прежние копии хранилища открываются только прежним ключом. Метки незнакомцев в журнале теперь другие."
    )
    if done.from_environment:
        print(
            f"Задайте {ENVIRONMENT_VARIABLE} равным всей строке этого файла (она начинается с «chain:») и уберите "
            "файл. До этого файлы с людьми не загружаются."
        )
    return DONE
