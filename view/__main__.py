"""Starts the server: `python -m view`."""

import sys

from view.shell.server import main

sys.exit(main())
