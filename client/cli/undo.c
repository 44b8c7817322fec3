/* undo: what still waits to be sent is simply taken back; else the inverse of my last group of this plan, as a new group. What it expects to find is what my group left behind, so
 * somebody else's later change of the same field is a conflict and not overwritten. */
#include "client/cli/cli.h"
#include "common/record/record.h"
#include <inttypes.h>
#include <stdio.h>

struct undoing {
  struct jl_cli *cli;
  struct jl_group *group;
  uint64_t revision;
  struct jl_error error;
  size_t left_out;
  bool mine;
};

/* How deep records of a type can stand: what belongs to anything (comments) 2, what belongs to something 1, else 0. */
static int depth_of(uint32_t type_number) {
  const struct jl_record_type *type = jl_record_type_by_number(type_number);
  const struct jl_field *parent = type == NULL ? NULL : jl_parent_field(type);
  return parent == NULL ? 0 : parent->reference_count == 1 && parent->references[0] == 0 ? 2 : 1;
}

static bool comes_to_be(const struct jl_log_change *c) { return c->verb == JL_VERB_CREATE || c->verb == JL_VERB_RESTORE; }

static void invert(struct undoing *u, const struct jl_log_change *c) {
  switch (c->verb) {
  case JL_VERB_CREATE:
    jl_group_delete(u->group, c->type, &c->id, u->revision, false);
    return;
  case JL_VERB_DELETE:
    jl_group_restore(u->group, c->type, &c->id);
    return;
  case JL_VERB_RESTORE:
    jl_group_delete(u->group, c->type, &c->id, u->revision, true);
    return; /* it came back with what is below it */
  default:
    break;
  }
  const struct jl_record_type *type = jl_record_type_by_number(c->type);
  bool opened = false;
  for (size_t i = 0; i < c->field_count; i++) {
    const struct jl_log_field *f = &c->fields[i];
    const struct jl_field *field = type == NULL ? NULL : jl_field_by_number(type, f->field);
    if (f->erased || field == NULL) {
      u->left_out++;
      continue;
    }
    if (!opened) jl_group_update(u->group, c->type, &c->id);
    opened = true;
    if (field->merge == JL_MERGE_COUNTER) {
      int64_t before = jl_record_number(f->before, field, 0), after = jl_record_number(f->after, field, 0);
      jl_group_count(u->group, f->field, before - after, NULL, NULL);
    } else
      jl_group_field(u->group, f->field, f->after, f->before);
  }
}

static void on_log(void *context, const struct jl_reply *reply) {
  struct undoing *u = context;
  jl_cli_heard(u->cli, reply);
  u->error = reply->error;
  struct jl_id person = jl_profile_identity(u->cli->profile)->person;
  /* Deletions from the deepest up, so that nothing is left below; then the rest from the top down. */
  for (int pass = 0; pass < 6; pass++)
    for (size_t e = reply->log_count; e > 0; e--) {
      const struct jl_log_entry *entry = &reply->log[e - 1];
      if (entry->revision != u->revision) continue;
      u->mine = jl_id_equal(&entry->author, &person);
      for (size_t i = entry->change_count; i > 0; i--) {
        const struct jl_log_change *c = &entry->changes[i - 1];
        if (comes_to_be(c) == (pass < 3) && depth_of(c->type) == (pass < 3 ? 2 - pass : pass - 3)) invert(u, c);
      }
    }
}

/* The newest group of this plan, when it was not decided yet. */
static const struct jl_outbox_group *newest_waiting(struct jl_cli *cli) {
  struct jl_outbox_ask ask = {.space = &cli->plan, .states = 1u << JL_OUTBOX_QUEUED | 1u << JL_OUTBOX_SENT | 1u << JL_OUTBOX_PARKED | 1u << JL_OUTBOX_DONE};
  const struct jl_outbox_group *groups;
  size_t n = 0;
  struct jl_error ignored;
  if (!jl_cli_has_outbox(cli) || !jl_local_outbox(cli->local, &ask, cli->arena, &groups, &n, &ignored)) return NULL;
  return n == 0 || groups[n - 1].state == JL_OUTBOX_DONE ? NULL : &groups[n - 1];
}

static bool take_back(struct jl_cli *cli, const struct jl_outbox_group *g, struct jl_error *err) {
  struct jl_buffer words;
  struct jl_names names = {.cli = cli};
  jl_buffer_init(&words, 65536);
  names.space = g->space;
  (void)jl_plan_input_of(cli, &cli->plan); /* its currency */
  jl_group_names(g, &names);
  jl_names_learn(&names, &g->space);
  jl_group_words(g, &names, &words);
  const struct jl_arg what = jl_arg_textn((const char *)words.data, words.size);
  jl_buffer_release(&words);
  if (!cli->dry_run && !jl_local_drop(cli->local, g->id, false, err)) return false;
  jl_say(cli, cli->dry_run ? JL_MSG("would be taken back, it was not sent: {1}") : JL_MSG("taken back, it was not sent: {1}"), what);
  if (cli->json)
    printf("{\"revision\":null,\"taken_back\":\"W%" PRIu64 "\",\"dry_run\":%s}\n", g->id, cli->dry_run ? "true" : "false");
  return true;
}

/* In the profile, or a group that waited and was sent by a later command. */
static uint64_t last_own(struct jl_cli *cli) {
  uint64_t profile = jl_profile_last_own(cli->profile, &cli->plan), outbox = jl_cli_has_outbox(cli) ? jl_local_last_own(cli->local, &cli->plan) : 0;
  return outbox > profile ? outbox : profile;
}

bool jl_cmd_undo(struct jl_cli *cli, struct jl_error *err) {
  const struct jl_outbox_group *waiting = newest_waiting(cli);
  if (waiting != NULL) return take_back(cli, waiting, err);
  struct undoing u = {.cli = cli, .revision = last_own(cli)};
  if (u.revision == 0)
    return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("this profile has changed nothing in this plan that could be undone"), NULL);
  u.group = jl_group_new(&cli->plan);
  if (u.group == NULL) return jl_cli_no_link(err);
  bool ok = jl_client_read_log(cli->client, &cli->plan, u.revision, u.revision, 0, on_log, &u) != 0 || jl_cli_no_link(err);
  ok = ok && jl_cli_wait(cli, err);
  if (ok && u.error.code != JL_E_OK) {
    *err = u.error;
    ok = false;
  }
  if (ok && (!u.mine || jl_group_edits(u.group) == 0))
    ok = jl_fail(err, JL_E_NOT_FOUND, JL_MSG("r{1} holds nothing of yours that can be undone"), JL_MSG("see jalon history"),
                 jl_arg_revision(u.revision));
  struct jl_outcome_of outcome;
  ok = ok && jl_cli_submit(cli, u.group, &outcome, err);
  if (ok) {
    if (jl_group_edits(u.group) == 1 && !cli->dry_run)
      jl_say(cli, JL_MSG("r{1} is undone{2}"), jl_arg_revision(u.revision), jl_cli_made(cli, &outcome));
    else
      jl_say(cli, cli->dry_run ? JL_MSG("r{1} would be undone ({2} changes)") : JL_MSG("r{1} is undone ({2} changes){3}"),
           jl_arg_revision(u.revision), jl_arg_integer((int64_t)jl_group_edits(u.group)), jl_cli_made(cli, &outcome));
    if (u.left_out > 0)
      jl_talk(cli, JL_MSG("{1} values were erased or are not known to this program and stay as they are"),
              jl_arg_integer((int64_t)u.left_out));
    jl_cli_done(cli, &outcome);
  }
  jl_group_free(u.group);
  return ok;
}
