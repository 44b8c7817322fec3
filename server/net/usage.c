#include "server/net/usage.h"
#include "common/wire/connection.h"
#include <stdlib.h>
#include <string.h>

#define BUCKETS 1024
#define HOUR_US 3600000000

struct jl_usages {
  struct jl_usage *buckets[BUCKETS];
  int64_t hour_us; /* when the present hour began */
};

struct jl_usages *jl_usages_new(void) { return calloc(1, sizeof(struct jl_usages)); }

void jl_usages_free(struct jl_usages *u) {
  for (size_t i = 0; u != NULL && i < BUCKETS; i++)
    for (struct jl_usage *one = u->buckets[i], *next; one != NULL; one = next) {
      next = one->next;
      free(one);
    }
  free(u);
}

/* An account without connections is kept to the end of the hour, so that coming back does not give it new snapshots. */
void jl_usages_second(struct jl_usages *u, int64_t now_us) {
  bool hour = now_us - u->hour_us >= HOUR_US;
  if (hour) u->hour_us = now_us;
  for (size_t i = 0; i < BUCKETS; i++)
    for (struct jl_usage **at = &u->buckets[i]; *at != NULL;) {
      struct jl_usage *one = *at;
      one->requests = 0;
      if (hour) one->snapshots = 0;
      if (one->references == 0 && one->snapshots == 0) {
        *at = one->next;
        free(one);
      } else {
        at = &one->next;
      }
    }
}

static struct jl_usage *find(struct jl_usages *u, const struct jl_id *key) {
  struct jl_usage **bucket = &u->buckets[jl_id_hash(key) % BUCKETS];
  for (struct jl_usage *one = *bucket; one != NULL; one = one->next)
    if (jl_id_equal(&one->key, key)) {
      one->references++;
      return one;
    }
  struct jl_usage *one = calloc(1, sizeof *one);
  if (one == NULL) return NULL;
  *one = (struct jl_usage){.next = *bucket, .key = *key, .references = 1};
  return *bucket = one;
}

struct jl_usage *jl_usage_of_account(struct jl_usages *u, const struct jl_id *account) { return find(u, account); }

struct jl_usage *jl_usage_of_source(struct jl_usages *u, const char *peer) {
  char source[JL_SOURCE_SIZE];
  if (!jl_address_source(peer, source)) return NULL;
  struct jl_bytes text = {(const uint8_t *)source, strlen(source)};
  struct jl_id key = jl_id_derive("use of a source", &text, 1);
  return find(u, &key);
}

void jl_usage_release(struct jl_usages *u, struct jl_usage *usage) {
  (void)u; /* removed by the next second that finds nothing to keep */
  if (usage != NULL) usage->references--;
}
