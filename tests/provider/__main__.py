"""Fetch the provider beforehand."""

from tests.provider import fetch

fetch()
