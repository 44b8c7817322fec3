/* What a lever or an action that is deleted leaves behind: the money that was planned and ordered for it counts for no lever, or no action, from then
 * on. What was spent keeps it from being deleted (common/model/budget/kept.c); the rest is said, with what gives it another one. */
#include "client/cli/cli.h"
#include "common/record/schema.h"
#include <string.h>

static const Jalon__Cell *cell_named(const Jalon__Block *block, const Jalon__Row *row, const char *name) {
  for (size_t c = 0; c < block->n_columns && c < row->n_cells; c++)
    if (strcmp(block->columns[c]->name, name) == 0) return row->cells[c];
  return NULL;
}

static int64_t amount_of(const Jalon__Block *block, const Jalon__Row *row, const char *name) {
  const Jalon__Cell *cell = cell_named(block, row, name);
  return cell == NULL || !cell->has_kind || cell->kind != JL_ARG_MONEY ? 0 : cell->number;
}

static bool is_of(const Jalon__Row *row, const struct jl_id *id) {
  return row->record != NULL && row->record->id.len == sizeof id->bytes && memcmp(row->record->id.data, id->bytes, sizeof id->bytes) == 0;
}

/* The row of the record in the budget by levers, or by actions. *ret_block NULL: nothing counts for it, or nobody may tell. */
static const Jalon__Row *row_of(const Jalon__Document *document, const struct jl_id *id, const Jalon__Block **ret_block) {
  for (size_t b = 0; b < document->n_blocks; b++)
    for (size_t r = 0; r < document->blocks[b]->n_rows; r++)
      if (is_of(document->blocks[b]->rows[r], id)) {
        *ret_block = document->blocks[b];
        return document->blocks[b]->rows[r];
      }
  return NULL;
}

static bool is_new(const struct jl_left_behind *left, const struct jl_id *line) {
  for (size_t i = 0; i < left->lines && i < JL_LEFT_LINES; i++)
    if (jl_id_equal(&left->line[i], line)) return false;
  return true;
}

static void add_line(struct jl_left_behind *left, const struct jl_id *line, uint64_t number) {
  if (!is_new(left, line)) return;
  if (left->lines == 0) jl_reference_text(JL_TYPE_BUDGET_LINE, number, left->first);
  if (left->lines < JL_LEFT_LINES) left->line[left->lines] = *line;
  left->lines++;
}

/* The lines below the row of a lever. */
static void add_rows(struct jl_left_behind *left, const Jalon__Block *block, const Jalon__Row *of) {
  bool below = false;
  for (size_t r = 0; r < block->n_rows; r++) {
    const Jalon__Row *row = block->rows[r];
    struct jl_id line;
    if (below && row->level <= of->level) return;
    below = below || row == of;
    if (row == of || !below || row->record == NULL || row->record->type != JL_TYPE_BUDGET_LINE || row->record->id.len != sizeof line.bytes) continue;
    memcpy(line.bytes, row->record->id.data, sizeof line.bytes);
    add_line(left, &line, row->record->number);
  }
}

/* ---- the lines that name an action, or have a share of it ---- */
struct paging {
  struct jl_left_behind *left;
  const struct jl_record_type *type;
  uint32_t action; /* its field */
  struct jl_id wanted, last;
  bool more;
};

static void on_page(void *context, const struct jl_reply *reply) {
  struct paging *p = context;
  p->more = false;
  if (reply->error.code != JL_E_OK || reply->found_count == 0) return;
  const struct jl_found *found = &reply->found[0];
  p->more = reply->has_more && found->record_count > 0;
  for (size_t i = 0; i < found->record_count; i++) {
    const struct jl_record_state *record = &found->records[i];
    struct jl_id action, line = record->id;
    p->last = record->id;
    if (!jl_record_id(p->type, record->body, p->action, &action) || !jl_id_equal(&action, &p->wanted)) continue;
    if (p->type->number == JL_TYPE_BUDGET_SHARE && !jl_record_id(p->type, record->body, JL_BUDGET_SHARE_LINE, &line)) continue;
    add_line(p->left, &line, p->type->number == JL_TYPE_BUDGET_LINE ? record->number : 0);
  }
}

static void add_naming(struct jl_cli *cli, struct jl_left_behind *left, const struct jl_id *action) {
  static const struct { uint32_t type, action; } from[] = {{JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_ACTION}, {JL_TYPE_BUDGET_SHARE, JL_BUDGET_SHARE_ACTION}};
  struct jl_lookup first = {.deleted = true};
  struct jl_error ignored;
  for (size_t i = 0; i < JL_COUNT(from); i++) {
    struct paging p = {.left = left, .type = jl_record_type_by_number(from[i].type), .action = from[i].action, .wanted = *action};
    for (bool begun = false; !begun || p.more; begun = true)
      if (jl_client_read_page(cli->client, &cli->plan, p.type->number, begun ? &p.last : NULL, false, on_page, &p) == 0 || !jl_cli_wait(cli, &ignored)) return;
  }
  if (left->lines == 0 || left->first[0] != '\0') return; /* of a share only its line's id is known */
  first.id = left->line[0];
  if (jl_lookup_one(cli, &first, &ignored)) jl_reference_text(JL_TYPE_BUDGET_LINE, first.record.number, left->first);
}

void jl_cli_find_left_behind(struct jl_cli *cli, const struct jl_record_state *record, struct jl_left_behind *ret) {
  bool lever = record->type == JL_TYPE_LEVER;
  const struct jl_parameter parameters[] = {{"by", lever ? "lever" : "action"}, {"basis", "net"}};
  struct jl_view_ask ask = {.space = cli->plan, .view = "budget", .parameters = parameters, .parameter_count = JL_COUNT(parameters)};
  const Jalon__Document *document;
  const Jalon__Block *block = NULL;
  struct jl_error ignored; /* the record is deleted, whatever comes of the question */
  uint64_t revision;
  *ret = (struct jl_left_behind){.of = record->type};
  if ((!lever && record->type != JL_TYPE_ACTION) || cli->quiet || !jl_cli_document(cli, &ask, &document, &revision, &ignored)) return;
  const Jalon__Row *row = row_of(document, &record->id, &block);
  if (row == NULL) return;
  ret->planned = amount_of(block, row, "planned");
  ret->ordered = amount_of(block, row, "committed");
  memcpy(ret->currency, document->currency != NULL && strlen(document->currency) == 3 ? document->currency : "", document->currency != NULL && strlen(document->currency) == 3 ? 4 : 1);
  if (ret->planned == 0 && ret->ordered == 0) return;
  if (lever)
    add_rows(ret, block, row);
  else
    add_naming(cli, ret, &record->id);
}

void jl_cli_tell_left_behind(const struct jl_cli *cli, const struct jl_left_behind *left) {
  if (left->lines == 0) return;
  const char *lever = cli->dry_run ? JL_MSG("budget lines that would count for no lever: {1}, planned {2}, ordered {3} (excl. VAT); to give one another: jalon budget-line set {4} --lever ...")
                                   : JL_MSG("budget lines that count for no lever now: {1}, planned {2}, ordered {3} (excl. VAT); to give one another: jalon budget-line set {4} --lever ...");
  const char *action = cli->dry_run ? JL_MSG("budget lines that would count for no action: {1}, planned {2}, ordered {3} (excl. VAT); to give one another: jalon budget-line set {4} --action ...")
                                    : JL_MSG("budget lines that count for no action now: {1}, planned {2}, ordered {3} (excl. VAT); to give one another: jalon budget-line set {4} --action ...");
  jl_talk(cli, left->of == JL_TYPE_LEVER ? lever : action, jl_arg_integer((int64_t)left->lines), jl_arg_money(left->planned, left->currency),
          jl_arg_money(left->ordered, left->currency), jl_arg_text(left->first));
}
