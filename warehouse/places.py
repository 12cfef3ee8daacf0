"""Where an organization lies: what access to anything about it hangs on."""

from warehouse.mart import Mart


def municipality_of(mart: Mart, organization: str) -> str | None:
    """Return the municipality of an organization by the register, None when it is unknown."""
    found = mart.query("select municipality_id from organizations where organization_id = ?", [organization])
    return str(found.item()) if found.height else None
