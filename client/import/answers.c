/* What an import will ask for that its file does not say: the fields that no column fills, the currency of its amounts, whether they are with VAT. A
 * preview's next command says all of it, so that it can be run as it stands: who imports corrects what is not so. */
#include "client/import/about.h"
#include "client/import/ingest_run.h"
#include "client/import/parts.h"
#include "common/record/schema.h"
#include <string.h>

/* The columns as the import will take them; what the reader found stays as it is. */
static struct jl_ingest *bound(struct jl_cli *cli, const struct jl_table_found *found, const struct jl_ingest_guess *guess) {
  struct jl_ingest *in = jl_arena_alloc(cli->arena, sizeof *in);
  struct jl_table_found *copy = jl_arena_alloc(cli->arena, sizeof *copy);
  struct jl_column *columns = jl_arena_array(cli->arena, found->column_count + 1, sizeof *columns);
  struct jl_ingest_source *own = jl_arena_alloc(cli->arena, sizeof *own);
  struct jl_error ignored = {0};
  if (in == NULL || copy == NULL || columns == NULL || own == NULL) return NULL;
  memcpy(columns, found->columns, found->column_count * sizeof *columns);
  *copy = *found;
  copy->columns = columns;
  *in = (struct jl_ingest){.cli = cli, .row_arena = cli->arena, .found = copy, .file_name = ""};
  for (size_t i = 0; jl_ingest_sources[i] != NULL; i++)
    if (guess->known ? jl_ingest_sources[i]->vocabulary != NULL && strcmp(jl_ingest_sources[i]->vocabulary, found->source) == 0 : strcmp(jl_ingest_sources[i]->name, guess->as) == 0) in->source = jl_ingest_sources[i];
  in->type = in->source == NULL ? jl_record_type_by_name(guess->as) : NULL;
  if (in->type != NULL) {
    *own = jl_ingest_type_source;
    own->name = in->type->command;
    in->source = own;
  }
  if (in->source == NULL || !jl_ingest_bind_begin(in, &ignored)) return NULL;
  in->row_arena = jl_arena_new(JL_INGEST_ROW_ARENA); /* reset by the binding */
  if (in->row_arena != NULL) jl_ingest_bind(in, copy);
  jl_arena_free(in->row_arena);
  in->row_arena = cli->arena;
  return in->bind_error.code == JL_E_OK && in->slot_of != NULL ? in : NULL;
}

/* The plan's first one of them, when a plan is chosen and its server can be asked. */
static bool first_of(struct jl_ingest *in, uint32_t type, const struct jl_record_state **ret) {
  const struct jl_record_state *records;
  struct jl_error ignored = {0};
  struct jl_cli *cli = in->cli;
  char name[256];
  size_t n = 0;
  *ret = NULL;
  if (cli->profile == NULL) {
    if (!jl_cli_ready(cli, JL_COMMAND_NO_LOGIN, &ignored) || (jl_id_is_zero(&cli->plan) && cli->plan_name == NULL) || !jl_cli_connect(cli, true, &ignored)) return false;
    if (cli->plan_name != NULL && !jl_cli_resolve_plan(cli, cli->plan_name, &cli->plan, name, sizeof name, &ignored)) return false;
  }
  if (jl_id_is_zero(&cli->plan) || !jl_ingest_all(in, type, &records, &n, &ignored)) return false;
  for (size_t i = 0; i < n; i++)
    if (records[i].number > 0 && (*ret == NULL || records[i].number < (*ret)->number)) *ret = &records[i];
  return *ret != NULL;
}

static void put_needed(struct jl_ingest *in, const struct jl_slot *s, struct jl_buffer *more) {
  const struct jl_field *f = s->field;
  const struct jl_record_type *of = f != NULL && f->kind == JL_KIND_REFERENCE && f->reference_count > 0 ? jl_record_type_by_number(f->references[0]) : NULL;
  const struct jl_record_state *record = NULL;
  char reference[JL_REFERENCE_SIZE] = "...";
  if (of != NULL) jl_reference_text(of->number, of->space == JL_SPACE_PLAN && first_of(in, of->number, &record) ? record->number : 1, reference);
  jl_buffer_printf(more, " --set %s=%s", s->name, reference);
}

static bool put_amounts(struct jl_ingest *in, const char *amounts, bool currency, struct jl_buffer *more) {
  struct jl_error ignored = {0};
  char code[4];
  int64_t basis;
  bool asks_currency = currency && !jl_about_currency(in, jl_ingest_column(in, amounts), code, &ignored), asks_basis = !jl_about_basis(in, amounts, &basis, &ignored);
  if (asks_currency) jl_buffer_text(more, " --set currency=EUR");
  if (asks_basis) jl_buffer_text(more, " --set vat-basis=net");
  return asks_currency || asks_basis;
}

static bool put_answers(struct jl_ingest *in, struct jl_buffer *more) {
  bool any = false;
  for (size_t i = 0; i < in->slot_count; i++) {
    const struct jl_slot *s = &in->slots[i];
    if (!s->needed || s->column >= 0 || s->is_set || jl_ingest_column(in, JL_INGEST_REF) >= 0) continue;
    put_needed(in, s, more);
    any = true;
  }
  if (in->type == NULL) return (jl_ingest_column(in, "spend") >= 0 && put_amounts(in, "spend", true, more)) || any;
  const struct jl_slot *net = in->type->number == JL_TYPE_EXPENSE ? jl_ingest_slot(in, "net") : NULL;
  bool asks = net != NULL && net->column >= 0 && net->alike && !jl_ingest_has(in, "gross"); /* as source_expense.c asks */
  return (asks && put_amounts(in, "net", false, more)) || any;
}

const char *jl_ingest_answers(struct jl_cli *cli, const struct jl_table_found *found, const struct jl_ingest_guess *guess, bool *ret_answers) {
  struct jl_ingest *in = guess->known || guess->as != NULL ? bound(cli, found, guess) : NULL;
  struct jl_buffer more;
  jl_buffer_init(&more, 4096);
  if (!guess->known) jl_buffer_printf(&more, " --as %s", guess->as != NULL ? guess->as : "TYPE");
  *ret_answers = in != NULL && put_answers(in, &more);
  jl_buffer_text(&more, " --dry-run");
  const char *words = jl_buffer_cstring(&more), *text = words == NULL ? NULL : jl_arena_strdup(cli->arena, words);
  jl_buffer_release(&more);
  return text;
}
