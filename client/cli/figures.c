/* figures set: the figures of a lever or campaign in a period, in one line: jalon figures set SEO --period 2026-03 visits=5000 leads=120
 * customers=3 revenue=9000. Those that are there get the new values.
 */
#include "client/cli/figures.h"
#include "client/import/ingest_run.h"
#include "common/base/text.h"
#include "common/model/measures/figures.h"
#include "common/record/schema.h"
#include <string.h>

static bool take_value(struct jl_told_figures *f, struct jl_told_figure *one, bool amount, const char *text, struct jl_error *err) {
  struct jl_value value;
  const struct jl_field *field = jl_field_by_number(jl_record_type_by_number(JL_TYPE_FIGURE), amount ? JL_FIGURE_AMOUNT : JL_FIGURE_COUNT);
  if (!jl_input_value(&f->input, field, text, &value, err)) return false;
  if (value.number < 0) return jl_fail(err, JL_E_INVALID, JL_MSG("{1} is below 0"), NULL, jl_arg_text(text));
  one->has_count = !amount;
  one->has_amount = amount;
  one->count = amount ? 0 : value.number;
  one->amount = amount ? value.number : 0;
  return true;
}

static bool no_stage(const char *name, struct jl_error *err) {
  return jl_fail(err, JL_E_INVALID, JL_MSG("\"{1}\" is no stage"), JL_MSG("visits, leads, MQL, SQL, opportunities, pipeline, customers, revenue, or a stage of a funnel of the plan"),
                 jl_arg_text(name));
}

/* ---- set ---- */
static bool take_assignment(struct jl_told_figures *f, const struct jl_told_figure *of, const char *word, struct jl_error *err) {
  const char *equals = strchr(word, '='), *name = jl_arena_strndup(f->cli->arena, word, (size_t)(equals - word));
  struct jl_told_figure one = *of;
  bool amount = false;
  if (name == NULL) return jl_cli_no_link(err);
  one.stage = jl_told_stage(f, name, &amount);
  if (one.stage == NULL) return no_stage(name, err);
  return take_value(f, &one, amount, equals + 1, err) && jl_told_add(f, &one, err);
}

static struct jl_lookup *wants(struct jl_told_figures *f, const char *text, uint32_t field) {
  struct jl_lookup *one = jl_lookup_add(f->cli, &f->lookups, text);
  if (one != NULL) one->field = jl_field_by_number(jl_record_type_by_number(JL_TYPE_FIGURE), field);
  return one;
}

/* The campaign's lever goes with it, so that who may not read actions has it too. */
static void take_whose(struct jl_told_figure *of, const struct jl_lookup *lever, const struct jl_lookup *action) {
  of->has_lever = lever != NULL;
  if (lever != NULL) of->lever = lever->record.id;
  of->has_action = action != NULL;
  if (action == NULL) return;
  of->action = action->record.id;
  if (!of->has_lever) of->has_lever = jl_record_id(jl_record_type_by_number(JL_TYPE_ACTION), action->record.body, JL_ACTION_LEVER, &of->lever);
}

static bool whose(struct jl_told_figures *f, const char *lever, struct jl_told_figure *of, struct jl_error *err) {
  const char *campaign = jl_cli_option(f->cli, "campaign");
  if ((lever != NULL && wants(f, lever, JL_FIGURE_LEVER) == NULL) || (campaign != NULL && wants(f, campaign, JL_FIGURE_ACTION) == NULL)) return jl_cli_no_link(err);
  if (f->lookups.count > 0 && !jl_lookups_run(f->cli, &f->lookups, err)) return false;
  for (size_t i = 0; i < f->lookups.count; i++)
    if (f->lookups.items[i].error.code != JL_E_OK) {
      *err = f->lookups.items[i].error;
      return false;
    }
  take_whose(of, lever == NULL ? NULL : &f->lookups.items[0], campaign == NULL ? NULL : &f->lookups.items[lever != NULL]);
  return true;
}

bool jl_cmd_figures_set(struct jl_cli *cli, struct jl_error *err) {
  struct jl_told_figures *f = jl_arena_alloc(cli->arena, sizeof *f);
  struct jl_told_figure of = {0};
  const char *period = jl_cli_option(cli, "period"), *platform = jl_cli_option(cli, "platform"), *lever = strchr(cli->words[0], '=') == NULL ? cli->words[0] : NULL;
  if (f == NULL) return jl_cli_no_link(err);
  if (period == NULL) return jl_fail(err, JL_E_USAGE, JL_MSG("of which period are these figures?"), JL_MSG("such as --period 2026-03"));
  if (platform != NULL && (of.platform = jl_told_platform(cli->arena, platform)) == NULL) return jl_cli_no_link(err);
  if (cli->word_count == 1 && lever != NULL) return jl_fail(err, JL_E_USAGE, JL_MSG("no figure is given"), JL_MSG("such as leads=120 customers=3 revenue=9000"));
  if (!jl_told_begin(f, cli, JL_BY_HAND, err) || !jl_told_period(f, period, &of.start, &of.end, err) || !whose(f, lever, &of, err)) return false;
  for (size_t i = lever != NULL; i < cli->word_count; i++) {
    if (strchr(cli->words[i], '=') == NULL)
      return jl_fail(err, JL_E_USAGE, JL_MSG("\"{1}\" is no figure"), JL_MSG("such as leads=120 customers=3 revenue=9000"), jl_arg_text(cli->words[i]));
    if (!take_assignment(f, &of, cli->words[i], err)) return false;
  }
  return jl_told_put(f, err);
}

bool jl_cmd_figures_import(struct jl_cli *cli, struct jl_error *err) { return jl_ingest_file(cli, cli->words[0], "figures", err); }
