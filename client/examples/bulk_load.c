/* bulk_load PROFILE FILE: budget lines from a file of "title;planned in cents;category", in groups of 500: each group is in or
 * is not, and what was in when the program was interrupted is not loaded twice, for every line's id derives from its number. */
#include <inttypes.h>
#include <jalon.h>
#include <jalon_record.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GROUP 500

static uint32_t type;
static size_t loaded, present;
static bool failed;

static void complain(const char *what, const struct jl_error *err) {
  char text[600];
  jl_error_describe(err, text, sizeof text);
  fprintf(stderr, "bulk_load: %s: %s\n", what, text);
  failed = true;
}

static void on_verdict(void *context, const struct jl_reply *reply) {
  const struct jl_verdict *verdict = reply->verdict;
  const struct jl_error *err = verdict != NULL ? &verdict->error : &reply->error;
  size_t n = *(size_t *)context;
  if (err->code == JL_E_OK && verdict != NULL)
    loaded += n;
  else if (err->code == JL_E_ALREADY_EXISTS)
    present += n;
  else
    complain("a group was refused", err);
}

/* The same line of the same file makes the same record: 16 bytes of the plan's id with the line's number in the last eight. */
static struct jl_id line_id(const struct jl_id *plan, uint64_t number) {
  struct jl_id id = *plan;
  for (int i = 0; i < 8; i++) id.bytes[8 + i] ^= (uint8_t)((number + 1) >> (8 * i));
  return id;
}

static bool add_line(struct jl_group *group, const struct jl_id *plan, char *text, uint64_t number) {
  char *title = strtok_r(text, ";", &text), *cents = strtok_r(NULL, ";", &text), *category = strtok_r(NULL, ";\r\n", &text), json[512];
  struct jl_error err = {0};
  struct jl_buffer record;
  if (category == NULL || strpbrk(title, "\"\\") != NULL || strspn(cents, "0123456789") != strlen(cents)) {
    fprintf(stderr, "bulk_load: line %" PRIu64 ": title;cents;category expected\n", number);
    return false;
  }
  snprintf(json, sizeof json, "{\"title\": \"%s\", \"planned\": %s, \"category\": \"%s\"}", title, cents, category);
  jl_buffer_init(&record, 65536);
  bool ok = jl_record_read_json(type, json, strlen(json), &record, &err);
  struct jl_id id = line_id(plan, number);
  if (ok)
    jl_group_create(group, type, &id, jl_buffer_bytes(&record));
  else
    complain(title, &err);
  jl_buffer_release(&record);
  return ok;
}

static bool load(struct jl_client *client, struct jl_profile *profile, FILE *file) {
  const struct jl_id *plan = &jl_profile_identity(profile)->plan;
  char text[512];
  for (uint64_t number = 0; !failed && !feof(file);) {
    struct jl_group *group = jl_group_new(plan);
    struct jl_error err = {0};
    while (group != NULL && jl_group_edits(group) < GROUP && fgets(text, sizeof text, file) != NULL)
      if (!add_line(group, plan, text, ++number)) failed = true;
    size_t n = group == NULL ? 0 : jl_group_edits(group);
    if (!failed && n > 0 && jl_client_submit(client, group, false, on_verdict, &n, &err) == 0) complain("nothing was sent", &err);
    jl_client_wait(client, 0);
    jl_group_free(group);
    fprintf(stderr, "\rbulk_load: %zu lines", loaded);
  }
  fprintf(stderr, "\n");
  return !failed;
}

int main(int argc, char **argv) {
  struct jl_error err = {0};
  FILE *file = argc == 3 ? fopen(argv[2], "re") : NULL;
  struct jl_profile *profile = file == NULL ? NULL : jl_profile_open(argv[1], &err);
  struct jl_local *local = profile == NULL ? NULL : jl_local_new(profile, &err);
  struct jl_client *client = NULL;
  bool ok = false;
  type = jl_type_named("budget-line");
  if (local != NULL) {
    struct jl_client_options options = {
        .server = jl_profile_identity(profile)->server, .program = "bulk_load", .profile = profile, .local = local, .offer_token = true};
    client = jl_client_new(&options, &err);
  }
  if (client != NULL) ok = load(client, profile, file);
  if (err.code != JL_E_OK) complain("not started", &err);
  if (file == NULL) fprintf(stderr, "usage: bulk_load PROFILE FILE\n");
  printf("%zu lines loaded, %zu were there\n", loaded, present);
  jl_client_free(client);
  jl_local_free(local);
  jl_profile_free(profile);
  if (file != NULL) fclose(file);
  return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
