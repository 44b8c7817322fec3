/* resolve: what becomes of a change that was refused. The choice is given by options, or asked field by field in a terminal.
 * The new group takes the place of the refused one and is sent at once when the server answers. */
#include "client/cli/cli.h"
#include "common/record/schema.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIELDS_MAX 256

struct settle {
  struct jl_cli *cli;
  struct jl_outbox_list list;
  const struct jl_outbox_group *group;
  struct jl_resolution resolution;
  struct jl_field_choice *fields; /* FIELDS_MAX, one per conflict, in its order */
  struct jl_input input;
  bool stop;
};

static const struct jl_record_type *type_of(const struct jl_conflict *c) { return jl_record_type_by_number(c->type); }
static const struct jl_field *field_of(const struct jl_conflict *c) {
  return type_of(c) == NULL || c->field == 0 ? NULL : jl_field_by_number(type_of(c), c->field);
}
/* A choice between values, not only between doing it and giving it up. */
static bool by_field(const struct jl_outbox_group *g) {
  return g->conflict_count > 0 && g->conflict_count <= FIELDS_MAX && g->error.code == JL_E_FIELD_CONFLICT && field_of(&g->conflicts[0]) != NULL;
}

/* ---- which one ---- */
static bool find_group(struct settle *s, const char *word, struct jl_error *err) {
  char *end;
  bool waits = word[0] == 'W' || word[0] == 'w';
  const char *digits = waits || word[0] == 'C' || word[0] == 'c' ? word + 1 : word;
  unsigned long long number = strtoull(digits, &end, 10);
  bool good = digits[0] >= '0' && digits[0] <= '9' && *end == '\0';
  for (size_t i = 0; good && i < s->list.count; i++) {
    const struct jl_outbox_group *g = &s->list.groups[i];
    if (waits ? g->id != number : g->conflict != number || number == 0) continue;
    s->group = g;
    if (s->group->state == JL_OUTBOX_REFUSED) return true;
    return jl_fail(err, JL_E_INVALID, JL_MSG("{1} is no conflict: it waits for one"), JL_MSG("see jalon conflicts"), jl_arg_text(word));
  }
  return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("there is no conflict {1}"), JL_MSG("see jalon conflicts"), jl_arg_text(word));
}

/* ---- values ---- */
/* What was typed for a field, as its slice. References are looked up, amounts read in the plan's currency. */
static bool read_value(struct settle *s, const struct jl_conflict *c, const char *text, struct jl_bytes *ret_slice, struct jl_error *err) {
  struct jl_cli *cli = s->cli;
  const struct jl_field *field = field_of(c);
  struct jl_given_option typed = {field->flag, text};
  const struct jl_given_option *options = cli->options;
  size_t option_count = cli->option_count, n = 0;
  struct jl_lookups l = {.space = s->group->space};
  struct jl_typed *values;
  cli->options = &typed;
  cli->option_count = 1;
  bool ok = jl_typed_collect(cli, type_of(c), &l, &values, &n, err);
  cli->options = options;
  cli->option_count = option_count;
  if (!ok || (l.count > 0 && !jl_lookups_run(cli, &l, err))) return false;
  *ret_slice = (struct jl_bytes){NULL, 0};
  return n == 0 || jl_typed_slice(cli, &values[0], values[0].signs[0], &l, &s->input, ret_slice, err);
}

static bool choose(struct settle *s, size_t at, enum jl_choice choice, const char *text, struct jl_error *err) {
  const struct jl_conflict *c = &s->group->conflicts[at];
  struct jl_field_choice *to = &s->fields[at];
  *to = (struct jl_field_choice){.record = c->record, .field = c->field, .choice = choice};
  s->resolution = (struct jl_resolution){.choice = JL_CHOICE_FIELDS, .fields = s->fields, .field_count = s->group->conflict_count};
  return choice != JL_CHOICE_VALUE || read_value(s, c, text, &to->value, err);
}

/* ---- by options ---- */
static bool names_it(const struct jl_conflict *c, const char *name, size_t size) {
  const struct jl_field *field = field_of(c);
  char reference[JL_REFERENCE_SIZE];
  const char *dot = memchr(name, '.', size);
  jl_reference_text(c->type, c->number, reference);
  if (dot != NULL) {
    if ((size_t)(dot - name) != strlen(reference) || strncasecmp(name, reference, strlen(reference)) != 0) return false;
    size -= (size_t)(dot - name) + 1;
    name = dot + 1;
  }
  return field != NULL && ((strlen(field->flag) == size && strncmp(field->flag, name, size) == 0) ||
                           (strlen(field->name) == size && strncmp(field->name, name, size) == 0));
}

static const char *field_list(struct settle *s) {
  char *list = jl_arena_strdup(s->cli->arena, "");
  for (size_t i = 0; i < s->group->conflict_count && list != NULL; i++) {
    char reference[JL_REFERENCE_SIZE];
    const struct jl_field *field = field_of(&s->group->conflicts[i]);
    if (field == NULL) continue;
    jl_reference_text(s->group->conflicts[i].type, s->group->conflicts[i].number, reference);
    list = jl_arena_printf(s->cli->arena, "%s%s%s.%s", list, list[0] != '\0' ? ", " : "", reference, field->flag);
  }
  return list != NULL ? list : "";
}

/* "due=mine", "B3.planned=theirs", "title=Le titre". */
static bool take_field(struct settle *s, const char *given, struct jl_error *err) {
  const char *equals = strchr(given, '=');
  size_t size = equals != NULL ? (size_t)(equals - given) : strlen(given), found = FIELDS_MAX, fitting = 0;
  if (equals == NULL)
    return jl_fail(err, JL_E_USAGE, JL_MSG("--field does not take \"{1}\""), JL_MSG("write it like due=mine, due=theirs or due=31/01"),
                   jl_arg_text(given));
  for (size_t i = 0; i < s->group->conflict_count; i++)
    if (names_it(&s->group->conflicts[i], given, size)) found = i, fitting++;
  if (fitting != 1)
    return jl_fail(err, JL_E_USAGE, fitting == 0 ? JL_MSG("\"{1}\" is no field in conflict here") : JL_MSG("\"{1}\" can be several fields here"),
                   JL_MSG("these are: {2}"), jl_arg_textn(given, size), jl_arg_text(field_list(s)));
  if (s->fields[found].choice != 0) return jl_fail(err, JL_E_USAGE, JL_MSG("--{1} is given twice"), NULL, jl_arg_text(given));
  if (strcmp(equals + 1, "mine") == 0) return choose(s, found, JL_CHOICE_MINE, NULL, err);
  if (strcmp(equals + 1, "theirs") == 0) return choose(s, found, JL_CHOICE_THEIRS, NULL, err);
  return choose(s, found, JL_CHOICE_VALUE, equals + 1, err);
}

static bool take_options(struct settle *s, bool *ret_any, struct jl_error *err) {
  struct jl_cli *cli = s->cli;
  const char *edit = jl_cli_option(cli, "edit");
  bool mine = jl_cli_option(cli, "mine") != NULL, theirs = jl_cli_option(cli, "theirs") != NULL, fields = jl_cli_option(cli, "field") != NULL;
  *ret_any = mine || theirs || edit != NULL || fields;
  if (mine + theirs + (edit != NULL) + fields > 1)
    return jl_fail(err, JL_E_USAGE, JL_MSG("--mine, --theirs, --edit and --field exclude each other"), NULL);
  s->resolution = (struct jl_resolution){.choice = mine ? JL_CHOICE_MINE : JL_CHOICE_THEIRS};
  if (mine || theirs || !*ret_any) return true;
  if (!by_field(s->group))
    return jl_fail(err, JL_E_USAGE, JL_MSG("this was refused as a whole: there is no value to choose"), JL_MSG("use --mine or --theirs"));
  if (edit != NULL && s->group->conflict_count > 1)
    return jl_fail(err, JL_E_USAGE, JL_MSG("--edit is for one field, and {1} are in conflict"), JL_MSG("use --field for each: {2}"),
                   jl_arg_integer((int64_t)s->group->conflict_count), jl_arg_text(field_list(s)));
  if (edit != NULL) return choose(s, 0, JL_CHOICE_VALUE, edit, err);
  for (size_t i = 0; i < cli->option_count; i++)
    if (strcmp(cli->options[i].name, "field") == 0 && !take_field(s, cli->options[i].value, err)) return false;
  for (size_t i = 0; i < s->group->conflict_count; i++)
    if (s->fields[i].choice == 0)
      return jl_fail(err, JL_E_USAGE, JL_MSG("each field in conflict needs its choice"), JL_MSG("these are: {1}"), jl_arg_text(field_list(s)));
  return true;
}

/* ---- asking ---- */
static bool read_line(char *out, size_t size) {
  fflush(stdout);
  if (fgets(out, (int)size, stdin) == NULL) return false;
  out[strcspn(out, "\r\n")] = '\0';
  return true;
}

static void complain(struct settle *s, const struct jl_error *err) {
  struct jl_buffer out;
  jl_buffer_init(&out, 65536);
  jl_face_error(err, &s->cli->error_face, &out);
  if (jl_buffer_ok(&out) && out.size > 0) (void)!fwrite(out.data, 1, out.size, stderr);
  jl_buffer_release(&out);
}

static void print_group(struct settle *s) {
  struct jl_error ignored;
  struct jl_builder *b = jl_builder_new(s->cli->arena, "conflicts", jl_cli_today(s->cli), NULL);
  if (b == NULL) return;
  jl_builder_title(b, JL_MSG("Conflict"), NULL, 0);
  jl_builder_currency(b, s->cli->currency);
  jl_conflicts_put(b, &s->list, s->group);
  if (jl_builder_ok(b)) (void)!jl_cli_print_document(s->cli, jl_builder_document(b), &ignored);
}

/* One value, in the editor when it is long, else on a line. false: nothing was given. */
static bool ask_value(struct settle *s, size_t at, struct jl_error *err) {
  const struct jl_field *field = field_of(&s->group->conflicts[at]);
  char line[4096];
  const char *text = line;
  if (field->kind == JL_KIND_LONG_TEXT) {
    if (!jl_cli_edit_text(s->cli, &s->group->conflicts[at], field, &text, err)) return false;
  } else {
    printf("%s ", jl_tr(JL_MSG("New value?")));
    if (!read_line(line, sizeof line) || line[0] == '\0') return jl_fail(err, JL_E_INVALID, JL_MSG("an answer is needed here"), NULL);
    if ((text = jl_arena_strdup(s->cli->arena, line)) == NULL) return jl_cli_no_link(err);
  }
  return choose(s, at, JL_CHOICE_VALUE, text, err);
}

enum answer { ANSWER_MINE, ANSWER_THEIRS, ANSWER_EDIT, ANSWER_LATER, ANSWER_STOP, ANSWER_NONE };
static enum answer ask(const char *question, bool edit) {
  char line[64];
  printf("%s ", jl_tr(question));
  if (!read_line(line, sizeof line)) return ANSWER_STOP;
  switch (line[0]) {
  case 'm': case 'M': return ANSWER_MINE;
  case 't': case 'T': return ANSWER_THEIRS;
  case 'e': case 'E': return edit ? ANSWER_EDIT : ANSWER_NONE;
  case 'l': case 'L': return ANSWER_LATER;
  case 'q': case 'Q': return ANSWER_STOP;
  default: return ANSWER_NONE;
  }
}

static void on_told(void *context, const struct jl_reply *reply) { (void)context, (void)reply; }

/* The others see who is at it; without the server nobody does. */
static void show_presence(struct settle *s, const struct jl_conflict *c) {
  if (!s->cli->heard.online || s->cli->offline) return;
  if (jl_client_presence(s->cli->client, &s->group->space, JL_DOING_EDITING, &c->record, c->field, 0, on_told, NULL) != 0)
    (void)jl_client_wait(s->cli->client, 500);
}

/* false: later, or not at all. */
static bool ask_field(struct settle *s, size_t at) {
  const struct jl_conflict *c = &s->group->conflicts[at];
  struct jl_error err = {0};
  struct jl_buffer caption;
  show_presence(s, c);
  for (;;) {
    jl_buffer_init(&caption, 4096);
    jl_outbox_caption(c->type, c->number, NULL, &caption);
    const struct jl_arg args[] = {jl_arg_textn((const char *)caption.data, caption.size), jl_arg_label(field_of(c)->label)};
    jl_buffer_release(&caption);
    struct jl_buffer line;
    jl_buffer_init(&line, 4096);
    jl_format_words(JL_MSG("{1} {2}: "), args, 2, &line);
    (void)!fwrite(line.data, 1, line.size, stdout);
    jl_buffer_release(&line);
    bool ok = false;
    switch (ask(JL_MSG("m yours, t theirs, e edit, l later, q quit?"), true)) {
    case ANSWER_MINE: return choose(s, at, JL_CHOICE_MINE, NULL, &err);
    case ANSWER_THEIRS: return choose(s, at, JL_CHOICE_THEIRS, NULL, &err);
    case ANSWER_EDIT: ok = ask_value(s, at, &err); break;
    case ANSWER_STOP: s->stop = true; return false;
    case ANSWER_LATER: return false;
    case ANSWER_NONE: continue;
    }
    if (ok) return true;
    complain(s, &err);
  }
}

/* false: it stays as it is. */
static bool ask_group(struct settle *s) {
  print_group(s);
  jl_cli_let_others(s->cli);
  putchar('\n');
  if (by_field(s->group)) {
    for (size_t i = 0; i < s->group->conflict_count; i++)
      if (!ask_field(s, i)) return false;
    return true;
  }
  for (;;)
    switch (ask(s->group->error.code == JL_E_RECORD_DELETED ? JL_MSG("m bring it back and write yours, t leave it deleted, l later, q quit?")
                                                            : JL_MSG("m try yours again, t give it up, l later, q quit?"),
                false)) {
    case ANSWER_MINE: s->resolution = (struct jl_resolution){.choice = JL_CHOICE_MINE}; return true;
    case ANSWER_THEIRS: s->resolution = (struct jl_resolution){.choice = JL_CHOICE_THEIRS}; return true;
    case ANSWER_STOP: s->stop = true; return false;
    case ANSWER_LATER: return false;
    case ANSWER_EDIT:
    case ANSWER_NONE: break;
    }
}

/* ---- doing ---- */
/* What became of the new group, after what waits was sent. */
static bool tell(struct settle *s, uint64_t number, struct jl_error *err) {
  struct jl_cli *cli = s->cli;
  struct jl_outbox_ask asked = {.id = number, .states = UINT32_MAX};
  const struct jl_outbox_group *now = NULL;
  size_t n = 0;
  const struct jl_arg was = jl_arg_revision(s->group->conflict);
  if (number != 0 && !jl_local_outbox(cli->local, &asked, cli->arena, &now, &n, err)) return false;
  const char *revision = "null";
  struct jl_outcome_of outcome = {.queued = n > 0 && now->state != JL_OUTBOX_DONE ? number : 0, .revision = n > 0 ? now->revision : 0};
  const struct jl_arg made = jl_cli_made(cli, &outcome);
  const struct jl_arg args[] = {was, made};
  if (n > 0 && now->state == JL_OUTBOX_REFUSED)
    return jl_fail(err, now->error.code, JL_MSG("C{1} was changed again meanwhile, and is still a conflict"), JL_MSG("see jalon conflicts"), was);
  jl_cli_say(cli, number == 0 ? JL_MSG("C{1} is resolved: what is there stays") : JL_MSG("C{1} is resolved{2}"), args, 2);
  if (!cli->json) return true;
  if (outcome.revision != 0) revision = jl_arena_printf(cli->arena, "%" PRIu64, outcome.revision);
  printf("{\"conflict\":\"C%" PRIu64 "\",\"resolved\":true,\"revision\":%s,\"waiting\":%s}\n", s->group->conflict, revision != NULL ? revision : "null",
         outcome.queued != 0 ? "true" : "false");
  return true;
}

static bool settle(struct settle *s, uint64_t *ret_number, struct jl_error *err) {
  s->resolution.with_dependents = jl_cli_option(s->cli, "with-waiting") != NULL;
  if (!jl_cli_open_local(s->cli, JL_LOCAL_WAIT_MS, err)) return false;
  return jl_local_resolve(s->cli->local, s->group->id, &s->resolution, ret_number, err);
}

static bool start_with(struct settle *s, const struct jl_outbox_group *g, struct jl_error *err) {
  s->group = g;
  s->input = jl_plan_input_of(s->cli, &g->space);
  s->fields = jl_arena_array(s->cli->arena, g->conflict_count + 1, sizeof *s->fields);
  return s->fields != NULL || jl_cli_no_link(err);
}

static bool settle_and_tell(struct settle *s, struct jl_error *err) {
  uint64_t number = 0;
  return settle(s, &number, err) && jl_cli_send_waiting(s->cli, err) && tell(s, number, err);
}

static bool ask_all(struct settle *s, struct jl_error *err) {
  bool asked = false;
  for (size_t i = 0; i < s->list.count && !s->stop; i++) {
    if (s->list.groups[i].state != JL_OUTBOX_REFUSED) continue;
    asked = true;
    if (!start_with(s, &s->list.groups[i], err)) return false;
    if (ask_group(s) && !settle_and_tell(s, err)) {
      complain(s, err);
      s->cli->printed = true;
    }
  }
  if (!asked) jl_say(s->cli, JL_MSG("there is no conflict"));
  return !s->cli->printed;
}

bool jl_cli_settle(struct jl_cli *cli, uint64_t conflict, bool mine, bool *ret_settled, struct jl_error *err) {
  struct settle *s = jl_arena_alloc(cli->arena, sizeof *s);
  char number[32];
  if (s == NULL) return jl_cli_no_link(err);
  s->cli = cli;
  snprintf(number, sizeof number, "C%" PRIu64, conflict);
  *ret_settled = false;
  if (!jl_conflicts_read(cli, &s->list, err) || !find_group(s, number, err) || !start_with(s, s->group, err)) return false;
  s->resolution = (struct jl_resolution){.choice = JL_CHOICE_MINE};
  if (!mine && !ask_group(s)) return true;
  *ret_settled = true;
  return settle_and_tell(s, err);
}

bool jl_cmd_resolve(struct jl_cli *cli, struct jl_error *err) {
  struct settle *s = jl_arena_alloc(cli->arena, sizeof *s);
  bool any = false, terminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1;
  if (s == NULL) return jl_cli_no_link(err);
  s->cli = cli;
  if (!jl_conflicts_read(cli, &s->list, err)) return false;
  if (cli->word_count == 0 && terminal && cli->option_count == 0) return ask_all(s, err);
  if (cli->word_count == 0) return jl_fail(err, JL_E_USAGE, JL_MSG("resolve needs a conflict"), JL_MSG("see jalon conflicts"));
  if (!find_group(s, cli->words[0], err) || !start_with(s, s->group, err) || !take_options(s, &any, err)) return false;
  if (!any && !terminal)
    return jl_fail(err, JL_E_USAGE, JL_MSG("resolve needs a choice: --mine, --theirs, --edit VALUE or --field FIELD=CHOICE"),
                   JL_MSG("in a terminal it asks"));
  if (!any && !ask_group(s)) return true;
  return settle_and_tell(s, err);
}
