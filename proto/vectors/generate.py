#!/usr/bin/env python3
"""Golden vectors of the protocol, made by a second implementation: nothing here comes from our C code.

generate.py          writes the *.txt files of this folder
generate.py --check  writes nothing; exit status 1 when a file would differ

wire_numbers.txt is frozen: lines are added when wire.proto grows; a line that changes or vanishes is refused, because
peers of another version would misread it. Python 3, standard library only."""
import hashlib
import os
import re
import struct
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
HEAD = "# Made by generate.py; see README.md of the folder above. Do not edit.\n"


# ---- the encoding ----
def varint(n):
    out = bytearray()
    while n >= 0x80:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def zigzag(n):
    return (n << 1) ^ (n >> 63) if n < 0 else n << 1


class Field:
    """One occurrence of a field, as bytes and as the text that a reader must see."""

    def __init__(self, number, wire, data, text):
        self.data = varint(number << 3 | wire) + data
        self.number, self.text = number, text


def U(number, n):
    return Field(number, 0, varint(n), str(n))


def S(number, n):
    return Field(number, 0, varint(zigzag(n) & (1 << 64) - 1), str(n))


def B(number, data):
    return Field(number, 2, varint(len(data)) + data, "h" + data.hex())


def T(number, text):
    data = text.encode("utf-8")
    return Field(number, 2, varint(len(data)) + data, "t" + data.hex())


def M(number, *fields):
    data = message(*fields)
    return Field(number, 2, varint(len(data)) + data, text(*fields))


def message(*fields):
    return b"".join(f.data for f in fields)


def text(*fields):
    return "{" + " ".join("%d:%s" % (f.number, f.text) for f in fields) + "}"


def frame(type_, flags, stream, payload=b"", length=None, zero=0):
    return struct.pack(">IBBHI", len(payload) if length is None else length, type_, flags, zero, stream) + payload


def zstd(*blocks, size=None, header=None):
    """One zstd frame by RFC 8878, by hand: raw blocks of bytes, run-length blocks of (byte, count)."""
    out = b""
    for i, block in enumerate(blocks):
        run = isinstance(block, tuple)
        length, kind, data = (block[1], 1, block[0]) if run else (len(block), 0, block)
        out += struct.pack("<I", (i == len(blocks) - 1) | kind << 1 | length << 3)[:3] + data
    if size is None:
        size = sum(b[1] if isinstance(b, tuple) else len(b) for b in blocks)
    if header is None:  # single segment, the content's size in 8 bytes
        header = b"\xe0" + struct.pack("<Q", size)
    return b"\x28\xb5\x2f\xfd" + header + out


def blake(data, size=32):
    return hashlib.blake2b(data, digest_size=size).digest()


def derive(purpose, *parts):
    out = b""
    for part in (purpose.encode(),) + parts:
        out += struct.pack("<Q", len(part)) + part
    return blake(out, 16)


def ident(n):
    return bytes((n * 17 + i) & 0xFF for i in range(16))


# ---- frames.txt ----
MORE, END, ZSTD = 2, 4, 1
PREFACE = b"JALON/1\n"


def frames():
    yield "# header NAME HEX = length type flags stream | error CODE"
    for name, data, want in (
        ("ping", frame(12, 0, 1), "0 12 0 1"),
        ("largest", frame(100, 0, 0xFFFFFFFF, length=65536), "65536 100 0 4294967295"),
        ("end", frame(66, END, 7, length=258), "258 66 4 7"),
        ("more", frame(105, MORE, 9, length=1), "1 105 2 9"),
        ("unknown_type", frame(200, 0, 3), "0 200 0 3"),
        ("oversize", frame(1, 0, 1, length=65537), "error TOO_LARGE"),
        ("huge", frame(1, 0, 1, length=0xFFFFFFFF), "error TOO_LARGE"),
        ("reserved_word", frame(1, 0, 1, zero=1), "error BAD_FRAME"),
        ("reserved_flag_8", frame(1, 8, 1), "error BAD_FRAME"),
        ("reserved_flag_128", frame(1, 128, 1), "error BAD_FRAME"),
        ("compressed", frame(1, ZSTD, 1, length=5), "error UNSUPPORTED"),
        ("empty_part", frame(1, MORE, 1), "error BAD_FRAME"),
        ("compressed_login", frame(2, ZSTD, 1, length=5), "error UNSUPPORTED"),
        ("compressed_verdict", frame(68, ZSTD, 1, length=5), "error UNSUPPORTED"),
        ("compressed_snapshot", frame(105, ZSTD, 9, length=5), "5 105 1 9"),
        ("compressed_revisions", frame(100, ZSTD | MORE, 9, length=5), "5 100 3 9"),
        ("compressed_log", frame(74, ZSTD | END, 9, length=5), "5 74 5 9"),
        ("more_and_end", frame(1, MORE | END, 1, length=1), "error BAD_FRAME"),
    ):
        yield "header %s %s = %s" % (name, data.hex(), want)
    yield "# stream NAME HEX = type/flags/stream/payload ... then more | error CODE (accepted connection, 4096 bytes a message)"
    yield "# agreed: the same on the client's side, where zstd is agreed on"
    hello = message(U(1, 1), U(2, 1), T(5, "jalon 0.1.0"))
    two = PREFACE + frame(1, 0, 1, hello) + frame(12, 0, 3)
    seen = "1/0/1/%s 12/0/3/- then " % hello.hex()
    for name, data, want in (
        ("hello_and_ping", two, seen + "more"),
        ("truncated_header", two + frame(12, 0, 5)[:11], seen + "more"),
        ("truncated_payload", PREFACE + frame(1, 0, 1, hello)[:-1], "then more"),
        ("in_parts", PREFACE + frame(9, MORE, 5, b"ab") + frame(12, 0, 7) + frame(9, END, 5, b"cd"), "12/0/7/- 9/4/5/61626364 then more"),
        ("parts_of_two_types", PREFACE + frame(9, MORE, 5, b"ab") + frame(8, 0, 5, b"cd"), "then error BAD_FRAME"),
        ("too_long", PREFACE + frame(1, 0, 1, length=4097), "then error TOO_LARGE"),
        ("too_long_in_parts", PREFACE + frame(1, MORE, 1, b"x" * 4096) + frame(1, 0, 1, length=1), "then error TOO_LARGE"),
        ("nine_unfinished", PREFACE + b"".join(frame(1, MORE, i, b"x") for i in range(9)), "then error BAD_FRAME"),
        ("http", b"GET / HTTP/1.1\r\n\r\n", "then error BAD_FRAME"),
        ("tls", bytes.fromhex("1603010200010001fc0303"), "then error BAD_FRAME"),
        ("half_preface", PREFACE[:5], "then more"),
        ("compressed_unagreed", PREFACE + frame(105, ZSTD, 1, zstd(b"abc")), "then error UNSUPPORTED"),
        ("second_good_then_bad", two + frame(1, 64, 9), seen + "error BAD_FRAME"),
    ):
        yield "stream %s %s = %s" % (name, data.hex(), want)
    packed = zstd(b"abc", (b"x", 300))
    plain = (b"abc" + b"x" * 300).hex()
    after = frame(76, END, 7)
    for name, data, want in (
        ("zstd", frame(105, ZSTD, 9, packed) + after, "105/0/9/%s 76/4/7/- then more" % plain),
        ("zstd_last", frame(74, ZSTD | END, 9, packed) + after, "74/4/9/%s 76/4/7/- then more" % plain),
        ("zstd_in_parts", frame(100, ZSTD | MORE, 9, packed[:6]) + after + frame(100, ZSTD, 9, packed[6:]), "76/4/7/- 100/0/9/%s then more" % plain),
        ("zstd_largest", frame(105, ZSTD, 9, zstd((b"y", 4096))), "105/0/9/%s then more" % ("79" * 4096)),
        ("zstd_too_large", frame(105, ZSTD, 9, zstd((b"y", 4097))), "then error TOO_LARGE"),
        ("zstd_bomb", frame(105, ZSTD, 9, zstd(*[(b"y", 131072)] * 64)), "then error TOO_LARGE"),
        ("zstd_lying_small", frame(105, ZSTD, 9, zstd((b"y", 2000), size=10)), "then error BAD_FRAME"),
        ("zstd_lying_large", frame(105, ZSTD, 9, zstd((b"y", 10), size=2000)), "then error BAD_FRAME"),
        ("zstd_huge_claim", frame(105, ZSTD, 9, zstd((b"y", 10), size=(1 << 64) - 3)), "then error TOO_LARGE"),
        ("zstd_unsized", frame(105, ZSTD, 9, zstd(b"abc", header=b"\x00\x00")), "then error BAD_FRAME"),
        ("zstd_of_nothing", frame(105, ZSTD, 9, zstd(b"")), "then error BAD_FRAME"),
        ("zstd_skippable", frame(105, ZSTD, 9, b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc"), "then error BAD_FRAME"),
        ("zstd_twice", frame(105, ZSTD, 9, packed * 2), "then error BAD_FRAME"),
        ("zstd_trailing", frame(105, ZSTD, 9, packed + b"\0"), "then error BAD_FRAME"),
        ("zstd_truncated", frame(105, ZSTD, 9, packed[:-1]), "then error BAD_FRAME"),
        ("zstd_empty", frame(105, ZSTD, 9), "then error BAD_FRAME"),
        ("zstd_not", frame(105, ZSTD, 9, b"abcdefghijkl"), "then error BAD_FRAME"),
        ("zstd_dictionary", frame(105, ZSTD, 9, zstd(b"abc", header=b"\x21\x07\x03")), "then error BAD_FRAME"),
        ("zstd_wrong_checksum", frame(105, ZSTD, 9, zstd(b"abc", header=b"\x24\x03") + b"abcd"), "then error BAD_FRAME"),
        ("zstd_first_part_only", frame(100, ZSTD | MORE, 9, packed[:6]) + frame(100, 0, 9, packed[6:]), "then error BAD_FRAME"),
        ("zstd_last_part_only", frame(100, MORE, 9, packed[:6]) + frame(100, ZSTD, 9, packed[6:]), "then error BAD_FRAME"),
        ("zstd_presence", frame(108, ZSTD, 9, packed), "then error UNSUPPORTED"),
    ):
        yield "agreed %s %s = %s" % (name, data.hex(), want)


# ---- messages.txt ----
def messages():
    yield "# NAME MESSAGE HEX = text of the fields by number (numbers plain, text tHEX, bytes hHEX) | error CODE"

    def good(name, kind, *fields):
        return "%s %s %s = %s" % (name, kind, message(*fields).hex() or "-", text(*fields))

    def bad(name, kind, data, code):
        return "%s %s %s = error %s" % (name, kind, data.hex(), code)

    edit = (U(1, 2), U(2, 20), B(3, ident(3)), M(5, U(1, 1), B(2, message(T(1, "a"))), B(3, message(T(1, "b")))), M(5, U(1, 17), S(6, -3), S(7, 0), S(8, 10)))
    yield good("empty", "Empty")
    yield good("hello", "Hello", U(1, 1), U(2, 1), T(3, "views"), T(3, "zstd"), T(5, "jalon 0.1.0"), U(6, 7), U(7, 1048576))
    yield good("login_password", "Login", T(1, "ana"), T(2, "p\u00e4ssw\u00f6rd"), B(4, ident(1)), T(5, "laptop"))
    yield good("login_reply", "LoginReply", B(1, bytes(32)), B(2, ident(2)), T(3, "ana"), U(4, 1), S(5, 1767225600000000))
    yield good("login_reply_limited", "LoginReply", B(2, ident(2)), T(3, "ana"), U(8, 1), B(9, ident(3)), B(9, ident(4)), B(11, ident(5)))
    yield good("error", "Error", U(1, 100), U(2, 20), B(3, ident(3)), U(4, 1), T(5, "{1} was changed"), M(7, U(1, 7), T(3, "title")), M(7, U(1, 2), S(2, -5)))
    yield good("group", "Group", B(1, ident(1)), B(2, ident(2)), U(3, 18446744073709551615), B(4, ident(4)), U(5, 3), M(7, B(1, ident(3)), U(2, 5), B(3, b"\x28\x02")), M(8, *edit))
    yield good("submit", "Submit", B(1, message(B(1, ident(1)), U(3, 1))), U(2, 41))
    yield good("submit_again", "Submit", B(1, message(B(1, ident(1)), U(3, 1))), U(2, 0), M(3, B(1, ident(2)), U(2, 1), U(3, 12), M(4, U(1, 2), U(2, 12), B(3, blake(b"x")))))
    yield good("submit_again_unsearched", "Submit", B(1, message(B(1, ident(1)), U(3, 1))), M(3, B(1, ident(2))))
    yield good("error_lane_gap", "Error", U(1, 404), T(5, "group {1} is not the next one of this replica: {2} is expected"), M(7, U(1, 1), S(2, 9)), M(7, U(1, 1), S(2, 4)))
    yield good("verdict_applied", "Verdict", B(1, ident(2)), U(2, 1), B(3, ident(4)), U(4, 12), U(5, 0), M(6, B(1, ident(3)), U(2, 7), U(3, 20)))
    yield good("verdict_refused", "Verdict", B(1, ident(2)), U(2, 2), B(3, ident(4)), U(4, 0), M(7, U(1, 100)), M(8, U(1, 20), B(2, ident(3)), U(3, 1), B(4, b"\x0a\x01a"), B(5, b"\x0a\x01c"), B(6, b"\x0a\x01b")), U(9, 1))
    yield good("position", "Position", B(1, ident(2)), U(2, 1), U(3, 12), M(4, U(1, 1), U(2, 4), B(3, blake(b""))), M(4, U(1, 2), U(2, 12), B(3, blake(b"x"))))
    yield good("view_request", "ViewRequest", B(1, ident(2)), T(2, "actions"), M(3, T(1, "status"), T(2, "to-do")), S(4, 20454))
    yield good("negative_day", "ViewRequest", S(4, -719162))
    yield good("subscribe_from", "Subscribe", B(1, ident(2)), M(2, B(1, ident(2)), U(2, 1), U(3, 12)))
    yield good("subscribe_again", "Subscribe", B(1, ident(2)), M(2, B(1, ident(2)), U(2, 1), U(3, 12)), U(4, 1), B(5, ident(9)))
    yield good("snapshot_first", "Snapshot", M(1, U(1, 20), B(2, ident(3)), U(3, 1), U(4, 12), U(5, 7), B(7, b"\x0a\x01a")), U(2, 0), M(3, B(1, ident(2)), U(2, 1), U(3, 12)), U(4, 100000))
    yield good("snapshot_last", "Snapshot", U(2, 1), M(3, B(1, ident(2)), U(2, 1), U(3, 12)), U(5, 19))
    yield good("hello_reply", "HelloReply", U(1, 1), T(2, "zstd"), U(9, 65537), B(10, ident(2)), U(11, 65536), U(12, 30000))
    yield good("list_move", "FieldEdit", U(1, 30), B(9, ident(3)), B(10, ident(4)))
    yield good("presence", "Presence", B(1, ident(2)), U(2, 2), B(3, ident(3)), U(4, 10), U(5, 812))
    yield good("present_now", "PresentNow", B(1, ident(2)), M(2, B(1, ident(9)), T(2, "Ana"), U(3, 2), B(4, ident(3)), U(5, 20), U(6, 12), U(7, 10), U(8, 812), S(9, 1767225600000000)), U(3, 1))
    yield good("names", "Names", M(1, U(1, 1), B(2, ident(9)), U(3, 0), B(7, b"\x0a\x03Ana")), U(2, 1))
    yield good("refused_read", "RefusedRead", B(1, ident(2)), B(2, ident(1)), U(3, 4), U(4, 100))
    yield good("refused_reply", "RefusedReply", M(1, B(1, ident(1)), U(2, 5), B(3, message(B(1, ident(1)), U(3, 5))), B(4, message(U(2, 5), U(4, 0))), S(5, 1767225600000000)), U(2, 0))
    yield bad("unknown_doing", "Presence", U(2, 9).data, "UNSUPPORTED")
    yield good("revisions", "Revisions", M(1, B(1, b"\x08\x01"), B(2, b"")), U(2, 1), U(3, 0))
    yield good("query", "Query", T(1, "A12"), U(3, 20), U(3, 21), U(8, 0))
    packed = varint(3 << 3 | 2) + varint(3) + varint(20) + varint(300)
    yield "packed_numbers Query %s = {3:20 3:300}" % packed.hex()
    yield bad("bad_utf8", "Login", B(1, b"\xff\xfe").data, "BAD_UTF8")
    yield bad("nul_in_text", "Login", B(1, b"a\0b").data, "BAD_UTF8")
    yield bad("overlong_utf8", "Login", B(1, b"\xc0\xaf").data, "BAD_UTF8")
    yield bad("surrogate", "Login", B(1, b"\xed\xa0\x80").data, "BAD_UTF8")
    yield bad("escape_sequence", "Login", B(1, b"a\x1b[2J").data, "BAD_UTF8")
    yield bad("nested_bad_utf8", "Error", varint(7 << 3 | 2) + varint(4) + varint(3 << 3 | 2) + b"\x02\xff\xff", "BAD_UTF8")
    yield bad("unknown_enum", "Edit", U(1, 77).data, "UNSUPPORTED")
    yield bad("negative_enum", "Edit", Field(1, 0, varint((1 << 64) - 1), "").data, "UNSUPPORTED")
    yield bad("bool_two", "Logout", U(1, 2).data, "BAD_FRAME")
    yield bad("wide_uint32", "Hello", U(1, 1 << 32).data, "BAD_FRAME")
    yield bad("wrong_wire_type", "Hello", B(1, b"x").data, "BAD_FRAME")
    yield bad("truncated_text", "Login", T(1, "ana").data[:-1], "BAD_FRAME")
    yield bad("length_past_end", "Login", b"\x0a\xff\xff\xff\xff\x0f", "BAD_FRAME")
    yield bad("varint_of_11_bytes", "Hello", b"\x08" + b"\x80" * 10 + b"\x01", "BAD_FRAME")
    yield bad("varint_past_64_bits", "Submit", b"\x10" + b"\xff" * 9 + b"\x02", "BAD_FRAME")
    yield bad("varint_not_minimal", "Hello", b"\x08\x81\x00", "BAD_FRAME")
    yield bad("field_zero", "Hello", b"\x00\x01", "BAD_FRAME")
    yield bad("group_wire_type", "Hello", b"\x0b\x0c", "BAD_FRAME")
    yield bad("group_in_unknown", "Hello", varint(99 << 3 | 3) + varint(99 << 3 | 4), "BAD_FRAME")
    yield bad("message_twice", "Verdict", M(7, U(1, 100)).data * 2, "BAD_FRAME")
    yield bad("number_twice", "Hello", U(1, 1).data * 2, "BAD_FRAME")
    yield bad("many_empty_messages", "ReadReply", b"\x12\x00" * 2000, "TOO_LARGE")
    yield bad("many_unknown_fields", "Hello", b"\x48\x00" * 3000, "TOO_LARGE")


# ---- records.txt ----
def records():
    yield "# NAME TYPE HEX = ok | error CODE field"
    tags = T(14, "a").data + T(14, "b").data
    action = T(1, "Webinaire \u00e9t\u00e9").data + U(4, 3).data + S(5, 50000).data + S(10, 20454).data
    for name, data, want in (
        ("smallest", T(1, "x").data, "ok"),
        ("usual", action + tags, "ok"),
        ("before_1970", T(1, "x").data + S(9, -1).data, "ok"),
        ("long_text", T(1, "x").data + T(3, "one\ntwo").data, "ok"),
        ("unknown_fields", action + tags + U(99, 5).data + B(100, b"\x00\xff").data, "ok"),
        ("no_title", U(4, 3).data, "error INVALID 1"),
        ("descending", U(4, 3).data + T(1, "x").data, "error INVALID 0"),
        ("long_varint", T(1, "x").data + b"\x20\x83\x00", "error INVALID 0"),
        ("truncated", T(1, "xyz").data[:-1], "error INVALID 0"),
        ("group", T(1, "x").data + varint(99 << 3 | 3) + varint(99 << 3 | 4), "error INVALID 0"),
        ("title_twice", T(1, "x").data + T(1, "y").data, "error INVALID 1"),
        ("line_feed_in_title", T(1, "x\ny").data, "error INVALID 1"),
        ("bad_utf8", B(1, b"\xff").data, "error BAD_UTF8 1"),
        ("title_too_long", T(1, "x" * 201).data, "error TOO_LARGE 1"),
        ("unknown_status", T(1, "x").data + U(4, 77).data, "error INVALID 4"),
        ("progress_over_one", T(1, "x").data + S(5, 1000001).data, "error INVALID 5"),
        ("short_reference", T(1, "x").data + B(2, b"123").data, "error INVALID 2"),
        ("zero_reference", T(1, "x").data + B(2, bytes(16)).data, "error INVALID 2"),
        ("set_not_sorted", T(1, "x").data + T(14, "b").data + T(14, "a").data, "error INVALID 14"),
        ("set_with_duplicate", T(1, "x").data + T(14, "a").data * 2, "error INVALID 14"),
        ("bool_two", T(1, "x").data + U(21, 2).data, "error INVALID 21"),
    ):
        yield "%s action %s = %s" % (name, data.hex(), want)


# ---- chains.txt and ids.txt ----
def chains():
    yield "# chain PREVIOUS BODY = BLAKE2b-256(previous || body); personal SALT SLICE = BLAKE2b-256(salt || slice)"
    previous = bytes(32)
    for revision in range(1, 4):
        change = (U(1, 20), B(2, ident(3)), U(3, 1 if revision == 1 else 2), U(4, 1), U(5, revision - 1), M(6, U(1, 1), B(3, T(1, "r%d" % revision).data)))
        body = message(U(1, revision), U(2, 2), B(3, ident(9)), S(4, 1767225600000000 + revision), B(5, ident(1)), U(6, revision), B(7, ident(20 + revision)), M(8, *change))
        chain = blake(previous + body)
        yield "chain %s %s = %s" % (previous.hex(), body.hex(), chain.hex())
        previous = chain
    yield "chain %s - = %s" % (previous.hex(), blake(previous).hex())
    for salt, value in ((ident(5), T(2, "ana@example.org").data), (ident(6), T(2, "ana@example.org").data), (ident(5), b"")):
        yield "personal %s %s = %s" % (salt.hex(), value.hex() or "-", blake(salt + value).hex())


def ids():
    yield "# derive PURPOSE PART,PART... = id; natural TYPE SPACE RECORD = id"
    for purpose, parts in (("test", (b"ab", b"c")), ("test", (b"a", b"bc")), ("test", (b"",)), ("natural key", (ident(2),))):
        yield "derive %s %s = %s" % (purpose.replace(" ", "_"), ",".join(p.hex() or "-" for p in parts), derive(purpose, *parts).hex())
    space, action = ident(2), B(1, ident(3)).data
    number = struct.pack("<I", 30)
    for letter, name in ((1, "first"), (2, "second"), (3, "third"), (4, "fourth")):
        letter_slice = U(2, letter).data
        for holder in (7, 8):
            holder_slice = B(3, ident(holder)).data
            parts = (space, number, action, letter_slice) + (() if letter == ACCOUNTABLE else (holder_slice,))
            yield "natural raci %s %s = %s" % (space.hex(), (action + letter_slice + holder_slice).hex(), derive("natural key", *parts).hex())
    month = S(2, 20454).data
    yield "natural budget_month %s %s = %s" % (space.hex(), (action + month).hex(), derive("natural key", space, struct.pack("<I", 41), action, month).hex())


def enum_value(path, name):
    found = re.search(r"\b%s\s*=\s*(\d+)" % name, open(os.path.join(HERE, "..", path)).read())
    return int(found.group(1))


ACCOUNTABLE = enum_value("governance.proto", "RACI_A")


# ---- wire_numbers.txt ----
def numbers():
    source = re.sub(r"//[^\n]*", "", open(os.path.join(HERE, "..", "wire.proto"), encoding="utf-8").read())
    for kind, name, body in re.findall(r"\b(message|enum)\s+(\w+)\s*\{([^}]*)\}", source):
        if kind == "enum":
            for value, number in re.findall(r"(\w+)\s*=\s*(\d+)\s*;", body):
                yield "enum %s %s %s" % (name, number, value)
            continue
        yield "message %s" % name
        for label, type_, field, number in re.findall(r"(optional|repeated)\s+(\w+)\s+(\w+)\s*=\s*(\d+)\s*;", body):
            yield "field %s %s %s %s %s" % (name, number, field, label, type_)


def freeze(old, new):
    gone = [line for line in old if line not in new and not line.startswith("#")]
    if gone:
        sys.exit("wire.proto no longer has these, which other versions rely on; numbers, names and types are for ever:\n  " + "\n  ".join(gone))


def main():
    check = "--check" in sys.argv[1:]
    differ = []
    for name, make in (("frames", frames), ("messages", messages), ("records", records), ("chains", chains), ("ids", ids), ("wire_numbers", numbers)):
        path = os.path.join(HERE, name + ".txt")
        lines = list(make())
        old = open(path, encoding="utf-8").read() if os.path.exists(path) else ""
        if make is numbers:
            freeze(old.splitlines(), lines)
        new = HEAD + "\n".join(lines) + "\n"
        if new == old:
            continue
        differ.append(name + ".txt")
        if not check:
            with open(path, "w", encoding="utf-8") as out:
                out.write(new)
    if check and differ:
        sys.exit("not as generate.py makes them: " + ", ".join(differ))


if __name__ == "__main__":
    main()
