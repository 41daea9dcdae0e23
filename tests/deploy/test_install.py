"""deploy/install.sh into a scratch root, and what it wrote is run: nginx in front, the very commands of the units behind."""

from __future__ import annotations

import importlib
import io
import ipaddress
import os
import re
import shlex
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path

import pytest
from django.conf import settings as program
from django.core.exceptions import ImproperlyConfigured

from tests.house.pages import ROOT

pytestmark = pytest.mark.any_database

DOMAIN = "linli.test"
UNITS = (
    "linli-server.service", "linli-worker@.service", "linli-metrics.service",
    "linli-backup.service", "linli-backup.timer", "linli-follow.service", "linli-base.service", "linli-base.timer",
    "linli.target",
)  # fmt: skip
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def install(root: Path, *more: str) -> subprocess.CompletedProcess[str]:
    # The program and its environment are there: these very ones.
    fixed = ["--domain", DOMAIN, "--root", str(root), "--program", str(ROOT), "--workers", "1"]
    return subprocess.run(
        [ROOT / "deploy" / "install.sh", *fixed, *more], capture_output=True, text=True, check=False
    )  # fmt: skip


class Installed:
    """An installation below a scratch folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.database = root / "linli.sqlite3"
        self.port, self.http, self.https, self.metrics = (free_port() for _each in range(4))
        self.options = (
            "--database-url", f"sqlite:///{self.database}", "--port", str(self.port), "--http-port", str(self.http),
            "--https-port", str(self.https), "--metrics-port", str(self.metrics),
        )  # fmt: skip
        self.told = install(root, *self.options)
        assert self.told.returncode == 0, self.told.stderr
        self.notified = f"@linli-{os.getpid()}"  # as systemd has it: a socket without a place among the files
        self.nginx_conf = root / "nginx.conf"
        places = "".join(
            f"{kind}_temp_path {root}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        self.nginx_conf.write_text(
            f"pid {root}/nginx.pid; error_log {root}/nginx.log; events {{}}\n"
            f"http {{ access_log off; include /etc/nginx/mime.types; {places} include {root}/etc/nginx/sites-enabled/*; }}\n"
        )

    def unit(self, name: str) -> str:
        return (self.root / "etc" / "systemd" / "system" / name).read_text(encoding="utf-8")

    @property
    def environment(self) -> dict[str, str]:
        """What EnvironmentFile= gives, on a machine that has nothing of ours set."""
        lines = (self.root / "etc/linli/linli.env").read_text(encoding="utf-8").splitlines()
        ours = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
        machine = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
        # Collecting takes longer than all the rest here.
        return machine | ours | {"LINLI_HASHED_STATIC": "false", "NOTIFY_SOCKET": self.notified}

    def start(self, unit: str) -> subprocess.Popen[bytes]:
        """Run the unit's ExecStart= as systemd does: its variables filled in, in its folder, without a shell."""
        command = re.findall(r"^ExecStart=(.+)$", self.unit(unit), re.MULTILINE)[0]
        words = [re.sub(r"\$\{(\w+)\}", lambda name: self.environment[name[1]], word) for word in shlex.split(command)]
        folder = re.findall(r"^WorkingDirectory=(.+)$", self.unit(unit), re.MULTILINE)[0]
        return subprocess.Popen(words, cwd=folder, env=self.environment, stderr=subprocess.DEVNULL)

    def ask(
        self, path: str, *, name: str = DOMAIN, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Ask over TLS, trusting nothing but the certificate that the installation made."""
        trust = ssl.create_default_context(cafile=str(self.root / "etc/linli/tls/certificate.pem"))
        plain = socket.create_connection(("127.0.0.1", self.https), timeout=20)
        asked = HTTPSConnection(name, self.https, timeout=20)
        asked.sock = trust.wrap_socket(plain, server_hostname=name)
        asked.request("GET", path, headers={"Host": f"{name}:{self.https}", **(headers or {})})
        answer = asked.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Installed:
    return Installed(tmp_path_factory.mktemp("machine"))


def wait_for(found, seconds: float = 90) -> None:
    for _attempt in range(int(seconds * 5)):
        try:
            if found():
                return
        except (OSError, HTTPException):
            pass
        time.sleep(0.2)
    raise AssertionError("did not come up")


@pytest.fixture(scope="module")
def running(installed: Installed) -> Iterator[Installed]:
    """Server, metrics and proxy. The database is empty: what `linli prepare` does is tried elsewhere, and takes its time."""
    if NGINX is None:
        pytest.skip("needs nginx: apt-get install nginx")
    systemd = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    systemd.bind(f"\0{installed.notified[1:]}")
    systemd.settimeout(90)
    processes = [installed.start(unit) for unit in ("linli-server.service", "linli-metrics.service")]
    subprocess.run([NGINX, "-c", installed.nginx_conf], check=True, capture_output=True)
    try:
        assert systemd.recv(100) == b"READY=1"
        assert installed.ask("/livez")[0] == 200
        yield installed
    finally:
        systemd.close()
        subprocess.run([NGINX, "-c", installed.nginx_conf, "-s", "quit"], check=False, capture_output=True)
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=30)


def test_a_second_time_changes_nothing_and_keeps_the_settings(installed: Installed):
    settings_file = installed.root / "etc/linli/linli.env"
    settings_file.write_text(settings_file.read_text() + "LINLI_OIDC_NAME=市统一身份认证\n")

    again = install(installed.root, *installed.options)

    assert again.returncode == 0
    assert "written:" not in again.stdout
    assert "市统一身份认证" in settings_file.read_text()
    assert settings_file.stat().st_mode & 0o777 == 0o600
    assert (installed.root / "etc/linli/tls/key.pem").stat().st_mode & 0o777 == 0o600
    assert (installed.root / "var/lib/linli").stat().st_mode & 0o777 == 0o700


def test_a_dry_run_says_all_and_does_nothing(tmp_path: Path):
    told = install(tmp_path / "machine", "--dry-run", "--database-url", "postgres://db/linli")

    assert told.returncode == 0, told.stderr
    assert "would write: " in told.stdout
    assert [found for found in (tmp_path / "machine").rglob("*") if found.is_file()] == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["--domain", "两个 名字"], "--domain wants a name"),
        (["--certificate", "/nowhere.pem"], "go together"),
        (["--certificate", "/nowhere.pem", "--certificate-key", "/nowhere.key"], "cannot read /nowhere.pem"),
        (["--workers", "many"], "not a number: many"),
        (["--perhaps"], "unknown: --perhaps"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_done(tmp_path: Path, wrong: list[str], said: str):
    told = install(tmp_path / "machine", *wrong)

    assert told.returncode == 1
    assert said in told.stderr
    assert not (tmp_path / "machine").exists()


def test_no_place_is_left_open(installed: Installed):
    written = [installed.root / "etc/linli/linli.env", *(installed.root / "etc").rglob("linli*")]

    assert [file for file in written if file.is_file() and re.search(r"@[A-Z_]+@", file.read_text())] == []


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="needs systemd-analyze, of Debian's package systemd"
)
@pytest.mark.parametrize("unit", UNITS)
def test_systemd_has_nothing_against_a_unit(installed: Installed, unit: str):
    folder = installed.root / "etc" / "systemd" / "system"
    told = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", folder / unit],
        capture_output=True, text=True, check=False, env={**os.environ, "SYSTEMD_UNIT_PATH": f"{folder}:"},
    )  # fmt: skip
    about_us = [line for line in told.stderr.splitlines() if "linli" in line]

    assert (told.returncode, about_us) == (0, [])


@pytest.mark.parametrize("unit", [name for name in UNITS if name.endswith(".service")])
def test_a_service_is_nobody_and_may_little(installed: Installed, unit: str):
    lines = installed.unit(unit).splitlines()

    for needed in (
        "User=linli", "NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=", "PrivateTmp=yes",
        f"EnvironmentFile={installed.root}/etc/linli/linli.env",
    ):  # fmt: skip
        assert needed in lines


def test_following_the_log_and_its_base_share_a_folder_that_they_may_write_to(installed: Installed):
    """Neither is begun by the script: the role of the database may not replicate yet."""
    follow, base = installed.unit("linli-follow.service"), installed.unit("linli-base.service")
    folder = f"{installed.root}/var/backups/linli"

    assert re.findall(r"^ExecStart=\S+ (.+)$", follow, re.MULTILINE) == [f"backup follow {folder}/log"]
    assert re.findall(r"^ExecStart=\S+ (.+)$", base, re.MULTILINE) == [f"backup base {folder}/log"]
    assert f"ReadWritePaths={folder}" in follow.splitlines()
    assert f"ReadWritePaths={folder}" in base.splitlines()
    assert "follow" not in installed.unit("linli.target")


def test_the_proxy_passes_the_port_on_or_forms_would_be_refused(installed: Installed):
    """Their origin names it where it is not 443."""
    conf = (installed.root / "etc/nginx/sites-available/linli").read_text()

    assert re.findall(r"proxy_set_header Host (\S+);", conf) == ["$http_host", "$http_host"]


def test_the_proxy_takes_as_much_as_the_program(installed: Installed):
    conf = (installed.root / "etc/nginx/sites-available/linli").read_text()

    assert f"client_max_body_size {program.REQUEST_MAX_BYTES // 1024 // 1024}m;" in conf
    assert f"{program.REQUEST_MAX_BYTES // 1024 // 1024} MB" in (ROOT / "deploy/nginx/too-large.html").read_text()


@pytest.mark.skipif(NGINX is None, reason="needs nginx: apt-get install nginx")
def test_nginx_has_nothing_against_its_configuration(installed: Installed):
    told = subprocess.run([str(NGINX), "-t", "-c", installed.nginx_conf], capture_output=True, text=True, check=False)

    assert told.returncode == 0, told.stderr
    assert "[warn]" not in told.stderr


def test_the_servers_own_command_answers_behind_the_proxy_over_tls(running: Installed):
    status, _headers, body = running.ask("/livez")

    assert (status, body) == (200, b'{"status": "alive"}')
    assert running.ask("/no-such-page/")[0] == 404


def test_plain_http_is_sent_to_tls_and_another_name_gets_nothing(running: Installed):
    plain = HTTPConnection("127.0.0.1", running.http, timeout=20)
    plain.request("GET", "/services/?q=x", headers={"Host": DOMAIN})
    answer = plain.getresponse()

    assert answer.status == 308
    assert answer.getheader("Location") == f"https://{DOMAIN}:{running.https}/services/?q=x"
    with pytest.raises(ssl.SSLError):
        running.ask("/livez", name="elsewhere.test")


def test_what_the_proxy_says_of_the_client_is_believed_and_what_a_client_says_is_not(settings, db):
    """Whose address is throttled, and whether cookies may be secure, hangs on it."""
    from linli.config import wsgi

    def seen(peer: str, forwarded: str) -> tuple[str, str]:
        environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": "/livez", "SERVER_NAME": "localhost", "SERVER_PORT": "80",
            "wsgi.input": io.BytesIO(), "wsgi.url_scheme": "http",
            "REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded, "HTTP_X_FORWARDED_PROTO": "https",
        }  # fmt: skip
        wsgi.application(environ, lambda *_answer: None)
        return str(environ["REMOTE_ADDR"]), str(environ["wsgi.url_scheme"])

    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    try:
        importlib.reload(wsgi)
        assert seen("127.0.0.1", "203.0.113.9") == ("203.0.113.9", "https")
        assert seen("127.0.0.1", "1.1.1.1, 203.0.113.9") == ("203.0.113.9", "https")
        assert seen("203.0.113.9", "1.1.1.1") == ("203.0.113.9", "http")
        settings.TRUSTED_PROXIES = ["*"]
        with pytest.raises(ImproperlyConfigured, match="anybody could be anyone"):
            importlib.reload(wsgi)
    finally:
        settings.TRUSTED_PROXIES = []
        importlib.reload(wsgi)


def test_metrics_add_up_over_the_processes_and_hold_nobodys_address(running: Installed):
    for _each in range(6):
        running.ask("/livez", headers={"Connection": "close"})

    def metrics() -> str:
        asked = HTTPConnection("127.0.0.1", running.metrics, timeout=20)
        asked.request("GET", "/metrics")
        return asked.getresponse().read().decode()

    wait_for(lambda: "linli_http_requests_total" in metrics())
    told = metrics()

    found = re.findall(
        r'^linli_http_requests_total\{method="GET",status="200",view="watch:livez"\} (\S+)$', told, re.MULTILINE
    )
    assert float(found[0]) >= 7
    assert 'linli_http_requests_total{method="GET",status="404",view="unmatched"}' in told
    assert "no-such-page" not in told
    addresses = [word for word in re.findall(r"\d+\.\d+\.\d+\.\d+", told) if ipaddress.ip_address(word)]
    assert addresses == []


def test_what_is_wrong_is_told_inside_and_not_outside(running: Installed):
    asked = HTTPConnection("127.0.0.1", running.metrics, timeout=20)
    asked.request("GET", "/readyz")

    assert b'"checks"' in asked.getresponse().read()
    assert b"checks" not in running.ask("/readyz")[2]
