"""Figures of a long history: a plan whose log has a million groups, made by the server itself from 32 connections (tests/bench/load), so
that it is what people's edits would have made of it. Seen through the command line, process start included."""
import __main__ as bench
import json
import os
import random
import statistics

import laptop

GROUPS = int(os.environ.get("PAST_GROUPS", "1000000"))
LINES = 2048
CONNECTIONS, WINDOW = 32, 32
COLD = 9
WARM = 60


def log_bytes(server):
    """Of the log with its indexes, the free space in them too."""
    return int(server.psql("select pg_total_relation_size('log')"))


def import_old(server):
    """A few records, before everything else that will be in the log."""
    writer = laptop.Laptop(server)
    writer.take_up("bench")
    path = writer.home + "/old.json"
    with open(path, "w") as f:
        json.dump({"jalon": 1, "records": [{"type": "action", "key": "a%d" % i, "title": "Action %d" % i} for i in range(20)]}, f)
    writer.run("plan", "import", path, "--into", "bench", "--quiet")


def make_log(server):
    """A plan of LINES budget lines and GROUPS groups, each but the first an edit of one field; bytes of the log for each such edit, and why."""
    bench.fresh(server, 1, LINES)
    import_old(server)
    head = int(server.psql("select max(revision) from log"))
    edits, before = GROUPS - head, log_bytes(server)
    made = bench.load("edits", server.socket, 1, CONNECTIONS, WINDOW, 550000, edits, lines=LINES)
    if made["count"] != edits:
        raise SystemExit("bench: %d of %d edits were made" % (made["count"], edits))
    bytes_each = (log_bytes(server) - before) / edits
    body, columns, keys = (float(n) for n in server.psql(
        "select avg(octet_length(body)), avg(pg_column_size(l.*)), (select sum(pg_relation_size(indexrelid)) from pg_index where indrelid = 'log'::regclass) / %d.0 "
        "from log as l where revision > %d" % (GROUPS, head)).split("|"))
    return bytes_each, body, columns, keys, made["rate"]


def forget_files(folder):
    """What the kernel holds of these files, which nobody has open."""
    for place, _, names in os.walk(folder):
        for name in names:
            file = os.open(os.path.join(place, name), os.O_RDONLY)
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(file)


def moments(server, n):
    """Instants spread over the whole log, as a person gives them: with the time of day."""
    chance = random.Random(n)
    revisions = [chance.randrange(LINES + 2, GROUPS) for _ in range(n)]
    return [server.psql("select to_char(max(at) at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS') from log where revision = %d" % r).strip() for r in revisions]


def first_question(reader):
    """Goes through the whole log, and stores states on the way; seconds."""
    reader.run("budget", "--at", "r%d" % (GROUPS - 1))
    return reader.seconds


def history_at(server, reader):
    first = first_question(reader)
    states, size = server.psql("select count(*), pg_total_relation_size('past_state_part') from past_state").split("|")
    cold, warm, alone = [], [], []
    for moment in moments(server, COLD):
        server.restart(between=lambda: forget_files(server.folder + "/data/postgres"))
        reader.run("budget", "--at", moment)
        cold.append(reader.seconds * 1000)
        reader.run("budget", "--at", moment)
        warm.append(reader.seconds * 1000)
        reader.run("budget")
        alone.append(reader.seconds * 1000)
    value, reference = statistics.median(cold), statistics.median(alone)
    bench.row("history-at", value, reference, value / reference,
              "cold: jalond and PostgreSQL have just started, and the machine holds nothing of the database's files; the slowest of %d: %.0f ms; the same asked again: %.0f ms. "
              "%s states are stored, %.0f bytes of them for each group; without any, the first question took %.0f s"
              % (COLD, max(cold), statistics.median(warm), states, int(size) / GROUPS, first))


def histories(reader, chance):
    """Each of another record, so that no answer is one that the server has kept; beside them another view."""
    taken, now = [], []
    for _ in range(WARM):
        reader.run("history", "B%d" % chance.randrange(1, LINES + 1))
        taken.append(reader.seconds * 1000)
        reader.run("kpi")
        now.append(reader.seconds * 1000)
    return taken[10:], now[10:]


def history_record(server, reader):
    """Of a server that has been in use, its log in the machine's memory; and of one that has just started and reads it from the disk."""
    chance = random.Random(LINES)
    server.restart(between=lambda: forget_files(server.folder + "/data/postgres"))
    cold, _ = histories(reader, chance)
    server.psql("select sum(octet_length(body)) from log")
    taken, now = histories(reader, chance)
    value, reference = statistics.median(taken), statistics.median(now)
    bench.row("history-record", value, reference, value / reference,
              "the last 200 of about %d changes of a record; 9 of 10 within %.1f ms; where each of the 200 is read from the disk first: %.1f ms"
              % ((GROUPS - LINES) // LINES, sorted(taken)[len(taken) * 9 // 10], statistics.median(cold)))


def undo_old(server, reader):
    """About the oldest groups of the log, which are found by an index."""
    revision = server.psql("select min(revision) from log where import_name is not null").strip()
    commands = {"undo rN": ("undo", "r" + revision, "--dry-run"), "undo --import": ("undo", "--import", "old.json", "--dry-run"),
                "history --import": ("history", "--import", "old.json")}
    found, now = {}, []
    for name, command in commands.items():
        found[name] = []
        for _ in range(20):
            reader.run(*command)
            found[name].append(reader.seconds * 1000)
            reader.run("kpi")
            now.append(reader.seconds * 1000)
    medians = {name: statistics.median(taken[5:]) for name, taken in found.items()}
    value, reference = max(medians.values()), statistics.median(now[5:])
    bench.row("undo-old", value, reference, value / reference,
              "the slowest of: %s; %d groups came after what they are about" % (", ".join("%s %.1f" % i for i in medians.items()), GROUPS))


NAMES = ("log-bytes-per-edit", "history-at", "history-record", "undo-old")


def rows(names):
    if not any(name in names for name in NAMES):
        return
    server = bench.Server()
    try:
        bytes_each, body, columns, keys, rate = make_log(server)
        if "log-bytes-per-edit" in names:
            bench.row("log-bytes-per-edit", bytes_each, body, bytes_each / body,
                      "%.0f bytes are the change itself, which the chain covers; with the row's other columns %.0f, its keys take %.0f; %d groups, made at %.0f a second"
                      % (body, columns, keys, GROUPS, rate))
        reader = laptop.Laptop(server)
        reader.environment.update(JALON_PATIENCE="600", TZ="UTC")
        reader.take_up("bench")
        if "history-at" in names:
            history_at(server, reader)
        if "history-record" in names:
            history_record(server, reader)
        if "undo-old" in names:
            undo_old(server, reader)
    finally:
        server.stop()
