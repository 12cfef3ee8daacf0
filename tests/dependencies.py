"""Known vulnerabilities of the packages in requirements.txt: `python -m tests.dependencies`.

A vulnerable package fails the gate. A service that cannot be reached prints a warning and does not: the gate has to
work without a network.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parents[1] / "requirements.txt"
AUDIT = ("-m", "pip_audit", "--requirement", str(LOCK), "--no-deps", "--disable-pip", "--progress-spinner", "off")


def asked(service: str) -> list[dict[str, Any]] | None:
    """Return what a service knows of each package, None when it does not answer."""
    run = [sys.executable, *AUDIT, "--format", "json", "--timeout", "15", "--vulnerability-service", service]
    answered = subprocess.run(run, capture_output=True, text=True, check=False)
    try:
        found: list[dict[str, Any]] = json.loads(answered.stdout)["dependencies"]
    except ValueError:
        return None
    return found


def verdict(found: list[dict[str, Any]] | None) -> tuple[int, str]:
    """Return the exit code and the message for a service's answer."""
    packages = found or []
    vulnerable = [f"{one['name']} {one['version']}: {flaw['id']}" for one in packages for flaw in one.get("vulns", ())]
    if vulnerable:
        return 1, "Vulnerable packages, see `make lock`:\n" + "\n".join(vulnerable)
    known = [one for one in packages if "skip_reason" not in one]
    if not known:
        return 0, "WARNING: vulnerabilities of packages NOT CHECKED, no service of vulnerabilities is reachable"
    if len(known) < len(packages):
        unknown = ", ".join(one["name"] for one in packages if "skip_reason" in one)
        return 0, f"WARNING: vulnerabilities NOT CHECKED of {unknown}; none known in the other {len(known)} packages"
    return 0, f"No known vulnerabilities in {len(known)} packages"


def main() -> int:
    """Ask PyPI, then OSV where PyPI knows nothing, and print the verdict."""
    found = asked("pypi")
    if not any("skip_reason" not in one for one in found or ()):
        found = asked("osv")
    code, said = verdict(found)
    print(said)
    return code


if __name__ == "__main__":
    sys.exit(main())
