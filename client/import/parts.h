/* What the parts of the import engine tell each other. */
#ifndef JL_IMPORT_PARTS_H
#define JL_IMPORT_PARTS_H
#include "client/import/ingest.h"
#include "common/base/limits.h"

#define JL_INGEST_SLOTS 96
#define JL_INGEST_REF "ref" /* slot of a record type: which record a row is */
#define JL_INGEST_ID "id"   /* beside it: the id of that record, by which another plan's is told from ours */
#define JL_INGEST_GIVEN 64   /* fields that one record has from the file */
#define JL_INGEST_ROW_ARENA (8u << 20)
#define JL_INGEST_GROUP_ITEMS 500    /* records of one group, so that edits of others wait no longer for it than for any (tests/bench: import-edits-p99); one that comes back changed takes two edits */
#define JL_INGEST_GROUPS 18          /* of one chunk, at most */
#define JL_INGEST_GROUP_BYTES 300000 /* of them; a group has names and bases besides */
#define JL_INGEST_CHUNK_ARENA (128u << 20)
#define JL_INGEST_PLACES 4000000 /* rows with one key */
#define JL_INGEST_KEPT 50 /* that are listed */
#define JL_INGEST_SUMS 200000
#define JL_INGEST_SUM_ARENA (256u << 20)

/* ---- bind.c: slots, and the columns that fill them ---- */
struct jl_slot {
  const char *name;
  const struct jl_field *field; /* of a record type; NULL: of a source */
  const char *titles[4];        /* of a field: what a column of it may be called, folded */
  enum jl_column_kind kind;
  bool needed;
  bool told /* --map */, alike /* by what files of others call such things */;
  int column;                   /* -1: none */
  bool is_set;                  /* --set */
  struct jl_table_cell set;
};
/* A record, as a row makes it. */
struct jl_ingest_record {
  struct jl_ingest *in;
  const struct jl_record_type *type;
  struct jl_bytes body;  /* what the row says */
  struct jl_bytes whole; /* with defaults; once it is added */
  uint32_t given[JL_INGEST_GIVEN]; /* fields that the row speaks of, with or without a value */
  size_t given_count;
  struct jl_bytes key[16];
  size_t key_count;
  struct jl_id id, first /* of the rows with this key */;
  bool reserved; /* its place among them is taken */
  bool no_memory, added, once;
  bool is; /* jl_ingest_is */
  bool named; /* by the file: which record it is, so that what the row says need not be all of one */
  size_t line;
  struct jl_ingest_record *next; /* of the row */
};

/* ---- names.c ---- */
struct jl_ingest_name {
  const struct jl_field *field;
  const char *slot, *text; /* as in the file */
  size_t lookup;           /* SIZE_MAX: stands for nothing (--value NAME=) */
  size_t title;            /* in the text, behind a reference; 0: none */
  uint64_t count;
  bool quiet;   /* whether there is one was only looked at */
  bool unknown;
  struct jl_error error;
};
struct jl_ingest_names {
  struct jl_ingest_name *items;
  size_t count, capacity;
  size_t *slots; /* hash: place + 1 */
  size_t slot_capacity;
  struct jl_lookups lookups;
};

/* ---- index.c: which ids were made so far, by which line ---- */
#define JL_INGEST_VOID UINT32_MAX /* the line of an id whose row was not taken */
struct jl_ingest_seen { struct jl_id id; uint32_t line, count; };
struct jl_ingest_index { struct jl_ingest_seen *items; size_t capacity, count; };
JL_MUST_CHECK bool jl_ingest_index_put(struct jl_ingest_index *x, const struct jl_id *id, size_t line, struct jl_ingest_seen **ret_seen, bool *ret_new, struct jl_error *err);
struct jl_ingest_seen *jl_ingest_index_find(const struct jl_ingest_index *x, const struct jl_id *id); /* NULL: not there */
void jl_ingest_index_free(struct jl_ingest_index *x);

/* ---- what is to be done with a record: compare.c, base.c ---- */
enum jl_ingest_fate { JL_FATE_MAKE, JL_FATE_CHANGE, JL_FATE_SAME, JL_FATE_KEPT /* somebody changed it since */, JL_FATE_GONE /* somebody deleted it since */, JL_FATE_BACK /* restored */, JL_FATES };
struct jl_ingest_change {
  uint32_t field;
  struct jl_bytes base /* as it is now */, next;
  bool by_hand /* somebody wrote it after the last import that did */, known /* that import was found */, kept, unchanged /* the file says what it said then */;
  bool undone, redone; /* by the change after the one that is looked at */
  struct jl_bytes wrote; /* jl_ingest_left: what the last import wrote there */
};
struct jl_ingest_item {
  uint32_t type;
  struct jl_id id;
  size_t row; /* in the chunk */
  struct jl_bytes whole;
  uint32_t *given;
  size_t given_count;
  enum jl_ingest_fate fate;
  struct jl_ingest_change *changes;
  size_t change_count;
  struct jl_record_state now; /* as it is there; revision 0 with number 0: it is not */
  bool there, again /* look once more */;
  uint64_t shown; /* the file names the record: the revision at which it was displayed here last, the base of such an edit; 0: it does not */
  struct jl_field_base *bases;
  size_t base_count;
  /* base.c: who wrote a field last */
  uint64_t at; /* revision to be looked at next; 0: found out */
  enum jl_ingest_fate sent; /* what a group that was sent made of it; SAME: nothing yet */
  size_t open; /* changes whose base is not known yet */
  bool taken_back;
};
struct jl_ingest_line { size_t line, first, count, bytes, place; bool rejected; struct jl_error error; struct jl_bytes raw; }; /* a row of the chunk: its items */
struct jl_ingest_chunk {
  struct jl_arena *arena;
  struct jl_ingest_item *items;
  size_t item_count, item_capacity;
  struct jl_ingest_line *lines;
  size_t line_count, line_capacity;
  size_t bytes, raw_bytes;
};

struct jl_ingest_rejected_row { size_t line; const char *column, *reason; };
struct jl_ingest_sample { size_t line; uint32_t type; const char *text; };
#define JL_INGEST_SAMPLES 8
struct jl_ingest_kept { struct jl_record_state record; uint32_t field; struct jl_bytes now, wanted; size_t line; };

/* Among rows alike, from 1, in the file as it was first read; 0: not known. */
struct jl_ingest_place { size_t number; bool again /* of a file of rejected rows */; };

struct jl_ingest {
  struct jl_cli *cli;
  struct jl_input input;
  const char *path, *file_name;
  const struct jl_ingest_source *source;
  const struct jl_record_type *type; /* of the source of a record type; NULL: another source */
  struct jl_reader_options reading;
  struct jl_source *file;
  struct jl_reader *reader;
  const struct jl_table_found *found;
  struct jl_slot slots[JL_INGEST_SLOTS];
  size_t slot_count;
  int *slot_of;      /* column -> slot; -1 none */
  size_t saved_options; /* of the options the first ones come from a mapping */
  bool *passed_over; /* --map "Column=" */
  bool *added;       /* by a file of rejected rows */
  bool exported;     /* jalon wrote it: shares and percentages are fractions */
  bool listed;       /* as a list of records, which may be made longer; else a view, which has headings and sums too */
  bool by_reference; /* --key ref: the records that the file names are meant, whatever else it says of them */
  struct jl_error bind_error; /* the reader's hook cannot fail */
  const char *const *keys;    /* --key: slots; NULL: not given */
  bool notes;
  void *state;
  struct jl_arena *row_arena;
  size_t line;
  const struct jl_table_row *row;
  struct jl_ingest_place place; /* of the row */
  const char *bad_column; /* of the value that could not be read */
  struct jl_ingest_record *records, *last; /* of the row */
  struct jl_ingest_names names;
  struct jl_ingest_index index, at_index /* base.c */;
  struct { uint32_t type; struct jl_bytes body; } defaults[16];
  size_t default_count;
  struct { uint32_t type; const struct jl_record_state *records; size_t count; } all[16];
  size_t all_count;
  struct jl_ingest_chunk chunk, before[2] /* chunk.c: what its rows refer to */;
  /* record.c: sums that are not sent before the file is read */
  struct jl_ingest_record **sums;
  size_t *sum_index; /* hash: place + 1 */
  size_t sum_count, sum_capacity, sum_slots, sums_left /* not sent, as rows were rejected */;
  struct jl_arena *sum_arena;
  struct jl_ingest_overlaps *overlaps; /* overlap.c */
  struct jl_ingest_campaigns *campaigns; /* platform.c */
  struct jl_ingest_index figures_made, expenses_made; /* earlier.c: by imports of this name */
  bool has_figures_made;
  struct { const char *platform; char reference[JL_REFERENCE_SIZE]; } beside; /* a figure of another platform that one of this file adds up with; platform NULL: none */
  bool says_figures;
  uint64_t others; /* records that no import of this kind made, and rows are */
  struct jl_ingest_known *known; /* known.c; NULL: rows of another source */
  uint64_t earlier, earlier_kept; /* figures of the same rows that were taken away, or stay as somebody changed them */
  /* the import itself */
  const char *name; /* jalon undo --import NAME */
  struct jl_id run, fingerprint;
  uint32_t part, directory_part;
  bool overwrite, restore, all_or_nothing, nothing /* was taken because of it */;
  bool unheard /* a question had no answer, of the server or of the local copy */, told_away;
  uint64_t under_way[JL_INGEST_GROUPS * 4]; /* groups of the outbox that are not decided */
  size_t under_way_count;
  uint64_t rows, done, rejected, fates[JL_FATES], twice /* alike rows */, groups;
  struct jl_outcome_of outcome;
  struct jl_ingest_kept *kept; /* the first ones */
  size_t kept_count;
  struct jl_lookup mapping; /* of --save-mapping, as it was when the import began */
  bool has_mapping;
  struct jl_ingest_reject *reject; /* rejected.c; NULL: nothing was rejected yet */
  uint64_t early; /* expenses that are dated before the plan begins */
  size_t early_line; /* the first */
  bool preview, by_content, made_expenses;
  int64_t begun_us, drawn_us; /* monotonic */
  bool drawn;
  struct { const char *why; uint64_t count; } left[16]; /* rows that are none of the source's */
  size_t left_count;
  bool leaves;
  struct jl_ingest_sample samples[JL_INGEST_SAMPLES];
  size_t sample_count;
  struct { struct jl_id id; const char *title; } titled[64]; /* made for several rows, for the samples */
  size_t titled_count;
};

/* bind.c */
JL_MUST_CHECK bool jl_ingest_bind_begin(struct jl_ingest *in, struct jl_error *err); /* the slots of source or type, and --set */
void jl_ingest_bind(void *context, struct jl_table_found *found);                    /* the reader's hook */
JL_MUST_CHECK bool jl_ingest_bind_end(struct jl_ingest *in, struct jl_error *err);   /* what is needed is there */
/* How many columns a record type takes by their titles, and how many of its required fields get none. */
JL_MUST_CHECK bool jl_ingest_fit(struct jl_ingest *in, const struct jl_record_type *type, struct jl_table_found *found, size_t *ret_columns, size_t *ret_missing, struct jl_error *err);
bool jl_ingest_suggest(struct jl_ingest *in, struct jl_error *err); /* suggest.c; USAGE in any case: always false */
void jl_ingest_tell_columns(struct jl_ingest *in); /* which columns nobody reads */
const struct jl_slot *jl_ingest_slot(const struct jl_ingest *in, const char *name); /* NULL: there is none */
const char *jl_ingest_slot_label(const struct jl_slot *s);                    /* message id */
/* type_source.c */
extern const struct jl_ingest_source jl_ingest_type_source;
const char *const *jl_ingest_type_keys(const struct jl_record_type *type); /* flags of fields; NULL: none */
/* source_expense.c: of another type nothing is decided */
JL_MUST_CHECK bool jl_ingest_expense_begin(struct jl_ingest *in, struct jl_error *err); /* which columns are amounts, and of what; USAGE: a question */
JL_MUST_CHECK bool jl_ingest_expense_row(struct jl_ingest_record *r, const struct jl_ingest_row *row, struct jl_error *err); /* its values are put */
/* value.c */
bool jl_ingest_no_memory(struct jl_error *err);
char *jl_ingest_trimmed(struct jl_arena *a, const struct jl_table_cell *cell);
JL_MUST_CHECK bool jl_ingest_value(struct jl_ingest_record *r, const struct jl_field *field, const struct jl_table_cell *cell, int column, const char *slot, struct jl_bytes *ret_slice,
                                   struct jl_error *err);
/* The unit of an amount or a fraction: a field of the record, or the KPI's; "" none that is known. */
const char *jl_ingest_unit(struct jl_ingest *in, const struct jl_record_type *type, struct jl_bytes record, const struct jl_field *field);
/* names.c */
JL_MUST_CHECK bool jl_ingest_names_run(struct jl_ingest *in, struct jl_error *err);
JL_MUST_CHECK bool jl_ingest_names_ask(struct jl_ingest *in, struct jl_error *err); /* what unknown ones mean, in a terminal */
void jl_ingest_names_tell(struct jl_ingest *in);
size_t jl_ingest_names_unknown(const struct jl_ingest *in);
/* record.c */
void jl_ingest_row_begin(struct jl_ingest *in, size_t line);
struct jl_id jl_ingest_id_at(const struct jl_id *first, size_t place); /* of the rows with one key */
void jl_ingest_row_void(struct jl_ingest *in);
JL_MUST_CHECK bool jl_ingest_defaults(struct jl_ingest *in, struct jl_error *err); /* of the type that rows become */
struct jl_bytes jl_ingest_default(const struct jl_ingest *in, uint32_t field);      /* of it; empty: none */
JL_MUST_CHECK bool jl_ingest_sum_take(struct jl_ingest *in, size_t i, struct jl_error *err); /* as the record of a row of its own */
/* away.c */
void jl_ingest_listen(struct jl_ingest *in, bool on); /* tells when the connection breaks */
void jl_ingest_heard(struct jl_ingest *in, const struct jl_reply *reply); /* every reply passes here */
/* The step, as often as the server goes while it is done: it is done anew from its beginning. UNAVAILABLE: it did not come back. */
JL_MUST_CHECK bool jl_ingest_with_server(struct jl_ingest *in, bool (*step)(struct jl_ingest *in, void *context, struct jl_error *err), void *context, struct jl_error *err);
/* each.c: all records of a type, as the server has them; from the first one again (begin) when it went meanwhile. */
struct jl_ingest_each {
  uint32_t type;
  bool deleted; /* these too */
  void (*begin)(void *context);
  bool (*take)(struct jl_ingest *in, void *context, const struct jl_record_state *record, struct jl_error *err); /* which lives as long as the call */
  void *context;
};
JL_MUST_CHECK bool jl_ingest_each(struct jl_ingest *in, struct jl_ingest_each *each, struct jl_error *err);
/* compare.c */
JL_MUST_CHECK bool jl_ingest_read(struct jl_ingest *in, struct jl_error *err); /* the chunk's items as they are now */
JL_MUST_CHECK bool jl_ingest_compare(struct jl_ingest *in, struct jl_error *err);
/* overlap.c */
void jl_ingest_overlaps_rewind(struct jl_ingest *in); /* before each pass */
/* base.c */
JL_MUST_CHECK bool jl_ingest_bases(struct jl_ingest *in, struct jl_error *err);
JL_MUST_CHECK bool jl_ingest_left(struct jl_ingest *in, struct jl_error *err); /* of the chunk's items: their fields now, and as an import left them */
/* known.c, same.c: which record a row is, whoever brought it. `begin` reads what is there; each row is told of in a pass of its own, then `end` decides. */
JL_MUST_CHECK bool jl_ingest_known_begin(struct jl_ingest *in, struct jl_error *err);
JL_MUST_CHECK bool jl_ingest_known_end(struct jl_ingest *in, struct jl_error *err);
void jl_ingest_known_free(struct jl_ingest *in);
void jl_ingest_known_rewind(struct jl_ingest *in); /* before each pass */
bool jl_ingest_known_looks(const struct jl_ingest *in); /* it is the pass that tells */
JL_MUST_CHECK bool jl_ingest_known_row(struct jl_ingest *in, struct jl_error *err); /* the next row of a pass */
JL_MUST_CHECK bool jl_ingest_known_first(struct jl_ingest_record *r, const struct jl_id *first, struct jl_error *err); /* the rows with its key */
void jl_ingest_known_said(struct jl_ingest_record *r); /* what it says, with defaults */
JL_MUST_CHECK bool jl_ingest_known_is(struct jl_ingest_record *r, uint64_t number, struct jl_error *err); /* the file names it: NOT_FOUND, in the pass that makes */
/* The id that stands beside the reference, or where none is: which record of this plan it is of; 0: of none. */
uint64_t jl_ingest_known_id_of(struct jl_ingest *in, const char *text);
void jl_ingest_known_beside(struct jl_ingest_record *r, const char *text); /* beside the reference of the row */
void jl_ingest_known_new(struct jl_ingest_record *r); /* the file says that it is new */
JL_MUST_CHECK bool jl_ingest_known_id(struct jl_ingest_record *r, const struct jl_id *first, struct jl_error *err); /* AMBIGUOUS: that is for who imports to say */
size_t jl_ingest_known_place(const struct jl_ingest *in); /* of the row among those with its key; 0: none */
size_t jl_ingest_known_nth(const struct jl_ingest *in);   /* the same in this file */
uint64_t jl_ingest_known_others(const struct jl_ingest *in); /* rows whose record nobody imported in this way */
/* earlier.c */
JL_MUST_CHECK bool jl_ingest_earlier_said(struct jl_ingest *in, const struct jl_ingest_record *r, struct jl_error *err); /* a figure: its stage and days */
JL_MUST_CHECK bool jl_ingest_earlier(struct jl_ingest *in, struct jl_error *err); /* takes away what the same rows said before */
/* Whether an import of this name made the figure or expense. */
JL_MUST_CHECK bool jl_ingest_earlier_made(struct jl_ingest *in, const struct jl_id *id, bool *ret, struct jl_error *err);
void jl_ingest_campaigns_free(struct jl_ingest *in); /* platform.c */
/* send.c */
JL_MUST_CHECK bool jl_ingest_send(struct jl_ingest *in, struct jl_error *err); /* the chunk */
void jl_ingest_sent(struct jl_ingest *in); /* it is decided: what came of its records counts */
/* chunk.c */
JL_MUST_CHECK bool jl_ingest_chunk_take(struct jl_ingest *in, struct jl_error *err); /* the records of the row */
bool jl_ingest_chunk_full(const struct jl_ingest *in);
JL_MUST_CHECK bool jl_ingest_chunk_flush(struct jl_ingest *in, struct jl_error *err);
/* mapping.c */
/* The settings of --mapping before those that were typed; *ret_options: how many. *io_as: what it says rows become, when nobody said. */
JL_MUST_CHECK bool jl_ingest_mapping_use(struct jl_cli *cli, const char **io_as, size_t *ret_options, struct jl_error *err);
/* --save-mapping: nothing is begun when the name is that of another mapping; what is there now is the base of what is saved at the end. */
JL_MUST_CHECK bool jl_ingest_mapping_look(struct jl_ingest *in, struct jl_error *err);
JL_MUST_CHECK bool jl_ingest_mapping_save(struct jl_ingest *in, struct jl_error *err);
/* resume.c */
JL_MUST_CHECK bool jl_ingest_resume_begin(struct jl_ingest *in, struct jl_error *err); /* the import that was not finished, or a new one */
JL_MUST_CHECK bool jl_ingest_resume_note(struct jl_ingest *in, struct jl_error *err);  /* before groups are sent */
void jl_ingest_resume_end(struct jl_ingest *in);
void jl_ingest_resume_signals(bool on);
JL_MUST_CHECK bool jl_ingest_go_on(struct jl_ingest *in, struct jl_error *err); /* UNAVAILABLE: Ctrl-C */
/* progress.c */
void jl_ingest_progress(struct jl_ingest *in);
void jl_ingest_progress_end(struct jl_ingest *in);
/* rejected.c */
struct jl_bytes jl_ingest_raw(struct jl_ingest *in, const struct jl_table_row *row); /* as a line of that file, in the row's arena */
JL_MUST_CHECK bool jl_ingest_rejects_look(const struct jl_ingest *in, struct jl_error *err); /* --rejected names no input */
JL_MUST_CHECK bool jl_ingest_rejects(struct jl_ingest *in, size_t line, struct jl_bytes raw, size_t place, const struct jl_error *why, struct jl_error *err);
const struct jl_ingest_rejected_row *jl_ingest_rejected(const struct jl_ingest *in, size_t *ret_n); /* the first ones */
JL_MUST_CHECK bool jl_ingest_rejects_save(struct jl_ingest *in, const char **ret_path, struct jl_error *err); /* NULL: there is none */
void jl_ingest_rejects_end(struct jl_ingest *in);
struct jl_ingest_place jl_ingest_rejects_place(const struct jl_ingest *in, const struct jl_table_row *row);
bool jl_ingest_added_title(struct jl_arena *a, const char *folded);
bool jl_ingest_added_column(const struct jl_ingest *in, size_t column);
const char *jl_ingest_base_name(struct jl_arena *a, const char *file); /* "budget.csv" of "budget.csv.rejected.csv" */
/* report.c */
JL_MUST_CHECK bool jl_ingest_report(struct jl_ingest *in, struct jl_error *err); /* INVALID: rows were rejected */
/* sample.c: of the chunk, which is decided; of_others: it is what rows need besides */
JL_MUST_CHECK bool jl_ingest_sample(struct jl_ingest *in, bool of_others, struct jl_error *err);
#endif
