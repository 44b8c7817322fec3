/* person erase and person erasures: what RGPD calls the right to erasure, and the certificates of it.
 *
 * The account is closed first, so that nothing comes after; then what the person wrote goes, plan by plan; then the person's record, and with
 * it, in the same transaction of the database, the account and everything that only it had. What is interrupted is ended by the server (server/net/erasures.c). */
#include "client/cli/cli.h"
#include "client/cli/undo.h"
#include "common/model/governance/rights.h"
#include "common/record/schema.h"
#include <stdio.h>
#include <string.h>

#define ROUNDS_MAX 1000 /* of 2,000 texts each */
#define PATIENCE_MS 600000 /* 2,000 texts, each perhaps changed often, are one transaction: what it became is waited for */

struct erasing {
  struct jl_cli *cli;
  struct jl_record_state person;
  struct jl_plan_named *plans;
  size_t plan_count;
  char login[128]; /* "": none */
  struct jl_erasure *erasures;
  size_t erasure_count, erasure_capacity;
  bool more;
  struct jl_error error;
};

/* ---- asking ---- */
static void on_accounts(void *context, const struct jl_reply *reply) {
  struct erasing *e = context;
  e->error = reply->error;
  for (size_t i = 0; reply->error.code == JL_E_OK && i < reply->account_count; i++)
    if (jl_id_equal(&reply->accounts[i].person, &e->person.id) && reply->accounts[i].account != NULL)
      snprintf(e->login, sizeof e->login, "%s", reply->accounts[i].account);
}

static void on_erasures(void *context, const struct jl_reply *reply) {
  struct erasing *e = context;
  struct jl_arena *a = e->cli->arena;
  e->error = reply->error;
  if (reply->error.code != JL_E_OK) return;
  e->more = reply->has_more && reply->erasure_count > 0;
  if (e->erasure_count + reply->erasure_count > e->erasure_capacity) {
    e->erasure_capacity = 2 * (e->erasure_count + reply->erasure_count);
    struct jl_erasure *larger = jl_arena_array(a, e->erasure_capacity, sizeof *larger);
    if (larger == NULL) {
      (void)jl_cli_no_link(&e->error);
      return;
    }
    if (e->erasure_count > 0) memcpy(larger, e->erasures, e->erasure_count * sizeof *larger);
    e->erasures = larger;
  }
  for (size_t i = 0; i < reply->erasure_count; i++) {
    struct jl_erasure *kept = &e->erasures[e->erasure_count++];
    *kept = reply->erasures[i];
    kept->chain_before = jl_arena_dup(a, kept->chain_before);
    kept->chain_after = jl_arena_dup(a, kept->chain_after);
  }
}

static bool ask(struct erasing *e, const struct jl_account_ask *what, jl_done *done, struct jl_error *err) {
  e->error = (struct jl_error){0};
  if (jl_client_account(e->cli->client, what, done, e) == 0) return jl_cli_no_link(err);
  if (!jl_cli_wait(e->cli, err)) return false;
  if (e->error.code == JL_E_OK) return true;
  *err = e->error;
  return false;
}

static bool find_plans(struct erasing *e, struct jl_error *err) { return jl_cli_plans(e->cli, &e->plans, &e->plan_count, err); }

/* ---- the certificate ---- */
static const char *place_of(const struct erasing *e, const struct jl_id *space) {
  if (jl_id_equal(space, &jl_profile_identity(e->cli->profile)->organisation)) return NULL;
  for (size_t i = 0; i < e->plan_count; i++)
    if (jl_id_equal(space, &e->plans[i].id)) return e->plans[i].name;
  return "";
}

static const char *hex(struct jl_arena *a, struct jl_bytes bytes) {
  char *text = jl_arena_alloc(a, 2 * bytes.size + 1);
  for (size_t i = 0; text != NULL && i < bytes.size; i++) snprintf(text + 2 * i, 3, "%02x", bytes.data[i]);
  return text == NULL ? "" : text;
}

/* "P12": people are called so here, for what they were called is gone. */
static const char *called(const struct jl_lookups *people, const struct jl_id *id, char out[JL_REFERENCE_SIZE]) {
  snprintf(out, JL_REFERENCE_SIZE, "?");
  for (size_t i = 0; i < people->count; i++)
    if (people->items[i].error.code == JL_E_OK && jl_id_equal(&people->items[i].record.id, id))
      jl_reference_text(JL_TYPE_PERSON, people->items[i].record.number, out);
  return out;
}

static bool look_people_up(struct erasing *e, struct jl_lookups *people, struct jl_error *err) {
  for (size_t i = 0; i < 2 * e->erasure_count; i++) {
    const struct jl_id *id = i % 2 == 0 ? &e->erasures[i / 2].person : &e->erasures[i / 2].by;
    bool known = false;
    for (size_t k = 0; k < people->count; k++) known = known || jl_id_equal(&people->items[k].id, id);
    struct jl_lookup *one = known ? NULL : jl_lookup_add(e->cli, people, NULL);
    if (!known && one == NULL) return jl_cli_no_link(err);
    if (one == NULL) continue;
    one->id = *id;
    one->type = jl_record_type_by_number(JL_TYPE_PERSON);
    one->deleted = true;
  }
  return people->count == 0 || jl_lookups_run(e->cli, people, err);
}

static void columns(struct jl_builder *b) {
  jl_column(b, "time", JL_MSG("time"), JL_ARG_TIME, 0);
  jl_column(b, "person", JL_MSG("person"), JL_ARG_TEXT, 0);
  jl_column(b, "place", JL_MSG("where"), JL_ARG_TEXT, 0);
  jl_column(b, "revision", JL_MSG("revision"), JL_ARG_REVISION, 0);
  jl_column(b, "by", JL_MSG("by"), JL_ARG_TEXT, 1);
  jl_column(b, "records", JL_MSG("records"), JL_ARG_INTEGER, 0);
  jl_column(b, "changes", JL_MSG("values in the history"), JL_ARG_INTEGER, 0);
  jl_column(b, "refused", JL_MSG("refused changes"), JL_ARG_INTEGER, 2);
  jl_column(b, "account", JL_MSG("account"), JL_ARG_BOOL, 2);
  jl_column(b, "logins", JL_MSG("logins"), JL_ARG_INTEGER, 2);
  jl_column(b, "own", JL_MSG("of the own space"), JL_ARG_INTEGER, 3);
  jl_column(b, "texts_left", JL_MSG("texts that stay"), JL_ARG_INTEGER, 1);
  jl_column(b, "section", JL_MSG("section"), JL_ARG_LABEL, 4);
  jl_column(b, "chain_before", JL_MSG("chain before"), JL_ARG_TEXT, 5);
  jl_column(b, "chain_after", JL_MSG("chain after"), JL_ARG_TEXT, 5);
}

static void row(const struct erasing *e, struct jl_builder *b, const struct jl_lookups *people, const struct jl_erasure *of) {
  char person[JL_REFERENCE_SIZE], by[JL_REFERENCE_SIZE];
  const char *place = place_of(e, &of->space);
  jl_row_begin(b, NULL, 0, JL_ROW_NORMAL);
  jl_cell(b, jl_arg_time(of->time_us));
  jl_cell(b, jl_arg_text(called(people, &of->person, person)));
  if (place == NULL)
    jl_cell_label(b, JL_MSG("organisation"), "organisation");
  else
    jl_cell(b, jl_arg_text(place));
  jl_cell(b, jl_arg_revision(of->revision));
  jl_cell(b, jl_arg_text(called(people, &of->by, by)));
  jl_cell(b, jl_arg_integer((int64_t)of->records));
  jl_cell(b, jl_arg_integer((int64_t)of->changes));
  jl_cell(b, jl_arg_integer((int64_t)of->refused));
  struct jl_arg account = jl_arg_integer(of->account);
  account.kind = JL_ARG_BOOL;
  jl_cell(b, account);
  jl_cell(b, jl_arg_integer((int64_t)of->logins));
  jl_cell(b, jl_arg_integer((int64_t)of->own));
  jl_cell(b, jl_arg_integer((int64_t)of->texts_left));
  jl_cell_label(b, jl_section_label((enum jl_section)of->section), jl_section_label((enum jl_section)of->section));
  jl_cell(b, jl_arg_text(hex(e->cli->arena, of->chain_before)));
  jl_cell(b, jl_arg_text(hex(e->cli->arena, of->chain_after)));
}

/* Whose texts went and whose record did not: it was interrupted between the plans. */
static void unfinished(const struct erasing *e, struct jl_builder *b, const struct jl_lookup *person) {
  bool begun = false;
  if (person->error.code != JL_E_OK || jl_record_erased(person->type, person->record.body)) return;
  for (size_t i = 0; i < e->erasure_count; i++) begun = begun || jl_id_equal(&e->erasures[i].person, &person->record.id);
  if (!begun) return;
  char reference[JL_REFERENCE_SIZE];
  jl_reference_text(JL_TYPE_PERSON, person->record.number, reference);
  const struct jl_arg args[] = {jl_arg_text(reference)};
  jl_note(b, JL_TONE_WARN, JL_MSG("the erasure of {1} was interrupted: the server ends it within minutes, jalon person erase {1} at once"), args, JL_COUNT(args));
}

static bool print_certificate(struct erasing *e, const struct jl_id *person, struct jl_error *err) {
  struct jl_account_ask what = {.verb = JL_ERASURE_LIST};
  struct jl_lookups people = {0};
  if (person != NULL) what.person = *person;
  do {
    what.skip = (uint32_t)e->erasure_count;
    if (!ask(e, &what, on_erasures, err)) return false;
  } while (e->more);
  if (!look_people_up(e, &people, err)) return false;
  struct jl_builder *b = jl_builder_new(e->cli->arena, "erasures", jl_cli_today(e->cli), NULL);
  if (b == NULL) return jl_cli_no_link(err);
  jl_builder_title(b, JL_MSG("certificate of erasure"), NULL, 0);
  jl_block_begin(b, JL_BLOCK_TABLE, "erasures", NULL);
  columns(b);
  for (size_t i = 0; i < e->erasure_count; i++) row(e, b, &people, &e->erasures[i]);
  for (size_t i = 0; i < people.count; i++) unfinished(e, b, &people.items[i]);
  if (e->erasure_count == 0) jl_note(b, JL_TONE_MUTED, JL_MSG("nobody was erased"), NULL, 0);
  jl_note(b, JL_TONE_MUTED, JL_MSG("the database's files hold remains until jalond scrub, its write-ahead log and backups until they have aged out"), NULL, 0);
  if (e->erasure_count > 0)
    jl_note(b, JL_TONE_MUTED, JL_MSG("machines that the person used keep their copies and what was typed there, for nobody logs in from them any more: remove ~/.local/share/jalon there"), NULL, 0);
  return jl_cli_print_document(e->cli, jl_builder_document(b), err);
}

bool jl_cmd_person_erasures(struct jl_cli *cli, struct jl_error *err) {
  struct erasing e = {.cli = cli};
  struct jl_lookup one = {.text = cli->word_count > 0 ? cli->words[0] : NULL, .type = jl_record_type_by_number(JL_TYPE_PERSON), .deleted = true};
  if (!find_plans(&e, err) || (one.text != NULL && !jl_lookup_one(cli, &one, err))) return false;
  return print_certificate(&e, one.text == NULL ? NULL : &one.record.id, err);
}

/* ---- what others wrote of the person: found, for somebody to decide ---- */
#define TOLD 20
#define LEAST 4 /* bytes of a family name that is looked for by itself */

struct mentions {
  struct erasing *e;
  const char *words[4];
  size_t word_count, count;
};

static void add_word(struct mentions *m, const char *word) {
  if (word != NULL && strlen(word) >= LEAST) m->words[m->word_count++] = word;
}

static bool mentioned(const struct mentions *m, struct jl_bytes text) {
  char *copy = jl_arena_strndup(m->e->cli->arena, (const char *)text.data, text.size);
  for (size_t i = 0; copy != NULL && i < m->word_count; i++)
    if (strcasestr(copy, m->words[i]) != NULL) return true;
  return false;
}

static bool wrote_it(const struct mentions *m, const struct jl_record_state *r, const struct jl_record_type *type) {
  const struct jl_field *author = jl_field_by_name(type, "author");
  struct jl_id id;
  return jl_id_equal(&r->id, &m->e->person.id) ||
         (author != NULL && author->kind == JL_KIND_REFERENCE && jl_record_id(type, r->body, author->number, &id) && jl_id_equal(&id, &m->e->person.id));
}

static void look_through(struct mentions *m, const struct jl_record_state *r) {
  const struct jl_record_type *type = jl_record_type_by_number(r->type);
  char reference[JL_REFERENCE_SIZE];
  if (type == NULL || wrote_it(m, r, type)) return;
  for (size_t f = 0; f < type->field_count; f++) {
    const struct jl_field *field = &type->fields[f];
    if (field->kind != JL_KIND_TEXT && field->kind != JL_KIND_LONG_TEXT && field->kind != JL_KIND_LINK) continue;
    bool found = false;
    struct jl_iterator it = jl_record_each(r->body, field);
    for (struct jl_value value; !found && jl_iterator_next(&it, &value);) found = mentioned(m, value.text);
    if (!found || m->count++ >= TOLD) continue;
    jl_reference_text(r->type, r->number, reference);
    jl_talk(m->e->cli, JL_MSG("others wrote of {1} in {2}, {3}: it stays"), jl_arg_text(m->words[0]), jl_arg_text(reference), jl_arg_label(field->label));
  }
}

static bool find_mentions(struct erasing *e, struct jl_error *err) {
  const struct jl_record_type *type = jl_record_type_by_number(JL_TYPE_PERSON);
  struct mentions m = {.e = e};
  const struct jl_id organisation = jl_profile_identity(e->cli->profile)->organisation;
  const char *name = jl_title_text(e->cli, JL_TYPE_PERSON, e->person.body), *space = strrchr(name, ' ');
  struct jl_bytes mail = jl_record_text(type, e->person.body, JL_PERSON_EMAIL);
  add_word(&m, name);
  add_word(&m, space != NULL ? space + 1 : NULL);
  add_word(&m, jl_arena_strndup(e->cli->arena, mail.size > 0 ? (const char *)mail.data : "", mail.size));
  add_word(&m, e->login);
  for (size_t i = 0; m.word_count > 0 && i <= e->plan_count; i++) {
    const struct jl_record_state *records;
    size_t n;
    if (!jl_cli_read_space(e->cli, i == 0 ? &organisation : &e->plans[i - 1].id, &records, &n, err)) return false;
    for (size_t k = 0; k < n; k++) look_through(&m, &records[k]);
  }
  if (m.count > TOLD) jl_talk(e->cli, JL_MSG("and in {1} more places"), jl_arg_integer((int64_t)(m.count - TOLD)));
  return true;
}

/* ---- erasing ---- */
static bool explain(struct erasing *e, bool texts, struct jl_error *err) {
  struct jl_cli *cli = e->cli;
  char reference[JL_REFERENCE_SIZE];
  const char *name = jl_title_text(cli, JL_TYPE_PERSON, e->person.body);
  jl_reference_text(JL_TYPE_PERSON, e->person.number, reference);
  jl_talk(cli, JL_MSG("{1} ({2}) is erased, from the history and every copy too, for ever: name, e-mail and job, the account with its logins, and the own space"),
          jl_arg_text(reference), jl_arg_text(name));
  jl_talk(cli, JL_MSG("the copies on machines that {1} used stay, for no login of {1} fetches anything any more: remove ~/.local/share/jalon there"),
          jl_arg_text(reference));
  jl_talk(cli, texts ? JL_MSG("so are the texts of {1}'s comments and questions in all plans; --keep-texts keeps them")
                     : JL_MSG("the texts of {1}'s comments and questions stay"),
          jl_arg_text(reference));
  if (texts) jl_talk(cli, JL_MSG("once begun, the server ends it, also when this command is interrupted"));
  jl_talk(cli, JL_MSG("what others wrote of {1} stays: titles, notes, comments. {2} stands wherever {1} was named"), jl_arg_text(name), jl_arg_text(reference));
  return find_mentions(e, err) && jl_undo_agreed(cli, err);
}

static bool send(struct erasing *e, const struct jl_id *space, struct jl_outcome_of *outcome, struct jl_error *err) {
  struct jl_group *g = jl_group_new(space);
  if (g == NULL) return jl_cli_no_link(err);
  jl_group_erases(g, &e->person.id);
  bool ok = jl_cli_submit(e->cli, g, outcome, err);
  jl_group_free(g);
  if (!ok || outcome->queued == 0) return ok;
  if (!jl_local_drop(e->cli->local, outcome->queued, false, err)) return false;
  (void)jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("the server cannot be reached"), NULL);
  return jl_cli_needs_server(e->cli, err);
}

static bool erase_texts(struct erasing *e, struct jl_error *err) {
  for (size_t i = 0; i < e->plan_count; i++) {
    struct jl_outcome_of outcome = {.merged = true};
    for (int round = 0; outcome.merged && round < ROUNDS_MAX; round++) {
      if (round == 0)
        jl_talk(e->cli, JL_MSG("erasing in {1}"), jl_arg_text(e->plans[i].name));
      else
        jl_talk(e->cli, JL_MSG("erasing in {1}: {2} texts are done"), jl_arg_text(e->plans[i].name), jl_arg_integer((int64_t)round * JL_GROUP_MAX_EDITS));
      outcome = (struct jl_outcome_of){0};
      if (!send(e, &e->plans[i].id, &outcome, err)) return false;
    }
  }
  return true;
}

static bool tried(struct erasing *e, const struct jl_id *space, struct jl_error *err) {
  struct jl_tried what;
  struct jl_group *g = jl_group_new(space);
  if (g == NULL) return jl_cli_no_link(err);
  jl_group_erases(g, &e->person.id);
  bool ok = jl_cli_try(e->cli, g, &what, err);
  jl_group_free(g);
  if (!ok || what.error.code == JL_E_OK) return ok;
  *err = what.error;
  return false;
}

bool jl_cmd_person_erase(struct jl_cli *cli, struct jl_error *err) {
  struct erasing e = {.cli = cli};
  struct jl_lookup one = {.text = cli->words[0], .type = jl_record_type_by_number(JL_TYPE_PERSON), .deleted = true};
  const struct jl_id organisation = jl_profile_identity(cli->profile)->organisation;
  struct jl_account_ask accounts = {.verb = JL_ACCOUNT_LIST}, disable = {.verb = JL_ACCOUNT_DISABLE, .account = e.login};
  bool texts = jl_cli_option(cli, "keep-texts") == NULL;
  struct jl_outcome_of outcome;
  if (!jl_lookup_one(cli, &one, err)) return false;
  e.person = one.record;
  if (!tried(&e, &organisation, err) || !find_plans(&e, err) || !ask(&e, &accounts, on_accounts, err) || !explain(&e, texts, err)) return false;
  if (cli->dry_run) {
    jl_say(cli, JL_MSG("dry run: nothing was changed"));
    return true;
  }
  jl_client_patience(cli->client, PATIENCE_MS);
  if (e.login[0] != '\0' && !ask(&e, &disable, on_accounts, err)) return false;
  if ((texts && !erase_texts(&e, err)) || !send(&e, &organisation, &outcome, err)) return false;
  return print_certificate(&e, &e.person.id, err);
}
