"""Figures of one laptop: its local copy fetched, brought up to date, and read without the server. Through the command line, so
process start, connection and commit to the disk are in each of them; beside it what SQLite alone takes for the same rows."""
import __main__ as bench
import glob
import json
import os
import random
import re
import shutil
import sqlite3
import statistics
import subprocess
import tempfile
import time

FIRST_SYNC = 100100
MISSED = 10000
APPLIED = 60000
OFFLINE = 10000
RUNS = 3
PIECE = 10000


def plan(name, records):
    """An import file: a plan of about so many records, in the proportions of the demonstration."""
    chance = random.Random(records)
    words = "webinar page offre relance client étude salon vidéo contenu lead budget site audit campagne test".split()
    title = lambda n: " ".join(chance.choice(words) for _ in range(n)).capitalize()
    people = [{"key": "p%d" % i, "name": "Personne %d" % i} for i in range(20)]
    holders = [{"person": p["key"]} for p in people]
    out = []
    objectives, levers, actions, lines = (max(1, records // n) for n in (200, 100, 5, 5))
    for i in range(objectives):
        out.append({"type": "objective", "key": "o%d" % i, "title": title(6), "due": "2027-06-30", "owner": chance.choice(holders)})
    for i in range(levers):
        out.append({"type": "lever", "key": "l%d" % i, "name": title(2), "direction": "inbound", "objectives": ["o%d" % (i % objectives)]})
    for i in range(actions):
        out.append({"type": "action", "key": "a%d" % i, "title": title(5), "lever": "l%d" % (i % levers), "status": "to-do", "priority": "high",
                    "impact": 1 + i % 10, "effort": 1 + i % 7, "due": "2027-%02d-%02d" % (1 + i % 12, 1 + i % 28), "description": title(20)})
    for i in range(lines):
        out.append({"type": "budget_line", "key": "b%d" % i, "title": title(3), "category": "tools", "bucket": "70", "vat_basis": "net", "vat_rate": 2000,
                    "planned": 100 * chance.randrange(100000), "action": "a%d" % (i % actions)})
    for i in range(actions):
        out.append({"type": "raci", "target": "a%d" % i, "letter": "A", "holder": holders[i % 20]})
        out.append({"type": "checklist_item", "action": "a%d" % i, "title": title(4)})
    while len(out) < records - 1:
        out.append({"type": "expense", "line": "b%d" % chance.randrange(lines), "title": title(3), "state": "ordered", "date": "2027-03-0%d" % (1 + len(out) % 9),
                    "net": 1000, "vat_rate": 2000, "gross": 1200})
    return {"jalon": 1, "organisation": {"people": people}, "plan": {"name": name, "start": "2027-01-01", "end": "2027-12-31", "currency": "EUR"}, "records": out}


class Laptop:
    """A home directory of its own, logged in."""
    def __init__(self, server):
        self.server, self.home = server, tempfile.mkdtemp(prefix="laptop.", dir=server.folder)
        self.environment = dict(os.environ, HOME=self.home, XDG_CONFIG_HOME=self.home + "/config", XDG_DATA_HOME=self.home + "/data", LANG="C.UTF-8")
        self.run("--server", "unix:" + server.socket, "login", "admin", "--password-file", server.folder + "/password")

    def run(self, *arguments):
        """Its output; takes note of the wall time."""
        begin = time.perf_counter()
        done = subprocess.run([bench.BUILD + "/client/jalon", *arguments], capture_output=True, text=True, env=self.environment)
        self.seconds = time.perf_counter() - begin
        if done.returncode != 0:
            raise SystemExit("bench: jalon %s failed:\n%s" % (" ".join(arguments), done.stderr[-2000:]))
        return done.stdout

    def take_up(self, name):
        """The plan is the current one; its copy is not fetched."""
        self.run("plan", "use", name, "--quiet")
        self.forget()

    def files(self, name):
        return glob.glob(self.home + "/data/jalon/*/" + name)

    def forget(self):
        for name in ("replica.db", "replica.db-journal", "hints"):
            for path in self.files(name):
                os.unlink(path)

    def records(self):
        return self.one("SELECT count(*) FROM record")

    def revision(self):
        return self.one("SELECT max(revision) FROM space")

    def one(self, sql):
        with sqlite3.connect("file:%s?mode=ro" % self.files("replica.db")[0], uri=True) as base:
            return base.execute(sql).fetchone()[0]


def import_plan(laptop, name, records, made=False):
    """In files of at most PIECE records each; made: the plan is there."""
    path = laptop.home + "/plan.json"
    for begin in range(0, records, PIECE):
        with open(path, "w") as f:
            json.dump(plan(name, min(PIECE, records - begin)), f)
        laptop.run("plan", "import", path, "--quiet", *(["--into", name] if made or begin > 0 else []))


def sqlite_alone(laptop, since=0):
    """Seconds that SQLite takes to write the same rows into new tables of the same form, one transaction, same settings."""
    source, path = laptop.files("replica.db")[0], laptop.home + "/alone.db"
    tables = ("record", "change") if since else ("record",)
    rows = {}
    with sqlite3.connect("file:%s?mode=ro" % source, uri=True) as base:
        forms = {t: base.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (t,)).fetchone()[0] for t in tables}
        for t in tables:
            rows[t] = base.execute("SELECT * FROM %s WHERE revision > ? ORDER BY 1, 2" % t, (since,)).fetchall()
    if os.path.exists(path):
        os.unlink(path)
    base = sqlite3.connect(path, isolation_level=None)
    for pragma in ("synchronous=NORMAL", "journal_mode=TRUNCATE", "cache_size=-32768"):
        base.execute("PRAGMA " + pragma)
    for t in tables:
        base.execute(forms[t])
    begin = time.perf_counter()
    base.execute("BEGIN IMMEDIATE")
    for t in tables:
        if rows[t]:
            base.executemany("INSERT INTO %s VALUES (%s)" % (t, ", ".join("?" * len(rows[t][0]))), rows[t])
    base.execute("COMMIT")
    seconds = time.perf_counter() - begin
    base.close()
    return seconds


def first_sync(server):
    """Cold: the server was just started and has not opened the plan; warm: somebody has just fetched it."""
    writer = Laptop(server)
    import_plan(writer, "Grand plan", FIRST_SYNC)
    laptop = Laptop(server)
    laptop.take_up("Grand plan")
    cold, warm, alone = [], [], []
    for _ in range(RUNS):
        server.restart()
        laptop.forget()
        laptop.run("sync", "--quiet")
        cold.append(laptop.seconds)
        laptop.forget()
        laptop.run("sync", "--quiet")
        warm.append(laptop.seconds)
        alone.append(sqlite_alone(laptop))
    records = laptop.records()
    if records < FIRST_SYNC:
        raise SystemExit("bench: the copy has %d records" % records)
    size = os.path.getsize(laptop.files("replica.db")[0]) / 1e6
    value, reference = statistics.median(cold), statistics.median(alone)
    bench.row("first-sync-100000", value, reference, value / reference, "cold (the server has just started): %s s; warm (the plan is open there): %s s; %d records, %.0f MB on the disk, process start and commit included"
              % (", ".join("%.2f" % v for v in cold), ", ".join("%.2f" % v for v in warm), records, size))


def resume(server):
    """Laptops that were closed while others made so many revisions."""
    bench.fresh(server, 1, 512)
    laptops = [Laptop(server) for _ in range(RUNS)]
    for laptop in laptops:
        laptop.take_up("bench")
        laptop.run("sync", "--quiet")
    before = laptops[0].revision()
    if bench.load("edits", server.socket, 1, 8, 16, 60000, MISSED)["count"] != MISSED:
        raise SystemExit("bench: the edits were not made")
    taken, alone = [], []
    for laptop in laptops:
        laptop.run("sync", "--quiet")
        taken.append(laptop.seconds)
        if laptop.revision() != before + MISSED:
            raise SystemExit("bench: the laptop is at r%d" % laptop.revision())
        alone.append(sqlite_alone(laptop, before))
    value, reference = statistics.median(taken), statistics.median(alone)
    bench.row("resume-10000", value, reference, value / reference, "%s s; %d revisions of one edit each, the chain of each checked; process start and commit included" % (", ".join("%.2f" % v for v in taken), MISSED))


def apply_rate(server):
    """Changes that come as the tail of the log, many in a revision, as an import makes them."""
    taken, alone, count = [], [], 0
    for i in range(RUNS):
        writer, name = Laptop(server), "Suite %d" % i
        writer.run("plan", "new", name, "--start", "2027-01-01", "--quiet")
        laptop = Laptop(server)
        laptop.take_up(name)
        laptop.run("sync", "--quiet")
        before = laptop.records(), laptop.revision()
        import_plan(writer, name, APPLIED, made=True)
        laptop.run("sync", "--quiet")
        count = laptop.records() - before[0]
        taken.append(count / laptop.seconds)
        alone.append(count / sqlite_alone(laptop, before[1]))
    value, reference = statistics.median(taken), statistics.median(alone)
    bench.row("apply-rate", value, reference, value / reference, "%d changes in the log's tail, into the replica on the disk; process start, network and commit included" % count)


def offline_view(server):
    laptop = Laptop(server)
    import_plan(laptop, "Plan en train", OFFLINE)
    laptop.run("sync", "--quiet")
    repository = laptop.home + "/repository"
    subprocess.run("git init -q %s && cd %s && for i in $(seq 30); do echo $i > f$i; done && git add . && git -c user.name=b -c user.email=b@example.org commit -qm files" % (repository, repository), shell=True, check=True)
    commands = (["tree"], ["action", "list"], ["budget"], ["dashboard"])
    ours, theirs = {tuple(c): [] for c in commands}, []
    for _ in range(15):
        for command in commands:
            laptop.run("--offline", *command)
            ours[tuple(command)].append(laptop.seconds * 1000)
        begin = time.perf_counter()
        subprocess.run(["git", "status"], check=True, capture_output=True, cwd=repository)
        theirs.append((time.perf_counter() - begin) * 1000)
    found = {" ".join(c): statistics.median(v[3:]) for c, v in ours.items()}
    slowest = max(found, key=found.get)
    reference = statistics.median(theirs[3:])
    bench.row("offline-view", found[slowest], reference, found[slowest] / reference, "the slowest of: %s; %d records, wall time of the program"
              % (", ".join("%s %.1f" % i for i in found.items()), laptop.records()))


ROWS = {"first-sync-100000": first_sync, "resume-10000": resume, "apply-rate": apply_rate, "offline-view": offline_view}


def rows(names):
    """A server of their own, restarted on the way."""
    wanted = [name for name in ROWS if name in names]
    if not wanted:
        return
    server = bench.Server()
    try:
        for name in wanted:
            ROWS[name](server)
    finally:
        server.stop()
