"""axe-core, the accessibility engine: fetched from npm once, its digest checked.

`python -m tests.axe` fetches it beforehand.
"""

import base64
import hashlib
import io
import os
import tarfile
import urllib.request
from pathlib import Path

from playwright.sync_api import Page

VERSION = "4.14.1"
INTEGRITY = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
REGISTRY = "https://registry.npmjs.org"
MEMBER = "package/axe.min.js"
KEPT = Path(__file__).parents[1] / ".pytest_cache" / "axe" / f"axe-{VERSION}.min.js"


class NotFetched(RuntimeError):
    """The registry cannot be reached."""


def script() -> str:
    """Return the source of the engine.

    Raises `NotFetched`, or ValueError when the package is not the locked one.
    """
    if not KEPT.exists():
        KEPT.parent.mkdir(parents=True, exist_ok=True)
        draft = KEPT.with_suffix(f".{os.getpid()}")
        draft.write_bytes(_fetched())
        draft.replace(KEPT)
    return KEPT.read_text(encoding="utf-8")


def _fetched() -> bytes:
    try:
        with urllib.request.urlopen(f"{REGISTRY}/axe-core/-/axe-core-{VERSION}.tgz", timeout=60) as answer:
            package = answer.read()
    except OSError as error:
        raise NotFetched(f"axe-core {VERSION} cannot be fetched from {REGISTRY}: {error}") from error
    if base64.b64encode(hashlib.sha512(package).digest()).decode() != INTEGRITY:
        raise ValueError(f"axe-core {VERSION} from {REGISTRY} is not the locked package")
    with tarfile.open(fileobj=io.BytesIO(package)) as archive:
        member = archive.extractfile(MEMBER)
        assert member is not None
        return member.read()


# Rule of axe-core → selector of what Streamlit draws itself, and why it stands.
OF_STREAMLIT = {
    # The menu is a list whose sections are <div> between <ul> and <li>: no option of st.navigation changes that.
    "list": '[data-testid="stSidebarNavItems"]',
    "listitem": '[data-testid="stSidebarNavItems"] li',
}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Those of them whose answer another colour scheme can change.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
VIOLATIONS = """
async ({ rules, foreign }) => {
  const own = (rule, place) => !foreign[rule] || !document.querySelector(place)?.matches(foreign[rule]);
  const found = await axe.run(document, { resultTypes: ['violations'], runOnly: rules });
  return found.violations
    .filter((violation) => ['serious', 'critical'].includes(violation.impact))
    .flatMap((violation) => violation.nodes
      .filter((node) => own(violation.id, node.target[0]))
      .map((node) => `${violation.id}: ${node.html.slice(0, 200)}`));
}
"""


def violations(page: Page, engine: str, rules: list[str] = RULES) -> list[str]:
    page.evaluate(engine)
    found: list[str] = page.evaluate(VIOLATIONS, {"rules": rules, "foreign": OF_STREAMLIT})
    return found


if __name__ == "__main__":
    print(f"axe-core {VERSION}: {len(script())} characters")
