/* The descriptor compiler in three steps: main.c reads the descriptor set, model.c turns it into the model below and
 * refuses what our records cannot be, emit.c writes C. Everything borrows from the unpacked set. */
#ifndef JL_TABLES_MODEL_H
#define JL_TABLES_MODEL_H
#include "common/record/record.h"
#include "tables/descriptor.pb-c.h"
#include <stdio.h>

#define MODEL_TYPES 128
#define MODEL_FIELDS 128
#define MODEL_ENUMS 256
#define MODEL_REFS 16
#define MODEL_NAME 96

struct model_enum {
  const char *file;
  const Jalon__Tables__Enum *proto;
};
struct model_field {
  const Jalon__Tables__Field *proto;
  const Jalon__Tables__FieldRule *rule;
  enum jl_kind kind;
  enum jl_merge merge;
  bool zigzag, narrow, repeated;
  const struct model_enum *enumeration;
  uint32_t unit_field, max_bytes, max_items;
  uint32_t refs[MODEL_REFS];
  char flag[MODEL_NAME];
};
struct model_type {
  const char *file;
  const Jalon__Tables__Message *proto;
  const Jalon__Tables__RecordRule *rule;
  char name[MODEL_NAME];    /* budget_line */
  char command[MODEL_NAME]; /* budget-line */
  struct model_field fields[MODEL_FIELDS];
  size_t field_count;
};
struct model {
  struct model_type types[MODEL_TYPES];
  struct model_enum enums[MODEL_ENUMS];
  size_t type_count, enum_count;
  size_t errors; /* each already printed */
};

/* Fills an empty model. Returns the number of errors. */
size_t model_build(struct model *m, const Jalon__Tables__FileSet *set);
/* BudgetLine or budget_line to budget_line, or BUDGET_LINE when upper. */
void model_snake(const char *name, bool upper, char out[MODEL_NAME]);
/* What people type for an enum value. */
void model_enum_text(const struct model_enum *e, const Jalon__Tables__EnumValue *value, char out[MODEL_NAME]);

bool emit_header(const struct model *m, FILE *out); /* false: two constants would have one name (printed) */
void emit_tables(const struct model *m, unsigned generation, FILE *out);
void emit_messages(const struct model *m, FILE *out);
#endif
