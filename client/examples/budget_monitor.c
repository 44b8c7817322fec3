/* budget_monitor PROFILE: the planned total of the profile's plan, a line whenever somebody changes it. It lives in an event
 * loop of its own (here: poll) beside whatever else a program does. */
#include <inttypes.h>
#include <jalon.h>
#include <jalon_record.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

static struct line {
  struct jl_id id;
  int64_t planned;
  bool deleted;
} lines[4096]; /* in minor units */
static size_t line_count;
static uint32_t type, planned; /* the numbers of "budget-line" and its field */
static bool over;

static struct line *line_of(const struct jl_id *id) {
  size_t i = 0;
  while (i < line_count && !jl_id_equal(&lines[i].id, id)) i++;
  if (i == line_count && i < sizeof lines / sizeof *lines) lines[line_count++] = (struct line){.id = *id};
  return i < line_count ? &lines[i] : NULL;
}

static void show(uint64_t revision) {
  int64_t total = 0;
  for (size_t i = 0; i < line_count; i++) total += lines[i].deleted ? 0 : lines[i].planned;
  printf("r%" PRIu64 " planned %" PRId64 ",%02d\n", revision, total / 100, (int)(total % 100));
  fflush(stdout);
}

static void take_change(const struct jl_log_change *change, uint64_t revision) {
  struct line *line = change->type == type ? line_of(&change->id) : NULL;
  if (line == NULL) return;
  line->deleted = change->verb == JL_VERB_DELETE;
  for (size_t f = 0; f < change->field_count; f++)
    if (change->fields[f].field == planned && !jl_read_integer(type, planned, change->fields[f].after, &line->planned)) line->planned = 0;
  show(revision);
}

static void on_event(void *context, const struct jl_event *event) {
  (void)context;
  if (event->kind == JL_EVENT_RESYNC) line_count = 0; /* a snapshot follows */
  for (size_t i = 0; event->kind == JL_EVENT_SNAPSHOT && i < event->record_count; i++) {
    const struct jl_record_state *record = &event->records[i];
    struct line *line = record->type == type ? line_of(&record->id) : NULL;
    if (line != NULL && jl_read_integer(type, planned, record->body, &line->planned)) line->deleted = record->deleted_revision != 0;
  }
  for (size_t i = 0; event->kind == JL_EVENT_CHANGES && i < event->log_count; i++)
    for (size_t c = 0; c < event->log[i].change_count; c++) take_change(&event->log[i].changes[c], event->log[i].revision);
  if (event->kind == JL_EVENT_SNAPSHOT && event->last) show(event->position.revision);
  over = event->kind == JL_EVENT_ENDED;
}

int main(int argc, char **argv) {
  struct jl_error err = {0};
  struct jl_profile *profile = jl_profile_open(argc > 1 ? argv[1] : NULL, &err);
  struct jl_client_options options = {.server = profile == NULL ? "" : jl_profile_identity(profile)->server,
                                      .program = "budget_monitor",
                                      .profile = profile,
                                      .offer_token = true};
  struct jl_client *client = profile == NULL ? NULL : jl_client_new(&options, &err);
  type = jl_type_named("budget-line");
  planned = jl_field_named(type, "planned");
  if (client != NULL) over = jl_client_subscribe(client, &jl_profile_identity(profile)->plan, on_event, NULL) == 0;
  while (client != NULL && !over && jl_client_turn(client)) {
    struct pollfd ready = {.fd = jl_client_fd(client), .events = POLLIN};
    poll(&ready, 1, jl_client_timeout_ms(client));
  }
  char text[600] = "the subscription ended";
  if (err.code != JL_E_OK) jl_error_describe(&err, text, sizeof text);
  fprintf(stderr, "budget_monitor: %s\n", text);
  jl_client_free(client);
  jl_profile_free(profile);
  return EXIT_FAILURE;
}
