/* An import from its beginning to its end: the file is looked through, names are noted and found, then rows become records, chunk after chunk.
 * Nothing of the file is kept in memory but the ids that it made; stopped at any moment, the same command goes on, for what is there is left. */
#include "client/import/parts.h"
#include "client/import/ingest_run.h"
#include "client/cli/table_file.h"
#include "common/base/calendar.h"
#include "common/base/mutants.h"
#include "common/base/text.h"
#include <string.h>

/* ---- what it is ---- */
static const struct jl_ingest_source *source_by_name(const char *name) {
  for (size_t i = 0; jl_ingest_sources[i] != NULL; i++)
    if (strcmp(jl_ingest_sources[i]->name, name) == 0) return jl_ingest_sources[i];
  return NULL;
}

static bool no_such(const char *as, struct jl_error *err) {
  const char *near = "";
  int best = 4;
  if (jl_ingest_is_later(as))
    return jl_fail(err, JL_E_UNSUPPORTED, JL_MSG("--as {1}: leads and deals of a CRM cannot be imported yet"), JL_MSG("jalon import FILE --preview tells what their import will need"), jl_arg_text(as));
  for (size_t i = 0; i < jl_record_type_count; i++) {
    if (jl_record_types[i]->singleton || jl_record_types[i]->space == JL_SPACE_PERSONAL) continue;
    int distance = jl_text_distance(as, jl_record_types[i]->command);
    if (distance < best) best = distance, near = jl_record_types[i]->command;
  }
  for (size_t i = 0; jl_ingest_sources[i] != NULL; i++) {
    int distance = jl_text_distance(as, jl_ingest_sources[i]->name);
    if (distance < best) best = distance, near = jl_ingest_sources[i]->name;
  }
  return jl_fail(err, JL_E_USAGE, JL_MSG("--as {1}: rows cannot become that"), near[0] != '\0' ? JL_MSG("did you mean {2}?") : JL_MSG("a type of records, such as expense, action or kpi; jalon help import names the others"),
                 jl_arg_text(as), jl_arg_text(near));
}

static bool choose(struct jl_ingest *in, const char *as, struct jl_error *err) {
  if (as == NULL || as[0] == '\0') return true;
  in->source = source_by_name(as);
  if (in->source != NULL) return true;
  in->type = jl_record_type_by_name(as);
  if (in->type == NULL || in->type->singleton || in->type->space == JL_SPACE_PERSONAL) return no_such(as, err);
  struct jl_ingest_source *own = jl_arena_alloc(in->cli->arena, sizeof *own);
  if (own == NULL) return jl_ingest_no_memory(err);
  *own = jl_ingest_type_source;
  own->name = in->type->command;
  own->label = in->type->plural;
  in->source = own;
  return true;
}

/* --key ref: no field, but which records are meant. A mapping that is kept does not say that of every file. */
static bool is_reference(struct jl_ingest *in, const char *word) {
  if (in->type == NULL || strcmp(word, JL_INGEST_REF) != 0 || jl_ingest_column(in, JL_INGEST_REF) < 0) return false;
  for (size_t i = in->saved_options; i < in->cli->option_count; i++) in->by_reference = in->by_reference || strcmp(in->cli->options[i].name, "key") == 0;
  return true;
}

/* --key "Facture,supplier": by slot or by title of a column. */
static bool take_keys(struct jl_ingest *in, struct jl_error *err) {
  const char *given = jl_cli_option(in->cli, "key");
  char *rest = given == NULL ? NULL : jl_arena_strdup(in->cli->arena, given);
  const char **keys = jl_arena_array(in->cli->arena, JL_INGEST_SLOTS + 1, sizeof *keys);
  size_t n = 0;
  if (given == NULL) return true;
  if (rest == NULL || keys == NULL) return jl_ingest_no_memory(err);
  for (char *word; (word = strsep(&rest, ",")) != NULL && n < JL_INGEST_SLOTS;) {
    char currency[4];
    bool money;
    if (is_reference(in, word)) continue;
    const struct jl_slot *s = jl_ingest_slot(in, word);
    const char *folded = jl_title_fold(in->cli->arena, word, strlen(word), currency, &money);
    for (size_t i = 0; s == NULL && folded != NULL && i < in->found->column_count; i++)
      if (strcmp(folded, in->found->columns[i].folded) == 0 && in->slot_of[i] >= 0) s = &in->slots[in->slot_of[i]];
    if (s == NULL) return jl_fail(err, JL_E_USAGE, JL_MSG("--key: \"{1}\" is no column that is read, and no field"), NULL, jl_arg_text(word));
    keys[n++] = s->name;
  }
  if (in->type == NULL) return jl_fail(err, JL_E_USAGE, JL_MSG("--key: what makes rows of {1} different is known"), JL_MSG("leave it out"), jl_arg_text(in->source->name));
  in->keys = n > 0 ? keys : NULL;
  return true;
}

/* ---- passes ---- */
static bool pass(struct jl_ingest *in, bool (*each)(struct jl_ingest *in, bool ok, const struct jl_error *why, struct jl_error *err), struct jl_error *err) {
  const struct jl_table_row *row;
  jl_ingest_known_rewind(in);
  jl_ingest_overlaps_rewind(in);
  in->others = 0;
  if (!jl_reader_begin(in->reader, err) || (in->source->begin != NULL && !in->source->begin(in, err))) return false;
  while (true) {
    if (!jl_reader_next(in->reader, &row, err)) return false;
    if (row == NULL) return true;
    struct jl_error why = {0};
    jl_ingest_progress(in);
    jl_ingest_row_begin(in, row->line);
    in->row = row;
    in->leaves = false;
    in->place = in->notes ? (struct jl_ingest_place){0} : jl_ingest_rejects_place(in, row);
    bool ok = in->source->row(in, &(struct jl_ingest_row){row->line, row->cells}, &why);
    if (why.code == JL_E_NO_MEMORY || why.code == JL_E_INTERNAL || (why.code == JL_E_TOO_LARGE && in->notes)) {
      *err = why;
      return false;
    }
    if (!each(in, ok, &why, err)) return false;
  }
}

/* What is wrong in a row is told when its records are made. */
static bool only_names(struct jl_ingest *in, bool ok, const struct jl_error *why, struct jl_error *err) {
  (void)in;
  (void)ok;
  (void)why;
  (void)err;
  return true;
}

/* Which record each row is, before any is made. */
static bool know(struct jl_ingest *in, struct jl_error *err) {
  return in->type == NULL || (jl_ingest_known_begin(in, err) && pass(in, only_names, err) && jl_ingest_known_end(in, err));
}

static bool make(struct jl_ingest *in, bool ok, const struct jl_error *why, struct jl_error *err) {
  in->rows++;
  if (in->leaves) jl_ingest_row_void(in);
  if (in->leaves) in->done++;
  if (in->leaves) return true;
  if (!ok) {
    in->done++;
    jl_ingest_row_void(in);
    return jl_ingest_rejects(in, in->line, jl_ingest_raw(in, in->row), in->place.number, why, err);
  }
  if (jl_ingest_chunk_full(in) && !jl_ingest_chunk_flush(in, err)) return false;
  return jl_ingest_chunk_take(in, err);
}

/* A part of a sum is no sum: when rows were rejected these are left out, and it is said; what each row makes by itself is taken. */
static bool send_sums(struct jl_ingest *in, struct jl_error *err) {
  if (in->sum_count > 0 && !jl_ingest_chunk_flush(in, err)) return false; /* the server may reject rows too */
  if (in->rejected > 0) {
    in->sums_left = in->sum_count;
    return true;
  }
  in->row = NULL;
  for (size_t i = 0; i < in->sum_count; i++) {
    if (!jl_ingest_sum_take(in, i, err)) return false;
    if (jl_ingest_chunk_full(in) && !jl_ingest_chunk_flush(in, err)) return false;
    if (!jl_ingest_chunk_take(in, err)) return false;
  }
  return true;
}

/* --all-or-nothing: as a dry run first. Then it begins anew, as if nothing had been read. */
static bool rehearse(struct jl_ingest *in, struct jl_error *err) {
  in->cli->dry_run = true;
  bool ok = pass(in, make, err) && send_sums(in, err) && jl_ingest_chunk_flush(in, err);
  in->cli->dry_run = false;
  if (!ok) return false;
  if (in->rejected > 0) {
    in->cli->dry_run = in->nothing = true; /* the report says what would have come of it, and fails */
    return jl_ingest_report(in, err);
  }
  jl_ingest_index_free(&in->index);
  jl_arena_reset(in->sum_arena);
  in->sums = NULL;
  in->sum_index = NULL;
  in->sum_count = in->sum_capacity = in->sum_slots = 0;
  in->rows = in->done = in->twice = in->groups = 0;
  in->part = in->directory_part = 0;
  in->says_figures = false;
  in->early = 0;
  in->kept_count = in->sample_count = in->titled_count = in->left_count = 0;
  memset(in->fates, 0, sizeof in->fates);
  memset(&in->outcome, 0, sizeof in->outcome);
  return true;
}

static bool go(struct jl_ingest *in, struct jl_error *err) {
  in->notes = true;
  if (!pass(in, only_names, err) || !jl_ingest_names_run(in, err)) return false;
  in->notes = false;
  jl_point("import.named");
  if (!jl_ingest_names_ask(in, err)) return false;
  jl_ingest_names_tell(in);
  if (!know(in, err)) return false;
  if (in->all_or_nothing && !in->preview && !in->cli->dry_run && !rehearse(in, err)) return false;
  return pass(in, make, err) && send_sums(in, err) && jl_ingest_chunk_flush(in, err) && jl_ingest_earlier(in, err);
}

/* ---- the whole ---- */
static bool open_file(struct jl_ingest *in, const char *path, struct jl_error *err) {
  const char *slash = strrchr(path, '/');
  in->path = path;
  in->file_name = slash != NULL && slash[1] != '\0' ? slash + 1 : path;
  in->name = jl_cli_option(in->cli, "name") != NULL ? jl_cli_option(in->cli, "name") : jl_ingest_base_name(in->cli->arena, in->file_name);
  if (in->name == NULL) return jl_ingest_no_memory(err);
  in->reading = jl_table_options(in->cli);
  in->reading.named = jl_ingest_bind;
  in->reading.context = in;
  in->file = jl_source_open(path, err);
  in->reader = in->file == NULL ? NULL : jl_reader_open(in->file, &in->reading, err);
  if (in->reader != NULL) in->found = jl_reader_found(in->reader);
  return in->reader != NULL;
}

static bool begin(struct jl_ingest *in, const char *as, struct jl_error *err) {
  struct jl_cli *cli = in->cli;
  in->row_arena = jl_arena_new(JL_INGEST_ROW_ARENA);
  in->chunk.arena = jl_arena_new(JL_INGEST_CHUNK_ARENA);
  in->sum_arena = jl_arena_new(JL_INGEST_SUM_ARENA);
  for (size_t i = 0; i < JL_COUNT(in->before); i++) in->before[i].arena = jl_arena_new(JL_INGEST_CHUNK_ARENA);
  in->kept = jl_arena_array(cli->arena, JL_INGEST_KEPT, sizeof *in->kept);
  in->preview = jl_cli_option(cli, "preview") != NULL;
  in->overwrite = jl_cli_option(cli, "overwrite") != NULL;
  in->restore = jl_cli_option(cli, "restore") != NULL;
  in->all_or_nothing = jl_cli_option(cli, "all-or-nothing") != NULL;
  if (in->row_arena == NULL || in->chunk.arena == NULL || in->sum_arena == NULL || in->kept == NULL || in->before[0].arena == NULL || in->before[1].arena == NULL) return jl_ingest_no_memory(err);
  return choose(in, as, err);
}

static void end(struct jl_ingest *in) {
  jl_reader_free(in->reader);
  jl_source_free(in->file);
  jl_arena_free(in->row_arena);
  jl_arena_free(in->chunk.arena);
  jl_arena_free(in->sum_arena);
  for (size_t i = 0; i < JL_COUNT(in->before); i++) jl_arena_free(in->before[i].arena);
  jl_ingest_progress_end(in);
  jl_ingest_index_free(&in->index);
  jl_ingest_index_free(&in->figures_made);
  jl_ingest_index_free(&in->expenses_made);
  jl_ingest_campaigns_free(in);
  jl_ingest_rejects_end(in);
  jl_ingest_known_free(in);
}

static bool run(struct jl_ingest *in, const char *path, struct jl_error *err) {
  if (in->source != NULL && in->cli->profile == NULL && !jl_cli_ready(in->cli, JL_COMMAND_PLAN | JL_COMMAND_WRITES, err)) return false;
  if (in->source != NULL) in->input = jl_plan_input_of(in->cli, &in->cli->plan);
  if (in->source != NULL && !jl_ingest_bind_begin(in, err)) return false;
  if (!open_file(in, path, err)) return false;
  if (in->source == NULL) return jl_ingest_suggest(in, err);
  if (in->cli->profile == NULL) {
    if (!jl_cli_ready(in->cli, JL_COMMAND_PLAN | JL_COMMAND_WRITES, err)) return false;
    in->input = jl_plan_input_of(in->cli, &in->cli->plan);
  }
  if (!jl_ingest_bind_end(in, err) || !take_keys(in, err)) return false;
  if (!jl_ingest_mapping_look(in, err) || !jl_ingest_rejects_look(in, err)) return false;
  jl_ingest_tell_columns(in);
  in->begun_us = jl_monotonic_us();
  if (!jl_ingest_resume_begin(in, err)) return false;
  jl_ingest_resume_signals(true);
  jl_ingest_listen(in, true);
  bool ok = go(in, err);
  jl_ingest_listen(in, false);
  jl_ingest_resume_signals(false);
  jl_ingest_progress_end(in);
  if (!ok) return false;
  jl_ingest_resume_end(in);
  if (in->made_expenses && !in->preview) jl_cli_tell_overspent(in->cli);
  if (!jl_ingest_mapping_save(in, err)) return false;
  return jl_ingest_report(in, err);
}

bool jl_ingest_file(struct jl_cli *cli, const char *path, const char *as, struct jl_error *err) {
  struct jl_ingest *in = jl_arena_alloc(cli->arena, sizeof *in);
  if (in == NULL) return jl_ingest_no_memory(err);
  in->cli = cli;
  bool ok = jl_ingest_mapping_use(cli, &as, &in->saved_options, err) && begin(in, as, err) && run(in, path, err);
  end(in);
  return ok;
}

/* ---- for sources ---- */
struct jl_cli *jl_ingest_cli(const struct jl_ingest *in) { return in->cli; }
const struct jl_input *jl_ingest_input(const struct jl_ingest *in) { return &in->input; }
const struct jl_table_found *jl_ingest_table(const struct jl_ingest *in) { return in->found; }
bool jl_ingest_notes(const struct jl_ingest *in) { return in->notes; }
struct jl_arena *jl_ingest_arena(struct jl_ingest *in) { return in->row_arena; }

bool jl_ingest_leave(struct jl_ingest *in, const char *reason) {
  size_t i = 0;
  in->leaves = true;
  if (in->notes || jl_ingest_known_looks(in)) return true; /* counted when records are made */
  while (i < in->left_count && in->left[i].why != reason) i++;
  if (i == JL_COUNT(in->left)) i--;
  if (i == in->left_count) {
    in->left[in->left_count].why = reason;
    in->left[in->left_count++].count = 0; /* of this pass */
  }
  in->left[i].count++;
  return true;
}

void *jl_ingest_state(struct jl_ingest *in, size_t size) {
  if (in->state == NULL) in->state = jl_arena_alloc(in->cli->arena, size);
  return in->state;
}
