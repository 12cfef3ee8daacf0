"""Starts the server: `python -m view`."""

import sys

from view.shell.server import main
from warehouse.store.confinement import keep_private

keep_private()
sys.exit(main())
