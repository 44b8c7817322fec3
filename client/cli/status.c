/* status: who we are, whether the server answers, where this machine's copy of each plan stands, what waits, what is in conflict, and
 * who else is on the current plan. It only looks: what waits can be seen before it goes. One view document, so all faces show it. */
#include "client/cli/cli.h"
#include "common/base/calendar.h"
#include "common/record/schema.h"
#include <string.h>
#include <unistd.h>

struct status {
  struct jl_cli *cli;
  struct jl_builder *b;
  struct jl_error answer; /* of the server */
  const char *name;       /* of the person */
  const struct jl_present *present;
  size_t present_count, present_total;
  uint64_t head; /* of the current plan, as the server says now; 0: not asked */
  bool online;
  const struct jl_local_space *spaces;
  size_t space_count;
  const struct jl_outbox_group *groups;
  size_t group_count;
  struct jl_names names;
  bool other_plans; /* something waits for a plan that is not the current one */
};

/* ---- asking ---- */
static void on_who(void *context, const struct jl_reply *reply) {
  struct status *s = context;
  s->answer = reply->error;
  s->online = reply->error.code == JL_E_OK;
  if (reply->account_count > 0 && reply->accounts[0].name != NULL) s->name = jl_arena_strdup(s->cli->arena, reply->accounts[0].name);
}

static void on_present(void *context, const struct jl_reply *reply) {
  struct status *s = context;
  if (reply->error.code != JL_E_OK) return;
  struct jl_bytes copy =
      jl_arena_dup(s->cli->arena, (struct jl_bytes){(const uint8_t *)reply->present, reply->present_count * sizeof *reply->present});
  struct jl_present *present = (struct jl_present *)(uintptr_t)copy.data;
  for (size_t i = 0; present != NULL && i < reply->present_count; i++)
    present[i].name = present[i].name != NULL ? jl_arena_strdup(s->cli->arena, present[i].name) : "";
  s->present = present;
  s->present_count = present != NULL ? reply->present_count : 0;
  s->present_total = reply->present_total;
}

static void on_plan(void *context, const struct jl_reply *reply) {
  struct status *s = context;
  if (reply->error.code == JL_E_OK && !reply->local) s->head = reply->position.revision;
}

static bool ask_server(struct status *s, struct jl_error *err) {
  static const uint32_t plan = JL_TYPE_PLAN;
  const struct jl_query query = {.types = &plan, .type_count = 1, .all = true};
  struct jl_cli *cli = s->cli;
  struct jl_account_ask who = {.verb = JL_ACCOUNT_WHO};
  if (cli->offline) return true;
  if (jl_client_account(cli->client, &who, on_who, s) == 0) return jl_cli_no_link(err);
  if (!jl_id_is_zero(&cli->plan) && (jl_client_read(cli->client, &cli->plan, &query, 1, on_plan, s) == 0 ||
                                     jl_client_presence(cli->client, &cli->plan, 0, NULL, 0, 0, on_present, s) == 0))
    return jl_cli_no_link(err);
  if (!jl_cli_wait(cli, err)) return false;
  if (s->online || jl_code_class(s->answer.code) == JL_CLASS_RETRY || jl_code_class(s->answer.code) == JL_CLASS_UNKNOWN) return true;
  *err = s->answer; /* the session is over, or this is another server */
  return false;
}

static bool read_local(struct status *s, struct jl_error *err) {
  struct jl_outbox_ask ask = {0};
  if (!jl_cli_open_local(s->cli, JL_LOCAL_WAIT_MS, err)) return false;
  if (!jl_cli_has_outbox(s->cli)) return true;
  return jl_local_spaces(s->cli->local, s->cli->arena, &s->spaces, &s->space_count, err) &&
         jl_local_outbox(s->cli->local, &ask, s->cli->arena, &s->groups, &s->group_count, err);
}

/* ---- building ---- */
static void field(struct status *s, const char *label, struct jl_arg value, enum jl_tone tone) {
  jl_row_begin(s->b, NULL, 0, JL_ROW_NORMAL);
  jl_cell_label(s->b, label, NULL);
  jl_cell(s->b, value);
  if (tone != JL_TONE_NONE) jl_cell_tone(s->b, tone);
}

static struct jl_arg worded(const char *message, const struct jl_arg *args, int n) {
  struct jl_buffer text;
  jl_buffer_init(&text, 65536);
  jl_format_words(message, args, n, &text);
  struct jl_arg arg = jl_arg_textn((const char *)text.data, text.size);
  jl_buffer_release(&text);
  return arg;
}

static void put_connection(struct status *s) {
  const struct jl_profile_identity *id = jl_profile_identity(s->cli->profile);
  int64_t heard = jl_cli_has_outbox(s->cli) ? jl_local_heard_us(s->cli->local) : 0;
  const struct jl_arg who[] = {jl_arg_text(id->account), jl_arg_text(s->name)}, since = jl_cli_clock(heard);
  jl_block_begin(s->b, JL_BLOCK_FIELDS, "connection", NULL);
  jl_column(s->b, "label", JL_MSG("field"), JL_ARG_LABEL, 0);
  jl_column(s->b, "value", JL_MSG("value"), JL_ARG_TEXT, 0);
  field(s, JL_MSG("Account"), s->name != NULL ? worded(JL_MSG("{1}, {2}"), who, 2) : who[0], JL_TONE_NONE);
  field(s, JL_MSG("Server"), jl_arg_text(s->cli->server != NULL ? s->cli->server : id->server), JL_TONE_NONE);
  if (s->online)
    field(s, JL_MSG("Connection"), worded(JL_MSG("online"), NULL, 0), JL_TONE_GOOD);
  else if (s->cli->offline)
    field(s, JL_MSG("Connection"), worded(JL_MSG("offline as asked"), NULL, 0), JL_TONE_WARN);
  else
    field(s, JL_MSG("Connection"), worded(heard != 0 ? JL_MSG("offline since {1}") : JL_MSG("offline"), &since, 1), JL_TONE_WARN);
  if (id->plan_name[0] != '\0') field(s, JL_MSG("Current plan"), jl_arg_text(id->plan_name), JL_TONE_NONE);
}

static const char *title_of(const struct status *s, const struct jl_id *space) {
  struct jl_id organisation = jl_profile_identity(s->cli->profile)->organisation;
  for (size_t i = 0; i < s->space_count; i++)
    if (jl_id_equal(&s->spaces[i].space, space) && s->spaces[i].title != NULL && s->spaces[i].title[0] != '\0') return s->spaces[i].title;
  return jl_id_equal(space, &organisation) ? jl_tr(JL_MSG("organisation")) : "";
}

static void put_text(struct status *s, const char *text) {
  jl_cell_text(s->b, (struct jl_bytes){(const uint8_t *)text, strlen(text)});
}

static void put_plans(struct status *s) {
  jl_block_begin(s->b, JL_BLOCK_TABLE, "plans", JL_MSG("on this machine"));
  jl_column(s->b, "plan", JL_MSG("plan name"), JL_ARG_TEXT, 0);
  jl_column(s->b, "revision", JL_MSG("state"), JL_ARG_REVISION, 0);
  jl_column(s->b, "behind", JL_MSG("behind"), JL_ARG_INTEGER, 2);
  jl_column(s->b, "age", JL_MSG("up to date"), JL_ARG_TEXT, 1);
  if (s->cli->face.face != JL_FACE_TERMINAL) jl_column(s->b, "as_of", "", JL_ARG_TIME, 9);
  jl_column(s->b, "waiting", JL_MSG("waiting"), JL_ARG_INTEGER, 1);
  jl_column(s->b, "conflicts", JL_MSG("conflicts"), JL_ARG_INTEGER, 1);
  for (size_t i = 0; i < s->space_count; i++) {
    const struct jl_local_space *one = &s->spaces[i];
    uint64_t head = jl_id_equal(&one->space, &s->cli->plan) && s->head > one->head ? s->head : one->head;
    jl_row_begin(s->b, NULL, 0, jl_id_equal(&one->space, &s->cli->plan) ? JL_ROW_NORMAL : JL_ROW_MUTED);
    put_text(s, title_of(s, &one->space));
    jl_cell(s->b, one->revision != 0 ? jl_arg_revision(one->revision) : (struct jl_arg){0});
    jl_cell(s->b, jl_arg_integer(head > one->revision ? (int64_t)(head - one->revision) : 0));
    put_text(s, one->fetching ? jl_tr(JL_MSG("being fetched")) : jl_cli_age(one->as_of_us).text);
    if (s->cli->face.face != JL_FACE_TERMINAL) jl_cell(s->b, one->as_of_us != 0 ? jl_arg_time(one->as_of_us) : (struct jl_arg){0});
    jl_cell(s->b, jl_arg_integer((int64_t)(one->waiting + one->parked)));
    jl_cell(s->b, jl_arg_integer((int64_t)one->refused));
    if (one->refused > 0) jl_cell_tone(s->b, JL_TONE_BAD);
  }
}

static const char *state_words(const struct jl_outbox_group *g) {
  if (g->again) return JL_MSG("offered again");
  switch (g->state) {
  case JL_OUTBOX_SENT: return JL_MSG("sent, no answer yet");
  case JL_OUTBOX_PARKED: return JL_MSG("after the conflict");
  case JL_OUTBOX_QUEUED:
  case JL_OUTBOX_REFUSED:
  case JL_OUTBOX_DONE: break;
  }
  return JL_MSG("to be sent");
}

static void put_groups(struct status *s, bool refused) {
  jl_block_begin(s->b, JL_BLOCK_TABLE, refused ? "conflicts" : "waiting", refused ? JL_MSG("conflicts") : JL_MSG("waiting"));
  jl_column(s->b, "number", JL_MSG("no."), JL_ARG_TEXT, 0);
  if (!refused) jl_column(s->b, "state", JL_MSG("state"), JL_ARG_LABEL, 1);
  jl_column(s->b, "made", JL_MSG("made"), s->cli->face.face == JL_FACE_TERMINAL ? JL_ARG_TEXT : JL_ARG_TIME, 2);
  if (s->other_plans) jl_column(s->b, "plan", JL_MSG("plan name"), JL_ARG_TEXT, 3);
  jl_column(s->b, "change", JL_MSG("what changes"), JL_ARG_TEXT, 0);
  for (size_t i = 0; i < s->group_count; i++) {
    const struct jl_outbox_group *g = &s->groups[i];
    if ((g->state == JL_OUTBOX_REFUSED) != refused) continue;
    struct jl_buffer words;
    char number[32];
    jl_buffer_init(&words, 65536);
    s->names.space = g->space;
    jl_group_words(g, &s->names, &words);
    jl_group_number_text(g, number);
    jl_row_begin(s->b, NULL, 0, JL_ROW_NORMAL);
    put_text(s, number);
    if (!refused) jl_cell_label(s->b, state_words(g), NULL);
    jl_cell(s->b, s->cli->face.face == JL_FACE_TERMINAL ? jl_cli_clock(g->created_us) : jl_arg_time(g->created_us));
    if (s->other_plans) put_text(s, title_of(s, &g->space));
    jl_cell_text(s->b, jl_buffer_bytes(&words));
    jl_buffer_release(&words);
  }
}

static void put_present(struct status *s) {
  jl_block_begin(s->b, JL_BLOCK_TABLE, "present", JL_MSG("on this plan now"));
  jl_column(s->b, "person", JL_MSG("who"), JL_ARG_TEXT, 0);
  jl_column(s->b, "doing", JL_MSG("does"), JL_ARG_LABEL, 0);
  jl_column(s->b, "record", JL_MSG("record"), JL_ARG_TEXT, 0);
  jl_column(s->b, "field", JL_MSG("field"), JL_ARG_LABEL, 1);
  jl_column(s->b, "since", JL_MSG("since"), JL_ARG_TIME, 2);
  for (size_t i = 0; i < s->present_count; i++) {
    const struct jl_present *p = &s->present[i];
    const struct jl_record_type *type = jl_record_type_by_number(p->type);
    const struct jl_field *of = type == NULL ? NULL : jl_field_by_number(type, p->field);
    char reference[JL_REFERENCE_SIZE] = "";
    if (!jl_id_is_zero(&p->record)) jl_reference_text(p->type, p->number, reference);
    jl_row_begin(s->b, NULL, 0, JL_ROW_NORMAL);
    put_text(s, p->name);
    jl_cell_label(s->b, p->doing == JL_DOING_EDITING ? JL_MSG("edits") : JL_MSG("looks at"), p->doing == JL_DOING_EDITING ? "editing" : "looking");
    put_text(s, reference[0] != '\0' ? reference : jl_tr(JL_MSG("the plan")));
    if (of != NULL) jl_cell_label(s->b, of->label, of->name);
    else jl_cell(s->b, (struct jl_arg){0});
    jl_cell(s->b, jl_arg_time(p->since_us));
  }
  const struct jl_arg more = jl_arg_integer((int64_t)(s->present_total - s->present_count));
  if (s->present_total > s->present_count) jl_note(s->b, JL_TONE_MUTED, JL_MSG("and {1} more"), &more, 1);
}

static void put_notes(struct status *s) {
  size_t refused = 0;
  for (size_t i = 0; i < s->group_count; i++) refused += s->groups[i].state == JL_OUTBOX_REFUSED;
  jl_block_begin(s->b, JL_BLOCK_NOTES, "notes", NULL);
  if (s->group_count > refused)
    jl_note(s->b, JL_TONE_NONE,
            s->online ? JL_MSG("jalon sync sends what waits, and so does the next command; jalon undo takes the last one back")
                      : JL_MSG("what waits is sent by the first command that reaches the server; jalon undo takes the last one back"),
            NULL, 0);
  if (refused > 0) jl_note(s->b, JL_TONE_WARN, JL_MSG("jalon conflicts shows both sides, jalon resolve settles them"), NULL, 0);
  if (s->group_count == 0) jl_note(s->b, JL_TONE_NONE, JL_MSG("nothing waits"), NULL, 0);
}

bool jl_cmd_status(struct jl_cli *cli, struct jl_error *err) {
  struct status s = {.cli = cli, .names = {.cli = cli}};
  bool waiting = false, refused = false;
  if (!read_local(&s, err) || !ask_server(&s, err)) return false;
  for (size_t i = 0; i < s.group_count; i++) {
    jl_group_names(&s.groups[i], &s.names);
    s.other_plans = s.other_plans || cli->face.face != JL_FACE_TERMINAL || !jl_id_equal(&s.groups[i].space, &cli->plan);
    *(s.groups[i].state == JL_OUTBOX_REFUSED ? &refused : &waiting) = true;
  }
  (void)jl_plan_input_of(cli, &cli->plan); /* its currency */
  jl_names_learn(&s.names, &cli->plan);
  s.b = jl_builder_new(cli->arena, "status", jl_cli_today(cli), NULL);
  if (s.b == NULL) return jl_cli_no_link(err);
  jl_builder_title(s.b, JL_MSG("Status"), NULL, 0);
  put_connection(&s);
  put_plans(&s);
  if (waiting) put_groups(&s, false);
  if (refused) put_groups(&s, true);
  if (s.present_count > 0) put_present(&s);
  put_notes(&s);
  if (!jl_builder_ok(s.b)) return jl_cli_no_link(err);
  return jl_cli_print_document(cli, jl_builder_document(s.b), err);
}
