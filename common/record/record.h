/* Records driven by their description. A record is its canonical bytes: valid protobuf, fields in ascending order,
 * minimal varints, no default-omission games (presence is explicit), unknown fields kept in place. The same bytes live
 * in memory, store, log and wire. Everything here works from the const tables that the build makes from the .proto files;
 * no code per record type exists. Pure: no clock, no I/O, no globals but the const tables. Thread-safe. */
#ifndef JL_RECORD_RECORD_H
#define JL_RECORD_RECORD_H
#include "common/base/arena.h"
#include "common/base/buffer.h"
#include "common/base/error.h"

/* The same numbers as in proto/options.proto. */
enum jl_section { JL_SECTION_NONE, JL_SECTION_STRATEGY, JL_SECTION_ACTIONS, JL_SECTION_BUDGET, JL_SECTION_PAYROLL, JL_SECTION_PIPELINE, JL_SECTION_DIRECTORY,
                  JL_SECTIONS /* one past the last */, JL_SECTION_BY_FIELD = 14, JL_SECTION_OF_TARGET = 15 };
enum jl_space_kind { JL_SPACE_NONE, JL_SPACE_ORGANISATION, JL_SPACE_PLAN, JL_SPACE_PIPELINE, JL_SPACE_PERSONAL };
enum jl_kind { JL_KIND_TEXT, JL_KIND_LONG_TEXT, JL_KIND_INTEGER, JL_KIND_BOOL, JL_KIND_ENUM, JL_KIND_MONEY, JL_KIND_FRACTION, JL_KIND_SHARE,
               JL_KIND_DATE, JL_KIND_TIME, JL_KIND_REFERENCE, JL_KIND_CURRENCY, JL_KIND_LINK, JL_KIND_RANK };
#define JL_RANK_MAX 64 /* bytes of a rank: a fraction in base 256, never ending in a zero byte, compared byte by byte */
enum jl_merge { JL_MERGE_SCALAR, JL_MERGE_SET, JL_MERGE_TEXT, JL_MERGE_COUNTER };

struct jl_enum_value {
  int32_t number;
  const char *name /* IN_PROGRESS */, *text /* in-progress */, *label /* message id */;
  const char *unit; /* of a record that has this value; "" none (proto/options.proto) */
};
struct jl_enum { const char *name; const struct jl_enum_value *values; size_t count; }; /* without UNSPECIFIED */

struct jl_record_type;
struct jl_field {
  uint32_t number;
  const char *name;  /* budget_line: also its SQL column and JSON key */
  const char *flag;  /* budget-line: its command-line option */
  const char *label, *help, *unit, *default_text; /* message ids; "" when none */
  uint32_t unit_field; /* number of the field that holds the unit; 0 none */
  enum jl_kind kind;
  enum jl_merge merge;
  bool zigzag; /* sint32, sint64; bools and enums are plain varints */
  bool narrow; /* 32-bit integer */
  bool repeated, required, title, parent, personal, natural_key, immutable, by_server;
  bool has_minimum, has_maximum;
  int64_t minimum, maximum;
  uint32_t max_bytes; /* of one text value */
  uint32_t max_items; /* when repeated */
  const struct jl_enum *enumeration;      /* kind ENUM */
  const uint32_t *references; size_t reference_count; /* type numbers; a single 0 = any type of the space */
};
struct jl_record_type {
  uint32_t number;
  const char *name;    /* budget_line: its SQL table and JSON name */
  const char *command; /* budget-line */
  const char *letter;  /* B */
  const char *label, *plural, *help; /* message ids */
  enum jl_section section;
  enum jl_section edited_as; /* the section that one may edit who may edit it; its own for nearly all types */
  enum jl_space_kind space;
  bool singleton;
  const char *natural_key; /* "" none, "fields", or a rule's name */
  const struct jl_field *fields; size_t field_count; /* ascending numbers */
};
extern const struct jl_record_type *const jl_record_types[]; /* ascending numbers */
extern const size_t jl_record_type_count;
extern const uint32_t jl_model_version; /* of the descriptions this program was built with; JL_MODEL_GENERATION orders versions */
#define JL_MODEL_GENERATION(version) ((uint32_t)(version) >> 16)
/* Type and field numbers as constants: generated "common/record/schema.h" (JL_TYPE_ACTION = 20, JL_ACTION_STATUS = 4,
 * JL_ACTION_STATUS_IN_PROGRESS or the enum value's own name prefixed by JL_: JL_IN_PROGRESS = 3). */

const struct jl_record_type *jl_record_type_by_number(uint32_t number); /* NULL: unknown */
const struct jl_record_type *jl_record_type_by_name(const char *name);  /* name or command; NULL: unknown */
const struct jl_record_type *jl_record_type_by_letter(const char *letter, size_t size);
const struct jl_field *jl_field_by_number(const struct jl_record_type *type, uint32_t number);
const struct jl_field *jl_field_by_name(const struct jl_record_type *type, const char *name); /* name or flag */
const struct jl_field *jl_title_field(const struct jl_record_type *type);  /* NULL: none */
/* Its personal values were erased: one that every record of the type has is not there. They never come back. */
bool jl_record_erased(const struct jl_record_type *type, struct jl_bytes record);
const struct jl_field *jl_parent_field(const struct jl_record_type *type); /* NULL: none */
/* Section of a record whose type says BY_FIELD: what its field `section` names. */
enum jl_section jl_record_named_section(const struct jl_record_type *type, struct jl_bytes record);
const struct jl_field *jl_rank_field(const struct jl_record_type *type);   /* NULL: its list has no order of its own */
const struct jl_enum_value *jl_enum_by_number(const struct jl_enum *e, int32_t number);
const struct jl_enum_value *jl_enum_by_text(const struct jl_enum *e, const char *text); /* text or name, caseless */
/* Short references. "A12"; "A?3" for a record that a client made offline: its number is provisional, one of JL_NUMBER_PROVISIONAL + 3,
 * until the server has given it the real one. "#12" when the type is not known (NULL); "" for number 0. */
#define JL_NUMBER_PROVISIONAL (UINT64_C(1) << 62)
#define JL_REFERENCE_SIZE 32
static inline bool jl_number_provisional(uint64_t number) { return number >= JL_NUMBER_PROVISIONAL; }
void jl_reference_format(const struct jl_record_type *type, uint64_t number, char ret_text[JL_REFERENCE_SIZE]);
/* The whole text is one, in any case, of a known type. */
bool jl_reference_parse(const char *text, const struct jl_record_type **ret_type, uint64_t *ret_number);
/* Bytes of the reference that the text begins with; 0: none. *ret_type NULL: letters that nobody knows. */
size_t jl_reference_scan(const char *text, const struct jl_record_type **ret_type, uint64_t *ret_number);
bool jl_field_refers_to(const struct jl_field *field, uint32_t type_number);

/* One value of a field. Text is borrowed from the record's bytes and not terminated. */
struct jl_value { int64_t number; struct jl_bytes text; struct jl_id id; };

/* Reading. A record may be shorter than its type: absent fields are absent. */
bool jl_record_has(struct jl_bytes record, uint32_t field_number);
bool jl_record_get(struct jl_bytes record, const struct jl_field *field, struct jl_value *ret_value); /* first value; false: absent or unreadable */
/* First value of a field, for rules. A field that is absent, unknown to the type or not readable gives otherwise, false
 * or no bytes. */
int64_t jl_record_number(struct jl_bytes record, const struct jl_field *field, int64_t otherwise);
int64_t jl_record_int(const struct jl_record_type *type, struct jl_bytes record, uint32_t field_number, int64_t otherwise);
bool jl_record_id(const struct jl_record_type *type, struct jl_bytes record, uint32_t field_number, struct jl_id *ret_id);
struct jl_bytes jl_record_text(const struct jl_record_type *type, struct jl_bytes record, uint32_t field_number);
/* The unit that one of its values brings along (a KPI that is computed as ROI: percent), as in proto/options.proto; "" none does. */
const char *jl_record_unit_implied(const struct jl_record_type *type, struct jl_bytes record);
#define JL_UNIT_SIZE 16
/* The unit of its fields that name unit_field: the implied one, else what that field says. currency: the plan's, "" when not known. Points into the
 * record, a table or out. */
struct jl_bytes jl_record_unit(const struct jl_record_type *type, struct jl_bytes record, uint32_t unit_field, const char *currency, char out[JL_UNIT_SIZE]);
struct jl_iterator { struct jl_bytes rest; const struct jl_field *field; };
struct jl_iterator jl_record_each(struct jl_bytes record, const struct jl_field *field);
bool jl_iterator_next(struct jl_iterator *it, struct jl_value *ret_value);
/* All the encoded occurrences (tag and value) of one field: what changes and conflicts carry. Empty: absent. */
struct jl_bytes jl_record_slice(struct jl_bytes record, uint32_t field_number);
/* The next value of an id's size from offset *at on, in whatever field: what may be a reference. *at moves behind it. false: no more. */
bool jl_record_next_id(struct jl_bytes record, size_t *at, struct jl_id *ret_id);
/* Field numbers (known or not) that differ between two records of one type, ascending; at most max. Returns the count. */
size_t jl_record_diff(struct jl_bytes a, struct jl_bytes b, uint32_t *ret_numbers, size_t max);

/* Writing. Results live in the arena; data NULL on arena failure. */
struct jl_bytes jl_value_encode(struct jl_arena *a, const struct jl_field *field, const struct jl_value *value);   /* a slice */
struct jl_bytes jl_values_encode(struct jl_arena *a, const struct jl_field *field, const struct jl_value *values, size_t n); /* sets: sorted, without duplicates */
struct jl_bytes jl_record_with(struct jl_arena *a, struct jl_bytes record, uint32_t field_number, struct jl_bytes slice); /* empty slice: clears */
/* The elements of a set are stored in the order of their bytes (text, id or encoded number), a prefix before the longer. */
/* Element-wise set change: (current + add) - remove, sorted; slices in, slice out. */
struct jl_bytes jl_set_apply(struct jl_arena *a, const struct jl_field *field, struct jl_bytes current, struct jl_bytes add, struct jl_bytes remove);

/* Checks. JL_E_INVALID, TOO_LARGE or BAD_UTF8 with the field named. */
JL_MUST_CHECK bool jl_slice_check(const struct jl_record_type *type, uint32_t field_number, struct jl_bytes slice, struct jl_error *err); /* canonical, right wire type, value in range; unknown fields: canonical only */
JL_MUST_CHECK bool jl_record_check(const struct jl_record_type *type, struct jl_bytes record, struct jl_error *err); /* every slice, order, size, required fields */
JL_MUST_CHECK bool jl_record_check_erased(const struct jl_record_type *type, struct jl_bytes record, struct jl_error *err); /* the same of one without personal values */
JL_MUST_CHECK bool jl_record_canonical(struct jl_bytes record); /* form only, for types we do not know */

/* Id of a record with a natural key, from its fields and its space; false: the type has none or a key field is absent. Rights
 * begin with JL_GRANT_ID, which no other record may: whoever took the id of a right first could keep it from being given or ended. */
#define JL_GRANT_ID "\xff\xffgr"
#define JL_GRANT_ID_SIZE 4
bool jl_record_natural_id(const struct jl_record_type *type, const struct jl_id *space, struct jl_bytes record, struct jl_id *ret_id);

/* JSON, for files and scripts: {"title": "...", "due": "2026-01-31", "planned": 120000 (minor units) ...}. Dates and times
 * ISO; enums as text; references as UUID text; sets as arrays; unknown fields as "#99": "base64 of the slice". */
void jl_record_to_json(const struct jl_record_type *type, struct jl_bytes record, struct jl_buffer *out); /* one object */
/* Reads one object, which need not have every required field: jl_record_check tells. null: no value. References in it are passed through resolve (which may know other spellings) or, when NULL, are UUIDs. */
typedef bool jl_resolve_reference(void *context, const struct jl_field *field, const char *text, struct jl_id *ret_id, struct jl_error *err);
struct jl_json; /* common/record/json.h: a bounded JSON reader */
JL_MUST_CHECK bool jl_record_from_json(const struct jl_record_type *type, const struct jl_json *object, struct jl_arena *a, jl_resolve_reference *resolve, void *context,
                                       struct jl_bytes *ret_record, struct jl_error *err);
#endif
