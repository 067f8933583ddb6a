"""Every address is asked for politely, what the web says is told at its place, and the registry says what is known."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from printroom import GUIDES, ROOT
from website import Reply, Reroute, Site, free_port, make_certificate, proxying, serving

from press import linkcheck as module
from press.cache import Caches
from press.linkcheck import CACHE, check_links
from press.problems import Problem
from press.source import read_yaml

HOST = "valorspine.com"
CLINIC = """\
name: Valor Spine
site: https://valorspine.com/
hosts: [valorspine.com, www.valorspine.com]
"""

needs_openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="needs the openssl program, to make a certificate")


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site()) as served:
        yield served


class Desk:
    """A small registry of pages on the clinic's host, and the site that plays the host."""

    def __init__(self, folder: Path, site: Site) -> None:
        self.site, self.out, self.guides = site, folder / "build", folder / "guides"
        self.path = self.guides / "articles.yaml"
        self.hosts = {HOST: site.port, "www.valorspine.com": site.port}
        self.kept = Caches(self.guides, self.out).record
        self.guides.mkdir()
        (self.guides / "clinic.yaml").write_text(CLINIC)

    def register(self, *addresses: str, status: str = "unverified") -> None:
        """Writes a registry with an article for each address; a bare path stands on the clinic's host."""
        urls = [address if "://" in address else f"https://{HOST}{address}" for address in addresses]
        entries = (f'  - id: a{n}\n    title: A\n    url: "{url}"\n    status: {status}\n' for n, url in enumerate(urls))
        self.path.write_text("# our articles\narticles:\n" + "\n".join(entries))

    def check(self, pause: float = 0.0, now: datetime | None = None) -> list[Problem]:
        """Asks the site."""
        return check_links(self.guides, self.out, transport=Reroute(self.hosts), pause=pause, now=now)

    def statuses(self) -> list[tuple[str, bool]]:
        """Each article's status, and whether it has today's date."""
        entries = read_yaml(self.path.read_bytes(), "").values["articles"]
        today = datetime.now().astimezone().date().isoformat()
        return [(entry["status"], entry.get("last_checked") == today) for entry in entries]


@pytest.fixture
def desk(tmp_path: Path, site: Site) -> Desk:
    return Desk(tmp_path, site)


def codes(problems: list[Problem]) -> list[str]:
    return [problem.code for problem in problems]


def test_a_page_that_opens_is_recorded_as_verified_today(desk: Desk) -> None:
    desk.register("/a/", "/b/")
    assert desk.check() == []
    assert desk.statuses() == [("verified", True), ("verified", True)]
    assert desk.site.asked("/a/") == ["HEAD"]


def test_a_page_that_is_gone_is_an_error_at_its_address(desk: Desk) -> None:
    desk.register("/a/", "/gone/")
    desk.site.replies["/gone/"] = Reply(404)
    (problem,) = desk.check()
    assert (problem.code, problem.severity) == ("link-gone", "error")
    lines = desk.path.read_text().splitlines()
    assert lines[problem.line - 1] == problem.excerpt == f'    url: "https://{HOST}/gone/"'
    assert (problem.file, problem.column) == ("guides/articles.yaml", 10)
    assert desk.statuses() == [("verified", True), ("missing", True)]
    assert desk.site.asked("/gone/") == ["HEAD", "GET"]


REPLIES = {
    "410 for good": (Reply(410), "link-gone", ("missing", True)),
    "HEAD refused": (Reply(200, head=405), "", ("verified", True)),
    "HEAD unknown": (Reply(200, head=501), "", ("verified", True)),
    "HEAD answered wrongly": (Reply(200, head=404), "", ("verified", True)),
    "for people only": (Reply(403), "link-refused", ("unverified", False)),
    "behind a password": (Reply(401), "link-refused", ("unverified", False)),
    "server failed": (Reply(500), "link-failing", ("unverified", False)),
    "no redirect in a redirect": (Reply(304), "link-failing", ("unverified", False)),
    "asked us to stop": (Reply(429), "link-busy", ("unverified", False)),
    "slash": (Reply(301, "/x/"), "link-moved", ("verified", True)),
    "www": (Reply(301, f"https://www.{HOST}/x/"), "link-moved", ("verified", True)),
    "another page": (Reply(301, "/y/"), "link-moved", ("unverified", False)),
    "home": (Reply(302, "/"), "link-home", ("unverified", False)),
    "to a page that is gone": (Reply(301, "/old-news/"), "link-gone", ("missing", True)),
    "to nowhere": (Reply(301, "https://nowhere.invalid/"), "link-unreachable", ("unverified", False)),
    "to no address": (Reply(301, "https://a:b/"), "link-failing", ("unverified", False)),
    "round and round": (Reply(301, "/x"), "link-loop", ("unverified", False)),
}


@pytest.mark.parametrize("case", REPLIES)
def test_what_the_site_replies_decides(desk: Desk, case: str) -> None:
    reply, code, status = REPLIES[case]
    desk.register("/x")
    desk.site.replies |= {"/x": reply, "/old-news/": Reply(410)}
    assert codes(desk.check()) == ([code] if code else [])
    assert desk.statuses() == [status]


def test_a_page_known_by_its_number_is_verified_and_its_name_is_told(desk: Desk) -> None:
    desk.register("/?p=13995")
    desk.site.replies["/?p=13995"] = Reply(301, "/what-is-fusion/")
    (problem,) = desk.check()
    assert problem.message == f"this address leads to https://{HOST}/what-is-fusion/"
    assert (problem.severity, problem.hint) == ("warning", "write that address here")
    assert desk.statuses() == [("verified", True)]


@pytest.mark.parametrize("away", ["https://seller.example/", "http://valorspine.com/x/"])
def test_an_address_that_leads_away_is_no_longer_verified(desk: Desk, away: str) -> None:
    with serving(Site()) as other:
        desk.hosts["seller.example"] = other.port
        desk.register("/x", status="verified")
        desk.site.replies["/x"] = Reply(302, away)
        (problem,) = desk.check()
    assert problem.code == "link-elsewhere"
    assert away in problem.message
    assert desk.statuses() == [("unverified", False)]


def test_a_page_that_was_missing_and_is_back_is_verified(desk: Desk) -> None:
    desk.register("/x", status="missing")
    assert desk.check() == []
    assert desk.statuses() == [("verified", True)]


def test_a_slow_server_costs_its_time_limit_and_no_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("press.web.ADDRESS_SECONDS", 0.3)
    desk.register("/slow/", "/a/")
    desk.site.replies["/slow/"] = Reply(after=3.0)
    began = time.monotonic()
    assert codes(desk.check()) == ["link-slow"]
    assert time.monotonic() - began < 2.5
    assert desk.statuses() == [("unverified", False), ("verified", True)]


def test_the_site_is_asked_politely(desk: Desk) -> None:
    desk.register(*(f"/{n}/" for n in range(12)))
    desk.site.replies |= {f"/{n}/": Reply(after=0.05) for n in range(12)}
    began = time.monotonic()
    desk.check(pause=0.1)
    assert time.monotonic() - began > 12 / 2 * (0.1 + 0.05) * 0.9
    assert desk.site.most_at_once() == 2, "two connections a host, and both used"
    assert {visit.host for visit in desk.site.visits} == {HOST}
    (agent,) = {visit.agent for visit in desk.site.visits}
    assert re.fullmatch(r"press/\S+ \(checks the addresses .* of Valor Spine; https://valorspine.com/\)", agent)


def test_hosts_are_asked_side_by_side(desk: Desk) -> None:
    desk.register("/a/", "/b/", "https://www.valorspine.com/a/", "https://www.valorspine.com/b/")
    desk.site.replies |= {path: Reply(after=0.2) for path in ("/a/", "/b/")}
    desk.check()
    assert desk.site.most_at_once() == 4


def test_a_site_that_asks_for_rest_gets_it(desk: Desk) -> None:
    desk.register(*(f"/{n}/" for n in range(10)))
    desk.site.replies |= {f"/{n}/": Reply(429) for n in range(10)}
    assert codes(desk.check()) == ["link-busy"] * 10
    assert len(desk.site.visits) <= 2
    assert desk.statuses() == [("unverified", False)] * 10


def test_one_address_of_two_articles_is_asked_once(desk: Desk) -> None:
    desk.register("/a/", "/a/")
    desk.check()
    assert len(desk.site.visits) == 1
    assert desk.statuses() == [("verified", True)] * 2


def test_only_the_articles_named_are_asked_for(desk: Desk) -> None:
    desk.register("/a/", "/b/")
    check_links(desk.guides, desk.out, {"a1"}, transport=Reroute(desk.hosts), pause=0)
    assert desk.statuses() == [("unverified", False), ("verified", True)]


# -- a day's memory -----------------------------------------------------------------------------------------------------


def test_an_answer_is_kept_for_a_day(desk: Desk) -> None:
    desk.register("/a/", "/gone/")
    desk.site.replies["/gone/"] = Reply(404)
    first = desk.check()
    asked = len(desk.site.visits)
    assert desk.check(now=datetime.now(UTC) + timedelta(hours=23)) == first
    assert len(desk.site.visits) == asked
    desk.check(now=datetime.now(UTC) + timedelta(hours=25))
    assert len(desk.site.visits) == 2 * asked


def test_an_address_changed_by_the_editor_is_asked_at_once(desk: Desk) -> None:
    desk.register("/gone/")
    desk.site.replies["/gone/"] = Reply(404)
    desk.check()
    desk.register("/found/", status="missing")
    assert desk.check() == []
    assert desk.statuses() == [("verified", True)]


@pytest.mark.parametrize("reply", [Reply(500), Reply(429)])
def test_what_may_be_better_in_an_hour_is_not_kept(desk: Desk, reply: Reply) -> None:
    desk.register("/a/")
    desk.site.replies["/a/"] = reply
    desk.check()
    desk.site.replies.clear()
    assert desk.check() == []
    assert desk.statuses() == [("verified", True)]


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "[]",
        '{"answers": [{}]}',
        '{"answers": [{"url": 1, "asked": "x"}]}',
        '{"answers": [{"url": "https://valorspine.com/a/", "asked": "2026-11-22", "status": 404}]}',
        "[" * 100_000,
    ],
)
def test_a_broken_memory_is_forgotten(desk: Desk, kept: str) -> None:
    desk.register("/a/")
    desk.kept.write(CACHE, kept.encode())
    assert desk.check() == []
    assert desk.statuses() == [("verified", True)]


def test_an_answer_from_the_future_is_not_believed(desk: Desk) -> None:
    desk.register("/a/")
    desk.check(now=datetime.now(UTC))
    desk.check(now=datetime.now(UTC) - timedelta(days=2))
    assert len(desk.site.visits) == 2


def test_the_memory_holds_no_address_that_left_the_registry(desk: Desk) -> None:
    desk.register("/a/", "/b/")
    desk.check()
    desk.register("/b/")
    desk.check()
    kept = json.loads(desk.kept.read(CACHE) or b"")["answers"]
    assert [answer["url"] for answer in kept] == [f"https://{HOST}/b/"]


# -- no way out ---------------------------------------------------------------------------------------------------------


def test_offline_is_said_in_one_line_and_changes_nothing(desk: Desk) -> None:
    desk.register(*(f"/{n}/" for n in range(40)), status="verified")
    before, desk.hosts = desk.path.read_bytes(), {HOST: free_port()}
    began = time.monotonic()
    (problem,) = desk.check(pause=0.1)
    assert time.monotonic() - began < 3, "a host that can't be reached is not asked forty times"
    assert (problem.code, problem.severity) == ("links-offline", "warning")
    assert "\n" not in problem.as_text()
    assert "offline" in problem.message
    assert desk.path.read_bytes() == before
    assert json.loads(desk.kept.read(CACHE) or b"")["answers"] == []


def test_one_host_out_of_reach_is_not_called_offline(desk: Desk) -> None:
    desk.hosts["www.valorspine.com"] = free_port()
    desk.register("/a/", "https://www.valorspine.com/b/")
    assert codes(desk.check()) == ["link-unreachable"]
    assert desk.statuses() == [("verified", True), ("unverified", False)]


@needs_openssl
def test_a_certificate_that_nobody_knows_is_an_error(desk: Desk, tmp_path: Path) -> None:
    desk.register("/a/")
    with serving(Site(), make_certificate(tmp_path, HOST)) as site:
        (problem,) = check_links(desk.guides, desk.out, transport=Reroute({HOST: site.port}, "https"), pause=0)
    assert (problem.code, problem.severity) == ("link-certificate", "error")
    assert desk.statuses() == [("unverified", False)]


@pytest.mark.parametrize("address", ["https://[", "https://a..b/", "https://127.0.0.1:99999/"])
def test_an_address_that_is_none_is_told_and_stops_nothing(desk: Desk, address: str) -> None:
    desk.register(address, "/a/")
    assert len(desk.check()) == 1
    assert desk.statuses()[1] == ("verified", True)


@pytest.mark.parametrize("file", ["clinic.yaml", "articles.yaml"])
def test_shared_files_with_errors_are_left_to_check(desk: Desk, file: str) -> None:
    desk.register("/a/")
    (desk.guides / file).write_text("name: [\n")
    assert desk.check() == []
    assert desk.site.visits == []


# -- from the command line ----------------------------------------------------------------------------------------------


@pytest.fixture
def command(tmp_path: Path) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """`check --links` on a copy of the shipped library, as a process of its own."""
    shutil.copytree(GUIDES, tmp_path / "guides")

    def run(*more: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        folders = ["--guides", str(tmp_path / "guides"), "--out", str(tmp_path / "build")]
        names = {"NO_PROXY": "", "no_proxy": ""} | environment
        arguments = [sys.executable, "generate.py", "check", "--links", *folders, *more]
        return subprocess.run(arguments, cwd=ROOT, env=os.environ | names, capture_output=True, text=True, timeout=120)

    return run


def test_the_command_says_plainly_that_it_is_offline(
    command: Callable[..., "subprocess.CompletedProcess[str]"], tmp_path: Path
) -> None:
    before = (tmp_path / "guides" / "articles.yaml").read_bytes()
    nowhere = f"http://127.0.0.1:{free_port()}"
    said = command(HTTPS_PROXY=nowhere, https_proxy=nowhere)
    lines = [line for line in said.stdout.splitlines() if "offline" in line]
    assert len(lines) == 1, said.stdout + said.stderr
    assert lines[0].endswith("[links-offline]")
    assert said.returncode == 0
    assert (tmp_path / "guides" / "articles.yaml").read_bytes() == before


@needs_openssl
def test_the_command_records_what_a_document_opens_over_https(
    command: Callable[..., "subprocess.CompletedProcess[str]"], tmp_path: Path
) -> None:
    """Through a real proxy and real TLS, with a certificate that the machine was told to trust."""
    certificate = make_certificate(tmp_path, HOST)
    site = Site({"/what-is-spinal-fusion/": Reply(404)})
    with serving(site, certificate), proxying(site.port) as proxy:
        arguments = ("spinal-stenosis", "--format", "json")
        said = command(*arguments, HTTPS_PROXY=proxy, https_proxy=proxy, SSL_CERT_FILE=str(certificate))
    problems = json.loads(said.stdout)["problems"]
    links = [problem for problem in problems if problem["code"].startswith("link")]
    assert [(problem["code"], problem["severity"]) for problem in links] == [("link-gone", "error")], said.stderr
    assert said.returncode == 1
    entries = read_yaml((tmp_path / "guides" / "articles.yaml").read_bytes(), "").values["articles"]
    statuses = {entry["id"]: entry["status"] for entry in entries if entry["status"] != "unverified"}
    stenosis = (GUIDES / "en" / "spinal-stenosis.yaml").read_text("utf-8")
    assert set(statuses) == set(re.findall(r"article: ?([a-z0-9-]+)", stenosis))
    assert {key for key, status in statuses.items() if status == "missing"} == {"what-is-spinal-fusion"}
    assert any(problem["code"] == "dead-link" for problem in problems), "the document that opens the missing page is told at once"


def test_every_code_of_a_finding_is_explained() -> None:
    explained = re.findall(r"^\| `([a-z-]+)`", module.__doc__ or "", re.MULTILINE)
    body = Path(module.__file__).read_text("utf-8").split('"""', 2)[2]
    assert sorted(explained) == sorted(set(re.findall(r'"(links?-[a-z]+)"', body)))
    assert len(explained) == 12
