/* An import as libjalon sends one: groups of expenses through the outbox, several under way at once. Prints one line of figures.
 *
 *   import PROFILE ROWS GROUP LINES    ROWS expenses in groups of GROUP on the LINES budget lines that `load make` made in the current plan
 *
 * The seconds are from the first record that is made to the last verdict that is kept. */
#include "client/include/jalon.h"
#include "common/base/calendar.h"
#include "common/record/record.h"
#include "common/record/schema.h"
#include "tests/support/random.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAYS 365 /* of 2027 */
#define FIRST_DAY 20819
#define UNDER_WAY 8 /* groups that are made ahead of their verdicts */

static struct random chance = {42};
static struct jl_id plan, import;
static size_t rows, group_rows, lines, open_groups, refused;
static const struct jl_record_type *type;

static struct jl_id line_id(int line) {
  struct jl_bytes parts[2] = {{plan.bytes, 16}, {(const uint8_t *)&line, sizeof line}};
  return jl_id_derive("bench line", parts, 2);
}

static struct jl_bytes with(struct jl_arena *a, struct jl_bytes body, uint32_t number, const struct jl_value *value) {
  return jl_record_with(a, body, number, jl_value_encode(a, jl_field_by_number(type, number), value));
}

static struct jl_bytes with_text(struct jl_arena *a, struct jl_bytes body, uint32_t number, const char *text) {
  return with(a, body, number, &(struct jl_value){.text = {(const uint8_t *)text, strlen(text)}});
}

static struct jl_bytes with_number(struct jl_arena *a, struct jl_bytes body, uint32_t number, int64_t n) {
  return with(a, body, number, &(struct jl_value){.number = n});
}

/* As an accounting program exports them: every column that such a table has. */
static struct jl_bytes expense(struct jl_arena *a, size_t i) {
  static const char *const suppliers[] = {"Agence Lumière", "Imprimerie du Rhône", "Salon Expo Nord", "Régie Médias SAS", "Studio Vidéo 12"};
  char title[64], document[32];
  int64_t net = 1000 + (int64_t)random_below(&chance, 500000) * 5;
  snprintf(title, sizeof title, "Facture %06zu prestation marketing", i);
  snprintf(document, sizeof document, "FA-2027-%06zu", i);
  struct jl_bytes body = with(a, (struct jl_bytes){NULL, 0}, JL_EXPENSE_LINE, &(struct jl_value){.id = line_id((int)(i % lines))});
  body = with_text(a, body, JL_EXPENSE_TITLE, title);
  body = with_number(a, body, JL_EXPENSE_STATE, JL_INVOICED);
  body = with_number(a, body, JL_EXPENSE_DATE, FIRST_DAY + (int64_t)random_below(&chance, DAYS));
  body = with_text(a, body, JL_EXPENSE_SUPPLIER, suppliers[random_below(&chance, JL_COUNT(suppliers))]);
  body = with_number(a, body, JL_EXPENSE_NET, net);
  body = with_number(a, body, JL_EXPENSE_VAT_RATE, 2000);
  body = with_number(a, body, JL_EXPENSE_GROSS, net + net / 5);
  return with_text(a, body, JL_EXPENSE_DOCUMENT, document);
}

static void on_verdict(void *context, const struct jl_reply *reply) {
  const struct jl_error *err = reply->verdict != NULL ? &reply->verdict->error : &reply->error;
  char text[600];
  (void)context;
  open_groups--;
  if (err->code == JL_E_OK && reply->verdict != NULL) return;
  refused++;
  jl_error_describe(err, text, sizeof text);
  fprintf(stderr, "import: %s\n", text);
}

static void make_group(struct jl_client *client, size_t first, uint32_t part) {
  struct jl_arena *a = jl_arena_new(4 << 20);
  struct jl_group *group = jl_group_new(&plan);
  struct jl_error err = {0};
  JL_ASSERT(a != NULL && group != NULL);
  jl_group_import(group, &import, "factures.csv", part);
  for (size_t i = first; i < rows && i < first + group_rows; i++) {
    struct jl_id id = random_id(&chance);
    jl_arena_reset(a);
    jl_group_create(group, JL_TYPE_EXPENSE, &id, expense(a, i));
  }
  open_groups++;
  if (jl_client_submit(client, group, false, on_verdict, NULL, &err) == 0) {
    open_groups--;
    refused++;
  }
  jl_group_free(group);
  jl_arena_free(a);
}

int main(int argc, char **argv) {
  struct jl_error err = {0};
  if (argc != 5) return 2;
  rows = strtoul(argv[2], NULL, 10);
  group_rows = strtoul(argv[3], NULL, 10);
  lines = strtoul(argv[4], NULL, 10);
  type = jl_record_type_by_number(JL_TYPE_EXPENSE);
  chance.state = (uint64_t)jl_now_utc_us();
  struct jl_profile *profile = jl_profile_open(argv[1], &err);
  struct jl_local *local = profile == NULL ? NULL : jl_local_new(profile, &err);
  JL_ASSERT(local != NULL);
  struct jl_client_options options = {
      .server = jl_profile_identity(profile)->server, .program = "import", .profile = profile, .local = local, .offer_token = true};
  struct jl_client *client = jl_client_new(&options, &err);
  JL_ASSERT(client != NULL && jl_local_open(local, JL_LOCAL_WAIT_MS, &err));
  plan = jl_profile_identity(profile)->plan;
  import = jl_id_random();
  int64_t begin_us = jl_monotonic_us();
  uint32_t part = 0;
  for (size_t first = 0; first < rows; first += group_rows) {
    make_group(client, first, ++part);
    (void)jl_client_turn(client);
    while (open_groups >= UNDER_WAY) (void)jl_client_wait(client, 1);
  }
  while (open_groups > 0) (void)jl_client_wait(client, 0);
  printf("rows=%zu groups=%" PRIu32 " refused=%zu ms=%" PRId64 "\n", rows, part, refused, (jl_monotonic_us() - begin_us) / 1000);
  jl_client_free(client);
  jl_local_free(local);
  jl_profile_free(profile);
  return refused == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
