#include "common/model/governance/raci.h"
#include "common/model/governance/rights.h"
#include "common/model/replica_internal.h"
#include "common/record/schema.h"
#include <stdlib.h>
#include <string.h>

#define NAMED_MAX 4 /* of who can be asked */

static int64_t number_of(const struct jl_record *record, uint32_t field) { return jl_record_int(record->type, record->body, field, 0); }

static uint32_t letter_of(const struct jl_record *raci) {
  int64_t letter = number_of(raci, JL_RACI_LETTER);
  return letter > 0 && letter < JL_LETTERS ? (uint32_t)letter : 0;
}

/* Those of something deleted too: they are there again when it is restored. */
static const struct jl_record *next_assignment(const struct jl_replica *plan, const struct jl_id *target, const void **at) {
  const struct jl_record *raci;
  do {
    raci = jl_replica_next_naming(plan, target, JL_TYPE_RACI, JL_RACI_TARGET, at);
  } while (raci != NULL && raci->deleted_revision != 0);
  return raci;
}

static int by_number(const void *x, const void *y) {
  const struct jl_record *const *a = x, *const *b = y;
  return (*a)->number < (*b)->number ? -1 : (*a)->number > (*b)->number ? 1 : jl_id_compare(&(*a)->id, &(*b)->id);
}

/* All of them, ascending by number. SIZE_MAX: no memory. */
static const struct jl_record **assignments(const struct jl_replica *plan, const struct jl_id *target, struct jl_arena *a, size_t *ret_n) {
  const void *at = NULL;
  size_t n = 0;
  *ret_n = 0;
  while (next_assignment(plan, target, &at) != NULL) n++;
  if (n == 0) return NULL;
  const struct jl_record **all = jl_arena_array(a, n, sizeof *all);
  *ret_n = all == NULL ? SIZE_MAX : n;
  if (all == NULL) return NULL;
  at = NULL;
  for (size_t i = 0; i < n; i++) all[i] = next_assignment(plan, target, &at);
  qsort(all, n, sizeof *all, by_number);
  return all;
}

/* ---- people ---- */
const struct jl_record *jl_person_there(const struct jl_replica *organisation, const struct jl_id *id) {
  const struct jl_record *person = organisation == NULL || jl_id_is_zero(id) ? NULL : jl_replica_live(organisation, id);
  if (person == NULL || person->type_number != JL_TYPE_PERSON) return NULL;
  return number_of(person, JL_PERSON_INACTIVE) == 0 ? person : NULL;
}

static bool has_left(const struct jl_replica *organisation, const struct jl_id *id) {
  const struct jl_record *person = organisation == NULL ? NULL : jl_replica_record(organisation, id);
  return person != NULL && person->type_number == JL_TYPE_PERSON && number_of(person, JL_PERSON_INACTIVE) != 0;
}

static bool covers(const struct jl_record *leave, int32_t day) {
  return number_of(leave, JL_LEAVE_START) <= day && day <= number_of(leave, JL_LEAVE_END);
}

/* Somebody else, who is there. */
static bool substitute_of(const struct jl_replica *organisation, const struct jl_record *leave, struct jl_id *ret_id) {
  struct jl_id absent;
  return jl_record_id(leave->type, leave->body, JL_LEAVE_SUBSTITUTE, ret_id) &&
         jl_record_id(leave->type, leave->body, JL_LEAVE_PERSON, &absent) && !jl_id_equal(ret_id, &absent) &&
         jl_person_there(organisation, ret_id) != NULL;
}

const struct jl_record *jl_leave_of(const struct jl_replica *organisation, const struct jl_id *person, int32_t day) {
  const struct jl_record *best = NULL, *leave;
  const void *at = NULL;
  struct jl_id substitute;
  bool best_covered = false;
  while (organisation != NULL && (leave = jl_replica_next_referring(organisation, person, JL_TYPE_LEAVE, JL_LEAVE_PERSON, &at)) != NULL) {
    if (!covers(leave, day)) continue;
    bool covered = substitute_of(organisation, leave, &substitute);
    bool better = best == NULL || (covered && !best_covered) || (covered == best_covered && jl_id_compare(&leave->id, &best->id) < 0);
    if (!better) continue;
    best = leave;
    best_covered = covered;
  }
  return best;
}

/* ---- letters of one person ---- */
static void take_own(const struct jl_raci *in, const struct jl_id *target, const struct jl_id *person, struct jl_letters *l) {
  const struct jl_record *known = in->organisation == NULL ? NULL : jl_replica_record(in->organisation, person), *raci;
  const void *at = NULL;
  struct jl_id holder;
  while ((raci = next_assignment(in->plan, target, &at)) != NULL) {
    uint32_t letter = letter_of(raci);
    if (letter == 0 || !jl_record_id(raci->type, raci->body, JL_RACI_HOLDER, &holder) || !jl_person_belongs(known, person, &holder))
      continue;
    bool first = (l->own & JL_LETTER(letter)) == 0; /* named in person before through a group, else the lowest id: whatever the order */
    bool nearer =
        jl_id_equal(&holder, person) || (!jl_id_equal(&l->through[letter], person) && jl_id_compare(&holder, &l->through[letter]) < 0);
    if (first || nearer) l->through[letter] = holder;
    l->own |= JL_LETTER(letter);
  }
  l->held = l->own;
}

static void take_from(const struct jl_letters *absent, const struct jl_id *who, struct jl_letters *l) {
  for (uint32_t letter = 1; letter < JL_LETTERS; letter++) {
    if ((absent->own & ~l->own & JL_LETTER(letter)) == 0) continue;
    bool first = (l->held & JL_LETTER(letter)) == 0;
    if (!first && jl_id_compare(who, &l->instead_of[letter]) > 0) continue;
    l->held |= JL_LETTER(letter);
    l->instead_of[letter] = *who;
    l->through[letter] = absent->through[letter];
  }
}

void jl_letters_of(const struct jl_raci *in, const struct jl_id *target, const struct jl_id *person, struct jl_letters *ret) {
  const struct jl_record *leave;
  const void *at = NULL;
  *ret = (struct jl_letters){.held = 0};
  if (has_left(in->organisation, person)) return;
  take_own(in, target, person, ret);
  if (jl_person_there(in->organisation, person) == NULL) return;
  while ((leave = jl_replica_next_referring(in->organisation, person, JL_TYPE_LEAVE, JL_LEAVE_SUBSTITUTE, &at)) != NULL) {
    struct jl_letters theirs = {.held = 0};
    struct jl_id absent;
    if (!covers(leave, in->day) || !jl_record_id(leave->type, leave->body, JL_LEAVE_PERSON, &absent) || jl_id_equal(&absent, person) ||
        jl_person_there(in->organisation, &absent) == NULL)
      continue;
    take_own(in, target, &absent, &theirs);
    take_from(&theirs, &absent, ret);
  }
}

/* ---- targets ---- */
bool jl_raci_named(const struct jl_replica *plan, const struct jl_id *target, uint32_t letters) {
  const struct jl_record *raci;
  const void *at = NULL;
  while ((raci = next_assignment(plan, target, &at)) != NULL)
    if ((JL_LETTER(letter_of(raci)) & letters) != 0) return true;
  return false;
}

static const struct {
  uint32_t type, above; /* field that names the record above; 0: it has letters itself */
  bool or_above;        /* its own, else those above */
} ways[] = {{JL_TYPE_ACTION, 0, false},
            {JL_TYPE_PLAN, 0, false},
            {JL_TYPE_CHECKLIST_ITEM, JL_CHECKLIST_ITEM_ACTION, false},
            {JL_TYPE_LINK, JL_LINK_ACTION, false},
            {JL_TYPE_DEPENDENCY, JL_DEPENDENCY_SUCCESSOR, false},
            {JL_TYPE_BUDGET_LINE, JL_BUDGET_LINE_ACTION, true},
            {JL_TYPE_BUDGET_MONTH, JL_BUDGET_MONTH_LINE, false},
            {JL_TYPE_EXPENSE, JL_EXPENSE_LINE, false},
            {JL_TYPE_APPROVAL, JL_APPROVAL_TARGET, false}};

bool jl_raci_target(const struct jl_replica *plan, const struct jl_record *record, struct jl_id *ret_target) {
  const struct jl_record *first = record;
  for (int depth = 0; record != NULL && record->type != NULL && depth < JL_PARENT_DEPTH; depth++) {
    size_t way = 0;
    while (way < JL_COUNT(ways) && ways[way].type != record->type_number) way++;
    if (way == JL_COUNT(ways) || (record->type_number == JL_TYPE_PLAN && record != first)) return false;
    *ret_target = record->id;
    if (ways[way].above == 0 || (ways[way].or_above && jl_raci_named(plan, &record->id, JL_LETTERS_WORK))) return true;
    struct jl_id above;
    if (!jl_record_id(record->type, record->body, ways[way].above, &above)) return ways[way].or_above;
    if (ways[way].or_above && jl_replica_live(plan, &above) == NULL) return true; /* as without one */
    record = jl_replica_record(plan, &above);
  }
  return false;
}

bool jl_raci_beyond(const struct jl_replica *plan, const struct jl_record *record) {
  for (int depth = 0; record != NULL && record->type != NULL && depth < JL_PARENT_DEPTH; depth++) {
    size_t way = 0;
    struct jl_id above;
    while (way < JL_COUNT(ways) && ways[way].type != record->type_number) way++;
    if (way == JL_COUNT(ways) || ways[way].above == 0 || (ways[way].or_above && jl_raci_named(plan, &record->id, JL_LETTERS_WORK)) ||
        !jl_record_id(record->type, record->body, ways[way].above, &above))
      return false;
    record = jl_replica_record(plan, &above);
    if (record == NULL) return true;
  }
  return false;
}

bool jl_raci_enforced(const struct jl_replica *plan) {
  const struct jl_record *record = jl_replica_kind(plan) == JL_SPACE_PLAN ? jl_replica_record(plan, &jl_replica_where(plan)->space) : NULL;
  return record != NULL && record->type_number == JL_TYPE_PLAN && number_of(record, JL_PLAN_RACI_ENFORCED) != 0;
}

bool jl_raci_passes(const struct jl_raci *in, const struct jl_id *person, const struct jl_id *target, uint32_t needed,
                    struct jl_id *ret_instead_of) {
  const uint32_t accountable = JL_LETTER(JL_RACI_A);
  struct jl_letters there, everywhere;
  *ret_instead_of = (struct jl_id){{0}};
  jl_letters_of(in, target, person, &there);
  if ((there.own & needed) != 0) return true;
  jl_letters_of(in, &jl_replica_where(in->plan)->space, person, &everywhere);
  if ((everywhere.own & accountable) != 0) return true;
  for (uint32_t letter = JL_LETTERS - 1; letter > 0; letter--) /* A before R */
    if ((there.held & needed & JL_LETTER(letter)) != 0 && jl_id_is_zero(ret_instead_of)) *ret_instead_of = there.instead_of[letter];
  if ((there.held & needed) == 0 && (everywhere.held & accountable) != 0) *ret_instead_of = everywhere.instead_of[JL_RACI_A];
  return !jl_id_is_zero(ret_instead_of);
}

/* ---- everybody who holds a letter ---- */
struct people {
  const struct jl_raci *in;
  const struct jl_id *target;
  uint32_t letters;
  struct jl_arena *a;
  struct jl_raci_person *list;
  size_t count, capacity;
  bool failed;
};

static void add_person(struct people *p, const struct jl_id *id) {
  struct jl_letters letters;
  if (p->failed || jl_person_there(p->in->organisation, id) == NULL) return;
  for (size_t i = 0; i < p->count; i++)
    if (jl_id_equal(&p->list[i].id, id)) return;
  jl_letters_of(p->in, p->target, id, &letters);
  if ((letters.held & p->letters) == 0) return;
  if (p->count == p->capacity) {
    size_t wanted = p->capacity == 0 ? 16 : p->capacity * 2;
    struct jl_raci_person *larger = jl_arena_array(p->a, wanted, sizeof *larger);
    p->failed = larger == NULL;
    if (p->failed) return;
    if (p->count > 0) memcpy(larger, p->list, p->count * sizeof *larger);
    p->list = larger;
    p->capacity = wanted;
  }
  struct jl_raci_person *one = &p->list[p->count++];
  *one = (struct jl_raci_person){.id = *id, .letters = letters.held & p->letters};
  for (uint32_t letter = 1; letter < JL_LETTERS && (letters.own & p->letters) == 0; letter++)
    if ((one->letters & JL_LETTER(letter)) != 0) one->instead_of = letters.instead_of[letter];
}

static void add_members(struct people *p, const struct jl_id *group, uint32_t field) {
  size_t n = 0;
  const struct jl_record **members = jl_replica_referring(p->in->organisation, group, JL_TYPE_PERSON, field, p->a, &n);
  p->failed = p->failed || n == SIZE_MAX;
  for (size_t i = 0; !p->failed && i < n; i++) add_person(p, &members[i]->id);
}

static void add_substitutes(struct people *p, const struct jl_id *absent) {
  const struct jl_record *leave;
  const void *at = NULL;
  struct jl_id substitute;
  if (jl_person_there(p->in->organisation, absent) == NULL) return;
  while ((leave = jl_replica_next_referring(p->in->organisation, absent, JL_TYPE_LEAVE, JL_LEAVE_PERSON, &at)) != NULL)
    if (covers(leave, p->in->day) && substitute_of(p->in->organisation, leave, &substitute)) add_person(p, &substitute);
}

void jl_raci_people(const struct jl_raci *in, const struct jl_id *target, uint32_t letters, struct jl_arena *a,
                    struct jl_raci_person **ret_people, size_t *ret_count) {
  struct people p = {.in = in, .target = target, .letters = letters, .a = a};
  size_t n = 0;
  *ret_people = NULL;
  *ret_count = 0;
  if (in->organisation == NULL) return;
  const struct jl_record **all = assignments(in->plan, target, a, &n);
  p.failed = n == SIZE_MAX;
  if (p.failed) n = 0;
  for (int pass = 0; pass < 3; pass++)
    for (size_t i = 0; i < n; i++) {
      struct jl_id holder;
      if ((JL_LETTER(letter_of(all[i])) & letters) == 0 || !jl_record_id(all[i]->type, all[i]->body, JL_RACI_HOLDER, &holder)) continue;
      if (pass == 0) add_person(&p, &holder);
      if (pass == 1) add_members(&p, &holder, JL_PERSON_ROLES);
      if (pass == 2) add_members(&p, &holder, JL_PERSON_TEAMS);
    }
  for (size_t i = 0, named = p.count; i < named; i++) { /* the list grows meanwhile; who is added stands for nobody */
    struct jl_id absent = p.list[i].id;
    add_substitutes(&p, &absent);
  }
  *ret_people = p.list;
  *ret_count = p.failed ? SIZE_MAX : p.count;
}

/* ---- who can be asked ---- */
struct naming {
  const struct jl_raci *in;
  struct jl_arena *a;
  const char *text;
  char *handle;
  struct jl_id named[NAMED_MAX];
  size_t count;
  bool groups, more;
};

/* "@paul": the first word, as people write it to somebody. */
static void handle_of(struct jl_bytes name, char ret[JL_HANDLE_MAX]) {
  size_t size = 0;
  while (size < name.size && size < JL_HANDLE_MAX - 2 && name.data[size] > ' ') size++;
  while (size > 0 && size < name.size && (name.data[size] & 0xC0) == 0x80) size--; /* not in the middle of a character */
  ret[0] = '@';
  for (size_t i = 0; i < size; i++)
    ret[i + 1] = (char)(name.data[i] >= 'A' && name.data[i] <= 'Z' ? name.data[i] + ('a' - 'A') : name.data[i]);
  ret[size + 1] = '\0';
}

static void name_one(struct naming *to, const struct jl_record *holder, char letter) {
  const struct jl_field *title = holder->type == NULL ? NULL : jl_title_field(holder->type);
  for (size_t i = 0; i < to->count; i++)
    if (jl_id_equal(&to->named[i], &holder->id)) return;
  if (title == NULL || to->text == NULL) return;
  to->more = to->count == NAMED_MAX;
  if (to->more) return;
  struct jl_bytes name = jl_record_text(holder->type, holder->body, title->number);
  if (to->count == 0) handle_of(name, to->handle);
  to->text = jl_arena_printf(to->a, "%s%s%.*s (%c)", to->text, to->count == 0 ? "" : ", ", (int)name.size, (const char *)name.data, letter);
  to->named[to->count++] = holder->id;
}

static void name_person(struct naming *to, const struct jl_id *id, char letter) {
  const struct jl_record *person = jl_person_there(to->in->organisation, id);
  const struct jl_record *leave = person == NULL ? NULL : jl_leave_of(to->in->organisation, id, to->in->day);
  struct jl_id substitute;
  if (leave != NULL && substitute_of(to->in->organisation, leave, &substitute))
    person = jl_replica_record(to->in->organisation, &substitute);
  if (person != NULL) name_one(to, person, letter);
}

static void name_holder(struct naming *to, const struct jl_id *id, char letter) {
  const struct jl_record *holder = jl_replica_live(to->in->organisation, id);
  if (holder == NULL) return;
  if (holder->type_number == JL_TYPE_PERSON) {
    name_person(to, id, letter);
  } else if (to->groups) {
    name_one(to, holder, letter);
  } else if (holder->type_number == JL_TYPE_ROLE) {
    size_t n = 0;
    const struct jl_record **people = jl_replica_referring(to->in->organisation, id, JL_TYPE_PERSON, JL_PERSON_ROLES, to->a, &n);
    for (size_t i = 0; n != SIZE_MAX && i < n && !to->more; i++) name_person(to, &people[i]->id, letter);
  } else {
    const void *at = NULL;
    const struct jl_record *member;
    while ((member = jl_replica_next_referring(to->in->organisation, id, JL_TYPE_PERSON, JL_PERSON_TEAMS, &at)) != NULL)
      if (jl_person_there(to->in->organisation, &member->id) != NULL) break;
    if (member != NULL) name_one(to, holder, letter); /* a team without people cannot be asked */
  }
}

const char *jl_raci_names(const struct jl_raci *in, const struct jl_id *target, uint32_t letters, bool groups, struct jl_arena *a,
                          char ret_handle[JL_HANDLE_MAX]) {
  static const struct {
    uint32_t letter;
    char text;
  } order[] = {{JL_RACI_A, 'A'}, {JL_RACI_R, 'R'}, {JL_RACI_C, 'C'}, {JL_RACI_I, 'I'}};
  struct naming to = {.in = in, .a = a, .text = "", .handle = ret_handle, .groups = groups};
  size_t n = 0;
  ret_handle[0] = '\0';
  if (in->organisation == NULL) return "";
  const struct jl_record **all = assignments(in->plan, target, a, &n);
  if (n == SIZE_MAX) n = 0;
  for (size_t o = 0; o < JL_COUNT(order); o++)
    for (size_t i = 0; i < n && !to.more; i++) {
      struct jl_id holder;
      if (letter_of(all[i]) == order[o].letter && (letters & JL_LETTER(order[o].letter)) != 0 &&
          jl_record_id(all[i]->type, all[i]->body, JL_RACI_HOLDER, &holder))
        name_holder(&to, &holder, order[o].text);
    }
  if (to.more && to.text != NULL) to.text = jl_arena_printf(a, "%s ...", to.text);
  return to.text == NULL ? "" : to.text;
}
