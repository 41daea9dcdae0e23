"""docs/production.md, word by word, on a fresh Debian under systemd: `make machine` (minutes, root, a network).

The blocks of commands are those of the page. What it says in words is done here: files are brought, staff sign in with
Chromium, services are killed, the machine is restarted.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
from django.urls import reverse

from linli.ground.territory.services import PANZHIHUA
from tests.deploy.machine import NAME, PROVIDER, Machine, Outside, city, missing, secret_of, wait_for
from tests.house.pages import ROOT, blocks, sections

pytestmark = [
    pytest.mark.any_database,
    pytest.mark.takes_minutes,
    pytest.mark.skipif(not os.environ.get("LINLI_MACHINE"), reason="makes a machine: make machine"),
]
PAGE = sections((ROOT / "docs" / "production.md").read_text(encoding="utf-8"))
SERVICES = ("linli-server", "linli-worker@1", "linli-worker@2", "linli-metrics")
PASSWORD = "a-quiet-winter-morning"
SHOTS = Path(os.environ.get("LINLI_SCREENSHOTS") or ROOT / "build" / "machine")


def block(section: str, number: int = 0) -> str:
    return [one.body for one in blocks(PAGE[section]) if one.language == "sh"][number]


@pytest.fixture(scope="module")
def around(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Machine, Outside, Machine]]:
    if why := missing():
        pytest.fail(why)
    with city(tmp_path_factory.mktemp("city")) as made:
        yield made


@pytest.fixture(scope="module")
def machine(around: tuple[Machine, Outside, Machine]) -> Machine:
    return around[0]


@pytest.fixture(scope="module")
def outside(around: tuple[Machine, Outside, Machine]) -> Outside:
    return around[1]


@pytest.fixture(scope="module")
def another(around: tuple[Machine, Outside, Machine]) -> Machine:
    """A second machine, fresh as the first was."""
    copy = around[2]
    copy.install_debian()
    copy.set_network_up(around[1].authority)
    (copy.root / "root/linli").mkdir()
    copy.boot()
    return copy


@pytest.fixture(scope="module")
def provider(outside: Outside, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with outside.provider(tmp_path_factory.mktemp("provider") / "log"):
        yield


@pytest.fixture(scope="module")
def chromium(outside: Outside) -> Iterator[Any]:
    playwright_api = pytest.importorskip("playwright.sync_api")
    SHOTS.mkdir(parents=True, exist_ok=True)
    with playwright_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(outside.chromium), args=["--no-sandbox"])
        yield browser
        browser.close()


class Desk:
    """Somebody's browser outside, and her telephone with the app."""

    def __init__(self, chromium: Any) -> None:
        self.context = chromium.new_context(locale="zh-CN", base_url=f"https://{NAME}", viewport={"width": 1280, "height": 900})  # fmt: skip
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.app: pyotp.TOTP | None = None
        self.used = ""

    def press(self, name: str, role: str = "button") -> None:
        self.page.locator("main").get_by_role(role, name=name).first.click()
        self.page.wait_for_load_state("networkidle")

    def code(self) -> str:
        """The digits shown now; each is good for once."""
        assert self.app is not None
        wait_for(lambda: self.app.now() != self.used, "fresh digits")
        self.used = self.app.now()
        return self.used

    def set_app_up(self) -> None:
        self.press("用手机上的动态码")
        self.app = pyotp.TOTP(secret_of(self.page.content()))
        self.page.get_by_label("应用里显示的 6 位数字").fill(self.code())
        self.press("数字对了，就用它")
        self.page.get_by_role("heading", name="把这 10 个恢复码抄下来或打印").wait_for()
        self.press("抄好了，继续")

    def picture(self, name: str) -> None:
        self.page.screenshot(path=SHOTS / f"{name}.png", full_page=True)

    def is_in(self) -> bool:
        return "/sign-in/" not in self.page.goto("/workbench/").url


@pytest.fixture(scope="module")
def wenzhu(chromium: Any) -> Desk:
    return Desk(chromium)


def is_ready(machine: Machine) -> bool:
    return machine.run("curl -s http://127.0.0.1:9464/readyz || true").startswith('{"status": "ready"')


def main_process(machine: Machine, service: str) -> str:
    return machine.run(f"systemctl show --value -p MainPID {service}").strip()


def test_it_is_systemd_on_debian_12(machine: Machine):
    assert machine.run("cat /proc/1/comm") == "systemd\n"
    assert 'VERSION_ID="12"' in machine.run("cat /etc/os-release")
    assert machine.run("systemctl --failed --no-legend") == ""


def test_the_dry_run_says_all_to_the_end_and_does_nothing(machine: Machine):
    dry, _real = block("Install").strip().splitlines()

    told = machine.run(dry)

    assert "would write: /etc/systemd/system/linli-server.service" in told
    assert told.rstrip().endswith('"The first administrator".')
    assert machine.run("ls /opt; ls -d /etc/linli /var/lib/linli || true").count("No such file") == 2


def test_the_installation_ends_with_everything_ready(machine: Machine, outside: Outside):
    told = machine.run(block("Install"))

    assert "Permission denied" not in told
    assert is_ready(machine)
    assert machine.run("systemctl is-active " + " ".join((*SERVICES, "linli.target", "linli-backup.timer", "nginx"))).split() == ["active"] * 7  # fmt: skip
    assert machine.run("systemctl is-system-running") == "running\n"
    assert json.loads(outside.ask(f"https://{NAME}/livez")) == {"status": "alive"}
    # Nothing that lay beside the release went with it.
    assert machine.run("find -L /opt/linli -maxdepth 1 -name '*.pem'") == ""


def test_what_the_page_says_to_look_at_is_there(machine: Machine):
    look = block("Install", 1)
    commands = [line.split(" #")[0].rstrip() for line in look.strip().splitlines()]

    told = [machine.run(command) for command in commands[:3]]

    assert '{"status": "alive"}' in told[0]
    assert told[1].count('": "ok"') == 4
    assert told[2].count("Active: active") == 6
    # The doctor has nothing against it but what the page has still to say.
    assert "✗" not in machine.run(commands[3])


def test_the_key_ring_is_there_to_be_copied(machine: Machine):
    assert machine.run("stat -c '%a %U' /var/lib/linli/keys.json") == "600 linli\n"


def test_the_first_administrator_comes_in_with_two_proofs(machine: Machine, chromium: Any):
    (machine.root / "root/linli/divisions.csv").write_bytes(PANZHIHUA.read_bytes())
    told = machine.run(block("The first administrator"))
    password = re.findall(r"^guanli +(\S+)$", told, re.MULTILINE)[0]
    desk = Desk(chromium)

    desk.page.goto("/sign-in/?as=staff")
    desk.page.get_by_label("用户名").fill("guanli")
    desk.page.get_by_label("密码", exact=True).fill(password)
    desk.press("登录")
    desk.picture("1-new-password")
    for label, typed in (("现在的密码", password), ("新密码", PASSWORD), ("再填一遍新密码", PASSWORD)):
        desk.page.get_by_label(label, exact=True).fill(typed)
    desk.press("换成新密码")
    desk.picture("2-second-proof")
    desk.set_app_up()
    desk.picture("3-administrator")

    assert desk.is_in()
    assert "anquan" in told


def test_a_clerk_comes_in_through_the_citys_provider_with_her_app(machine: Machine, outside: Outside, provider: None, wenzhu: Desk):  # fmt: skip
    chapter = "Staff through the city's identity provider"
    yaml = next(one.body for one in blocks(PAGE[chapter]) if one.language == "yaml")
    (machine.root / "root/linli/groups.yaml").write_text(yaml)
    (machine.root / "root/linli/oidc.secret").write_text("only-for-tests\n")
    machine.run(block(chapter))
    wait_for(lambda: is_ready(machine), "ready")
    person = {"sub": "s-1", "username": "wenzhu", "name": "文竹", "groups": ["linli-window"]}
    outside.tell_provider("/tests/people", json.dumps(person))
    outside.tell_provider("/tests/next", '{"sub": "s-1"}')

    wenzhu.page.goto("/sign-in/?as=staff")
    wenzhu.picture("4-door")
    wenzhu.press("用市统一身份认证登录", "link")
    wenzhu.picture("5-second-proof-of-a-clerk")
    wenzhu.set_app_up()
    wenzhu.picture("6-workbench")

    assert wenzhu.is_in()
    assert "窗口人员" in wenzhu.page.inner_text("body")
    wenzhu.page.goto("/my-account/devices/")
    wenzhu.picture("7-devices")
    # Her own address, through the proxy, and nobody else's word for it.
    assert "10.77.0.2" in wenzhu.page.inner_text("main")


def test_the_next_time_the_app_is_asked_and_wrong_digits_open_nothing(wenzhu: Desk):
    wenzhu.context.clear_cookies()
    wenzhu.page.goto("/sign-in/?as=staff")
    wenzhu.press("用市统一身份认证登录", "link")
    wenzhu.picture("8-second-step")
    field = wenzhu.page.locator("main input[name=code]").first
    field.fill("000000")
    field.press("Enter")
    wenzhu.page.wait_for_load_state("networkidle")
    assert not wenzhu.context.new_page().goto(f"https://{NAME}/workbench/").url.endswith("/workbench/")

    field = wenzhu.page.locator("main input[name=code]").first
    field.fill(wenzhu.code())
    field.press("Enter")
    wenzhu.page.wait_for_load_state("networkidle")

    assert wenzhu.is_in()


def test_backups_are_made_by_the_unit_and_come_back_in_a_try(machine: Machine):
    machine.run(block("Backups"))
    told = machine.run(block("Backups", 1))

    assert "都对得上" in told
    assert machine.run("systemctl show --value -p Result linli-backup") == "success\n"
    assert machine.run("ls /var/backups/linli/*.age").count("\n") == 1
    assert "linli-backup.timer" in machine.run("systemctl list-timers --no-legend --no-pager")
    machine.run("linli doctor")


def test_metrics_are_answered_and_count(machine: Machine):
    told = machine.run("curl -s http://127.0.0.1:9464/metrics")

    assert "linli_workers_alive 2.0" in told
    assert "linli_database_up 1.0" in told
    assert float(re.findall(r"^linli_backup_done_timestamp_seconds (\S+)$", told, re.MULTILINE)[0]) > time.time() - 3600
    assert 'view="accounts:from_provider"' in told


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_killed_comes_back_by_itself(machine: Machine, outside: Outside, wenzhu: Desk, service: str):
    before = main_process(machine, service)

    machine.run(f"systemctl kill --signal=SIGKILL {service}")

    if service == "linli-server":
        wait_for(lambda: "马上就好" in outside.ask(f"https://{NAME}/", "-i"), "the page for those seconds", 10)
    wait_for(lambda: main_process(machine, service) not in ("0", before), service)
    wait_for(lambda: is_ready(machine), "ready")
    assert wenzhu.is_in()


def test_a_killed_process_of_the_server_is_replaced_by_its_neighbours(machine: Machine, outside: Outside):
    before = main_process(machine, "linli-server")
    machine.run(
        f"kill -9 $(cat /proc/$(cat /proc/{before}/task/{before}/children | cut -d' ' -f1)/task/*/children | cut -d' ' -f1)"
    )

    wait_for(lambda: outside.ask(f"https://{NAME}/livez", "-m", "5") == '{"status": "alive"}', "alive")
    assert main_process(machine, "linli-server") == before


@pytest.mark.parametrize("service", [*SERVICES, "linli-backup"])
def test_systemd_thinks_a_service_little_exposed(machine: Machine, service: str):
    told = machine.run(f"systemd-analyze security --no-pager {service} | tail -1")

    assert float(re.findall(r"(\d+\.\d+) OK", told)[0]) <= 1.5


def test_a_new_release_comes_into_service_and_the_old_one_again(machine: Machine, wenzhu: Desk):
    there = machine.bring("linli-new")
    version = there / "linli" / "__init__.py"
    version.write_text(version.read_text() + "# a newer one\n")
    old = machine.run("readlink /opt/linli").strip()

    machine.run(block("Upgrading and going back"), "linli-new")
    new = machine.run("readlink /opt/linli").strip()
    assert new != old
    assert wenzhu.is_in()

    machine.run(block("Upgrading and going back").splitlines()[-1], "linli")
    assert machine.run("readlink /opt/linli").strip() == old
    assert sorted(machine.run("ls -d /opt/linli-*").split()) == sorted([f"/opt/{old}", f"/opt/{new}"])
    assert "LINLI_OIDC_ISSUER" in machine.run("cat /etc/linli/linli.env")
    assert wenzhu.is_in()


def test_after_a_restart_of_the_machine_all_is_there_again(machine: Machine, outside: Outside, wenzhu: Desk):
    machine.restart()

    wait_for(lambda: is_ready(machine), "ready")
    assert json.loads(outside.ask(f"https://{NAME}/livez")) == {"status": "alive"}
    assert machine.run("systemctl --failed --no-legend") == ""
    assert wenzhu.is_in()


def test_figures_are_read_from_a_copy_on_another_machine_and_without_it(
    machine: Machine, another: Machine, outside: Outside, chromium: Any
):
    chapter = "A copy for figures"
    machine.run(block(chapter))
    another.run(block(chapter, 1))
    streams = "su - postgres -c \"psql -qAtc 'select state from pg_stat_replication'\""
    wait_for(lambda: machine.run(streams) == "streaming\n", "streaming")
    machine.run(block(chapter, 2))
    wait_for(lambda: is_ready(machine), "ready")
    person = {"sub": "s-2", "username": "shihu", "name": "石斛", "groups": ["linli-civil-affairs"]}
    outside.tell_provider("/tests/people", json.dumps(person))
    outside.tell_provider("/tests/next", '{"sub": "s-2"}')
    desk = Desk(chromium)
    desk.page.goto("/sign-in/?as=staff")
    desk.press("用市统一身份认证登录", "link")
    desk.set_app_up()
    readers = "select count(*) > 0 from pg_stat_ssl join pg_stat_activity using (pid) where usename = 'linli' and ssl"
    there = f'su - postgres -c "psql -qAtc \\"{readers}\\""'

    desk.context.clear_cookies(name="linli_wrote")
    assert another.run(there) == "f\n"
    assert desk.page.goto(reverse("casework:figures")).status == 200
    assert another.run(there) == "t\n"
    desk.picture("9-figures")

    another.run("systemctl stop postgresql@15-main")
    assert desk.page.goto(reverse("casework:figures")).status == 200
    outside.tell_provider("/tests/next", '{"sub": "s-1"}')


def test_leaving_at_the_provider_ends_the_sign_in_here(wenzhu: Desk):
    wenzhu.page.goto(f"https://{PROVIDER}/session/end")
    wenzhu.page.locator("button").first.click()
    wenzhu.page.wait_for_load_state("networkidle")

    assert not wenzhu.is_in()


def test_when_everything_is_lost_the_backup_brings_it_back(machine: Machine, wenzhu: Desk):
    machine.run(
        "systemctl start linli-backup; cd /var/lib/linli; cp $(ls -t /var/backups/linli/*.age | head -1) last.age; chown linli:linli last.age"
    )

    told = machine.run(block("Backups", 2))

    assert "都回来了" in told
    assert "✗" not in told
    wait_for(lambda: is_ready(machine), "ready")
    wenzhu.page.goto("/sign-in/?as=staff")
    wenzhu.press("用市统一身份认证登录", "link")
    field = wenzhu.page.locator("main input[name=code]").first
    field.fill(wenzhu.code())
    field.press("Enter")
    wenzhu.page.wait_for_load_state("networkidle")
    assert wenzhu.is_in()


def test_nothing_was_broken_meanwhile(machine: Machine):
    """The journal has no fault of ours: no traceback of a page, no task that failed, no service that would not stop."""
    told = machine.run("journalctl -u 'linli-*' --no-pager -o cat")

    assert "web.broken" not in told
    assert "Traceback" not in told
    assert "timed out" not in told
    assert told.count("Unexpected exit from worker") == 1, "the one that was killed"
    assert re.findall(r"^.* ERROR .*$", told, re.MULTILINE) == []
