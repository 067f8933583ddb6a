"""Every address is asked for politely, what the web says is told at its place, and the registry says what is known."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from printroom import GUIDES, ROOT
from website import Reply, Reroute, Site, free_port, make_certificate, proxying, serving

from press.file.cache import Caches
from press.links import ask as web
from press.links import check as module
from press.links.ask import Answer
from press.links.check import _FAILURES, CACHE, Verdict, check_links, judge
from press.links.network import NotPublic, PublicBackend, PublicTransport, Ways, is_public
from press.model.library import Clinic
from press.problems import Problem
from press.read.library import read_library
from press.read.strict_yaml import read_yaml

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
    monkeypatch.setattr("press.links.ask.ADDRESS_SECONDS", 0.3)
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


# -- hostile answers ----------------------------------------------------------------------------------------------------

MEASURED = """
import json, resource, sys, time
from pathlib import Path
from website import Reroute
from press.links.check import check_links

def ask(name):
    return check_links(Path(sys.argv[1]), Path(sys.argv[1]) / "out", {name}, transport=Reroute(json.loads(sys.argv[2])), pause=0)

ask("a0")
before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
codes = [problem.code for problem in ask("a1")]
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(json.dumps([codes, grown, time.monotonic() - began]))
"""

POURS = {
    "body": (Reply(301, "/a/", pours="body"), "link-moved"),
    "bomb": (Reply(301, "/a/", pours="bomb"), "link-moved"),
    "body of the page": (Reply(200, pours="body"), ""),
    "bomb of an error": (Reply(404, pours="bomb"), "link-gone"),
    "headers": (Reply(301, "/a/", pours="headers"), "link-failing"),
    "patience": (Reply(301, "/a/", pours="patience"), "link-slow"),
}


@pytest.mark.parametrize("case", POURS)
def test_an_answer_without_end_costs_no_memory(desk: Desk, case: str) -> None:
    """Measured in a process of its own, against a server that pours as long as anybody listens."""
    reply, code = POURS[case]
    desk.register("/a/", "/hostile/")
    desk.site.replies["/hostile/"] = reply
    script = MEASURED if case != "patience" else "import press.links.ask; press.links.ask.ADDRESS_SECONDS = 2.0\n" + MEASURED
    arguments = [sys.executable, "-c", script, str(desk.guides), json.dumps(desk.hosts)]
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
    said = subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert said.returncode == 0, said.stderr
    codes, grown, seconds = json.loads(said.stdout)
    assert codes == ([code] if code else [])
    assert grown * (1 if sys.platform == "darwin" else 1024) < 16_000_000
    assert seconds < 5
    if case != "patience":
        assert desk.site.poured < 20_000_000, "hung up at once"


@pytest.mark.parametrize(
    ("away", "code"),
    [
        ("https://127.0.0.1:{port}/", "link-private"),
        ("https://[::1]:{port}/", "link-private"),
        ("https://10.0.0.1/", "link-private"),
        ("https://169.254.169.254/latest/meta-data/", "link-private"),
        ("https://localhost:{port}/", "link-private"),
        ("https://2130706433/", "link-private"),
        ("http://127.0.0.1:{port}/", "link-private"),
        ("http://valorspine.com/x/", "link-elsewhere"),
        ("https://ann:secret@valorspine.com/a/", "link-failing"),
        ("https://valorspine.com:99999/", "link-failing"),
        ("https://seller.example\\@valorspine.com/", "link-failing"),
        ("ftp://valorspine.com/", "link-failing"),
        ("file:///etc/passwd", "link-failing"),
        ("javascript:alert(1)", "link-failing"),
        ("https://valorspine.com/" + "x" * 3000, "link-failing"),
    ],
)
def test_a_redirect_that_is_no_secure_public_address_is_not_followed(desk: Desk, away: str, code: str) -> None:
    desk.register("/x", status="verified")
    desk.site.replies["/x"] = Reply(302, away.format(port=desk.site.port))
    (problem,) = desk.check()
    assert problem.code == code
    assert {visit.path for visit in desk.site.visits} == {"/x"}
    assert {visit.method for visit in desk.site.visits} <= {"HEAD", "GET"}
    assert problem.as_text().replace("\n", "").isprintable()
    assert len(problem.message) < 300


def test_a_redirect_is_followed_over_relative_and_careless_addresses(desk: Desk) -> None:
    """As browsers do."""
    desk.register("/x/", "/y/", "/z/")
    desk.site.replies |= {
        "/x/": Reply(301, "../new page/"),
        "/y/": Reply(308, "//www.valorspine.com/b/"),
        "/z/": Reply(307, "?p=1"),
        "/z/?p=1": Reply(303, "/z/"),
    }
    problems = desk.check()
    assert [problem.message for problem in problems] == [
        f"this address leads to https://{HOST}/new%20page/",
        f"this address leads to https://www.{HOST}/b/",
        "this address is redirected without end",
    ]


def test_five_redirects_are_followed_and_no_sixth(desk: Desk) -> None:
    desk.register("/0/", "/1/")
    desk.site.replies |= {f"/{n}/": Reply(301, f"/{n + 1}/") for n in range(6)}
    assert [(problem.code, problem.line) for problem in desk.check()] == [("link-loop", 5), ("link-moved", 10)]
    assert desk.site.asked("/6/") == ["HEAD"]


def test_what_a_server_says_is_told_in_one_short_printable_line(desk: Desk) -> None:
    desk.register("/x")
    desk.site.replies["/x"] = Reply(302, f"https://{HOST}/" + "y" * 1500)
    (problem,) = desk.check()
    assert problem.code == "link-moved"
    assert len(problem.message) < 200
    assert problem.message.endswith("yyy…")


def test_nothing_is_asked_to_be_compressed_and_no_cookie_is_kept(desk: Desk) -> None:
    desk.register("/a/", "/b/")
    desk.site.replies |= {"/a/": Reply(301, "/b/", cookie="who=you; Path=/"), "/b/": Reply(cookie="who=you; Path=/")}
    desk.check()
    assert len(desk.site.visits) == 3
    assert {(visit.encodings, visit.cookie) for visit in desk.site.visits} == {("identity", None)}


def test_all_redirects_of_an_address_share_its_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("press.links.ask.ADDRESS_SECONDS", 0.5)
    desk.register("/0/")
    desk.site.replies |= {f"/{n}/": Reply(301, f"/{n + 1}/", after=0.2) for n in range(5)}
    began = time.monotonic()
    assert codes(desk.check()) == ["link-slow"]
    assert time.monotonic() - began < 2


def test_the_whole_check_ends_in_its_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not asked any more says so, keeps its status, and is asked next time."""
    monkeypatch.setattr("press.links.ask.RUN_SECONDS", 0.5)
    desk.register("/a/", *(f"/{n}/" for n in range(12)), status="verified")
    desk.site.replies |= {f"/{n}/": Reply(after=0.3) for n in range(12)}
    before = desk.statuses()[1:]
    began = time.monotonic()
    problems = desk.check()
    assert time.monotonic() - began < 2
    assert {problem.code for problem in problems} == {"link-slow"}
    assert "not asked any more" in problems[-1].message
    assert desk.statuses()[0] == ("verified", True)
    assert desk.statuses()[-1:] == before[-1:]


async def _numbers(numbers: list[str], host: str, port: int) -> list[str]:
    return numbers


@pytest.mark.parametrize("numbers", [["127.0.0.1"], ["::1"], ["93.184.215.14", "127.0.0.1"], ["::ffff:127.0.0.1"], ["10.1.2.3"]])
def test_a_name_that_turns_out_to_be_a_private_machine_is_not_connected_to(desk: Desk, numbers: list[str]) -> None:
    """The name is looked up once, by us, and the number judged before anything is sent."""
    guarded = PublicTransport(partial(_numbers, numbers))
    desk.register(f"https://{HOST}:{desk.site.port}/a/", "/b/")
    problems = check_links(desk.guides, desk.out, transport=guarded, pause=0)
    assert codes(problems) == ["link-private"] * 2
    assert desk.site.visits == []
    assert desk.statuses() == [("unverified", False)] * 2


@pytest.mark.parametrize(
    ("number", "public"),
    {
        "93.184.215.14": True,
        "2606:2800:21f:cb07:6820:80da:af6b:8b2c": True,
        "64:ff9b::5db8:d70e": True,
        "::ffff:93.184.215.14": True,
        "127.0.0.1": False,
        "0.0.0.0": False,
        "10.0.0.1": False,
        "172.16.0.1": False,
        "192.168.1.1": False,
        "169.254.169.254": False,
        "100.64.0.1": False,
        "192.0.2.1": False,
        "224.0.0.1": False,
        "255.255.255.255": False,
        "::": False,
        "::1": False,
        "fe80::1%eth0": False,
        "fc00::1": False,
        "ff02::1": False,
        "::ffff:10.0.0.1": False,
        "64:ff9b::7f00:1": False,
        "2002:7f00:1::": False,
        "2001:db8::1": False,
        "::127.0.0.1": False,
        "::10.0.0.1": False,
        "::ffff:0:10.0.0.1": False,
        "64:ff9b:1::a00:1": False,
        "fec0::1": False,
        "5f00::1": False,
        "3fff::1": False,
        "192.88.99.1": False,
    }.items(),
)
def test_which_machines_everybody_reaches(number: str, public: bool) -> None:
    assert is_public(number) == public


def test_without_a_stand_in_only_public_machines_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `check --links` uses; no option of the command line changes it."""
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    backend = Ways()._straight._pool._network_backend
    assert isinstance(backend, PublicBackend)
    with pytest.raises(NotPublic):
        asyncio.run(backend.connect_tcp("localhost", 443, 5.0))


# -- judging ------------------------------------------------------------------------------------------------------------

A_PAGE = f"https://{HOST}/a/"
JUDGED = {
    "found": ({"status": 200, "opened": A_PAGE}, "", "warning", "", "", "verified"),
    "found, with a fragment": ({"status": 204, "opened": f"{A_PAGE}#x"}, "", "warning", "", "", "verified"),
    "gone": (
        {"status": 404},
        "link-gone",
        "error",
        "there is no such page (404)",
        "find its new address, or link another",
        "missing",
    ),
    "gone for good": (
        {"status": 410},
        "link-gone",
        "error",
        "there is no such page (410)",
        "find its new address, or link another",
        "missing",
    ),
    "busy": (
        {"status": 429},
        "link-busy",
        "warning",
        "the server asked us to stop for now (429)",
        "run the check again later",
        "",
    ),
    "refused": (
        {"status": 403},
        "link-refused",
        "warning",
        "the server does not show this page to a program (403)",
        "open it by hand",
        "",
    ),
    "the last of the refusals": (
        {"status": 499},
        "link-refused",
        "warning",
        "the server does not show this page to a program (499)",
        "open it by hand",
        "",
    ),
    "failing": (
        {"status": 500},
        "link-failing",
        "warning",
        "the server failed (500)",
        "try again later, then ask who runs the site",
        "",
    ),
    "nowhere to go": (
        {"status": 300},
        "link-failing",
        "warning",
        "the server failed (300)",
        "try again later, then ask who runs the site",
        "",
    ),
    "unreachable": (
        {"failure": "connect"},
        "link-unreachable",
        "warning",
        "the server can't be reached",
        "try again, then ask who runs the site",
        "",
    ),
    "astray": (
        {"failure": "astray", "opened": "https://b.example/"},
        "link-unreachable",
        "warning",
        "this leads to https://b.example/, which can't be reached",
        "find its new address",
        "",
    ),
    "slow": ({"failure": "time"}, "link-slow", "warning", "the server did not answer in time", "try again later", ""),
    "late": (
        {"failure": "late"},
        "link-slow",
        "warning",
        "the check took too long, and this was not asked any more",
        "name fewer documents",
        "",
    ),
    "certificate": (
        {"failure": "certificate"},
        "link-certificate",
        "error",
        "the site's certificate is not valid",
        "ask who runs the site",
        "",
    ),
    "loop": ({"failure": "loop"}, "link-loop", "error", "this address is redirected without end", "ask who runs the site", ""),
    "nonsense": ({"failure": "answer"}, "link-failing", "warning", "the server's answer makes no sense", "open it by hand", ""),
    "private": (
        {"failure": "private"},
        "link-private",
        "warning",
        "the server is a machine of this network only",
        "try it from outside",
        "",
    ),
    "inward": (
        {"failure": "inward", "opened": "https://10.0.0.1/"},
        "link-private",
        "error",
        "this leads to https://10.0.0.1/, which no reader reaches",
        "ask who runs the site",
        "unverified",
    ),
    "insecure": (
        {"failure": "insecure", "opened": f"http://{HOST}/a/"},
        "link-elsewhere",
        "warning",
        f"this leads away, to http://{HOST}/a/",
        "find the secure address",
        "unverified",
    ),
    "elsewhere": (
        {"status": 200, "opened": "https://b.example/a/"},
        "link-elsewhere",
        "warning",
        "this leads away, to https://b.example/a/",
        "find the clinic's own page",
        "unverified",
    ),
    "home": (
        {"status": 200, "opened": f"https://{HOST}/"},
        "link-home",
        "warning",
        "this address leads to the home page",
        "find the article's new address",
        "unverified",
    ),
    "home by its bare name": (
        {"status": 200, "opened": f"https://www.{HOST}"},
        "link-home",
        "warning",
        "this address leads to the home page",
        "find the article's new address",
        "unverified",
    ),
    "the same page, without its slash": (
        {"status": 200, "opened": f"https://{HOST}/a"},
        "link-moved",
        "warning",
        f"this address leads to https://{HOST}/a",
        "write that address here",
        "verified",
    ),
    "another question": (
        {"status": 200, "opened": f"{A_PAGE}?x=1"},
        "link-moved",
        "warning",
        f"this address leads to {A_PAGE}?x=1",
        "if that is the article, write that address here",
        "",
    ),
    "another page, in its own letters": (
        {"status": 200, "opened": f"https://{HOST}/r%C3%BCcken/"},
        "link-moved",
        "warning",
        f"this address leads to https://{HOST}/rücken/",
        "if that is the article, write that address here",
        "",
    ),
}


@pytest.mark.parametrize("case", JUDGED)
def test_an_answer_is_judged(case: str) -> None:
    """Every branch: the code, how grave it is, in which words, what to do, and the status it gives the article."""
    said, *verdict = JUDGED[case]
    clinic = Clinic(name="A", site=f"https://{HOST}/", hosts=(HOST, f"www.{HOST}"))
    assert judge(Answer(A_PAGE, "2026-11-22T00:00:00+00:00", **said), clinic) == Verdict(*verdict)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "opened", "code"),
    [
        ("/", "https://www.valorspine.com/", ""),
        ("/?p=1", "https://valorspine.com/a/", "write that address here"),
        ("/?p=one", "https://valorspine.com/a/", "if that is the article, write that address here"),
        ("/a/?p=1", "https://valorspine.com/b/", "if that is the article, write that address here"),
        ("/?p=1", "https://valorspine.com/?p=2", "write that address here"),
    ],
)
def test_a_home_page_and_a_numbered_page_are_told_apart(wanted: str, opened: str, code: str) -> None:
    clinic = Clinic(name="A", site=f"https://{HOST}/", hosts=(HOST, f"www.{HOST}"))
    answer = Answer(f"https://{HOST}{wanted}", "2026-11-22T00:00:00+00:00", 200, opened)
    assert judge(answer, clinic).hint == code


def test_every_failure_has_its_verdict() -> None:
    """Whatever the web module may answer."""
    written = Path(web.__file__).read_text("utf-8")
    named = set(re.findall(r'failure="([a-z]+)"', written)) | set(re.findall(r'return "([a-z]+)"', written))
    named |= set(re.findall(r'"(inward|insecure|answer|connect|time|astray|private)"', written))
    assert named == set(_FAILURES)


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
    """By the reader of the registry, at its place; the others are asked for all the same."""
    desk.register(address, "/a/")
    assert desk.check() == []
    assert desk.statuses() == [("unverified", False), ("verified", True)]
    read = read_library(desk.guides, desk.guides.parent / "styles" / "figures.css").problems
    (told,) = [problem for problem in read if problem.file == "guides/articles.yaml"]
    assert (told.code, told.severity, told.excerpt) == ("bad-value", "error", f'    url: "{address}"')


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
    assert len(explained) == 13
