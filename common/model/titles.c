#include "common/model/titles.h"
#include "common/base/text.h"
#include "common/model/replica_internal.h"
#include "common/model/rules.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define SCRATCH 16384             /* bytes for folding one title */
#define LETTERS_BYTES (16U << 20) /* of all titles that were taken apart for "did you mean" */
#define NOT_YET UINT8_MAX

struct title {
  const struct jl_record *record;
  struct jl_bytes text;
  const uint32_t *letters; /* NULL: not taken apart */
  uint64_t mask;           /* of its letters, 64 kinds */
  uint8_t letter_count;    /* NOT_YET: not looked at */
};
struct jl_titles {
  const struct jl_replica *replica;
  uint8_t (*heads)[JL_TITLE_HEAD]; /* folded, padded with zeros; apart from the rest, since most looks end here */
  struct title *titles;            /* in the replica's order: by type, then as it lists them */
  size_t count, capacity;
  bool read;
  struct jl_arena *scratch, *letters;
  uint64_t steps;
};

struct jl_titles *jl_titles_new(const struct jl_replica *r) {
  struct jl_titles *t = calloc(1, sizeof *t);
  if (t != NULL) t->replica = r;
  return t;
}

void jl_titles_free(struct jl_titles *t) {
  if (t == NULL) return;
  free(t->heads);
  free(t->titles);
  jl_arena_free(t->scratch);
  jl_arena_free(t->letters);
  free(t);
}

const struct jl_replica *jl_titles_replica(const struct jl_titles *t) { return t->replica; }
uint64_t jl_titles_steps(const struct jl_titles *t) { return t->steps; }

/* Until the next one. NULL: it cannot be folded here. */
static const char *fold(struct jl_titles *t, struct jl_bytes text) {
  char title[JL_TITLE_BYTES + 1];
  size_t size = jl_text_cut((const char *)text.data, text.size, JL_TITLE_BYTES);
  memcpy(title, text.data, size);
  title[size] = '\0';
  jl_arena_reset(t->scratch);
  return jl_text_fold(t->scratch, title);
}

/* Plain letters are folded here, which spares nearly every title the rest. */
static bool plain_head(struct jl_bytes text, uint8_t head[JL_TITLE_HEAD]) {
  size_t n = 0;
  bool space = false;
  for (size_t i = 0; i < text.size && n < JL_TITLE_HEAD; i++) {
    uint8_t c = text.data[i];
    if (c < ' ' || c >= 0x7f) return false;
    if (c == ' ') {
      space = n > 0;
      continue;
    }
    if (space) head[n++] = ' ';
    space = false;
    if (n < JL_TITLE_HEAD) head[n++] = (uint8_t)tolower(c);
  }
  return true;
}

static bool add(struct jl_titles *t, const struct jl_record *record, struct jl_bytes text) {
  if (t->count == t->capacity) {
    size_t capacity = t->capacity == 0 ? 256 : 2 * t->capacity;
    void *titles = realloc(t->titles, capacity * sizeof *t->titles);
    if (titles == NULL) return false;
    t->titles = titles;
    void *heads = realloc(t->heads, capacity * sizeof *t->heads);
    if (heads == NULL) return false;
    t->heads = heads;
    t->capacity = capacity;
  }
  uint8_t *head = memset(t->heads[t->count], 0, JL_TITLE_HEAD);
  if (!plain_head(text, head)) {
    const char *folded = fold(t, text);
    memset(head, 0, JL_TITLE_HEAD);
    if (folded == NULL) return true; /* nobody can ask for it by name */
    memcpy(head, folded, strnlen(folded, JL_TITLE_HEAD));
  }
  t->titles[t->count++] = (struct title){.record = record, .text = text, .letter_count = NOT_YET};
  return true;
}

static bool read_titles(struct jl_titles *t) {
  if (t->read) return true;
  t->count = 0;
  if (t->scratch == NULL) t->scratch = jl_arena_new(SCRATCH);
  if (t->scratch == NULL) return false;
  for (size_t k = 0; k < jl_replica_type_count(t->replica); k++) {
    uint32_t type = jl_replica_type_at(t->replica, k);
    size_t n = jl_replica_of_type(t->replica, type);
    for (size_t i = 0; i < n; i++) {
      const struct jl_record *record = jl_replica_of_type_at(t->replica, type, i);
      const struct jl_field *field = record->type == NULL ? NULL : jl_title_field(record->type);
      if (field == NULL) continue;
      struct jl_bytes text = jl_record_text(record->type, record->body, field->number);
      if (text.size > 0 && !add(t, record, text)) return false;
    }
  }
  t->read = true;
  return true;
}

static bool allowed(uint32_t type, const uint32_t *types, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (types[i] == type) return true;
  return n == 0;
}

bool jl_titles_beginning(struct jl_titles *t, const char *folded, const uint32_t *types, size_t type_count,
                         void (*found)(void *context, const struct jl_record *record, bool whole), void *context) {
  size_t size = strlen(folded), first = size < JL_TITLE_HEAD ? size : JL_TITLE_HEAD;
  if (!read_titles(t)) return false;
  for (size_t i = 0; i < t->count; i++) {
    const struct title *title = &t->titles[i];
    if (t->heads[i][0] != (uint8_t)folded[0] || memcmp(t->heads[i], folded, first) != 0 || !allowed(title->record->type_number, types, type_count)) continue;
    if (size < JL_TITLE_HEAD) {
      found(context, title->record, t->heads[i][size] == '\0');
      continue;
    }
    const char *whole = fold(t, title->text);
    if (whole != NULL && strncmp(whole, folded, size) == 0) found(context, title->record, whole[size] == '\0');
  }
  return true;
}

/* ---- the nearest ---- */
static uint64_t mask_of(const uint32_t *letters, size_t n) {
  uint64_t mask = 0;
  for (size_t i = 0; i < n; i++) mask |= UINT64_C(1) << (letters[i] & 63);
  return mask;
}

static void take_apart(struct jl_titles *t, struct title *title) {
  uint32_t letters[JL_DISTANCE_MAX];
  const char *folded = fold(t, title->text);
  title->letter_count = 0;
  if (folded == NULL) return;
  size_t n = jl_text_letters(folded, letters);
  uint32_t *kept = jl_arena_array(t->letters, n, sizeof *kept);
  if (kept == NULL) return;
  memcpy(kept, letters, n * sizeof *kept);
  title->letters = kept;
  title->letter_count = (uint8_t)n;
  title->mask = mask_of(kept, n);
}

/* Each edit takes away at most one kind of letter, and adds one. */
static bool may_be_near(const struct title *title, uint64_t mask, size_t n, int most) {
  size_t longer = title->letter_count > n ? title->letter_count - n : n - title->letter_count;
  return title->letters != NULL && longer <= (size_t)most && __builtin_popcountll(title->mask & ~mask) <= most &&
         __builtin_popcountll(mask & ~title->mask) <= most;
}

const struct jl_record *jl_titles_nearest(struct jl_titles *t, const char *folded, int most, const uint32_t *types, size_t type_count,
                                          bool (*wanted)(void *context, const struct jl_record *record), void *context) {
  const struct jl_record *nearest = NULL;
  uint32_t letters[JL_DISTANCE_MAX];
  size_t n = jl_text_letters(folded, letters), looked = 0;
  uint64_t mask = mask_of(letters, n);
  if (t->letters == NULL) t->letters = jl_arena_new(LETTERS_BYTES);
  if (t->letters == NULL || !read_titles(t)) return NULL;
  for (size_t i = 0; i < t->count && looked < JL_NEAREST_TITLES && most >= 0 && t->steps < JL_NEAREST_STEPS; i++) {
    struct title *title = &t->titles[i];
    if (!allowed(title->record->type_number, types, type_count)) continue;
    looked++;
    t->steps++;
    if (title->letter_count == NOT_YET) take_apart(t, title);
    if (!may_be_near(title, mask, n, most)) continue;
    int distance = jl_text_distance_within(letters, n, title->letters, title->letter_count, most, &t->steps);
    if (distance > most || !wanted(context, title->record)) continue;
    nearest = title->record;
    most = distance - 1;
  }
  return nearest;
}
