"""Figures of an import: so many expenses that one program sends through libjalon, outbox and all, while somebody else edits the same plan.
Beside it what PostgreSQL alone takes to copy the same rows into the same table."""
import __main__ as bench
import os
import signal
import statistics
import subprocess
import time

import laptop

ROWS = int(os.environ.get("IMPORT_ROWS", "100000"))
GROUP = int(os.environ.get("IMPORT_GROUP", "500"))
LINES = 512
RUNS = int(os.environ.get("IMPORT_RUNS", "3"))
EVERY_MS = 50  # an edit of somebody else
NAMES = ("import-expenses-100000", "import-edits-p99")


class Editor:
    """Somebody who changes a budget line of the plan every EVERY_MS, as long as it is entered."""
    def __init__(self, server):
        self.process = subprocess.Popen([bench.BUILD + "/tests/bench/load", "edits", "unix:" + server.socket, str(bench.SEED), "1", "1", "1", "600000"],
                                        stdout=subprocess.PIPE, text=True, env=dict(os.environ, LINES=str(LINES), EVERY_MS=str(EVERY_MS)))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.figures = bench.figures(self.process.communicate()[0])


def copied(server, table):
    """Seconds that psql takes to copy the rows of the plan into a table that is like `table`: columns, checks, indexes."""
    path = server.folder + "/" + table + ".rows"
    server.psql("drop schema if exists bench cascade; create schema bench; create table bench.%s (like public.%s including all)" % (table, table))
    server.psql("copy (select t.* from public.%s t, space_head h where h.kind = 2 and t.space_id = h.space_id and t.%s > 0 order by t.revision) to '%s'"
                % (table, "number" if table == "expense" else "revision", path))
    server.psql("checkpoint")
    begin = time.perf_counter()
    server.psql("\\copy bench.%s from '%s'" % (table, path))
    return time.perf_counter() - begin


def once(server):
    """(seconds of the import, of copying its expenses, of copying the log as well; the other person's edits)"""
    bench.fresh(server, 1, LINES)
    writer = laptop.Laptop(server)
    writer.take_up("bench")
    server.psql("checkpoint")
    with Editor(server) as editor:
        told = bench.sh(bench.BUILD + "/tests/bench/import", "default", str(ROWS), str(GROUP), str(LINES), env=writer.environment)
    made = bench.figures(told)
    if made["refused"] or int(server.psql("select count(*) from expense e, space_head h where h.space_id = e.space_id").strip()) < ROWS:
        raise SystemExit("bench: the import was refused, or its rows are not there")
    rows, log = copied(server, "expense"), copied(server, "log")
    return made["ms"] / 1000, rows, rows + log, editor.figures


def rows(names):
    if not any(name in names for name in NAMES):
        return
    ours, theirs, both, edits = [], [], [], []
    for _ in range(RUNS):
        server = bench.Server()
        try:
            taken = once(server)
        finally:
            server.stop()
        for values, value in zip((ours, theirs, both, edits), taken):
            values.append(value)
    value, reference = statistics.median(ours), statistics.median(theirs)
    told = ", ".join("%.2f s against %.2f" % pair for pair in zip(ours, theirs))
    bench.row("import-expenses-100000", value, reference, value / reference,
              "%d expenses in groups of %d on %d budget lines through libjalon and its outbox, durable on both sides, in turn: %s; with the log, that has each of them again, "
              "psql takes %.2f s (ratio %.2f)" % (ROWS, GROUP, LINES, told, statistics.median(both), value / statistics.median(both)))
    slowest = statistics.median(e["p99_us"] for e in edits) / 1000
    usual = statistics.median(e["p50_us"] for e in edits) / 1000
    bench.row("import-edits-p99", slowest, usual, slowest / usual, "an edit every %d ms of somebody else in the same plan while the import runs; reference: their median; %d edits"
              % (EVERY_MS, sum(e["count"] for e in edits)))
