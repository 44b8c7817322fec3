#include "server/space/internal.h"
#include "server/space/text_merge.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

struct merge_item {
  uint8_t key[32]; /* hash of the three texts */
  struct jl_bytes base, theirs, mine;
  enum jl_text_result result;
  struct jl_buffer text;
};
struct jl_merge_job {
  uv_work_t work;
  struct jl_merge_job *next;        /* of the same submission, older */
  struct jl_space *space;           /* held while a worker has it */
  struct jl_submission *submission; /* NULL: it is gone */
  bool keeps_merger;
  size_t count;
  struct merge_item *items;
  uint8_t *texts; /* one copy of all */
};

static void key_of(const struct jl_text_merge *texts, uint8_t ret_key[32]) {
  const struct jl_bytes parts[] = {texts->base, texts->theirs, texts->mine};
  crypto_generichash_state state;
  crypto_generichash_init(&state, NULL, 0, 32);
  for (size_t i = 0; i < JL_COUNT(parts); i++) {
    crypto_generichash_update(&state, (const uint8_t *)&parts[i].size, sizeof parts[i].size);
    crypto_generichash_update(&state, parts[i].data, parts[i].size);
  }
  crypto_generichash_final(&state, ret_key, 32);
}

static void free_job(struct jl_merge_job *job) {
  for (size_t i = 0; i < job->count; i++) jl_buffer_release(&job->items[i].text);
  free(job->items);
  free(job->texts);
  free(job);
}

static struct jl_bytes keep(struct jl_bytes text, uint8_t **at) {
  uint8_t *copy = *at;
  memcpy(copy, text.data, text.size); /* none is empty */
  *at += text.size;
  return (struct jl_bytes){copy, text.size};
}

static size_t size_of(const struct jl_text_merge *texts, size_t count) {
  size_t size = 0;
  for (size_t i = 0; i < count; i++) size += texts[i].base.size + texts[i].theirs.size + texts[i].mine.size;
  return size;
}

static struct jl_merge_job *new_job(const struct jl_text_merge *texts, size_t count) {
  struct jl_merge_job *job = calloc(1, sizeof *job);
  if (job == NULL) return NULL;
  job->items = calloc(count, sizeof *job->items);
  job->texts = malloc(size_of(texts, count));
  if (job->items == NULL || job->texts == NULL) {
    free_job(job);
    return NULL;
  }
  uint8_t *at = job->texts;
  for (; job->count < count; job->count++) {
    struct merge_item *item = &job->items[job->count];
    key_of(&texts[job->count], item->key);
    item->base = keep(texts[job->count].base, &at);
    item->theirs = keep(texts[job->count].theirs, &at);
    item->mine = keep(texts[job->count].mine, &at);
  }
  return job;
}

/* On a worker's thread: nothing but the job is looked at. */
static void work(uv_work_t *request) {
  struct jl_merge_job *job = request->data;
  jl_text_merge_open();
  if (job->keeps_merger) jl_text_merge_open();
  for (size_t i = 0; i < job->count; i++) {
    struct merge_item *item = &job->items[i];
    item->result = jl_text_merge(item->base, item->theirs, item->mine, &item->text);
  }
  jl_text_merge_close();
}

/* What could not be merged for want of memory is a conflict: nothing is lost. */
static void keep_results(struct jl_submission *s, struct jl_merge_job *job) {
  for (size_t i = 0; i < job->count; i++)
    if (job->items[i].result == JL_TEXT_UNKNOWN) job->items[i].result = JL_TEXT_OVERLAPS;
  free(job->texts);
  job->texts = NULL;
  job->next = s->merged;
  s->merged = job;
}

static void call_next(struct jl_spaces *spaces) {
  struct jl_submission *s = spaces->merge_first;
  if (s == NULL || spaces->merges_running >= JL_TEXT_MERGES) return;
  spaces->merge_first = s->merge_next;
  if (s->merge_next == NULL) spaces->merge_last = NULL;
  s->merging = JL_MERGE_CALLED;
  jl_space_merged(s->merge_space, s);
}

static void done(uv_work_t *request, int status) {
  struct jl_merge_job *job = request->data;
  struct jl_space *space = job->space;
  struct jl_spaces *spaces = space->owner;
  struct jl_submission *s = job->submission;
  (void)status; /* never cancelled */
  spaces->merges_running--;
  if (s != NULL) {
    s->merging = JL_MERGE_IDLE;
    s->merge_job = NULL;
    keep_results(s, job);
    jl_space_merged(space, s);
  } else {
    free_job(job);
  }
  call_next(spaces);
  jl_space_release(space);
  jl_spaces_operation_done(spaces);
}

static void wait_for_worker(struct jl_space *space, struct jl_submission *s) {
  struct jl_spaces *spaces = space->owner;
  bool first = s->merging == JL_MERGE_CALLED;
  s->merging = JL_MERGE_WAITING;
  s->merge_space = space;
  s->merge_next = first ? spaces->merge_first : NULL;
  if (spaces->merge_last == NULL)
    spaces->merge_first = spaces->merge_last = s;
  else if (first)
    spaces->merge_first = s;
  else
    spaces->merge_last = spaces->merge_last->merge_next = s;
}

/* After this what is not known is a conflict. */
static void give_up(struct jl_submission *s) { s->merge_rounds = JL_TEXT_MERGE_ROUNDS; }

bool jl_merging(const struct jl_submission *s) { return s != NULL && (s->merging == JL_MERGE_WAITING || s->merging == JL_MERGE_RUNNING); }

bool jl_merge_start(struct jl_space *space, struct jl_submission *s, const struct jl_text_merge *texts, size_t count) {
  struct jl_spaces *spaces = space->owner;
  size_t size = size_of(texts, count);
  if (s->merge_bytes + size > JL_TEXT_MERGE_BYTES) {
    give_up(s);
    return false;
  }
  if (!spaces->merges_at_once && spaces->merges_running >= JL_TEXT_MERGES) {
    wait_for_worker(space, s);
    return true;
  }
  struct jl_merge_job *job = new_job(texts, count);
  s->merging = JL_MERGE_IDLE;
  s->merge_bytes += size;
  s->merge_rounds++;
  if (job == NULL) {
    give_up(s);
    return false;
  }
  job->work.data = job;
  job->keeps_merger = !spaces->merger_kept;
  spaces->merger_kept = true;
  if (spaces->merges_at_once) {
    work(&job->work);
    keep_results(s, job);
    return false;
  }
  job->space = space;
  job->submission = s;
  s->merge_job = job;
  s->merging = JL_MERGE_RUNNING;
  spaces->merges_running++;
  spaces->operations++;
  jl_space_hold(space);
  int queued = uv_queue_work(spaces->loop, &job->work, work, done);
  JL_ASSERT(queued == 0); /* it fails without a function only */
  return true;
}

enum jl_text_result jl_merge_known(const struct jl_submission *s, const struct jl_text_merge *texts, struct jl_bytes *ret_text) {
  uint8_t key[32];
  if (s->merged != NULL) key_of(texts, key);
  for (const struct jl_merge_job *job = s->merged; job != NULL; job = job->next)
    for (size_t i = 0; i < job->count; i++) {
      if (memcmp(job->items[i].key, key, sizeof key) != 0) continue;
      *ret_text = jl_buffer_bytes(&job->items[i].text);
      return job->items[i].result;
    }
  return s->merge_rounds >= JL_TEXT_MERGE_ROUNDS ? JL_TEXT_OVERLAPS : JL_TEXT_UNKNOWN;
}

void jl_merge_forget(struct jl_submission *s) {
  if (s->merge_job != NULL) s->merge_job->submission = NULL;
  for (struct jl_merge_job *job = s->merged, *next; job != NULL; job = next) {
    next = job->next;
    free_job(job);
  }
  if (s->merging != JL_MERGE_WAITING) return;
  struct jl_spaces *spaces = s->merge_space->owner;
  struct jl_submission **at = &spaces->merge_first, *before = NULL;
  while (*at != s) {
    before = *at;
    at = &before->merge_next;
  }
  *at = s->merge_next;
  if (spaces->merge_last == s) spaces->merge_last = before;
}

void jl_spaces_merge_at_once(struct jl_spaces *s) { s->merges_at_once = true; }
