"""Reading PostgreSQL through psql, row by row."""
import subprocess


def psql(database, sql, separator="\t"):
    process = subprocess.Popen(["psql", "-X", "-q", "-At", "-F", separator, "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql], stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        yield line.rstrip("\n").split(separator)
    if process.wait() != 0:
        raise RuntimeError("psql failed")


def log_rows(database, space):
    """In order: revision, section, body, private values."""
    sql = ("copy (select revision, section, encode(body, 'hex'), coalesce(encode(private_values, 'hex'), '') from "
           "log where space_id = '%s' order by revision, section) to stdout" % space)
    for revision, section, body, private in psql(database, sql):
        yield int(revision), int(section), bytes.fromhex(body), bytes.fromhex(private)


def head(database, space):
    return [int(row[0]) for row in psql(database, "select revision from space_head where space_id = '%s'" % space)]


def table_rows(database, table, columns, space):
    return psql(database, "select encode(uuid_send(id), 'hex'), number, revision, coalesce(deleted_revision, 0), %s from %s where space_id = '%s'" % (", ".join(columns), table, space), "\x1f")
