/* The one engine behind jalon import: a table (client/table/reader.h) becomes records of a plan, whatever wrote the table. What differs is a
 * source: a file in client/import with one struct jl_ingest_source, a line in sources.c, and its words in client/table/vocabulary.def. The
 * engine has the rest: mapping, names, keys, comparison with what is there, chunks, rejected rows, resuming, undo.
 *
 * The file is read twice with the same source: first to note the names that are to be found (nothing is made then), afterwards to make the
 * records. A row is all or nothing: when `row` returns false, or the server refuses one of its records, nothing of it is taken and it goes,
 * with the reason, into the file of rejected rows. So `row` keeps no state of its own from row to row.
 *
 *   static bool row(struct jl_ingest *in, const struct jl_ingest_row *row, struct jl_error *err) {
 *     struct jl_ingest_record *x = jl_ingest_make(in, JL_TYPE_EXPENSE);
 *     return jl_ingest_put_slot(x, JL_EXPENSE_DATE, row, "date", err) && jl_ingest_put_slot(x, JL_EXPENSE_NET, row, "spend", err) &&
 *            jl_ingest_put_slot(x, JL_EXPENSE_LINE, row, "line", err) && jl_ingest_put_words(x, JL_EXPENSE_TITLE, "SEA", err) &&
 *            jl_ingest_key_slot(x, row, "campaign-id") && jl_ingest_key_slot(x, row, "date") && jl_ingest_add(x, err);
 *   }
 *
 * A slot is a thing that the source wants to know of a row, by the name of a field of vocabulary.def (or any other name, that only --map and
 * --set give): a column fills it, or --set SLOT=VALUE for all rows. Everything returned lives until the row is done, unless said otherwise. */
#ifndef JL_IMPORT_INGEST_H
#define JL_IMPORT_INGEST_H
#include "client/cli/cli.h"
#include "client/table/reader.h"

struct jl_ingest;        /* one import under way */
struct jl_ingest_record; /* one that a row becomes */
struct jl_ingest_row {
  size_t line; /* of the file, from 1 */
  const struct jl_table_cell *cells; /* one for each column of jl_ingest_table */
};

struct jl_ingest_source {
  const char *name;         /* --as NAME; also in the ids of what it makes: never changed */
  const char *label;        /* message id, for lists and reports: "costs of Google Ads" */
  const char *vocabulary;   /* whose exports (vocabulary.def) it takes without being named; NULL: only when it is named */
  const char *const *needs; /* slots without which no row can be taken, NULL-ended; who imports is asked for a column or --set */
  const char *const *reads; /* the other slots, NULL-ended; NULL: none */
  bool every_column;        /* columns that fill no slot are its own matter (months, channels); else they are said to be passed over */
  /* Before the first row of each pass: what is to be said of the columns as a whole. NULL: nothing. */
  bool (*begin)(struct jl_ingest *in, struct jl_error *err);
  bool (*row)(struct jl_ingest *in, const struct jl_ingest_row *row, struct jl_error *err);
};
extern const struct jl_ingest_source *const jl_ingest_sources[]; /* NULL-ended; sources.c */

/* ---- the file and the plan ---- */
struct jl_cli *jl_ingest_cli(const struct jl_ingest *in);
const struct jl_input *jl_ingest_input(const struct jl_ingest *in); /* currency, period and language of the plan */
const struct jl_table_found *jl_ingest_table(const struct jl_ingest *in);
bool jl_ingest_notes(const struct jl_ingest *in); /* it is the pass that only notes names */
/* Zeroed memory of the source, the same in both passes until the end of the import; NULL: out of memory. */
void *jl_ingest_state(struct jl_ingest *in, size_t size);
int jl_ingest_column(const struct jl_ingest *in, const char *slot); /* that fills it; -1: none */
bool jl_ingest_has(const struct jl_ingest *in, const char *slot);   /* a column or --set */
bool jl_ingest_passed_over(const struct jl_ingest *in, size_t column); /* --map "Column=" */
bool jl_ingest_fills(const struct jl_ingest *in, size_t column);    /* some slot; else it is of every_column */
/* The place of the row among those with its key, from 1: as counted by the source in this pass, or, in a file of rejected rows, what it was when they
 * were rejected. A row that is rejected afterwards keeps it. */
size_t jl_ingest_place(struct jl_ingest *in, size_t counted);
struct jl_arena *jl_ingest_arena(struct jl_ingest *in); /* memory until the row is done */
/* The row is none of this source's (another account of the ledger): `return jl_ingest_leave(in, JL_MSG("..."))`. The report says how many for each
 * reason. Always true; nothing of what the row added is taken. */
bool jl_ingest_leave(struct jl_ingest *in, const char *reason);

/* ---- what a row says ---- */
/* Never NULL: JL_CELL_NONE where there is no column or no value. Of --set: its text, and number or moment when it can be read as one. */
const struct jl_table_cell *jl_ingest_cell(const struct jl_ingest *in, const struct jl_ingest_row *row, const char *slot);
const char *jl_ingest_words(struct jl_ingest *in, const struct jl_ingest_row *row, const char *slot); /* without blanks around; "" none; NULL: out of memory */
/* Typed. INVALID names line, column and value when it is none; *ret_has false: there is no value. A bound ("< 10") is none. */
JL_MUST_CHECK bool jl_ingest_day(struct jl_ingest *in, const struct jl_ingest_row *row, const char *slot, bool *ret_has, int32_t *ret_day, struct jl_error *err);
JL_MUST_CHECK bool jl_ingest_number(struct jl_ingest *in, const struct jl_ingest_row *row, const char *slot, int decimals, bool *ret_has, int64_t *ret_scaled,
                                    struct jl_error *err); /* x 10^decimals */
/* Minor units of the plan's currency; another one that value, column or slot "currency" names is INVALID. */
JL_MUST_CHECK bool jl_ingest_money(struct jl_ingest *in, const struct jl_ingest_row *row, const char *slot, bool *ret_has, int64_t *ret_minor, struct jl_error *err);
/* The same of a column that fills no slot. */
JL_MUST_CHECK bool jl_ingest_cell_number(struct jl_ingest *in, const struct jl_table_cell *cell, size_t column, int decimals, bool *ret_has, int64_t *ret_scaled, struct jl_error *err);
JL_MUST_CHECK bool jl_ingest_cell_money(struct jl_ingest *in, const struct jl_table_cell *cell, size_t column, bool *ret_has, int64_t *ret_minor, struct jl_error *err);

/* ---- names of records ---- */
/* The record of the plan (or its directory) that a name means: a reference, a title, or what --value "SLOT:NAME=B3" says. `field`: a field that
 * refers to such records. In the noting pass *ret is NULL and true is returned: go on without it. "" gives NULL too. NOT_FOUND, AMBIGUOUS: the row
 * is rejected; the report tells each unknown name once, with how often it stands there. Lives until the end of the import. */
JL_MUST_CHECK bool jl_ingest_find(struct jl_ingest *in, const char *slot, const struct jl_field *field, const char *name, const struct jl_record_state **ret, struct jl_error *err);
/* The same for --create: *ret_make says that the plan has none and that nobody said what else it means. */
JL_MUST_CHECK bool jl_ingest_find_or_make(struct jl_ingest *in, const char *slot, const struct jl_field *field, const char *name, const struct jl_record_state **ret, bool *ret_make, struct jl_error *err);
/* The same, but a name that means nothing is no error: *ret is NULL, and nothing is told. */
JL_MUST_CHECK bool jl_ingest_look(struct jl_ingest *in, const char *slot, const struct jl_field *field, const char *name, const struct jl_record_state **ret, struct jl_error *err);
bool jl_ingest_is_said(const struct jl_ingest *in, const char *slot, const char *name); /* by --value */
/* All records of a type of the plan, read once; until the end of the import. */
JL_MUST_CHECK bool jl_ingest_all(struct jl_ingest *in, uint32_t type, const struct jl_record_state **ret, size_t *ret_n, struct jl_error *err);

/* ---- records ---- */
struct jl_ingest_record *jl_ingest_make(struct jl_ingest *in, uint32_t type); /* never NULL: out of memory is told by what follows */
/* By the field's kind, in either language; a value that is none clears nothing and puts nothing. References by name (SLOT is then the field's
 * flag, or that of _put_slot). INVALID names column and value. */
JL_MUST_CHECK bool jl_ingest_put_slot(struct jl_ingest_record *r, uint32_t field, const struct jl_ingest_row *row, const char *slot, struct jl_error *err);
JL_MUST_CHECK bool jl_ingest_put_cell(struct jl_ingest_record *r, uint32_t field, const struct jl_table_cell *cell, size_t column, struct jl_error *err);
JL_MUST_CHECK bool jl_ingest_put_words(struct jl_ingest_record *r, uint32_t field, const char *text, struct jl_error *err);
JL_MUST_CHECK bool jl_ingest_put_number(struct jl_ingest_record *r, uint32_t field, int64_t number, struct jl_error *err); /* minor units, days, value of an enum ... */
JL_MUST_CHECK bool jl_ingest_put_id(struct jl_ingest_record *r, uint32_t field, const struct jl_id *id, struct jl_error *err);
bool jl_ingest_holds(const struct jl_ingest_record *r, uint32_t field);
/* What tells it from the others of this source, so that a file imported again changes and does not double: part after part, the type of the record
 * and the name of the source are parts already. Nothing: its content, with a count for the second one alike. Types with a natural key need none.
 * Always true. */
bool jl_ingest_key(struct jl_ingest_record *r, const char *part);
bool jl_ingest_key_slot(struct jl_ingest_record *r, const struct jl_ingest_row *row, const char *slot);
/* The id that its key gives it, and which record of the plan it is instead: one that somebody typed, say, and which is then compared and told of. */
struct jl_id jl_ingest_own_id(const struct jl_ingest_record *r);
void jl_ingest_is(struct jl_ingest_record *r, const struct jl_id *id);
/* All of its key is put: its place among the rows with this key is taken, before values are read that may be wrong. Always true. */
bool jl_ingest_reserve(struct jl_ingest_record *r);
/* Takes it, with the defaults of new records. INVALID: a field is missing, or the key stands in the file twice. */
JL_MUST_CHECK bool jl_ingest_add(struct jl_ingest_record *r, struct jl_error *err);
/* The same for a record that several rows may need: the campaign of a cost, the line of its months. The second time it is the one that was added
 * first. It is sent before the rows, so it stays even when all of them are rejected. */
JL_MUST_CHECK bool jl_ingest_add_once(struct jl_ingest_record *r, struct jl_error *err);
/* The same, but several of one key add up: money, counts and fractions of `fields` (0-ended); the other fields are those of the first. Sums are sent
 * when the file is read, and only when no row was rejected: a part of a sum is no sum. */
JL_MUST_CHECK bool jl_ingest_add_up(struct jl_ingest_record *r, const uint32_t *fields, struct jl_error *err);
const struct jl_id *jl_ingest_id(const struct jl_ingest_record *r); /* once it was added: for records of the same row that refer to it */
#endif
