#!/usr/bin/env python3
"""Writes the seeds of the fuzz targets from the golden vectors: make_corpus.py FOLDER"""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../../proto/vectors"))
from generate import B, M, S, T, U, message  # noqa: E402

REQUESTS = {"Hello": 1, "Login": 2, "Logout": 3, "Submit": 4, "VerdictQuery": 5, "Subscribe": 6, "Cancel": 7, "Read": 8, "ViewRequest": 9,
            "ReadLog": 10, "AccountRequest": 11, "Empty": 12, "Presence": 14, "RefusedRead": 15}
CREATE, UPDATE, DELETE, RESTORE = 1, 2, 3, 4
OBJECTIVE, LEVER, ACTION, RACI = 11, 13, 20, 30


def save(target, name, data):
    folder = os.path.join(sys.argv[1], target)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as out:
        out.write(data)


def vectors(name):
    for number, line in enumerate(open(os.path.join(HERE, "../../proto/vectors", name + ".txt"), encoding="utf-8")):
        words = line.split()
        if not line.startswith("#") and words[2] != "-":
            yield number, words[1], bytes.fromhex(words[2])


def id_of(n):
    """Of a record in the plan of fuzz_requests.c."""
    return bytes([1, 2, 3] + [0] * 11 + [n >> 8, n & 255])


def submit(*edits, guards=()):
    group = message(B(1, id_of(9000)), B(2, id_of(1)), U(3, 9), B(4, id_of(700)), *[M(7, *g) for g in guards], *[M(8, *e) for e in edits])
    return bytes([4]) + message(B(1, group))


def edit(verb, type_, id_, *rest):
    return (U(1, verb), U(2, type_), B(3, id_of(id_)), *rest)


def requests():
    """Bodies that mean something in that plan."""
    title, effort = message(T(1, "Webinar")), message(S(8, 5))
    yield "create", submit(edit(CREATE, ACTION, 40, B(4, message(T(1, "Blog"), B(2, id_of(21)), S(7, 8), T(14, "seo")))))
    yield "two", submit(edit(CREATE, OBJECTIVE, 41, B(4, message(T(1, "Growth")))), edit(CREATE, LEVER, 42, B(4, message(T(1, "SEA"), B(4, id_of(41))))))
    yield "update", submit(edit(UPDATE, ACTION, 23, M(5, U(1, 1), B(2, title), B(3, message(T(1, "Webinaire"))))))
    yield "conflict", submit(edit(UPDATE, ACTION, 23, M(5, U(1, 8), B(2, message(S(8, 2))), B(3, message(S(8, 9))))))
    yield "tags", submit(edit(UPDATE, ACTION, 23, M(5, U(1, 14), B(4, message(T(14, "a"), T(14, "b"))))))
    yield "counter", submit(edit(UPDATE, ACTION, 23, M(5, U(1, 17), S(6, 3), S(7, 0), S(8, 100))))
    yield "place", submit(edit(UPDATE, ACTION, 23, M(5, U(1, 24), B(10, id_of(24)))))
    yield "delete", submit(edit(DELETE, LEVER, 21, U(6, 8), U(7, 1)))
    yield "restore", submit(edit(RESTORE, ACTION, 24))
    yield "guard", submit(edit(UPDATE, ACTION, 23, M(5, U(1, 8), B(2, effort), B(3, message(S(8, 6))))), guards=((B(1, id_of(23)), U(2, 1), B(3, title)),))
    yield "read", bytes([8]) + message(B(1, id_of(1)), M(2, T(1, "A1"), U(5, 3), U(6, 8), U(4, RACI)), M(2, T(1, "webi"), U(3, ACTION)), M(2, T(1, "wabinor")))
    yield "read_all", bytes([8]) + message(B(1, id_of(1)), M(2, U(3, ACTION), U(7, 1), U(8, 1)), M(2, B(2, id_of(23))), M(2, T(1, "0102")))
    yield "read_plan", bytes([8]) + message(M(2, T(1, "2026"), U(3, 10)), M(2, T(1, "Paul"), U(3, 1)))
    for view in ("dashboard", "tree", "raci", "budget", "kpi", "mine", "list", "history", "plans", "people"):
        yield "view_" + view, bytes([9]) + message(B(1, id_of(1)), T(2, view), S(4, 20500))
    yield "view_show", bytes([9]) + message(B(1, id_of(1)), T(2, "show"), M(3, T(1, "record"), T(2, "A1")))
    yield "view_watched", bytes([6]) + message(B(1, id_of(1)), M(3, B(1, id_of(1)), T(2, "history"), M(3, T(1, "record"), T(2, "A1"))))
    yield "log", bytes([10]) + message(B(1, id_of(1)), U(2, 1), U(3, 8), U(4, 100))


if __name__ == "__main__":
    for target, name in (("frames", "frames"), ("unpack", "messages"), ("record", "records")):
        for number, kind, data in vectors(name):
            save(target, "%03d" % number, data)
            if target == "unpack" and kind in REQUESTS:
                save("requests", "%03d" % number, bytes([REQUESTS[kind]]) + data)
    for name, data in requests():
        save("requests", name, data)
