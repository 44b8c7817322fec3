#include "common/model/audit.h"
#include "common/model/governance/rights.h"
#include "common/wire/unpack.h"
#include <stdlib.h>
#include <string.h>

#define SCRATCH_BYTES (64U << 20) /* of one row */

/* What an exported head says of one section: its chain behind a revision, and that no other one had come up to another. */
struct mark {
  uint64_t revision, through;
  const uint8_t *chain;
  int64_t time_us;
};
struct marks {
  struct mark *all; /* ascending */
  size_t count, next;
  uint64_t through; /* of those that were passed */
  int64_t time_us;
};
/* A personal value that is not there any more, until an erasure says so. */
struct gone {
  struct jl_id record;
  uint64_t revision;
  enum jl_section section;
  uint32_t type, field;
};
struct jl_audit {
  struct jl_audit_of of;
  struct jl_arena *scratch;
  const Jalon__ChangeBody *body; /* of the last row */
  struct jl_section_position at[JL_SECTIONS];
  struct marks marks[JL_SECTIONS];
  uint64_t sure[JL_SECTIONS];   /* the chain behind this revision was confirmed by a head */
  uint64_t linked[JL_SECTIONS]; /* or by a link or a stored state */
  uint64_t heads_revision;      /* the highest of a head's space */
  int64_t heads_time_us;
  /* the revision that is under way */
  uint64_t revision;
  uint32_t seen, expected; /* its sections, so far and by its links; expected 0: not known */
  enum jl_section last;
  struct jl_id author, replica, group;
  uint64_t seq;
  int64_t time_us;
  struct gone *gone;
  size_t gone_count, gone_capacity;
  struct jl_audit_counts counts;
};

/* ---- findings ---- */
bool jl_finding_at(struct jl_finding *ret, uint64_t revision, enum jl_section section, const struct jl_error *what) {
  *ret = (struct jl_finding){.after = revision > 0 ? revision - 1 : 0, .revision = revision, .section = section, .what = *what};
  return false;
}

static struct jl_audit *where(struct jl_audit *a, uint64_t revision, enum jl_section section, struct jl_finding *ret) {
  *ret = (struct jl_finding){.after = revision > 0 ? revision - 1 : 0, .revision = revision, .section = section};
  return a;
}
/* wrong(where(a, revision, section, ret), ret, message, hint, arguments...) */
#define wrong(place, ret, message, hint, ...) ((void)(place), jl_fail(&(ret)->what, JL_E_TAMPERED, message, hint, ##__VA_ARGS__))

static bool chains_differ(struct jl_finding *ret, uint64_t after, const uint8_t *expected, const uint8_t *found) {
  ret->after = after;
  ret->has_chains = true;
  memcpy(ret->expected, expected, JL_CHAIN_SIZE);
  memcpy(ret->found, found, JL_CHAIN_SIZE);
  return false;
}

static bool no_memory(struct jl_finding *ret) {
  *ret = (struct jl_finding){.revision = 0};
  return jl_fail(&ret->what, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
}

/* ---- heads ---- */
static int by_revision(const void *x, const void *y) {
  const struct mark *a = x, *b = y;
  if (a->revision != b->revision) return a->revision < b->revision ? -1 : 1;
  return a->through < b->through ? -1 : a->through > b->through;
}

static bool take_heads(struct jl_audit *a, enum jl_section section) {
  struct marks *m = &a->marks[section];
  if ((a->of.sections >> section & 1) == 0) return true;
  m->all = calloc(a->of.head_count + 1, sizeof *m->all);
  if (m->all == NULL) return false;
  for (size_t i = 0; i < a->of.head_count; i++) {
    const struct jl_heads *h = &a->of.heads[i];
    if (!jl_id_equal(&h->space, &a->of.space)) continue;
    if (h->revision > a->heads_revision) {
      a->heads_revision = h->revision;
      a->heads_time_us = h->time_us;
    }
    if ((h->sections >> section & 1) == 0) continue;
    const struct jl_section_position *at = &h->section[section];
    m->all[m->count++] = (struct mark){at->revision, h->revision, at->chain, h->time_us};
  }
  if (m->count > 0) qsort(m->all, m->count, sizeof *m->all, by_revision);
  return true;
}

/* Heads of a section that stand behind its newest row, or before it when that never came. */
static bool meet(struct jl_audit *a, enum jl_section section, struct jl_finding *ret) {
  struct marks *m = &a->marks[section];
  const struct jl_section_position *at = &a->at[section];
  for (; m->next < m->count && m->all[m->next].revision <= at->revision; m->next++) {
    const struct mark *mark = &m->all[m->next];
    if (mark->revision < at->revision)
      return wrong(where(a, mark->revision, section, ret), ret, JL_MSG("r{1} of {2} is in the heads exported on {3}, and not in the log"),
                   NULL, jl_arg_revision(mark->revision), jl_arg_label(jl_section_label(section)), jl_arg_time(mark->time_us));
    if (memcmp(mark->chain, at->chain, JL_CHAIN_SIZE) != 0) {
      (void)wrong(where(a, at->revision, section, ret), ret,
                  JL_MSG("the history of {2} up to r{1} is not the one whose heads were exported on {3}"),
                  JL_MSG("somebody has written the log anew, or an older copy of the database was put back since"),
                  jl_arg_revision(at->revision), jl_arg_label(jl_section_label(section)), jl_arg_time(mark->time_us));
      return chains_differ(ret, a->sure[section], mark->chain, at->chain);
    }
    a->counts.heads++;
    a->sure[section] = at->revision;
    if (mark->through > m->through) {
      m->through = mark->through;
      m->time_us = mark->time_us;
    }
  }
  return true;
}

/* ---- beginning and end ---- */
struct jl_audit *jl_audit_new(const struct jl_audit_of *of) {
  struct jl_audit *a = calloc(1, sizeof *a);
  if (a == NULL) return NULL;
  a->of = *of;
  a->scratch = jl_arena_new(SCRATCH_BYTES);
  bool ok = a->scratch != NULL;
  for (uint32_t s = 1; ok && s < JL_SECTIONS; s++) ok = take_heads(a, (enum jl_section)s);
  if (ok) return a;
  jl_audit_free(a);
  return NULL;
}

void jl_audit_free(struct jl_audit *a) {
  if (a == NULL) return;
  for (uint32_t s = 0; s < JL_SECTIONS; s++) free(a->marks[s].all);
  free(a->gone);
  jl_arena_free(a->scratch);
  free(a);
}

uint64_t jl_audit_reached(const struct jl_audit *a) { return a->revision; }

uint64_t jl_audit_confirmed(const struct jl_audit *a) {
  uint64_t all = a->revision;
  for (uint32_t s = 1; s < JL_SECTIONS; s++) {
    uint64_t sure = a->sure[s] > a->linked[s] ? a->sure[s] : a->linked[s];
    if (sure < a->at[s].revision && sure < all) all = sure;
  }
  return all;
}

const Jalon__ChangeBody *jl_audit_body(const struct jl_audit *a) { return a->body; }
const struct jl_section_position *jl_audit_sections(const struct jl_audit *a) { return a->at; }
const struct jl_audit_counts *jl_audit_counts(const struct jl_audit *a) { return &a->counts; }

/* ---- order ---- */
static enum jl_section lowest(uint32_t sections) {
  uint32_t s = 1;
  while (s < JL_SECTIONS - 1 && (sections >> s & 1) == 0) s++;
  return (enum jl_section)s;
}

/* All sections of the revision under way have come. */
static bool complete(struct jl_audit *a, struct jl_finding *ret) {
  uint32_t missing = a->expected & ~a->seen & (a->of.whole ? UINT32_MAX : a->of.sections);
  if (a->expected == 0 || missing == 0) return true;
  return wrong(where(a, a->revision, lowest(missing), ret), ret, JL_MSG("r{1} changed {2} too, and that is missing in the log"), NULL,
               jl_arg_revision(a->revision), jl_arg_label(jl_section_label(lowest(missing))));
}

static bool follows(struct jl_audit *a, const struct jl_audit_row *row, struct jl_finding *ret) {
  if (row->section <= JL_SECTION_NONE || row->section >= JL_SECTIONS || (a->of.sections >> row->section & 1) == 0)
    return wrong(where(a, row->revision, JL_SECTION_NONE, ret), ret, JL_MSG("r{1} is of a section that there is none of here"), NULL,
                 jl_arg_revision(row->revision));
  if (row->revision == a->revision && a->revision > 0 && row->section > a->last) return true;
  if (row->revision <= a->revision)
    return wrong(where(a, row->revision, row->section, ret), ret, JL_MSG("r{1} comes after r{2}"),
                 JL_MSG("revisions and their sections ascend"), jl_arg_revision(row->revision), jl_arg_revision(a->revision));
  if (!complete(a, ret)) return false;
  if (a->of.whole && row->revision != a->revision + 1)
    return wrong(where(a, a->revision + 1, JL_SECTION_NONE, ret), ret, JL_MSG("r{1} is missing: the log goes on with r{2}"), NULL,
                 jl_arg_revision(a->revision + 1), jl_arg_revision(row->revision));
  return true;
}

/* What was exported covers a part in which this row was not. */
static bool was_there(struct jl_audit *a, const struct jl_audit_row *row, struct jl_finding *ret) {
  struct marks *m = &a->marks[row->section];
  for (; m->next < m->count && m->all[m->next].revision < row->revision && m->all[m->next].revision <= a->at[row->section].revision;) {
    if (!meet(a, row->section, ret)) return false;
  }
  if (m->next < m->count && m->all[m->next].revision < row->revision) {
    const struct mark *mark = &m->all[m->next];
    return wrong(where(a, mark->revision, row->section, ret), ret,
                 JL_MSG("r{1} of {2} is in the heads exported on {3}, and not in the log"), NULL, jl_arg_revision(mark->revision),
                 jl_arg_label(jl_section_label(row->section)), jl_arg_time(mark->time_us));
  }
  if (row->revision > m->through) return true;
  return wrong(where(a, row->revision, row->section, ret), ret,
               JL_MSG("r{1} of {2} was not there when the heads of {3} were exported, which go further"), NULL,
               jl_arg_revision(row->revision), jl_arg_label(jl_section_label(row->section)), jl_arg_time(m->time_us));
}

/* ---- the body ---- */
static struct jl_id id_of(ProtobufCBinaryData bytes) {
  struct jl_id id;
  return jl_id_from_bytes(JL_PB(bytes), &id) ? id : (struct jl_id){{0}};
}

/* The rows of a revision are by one author, of one group, of one time; and time never falls. */
static bool same_group(struct jl_audit *a, const struct jl_audit_row *row, const Jalon__ChangeBody *body, struct jl_finding *ret) {
  struct jl_id author = id_of(body->author), replica = id_of(body->replica), group = id_of(body->group_id);
  if (body->revision != row->revision || body->section != row->section)
    return wrong(where(a, row->revision, row->section, ret), ret, JL_MSG("what stands at r{1} of {2} is r{3} of {4}"), NULL,
                 jl_arg_revision(row->revision), jl_arg_label(jl_section_label(row->section)), jl_arg_revision(body->revision),
                 jl_arg_label(jl_section_label(body->section < JL_SECTIONS ? (enum jl_section)body->section : JL_SECTION_NONE)));
  bool first = row->revision != a->revision;
  if (body->time_us < a->time_us)
    return wrong(where(a, row->revision, row->section, ret), ret, JL_MSG("r{1} is of an earlier time than what comes before it"), NULL,
                 jl_arg_revision(row->revision));
  if (!first && (!jl_id_equal(&author, &a->author) || !jl_id_equal(&replica, &a->replica) || !jl_id_equal(&group, &a->group) ||
                 body->seq != a->seq || body->time_us != a->time_us))
    return wrong(where(a, row->revision, row->section, ret), ret, JL_MSG("the sections of r{1} are not of one group"), NULL,
                 jl_arg_revision(row->revision));
  a->author = author;
  a->replica = replica;
  a->group = group;
  a->seq = body->seq;
  a->time_us = body->time_us;
  return true;
}

/* ---- personal values ---- */
static bool meets(struct jl_bytes salt, struct jl_bytes slice, ProtobufCBinaryData hash) {
  uint8_t found[JL_CHAIN_SIZE];
  if (hash.len == 0) return slice.size == 0;
  jl_personal_hash(salt, slice, found);
  return hash.len == sizeof found && memcmp(found, hash.data, sizeof found) == 0;
}

static bool is_gone(struct jl_audit *a, const struct jl_audit_row *row, const Jalon__RecordChange *change, uint32_t field) {
  if (a->gone_count == a->gone_capacity) {
    size_t capacity = a->gone_capacity == 0 ? 64 : a->gone_capacity * 2;
    struct gone *grown = realloc(a->gone, capacity * sizeof *grown);
    if (grown == NULL) return false;
    a->gone = grown;
    a->gone_capacity = capacity;
  }
  a->gone[a->gone_count++] = (struct gone){id_of(change->id), row->revision, row->section, change->type, field};
  return true;
}

static bool check_values(struct jl_audit *a, const struct jl_audit_row *row, const Jalon__ChangeBody *body,
                         const Jalon__ChangePrivate *private_values, struct jl_finding *ret) {
  size_t used = 0, there = private_values == NULL ? 0 : private_values->n_values;
  for (size_t i = 0; i < body->n_changes; i++) {
    const Jalon__RecordChange *change = body->changes[i];
    for (size_t f = 0; f < change->n_fields; f++) {
      const Jalon__FieldResult *field = change->fields[f];
      if (!field->has_before_hash && !field->has_after_hash) continue;
      const Jalon__PrivateValue *value = NULL;
      for (size_t v = 0; v < there && value == NULL; v++)
        if (private_values->values[v]->has_change && private_values->values[v]->change == i &&
            private_values->values[v]->field == field->field)
          value = private_values->values[v];
      struct jl_id record = id_of(change->id);
      if (value == NULL) {
        if (a->of.personal && !is_gone(a, row, change, field->field)) return no_memory(ret);
        continue;
      }
      used++;
      a->counts.personal++;
      if (meets(JL_PB(value->salt), JL_PB(value->before), field->before_hash) &&
          meets(JL_PB(value->salt), JL_PB(value->after), field->after_hash))
        continue;
      (void)wrong(where(a, row->revision, row->section, ret), ret,
                  JL_MSG("a personal value of r{1}, or its salt, is not the one whose hash is in the chain"), NULL,
                  jl_arg_revision(row->revision));
      return jl_error_at(&ret->what, change->type, &record, field->field);
    }
  }
  if (used == there) return true;
  return wrong(where(a, row->revision, row->section, ret), ret, JL_MSG("r{1} has personal values that are of no change"), NULL,
               jl_arg_revision(row->revision));
}

static bool is_changed(const Jalon__ChangeBody *body, const struct jl_id *record) {
  for (size_t i = 0; i < body->n_changes; i++) {
    struct jl_id id = id_of(body->changes[i]->id);
    if (jl_id_equal(&id, record)) return true;
  }
  return false;
}

/* An erasure accounts for the values that are gone of the records that it names, and of no others: it changes each record whose values it
 * takes. Whoever wrote a value says nothing: a person who was erased may have written about others. */
static void account_for(struct jl_audit *a, const Jalon__ChangeBody *body) {
  size_t kept = 0;
  for (size_t i = 0; i < a->gone_count; i++) {
    const struct gone *g = &a->gone[i];
    if (is_changed(body, &g->record))
      a->counts.erased++;
    else
      a->gone[kept++] = *g;
  }
  a->gone_count = kept;
}

/* ---- a row ---- */
static bool check_link(struct jl_audit *a, const struct jl_audit_row *row, const uint8_t chain[JL_CHAIN_SIZE], struct jl_finding *ret) {
  struct jl_bytes link = row->link;
  if (link.size == 0) {
    a->counts.unlinked++;
    return true;
  }
  bool of_log = link.size == JL_LINK_SIZE;
  uint32_t sections = of_log ? link.data[0] : 0;
  if (of_log) link = (struct jl_bytes){link.data + 1, link.size - 1};
  bool fits = link.size <= JL_CHAIN_SIZE && memcmp(link.data, chain, link.size) == 0;
  if (fits && of_log && ((sections >> row->section & 1) == 0 || (a->expected != 0 && sections != a->expected))) fits = false;
  if (!fits) {
    (void)wrong(where(a, row->revision, row->section, ret), ret,
                JL_MSG("r{1} of {2} is not what was committed: the chain behind it is another one"), NULL, jl_arg_revision(row->revision),
                jl_arg_label(jl_section_label(row->section)));
    if (!a->of.whole) ret->after = a->at[row->section].revision; /* or one of the section is missing before it */
    return false;
  }
  if (of_log) a->expected = sections;
  a->linked[row->section] = row->revision;
  return true;
}

static bool unreadable(struct jl_audit *a, const struct jl_audit_row *row, struct jl_finding *ret) {
  return wrong(where(a, row->revision, row->section, ret), ret, JL_MSG("r{1} of {2} cannot be read"), NULL, jl_arg_revision(row->revision),
               jl_arg_label(jl_section_label(row->section)));
}

static bool judge(struct jl_audit *a, const struct jl_audit_row *row, struct jl_finding *ret) {
  const Jalon__ChangePrivate *private_values = NULL;
  uint8_t chain[JL_CHAIN_SIZE];
  const Jalon__ChangeBody *body = (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, row->change.body, a->scratch, NULL);
  bool has_private = row->change.private_values.size > 0;
  if (has_private)
    private_values =
        (const Jalon__ChangePrivate *)jl_unpack(&jalon__change_private__descriptor, row->change.private_values, a->scratch, NULL);
  if (body == NULL && jl_arena_short(a->scratch)) return no_memory(ret);
  if (body == NULL || (has_private && private_values == NULL)) return unreadable(a, row, ret);
  jl_chain_next(a->at[row->section].chain, row->change.body, chain);
  if (!same_group(a, row, body, ret)) return false;
  if (row->revision != a->revision) {
    a->counts.revisions++;
    a->seen = a->expected = 0;
  }
  a->revision = row->revision;
  a->last = row->section;
  if (!check_link(a, row, chain, ret) || !check_values(a, row, body, private_values, ret)) return false;
  a->seen |= 1U << row->section;
  a->at[row->section].revision = row->revision;
  memcpy(a->at[row->section].chain, chain, sizeof chain);
  a->counts.rows++;
  a->body = body;
  if (body->has_erases) account_for(a, body);
  return true;
}

bool jl_audit_row(struct jl_audit *a, const struct jl_audit_row *row, struct jl_finding *ret) {
  jl_arena_reset(a->scratch);
  a->body = NULL;
  return follows(a, row, ret) && was_there(a, row, ret) && judge(a, row, ret) && meet(a, row->section, ret);
}

/* ---- what stands somewhere ---- */
bool jl_audit_state(struct jl_audit *a, uint64_t revision, const struct jl_section_position sections[JL_SECTIONS], const char *whose,
                    struct jl_finding *ret) {
  for (uint32_t s = 1; s < JL_SECTIONS; s++) {
    if ((a->of.sections >> s & 1) == 0) continue;
    const struct jl_section_position *at = &a->at[s];
    if (sections[s].revision == at->revision && memcmp(sections[s].chain, at->chain, JL_CHAIN_SIZE) == 0) {
      a->linked[s] = at->revision;
      continue;
    }
    uint64_t sure = a->sure[s] > a->linked[s] ? a->sure[s] : a->linked[s];
    (void)wrong(where(a, revision, (enum jl_section)s, ret), ret,
                sections[s].revision == at->revision ? JL_MSG("the chain of {2} behind r{1} is another one than {3} has")
                                                     : JL_MSG("{2} was last changed by r{4} and not, as {3} says, by r{5}: up to r{1}"),
                sure == at->revision ? JL_MSG("each row of the log fits: it is {3} that was changed") : NULL, jl_arg_revision(revision),
                jl_arg_label(jl_section_label((enum jl_section)s)), jl_arg_label(whose), jl_arg_revision(at->revision),
                jl_arg_revision(sections[s].revision));
    return chains_differ(ret, sure == at->revision ? ret->after : sure, sections[s].chain, at->chain);
  }
  return true;
}

static bool beyond(struct jl_audit *a, uint64_t revision, struct jl_finding *ret) {
  if (a->of.whole && a->revision < revision)
    return wrong(where(a, a->revision + 1, JL_SECTION_NONE, ret), ret,
                 JL_MSG("r{1} is missing: the log ends before it, and the space is at r{2}"), NULL, jl_arg_revision(a->revision + 1),
                 jl_arg_revision(revision));
  if (a->revision > revision)
    return wrong(where(a, revision + 1, JL_SECTION_NONE, ret), ret, JL_MSG("the space is at r{1}, and the log goes on to r{2}"), NULL,
                 jl_arg_revision(revision), jl_arg_revision(a->revision));
  if (a->heads_revision > revision)
    return wrong(where(a, revision + 1, JL_SECTION_NONE, ret), ret,
                 JL_MSG("the space ends at r{1}, and was at r{2} when its heads were exported on {3}"),
                 JL_MSG("the end of the log was cut off, or an older copy of the database was put back"), jl_arg_revision(revision),
                 jl_arg_revision(a->heads_revision), jl_arg_time(a->heads_time_us));
  return true;
}

bool jl_audit_end(struct jl_audit *a, uint64_t revision, struct jl_finding *ret) {
  if (!complete(a, ret)) return false;
  for (uint32_t s = 1; s < JL_SECTIONS; s++) {
    struct marks *m = &a->marks[s];
    if (!meet(a, (enum jl_section)s, ret)) return false;
    if (m->next < m->count)
      return wrong(where(a, m->all[m->next].revision, (enum jl_section)s, ret), ret,
                   JL_MSG("r{1} of {2} is in the heads exported on {3}, and not in the log"), NULL,
                   jl_arg_revision(m->all[m->next].revision), jl_arg_label(jl_section_label((enum jl_section)s)),
                   jl_arg_time(m->all[m->next].time_us));
  }
  return beyond(a, revision, ret) && jl_audit_gone(a, ret);
}

bool jl_audit_gone(struct jl_audit *a, struct jl_finding *ret) {
  if (a->gone_count == 0) return true;
  const struct gone *g = &a->gone[0];
  (void)wrong(where(a, g->revision, g->section, ret), ret, JL_MSG("a personal value of r{1} is gone, and no erasure says so"), NULL,
              jl_arg_revision(g->revision));
  return jl_error_at(&ret->what, g->type, &g->record, g->field);
}
