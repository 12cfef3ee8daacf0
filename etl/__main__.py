"""Entry of `python -m etl`."""

import sys

from etl.commands.cli import main

sys.exit(main())
