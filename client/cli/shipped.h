/* Files that come with the program, in the format of plan import (import.c): templates and playbooks, each kind in a folder of its own. Another
 * one is a file there, or anywhere, named with its path. */
#ifndef JL_CLI_SHIPPED_H
#define JL_CLI_SHIPPED_H
#include "client/cli/import.h"

struct jl_shelf {
  const char *source, *installed; /* folders: of the source tree, when it is there; of an installed program */
  const char *missing, *hint;     /* message ids: there is no {1}; what to do */
};
extern const struct jl_shelf jl_shelf_templates, jl_shelf_playbooks;
bool jl_shelf_has(struct jl_cli *cli, const struct jl_shelf *shelf, const char *name);
/* An import of that file, nothing read yet, and its path. NULL: there is none, err says so. */
struct jl_import *jl_shelf_take(struct jl_cli *cli, const struct jl_shelf *shelf, const char *name, const char **ret_path, struct jl_error *err);
/* A document with every file of the shelf: name, title, how many records, description. */
JL_MUST_CHECK bool jl_shelf_list(struct jl_cli *cli, const struct jl_shelf *shelf, const char *view, const char *title, const char *note,
                                 struct jl_error *err);
/* A file of it: its title and description, and its records by type. */
JL_MUST_CHECK bool jl_shelf_show(struct jl_cli *cli, const struct jl_shelf *shelf, const char *view, const char *title, struct jl_error *err);
#endif
