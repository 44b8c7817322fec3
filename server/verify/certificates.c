#include "server/verify/certificates.h"
#include "common/wire/unpack.h"
#include "server/store/files.h"
#include "server/verify/compare.h"
#include <stdlib.h>
#include <string.h>

void jl_certificates_release(struct jl_certificates *c) { free(c->all); }

bool jl_certificates_row(struct jl_certificates *c, const Jalon__ChangeBody *body, const uint8_t before[JL_CHAIN_SIZE],
                         const uint8_t after[JL_CHAIN_SIZE]) {
  if (!body->has_erases) return true;
  if (c->count == c->capacity) {
    size_t capacity = c->capacity == 0 ? 16 : c->capacity * 2;
    struct jl_certificate *grown = realloc(c->all, capacity * sizeof *grown);
    if (grown == NULL) return false;
    c->all = grown;
    c->capacity = capacity;
  }
  struct jl_certificate *one = &c->all[c->count++];
  *one = (struct jl_certificate){
      .revision = body->revision, .section = (enum jl_section)body->section, .time_us = body->time_us, .records = body->n_changes};
  (void)jl_id_from_bytes(JL_PB(body->erases), &one->person); /* zero when it is none: no certificate says that */
  (void)jl_id_from_bytes(JL_PB(body->author), &one->author);
  memcpy(one->before, before, JL_CHAIN_SIZE);
  memcpy(one->after, after, JL_CHAIN_SIZE);
  return true;
}

/* ---- beside the table ---- */
static void found(struct jl_verified *v, uint64_t revision, enum jl_section section, const char *message, const char *column) {
  struct jl_error what = {0};
  struct jl_finding finding;
  jl_fail(&what, JL_E_TAMPERED, message, JL_MSG("put it back from a copy of the database, or from what jalon person erasures printed"),
          jl_arg_revision(revision), jl_arg_text(column));
  (void)jl_finding_at(&finding, revision, section, &what);
  jl_verify_found(v, "erasure", &finding);
}

static void compare(struct jl_verified *v, const struct jl_certificate *made, const PGresult *row) {
  const struct {
    const char *name;
    int column;
    struct jl_bytes bytes;
    int64_t number; /* when bytes.data is NULL */
  } columns[] = {{"person", 2, {made->person.bytes, sizeof made->person.bytes}, 0},
                 {"author", 3, {made->author.bytes, sizeof made->author.bytes}, 0},
                 {"at", 4, {NULL, 0}, made->time_us},
                 {"chain_before", 5, {made->before, sizeof made->before}, 0},
                 {"chain_after", 6, {made->after, sizeof made->after}, 0},
                 {"records", 7, {NULL, 0}, (int64_t)made->records}};
  for (size_t i = 0; i < JL_COUNT(columns); i++) {
    int column = columns[i].column;
    if (columns[i].bytes.data == NULL ? jl_cell_number(row, 0, column) == columns[i].number
                                      : jl_bytes_equal(jl_cell_bytes(row, 0, column), columns[i].bytes))
      continue;
    found(v, made->revision, made->section, JL_MSG("the certificate of the erasure of r{1} does not say what the log says: {2}"),
          columns[i].name);
    return;
  }
}

static bool comes_before(const struct jl_certificate *c, uint64_t revision, enum jl_section section) {
  return c->revision < revision || (c->revision == revision && c->section < section);
}

static void missing(struct jl_verified *v, const struct jl_certificate *c) {
  found(v, c->revision, c->section, JL_MSG("r{1} erased personal values, and its certificate is missing"), "");
}

bool jl_verify_certificates(struct jl_reader *reader, const struct jl_certificates *c, struct jl_verified *v, struct jl_error *err) {
  size_t at = 0;
  if (!jl_reader_ask(reader, jl_statement_text("verify_erasures"), &v->space, NULL, err)) return false;
  for (const PGresult *row; (row = jl_reader_next(reader, err)) != NULL;) {
    uint64_t revision = (uint64_t)jl_cell_number(row, 0, 0);
    enum jl_section section = (enum jl_section)jl_cell_number(row, 0, 1);
    while (at < c->count && comes_before(&c->all[at], revision, section)) missing(v, &c->all[at++]);
    if (at < c->count && c->all[at].revision == revision && c->all[at].section == section)
      compare(v, &c->all[at++], row);
    else
      found(v, revision, section, JL_MSG("there is a certificate of an erasure in r{1}, and the log knows of none"), "");
  }
  while (err->code == JL_E_OK && at < c->count) missing(v, &c->all[at++]);
  return err->code == JL_E_OK;
}
