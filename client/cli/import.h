/* One import under way; the format is described in import.c. */
#ifndef JL_CLI_IMPORT_H
#define JL_CLI_IMPORT_H
#include "client/cli/cli.h"
#include "common/record/json.h"
struct jl_import_key {
  const char *key;
  struct jl_id id;
};
struct jl_import_item { /* a record that is ready to be sent */
  struct jl_id space, id;
  uint32_t type;
  struct jl_bytes record;
  bool bound; /* to the one that is sent before it: in one group with it */
};
struct jl_import_move { /* to its place in its list */
  const struct jl_import_item *item;
  const struct jl_id *after;
};
struct jl_import {
  struct jl_cli *cli;
  struct jl_input input;
  const struct jl_json *root, *records;
  bool defaults;
  struct jl_import_key *keys;
  size_t key_capacity; /* a power of two */
  struct jl_id plan;
  char name[256];
  struct jl_import_item *items; /* in the file's order; nothing is sent before all are good */
  size_t item_count, item_capacity;
  const struct jl_import_item *sent; /* the same in the order in which they are sent */
  struct jl_import_move *moves;      /* after them */
  size_t move_count;
  struct jl_group *group;
  struct jl_id run;    /* of this import */
  const char *as;      /* its name */
  const struct jl_given_option *plan_options; /* of a new plan from a template: what was given for its own fields */
  size_t plan_option_count;
  uint32_t part;       /* groups of the plan that were begun */
  struct jl_outcome_of outcome;
  size_t total, done, new_people;
};
/* import.c. A text that is written in several languages gives that of the user. */
JL_MUST_CHECK bool jl_import_read(struct jl_import *im, const char *path, struct jl_error *err); /* to look at it; open: to import it */
JL_MUST_CHECK bool jl_import_open(struct jl_import *im, const char *path, struct jl_error *err);
const char *jl_import_words(const struct jl_json *object, const char *name); /* NULL: there is none */
/* Checks all that was opened, makes it, chooses the plan and says what came of it. name: of the new plan; NULL: the file's, or --new, --into. */
JL_MUST_CHECK bool jl_import_make(struct jl_import *im, const char *name, struct jl_error *err);
JL_MUST_CHECK bool jl_import_records(struct jl_import *im, struct jl_error *err); /* only reads and checks the records: im->items, for the plan im->plan */
struct jl_import_key *jl_import_find(const struct jl_import *im, const char *key); /* the slot; key NULL: free */
JL_MUST_CHECK bool jl_import_add_key(struct jl_import *im, const char *key, const struct jl_id *id,
                                     const struct jl_json *where /* NULL: replaces */, struct jl_error *err);
const char *jl_import_text(const struct jl_json *object, const char *name);
JL_MUST_CHECK bool jl_import_record(struct jl_import *im, const struct jl_record_type *type, const struct jl_json *j,
                                    struct jl_bytes *ret_record, struct jl_error *err);
JL_MUST_CHECK bool jl_import_put(struct jl_import *im, const struct jl_id *space, uint32_t type, const struct jl_id *id,
                                 struct jl_bytes record, struct jl_error *err);
/* import_unknown.c: the type of a record, which may be one that this program does not know; and the fields that are written "#99". */
const struct jl_record_type *jl_import_type(struct jl_import *im, const struct jl_json *record, struct jl_error *err);
JL_MUST_CHECK bool jl_import_unknown(struct jl_import *im, const struct jl_record_type *type, const struct jl_json *object,
                                     struct jl_bytes *record, struct jl_error *err);
/* Sends all items, in groups that know the import, so that it can be undone as a whole; says how far it is. */
JL_MUST_CHECK bool jl_import_send(struct jl_import *im, struct jl_error *err);
/* import_currency.c */
const char *jl_import_currency_of(const struct jl_import *im, struct jl_bytes plan); /* of that record; "": none, or no memory */
/* The first record with amounts in the currency of the plan it comes from, where that is another than the one it goes to; NULL: none. */
const struct jl_import_item *jl_import_in_currency(const struct jl_import *im, const char *from, const char *to);
JL_MUST_CHECK bool jl_import_same_currency(const struct jl_import *im, const char *from, const char *to, const char *hint, struct jl_error *err);
JL_MUST_CHECK bool jl_import_order(struct jl_import *im, struct jl_error *err);  /* import_order.c */
JL_MUST_CHECK bool jl_import_people(struct jl_import *im, struct jl_error *err); /* import_people.c */
#endif
