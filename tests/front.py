"""The front server of docs/deployment, as it stands, on ports of a test's own."""

import datetime as dt
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

GIVEN = Path(__file__).parents[1] / "docs" / "deployment" / "nginx.conf"
NAME = "localhost"


@contextmanager
def fronting(folder: Path, http: int, https: int, program: int) -> Iterator[None]:
    """Run nginx before a program while the block runs, with its files and logs in a folder.

    http, https, program: ports.
    """
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert nginx, "nginx is missing: `make tools` as root, or install nginx-light"
    _certify(folder)
    file = _configured(folder, http, https, program)
    run = [nginx, "-p", str(folder), "-c", str(file), "-e", str(folder / "start.log")]
    tried = subprocess.run([*run, "-t"], capture_output=True, text=True, check=False)
    assert tried.returncode == 0 and "[warn]" not in tried.stderr, tried.stderr
    with subprocess.Popen(run) as front:
        try:
            for _ in range(50):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", https)) == 0:
                        break
                time.sleep(0.1)
            yield
        finally:
            front.terminate()


def _certify(folder: Path) -> None:
    """Write a self-signed certificate and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def _configured(folder: Path, http: int, https: int, program: int) -> Path:
    """Write the given configuration with a test's paths and ports, in a minimal nginx.conf."""
    site = GIVEN.read_text(encoding="utf-8")
    for given, own in (
        ("listen 80;", f"listen 127.0.0.1:{http};"),
        ("listen 443", f"listen 127.0.0.1:{https}"),
        ("127.0.0.1:8501", f"127.0.0.1:{program}"),
        ("monitoring.example.ru", NAME),
        ("/etc/ssl/rsnms/", f"{folder}/"),
        ("/var/log/nginx/", f"{folder}/"),
    ):
        assert given in site, given
        site = site.replace(given, own)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    file = folder / "nginx.conf"
    file.write_text(
        f"{'user root;' if os.getuid() == 0 else ''}\ndaemon off;\npid {folder}/nginx.pid;\n"
        f"error_log {folder}/error.log;\nevents {{ worker_connections 4096; }}\nhttp {{\n{temporary}{site}}}\n",
        encoding="utf-8",
    )
    return file
