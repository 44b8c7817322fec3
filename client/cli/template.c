/* Templates: plans to start from (shipped.h). Their dates count from the start of the plan that is made. */
#include "client/cli/shipped.h"

bool jl_plan_from_template(struct jl_cli *cli, const char *name, struct jl_error *err) {
  const char *path, *start = jl_cli_option(cli, "start");
  struct jl_import *im = jl_shelf_take(cli, &jl_shelf_templates, name, &path, err);
  if (im == NULL) return false;
  im->run = jl_id_random();
  im->as = name;
  im->input = jl_plan_input(cli, (struct jl_bytes){NULL, 0});
  im->plan_options = cli->options;
  im->plan_option_count = cli->option_count;
  if (start != NULL && !jl_input_date(&im->input, start, &im->input.today, err)) return false;
  return jl_import_open(im, path, err) && jl_import_make(im, cli->words[0], err);
}

bool jl_cmd_template_list(struct jl_cli *cli, struct jl_error *err) {
  return jl_shelf_list(cli, &jl_shelf_templates, "templates", JL_MSG("templates"),
                       JL_MSG("jalon plan new \"...\" --template NAME --start DATE makes a plan of one; jalon template show NAME says what is in it"), err);
}

bool jl_cmd_template_show(struct jl_cli *cli, struct jl_error *err) {
  return jl_shelf_show(cli, &jl_shelf_templates, "template", JL_MSG("template"), err);
}
