/* Which column fills which slot: what --map says; for a record type its fields' names and labels, in French and in English; and what
 * vocabulary.def knows of titles. --set fills a slot for all rows. */
#include "client/import/parts.h"
#include "common/base/text.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <string.h>

/* Fields of record types by what files call them (fields of vocabulary.def), the likelier first. */
static const struct { uint32_t type, field; const char *word; } aliases[] = {
    {JL_TYPE_EXPENSE, JL_EXPENSE_NET, "spend"},          {JL_TYPE_EXPENSE, JL_EXPENSE_NET, "amount"},       {JL_TYPE_EXPENSE, JL_EXPENSE_TITLE, "label"},
    {JL_TYPE_EXPENSE, JL_EXPENSE_TITLE, "campaign"},     {JL_TYPE_EXPENSE, JL_EXPENSE_LINE, "channel"},     {JL_TYPE_EXPENSE, JL_EXPENSE_DOCUMENT, "voucher"},
    {JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_PLANNED, "budget"}, {JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_TITLE, "label"}, {JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_LEVER, "channel"},
    {JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_ACTION, "campaign"}, {JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_NOTES, "comment"}, {JL_TYPE_ACTION, JL_ACTION_TITLE, "task"},
    {JL_TYPE_ACTION, JL_ACTION_TITLE, "campaign"},       {JL_TYPE_ACTION, JL_ACTION_TITLE, "label"},        {JL_TYPE_ACTION, JL_ACTION_LEVER, "channel"},
    {JL_TYPE_ACTION, JL_ACTION_DUE, "end"},              {JL_TYPE_ACTION, JL_ACTION_DUE, "date"},           {JL_TYPE_KPI, JL_KPI_NAME, "label"},
    {JL_TYPE_FIGURE, JL_FIGURE_LEVER, "channel"},        {JL_TYPE_FIGURE, JL_FIGURE_ACTION, "campaign"},    {JL_TYPE_LEVER, JL_LEVER_NAME, "channel"},
    {JL_TYPE_MEASUREMENT, JL_MEASUREMENT_NOTE, "comment"}, {JL_TYPE_MEASUREMENT, JL_MEASUREMENT_DATE, "period"}, {JL_TYPE_PERSON, JL_PERSON_NAME, "contact"}};

static bool is_called(const struct jl_slot *s, const char *name) { return strcmp(s->name, name) == 0 || (s->field != NULL && strcmp(s->field->name, name) == 0); }

const struct jl_slot *jl_ingest_slot(const struct jl_ingest *in, const char *name) {
  for (size_t i = 0; i < in->slot_count; i++)
    if (is_called(&in->slots[i], name)) return &in->slots[i];
  return NULL;
}

static struct jl_slot *slot(struct jl_ingest *in, const char *name) {
  const struct jl_slot *s = jl_ingest_slot(in, name);
  return s == NULL ? NULL : &in->slots[s - in->slots];
}

const char *jl_ingest_slot_label(const struct jl_slot *s) {
  const struct jl_table_field *word = s->field == NULL ? jl_table_field_by_name(s->name) : NULL;
  return s->field != NULL ? s->field->label : word != NULL ? word->label : s->name;
}

static bool no_slot(const struct jl_ingest *in, const char *option, const char *name, struct jl_error *err) {
  char known[JL_ARG_TEXT_MAX * 4] = "";
  const char *near = "";
  int best = 4;
  size_t used = 0;
  for (size_t i = 0; i < in->slot_count && used < sizeof known; i++) {
    used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i > 0 ? ", " : "", in->slots[i].name);
    int distance = jl_text_distance(name, in->slots[i].name);
    if (distance < best) best = distance, near = in->slots[i].name;
  }
  return jl_fail(err, JL_E_USAGE, JL_MSG("--{1}: {2} takes no \"{3}\""), near[0] != '\0' ? JL_MSG("did you mean {5}?") : JL_MSG("it takes {4}"), jl_arg_text(option), jl_arg_text(in->source->name),
                 jl_arg_text(name), jl_arg_text(known), jl_arg_text(near));
}

/* ---- slots ---- */
static enum jl_column_kind kind_of_field(const struct jl_field *f) {
  switch (f->kind) {
  case JL_KIND_INTEGER:
  case JL_KIND_FRACTION:
    return JL_COLUMN_NUMBER;
  case JL_KIND_MONEY:
    return JL_COLUMN_MONEY;
  case JL_KIND_SHARE:
    return JL_COLUMN_PERCENT;
  case JL_KIND_DATE:
  case JL_KIND_TIME:
    return JL_COLUMN_DATE;
  case JL_KIND_TEXT:
  case JL_KIND_LONG_TEXT:
  case JL_KIND_BOOL:
  case JL_KIND_ENUM:
  case JL_KIND_REFERENCE:
  case JL_KIND_CURRENCY:
  case JL_KIND_LINK:
  case JL_KIND_RANK:
    break;
  }
  return JL_COLUMN_TEXT;
}

static bool add_slot(struct jl_ingest *in, const struct jl_slot *s, struct jl_error *err) {
  if (in->slot_count == JL_INGEST_SLOTS) return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("{1} has too many fields"), NULL, jl_arg_text(in->source->name));
  in->slots[in->slot_count++] = *s;
  return true;
}

static bool add_field(struct jl_ingest *in, const struct jl_field *f, struct jl_error *err) {
  struct jl_slot s = {.name = f->flag, .field = f, .kind = kind_of_field(f), .needed = f->required && f->default_text[0] == '\0', .column = -1};
  const char *const titles[] = {f->flag, f->name, jl_tr_in("en", f->label), jl_tr_in("fr", f->label)};
  char currency[4];
  bool money;
  for (size_t i = 0; i < JL_COUNT(titles); i++) {
    s.titles[i] = jl_title_fold(in->cli->arena, titles[i], strlen(titles[i]), currency, &money);
    if (s.titles[i] == NULL) return jl_ingest_no_memory(err);
  }
  return add_slot(in, &s, err);
}

static const char *const of_expenses[] = {"vat", "vat-basis"}; /* that are no fields: source_expense.c */

static bool slots_of(struct jl_ingest *in, struct jl_error *err) {
  const char *const *const lists[] = {in->source->needs, in->source->reads};
  static const char *const of_types[] = {JL_INGEST_REF, JL_INGEST_ID};
  for (size_t i = 0; in->type != NULL && i < JL_COUNT(of_types); i++)
    if (!add_slot(in, &(struct jl_slot){.name = of_types[i], .kind = JL_COLUMN_TEXT, .column = -1}, err)) return false;
  for (size_t i = 0; in->type != NULL && i < in->type->field_count; i++) {
    const struct jl_field *f = &in->type->fields[i];
    if (f->by_server || f->kind == JL_KIND_RANK || jl_names_the_plan(f)) continue;
    if (!add_field(in, f, err)) return false;
  }
  for (size_t i = 0; in->type != NULL && in->type->number == JL_TYPE_EXPENSE && i < JL_COUNT(of_expenses); i++) {
    const struct jl_table_field *word = jl_table_field_by_name(of_expenses[i]);
    if (!add_slot(in, &(struct jl_slot){.name = of_expenses[i], .kind = word != NULL ? word->kind : JL_COLUMN_TEXT, .column = -1}, err)) return false;
  }
  for (size_t k = 0; in->type == NULL && k < JL_COUNT(lists); k++)
    for (size_t i = 0; lists[k] != NULL && lists[k][i] != NULL; i++) {
      const struct jl_table_field *word = jl_table_field_by_name(lists[k][i]);
      if (!add_slot(in, &(struct jl_slot){.name = lists[k][i], .kind = word != NULL ? word->kind : JL_COLUMN_TEXT, .needed = k == 0, .column = -1}, err)) return false;
    }
  return true;
}

/* A value that is typed for all rows, with its number or day when it is one. */
static bool set_slot(struct jl_ingest *in, struct jl_slot *s, const char *text, struct jl_error *err) {
  int64_t scaled = 0;
  s->is_set = true;
  s->set = (struct jl_table_cell){.state = text[0] != '\0' ? JL_CELL_VALUE : JL_CELL_NONE, .text = text, .size = strlen(text)};
  if (text[0] == '\0' || s->field != NULL) return true; /* put as typed */
  if (s->kind == JL_COLUMN_DATE) return jl_input_date(&in->input, text, &s->set.moment.day, err);
  if (s->kind == JL_COLUMN_TEXT || s->kind == JL_COLUMN_PERCENT) return true; /* "20%" is read with its field */
  if (!jl_input_decimal(text, 6, &scaled, err)) return false;
  s->set.number = (struct jl_decimal){scaled, 6};
  return true;
}

static bool set_slots(struct jl_ingest *in, struct jl_error *err) {
  for (size_t i = 0; i < in->cli->option_count; i++) {
    if (strcmp(in->cli->options[i].name, "set") != 0) continue;
    const char *value = in->cli->options[i].value, *equals = strchr(value, '=');
    const char *name = equals == NULL ? NULL : jl_arena_strndup(in->cli->arena, value, (size_t)(equals - value));
    if (name == NULL) return jl_fail(err, JL_E_USAGE, JL_MSG("--set {1}: it is a field, = and its value"), JL_MSG("such as --set line=B3"), jl_arg_text(value));
    struct jl_slot *s = slot(in, name);
    if (s == NULL) return no_slot(in, "set", name, err);
    if (!set_slot(in, s, equals + 1, err)) return false;
  }
  return true;
}

bool jl_ingest_bind_begin(struct jl_ingest *in, struct jl_error *err) { return slots_of(in, err) && set_slots(in, err); }

/* ---- columns ---- */
static bool same_title(struct jl_ingest *in, const char *folded, const char *text) {
  char currency[4];
  bool money;
  const char *other = jl_title_fold(in->row_arena, text, strlen(text), currency, &money);
  return other != NULL && strcmp(folded, other) == 0;
}

static bool fits_field(const struct jl_slot *s, const char *folded) {
  for (size_t i = 0; i < JL_COUNT(s->titles); i++)
    if (strcmp(folded, s->titles[i]) == 0) return true;
  return false;
}

/* --map "Column=slot". *ret NULL with true: it is to be passed over. */
static bool mapped(struct jl_ingest *in, const struct jl_column *c, struct jl_slot **ret, struct jl_error *err) {
  const char *found = NULL;
  for (size_t i = 0; i < in->cli->option_count; i++) {
    const char *value = in->cli->options[i].value, *equals = strcmp(in->cli->options[i].name, "map") == 0 ? strrchr(value, '=') : NULL;
    const char *title = equals == NULL ? NULL : jl_arena_strndup(in->row_arena, value, (size_t)(equals - value));
    if (title != NULL && same_title(in, c->folded, title)) found = equals + 1;
  }
  *ret = NULL;
  if (found == NULL || found[0] == '\0') return found != NULL;
  *ret = slot(in, found);
  if (*ret == NULL) (void)no_slot(in, "map", found, err);
  return *ret != NULL;
}

static bool is_free(const struct jl_slot *s) { return s != NULL && s->column < 0 && !s->is_set; }

/* What the title of a column says, for a record type: each pass is less sure than the one before it. */
static struct jl_slot *by_title(struct jl_ingest *in, const struct jl_column *c, int pass) {
  if (pass == 0) {
    for (size_t i = 0; i < in->slot_count; i++)
      if (in->slots[i].field != NULL && is_free(&in->slots[i]) && fits_field(&in->slots[i], c->folded)) return &in->slots[i];
    struct jl_slot *s = in->type == NULL && c->field != NULL ? slot(in, c->field->name) : NULL;
    return is_free(s) ? s : NULL;
  }
  if (in->type == NULL || c->field == NULL) return NULL;
  for (size_t i = 0; i < JL_COUNT(aliases); i++) {
    if (aliases[i].type != in->type->number || strcmp(aliases[i].word, c->field->name) != 0) continue;
    const struct jl_field *f = jl_field_by_number(in->type, aliases[i].field);
    struct jl_slot *s = f == NULL ? NULL : slot(in, f->flag);
    if (is_free(s)) return s;
  }
  struct jl_slot *s = slot(in, c->field->name);
  return is_free(s) && strcmp(s->name, "vat-basis") != 0 ? s : NULL; /* it is of all rows, or not read */
}

static void fill(struct jl_ingest *in, size_t column, struct jl_slot *s) {
  s->column = (int)column;
  in->slot_of[column] = (int)(s - in->slots);
}

/* "ref" in the first column, as in tables that jalon itself writes: which record a row is. There the title stands under the name of the type, and the
 * reference once more; a list has ids besides. --map "ref=" makes new records of the rows, and what else the table says is read as before. */
static bool begins_with_ref(const struct jl_table_found *f) { return f->column_count > 1 && strcmp(f->columns[0].title, JL_INGEST_REF) == 0; }

static void bind_ref(struct jl_ingest *in, const struct jl_table_found *f) {
  struct jl_slot *ref = in->type == NULL ? NULL : slot(in, JL_INGEST_REF);
  if (ref == NULL || !begins_with_ref(f) || in->passed_over[0] || in->slot_of[0] >= 0) return;
  fill(in, 0, ref);
}

static void bind_titles(struct jl_ingest *in, const struct jl_table_found *f) {
  const struct jl_field *title = in->type == NULL ? NULL : jl_title_field(in->type);
  struct jl_slot *ref = in->type == NULL ? NULL : slot(in, JL_INGEST_REF), *s = title == NULL ? NULL : slot(in, title->flag);
  struct jl_slot *id = in->type == NULL ? NULL : slot(in, JL_INGEST_ID);
  if (ref == NULL || !begins_with_ref(f) || (ref->column < 0 && !in->passed_over[0])) return;
  in->exported = true;
  for (size_t i = 1; i < f->column_count; i++) {
    bool is_free_column = in->slot_of[i] < 0 && !in->passed_over[i];
    bool again = is_free_column && strcmp(f->columns[i].title, "reference") == 0; /* a list has it twice */
    in->listed = in->listed || again;
    if (again) in->passed_over[i] = true;
    if (is_free_column && strcmp(f->columns[i].title, JL_INGEST_ID) == 0) {
      if (ref->column >= 0 && is_free(id)) fill(in, i, id);
      else in->passed_over[i] = true;
    }
    if (is_free_column && is_free(s) && (strcmp(f->columns[i].title, in->type->name) == 0 || (in->type->number == JL_TYPE_BUDGET_LINE && strcmp(f->columns[i].title, "line") == 0))) fill(in, i, s);
    const struct jl_field *field = in->slot_of[i] < 0 ? NULL : in->slots[in->slot_of[i]].field;
    if (field != NULL && field != title && strcmp(field->name, f->columns[i].title) != 0) in->exported = false;
    in->listed = in->listed || title == NULL || (field == title && strcmp(title->name, f->columns[i].title) == 0); /* a view has it under the name of the type */
  }
}

/* A --map, or --empty, that names no column would be one that silently does nothing. */
static bool maps_are_used(struct jl_ingest *in, const struct jl_table_found *found, struct jl_error *err) {
  for (size_t i = in->saved_options; i < in->cli->option_count; i++) { /* files of one kind need not have all columns */
    const char *value = in->cli->options[i].value, *equals = strrchr(value, '=');
    bool maps = strcmp(in->cli->options[i].name, "map") == 0;
    if (!maps && strcmp(in->cli->options[i].name, "empty") != 0) continue;
    const char *title = equals == NULL ? NULL : jl_arena_strndup(in->row_arena, value, (size_t)(equals - value));
    bool used = false;
    if (title == NULL && !maps) continue; /* the reader says what it is */
    if (title == NULL) return jl_fail(err, JL_E_USAGE, JL_MSG("--map {1}: it is the title of a column, = and a field, or nothing to pass it over"), NULL, jl_arg_text(value));
    for (size_t k = 0; k < found->column_count; k++) used = used || same_title(in, found->columns[k].folded, title);
    if (!used) return jl_fail(err, JL_E_USAGE, JL_MSG("--{2}: there is no column \"{1}\""), JL_MSG("jalon import FILE --preview shows the columns"), jl_arg_text(title), jl_arg_text(in->cli->options[i].name));
  }
  return true;
}

static bool bind(struct jl_ingest *in, struct jl_table_found *f, struct jl_error *err) {
  in->slot_of = jl_arena_array(in->cli->arena, f->column_count + 1, sizeof *in->slot_of);
  in->passed_over = jl_arena_array(in->cli->arena, f->column_count + 1, sizeof *in->passed_over);
  if (in->slot_of == NULL || in->passed_over == NULL) return jl_ingest_no_memory(err);
  in->added = jl_arena_array(in->cli->arena, f->column_count + 1, sizeof *in->added);
  if (in->added == NULL) return jl_ingest_no_memory(err);
  for (size_t i = 0; i < f->column_count; i++) {
    in->slot_of[i] = -1;
    in->added[i] = in->passed_over[i] = jl_ingest_added_title(in->row_arena, f->columns[i].folded);
    f->own = f->own || in->added[i]; /* a file of rejected rows */
  }
  if (!maps_are_used(in, f, err)) return false;
  for (size_t i = 0; i < f->column_count; i++) {
    struct jl_slot *s;
    struct jl_error why = {0};
    if (!mapped(in, &f->columns[i], &s, &why)) {
      if (why.code != JL_E_OK) *err = why;
      if (why.code != JL_E_OK) return false;
      continue;
    }
    if (s == NULL) in->passed_over[i] = true;
    else if (s->column >= 0) return jl_fail(err, JL_E_USAGE, JL_MSG("--map: two columns are to fill {1}"), NULL, jl_arg_text(s->name));
    else fill(in, i, s), s->told = true;
  }
  bind_ref(in, f);
  for (int pass = 0; pass < 2; pass++)
    for (size_t i = 0; i < f->column_count; i++) {
      struct jl_slot *s = in->passed_over[i] || in->slot_of[i] >= 0 ? NULL : by_title(in, &f->columns[i], pass);
      if (s != NULL) fill(in, i, s), s->alike = pass == 1;
    }
  bind_titles(in, f);
  return true;
}

bool jl_ingest_fit(struct jl_ingest *in, const struct jl_record_type *type, struct jl_table_found *found, size_t *ret_columns, size_t *ret_missing, struct jl_error *err) {
  struct jl_ingest_source source = {.name = type->command};
  struct jl_ingest *as = jl_arena_alloc(in->cli->arena, sizeof *as);
  if (as == NULL) return jl_ingest_no_memory(err);
  as->cli = in->cli;
  as->row_arena = in->row_arena;
  as->type = type;
  as->source = &source;
  *ret_columns = *ret_missing = 0;
  if (!slots_of(as, err)) return false;
  for (int pass = 0; pass < 2; pass++)
    for (size_t i = 0; i < found->column_count; i++) {
      bool taken = false;
      for (size_t k = 0; k < as->slot_count; k++) taken = taken || as->slots[k].column == (int)i;
      struct jl_slot *s = taken ? NULL : by_title(as, &found->columns[i], pass);
      if (s == NULL) continue;
      s->column = (int)i;
      ++*ret_columns;
    }
  for (size_t i = 0; i < as->slot_count; i++) *ret_missing += as->slots[i].needed && as->slots[i].column < 0;
  return true;
}

/* Whether it says whose a row is: in tables that people keep, one value often stands for the rows below it. Not so with people, and what a row depends on. */
static bool groups(const struct jl_ingest *in, const struct jl_slot *s) {
  if (s->field == NULL || s->field->kind == JL_KIND_ENUM) return jl_table_field_groups(s->field == NULL ? s->name : s->field->flag);
  const struct jl_record_type *of = s->field->kind == JL_KIND_REFERENCE && s->field->reference_count > 0 ? jl_record_type_by_number(s->field->references[0]) : NULL;
  return of != NULL && of->space == JL_SPACE_PLAN && of != in->type && (!s->field->repeated || of->number == JL_TYPE_OBJECTIVE);
}

/* What nobody reads needs no answer to how it is written. */
static void tell_reader(const struct jl_ingest *in, struct jl_table_found *f) {
  for (size_t i = 0; i < f->column_count; i++) {
    struct jl_column *c = &f->columns[i];
    bool own = in->slot_of[i] < 0 && !in->passed_over[i] && in->source->every_column;
    if (own) continue;
    c->field = NULL;
    c->kind = in->slot_of[i] >= 0 ? in->slots[in->slot_of[i]].kind : JL_COLUMN_TEXT;
    c->groups = in->slot_of[i] >= 0 && groups(in, &in->slots[in->slot_of[i]]);
  }
}

static const struct jl_ingest_source *source_of_vocabulary(const char *name) {
  for (size_t i = 0; name[0] != '\0' && jl_ingest_sources[i] != NULL; i++)
    if (jl_ingest_sources[i]->vocabulary != NULL && strcmp(jl_ingest_sources[i]->vocabulary, name) == 0) return jl_ingest_sources[i];
  return NULL;
}

void jl_ingest_bind(void *context, struct jl_table_found *found) {
  struct jl_ingest *in = context;
  bool recognised = in->source == NULL;
  if (recognised) in->source = source_of_vocabulary(found->source);
  if (in->source == NULL) return;
  bool ok = (!recognised || jl_ingest_bind_begin(in, &in->bind_error)) && bind(in, found, &in->bind_error);
  jl_arena_reset(in->row_arena);
  if (ok) tell_reader(in, found);
}

/* ---- what is missing ---- */
bool jl_ingest_bind_end(struct jl_ingest *in, struct jl_error *err) {
  if (in->bind_error.code != JL_E_OK) {
    *err = in->bind_error;
    return false;
  }
  for (size_t i = 0; i < in->slot_count; i++) {
    const struct jl_slot *s = &in->slots[i];
    if (!s->needed || s->column >= 0 || s->is_set || jl_ingest_column(in, JL_INGEST_REF) >= 0) continue;
    return jl_fail(err, JL_E_USAGE, JL_MSG("no column of {1} is taken for {2}"), JL_MSG("say which with --map \"COLUMN={3}\", or one for all rows with --set {3}=..."), jl_arg_text(in->file_name),
                   jl_arg_label(jl_ingest_slot_label(s)), jl_arg_text(s->name));
  }
  return true;
}

/* In one line. An export has columns that its source has no use for. */
void jl_ingest_tell_columns(struct jl_ingest *in) {
  bool export = in->type == NULL && in->source->vocabulary != NULL;
  struct jl_buffer names;
  size_t n = 0;
  jl_buffer_init(&names, 65536);
  for (size_t i = 0; i < in->found->column_count; i++)
    if (in->slot_of[i] < 0 && !in->passed_over[i] && !in->source->every_column) jl_buffer_printf(&names, "%s\"%s\"", n++ > 0 ? ", " : "", in->found->columns[i].title);
  const struct jl_arg args[] = {jl_arg_textn(names.data != NULL ? (const char *)names.data : "", names.size)};
  jl_buffer_release(&names);
  if (n > 0) jl_cli_note(in->cli, export ? JL_MSG("columns that are not read: {1}") : JL_MSG("columns that are passed over: {1}; --map \"COLUMN=FIELD\" says what one is"), args, 1);
}

int jl_ingest_column(const struct jl_ingest *in, const char *slot) {
  const struct jl_slot *s = jl_ingest_slot(in, slot);
  return s == NULL ? -1 : s->column;
}
bool jl_ingest_has(const struct jl_ingest *in, const char *slot) {
  const struct jl_slot *s = jl_ingest_slot(in, slot);
  return s != NULL && (s->column >= 0 || s->is_set);
}
bool jl_ingest_passed_over(const struct jl_ingest *in, size_t column) { return in->passed_over[column]; }
bool jl_ingest_fills(const struct jl_ingest *in, size_t column) { return in->slot_of[column] >= 0; }
