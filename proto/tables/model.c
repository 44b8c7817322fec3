#include "model.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* FieldDescriptorProto.Type */
enum wire {
  WIRE_DOUBLE = 1,
  WIRE_FLOAT = 2,
  WIRE_BOOL = 8,
  WIRE_STRING = 9,
  WIRE_GROUP = 10,
  WIRE_MESSAGE = 11,
  WIRE_BYTES = 12,
  WIRE_ENUM = 14,
  WIRE_SINT32 = 17,
  WIRE_SINT64 = 18
};
enum { LABEL_OPTIONAL = 1, LABEL_REQUIRED = 2, LABEL_REPEATED = 3 };

/* Kind of options.proto: which kind of record.h it is, and the wire type that it needs (0: PLAIN decides by wire type). */
static const struct {
  const char *name;
  enum jl_kind kind;
  enum wire wire;
} kinds[] = {
    {"PLAIN", JL_KIND_TEXT, 0},
    {"LONG_TEXT", JL_KIND_LONG_TEXT, WIRE_STRING},
    {"MONEY", JL_KIND_MONEY, WIRE_SINT64},
    {"FRACTION", JL_KIND_FRACTION, WIRE_SINT64},
    {"SHARE", JL_KIND_SHARE, WIRE_SINT32},
    {"DATE", JL_KIND_DATE, WIRE_SINT32},
    {"TIME", JL_KIND_TIME, WIRE_SINT64},
    {"REFERENCE", JL_KIND_REFERENCE, WIRE_BYTES},
    {"CURRENCY", JL_KIND_CURRENCY, WIRE_STRING},
    {"LINK", JL_KIND_LINK, WIRE_STRING},
    {"RANK", JL_KIND_RANK, WIRE_BYTES},
};

static void complain(struct model *m, const char *file, const char *message, const char *field, const char *format, ...) JL_PRINTF(5, 6);
static void complain(struct model *m, const char *file, const char *message, const char *field, const char *format, ...) {
  va_list args;
  fprintf(stderr, "%s: %s%s%s: ", file, message, field[0] != '\0' ? "." : "", field);
  va_start(args, format);
  vfprintf(stderr, format, args);
  va_end(args);
  fputc('\n', stderr);
  m->errors++;
}

#define COMPLAIN(type, field, ...) complain(m, (type)->file, (type)->proto->name, (field)->proto->name, __VA_ARGS__)

static bool absent(const char *text) { return text == NULL || text[0] == '\0'; }

void model_snake(const char *name, bool upper, char out[MODEL_NAME]) {
  size_t used = 0;
  for (const char *p = name; *p != '\0' && used + 2 < MODEL_NAME; p++) {
    bool capital = *p >= 'A' && *p <= 'Z';
    bool small = *p >= 'a' && *p <= 'z';
    if (capital && p > name && p[-1] >= 'a' && p[-1] <= 'z') out[used++] = '_';
    if (upper && small)
      out[used++] = (char)(*p - 'a' + 'A');
    else if (!upper && capital)
      out[used++] = (char)(*p - 'A' + 'a');
    else
      out[used++] = *p;
  }
  out[used] = '\0';
}

static void hyphenate(char *text) {
  for (; *text != '\0'; text++)
    if (*text == '_') *text = '-';
}

void model_enum_text(const struct model_enum *e, const Jalon__Tables__EnumValue *value, char out[MODEL_NAME]) {
  if (value->options != NULL && value->options->value != NULL && !absent(value->options->value->text)) {
    snprintf(out, MODEL_NAME, "%s", value->options->value->text);
    return;
  }
  char prefix[MODEL_NAME];
  model_snake(e->proto->name, true, prefix);
  size_t size = strlen(prefix);
  bool prefixed = strncmp(value->name, prefix, size) == 0 && value->name[size] == '_';
  model_snake(value->name + (prefixed ? size + 1 : 0), false, out);
  hyphenate(out);
}

/* ---- enums ---- */

static void check_enum(struct model *m, const struct model_enum *e) {
  char expected[MODEL_NAME + 16], prefix[MODEL_NAME];
  model_snake(e->proto->name, true, prefix);
  snprintf(expected, sizeof expected, "%s_UNSPECIFIED", prefix);
  if (e->proto->n_value < 2) complain(m, e->file, e->proto->name, "", "an enum needs values");
  if (e->proto->n_value > 0 && (e->proto->value[0]->number != 0 || strcmp(e->proto->value[0]->name, expected) != 0))
    complain(m, e->file, e->proto->name, "", "the first value must be %s = 0", expected);
  for (size_t i = 1; i < e->proto->n_value; i++) {
    const Jalon__Tables__EnumValue *value = e->proto->value[i];
    char text[MODEL_NAME], other[MODEL_NAME];
    model_enum_text(e, value, text);
    if (value->number <= 0) complain(m, e->file, e->proto->name, value->name, "numbers of values must be above 0");
    if (value->options == NULL || value->options->value == NULL || absent(value->options->value->label))
      complain(m, e->file, e->proto->name, value->name, "needs a label: [(value) = { label: \"...\" }]");
    else if (value->options->value->base.n_unknown_fields > 0)
      complain(m, e->file, e->proto->name, value->name, "has an option that tables/descriptor.proto lacks");
    for (size_t k = 1; k < i; k++) {
      model_enum_text(e, e->proto->value[k], other);
      if (strcmp(text, other) == 0)
        complain(m, e->file, e->proto->name, value->name, "has the same text as %s: \"%s\"", e->proto->value[k]->name, text);
      if (e->proto->value[k]->number == value->number)
        complain(m, e->file, e->proto->name, value->name, "has the same number as %s", e->proto->value[k]->name);
    }
  }
}

static const struct model_enum *find_enum(const struct model *m, const char *type_name) {
  const char *name = type_name == NULL ? NULL : strrchr(type_name, '.');
  for (size_t i = 0; name != NULL && i < m->enum_count; i++)
    if (strcmp(m->enums[i].proto->name, name + 1) == 0) return &m->enums[i];
  return NULL;
}

/* ---- fields ---- */

static void plain_kind(struct model *m, const struct model_type *t, struct model_field *f) {
  switch ((enum wire)f->proto->type) {
  case WIRE_STRING:
    f->kind = JL_KIND_TEXT;
    return;
  case WIRE_BOOL:
    f->kind = JL_KIND_BOOL;
    return;
  case WIRE_SINT32:
  case WIRE_SINT64:
    f->kind = JL_KIND_INTEGER;
    return;
  case WIRE_BYTES:
    COMPLAIN(t, f, "bytes must be of kind REFERENCE or RANK");
    return;
  case WIRE_ENUM:
    f->kind = JL_KIND_ENUM;
    f->enumeration = find_enum(m, f->proto->type_name);
    if (f->enumeration == NULL) COMPLAIN(t, f, "its enum %s is not in a domain file", f->proto->type_name);
    return;
  case WIRE_FLOAT:
  case WIRE_DOUBLE:
    COMPLAIN(t, f, "float and double are not exact: use kind MONEY, FRACTION or SHARE");
    return;
  case WIRE_GROUP:
  case WIRE_MESSAGE:
    COMPLAIN(t, f, "records are flat: no message, map or group as a field; use a record type of its own with a parent reference");
    return;
  default:
    COMPLAIN(t, f, "integers must be sint32 or sint64");
    return;
  }
}

static void resolve_kind(struct model *m, const struct model_type *t, struct model_field *f) {
  int kind = f->rule->has_kind ? f->rule->kind : 0;
  f->zigzag = f->proto->type == WIRE_SINT32 || f->proto->type == WIRE_SINT64;
  f->narrow = f->proto->type == WIRE_SINT32;
  if (kind < 0 || (size_t)kind >= JL_COUNT(kinds)) {
    COMPLAIN(t, f, "unknown kind %d", kind);
    return;
  }
  if (kind == 0) {
    plain_kind(m, t, f);
    return;
  }
  f->kind = kinds[kind].kind;
  if ((enum wire)f->proto->type != kinds[kind].wire) {
    const char *needed = kinds[kind].wire == WIRE_STRING   ? "string"
                         : kinds[kind].wire == WIRE_BYTES  ? "bytes"
                         : kinds[kind].wire == WIRE_SINT32 ? "sint32"
                                                           : "sint64";
    COMPLAIN(t, f, "kind %s needs the type %s", kinds[kind].name, needed);
  }
}

static bool is_text(enum jl_kind kind) {
  return kind == JL_KIND_TEXT || kind == JL_KIND_LONG_TEXT || kind == JL_KIND_CURRENCY || kind == JL_KIND_LINK;
}

static void resolve_merge(struct model *m, const struct model_type *t, struct model_field *f) {
  f->merge = f->repeated ? JL_MERGE_SET : f->kind == JL_KIND_LONG_TEXT ? JL_MERGE_TEXT : JL_MERGE_SCALAR;
  if (!f->rule->has_merge) return;
  if (f->rule->merge < 0 || f->rule->merge > JL_MERGE_COUNTER) {
    COMPLAIN(t, f, "unknown merge %d", f->rule->merge);
    return;
  }
  f->merge = (enum jl_merge)f->rule->merge;
  if (f->repeated != (f->merge == JL_MERGE_SET)) COMPLAIN(t, f, "merge SET and repeated belong together");
  if (f->merge == JL_MERGE_TEXT && f->kind != JL_KIND_LONG_TEXT) COMPLAIN(t, f, "merge TEXT needs kind LONG_TEXT");
  if (f->merge == JL_MERGE_COUNTER && f->kind != JL_KIND_INTEGER && f->kind != JL_KIND_MONEY)
    COMPLAIN(t, f, "merge COUNTER needs an integer");
}

static uint32_t text_limit(const struct model_field *f) {
  if (f->rule->has_max && !f->repeated) return f->rule->max;
  return f->kind == JL_KIND_LONG_TEXT ? 16384 : f->kind == JL_KIND_CURRENCY ? 3 : 200;
}

static void check_field(struct model *m, const struct model_type *t, struct model_field *f) {
  const Jalon__Tables__FieldRule *rule = f->rule;
  if (rule->base.n_unknown_fields > 0) COMPLAIN(t, f, "has an option that tables/descriptor.proto lacks");
  if (absent(rule->label)) COMPLAIN(t, f, "needs a label");
  if (f->proto->label == LABEL_REQUIRED) COMPLAIN(t, f, "must be optional in the file: say required: true in its rule");
  if (f->proto->default_value != NULL) COMPLAIN(t, f, "no proto default: presence is explicit; use default_text");
  if (f->proto->options->packed) COMPLAIN(t, f, "must not be packed");
  resolve_kind(m, t, f);
  resolve_merge(m, t, f);
  bool text = is_text(f->kind), number = f->zigzag;
  if (!number && (rule->has_minimum || rule->has_maximum)) COMPLAIN(t, f, "minimum and maximum are for numbers");
  if (rule->has_minimum && rule->has_maximum && rule->minimum > rule->maximum) COMPLAIN(t, f, "its minimum is above its maximum");
  if (rule->has_max && rule->max == 0) COMPLAIN(t, f, "max must be above 0");
  if (rule->has_max && !text && !f->repeated) COMPLAIN(t, f, "max is for text and repeated fields");
  if (rule->title && (!text || f->repeated)) COMPLAIN(t, f, "a title is one text");
  if (rule->parent && (f->kind != JL_KIND_REFERENCE || f->repeated)) COMPLAIN(t, f, "a parent is one reference");
  if ((f->kind == JL_KIND_REFERENCE) != (rule->n_ref > 0)) COMPLAIN(t, f, "kind REFERENCE and ref belong together");
  if (rule->natural_key && f->repeated) COMPLAIN(t, f, "a repeated field cannot be part of a natural key");
  if (rule->natural_key && !rule->required) COMPLAIN(t, f, "a field of a natural key must be required");
  if (f->kind == JL_KIND_RANK && (f->repeated || rule->required || rule->immutable || rule->personal))
    COMPLAIN(t, f, "a rank is one value that the server gives and that moves");
  if (!absent(rule->unit) && !absent(rule->unit_field)) COMPLAIN(t, f, "has both unit and unit_field");
  f->max_bytes = text ? text_limit(f) : 0;
  f->max_items = !f->repeated ? 0 : rule->has_max ? rule->max : 64;
  snprintf(f->flag, sizeof f->flag, "%s", absent(rule->flag) ? f->proto->name : rule->flag);
  hyphenate(f->flag);
}

/* default_text of an enum must be one of its texts; other defaults are read by the command line, which tests them. */
static void check_default(struct model *m, const struct model_type *t, const struct model_field *f) {
  if (absent(f->rule->default_text) || f->enumeration == NULL) return;
  for (size_t i = 1; i < f->enumeration->proto->n_value; i++) {
    char text[MODEL_NAME];
    model_enum_text(f->enumeration, f->enumeration->proto->value[i], text);
    if (strcmp(text, f->rule->default_text) == 0) return;
  }
  COMPLAIN(t, f, "its default_text \"%s\" is no value of %s", f->rule->default_text, f->enumeration->proto->name);
}

static void resolve_references(struct model *m, const struct model_type *t, struct model_field *f) {
  if (f->rule->n_ref > MODEL_REFS) {
    COMPLAIN(t, f, "more than %d types of reference", MODEL_REFS);
    return;
  }
  for (size_t i = 0; i < f->rule->n_ref; i++) {
    const char *name = f->rule->ref[i];
    if (strcmp(name, "any") == 0) {
      if (f->rule->n_ref > 1) COMPLAIN(t, f, "ref \"any\" stands alone");
      continue;
    }
    for (size_t k = 0; k < m->type_count; k++)
      if (strcmp(m->types[k].name, name) == 0) f->refs[i] = m->types[k].rule->number;
    if (f->refs[i] == 0) COMPLAIN(t, f, "refers to an unknown record type \"%s\"", name);
    for (size_t k = 0; k < i; k++)
      if (f->refs[k] == f->refs[i]) COMPLAIN(t, f, "names \"%s\" twice", name);
  }
}

static void resolve_unit(struct model *m, const struct model_type *t, struct model_field *f) {
  if (absent(f->rule->unit_field)) return;
  for (size_t i = 0; i < t->field_count; i++) {
    const struct model_field *unit = &t->fields[i];
    if (strcmp(unit->proto->name, f->rule->unit_field) != 0) continue;
    if ((unit->kind != JL_KIND_TEXT && unit->kind != JL_KIND_CURRENCY) || unit->repeated) COMPLAIN(t, f, "its unit_field \"%s\" is not a text", f->rule->unit_field);
    f->unit_field = (uint32_t)unit->proto->number;
  }
  if (f->unit_field == 0) COMPLAIN(t, f, "its unit_field \"%s\" is not a field of this record", f->rule->unit_field);
}

/* ---- record types ---- */

static int by_field_number(const void *a, const void *b) {
  const struct model_field *x = a, *y = b;
  return x->proto->number < y->proto->number ? -1 : x->proto->number > y->proto->number;
}

static void add_fields(struct model *m, struct model_type *t) {
  for (size_t i = 0; i < t->proto->n_field; i++) {
    const Jalon__Tables__Field *proto = t->proto->field[i];
    if (proto->options == NULL || proto->options->field == NULL) {
      complain(m, t->file, t->proto->name, proto->name, "needs a label: [(field) = { label: \"...\" }]");
      continue;
    }
    if (t->field_count == MODEL_FIELDS) {
      complain(m, t->file, t->proto->name, proto->name, "more than %d fields", MODEL_FIELDS);
      return;
    }
    struct model_field *f = &t->fields[t->field_count++];
    f->proto = proto;
    f->rule = proto->options->field;
    f->repeated = proto->label == LABEL_REPEATED;
    check_field(m, t, f);
  }
  qsort(t->fields, t->field_count, sizeof *t->fields, by_field_number);
}

static bool names_section(const struct model_type *t) {
  for (size_t i = 0; i < t->field_count; i++)
    if (strcmp(t->fields[i].proto->name, "section") == 0)
      return t->fields[i].kind == JL_KIND_ENUM && !t->fields[i].repeated && t->fields[i].rule->required && t->fields[i].rule->immutable;
  return false;
}

static void check_fields_together(struct model *m, struct model_type *t) {
  int titles = 0, parents = 0, keys = 0;
  for (size_t i = 0; i < t->field_count; i++) {
    struct model_field *f = &t->fields[i];
    titles += f->rule->title != 0;
    parents += f->rule->parent != 0;
    keys += f->rule->natural_key != 0;
    resolve_references(m, t, f);
    resolve_unit(m, t, f);
    check_default(m, t, f);
    for (size_t k = 0; k < i; k++) {
      if (f->proto->number == t->fields[k].proto->number) COMPLAIN(t, f, "has the same number as %s", t->fields[k].proto->name);
      if (strcmp(f->proto->name, t->fields[k].proto->name) == 0) COMPLAIN(t, f, "appears twice");
      if (strcmp(f->flag, t->fields[k].flag) == 0) COMPLAIN(t, f, "has the same flag as %s", t->fields[k].proto->name);
    }
  }
  if (t->field_count == 0) complain(m, t->file, t->proto->name, "", "has no fields");
  if (t->rule->section == JL_SECTION_BY_FIELD && !names_section(t))
    complain(m, t->file, t->proto->name, "", "section BY_FIELD needs a choice named section that is required and immutable");
  if (titles > 1) complain(m, t->file, t->proto->name, "", "has more than one title");
  if (parents > 1) complain(m, t->file, t->proto->name, "", "has more than one parent");
  if ((keys > 0) == absent(t->rule->natural_key))
    complain(m, t->file, t->proto->name, "", "natural_key and fields marked natural_key belong together");
}

static void check_type(struct model *m, const struct model_type *t) {
  const char *name = t->proto->name;
  const Jalon__Tables__RecordRule *rule = t->rule;
  if (rule->base.n_unknown_fields > 0) complain(m, t->file, name, "", "has an option that tables/descriptor.proto lacks");
  if (!rule->has_number || rule->number == 0) complain(m, t->file, name, "", "needs a number above 0");
  if (absent(rule->letter) || strspn(rule->letter, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != strlen(rule->letter) || strlen(rule->letter) > 3)
    complain(m, t->file, name, "", "needs a letter of one to three capitals");
  if (absent(rule->label) || absent(rule->plural)) complain(m, t->file, name, "", "needs a label and a plural");
  bool section = rule->section > JL_SECTION_NONE &&
                 (rule->section < JL_SECTIONS || rule->section == JL_SECTION_BY_FIELD || rule->section == JL_SECTION_OF_TARGET);
  if (!section) complain(m, t->file, name, "", "needs a section");
  if (rule->has_edited_as && (rule->edited_as <= JL_SECTION_NONE || rule->edited_as >= JL_SECTIONS))
    complain(m, t->file, name, "", "is edited as no section");
  if (rule->space <= JL_SPACE_NONE || rule->space > JL_SPACE_PERSONAL) complain(m, t->file, name, "", "needs a space");
  if (t->proto->n_nested_type > 0 || t->proto->n_enum_type > 0)
    complain(m, t->file, name, "", "no maps and no nested types: records are flat");
  if (t->proto->n_oneof_decl > 0) complain(m, t->file, name, "", "no oneof: every field is optional");
  for (const struct model_type *o = m->types; o < t; o++) {
    if (o->rule->number == rule->number) complain(m, t->file, name, "", "has the same number as %s: %u", o->proto->name, rule->number);
    if (!absent(rule->letter) && !absent(o->rule->letter) && strcmp(o->rule->letter, rule->letter) == 0)
      complain(m, t->file, name, "", "has the same letter as %s: %s", o->proto->name, rule->letter);
    if (strcmp(o->name, t->name) == 0) complain(m, t->file, name, "", "has the same name as %s", o->proto->name);
  }
}

static void add_types(struct model *m, const Jalon__Tables__File *file) {
  for (size_t i = 0; i < file->n_message_type; i++) {
    const Jalon__Tables__Message *proto = file->message_type[i];
    if (proto->options == NULL || proto->options->record == NULL) {
      complain(m, file->name, proto->name, "", "needs an option (record)");
      continue;
    }
    if (m->type_count == MODEL_TYPES) {
      complain(m, file->name, proto->name, "", "more than %d record types", MODEL_TYPES);
      return;
    }
    struct model_type *t = &m->types[m->type_count++];
    t->file = file->name;
    t->proto = proto;
    t->rule = proto->options->record;
    model_snake(proto->name, false, t->name);
    model_snake(proto->name, false, t->command);
    hyphenate(t->command);
  }
}

static void add_enums(struct model *m, const Jalon__Tables__File *file) {
  for (size_t i = 0; i < file->n_enum_type; i++) {
    if (m->enum_count == MODEL_ENUMS) {
      complain(m, file->name, file->enum_type[i]->name, "", "more than %d enums", MODEL_ENUMS);
      return;
    }
    struct model_enum *e = &m->enums[m->enum_count++];
    *e = (struct model_enum){file->name, file->enum_type[i]};
    check_enum(m, e);
  }
}

static int by_type_number(const void *a, const void *b) {
  const struct model_type *x = a, *y = b;
  return x->rule->number < y->rule->number ? -1 : x->rule->number > y->rule->number;
}

static bool is_domain(const Jalon__Tables__File *file) {
  for (size_t i = 0; i < file->n_dependency; i++)
    if (strcmp(file->dependency[i], "options.proto") == 0) return true;
  return false;
}

size_t model_build(struct model *m, const Jalon__Tables__FileSet *set) {
  for (size_t i = 0; i < set->n_file; i++) {
    const Jalon__Tables__File *file = set->file[i];
    if (!is_domain(file)) continue;
    if (file->syntax != NULL && strcmp(file->syntax, "proto2") != 0)
      complain(m, file->name, "syntax", "", "must be proto2: presence is explicit");
    add_enums(m, file);
    add_types(m, file);
  }
  qsort(m->types, m->type_count, sizeof *m->types, by_type_number);
  if (m->type_count == 0) complain(m, "descriptor set", "it", "", "holds no record type");
  for (size_t i = 0; i < m->type_count; i++) {
    check_type(m, &m->types[i]);
    add_fields(m, &m->types[i]);
  }
  for (size_t i = 0; i < m->type_count; i++) check_fields_together(m, &m->types[i]);
  return m->errors;
}
