/* Submitting a group, and saying what became of it. */
#include "client/cli/cli.h"
#include "common/record/json.h"
#include "common/record/schema.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct waiting {
  struct jl_cli *cli;
  struct jl_outcome_of outcome;
  struct jl_error error;
};

static void print_slice(struct jl_buffer *out, const struct jl_cli *cli, const struct jl_field *field, struct jl_bytes slice) {
  size_t before = out->size;
  if (field != NULL) jl_format_slice(field, slice, cli->currency[0] != '\0' ? cli->currency : NULL, NULL, out);
  if (out->size == before) jl_buffer_text(out, jl_tr(JL_MSG("(nothing)")));
}

static void conflict_line(struct jl_buffer *out, const struct jl_cli *cli, const char *label, const struct jl_field *field,
                          struct jl_bytes slice) {
  jl_buffer_text(out, "  ");
  jl_buffer_text(out, jl_tr(label));
  jl_buffer_text(out, " ");
  print_slice(out, cli, field, slice);
}

/* Base, theirs, mine, who and when: nothing is lost, the user picks. */
static void print_conflict(const struct jl_cli *cli, const struct jl_conflict *c, struct jl_buffer *out) {
  const struct jl_record_type *type = jl_record_type_by_number(c->type);
  const struct jl_field *field = type == NULL || c->field == 0 ? NULL : jl_field_by_number(type, c->field);
  char reference[32];
  jl_reference_text(c->type, c->number, reference);
  jl_buffer_printf(out, "%s %s", reference, c->title != NULL ? c->title : "");
  if (field != NULL) jl_buffer_printf(out, ": %s", jl_tr(field->label));
  jl_buffer_byte(out, '\n');
  if (field != NULL) {
    conflict_line(out, cli, JL_MSG("you saw:"), field, c->base);
    jl_buffer_byte(out, '\n');
    conflict_line(out, cli, JL_MSG("now:    "), field, c->theirs);
  } else
    jl_buffer_text(out, "  ");
  jl_buffer_text(out, "  (");
  struct jl_arg who[] = {jl_arg_text(c->author_name), jl_arg_time(c->time_us), jl_arg_integer((int64_t)c->revision)};
  bool named = c->author_name != NULL && c->author_name[0] != '\0';
  jl_format_words(named && c->time_us != 0 ? JL_MSG("{1}, {2}, r{3}") : named ? JL_MSG("{1}, r{3}") : JL_MSG("r{3}"), who, 3, out);
  jl_buffer_text(out, ")\n");
  if (field != NULL) {
    conflict_line(out, cli, JL_MSG("yours:  "), field, c->mine);
    jl_buffer_byte(out, '\n');
  }
  struct jl_arg how[] = {jl_arg_text(reference), jl_arg_text("")};
  snprintf(how[1].text, sizeof how[1].text, "%" PRIu64, c->revision);
  jl_buffer_text(out, "  ");
  jl_format_words(
      JL_MSG("to keep the present value do nothing; to write yours, look with jalon show {1} and repeat, or repeat with --base r{2}"), how,
      2, out);
  jl_buffer_byte(out, '\n');
}

static void json_value(struct jl_buffer *out, const char *key, const struct jl_cli *cli, const struct jl_field *field,
                       struct jl_bytes slice) {
  struct jl_buffer text;
  jl_buffer_init(&text, 65536);
  if (field != NULL) jl_format_slice(field, slice, cli->currency, NULL, &text);
  jl_buffer_printf(out, ",\"%s\":", key);
  jl_json_write_string(out, text.data != NULL ? (const char *)text.data : "", text.size);
  jl_buffer_release(&text);
}

static void json_conflict(const struct jl_cli *cli, const struct jl_conflict *c, struct jl_buffer *out) {
  const struct jl_record_type *type = jl_record_type_by_number(c->type);
  const struct jl_field *field = type == NULL || c->field == 0 ? NULL : jl_field_by_number(type, c->field);
  char reference[32];
  jl_reference_text(c->type, c->number, reference);
  jl_buffer_printf(out, "{\"record\":\"%s\",\"field\":\"%s\",\"revision\":%" PRIu64, reference, field != NULL ? field->name : "",
                   c->revision);
  jl_buffer_text(out, ",\"author\":");
  jl_json_write_string(out, c->author_name != NULL ? c->author_name : "", c->author_name != NULL ? strlen(c->author_name) : 0);
  json_value(out, "base", cli, field, c->base);
  json_value(out, "theirs", cli, field, c->theirs);
  json_value(out, "mine", cli, field, c->mine);
  jl_buffer_byte(out, '}');
}

static void show_conflicts(const struct jl_cli *cli, const struct jl_verdict *v) {
  struct jl_buffer out;
  jl_buffer_init(&out, 4u << 20);
  if (cli->json) jl_buffer_text(&out, "{\"conflicts\":[");
  for (size_t i = 0; i < v->conflict_count; i++) {
    if (cli->json && i > 0) jl_buffer_byte(&out, ',');
    if (cli->json)
      json_conflict(cli, &v->conflicts[i], &out);
    else
      print_conflict(cli, &v->conflicts[i], &out);
  }
  if (cli->json) jl_buffer_text(&out, "]}\n");
  if (jl_buffer_ok(&out) && out.size > 0) (void)!fwrite(out.data, 1, out.size, cli->json ? stdout : stderr);
  jl_buffer_release(&out);
}

static void on_verdict(void *context, const struct jl_reply *reply) {
  struct waiting *w = context;
  w->error = reply->error;
  const struct jl_verdict *v = reply->verdict;
  if (v == NULL) return;
  w->outcome.decided = true;
  w->outcome.revision = v->revision;
  w->outcome.merged = v->merged;
  struct jl_bytes given = jl_arena_dup(w->cli->arena, (struct jl_bytes){(const uint8_t *)v->given, v->given_count * sizeof *v->given});
  w->outcome.given = (const struct jl_given *)(const void *)given.data;
  w->outcome.given_count = given.data != NULL ? v->given_count : 0;
  w->error = v->error;
  if (v->error.code != JL_E_OK && v->conflict_count > 0) show_conflicts(w->cli, v);
}

static bool finish(struct waiting *w, struct jl_outcome_of *ret_outcome, struct jl_error *err) {
  if (w->error.code == JL_E_REPLICA_FORKED) {
    *err = w->error;
    jl_talk(w->cli, JL_MSG("this profile was copied from another one: it has a new identity now; run the command again"));
    return false;
  }
  if (w->error.code != JL_E_OK) {
    *err = w->error;
    return false;
  }
  *ret_outcome = w->outcome;
  return true;
}

bool jl_cli_submit(struct jl_cli *cli, const struct jl_group *group, struct jl_outcome_of *ret_outcome, struct jl_error *err) {
  struct waiting w = {.cli = cli};
  if (!jl_cli_lock(cli, err)) return false;
  if (jl_client_submit(cli->client, group, cli->dry_run, on_verdict, &w, err) == 0) return false;
  return jl_cli_wait(cli, err) && finish(&w, ret_outcome, err);
}

/* Another command of this profile may be at work on it right now; then it is its business. */
bool jl_cli_resume(struct jl_cli *cli, struct jl_error *err) {
  struct jl_error ignored;
  uint64_t seq = 0;
  if (jl_profile_in_flight(cli->profile, NULL, NULL, &seq).size == 0) return true;
  bool was_locked = jl_profile_locked(cli->profile);
  if (!was_locked && !jl_profile_lock(cli->profile, 0, &ignored)) return true;
  bool ok = true;
  struct jl_id space;
  while (ok && jl_profile_in_flight(cli->profile, NULL, &space, &seq).size > 0) {
    struct waiting w = {.cli = cli};
    struct jl_outcome_of outcome;
    ok = jl_client_resume(cli->client, &space, on_verdict, &w) != 0 && jl_cli_wait(cli, err);
    if (!ok) break;
    if (finish(&w, &outcome, err)) {
      jl_talk(cli, JL_MSG("an earlier change without answer was made: r{1}"), jl_arg_integer((int64_t)outcome.revision));
      continue;
    }
    uint64_t still = 0;
    if (jl_profile_in_flight(cli->profile, &space, NULL, &still).size > 0)
      ok = false; /* still no answer */
    else
      jl_talk(cli, JL_MSG("an earlier change without answer was not made"));
  }
  if (!was_locked) jl_profile_unlock(cli->profile);
  return ok;
}

bool jl_cli_mark(struct jl_cli *cli, const struct jl_id *space, const struct jl_record_state *records, size_t n, struct jl_error *err) {
  bool was_locked = jl_profile_locked(cli->profile);
  if (!jl_cli_lock(cli, err)) return false;
  bool ok = true;
  for (size_t i = 0; i < n && ok; i++)
    ok = jl_profile_mark_shown(cli->profile, space, &records[i].id, records[i].type, records[i].number, records[i].revision) ||
         jl_cli_no_link(err);
  ok = ok && jl_profile_save(cli->profile, err);
  if (!was_locked) jl_profile_unlock(cli->profile);
  return ok;
}

void jl_cli_done(struct jl_cli *cli, const struct jl_outcome_of *outcome) {
  if (cli->dry_run && !cli->json) jl_say(cli, JL_MSG("dry run: nothing was changed"));
  if (outcome->merged) jl_say(cli, JL_MSG("somebody else changed the same record meanwhile: both changes were kept"));
  if (!cli->json) return;
  printf("{\"revision\":%" PRIu64 ",\"merged\":%s,\"dry_run\":%s,\"created\":[", outcome->revision, outcome->merged ? "true" : "false",
         cli->dry_run ? "true" : "false");
  for (size_t i = 0; i < outcome->given_count; i++) {
    char reference[32], id[JL_ID_TEXT_SIZE];
    jl_reference_text(outcome->given[i].type, outcome->given[i].number, reference);
    jl_id_format(&outcome->given[i].record, id);
    printf("%s{\"record\":\"%s\",\"id\":\"%s\"}", i > 0 ? "," : "", reference, id);
  }
  printf("]}\n");
}
