/* Undoing: the inverse of random groups of every kind of edit brings the state back, that of the inverse makes it again, and what others
 * changed in between stays theirs. JALON_SEED repeats one run. */
#include "common/base/limits.h"
#include "common/model/inverse.h"
#include "common/model/replica_internal.h"
#include "common/wire/unpack.h"
#include "tests/unit/model_fixture.h"

/* ---- chance: the same everywhere for a seed ---- */
static uint64_t chance;
static uint64_t next_chance(void) {
  chance ^= chance << 13;
  chance ^= chance >> 7;
  chance ^= chance << 17;
  return chance;
}
static unsigned pick(size_t n) { return (unsigned)(next_chance() % n); }

/* ---- groups of anything ---- */
static const uint32_t types[] = {JL_TYPE_OBJECTIVE, JL_TYPE_LEVER,   JL_TYPE_ACTION,   JL_TYPE_ACTION, JL_TYPE_CHECKLIST_ITEM, JL_TYPE_BUDGET_LINE,
                                 JL_TYPE_KPI,       JL_TYPE_COMMENT, JL_TYPE_RACI,     JL_TYPE_RACI};
struct known {
  struct jl_id id;
  uint32_t type;
};
struct play {
  struct fx *f;
  struct known known[4000];
  size_t count;
  unsigned last;
  uint32_t verbs[5], merges[4], moves; /* how many of each came to be and were undone */
};

static struct jl_id any_of(struct play *p, const struct jl_field *field) {
  for (int tries = 0; tries < 20 && p->count > 0; tries++) {
    const struct known *k = &p->known[pick(p->count)];
    if (jl_field_refers_to(field, k->type)) return k->id;
  }
  return pick(2) == 0 ? p->f->paul : pick(2) == 0 ? p->f->marie : p->f->plan;
}

static struct jl_value any_value(struct play *p, const struct jl_field *field) {
  static const char *const words[] = {"un", "deux", "trois", "quatre", "cinq", "six"};
  int64_t low = field->has_minimum ? field->minimum : 0, high = field->has_maximum ? field->maximum : low + 1000;
  char *text;
  switch (field->kind) {
  case JL_KIND_REFERENCE: return (struct jl_value){.id = any_of(p, field)};
  case JL_KIND_ENUM: return (struct jl_value){.number = field->enumeration->values[pick(field->enumeration->count)].number};
  case JL_KIND_BOOL: return (struct jl_value){.number = pick(2)};
  case JL_KIND_CURRENCY: return (struct jl_value){.text = {(const uint8_t *)"EUR", 3}};
  case JL_KIND_LINK: return (struct jl_value){.text = {(const uint8_t *)"https://example.org", 19}};
  case JL_KIND_DATE: return (struct jl_value){.number = 20454 + pick(300)};
  case JL_KIND_TEXT:
  case JL_KIND_LONG_TEXT:
    text = jl_arena_printf(p->f->a, "%s %s %u", words[pick(6)], words[pick(6)], pick(1000));
    return (struct jl_value){.text = {(const uint8_t *)text, strlen(text)}};
  default: return (struct jl_value){.number = low + (int64_t)(next_chance() % (uint64_t)(high - low + 1 > 100000 ? 100000 : high - low + 1))};
  }
}

static struct jl_bytes any_slice(struct play *p, const struct jl_field *field) {
  struct jl_value values[3];
  size_t n = field->repeated ? 1 + pick(3) : 1;
  for (size_t i = 0; i < n; i++) values[i] = any_value(p, field);
  return field->repeated ? jl_values_encode(p->f->a, field, values, n) : jl_value_encode(p->f->a, field, values);
}

/* There is a record that this reference may name: with any other value a group is only refused. */
static bool can_name(const struct jl_field *field) {
  bool any = field->kind != JL_KIND_REFERENCE || jl_field_refers_to(field, JL_TYPE_PERSON) || jl_field_refers_to(field, JL_TYPE_PLAN);
  for (size_t i = 0; !any && i < JL_COUNT(types); i++) any = jl_field_refers_to(field, types[i]);
  return any;
}

/* Who may let an action start is judged by who decided about it (unit/approvals, unit/launch), not by what it was before. */
static bool left_alone(uint32_t type, const struct jl_field *field) {
  if (field->kind == JL_KIND_RANK) return false;
  return field->by_server || !can_name(field) ||
         (type == JL_TYPE_ACTION && (field->number == JL_ACTION_NEEDS_APPROVAL || field->number == JL_ACTION_CAMPAIGN));
}

static void make_any(struct play *p, uint32_t number) {
  const struct jl_record_type *type = jl_record_type_by_number(number);
  struct draft d = d_new(p->f, number);
  for (size_t i = 0; i < type->field_count; i++) {
    const struct jl_field *field = &type->fields[i];
    if (left_alone(number, field) || field->kind == JL_KIND_RANK || !(field->required || pick(3) == 0)) continue;
    d.body = jl_record_with(p->f->a, d.body, field->number, any_slice(p, field));
  }
  struct jl_id id = type->natural_key[0] != '\0' ? fx_natural(p->f, &d) : fx_id(++p->last + 100);
  fx_create(p->f, &d, id);
  if (p->count < JL_COUNT(p->known)) p->known[p->count++] = (struct known){id, number};
}

static void move_any(struct play *p, Jalon__Edit *e, const struct jl_field *field, uint32_t type) {
  Jalon__FieldEdit *x = fx_set(p->f, e, field->number, NONE, NONE);
  const struct known *beside = &p->known[pick(p->count)];
  x->has_seen = x->has_next = false;
  x->has_after = true;
  if (beside->type == type) x->after = fx_pb_id(p->f, beside->id);
}

static void change_any(struct play *p, const struct known *k) {
  const struct jl_record_type *type = jl_record_type_by_number(k->type);
  const struct jl_record *now = jl_replica_record(p->f->space, &k->id);
  if (now == NULL) return;
  Jalon__Edit *e = fx_edit(p->f, JALON__VERB__UPDATE, k->type, k->id);
  for (size_t i = 0; i < type->field_count; i++) {
    const struct jl_field *field = &type->fields[i];
    if (left_alone(k->type, field) || (field->immutable && field->kind != JL_KIND_RANK) || e->n_fields > 10) continue;
    if (pick(4) != 0 && field->merge != JL_MERGE_COUNTER) continue; /* there are few of these: always */
    struct jl_bytes slice = jl_arena_dup(p->f->a, jl_record_slice(now->body, field->number));
    if (field->kind == JL_KIND_RANK)
      move_any(p, e, field, k->type);
    else if (field->merge == JL_MERGE_COUNTER && pick(2) == 0) {
      Jalon__FieldEdit *x = fx_set(p->f, e, field->number, NONE, NONE);
      x->has_seen = x->has_next = false;
      x->has_add_number = true;
      x->add_number = 1 + pick(9);
    } else if (field->merge == JL_MERGE_SET && pick(2) == 0) {
      Jalon__FieldEdit *x = fx_set(p->f, e, field->number, NONE, NONE);
      x->has_seen = x->has_next = false;
      x->has_add = true;
      x->add = fx_pb(p->f, any_slice(p, field));
    } else
      fx_set(p->f, e, field->number, slice, !field->required && pick(4) == 0 ? NONE : any_slice(p, field));
  }
  if (e->n_fields == 0) p->f->group.n_edits--;
}

static void any_edit(struct play *p) {
  const struct known *k = p->count > 0 ? &p->known[pick(p->count)] : NULL;
  const struct jl_record *now = k == NULL ? NULL : jl_replica_record(p->f->space, &k->id);
  switch (now == NULL ? 0 : pick(10)) {
  case 0:
  case 1:
  case 2: make_any(p, types[pick(JL_COUNT(types))]); return;
  case 3: fx_delete(p->f, k->type, k->id, now->revision, true); return;
  case 4:
    if (now->deleted_revision != 0) fx_edit(p->f, JALON__VERB__RESTORE, k->type, k->id);
    return;
  default: change_any(p, k); return;
  }
}

/* A group that was accepted and did something. */
static void any_group(struct play *p, struct jl_id author, size_t most) {
  for (;;) {
    size_t known = p->count;
    p->f->author = author;
    fx_begin(p->f);
    for (size_t i = 1 + pick(most); i > 0; i--) any_edit(p);
    if (p->f->group.n_edits > 0 && fx_send(p->f) && p->f->out.change_count > 0) return;
    p->count = known;
  }
}

/* ---- what it did, and its inverse ---- */
struct done {
  struct jl_logged *changes;
  size_t count;
  uint64_t revision;
};

static void read_change(struct fx *f, const Jalon__ChangeBody *body, const Jalon__ChangePrivate *values, size_t index, struct jl_logged *to) {
  const Jalon__RecordChange *c = body->changes[index];
  struct jl_logged_field *fields = jl_arena_array(f->a, c->n_fields + 1, sizeof *fields);
  for (size_t i = 0; i < c->n_fields; i++) {
    const Jalon__FieldResult *r = c->fields[i];
    fields[i] = (struct jl_logged_field){r->field, JL_PB(r->before), JL_PB(r->after), r->has_before_hash || r->has_after_hash};
    for (size_t k = 0; values != NULL && k < values->n_values; k++)
      if (values->values[k]->change == index && values->values[k]->field == r->field)
        fields[i] = (struct jl_logged_field){r->field, JL_PB(values->values[k]->before), JL_PB(values->values[k]->after), false};
  }
  *to = (struct jl_logged){.type = c->type, .verb = (uint32_t)c->verb, .number = c->number, .fields = fields, .field_count = c->n_fields};
  assert_true(jl_id_from_bytes(JL_PB(c->id), &to->id));
}

static struct done last_group(struct fx *f) {
  struct done d = {.changes = jl_arena_array(f->a, 8000, sizeof *d.changes), .revision = jl_replica_where(f->space)->revision};
  struct jl_error err;
  for (size_t i = 0; i < f->out.change_count; i++) {
    const struct jl_change *c = &f->out.changes[i];
    const Jalon__ChangeBody *body = (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, c->body, f->a, &err);
    const Jalon__ChangePrivate *values =
        c->private_values.size == 0 ? NULL : (const Jalon__ChangePrivate *)jl_unpack(&jalon__change_private__descriptor, c->private_values, f->a, &err);
    assert_non_null(body);
    for (size_t k = 0; k < body->n_changes; k++) read_change(f, body, values, k, &d.changes[d.count++]);
  }
  return d;
}

static void put_inverse(struct fx *f, const struct jl_inverse *inverse) {
  fx_begin(f);
  for (size_t i = 0; i < inverse->count; i++) {
    const struct jl_inverse_edit *in = &inverse->edits[i];
    if (in->apart) continue;
    if (in->verb == JALON__VERB__DELETE) {
      fx_delete(f, in->type, in->id, in->seen_revision, in->with_children);
      continue;
    }
    Jalon__Edit *e = fx_edit(f, (Jalon__Verb)in->verb, in->type, in->id);
    e->fields = jl_arena_array(f->a, in->field_count + 1, sizeof *e->fields);
    for (size_t k = 0; k < in->field_count; k++) {
      if (in->fields[k].apart) continue;
      Jalon__FieldEdit *x = fx_set(f, e, in->fields[k].field, in->fields[k].seen, in->fields[k].next);
      if (!in->fields[k].counts) continue;
      x->has_seen = x->has_next = false;
      x->has_add_number = true;
      x->add_number = in->fields[k].add;
    }
  }
}

static struct jl_inverse inverse_of(struct fx *f, const struct done *d) {
  struct jl_inverse inverse;
  struct jl_error err;
  assert_true(jl_inverse_of(d->changes, d->count, d->revision, f->a, &inverse, &err));
  assert_false(inverse.decided);
  return inverse;
}

static void live_hash(const struct fx *f, uint8_t hash[32]) { jl_replica_live_hash(f->space, hash); }

static void note(struct play *p, const struct done *d) {
  for (size_t i = 0; i < d->count; i++) {
    const struct jl_record_type *type = jl_record_type_by_number(d->changes[i].type);
    p->verbs[d->changes[i].verb]++;
    for (size_t k = 0; d->changes[i].verb == JALON__VERB__UPDATE && k < d->changes[i].field_count; k++) {
      const struct jl_field *field = jl_field_by_number(type, d->changes[i].fields[k].field);
      p->merges[field->merge]++;
      p->moves += field->kind == JL_KIND_RANK;
    }
  }
}

static uint64_t first_seed(void) {
  const char *given = getenv("JALON_SEED");
  return given == NULL ? 0 : strtoull(given, NULL, 10);
}

static struct play *new_play(void **state, uint64_t seed) {
  struct play *p = calloc(1, sizeof *p);
  assert_non_null(p);
  assert_int_equal(fx_setup((void **)&p->f), 0);
  chance = seed * UINT64_C(0x9E3779B97F4A7C15) | 1;
  (void)state;
  return p;
}

static void end_play(struct play *p) {
  void *f = p->f;
  (void)fx_teardown(&f);
  free(p);
}

/* A value that is put back may name what went before this group did anything: that is refused by name, as for every edit. */
static bool names_what_went(const struct fx *f) { return f->err.code == JL_E_PARENT_DELETED; }

/* Group, inverse: the state of before. Inverse of the inverse: the state of after. */
static void there_and_back(void **state) {
  uint64_t seed = first_seed(), end = seed == 0 ? 30 : seed + 1;
  uint32_t verbs[5] = {0}, merges[4] = {0}, moves = 0;
  size_t undone = 0, refused = 0;
  for (seed = seed == 0 ? 1 : seed; seed < end; seed++) {
    struct play *p = new_play(state, seed);
    for (int round = 0; round < 40; round++) {
      uint8_t before[32], after[32], now[32];
      live_hash(p->f, before);
      any_group(p, p->f->paul, 8);
      live_hash(p->f, after);
      struct done group = last_group(p->f);
      struct jl_inverse inverse = inverse_of(p->f, &group);
      put_inverse(p->f, &inverse);
      if (!fx_send(p->f)) {
        char words[800];
        jl_error_describe(&p->f->err, words, sizeof words);
        if (!names_what_went(p->f)) fail_msg("seed %llu, round %d: %s", (unsigned long long)seed, round, words);
        refused++;
        continue;
      }
      live_hash(p->f, now);
      if (memcmp(now, before, 32) != 0) fail_msg("seed %llu, round %d: not what it was", (unsigned long long)seed, round);
      note(p, &group);
      undone++;
      if (p->f->out.change_count == 0) continue; /* it had changed only what cannot be seen */
      struct done back = last_group(p->f);
      struct jl_inverse again = inverse_of(p->f, &back);
      put_inverse(p->f, &again);
      fx_ok(p->f);
      live_hash(p->f, now);
      if (memcmp(now, after, 32) != 0) fail_msg("seed %llu, round %d: not made again", (unsigned long long)seed, round);
    }
    for (int i = 0; i < 5; i++) verbs[i] += p->verbs[i];
    for (int i = 0; i < 4; i++) merges[i] += p->merges[i];
    moves += p->moves;
    end_play(p);
  }
  if (first_seed() != 0) return;
  print_message("%zu undone, %zu named what went; created %u, changed %u, deleted %u, restored %u; scalars %u, sets %u, texts %u, counters %u, moves %u\n",
                undone, refused, verbs[1], verbs[2], verbs[3], verbs[4], merges[0], merges[1], merges[2], merges[3], moves);
  for (int i = 1; i < 5; i++) assert_true(verbs[i] > 20);
  for (int i = 0; i < 4; i++) assert_true(merges[i] > 10);
  assert_true(moves > 20 && refused < undone / 5);
}

/* ---- with others in between ---- */
static bool touched_by(const struct done *d, const struct jl_id *id, uint32_t field) {
  for (size_t i = 0; i < d->count; i++) {
    if (!jl_id_equal(&d->changes[i].id, id)) continue;
    if (field == 0 || d->changes[i].verb != JALON__VERB__UPDATE) return true;
    for (size_t k = 0; k < d->changes[i].field_count; k++)
      if (d->changes[i].fields[k].field == field) return true;
  }
  return false;
}

/* The inverse without what is in conflict; false: refused as a whole. */
static bool undo_the_rest(struct fx *f, struct jl_inverse *inverse) {
  for (int tries = 0; tries < 200; tries++) {
    put_inverse(f, inverse);
    if (f->group.n_edits == 0 || fx_send(f)) return true;
    size_t set = 0;
    for (size_t i = 0; i < f->out.conflict_count; i++) {
      struct jl_id id;
      assert_true(jl_id_from_bytes(JL_PB(f->out.conflicts[i].record), &id));
      set += jl_inverse_set_apart(inverse, &id, f->out.conflicts[i].field, true);
    }
    if (set == 0) return false;
  }
  return false;
}

static void check_field_of(const struct fx *f, const struct jl_record *r, const struct jl_logged_field *was, struct jl_bytes between, bool touched,
                           uint64_t seed, int round) {
  const struct jl_field *field = jl_field_by_number(r->type, was->field);
  struct jl_bytes now = jl_record_slice(r->body, was->field), wanted = touched ? between : was->before;
  (void)f;
  if (field->merge != JL_MERGE_SCALAR || field->kind == JL_KIND_RANK || field->by_server /* follows who undid it */) return;
  if (!jl_bytes_equal(now, wanted) && !(touched && jl_bytes_equal(now, was->before) && jl_bytes_equal(between, was->after)))
    fail_msg("seed %llu, round %d: %s of %s is neither the value of before nor that of who changed it since", (unsigned long long)seed, round,
             field->name, r->type->name);
}

static void only_what_nobody_touched(void **state) {
  uint64_t seed = first_seed(), end = seed == 0 ? 30 : seed + 1;
  size_t checked = 0, kept = 0, whole = 0;
  for (seed = seed == 0 ? 1 : seed; seed < end; seed++) {
    struct play *p = new_play(state, seed + 1000);
    for (int round = 0; round < 40; round++) {
      any_group(p, p->f->paul, 6);
      struct done group = last_group(p->f);
      any_group(p, p->f->marie, 6);
      struct done other = last_group(p->f);
      struct jl_bytes between[64];
      for (size_t i = 0; i < group.count && i < 64; i++) {
        const struct jl_record *r = jl_replica_record(p->f->space, &group.changes[i].id);
        between[i] = jl_arena_dup(p->f->a, r->body);
      }
      struct jl_inverse inverse = inverse_of(p->f, &group);
      p->f->author = p->f->paul;
      if (!undo_the_rest(p->f, &inverse)) {
        whole++;
        continue;
      }
      for (size_t i = 0; i < group.count && i < 64; i++) {
        const struct jl_logged *c = &group.changes[i];
        const struct jl_record *r = jl_replica_record(p->f->space, &c->id);
        bool touched = touched_by(&other, &c->id, 0);
        if (c->verb == JALON__VERB__CREATE && !touched && r->deleted_revision == 0) {
          bool stays = false; /* for what lies below it and stays */
          for (size_t k = 0; k < inverse.count; k++) stays = stays || (jl_id_equal(&inverse.edits[k].id, &c->id) && inverse.edits[k].apart);
          if (!stays) fail_msg("seed %llu, round %d: what was made is still there", (unsigned long long)seed, round);
        }
        if (c->verb == JALON__VERB__CREATE && touched && r->deleted_revision == 0) kept++;
        if (c->verb != JALON__VERB__UPDATE || r->deleted_revision != 0) continue;
        for (size_t k = 0; k < c->field_count; k++)
          check_field_of(p->f, r, &c->fields[k], jl_record_slice(between[i], c->fields[k].field), touched_by(&other, &c->id, c->fields[k].field), seed, round);
        checked += c->field_count;
      }
    }
    end_play(p);
  }
  if (first_seed() != 0) return;
  print_message("%zu fields looked at, %zu new records stay as others changed them, %zu refused as a whole\n", checked, kept, whole);
  assert_true(checked > 200 && kept > 5);
}

/* ---- the log says so ---- */
static void the_log_says_what_was_undone(void **state) {
  struct fx *f = *state;
  struct draft d = fx_action(f, "An action");
  struct jl_error err;
  fx_create_ok(f, &d, fx_id(100));
  const Jalon__ChangeBody *body = (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, f->out.changes[0].body, f->a, &err);
  assert_true(body != NULL && !body->has_undoes && !body->has_redoes);
  struct done made = last_group(f);
  struct jl_inverse inverse = inverse_of(f, &made);
  put_inverse(f, &inverse);
  f->group.has_undoes = true;
  f->group.undoes = 2;
  fx_ok(f);
  body = (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, f->out.changes[0].body, f->a, &err);
  assert_true(body != NULL && body->undoes == 2 && !body->has_redoes);
  struct done undone = last_group(f);
  inverse = inverse_of(f, &undone);
  put_inverse(f, &inverse);
  f->group.has_redoes = true;
  f->group.redoes = 3;
  fx_ok(f);
  body = (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, f->out.changes[0].body, f->a, &err);
  assert_true(body != NULL && !body->has_undoes && body->redoes == 3);
}

static void the_log_names_the_import(void **state) {
  struct fx *f = *state;
  struct draft d = fx_action(f, "An action");
  struct jl_error err;
  char name[JL_IMPORT_NAME_MAX + 2];
  memset(name, 'n', sizeof name - 1);
  name[sizeof name - 1] = '\0';
  fx_begin(f);
  fx_create(f, &d, fx_id(100));
  f->group.has_import = f->group.has_import_part = true;
  f->group.import = fx_pb_id(f, fx_id(500));
  f->group.import_part = 7;
  fx_refused(f, JL_E_INVALID, "name");
  f->group.import_name = name;
  fx_refused(f, JL_E_INVALID, "name");
  f->group.import_name = name + sizeof name - 1;
  fx_refused(f, JL_E_INVALID, "name");
  f->group.import_name = name + 1;
  f->group.has_import = false;
  fx_refused(f, JL_E_INVALID, "id");
  f->group.has_import = true;
  fx_ok(f);
  const Jalon__ChangeBody *body = (const Jalon__ChangeBody *)jl_unpack(&jalon__change_body__descriptor, f->out.changes[0].body, f->a, &err);
  struct jl_id import;
  assert_true(body != NULL && jl_id_from_bytes(JL_PB(body->import), &import));
  assert_memory_equal(import.bytes, fx_id(500).bytes, sizeof import.bytes);
  assert_string_equal(body->import_name, name + 1);
  assert_int_equal(body->import_part, 7);
}

/* A restored action goes with what is below it, but not with what came there since, whoever added it. */
static void what_came_below_a_restored_one_stays(void **state) {
  struct fx *f = *state;
  struct draft d = fx_action(f, "An action"), item = d_new(f, JL_TYPE_CHECKLIST_ITEM);
  d_text(d_ref(&item, JL_CHECKLIST_ITEM_ACTION, fx_id(100)), JL_CHECKLIST_ITEM_TITLE, "An item");
  fx_create_ok(f, &d, fx_id(100));
  fx_create_ok(f, &item, fx_id(101));
  for (int own = 0; own < 2; own++) {
    fx_begin(f);
    fx_delete(f, JL_TYPE_ACTION, fx_id(100), jl_replica_where(f->space)->revision, true);
    fx_ok(f);
    fx_begin(f);
    fx_edit(f, JALON__VERB__RESTORE, JL_TYPE_ACTION, fx_id(100));
    fx_ok(f);
    struct done restored = last_group(f);
    struct jl_inverse inverse = inverse_of(f, &restored);
    assert_true(inverse.count == 1 && inverse.edits[0].with_children);
    if (own == 0) { /* nothing came since: both go */
      put_inverse(f, &inverse);
      f->group.has_undoes = true;
      f->group.undoes = restored.revision;
      fx_ok(f);
      struct jl_id below = fx_id(101);
      assert_null(jl_replica_live(f->space, &below));
      fx_begin(f);
      fx_edit(f, JALON__VERB__RESTORE, JL_TYPE_ACTION, fx_id(100));
      fx_ok(f);
      continue;
    }
    fx_create_ok(f, &item, fx_id(102));
    put_inverse(f, &inverse);
    f->group.has_undoes = true;
    f->group.undoes = restored.revision;
    assert_false(fx_send(f));
    assert_int_equal(f->err.code, JL_E_RECORD_CHANGED);
    assert_int_equal(f->out.conflict_count, 1);
    assert_memory_equal(f->out.conflicts[0].record.data, fx_id(102).bytes, sizeof fx_id(102).bytes);
    put_inverse(f, &inverse); /* no undoing but a deletion of one's own: what one added oneself has been seen */
    fx_ok(f);
  }
}

/* What a group says that it takes back counts by what it did: the record, and the verb, the value or the number. */
static void only_what_was_really_taken_back(void **state) {
  struct fx *f = *state;
  struct jl_error err;
  const int64_t after[] = {100, 99, 100, 105}; /* another record's; too much; that which was added; made again */
  struct draft d = fx_action(f, "An action");
  d_int(&d, JL_ACTION_QUANTITY_DONE, 100);
  fx_create_ok(f, &d, fx_id(100));
  struct done made = last_group(f);
  struct jl_inverse of_made = inverse_of(f, &made);
  fx_begin(f);
  Jalon__FieldEdit *x = fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_ACTION, fx_id(100)), JL_ACTION_QUANTITY_DONE, NONE, NONE);
  x->has_seen = x->has_next = false;
  x->has_add_number = true;
  x->add_number = 5;
  fx_ok(f);
  struct done counted = last_group(f);
  struct jl_inverse inverse = inverse_of(f, &counted);
  assert_true(inverse.count == 1 && inverse.edits[0].fields[0].counts && inverse.edits[0].fields[0].add == -5);
  for (int i = 0; i < 4; i++) {
    int64_t before = i == 3 ? 100 : 105;
    const struct jl_logged_field field = {.field = JL_ACTION_QUANTITY_DONE, .before = fx_int(f, JL_TYPE_ACTION, JL_ACTION_QUANTITY_DONE, before),
                                          .after = fx_int(f, JL_TYPE_ACTION, JL_ACTION_QUANTITY_DONE, after[i])};
    const struct jl_logged c = {.type = JL_TYPE_ACTION, .verb = JALON__VERB__UPDATE, .id = fx_id(i == 0 ? 101 : 100), .fields = &field, .field_count = 1};
    assert_true(jl_inverse_taken_back(&inverse, &c, 1, i != 3, f->a, &err));
    assert_int_equal(inverse.edits[0].fields[0].gone, i == 2);
    assert_true(jl_inverse_taken_back(&of_made, &c, 1, true, f->a, &err));
    assert_false(of_made.edits[0].gone); /* it was changed, not deleted */
  }
  inverse.edits[0].fields[0].gone = true;
  jl_inverse_drop_gone(&inverse);
  assert_int_equal(inverse.count, 0);
  const struct jl_logged gone = {.type = JL_TYPE_ACTION, .verb = JALON__VERB__DELETE, .id = fx_id(100)};
  assert_true(jl_inverse_taken_back(&of_made, &gone, 1, true, f->a, &err) && of_made.edits[0].gone);
  jl_inverse_drop_gone(&of_made);
  assert_int_equal(of_made.count, 0);
}

/* Somebody has moved it on since: there it stays. */
static void a_move_that_was_moved_on(void **state) {
  struct fx *f = *state;
  struct jl_inverse inverse = {0};
  for (unsigned i = 100; i < 104; i++) {
    struct draft d = fx_action(f, "An action");
    fx_create_ok(f, &d, fx_id(i));
  }
  for (unsigned after = 101; after < 103; after++) {
    fx_begin(f);
    f->author = after == 101 ? f->paul : f->marie;
    Jalon__FieldEdit *x = fx_set(f, fx_edit(f, JALON__VERB__UPDATE, JL_TYPE_ACTION, fx_id(100)), JL_ACTION_RANK, NONE, NONE);
    x->has_seen = x->has_next = false;
    x->has_after = true;
    x->after = fx_pb_id(f, fx_id(after));
    struct jl_bytes before = jl_arena_dup(f->a, jl_record_slice(fx_record(f, fx_id(100))->body, JL_ACTION_RANK));
    fx_ok(f);
    assert_false(jl_bytes_equal(before, jl_record_slice(fx_record(f, fx_id(100))->body, JL_ACTION_RANK)));
    if (after == 102) continue;
    struct done moved = last_group(f);
    inverse = inverse_of(f, &moved);
  }
  struct jl_bytes theirs = jl_arena_dup(f->a, jl_record_slice(fx_record(f, fx_id(100))->body, JL_ACTION_RANK));
  put_inverse(f, &inverse);
  fx_ok(f);
  assert_int_equal(f->out.change_count, 0);
  assert_true(f->out.merged && jl_bytes_equal(theirs, jl_record_slice(fx_record(f, fx_id(100))->body, JL_ACTION_RANK)));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(there_and_back), cmocka_unit_test(only_what_nobody_touched),
                                     FX_TEST(the_log_says_what_was_undone), FX_TEST(the_log_names_the_import), FX_TEST(only_what_was_really_taken_back),
                                     FX_TEST(what_came_below_a_restored_one_stays),
                                     FX_TEST(a_move_that_was_moved_on)};
  return cmocka_run_group_tests_name("model_inverse", tests, NULL, NULL);
}
