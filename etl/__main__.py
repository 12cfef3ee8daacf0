"""Entry of `python -m etl`."""

import sys

from etl.commands.cli import main
from warehouse.store.confinement import keep_private

keep_private()
sys.exit(main())
