/* The inbox of one plan beside a view: a line for a dashboard, and what was read, as long as something is watched: it changes when a mark is
 * set, on whichever machine. */
#include "client/cli/cli.h"
#include "common/base/calendar.h"
#include "common/record/schema.h"
#include <string.h>

#define OWN_AGAIN_US 10000000LL /* a person who has read nothing yet has no space of his own */

/* ---- a line ---- */
static size_t rows_of(const Jalon__Document *inbox, const char *block) {
  for (size_t i = 0; i < inbox->n_blocks; i++)
    if (inbox->blocks[i]->name != NULL && strcmp(inbox->blocks[i]->name, block) == 0) return inbox->blocks[i]->n_rows;
  return 0;
}

const char *jl_inbox_line(const Jalon__Document *inbox, struct jl_arg ret_args[2], int *ret_n) {
  size_t waiting = rows_of(inbox, "waiting"), news = rows_of(inbox, "news");
  *ret_n = 0;
  if (waiting > 0) ret_args[(*ret_n)++] = jl_arg_integer((int64_t)waiting);
  if (news > 0) ret_args[(*ret_n)++] = jl_arg_integer((int64_t)news);
  return waiting > 0 && news > 0 ? JL_MSG("{1} to answer and {2} new in your inbox of this plan: jalon inbox")
         : waiting > 0           ? JL_MSG("{1} to answer in your inbox of this plan: jalon inbox")
         : news > 0              ? JL_MSG("{1} new in your inbox of this plan: jalon inbox")
                                 : NULL;
}

/* No inbox, none that can be had: no note. */
void jl_inbox_note(struct jl_cli *cli, const struct jl_id *plan, Jalon__Document *document) {
  struct jl_read_so_far read = {.cli = cli, .plan = *plan};
  struct jl_view_ask ask = {.space = *plan, .view = "inbox"};
  struct jl_error ignored;
  struct jl_arg args[2];
  const Jalon__Document *inbox;
  uint64_t revision;
  int n;
  if (jl_id_is_zero(&jl_profile_identity(cli->profile)->person) || !jl_read_begin(&read, &ignored)) return;
  ask.parameters = read.parameters;
  ask.parameter_count = read.parameter_count;
  if (!jl_cli_document(cli, &ask, &inbox, &revision, &ignored)) return;
  const char *message = jl_inbox_line(inbox, args, &n);
  if (message != NULL) jl_cli_add_note(cli, document, "inbox", message, args, n);
}

/* ---- what was read ---- */
static bool same(const char *a, const char *b) { return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0; }

/* true: it is something else than before. */
static bool take(struct jl_read_so_far *read, const struct jl_inbox_marks *marks) {
  const char *since = jl_inbox_marks_since(read->cli, marks, &read->plan), *single = jl_inbox_marks_single(read->cli, marks, &read->plan);
  bool changed = !same(since, read->since) || !same(single, read->single);
  read->since = since;
  read->single = single;
  read->parameter_count = 0;
  if (since != NULL) read->parameters[read->parameter_count++] = (struct jl_parameter){"since", since};
  if (single != NULL) read->parameters[read->parameter_count++] = (struct jl_parameter){"read", single};
  return changed;
}

bool jl_read_begin(struct jl_read_so_far *read, struct jl_error *err) {
  struct jl_inbox_marks marks;
  if (!jl_inbox_marks_read(read->cli, &marks, err)) return false;
  (void)take(read, &marks);
  return true;
}

static void on_marks(void *context, const struct jl_reply *reply) {
  struct jl_read_so_far *read = context;
  struct jl_inbox_marks marks;
  if (reply->error.code == JL_E_OK && jl_inbox_marks_of(read->cli, reply, &marks) && take(read, &marks)) read->changed(read->context);
}

static void on_own(void *context, const struct jl_event *event) {
  struct jl_read_so_far *read = context;
  if (event->kind == JL_EVENT_ENDED) {
    read->own_again_us = jl_monotonic_us() + OWN_AGAIN_US;
    return;
  }
  if (event->kind == JL_EVENT_CHANGES || (event->kind == JL_EVENT_SNAPSHOT && event->last))
    (void)!jl_inbox_marks_ask(read->cli, on_marks, read);
}

void jl_read_follow(struct jl_read_so_far *read) {
  struct jl_id person = jl_profile_identity(read->cli->profile)->person;
  if (jl_id_is_zero(&person) || jl_monotonic_us() < read->own_again_us) return;
  read->own_again_us = INT64_MAX;
  if (jl_client_subscribe(read->cli->client, &person, on_own, read) == 0) read->own_again_us = jl_monotonic_us() + OWN_AGAIN_US;
}
