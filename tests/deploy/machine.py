"""A fresh Debian 12 in a folder, booted with systemd as its process 1, and the machines around it.

Three networks: the machine's own (the Internet through slirp4netns, the city through a pair of cables), the outside's at
the other end of those, where browsers and the identity provider are, and this host's, which has no part in it.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.house.pages import ROOT

NAME, PROVIDER = "linli.example.cn", "id.example.cn"
HOSTS = f"127.0.0.1 localhost\n10.77.0.1 {NAME}\n10.77.0.2 {PROVIDER}\n"
NEEDED = ("debootstrap", "systemd-nspawn", "slirp4netns", "nsenter", "ip", "openssl", "certutil", "chromium", "node")
MIRROR = os.environ.get("LINLI_DEBIAN_MIRROR", "http://deb.debian.org/debian")
ASKS_TO_BE_STARTED_AGAIN = 133
"""What systemd-nspawn says to its supervisor where it may not start a machine anew by itself (--keep-unit)."""
BARE = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8"}


def missing() -> str:
    """Return why no such machine can be made here; nothing where it can."""
    if os.geteuid() != 0:
        return "wants root"
    if absent := [tool for tool in NEEDED if shutil.which(tool) is None]:
        return f"needs {', '.join(absent)}"
    tried = subprocess.run(["unshare", "--mount", "--pid", "--net", "--fork", "true"], check=False, capture_output=True)
    return "" if tried.returncode == 0 else "namespaces are not allowed here"


def done(*command: str | Path, **more: object) -> str:
    """Run a command of this host and return what it says. Raises AssertionError with that where it fails."""
    ran = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **more)  # type: ignore[call-overload]
    assert ran.returncode == 0, f"{' '.join(map(str, command))}\n{ran.stdout[-4000:]}"
    return str(ran.stdout)


def wait_for(found, what: str, seconds: int = 120) -> None:
    for _attempt in range(seconds * 2):
        if found():
            return
        time.sleep(0.5)
    raise AssertionError(f"{what}: not in {seconds} seconds")


@dataclass
class Authority:
    """The city's own: nobody's machine knows it before it is told."""

    folder: Path

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self._key("ca", "-x509", "-days", "2", "-subj", "/CN=City CA", "-addext", "basicConstraints=critical,CA:TRUE")
        for name in (NAME, PROVIDER):
            self._key(name, "-subj", f"/CN={name}")
            (self.folder / "ext").write_text(f"subjectAltName=DNS:{name}\nextendedKeyUsage=serverAuth\n")
            made = done(
                "openssl", "x509", "-req", "-in", f"{name}.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                "-days", "2", "-extfile", "ext", cwd=self.folder,
            )  # fmt: skip
            leaf = made[made.index("-----BEGIN") :]
            (self.folder / f"{name}.pem").write_text(leaf + (self.folder / "ca.pem").read_text())

    def _key(self, name: str, *options: str) -> None:
        curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        done("openssl", "req", *curve, *options, "-keyout", f"{name}.key", "-out", f"{name}.pem", cwd=self.folder)


class Outside:
    """The network of those who come to the machine."""

    def __init__(self, network: str, authority: Authority, folder: Path) -> None:
        self.network, self.authority = network, authority
        self.home = folder / "home"
        store = self.home / ".pki" / "nssdb"
        store.mkdir(parents=True)
        done("certutil", "-N", "-d", f"sql:{store}", "--empty-password")
        done("certutil", "-A", "-d", f"sql:{store}", "-n", "city", "-t", "C,,", "-i", authority.folder / "ca.pem")
        self.chromium = folder / "chromium"
        self.chromium.write_text(f'#!/bin/sh\nHOME={self.home} exec ip netns exec {network} chromium "$@"\n')
        self.chromium.chmod(0o755)

    def run(self, *command: str) -> str:
        return done("ip", "netns", "exec", self.network, *command)

    def ask(self, address: str, *options: str) -> str:
        return self.run("curl", "-sS", "--cacert", str(self.authority.folder / "ca.pem"), *options, address)

    @contextmanager
    def provider(self, log: Path) -> Iterator[None]:
        """The city's identity provider, at its own address behind TLS."""
        base = f"https://{NAME}/sign-in/provider"
        keys = self.authority.folder
        with log.open("w") as told:
            process = subprocess.Popen(
                ["ip", "netns", "exec", self.network, "node", ROOT / "tests/identity/provider.mjs", f"{base}/back/",
                 f"{base}/logout/", f"https://{PROVIDER}", keys / f"{PROVIDER}.pem", keys / f"{PROVIDER}.key"],
                env={**os.environ, "NODE_EXTRA_CA_CERTS": str(keys / "ca.pem")}, stdout=told, stderr=told,
            )  # fmt: skip
        try:
            wait_for(lambda: f"https://{PROVIDER}" in log.read_text(), "provider")
            yield
        finally:
            process.terminate()
            process.wait(timeout=20)

    def tell_provider(self, path: str, body: str) -> None:
        self.ask(f"https://{PROVIDER}{path}", "-f", "-H", "Content-Type: application/json", "-d", body)


class Machine:
    """Debian in a folder. `run` does what somebody would type there as root, in the release's folder."""

    def __init__(self, root: Path, network: str) -> None:
        self.root, self.network = root, network
        self.process: subprocess.Popen[bytes] | None = None

    def install_debian(self) -> None:
        """What the installer of Debian leaves, and less: nothing but systemd, dbus and what makes a network useful."""
        ready = os.environ.get("LINLI_DEBIAN", "")
        if ready:
            done("cp", "-a", ready, self.root)
        else:
            packages = "systemd,systemd-sysv,dbus,iproute2,ca-certificates"
            done("debootstrap", "--variant=minbase", f"--include={packages}", "bookworm", self.root, MIRROR)
        suites = [(MIRROR, "bookworm"), (MIRROR, "bookworm-updates"), (f"{MIRROR}-security", "bookworm-security")]
        sources = "".join(f"deb {mirror} {suite} main\n" for mirror, suite in suites)
        (self.root / "etc/apt/sources.list").write_text(sources)
        (self.root / "etc/hosts").write_text(HOSTS)
        (self.root / "etc/hostname").write_text("linli\n")

    def set_network_up(self, authority: Authority) -> None:
        """What a machine is told of its network before anything is installed: names, authorities, mirrors."""
        shutil.copy("/etc/resolv.conf", self.root / "etc/resolv.conf")
        trusted = self.root / "usr/local/share/ca-certificates"
        trusted.mkdir(parents=True, exist_ok=True)
        for file in Path("/usr/local/share/ca-certificates").glob("*.crt"):
            shutil.copy(file, trusted / file.name)
        shutil.copy(authority.folder / "ca.pem", trusted / "city.crt")
        if mirror := os.environ.get("PIP_INDEX_URL"):
            (self.root / "etc/pip.conf").write_text(f"[global]\nindex-url = {mirror}\n")
        if mirror := os.environ.get("NPM_CONFIG_REGISTRY"):
            (self.root / "root/.npmrc").write_text(f"registry={mirror}\n")

    def bring(self, folder: str = "linli") -> Path:
        """Put a copy of this tree into root's home, as the archive of a release would be."""
        there = self.root / "root" / folder
        there.mkdir()
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True
        ).stdout  # fmt: skip
        packed = subprocess.run(["tar", "--null", "-T", "-", "-cf", "-"], cwd=ROOT, input=listed, check=True, capture_output=True)  # fmt: skip
        subprocess.run(["tar", "--no-same-owner", "-xf", "-"], cwd=there, input=packed.stdout, check=True)
        return there

    def boot(self) -> None:
        # Where this host has no systemd of its own, there is nobody to register with.
        alone = () if Path("/run/systemd/system").exists() else ("--keep-unit",)
        self.process = subprocess.Popen(
            ["systemd-nspawn", "--quiet", "--boot", f"--directory={self.root}", f"--machine={self.network}", "--register=no",
             f"--network-namespace-path=/run/netns/{self.network}", "--link-journal=no", "--resolv-conf=off",
             "--timezone=off", "--console=pipe", *alone],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.wait_until_up()

    def wait_until_up(self) -> None:
        wait_for(lambda: self._says("systemctl", "is-system-running").strip() == "running", "systemd")

    def restart(self) -> None:
        """Restart it from within, as an administrator would."""
        assert self.process is not None
        before = self._first_process()
        self._says("systemctl", "reboot")
        wait_for(lambda: self.process.poll() is not None or self._first_process() not in ("", before), "the restart")
        if self.process.poll() is None:
            self.wait_until_up()
        else:
            assert self.process.returncode == ASKS_TO_BE_STARTED_AGAIN
            self.boot()

    def shut_down(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self.process.kill()

    def run(self, script: str, folder: str = "linli", *, exits: int = 0) -> str:
        ran = subprocess.run(
            [*self._entry(), "bash", "-el", "-c", f"cd /root/{folder}\n{script}"],
            text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=BARE, check=False, timeout=1800,
        )  # fmt: skip
        assert ran.returncode == exits, f"{script}\nexit code {ran.returncode}\n{ran.stdout[-6000:]}"
        return ran.stdout

    def _says(self, *command: str) -> str:
        if not self._first_process():
            return ""
        return subprocess.run([*self._entry(), *command], env=BARE, capture_output=True, text=True, check=False).stdout

    def _first_process(self) -> str:
        """The machine's process 1, by its number here; empty while there is none."""
        assert self.process is not None
        try:
            return Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()[0]
        except (FileNotFoundError, IndexError):
            return ""

    def _entry(self) -> list[str]:
        return ["nsenter", "--target", self._first_process(), "--all", "--root", "--wd"]


@contextmanager
def city(folder: Path) -> Iterator[tuple[Machine, Outside, Machine]]:
    """A machine that runs, the outside, and a machine there that is not made yet; afterwards only the folder is left."""
    inner, outer = f"linli-{os.getpid()}", f"linli-out-{os.getpid()}"
    with ExitStack() as stack:
        for network in (inner, outer):
            done("ip", "netns", "add", network)
            stack.callback(done, "ip", "netns", "delete", network)
            done("ip", "-n", network, "link", "set", "lo", "up")
            hosts = Path("/etc/netns") / network
            hosts.mkdir(parents=True)
            stack.callback(shutil.rmtree, hosts)
            (hosts / "hosts").write_text(HOSTS)
        cable = ("ip", "-n", inner, "link", "add", "city0", "type", "veth", "peer", "name", "city0", "netns", outer)
        done(*cable)
        for network, address in ((inner, "10.77.0.1/24"), (outer, "10.77.0.2/24")):
            done("ip", "-n", network, "address", "add", address, "dev", "city0")
            done("ip", "-n", network, "link", "set", "city0", "up")
            internet = subprocess.Popen(
                ["slirp4netns", "--configure", "--mtu=1400", "--disable-host-loopback", "--netns-type=path",
                 f"/run/netns/{network}", "tap0"],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            stack.callback(internet.wait)
            stack.callback(internet.terminate)
        authority = Authority(folder / "authority")
        machine, another = Machine(folder / "debian", inner), Machine(folder / "another", outer)
        for one in (machine, another):
            stack.callback(one.shut_down)
        machine.install_debian()
        machine.set_network_up(authority)
        there = machine.bring()
        shutil.copy(authority.folder / f"{NAME}.pem", there / "chain.pem")
        shutil.copy(authority.folder / f"{NAME}.key", there / "key.pem")
        machine.boot()
        machine.run("update-ca-certificates")
        yield machine, Outside(outer, authority, folder), another


def secret_of(page: str) -> str:
    """The secret that an app with codes reads from the page."""
    found = re.search(r"otpauth://[^\"]*?secret=([A-Z2-7]+)", page)
    assert found is not None
    return found[1]
