/* The view document (proto/view.proto) and how a view builds one. Everything lives in the builder's arena; a failed
 * allocation or a document over JL_VIEW_MAX (rows stop before it) is remembered and reported by jl_document_pack. */
#ifndef JL_MODEL_DOCUMENT_H
#define JL_MODEL_DOCUMENT_H
#include "common/model/replica.h"
#include "proto/view.pb-c.h"

enum jl_tone { JL_TONE_NONE, JL_TONE_GOOD, JL_TONE_WARN, JL_TONE_BAD, JL_TONE_MUTED, JL_TONE_STRONG };
enum jl_block_kind { JL_BLOCK_TABLE = 1, JL_BLOCK_TREE = 2 /* rows have levels */, JL_BLOCK_FIELDS = 3 /* two columns: label, value */, JL_BLOCK_SERIES = 4, JL_BLOCK_NOTES = 5,
                     JL_BLOCK_CARDS = 6 /* a table whose rows are too wide for a line: each stands by itself, headings beside the values */,
                     JL_BLOCK_ITEMS = 7 /* a table; where its rows are too wide for a line they stand one below the other, nothing left out */,
                     JL_BLOCK_CANVAS = 8 /* a table whose first column names boxes; rows of one box follow one another, a heading begins another canvas */,
                     JL_BLOCK_MATRIX = 20 /* a table whose two columns with an axis (up, then across) place its rows in a picture; its first four headings name the parts, in the order of reading */,
                     JL_BLOCK_BOARD = 21 /* a table whose first column names columns of a board; rows of one follow one another, each is a card, or empty */,
                     JL_BLOCK_GANTT = 22 /* a table whose columns start, end, latest, days and critical are drawn as bars on a line of time */ };
enum jl_row_style { JL_ROW_NORMAL, JL_ROW_TOTAL, JL_ROW_HEADING, JL_ROW_MUTED };

struct jl_view_parameter { const char *name, *value; };
struct jl_view_input {
  const struct jl_replica *space;         /* the plan; NULL for views over the organisation or all plans */
  const struct jl_replica *before;        /* the plan as it was at an earlier moment, for views that compare; NULL for the others */
  const struct jl_replica *organisation;
  const struct jl_replica *plans;         /* every plan record there is, for the portfolio; may be NULL */
  uint32_t sections;                      /* bit mask the reader may see; totals cover these and say so */
  struct jl_id reader;                    /* person */
  bool administrator;                     /* the reader is one */
  int32_t today;
  const struct jl_view_parameter *parameters; size_t parameter_count;
  /* Log of a record, newest first, for the history view; NULL where the view does not ask for it (jl_view.needs_log). */
  const Jalon__ChangeBody *const *log; const Jalon__ChangePrivate *const *log_private; size_t log_count;
  uint64_t log_older;                     /* there are older changes, before this revision; 0: none */
};
const char *jl_view_value(const struct jl_view_input *in, const char *name); /* NULL: not given */

#define JL_CELL_SOURCES 64 /* records that a cell names as its sources, at most */
#define JL_COLUMN_SPARE 10 /* priority of a column that goes before what names the row is cut */
#define JL_COLUMN_FILES 11 /* of a picture or a tree: for files only, the picture says it by itself */
struct jl_builder;                         /* writes one Document */
struct jl_builder *jl_builder_new(struct jl_arena *a, const char *view, int32_t as_of, const struct jl_replica *space);
#define JL_LABEL_WITHHELD JL_MSG("not yours") /* to read: as short as a cell wants it */
/* From here on figures are of these sections (bits; 0: of none in particular): who may not read one of them is told so instead of a figure, which would be of
 * nothing. A view whose figures are all of the same says it in its row of the table (figures_of); one with several calls this before each. After jl_builder_reader. */
void jl_builder_figures_of(struct jl_builder *b, uint32_t sections);
bool jl_builder_withheld(const struct jl_builder *b);             /* the last cell does: nothing explains it */
void jl_builder_reader(struct jl_builder *b, uint32_t sections);  /* records of other sections are never named; default: all may be read */
Jalon__Document *jl_builder_document(struct jl_builder *b);
struct jl_arena *jl_builder_arena(const struct jl_builder *b);
void **jl_builder_kept(struct jl_builder *b); /* what the measures of a view keep while it is built, to read it once (measures/computed.h) */
bool jl_builder_ok(const struct jl_builder *b);                   /* false: failed, the rest of the view may be left out */
/* NO_MEMORY, TOO_LARGE or INTERNAL: reported by jl_document_pack; the first stays. */
void jl_builder_fail(struct jl_builder *b, enum jl_code code);
/* Pages: of a view that is too long the rows from `row` on are shown, as many as fit; totals always are. */
#define JL_BLOCK_PAGE "page" /* the block that says what is left out */
void jl_builder_from(struct jl_builder *b, uint64_t row);
void jl_builder_page(struct jl_builder *b); /* says what is left out, if anything is */
struct jl_explanation; /* common/model/explain.h: what one cell is made of */
void jl_builder_explain(struct jl_builder *b, struct jl_explanation *e); /* of the rows only that of its cell is written */
struct jl_explanation *jl_builder_explanation(const struct jl_builder *b); /* NULL: nobody asks */
void jl_builder_title(struct jl_builder *b, const char *message, const struct jl_arg *args, int n);
void jl_builder_subtitle(struct jl_builder *b, const char *text); /* data, such as the plan's name */
void jl_builder_currency(struct jl_builder *b, const char *iso4217);
void jl_block_begin(struct jl_builder *b, enum jl_block_kind kind, const char *name, const char *title_message);
void jl_column(struct jl_builder *b, const char *name, const char *label_message, enum jl_arg_kind kind, int priority /* 0 always shown .. 9 first to go when narrow; JL_COLUMN_SPARE */);
void jl_column_drawn(struct jl_builder *b, const char *name, int priority); /* bars and the like, without a heading: not in files */
void jl_column_text(struct jl_builder *b, const char *name, const char *label, int priority); /* a heading that is data (a person's name) */
void jl_column_data(struct jl_builder *b, const char *name, const char *label, enum jl_arg_kind kind, int priority); /* the same above values of another kind */
void jl_column_axis(struct jl_builder *b, int64_t low, int64_t split, int64_t high); /* of the last column: it runs from low to high, from split on it is high */
void jl_row_begin(struct jl_builder *b, const struct jl_record *record /* may be NULL */, int level, enum jl_row_style style);
void jl_cell(struct jl_builder *b, struct jl_arg value);      /* kind NONE: empty */
void jl_cell_text(struct jl_builder *b, struct jl_bytes text); /* whole text; an empty one is an empty cell */
void jl_cell_words(struct jl_builder *b, const char *message, const struct jl_arg *args, int n); /* a sentence */
void jl_cell_undefined(struct jl_builder *b); /* divided by nothing, or made of what nobody knows: neither 0 nor infinite */
void jl_cell_withheld(struct jl_builder *b);  /* of what the reader may not read, where it is known that a figure belongs */
void jl_cell_label(struct jl_builder *b, const char *message_id, const char *alternative /* for files; NULL: none */);
/* "A12 title"; people, teams and roles by name alone; record may be NULL. */
void jl_cell_record(struct jl_builder *b, const struct jl_replica *space, const struct jl_record *record);
void jl_cell_alternative(struct jl_builder *b, const char *text);   /* of the last cell: what files have instead */
void jl_cell_tone(struct jl_builder *b, enum jl_tone tone);   /* of the last cell */
void jl_cell_source(struct jl_builder *b, const struct jl_record *record); /* of the last cell: a record behind the figure */
void jl_cell_field(struct jl_builder *b, const struct jl_replica *space, const struct jl_replica *organisation, const struct jl_record *record, const struct jl_field *field); /* any field, formatted by its kind; references as "A12 title" */
/* The same for values that stand outside their record (history): `slice` holds the field's occurrences, `record` gives the
 * unit and may be NULL. */
void jl_cell_slice(struct jl_builder *b, const struct jl_replica *space, const struct jl_replica *organisation,
                   const struct jl_record *record, const struct jl_record_type *type, const struct jl_field *field, struct jl_bytes slice);
/* "A12 title" as terminated text of the builder's arena; a record that is gone or not readable by part of its id. */
const char *jl_record_caption(struct jl_builder *b, const struct jl_replica *space, const struct jl_record *record);
/* A value as an argument of a sentence: kind NONE when there is none. Of several values those that are not in `without` too. */
struct jl_setting {
  struct jl_builder *b;
  const struct jl_replica *space, *organisation;
  const struct jl_record *record;
  const struct jl_record_type *type;
  const struct jl_field *field;
};
struct jl_arg jl_arg_slice(const struct jl_setting *s, struct jl_bytes slice, struct jl_bytes without);
struct jl_arg jl_arg_number(const struct jl_setting *s, int64_t number); /* a number as a value of the field */
void jl_series_begin(struct jl_builder *b, const struct jl_record *record, struct jl_bytes title, const char *unit);
void jl_series_point(struct jl_builder *b, int32_t day, int64_t value);
void jl_note(struct jl_builder *b, enum jl_tone tone, const char *message, const struct jl_arg *args, int n);
JL_MUST_CHECK bool jl_document_pack(struct jl_builder *b, struct jl_bytes *ret_packed, struct jl_error *err);

/* A change that a view names although it asked for what came later. */
struct jl_log_point { struct jl_id record; uint64_t revision; };
#define JL_LOG_POINTS 64 /* at most */

struct jl_view {
  const char *name;        /* "budget": also the command */
  const char *label, *help; /* message ids */
  bool needs_space;        /* a plan must be chosen */
  bool needs_log;          /* history, inbox */
  bool compares;           /* with the state at the parameter "since" */
  bool of_reader;          /* says something else to each reader */
  bool of_organisation;    /* can be asked of the organisation, also by a guest, for whom that is himself and no space */
  bool tells_inbox;        /* in a terminal it has a line about the reader's inbox of that plan */
  bool tells_audit;        /* in a terminal it has a line about the audit of the plan that this one was made from */
  size_t log_rows;         /* of the log, at most; 0: as many as history shows */
  size_t (*log_points)(const struct jl_view_input *in, struct jl_arena *a, struct jl_log_point ret[JL_LOG_POINTS]); /* NULL: none */
  bool by_record;          /* takes "record" as parameter */
  const char *alone;       /* NULL: needs its space. A parameter with which it needs none, no server and no login; "": a plan only adds to it */
  uint32_t sections;       /* bit mask of the sections it draws from: a note names those that the reader may not see */
  uint32_t figures_of;     /* those that all of its figures are of: who may not read one is told no figure, for it would be of nothing */
  const char *const *parameters; /* names taken besides "record"; NULL-ended; NULL none */
  bool (*build)(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err);
};
extern const struct jl_view jl_views[]; /* common/model/views.c: the table of all views */
extern const size_t jl_view_count;
const struct jl_view *jl_view_by_name(const char *name);
bool jl_view_takes(const struct jl_view *view, const char *name); /* a parameter; every view takes "from" and "at" */
bool jl_view_number(const char *text, uint64_t *ret_number);      /* up to 18 digits and nothing else */
JL_MUST_CHECK bool jl_view_build(const struct jl_view *view, const struct jl_view_input *in, struct jl_arena *a, struct jl_bytes *ret_packed, struct jl_error *err);
#endif
