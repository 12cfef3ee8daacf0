"""The program's version: on the administrator's screen, in each mart, in CHANGELOG.md."""

VERSION = "1.1.0"
