/* The organisation's directory: people with their teams and roles, then the teams and the roles (product.md G4). */
#include "common/model/view_support.h"
#include "common/model/view_table.h"
#include "common/record/schema.h"

static void rows(const struct jl_view_input *in, struct jl_builder *b, uint32_t type, const uint32_t *fields, size_t field_count) {
  size_t n = 0;
  const struct jl_record **records = jl_view_directory(in, b, type, &n);
  for (size_t i = 0; i < n; i++) {
    bool gone = type == JL_TYPE_PERSON && jl_view_int(records[i], JL_PERSON_INACTIVE, 0) != 0;
    jl_row_begin(b, records[i], 0, gone ? JL_ROW_MUTED : JL_ROW_NORMAL);
    for (size_t f = 0; f < field_count; f++) {
      const struct jl_field *field = jl_field_by_number(records[i]->type, fields[f]);
      if (field == NULL)
        jl_cell_empty(b);
      else
        jl_cell_field(b, NULL, in->organisation, records[i], field);
    }
  }
}

static void people_of(const struct jl_view_input *in, struct jl_builder *b, const struct jl_record *group, uint32_t field) {
  size_t n = 0;
  int64_t active = 0;
  const struct jl_record **people =
      in->organisation == NULL ? NULL : jl_replica_referring(in->organisation, &group->id, JL_TYPE_PERSON, field, jl_builder_arena(b), &n);
  if (n == SIZE_MAX) jl_builder_fail(b, JL_E_NO_MEMORY);
  for (size_t i = 0; people != NULL && i < n; i++) active += jl_view_int(people[i], JL_PERSON_INACTIVE, 0) == 0;
  jl_cell(b, jl_arg_integer(active));
  for (size_t i = 0; people != NULL && i < n; i++)
    if (jl_view_int(people[i], JL_PERSON_INACTIVE, 0) == 0) jl_cell_source(b, people[i]);
}

static void groups(const struct jl_view_input *in, struct jl_builder *b, uint32_t type, uint32_t membership) {
  size_t n = 0;
  const struct jl_record **records = jl_view_directory(in, b, type, &n);
  for (size_t i = 0; i < n && jl_builder_ok(b); i++) {
    jl_row_begin(b, records[i], 0, JL_ROW_NORMAL);
    jl_cell_text(b, jl_view_title(records[i]));
    if (type == JL_TYPE_TEAM) jl_cell_field(b, NULL, in->organisation, records[i], jl_field_by_number(records[i]->type, JL_TEAM_KIND));
    people_of(in, b, records[i], membership);
  }
}

bool jl_people_view(const struct jl_view_input *in, struct jl_builder *b, struct jl_arena *a, struct jl_error *err) {
  (void)a;
  (void)err;
  static const uint32_t person[] = {JL_PERSON_NAME,  JL_PERSON_JOB_TITLE, JL_PERSON_TEAMS,
                                    JL_PERSON_ROLES, JL_PERSON_EMAIL,     JL_PERSON_INACTIVE};
  jl_builder_title(b, JL_MSG("people, teams and roles"), NULL, 0);
  jl_block_begin(b, JL_BLOCK_TABLE, "people", JL_MSG("people"));
  jl_column(b, "name", JL_MSG("name"), JL_ARG_TEXT, 0);
  jl_column(b, "job_title", JL_MSG("job title"), JL_ARG_TEXT, 3);
  jl_column(b, "teams", JL_MSG("teams"), JL_ARG_TEXT, 1);
  jl_column(b, "roles", JL_MSG("roles"), JL_ARG_TEXT, 2);
  jl_column(b, "email", JL_MSG("e-mail"), JL_ARG_TEXT, 4);
  jl_column(b, "inactive", JL_MSG("inactive"), JL_ARG_BOOL, 5);
  rows(in, b, JL_TYPE_PERSON, person, JL_COUNT(person));
  jl_block_begin(b, JL_BLOCK_TABLE, "teams", JL_MSG("teams"));
  jl_column(b, "name", JL_MSG("name"), JL_ARG_TEXT, 0);
  jl_column(b, "kind", JL_MSG("kind"), JL_ARG_LABEL, 1);
  jl_column(b, "people", JL_MSG("people"), JL_ARG_INTEGER, 1);
  groups(in, b, JL_TYPE_TEAM, JL_PERSON_TEAMS);
  jl_block_begin(b, JL_BLOCK_TABLE, "roles", JL_MSG("roles"));
  jl_column(b, "name", JL_MSG("name"), JL_ARG_TEXT, 0);
  jl_column(b, "people", JL_MSG("people"), JL_ARG_INTEGER, 1);
  groups(in, b, JL_TYPE_ROLE, JL_PERSON_ROLES);
  return true;
}
