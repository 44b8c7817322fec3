/* conflicts: what was refused and waits for its author, each with what was seen, what is there now, what was wanted, who and
 * when. One row per field; a refusal as a whole (a rule, a deleted record) is one row. */
#include "client/cli/cli.h"
#include "common/record/schema.h"
#include <string.h>

static const struct jl_field *field_of(const struct jl_conflict *c) {
  const struct jl_record_type *type = jl_record_type_by_number(c->type);
  return type == NULL || c->field == 0 ? NULL : jl_field_by_number(type, c->field);
}

static void put_text(struct jl_builder *b, const char *text) {
  jl_cell_text(b, (struct jl_bytes){(const uint8_t *)text, text != NULL ? strlen(text) : 0});
}

static void put_value(struct jl_builder *b, const struct jl_names *names, const struct jl_field *field, struct jl_bytes slice) {
  struct jl_buffer text;
  jl_buffer_init(&text, 1u << 20);
  jl_names_put(names, field, slice, &text);
  jl_cell_text(b, jl_buffer_bytes(&text));
  jl_buffer_release(&text);
}

static void put_error(struct jl_builder *b, const struct jl_error *why) {
  struct jl_buffer text;
  jl_buffer_init(&text, 65536);
  jl_format_words(why->message, why->args, JL_ERROR_ARGS, &text);
  jl_cell_text(b, jl_buffer_bytes(&text));
  jl_buffer_release(&text);
}

static bool depends_on(const struct jl_outbox_group *g, uint64_t id) {
  for (size_t i = 0; i < g->depends_count; i++)
    if (g->depends_on[i] == id) return true;
  return false;
}

/* What is parked behind it: "W13 A6 Webinar: ...; W14 ..." */
static void put_followers(struct jl_builder *b, struct jl_outbox_list *list, const struct jl_outbox_group *of) {
  struct jl_buffer text;
  jl_buffer_init(&text, 65536);
  for (size_t i = 0; i < list->count; i++) {
    char number[32];
    if (list->groups[i].state != JL_OUTBOX_PARKED || !depends_on(&list->groups[i], of->id)) continue;
    jl_group_number_text(&list->groups[i], number);
    jl_buffer_printf(&text, "%s%s ", text.size > 0 ? "; " : "", number);
    jl_group_words(&list->groups[i], &list->names, &text);
  }
  jl_cell_text(b, jl_buffer_bytes(&text));
  jl_buffer_release(&text);
}

static void put_columns(struct jl_builder *b) {
  jl_block_begin(b, JL_BLOCK_CARDS, "conflicts", NULL);
  jl_column(b, "conflict", JL_MSG("conflict"), JL_ARG_TEXT, 0);
  jl_column(b, "record", JL_MSG("record"), JL_ARG_TEXT, 0);
  jl_column(b, "field", JL_MSG("field"), JL_ARG_LABEL, 0);
  jl_column(b, "base", JL_MSG("you saw"), JL_ARG_TEXT, 1);
  jl_column(b, "theirs", JL_MSG("now"), JL_ARG_TEXT, 1);
  jl_column(b, "author", JL_MSG("changed by"), JL_ARG_TEXT, 1);
  jl_column(b, "time", JL_MSG("changed on"), JL_ARG_TIME, 1);
  jl_column(b, "revision", JL_MSG("in revision"), JL_ARG_REVISION, 1);
  jl_column(b, "mine", JL_MSG("yours"), JL_ARG_TEXT, 1);
  jl_column(b, "made", JL_MSG("yours made on"), JL_ARG_TIME, 1);
  jl_column(b, "why", JL_MSG("refused because"), JL_ARG_TEXT, 1);
  jl_column(b, "waiting", JL_MSG("waits for it"), JL_ARG_TEXT, 1);
}

static void put_conflict(struct jl_builder *b, struct jl_outbox_list *list, const struct jl_outbox_group *g, const struct jl_conflict *c) {
  const struct jl_field *field = field_of(c);
  const struct jl_arg nothing = {0};
  bool deleted = g->error.code == JL_E_RECORD_DELETED;
  struct jl_buffer caption;
  char number[32];
  jl_group_number_text(g, number);
  jl_buffer_init(&caption, 4096);
  jl_outbox_caption(c->type, c->number, c->title, &caption);
  jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
  put_text(b, number);
  jl_cell_text(b, jl_buffer_bytes(&caption));
  jl_buffer_release(&caption);
  if (field != NULL) jl_cell_label(b, field->label, field->name);
  else jl_cell(b, nothing);
  if (field != NULL) put_value(b, &list->names, field, c->base);
  else jl_cell(b, nothing);
  if (deleted) put_text(b, jl_tr(JL_MSG("deleted")));
  else if (field != NULL) put_value(b, &list->names, field, c->theirs);
  else jl_cell(b, nothing);
  put_text(b, c->author_name);
  jl_cell(b, c->time_us != 0 ? jl_arg_time(c->time_us) : nothing);
  jl_cell(b, c->revision != 0 ? jl_arg_revision(c->revision) : nothing);
  if (field != NULL) put_value(b, &list->names, field, c->mine);
  else jl_cell(b, nothing);
  jl_cell(b, jl_arg_time(g->created_us));
  if (field == NULL || deleted) put_error(b, &g->error);
  else jl_cell(b, nothing);
  put_followers(b, list, g);
}

static void put_refusal(struct jl_builder *b, struct jl_outbox_list *list, const struct jl_outbox_group *g) {
  const struct jl_arg nothing = {0};
  struct jl_buffer text;
  char number[32];
  jl_group_number_text(g, number);
  jl_buffer_init(&text, 65536);
  if (g->edit_count > 0) jl_outbox_caption(g->edits[0].type, g->edits[0].number, g->edits[0].title, &text);
  jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
  put_text(b, number);
  jl_cell_text(b, jl_buffer_bytes(&text));
  for (int i = 0; i < 6; i++) jl_cell(b, nothing);
  jl_buffer_clear(&text);
  jl_group_words(g, &list->names, &text);
  jl_cell_text(b, jl_buffer_bytes(&text));
  jl_buffer_release(&text);
  jl_cell(b, jl_arg_time(g->created_us));
  put_error(b, &g->error);
  put_followers(b, list, g);
}

/* ---- reading ---- */
bool jl_conflicts_read(struct jl_cli *cli, struct jl_outbox_list *ret_list, struct jl_error *err) {
  struct jl_outbox_ask ask = {.states = 1u << JL_OUTBOX_REFUSED | 1u << JL_OUTBOX_PARKED};
  *ret_list = (struct jl_outbox_list){.names = {.cli = cli}};
  if (!jl_cli_open_local(cli, JL_LOCAL_WAIT_MS, err)) return false;
  if (!jl_cli_has_outbox(cli)) return true;
  if (!jl_local_outbox(cli->local, &ask, cli->arena, &ret_list->groups, &ret_list->count, err)) return false;
  for (size_t i = 0; i < ret_list->count; i++) {
    const struct jl_outbox_group *g = &ret_list->groups[i];
    jl_group_names(g, &ret_list->names);
    for (size_t c = 0; c < g->conflict_count; c++) {
      const struct jl_field *field = field_of(&g->conflicts[c]);
      jl_names_want(&ret_list->names, field, g->conflicts[c].base);
      jl_names_want(&ret_list->names, field, g->conflicts[c].theirs);
      jl_names_want(&ret_list->names, field, g->conflicts[c].mine);
    }
  }
  (void)jl_plan_input_of(cli, &cli->plan); /* its currency */
  jl_names_learn(&ret_list->names, &cli->plan);
  return true;
}

void jl_conflicts_put(struct jl_builder *b, struct jl_outbox_list *list, const struct jl_outbox_group *g) {
  put_columns(b);
  for (size_t i = 0; i < list->count; i++) {
    const struct jl_outbox_group *one = &list->groups[i];
    if (one->state != JL_OUTBOX_REFUSED || (g != NULL && g != one)) continue;
    list->names.space = one->space;
    for (size_t c = 0; c < one->conflict_count; c++) put_conflict(b, list, one, &one->conflicts[c]);
    if (one->conflict_count == 0) put_refusal(b, list, one);
  }
}

bool jl_cmd_conflicts(struct jl_cli *cli, struct jl_error *err) {
  struct jl_outbox_list list;
  size_t refused = 0;
  if (!jl_conflicts_read(cli, &list, err)) return false;
  for (size_t i = 0; i < list.count; i++) refused += list.groups[i].state == JL_OUTBOX_REFUSED;
  struct jl_builder *b = jl_builder_new(cli->arena, "conflicts", jl_cli_today(cli), NULL);
  if (b == NULL) return jl_cli_no_link(err);
  jl_builder_title(b, JL_MSG("Conflicts"), NULL, 0);
  jl_builder_currency(b, cli->currency);
  jl_conflicts_put(b, &list, NULL);
  jl_block_begin(b, JL_BLOCK_NOTES, "notes", NULL);
  if (refused == 0) jl_note(b, JL_TONE_NONE, JL_MSG("there is none"), NULL, 0);
  if (refused > 0)
    jl_note(b, JL_TONE_NONE, JL_MSG("jalon resolve NUMBER --mine writes yours, --theirs keeps what is there, --edit VALUE writes another; "
                                    "without option it asks, field by field"),
            NULL, 0);
  if (!jl_builder_ok(b)) return jl_cli_no_link(err);
  return jl_cli_print_document(cli, jl_builder_document(b), err);
}
