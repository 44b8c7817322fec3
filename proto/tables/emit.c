#include "model.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char banner[] = "/* Made from proto/ by proto/tables: do not edit. */\n";

static void put_string(FILE *out, const char *text) {
  fputc('"', out);
  for (const char *p = text == NULL ? "" : text; *p != '\0'; p++) {
    if (*p == '"' || *p == '\\') fputc('\\', out);
    if (*p == '\n')
      fputs("\\n", out);
    else
      fputc(*p, out);
  }
  fputc('"', out);
}

/* ---- constants ---- */

struct constants {
  FILE *out;
  char (*names)[2 * MODEL_NAME];
  size_t count, capacity;
  bool ok;
};

static void put_constant(struct constants *c, const char *prefix, const char *name, uint32_t number) {
  char full[2 * MODEL_NAME];
  snprintf(full, sizeof full, "JL_%s%s%s", prefix, prefix[0] != '\0' ? "_" : "", name);
  for (size_t i = 0; i < c->count; i++) {
    if (strcmp(c->names[i], full) != 0) continue;
    fprintf(stderr, "tables: two things would both be named %s\n", full);
    c->ok = false;
  }
  JL_ASSERT(c->count < c->capacity);
  memcpy(c->names[c->count++], full, sizeof full);
  fprintf(c->out, "#define %s %" PRIu32 "\n", full, number);
}

static void put_constants(struct constants *c, const struct model *m) {
  char prefix[MODEL_NAME], name[MODEL_NAME];
  for (size_t i = 0; i < m->type_count; i++) {
    const struct model_type *t = &m->types[i];
    model_snake(t->name, true, prefix);
    fprintf(c->out, "\n/* %s */\n", t->proto->name);
    put_constant(c, "TYPE", prefix, t->rule->number);
    for (size_t k = 0; k < t->field_count; k++) {
      model_snake(t->fields[k].proto->name, true, name);
      put_constant(c, prefix, name, (uint32_t)t->fields[k].proto->number);
    }
  }
  for (size_t i = 0; i < m->enum_count; i++) {
    const Jalon__Tables__Enum *e = m->enums[i].proto;
    fprintf(c->out, "\n/* enum %s */\n", e->name);
    for (size_t k = 1; k < e->n_value; k++) put_constant(c, "", e->value[k]->name, (uint32_t)e->value[k]->number);
  }
}

bool emit_header(const struct model *m, FILE *out) {
  struct constants c = {.out = out, .ok = true};
  for (size_t i = 0; i < m->type_count; i++) c.capacity += 1 + m->types[i].field_count;
  for (size_t i = 0; i < m->enum_count; i++) c.capacity += m->enums[i].proto->n_value;
  c.names = calloc(c.capacity + 1, sizeof *c.names);
  if (c.names == NULL) return false;
  fprintf(out, "%s#ifndef JL_RECORD_SCHEMA_H\n#define JL_RECORD_SCHEMA_H\n", banner);
  put_constants(&c, m);
  fputs("\n#endif\n", out);
  free(c.names);
  return c.ok;
}

/* ---- tables ---- */

static void put_enum(FILE *out, const struct model_enum *e) {
  char text[MODEL_NAME];
  fprintf(out, "static const struct jl_enum_value values_%s[] = {\n", e->proto->name);
  for (size_t i = 1; i < e->proto->n_value; i++) {
    const Jalon__Tables__EnumValue *value = e->proto->value[i];
    model_enum_text(e, value, text);
    fprintf(out, "  {%" PRId32 ", \"%s\", ", value->number, value->name);
    put_string(out, text);
    fputs(", ", out);
    put_string(out, value->options->value->label);
    fputs(", ", out);
    put_string(out, value->options->value->unit);
    fputs("},\n", out);
  }
  fprintf(out, "};\nstatic const struct jl_enum enum_%s = {\"%s\", values_%s, %zu};\n\n", e->proto->name, e->proto->name, e->proto->name,
          e->proto->n_value - 1);
}

static void put_text_member(FILE *out, const char *member, const char *text) {
  fprintf(out, ", .%s = ", member);
  put_string(out, text);
}

static void put_flag_member(FILE *out, const char *member, bool set) {
  if (set) fprintf(out, ", .%s = true", member);
}

/* INT64_MIN has no literal of its own. */
static void put_number_member(FILE *out, const char *member, int64_t n) {
  if (n == INT64_MIN)
    fprintf(out, ", .has_%s = true, .%s = INT64_MIN", member, member);
  else
    fprintf(out, ", .has_%s = true, .%s = INT64_C(%" PRId64 ")", member, member, n);
}

static const char *const kind_names[] = {
    [JL_KIND_TEXT] = "TEXT", [JL_KIND_LONG_TEXT] = "LONG_TEXT", [JL_KIND_INTEGER] = "INTEGER",     [JL_KIND_BOOL] = "BOOL",
    [JL_KIND_ENUM] = "ENUM", [JL_KIND_MONEY] = "MONEY",         [JL_KIND_FRACTION] = "FRACTION",   [JL_KIND_SHARE] = "SHARE",
    [JL_KIND_DATE] = "DATE", [JL_KIND_TIME] = "TIME",           [JL_KIND_REFERENCE] = "REFERENCE", [JL_KIND_CURRENCY] = "CURRENCY",
    [JL_KIND_LINK] = "LINK", [JL_KIND_RANK] = "RANK",
};
static const char *const merge_names[] = {
    [JL_MERGE_SCALAR] = "SCALAR",
    [JL_MERGE_SET] = "SET",
    [JL_MERGE_TEXT] = "TEXT",
    [JL_MERGE_COUNTER] = "COUNTER",
};

static void put_field(FILE *out, const struct model_field *f) {
  const Jalon__Tables__FieldRule *rule = f->rule;
  fprintf(out, "  {.number = %" PRId32 ", .name = \"%s\"", f->proto->number, f->proto->name);
  put_text_member(out, "flag", f->flag);
  put_text_member(out, "label", rule->label);
  put_text_member(out, "help", rule->help);
  put_text_member(out, "unit", rule->unit);
  put_text_member(out, "default_text", rule->default_text);
  fprintf(out, ",\n   .kind = JL_KIND_%s, .merge = JL_MERGE_%s", kind_names[f->kind], merge_names[f->merge]);
  if (f->unit_field != 0) fprintf(out, ", .unit_field = %" PRIu32, f->unit_field);
  put_flag_member(out, "zigzag", f->zigzag);
  put_flag_member(out, "narrow", f->narrow);
  put_flag_member(out, "repeated", f->repeated);
  put_flag_member(out, "required", rule->required);
  put_flag_member(out, "title", rule->title);
  put_flag_member(out, "parent", rule->parent);
  put_flag_member(out, "personal", rule->personal);
  put_flag_member(out, "natural_key", rule->natural_key);
  put_flag_member(out, "immutable", rule->immutable);
  put_flag_member(out, "by_server", rule->by_server || f->kind == JL_KIND_RANK);
  if (rule->has_minimum) put_number_member(out, "minimum", rule->minimum);
  if (rule->has_maximum) put_number_member(out, "maximum", rule->maximum);
  if (f->max_bytes != 0) fprintf(out, ", .max_bytes = %" PRIu32, f->max_bytes);
  if (f->max_items != 0) fprintf(out, ", .max_items = %" PRIu32, f->max_items);
  if (f->enumeration != NULL) fprintf(out, ", .enumeration = &enum_%s", f->enumeration->proto->name);
  if (rule->n_ref > 0) {
    fputs(", .references = (const uint32_t[]){", out);
    for (size_t i = 0; i < rule->n_ref; i++) fprintf(out, "%s%" PRIu32, i == 0 ? "" : ", ", f->refs[i]);
    fprintf(out, "}, .reference_count = %zu", rule->n_ref);
  }
  fputs("},\n", out);
}

static void put_type(FILE *out, const struct model_type *t) {
  fprintf(out, "static const struct jl_field fields_%s[] = {\n", t->name);
  for (size_t i = 0; i < t->field_count; i++) put_field(out, &t->fields[i]);
  fprintf(out, "};\nstatic const struct jl_record_type type_%s = {.number = %" PRIu32, t->name, t->rule->number);
  put_text_member(out, "name", t->name);
  put_text_member(out, "command", t->command);
  put_text_member(out, "letter", t->rule->letter);
  put_text_member(out, "label", t->rule->label);
  put_text_member(out, "plural", t->rule->plural);
  put_text_member(out, "help", t->rule->help);
  put_text_member(out, "natural_key", t->rule->natural_key);
  put_flag_member(out, "singleton", t->rule->singleton);
  fprintf(out, ",\n  .section = (enum jl_section)%" PRId32 ", .space = (enum jl_space_kind)%" PRId32, t->rule->section, t->rule->space);
  fprintf(out, ", .edited_as = (enum jl_section)%" PRId32, t->rule->has_edited_as ? t->rule->edited_as : t->rule->section);
  fprintf(out, ", .fields = fields_%s, .field_count = %zu};\n\n", t->name, t->field_count);
}

/* FNV-1a over what the bytes of a record mean, without the words about it: two programs with the same version read and
 * write the same records. */
static void hash_text(uint32_t *h, const char *text) {
  for (const char *p = text == NULL ? "" : text; *p != '\0'; p++) *h = (*h ^ (uint8_t)*p) * 16777619u;
  *h = (*h ^ '\n') * 16777619u;
}

static void hash_number(uint32_t *h, int64_t n) {
  char text[32];
  snprintf(text, sizeof text, "%" PRId64, n);
  hash_text(h, text);
}

/* The upper half is the generation, which orders versions; the lower half tells two descriptions of one generation apart. */
static uint32_t model_version(const struct model *m, unsigned generation) {
  uint32_t h = 2166136261u;
  for (size_t i = 0; i < m->type_count; i++) {
    const struct model_type *t = &m->types[i];
    hash_text(&h, t->name);
    hash_number(&h, t->rule->number);
    for (size_t k = 0; k < t->field_count; k++) {
      const struct model_field *f = &t->fields[k];
      hash_text(&h, f->proto->name);
      hash_number(&h, f->proto->number);
      hash_number(&h, f->proto->type);
      hash_number(&h, f->proto->label);
      if (f->enumeration == NULL) continue;
      for (size_t v = 0; v < f->enumeration->proto->n_value; v++) {
        hash_text(&h, f->enumeration->proto->value[v]->name);
        hash_number(&h, f->enumeration->proto->value[v]->number);
      }
    }
  }
  return (uint32_t)generation << 16 | ((h ^ h >> 16) & 0xffff);
}

void emit_tables(const struct model *m, unsigned generation, FILE *out) {
  fprintf(out, "%s#include \"common/record/record.h\"\n\n", banner);
  for (size_t i = 0; i < m->enum_count; i++) put_enum(out, &m->enums[i]);
  for (size_t i = 0; i < m->type_count; i++) put_type(out, &m->types[i]);
  fputs("const struct jl_record_type *const jl_record_types[] = {\n", out);
  for (size_t i = 0; i < m->type_count; i++) fprintf(out, "  &type_%s,\n", m->types[i].name);
  fprintf(out, "};\nconst size_t jl_record_type_count = %zu;\nconst uint32_t jl_model_version = 0x%08" PRIx32 "u;\n", m->type_count,
          model_version(m, generation));
}

/* ---- message ids ---- */

struct messages {
  FILE *out;
  const char **seen;
  size_t count, capacity;
};

static void put_message(struct messages *list, const char *text) {
  if (text == NULL || text[0] == '\0') return;
  for (size_t i = 0; i < list->count; i++)
    if (strcmp(list->seen[i], text) == 0) return;
  JL_ASSERT(list->count < list->capacity);
  list->seen[list->count++] = text;
  fputs("N_(", list->out);
  put_string(list->out, text);
  fputs(")\n", list->out);
}

static void put_messages(struct messages *list, const struct model *m) {
  for (size_t i = 0; i < m->type_count; i++) {
    const struct model_type *t = &m->types[i];
    put_message(list, t->rule->label);
    put_message(list, t->rule->plural);
    put_message(list, t->rule->help);
    for (size_t k = 0; k < t->field_count; k++) {
      put_message(list, t->fields[k].rule->label);
      put_message(list, t->fields[k].rule->help);
      put_message(list, t->fields[k].rule->unit);
    }
  }
  for (size_t i = 0; i < m->enum_count; i++)
    for (size_t k = 1; k < m->enums[i].proto->n_value; k++) {
      const Jalon__Tables__EnumValueRule *rule = m->enums[i].proto->value[k]->options->value;
      put_message(list, rule->label);
      if (rule->unit == NULL || strncmp(rule->unit, "currency", 8) != 0) put_message(list, rule->unit); /* a currency is no word */
    }
}

void emit_messages(const struct model *m, FILE *out) {
  struct messages list = {.out = out};
  for (size_t i = 0; i < m->type_count; i++) list.capacity += 3 + 3 * m->types[i].field_count;
  for (size_t i = 0; i < m->enum_count; i++) list.capacity += 2 * m->enums[i].proto->n_value;
  list.seen = calloc(list.capacity + 1, sizeof *list.seen);
  JL_ASSERT(list.seen != NULL);
  fputs(banner, out);
  put_messages(&list, m);
  free(list.seen);
}
