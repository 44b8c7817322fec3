/* --as expense, --as action ...: rows that are records of one type, field by field. */
#include "client/import/parts.h"
#include "common/record/schema.h"
#include <string.h>

/* What tells records of a type apart where nobody says it with --key. Other types: their title. */
static const struct { uint32_t type; const char *keys[4]; } by_fields[] = {{JL_TYPE_EXPENSE, {"document", "supplier", "line", NULL}}, {JL_TYPE_MEASUREMENT, {"kpi", "date", NULL}}};

const char *const *jl_ingest_type_keys(const struct jl_record_type *type) {
  for (size_t i = 0; i < JL_COUNT(by_fields); i++)
    if (by_fields[i].type == type->number) return by_fields[i].keys;
  return NULL;
}

/* A reference by what it means, however it is written. One that means nothing yet has no place: its row will not be taken. */
static void put_key(struct jl_ingest *in, struct jl_ingest_record *r, const struct jl_ingest_row *row, const char *name, bool *io_known) {
  const struct jl_slot *s = jl_ingest_slot(in, name);
  const struct jl_field *f = s == NULL ? NULL : s->field;
  const struct jl_record_state *found = NULL;
  struct jl_error why = {0};
  char id[JL_ID_TEXT_SIZE] = "";
  const char *words = f == NULL || f->kind != JL_KIND_REFERENCE || f->repeated ? NULL : jl_ingest_words(in, row, name);
  if (words == NULL) {
    (void)jl_ingest_key_slot(r, row, name);
    return;
  }
  *io_known = (jl_no_value(words, strlen(words)) || jl_ingest_find(in, name, f, words, &found, &why)) && *io_known;
  if (found != NULL) jl_id_format(&found->id, id);
  (void)jl_ingest_key(r, id);
}

/* Of an expense: its document's number. Without one rows are told apart by all they say. */
static bool put_keys(struct jl_ingest *in, struct jl_ingest_record *r, const struct jl_ingest_row *row) {
  const char *const *keys = in->keys != NULL ? in->keys : jl_ingest_type_keys(in->type);
  const struct jl_field *title = jl_title_field(in->type);
  bool known = true;
  if (jl_ingest_notes(in)) return true;
  if (keys == NULL && title != NULL) return jl_ingest_key_slot(r, row, title->flag) && jl_ingest_reserve(r);
  if (keys == NULL) return true;
  const char *first = jl_ingest_words(in, row, keys[0]);
  if (in->keys == NULL && (first == NULL || first[0] == '\0')) return true;
  for (; *keys != NULL; keys++) put_key(in, r, row, *keys, &known);
  return !known || jl_ingest_reserve(r);
}

/* Units, currencies and what a record hangs below come before the figures that are read by them. */
static bool type_row(struct jl_ingest *in, const struct jl_ingest_row *row, struct jl_error *err) {
  struct jl_ingest_record *r = jl_ingest_make(in, in->type->number);
  (void)put_keys(in, r, row); /* before values that may be none: the rows alike keep their places */
  for (int pass = 0; pass < 2; pass++)
    for (size_t i = 0; i < in->slot_count; i++) {
      const struct jl_field *f = in->slots[i].field;
      bool figure = f->kind == JL_KIND_FRACTION || f->kind == JL_KIND_MONEY;
      if (figure == (pass == 1) && !jl_ingest_put_slot(r, f->number, row, f->flag, err)) return false;
    }
  return jl_ingest_add(r, err);
}

const struct jl_ingest_source jl_ingest_type_source = {.name = "", .label = "", .row = type_row};
