/* allocation apply: the lines plan what the view gives them, in one group, and the budget is submitted with what is expected of each line in the
 * note (seed 001 step 6: concrete figures, and the ROI expected of each action). */
#include "client/cli/written.h"
#include "client/faces/format.h"
#include "common/record/schema.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* "B3=5000,B4=1 200,50": amounts as people write them become minor units for the view. */
static bool by_hand(struct jl_cli *cli, const char **ret, struct jl_error *err) {
  const struct jl_field *field = jl_field_by_number(jl_record_type_by_number(JL_TYPE_BUDGET_LINE), JL_BUDGET_LINE_PLANNED);
  const char *text = jl_cli_option(cli, "set"), *made = "";
  struct jl_input input = jl_plan_input_of(cli, &cli->plan);
  char *rest = text == NULL ? NULL : jl_arena_strndup(cli->arena, text, strlen(text));
  *ret = NULL;
  if (text == NULL) return true;
  while (rest != NULL) {
    char *next = strstr(rest, ",B"), *equals = strchr(rest, '=');
    struct jl_value value;
    if (next != NULL) *next++ = '\0';
    if (equals == NULL || (next != NULL && equals > next))
      return jl_fail(err, JL_E_USAGE, JL_MSG("--{1} does not take \"{2}\""), JL_MSG("as in --set B3=5000,B4=1200"), jl_arg_text("set"), jl_arg_text(rest));
    *equals = '\0';
    if (!jl_input_value(&input, field, equals + 1, &value, err)) return false;
    made = jl_arena_printf(cli->arena, "%s%s%s=%" PRId64, made, made[0] == '\0' ? "" : ",", rest, value.number);
    if (made == NULL) return jl_cli_no_link(err);
    rest = next;
  }
  *ret = made;
  return true;
}

static bool ask(struct jl_cli *cli, bool writes, const Jalon__Document **ret, uint64_t *ret_revision, struct jl_error *err) {
  struct jl_parameter parameters[3];
  size_t n = 0;
  const char *set;
  if (!by_hand(cli, &set, err)) return false;
  if (cli->word_count > 0) parameters[n++] = (struct jl_parameter){"record", cli->words[0]};
  if (set != NULL) parameters[n++] = (struct jl_parameter){"set", set};
  if (writes) parameters[n++] = (struct jl_parameter){"writes", "yes"};
  struct jl_view_ask question = {.space = cli->plan, .view = "allocation", .parameters = parameters, .parameter_count = n};
  return writes ? jl_cli_document(cli, &question, ret, ret_revision, err) : jl_cli_view(cli, &question, err);
}

bool jl_cmd_allocation(struct jl_cli *cli, struct jl_error *err) { return ask(cli, false, NULL, NULL, err); }

/* ---- the note ---- */
static void put_cell(const Jalon__Cell *cell, struct jl_buffer *out) {
  struct jl_arg value;
  if (cell != NULL && cell->has_kind && jl_arg_from_cell(cell, &value))
    jl_format_arg(&value, out);
  else
    jl_buffer_text(out, "-");
}

static const char *caption(const Jalon__Cell *line, const Jalon__Cell *action) {
  return action != NULL && action->text != NULL && action->text[0] != '\0' ? action->text : line != NULL && line->text != NULL ? line->text : "";
}

/* A line each: "A3 Webinar: 12 000 €, 40 leads, 4 customers, ROI 150 %". */
static const char *note_of(struct jl_cli *cli, const Jalon__Document *document) {
  const Jalon__Block *block = jl_cli_block(document, "allocation");
  const char *own = jl_cli_option(cli, "note");
  struct jl_buffer out;
  jl_buffer_init(&out, 12000);
  if (own != NULL) jl_buffer_text(&out, own);
  for (size_t i = 0; block != NULL && i < block->n_rows; i++) {
    const Jalon__Row *row = block->rows[i];
    const Jalon__Cell *given = jl_written_cell(block, row, "given");
    if (row->record == NULL || given == NULL || given->number == 0) continue;
    struct jl_buffer texts[4];
    static const char *const columns[] = {"given", "leads", "customers", "roi"};
    struct jl_arg args[5] = {jl_arg_text(caption(jl_written_cell(block, row, "line"), jl_written_cell(block, row, "action")))};
    for (size_t c = 0; c < JL_COUNT(columns); c++) {
      jl_buffer_init(&texts[c], 200);
      put_cell(jl_written_cell(block, row, columns[c]), &texts[c]);
      args[c + 1] = jl_arg_text(jl_buffer_ok(&texts[c]) ? jl_buffer_cstring(&texts[c]) : "");
      jl_buffer_release(&texts[c]);
    }
    if (out.size > 0) jl_buffer_text(&out, "\n");
    const Jalon__Cell *roi = jl_written_cell(block, row, "roi");
    jl_format_words(roi != NULL && roi->has_number ? JL_MSG("{1}: {2}, leads {3}, customers {4}, expected ROI {5}") : JL_MSG("{1}: {2}"), args, 5, &out);
  }
  const char *text = jl_buffer_ok(&out) && out.size > 0 ? jl_arena_strndup(cli->arena, (const char *)out.data, out.size) : NULL;
  jl_buffer_release(&out);
  return text;
}

bool jl_cmd_allocation_apply(struct jl_cli *cli, struct jl_error *err) {
  const Jalon__Document *document;
  struct jl_outcome_of outcome = {0};
  uint64_t revision;
  size_t count = 0;
  if (!ask(cli, true, &document, &revision, err)) return false;
  if (jl_cli_block(document, "allocation") == NULL)
    return jl_fail(err, JL_E_INVALID, JL_MSG("there is no global budget to split yet"), JL_MSG("jalon allocation says what is missing"));
  if (cli->face.face == JL_FACE_TERMINAL && !cli->quiet && !jl_cli_print_document(cli, document, err)) return false;
  struct jl_group *g = jl_group_new(&cli->plan);
  bool submits = jl_cli_option(cli, "no-submit") == NULL, ok = (g != NULL || jl_cli_no_link(err)) && jl_cli_mark_document(cli, &cli->plan, document, revision, err);
  ok = ok && jl_written_put(cli, document, g, &count, err);
  if (ok && count == 0) {
    jl_say(cli, JL_MSG("the budget is split so already: nothing to change"));
    jl_group_free(g);
    return true;
  }
  ok = ok && (!submits || jl_written_submit(cli, g, note_of(cli, document), &submits, err)) && jl_written_agreed(cli, g, err) && jl_cli_submit(cli, g, &outcome, err);
  jl_group_free(g);
  if (!ok) return false;
  struct jl_arg approval = jl_written_approval(&outcome);
  jl_say(cli,
         cli->dry_run && submits ? JL_MSG("{1} lines and months would be planned anew, and the budget submitted")
         : cli->dry_run ? JL_MSG("{1} lines and months would be planned anew")
         : approval.text[0] != '\0' ? JL_MSG("{1} lines and months are planned anew, and the budget is submitted: {2}{3}")
                                    : JL_MSG("{1} lines and months are planned anew{3}; jalon undo takes it back"),
         jl_arg_integer((int64_t)count), approval, jl_cli_made(cli, &outcome));
  jl_cli_done(cli, &outcome);
  return true;
}
