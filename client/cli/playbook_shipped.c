/* Playbooks that come with the program (client/playbooks): found by their name where the plan has none that is called so; looked at; taken into
 * the plan, where they are records like any other, to be made one's own. */
#include "client/cli/playbook.h"
#include "client/cli/shipped.h"
#include "common/base/text.h"
#include "common/record/schema.h"
#include <string.h>

static struct jl_import *records_of(struct jl_cli *cli, const char *name, struct jl_error *err) {
  const char *path;
  struct jl_import *im = jl_shelf_take(cli, &jl_shelf_playbooks, name, &path, err);
  if (im == NULL) return NULL;
  im->plan = cli->plan;
  im->input = jl_plan_input_of(cli, &cli->plan);
  return jl_import_open(im, path, err) && jl_import_records(im, err) ? im : NULL;
}

static bool is_step(const struct jl_import_item *item) { return item->type == JL_TYPE_PLAYBOOK_STEP; }

bool jl_playbook_shipped(struct jl_cli *cli, const char *name, struct jl_lookup *ret, struct jl_error *err) {
  const struct jl_import *im = records_of(cli, name, err);
  struct jl_record_state *steps = im == NULL ? NULL : jl_arena_array(cli->arena, im->item_count + 1, sizeof *steps);
  bool found = false;
  if (im == NULL) return false;
  if (steps == NULL) return jl_cli_no_link(err);
  for (size_t i = 0; i < im->item_count; i++) {
    const struct jl_import_item *item = &im->items[i];
    const struct jl_record_state state = {.type = item->type, .id = item->id, .body = item->record};
    if (is_step(item)) steps[ret->below_count++] = state;
    if (item->type != JL_TYPE_PLAYBOOK) continue;
    ret->record = state;
    found = true;
  }
  ret->below = steps;
  return found || jl_fail(err, JL_E_INVALID, JL_MSG("there is no playbook in {1}"), JL_MSG("a record of the type playbook, and its steps"), jl_arg_text(name));
}

/* A playbook of the plan that is called so comes before a file of that name; a file comes before what only begins like that. */
static bool is_called(struct jl_cli *cli, const struct jl_lookup *found, const char *name) {
  char reference[JL_REFERENCE_SIZE], id[JL_ID_TEXT_SIZE];
  jl_reference_text(found->record.type, found->record.number, reference);
  jl_id_format(&found->record.id, id);
  const char *title = jl_text_fold(cli->arena, jl_title_text(cli, JL_TYPE_PLAYBOOK, found->record.body)), *wanted = jl_text_fold(cli->arena, name),
             *number = jl_text_fold(cli->arena, reference);
  return title != NULL && wanted != NULL && number != NULL && (strcmp(title, wanted) == 0 || strcmp(number, wanted) == 0 || strcmp(id, wanted) == 0);
}

bool jl_playbook_find(struct jl_cli *cli, const char *name, struct jl_lookup *ret, struct jl_error *err) {
  static const uint32_t steps[] = {JL_TYPE_PLAYBOOK_STEP};
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_PLAYBOOK);
  *ret = (struct jl_lookup){.text = name, .type = type, .children = steps, .child_count = JL_COUNT(steps)};
  bool shipped = jl_shelf_has(cli, &jl_shelf_playbooks, name), is_file = strchr(name, '/') != NULL;
  if (!is_file && jl_lookup_one(cli, ret, err) && (!shipped || is_called(cli, ret, name))) return true;
  if (!is_file && !shipped) return false;
  *err = (struct jl_error){0};
  *ret = (struct jl_lookup){.text = name, .type = type};
  return jl_playbook_shipped(cli, name, ret, err);
}

bool jl_cmd_playbook_catalogue(struct jl_cli *cli, struct jl_error *err) {
  if (cli->word_count > 0) return jl_shelf_show(cli, &jl_shelf_playbooks, "playbook", JL_MSG("playbook"), err);
  return jl_shelf_list(cli, &jl_shelf_playbooks, "playbooks", JL_MSG("playbooks"),
                       JL_MSG("jalon playbook use NAME --lever REF makes its actions and KPIs; jalon playbook take NAME brings it into the plan, to be changed"), err);
}

bool jl_cmd_playbook_take(struct jl_cli *cli, struct jl_error *err) {
  struct jl_import *im = records_of(cli, cli->words[0], err);
  struct jl_group *g = im == NULL ? NULL : jl_group_new(&cli->plan);
  struct jl_outcome_of outcome;
  size_t steps = 0;
  if (im == NULL) return false;
  if (g == NULL) return jl_cli_no_link(err);
  for (size_t i = 0; i < im->item_count; i++) {
    jl_group_create(g, im->items[i].type, &im->items[i].id, im->items[i].record);
    steps += is_step(&im->items[i]);
  }
  bool ok = jl_cli_submit(cli, g, &outcome, err);
  jl_group_free(g);
  if (!ok) return false;
  jl_say(cli, cli->dry_run ? JL_MSG("the playbook {1} would be in the plan; its steps: {2}") : JL_MSG("the playbook {1} is in the plan; its steps: {2}{3}"),
         jl_arg_text(jl_import_words(jl_json_member(im->root, "template"), "title")), jl_arg_integer((int64_t)steps), jl_cli_made(cli, &outcome));
  jl_cli_done(cli, &outcome);
  return true;
}
