/* The design's table of two people at once, row by row through the real writer: proto/vectors/conflicts.json says what happens. */
#include "tests/component/support/writer_world.h"

#include "common/model/rank.h"
#include "common/record/json.h"

#define NAMES_MAX 16
struct named {
  char name[8];
  struct jl_id id;
  const struct jl_record_type *type;
};
struct table {
  struct world *w;
  struct client paul, marie;
  struct jl_id sales;
  struct named names[NAMES_MAX];
  size_t name_count;
  const char *row, *name;
};

#define FAIL(t, ...)                                                                                                                       \
  do {                                                                                                                                     \
    print_message("%s: %s\n", (t)->row, (t)->name);                                                                                        \
    fail_msg(__VA_ARGS__);                                                                                                                 \
  } while (0)

/* ---- reading the table ---- */
static const char *text_at(const struct jl_json *object, const char *key) {
  const struct jl_json *value = jl_json_member(object, key);
  return value != NULL && value->kind == JL_JSON_STRING ? value->text : NULL;
}
static bool is_true(const struct jl_json *object, const char *key) {
  const struct jl_json *value = jl_json_member(object, key);
  return value != NULL && value->kind == JL_JSON_BOOL && value->boolean;
}
static int64_t number_at(const struct jl_json *object, const char *key, int64_t otherwise) {
  int64_t n = otherwise;
  const struct jl_json *value = jl_json_member(object, key);
  return value != NULL && jl_json_integer(value, &n) ? n : otherwise;
}

static struct named *named(struct table *t, const char *name) {
  for (size_t i = 0; i < t->name_count; i++)
    if (strcmp(t->names[i].name, name) == 0) return &t->names[i];
  FAIL(t, "there is no record %s", name);
  return NULL;
}
static struct named *add_name(struct table *t, const char *name, const struct jl_id *id, const struct jl_record_type *type) {
  for (size_t i = 0; i < t->name_count; i++)
    if (strcmp(t->names[i].name, name) == 0) return &t->names[i];
  struct named *n = &t->names[t->name_count++];
  assert_true(t->name_count <= NAMES_MAX && strlen(name) < sizeof n->name);
  *n = (struct named){.id = *id, .type = type};
  memcpy(n->name, name, strlen(name) + 1);
  return n;
}
static struct client *person(struct table *t, const char *name) {
  if (name != NULL && strcmp(name, "marie") == 0) return &t->marie;
  if (name == NULL || strcmp(name, "paul") != 0) FAIL(t, "nobody is called %s", name);
  return &t->paul;
}

static bool resolve(void *context, const struct jl_field *field, const char *text, struct jl_id *ret_id, struct jl_error *err) {
  struct table *t = context;
  (void)field;
  (void)err;
  *ret_id = strcmp(text, "sales") == 0                                ? t->sales
            : strcmp(text, "paul") == 0 || strcmp(text, "marie") == 0 ? person(t, text)->author.person
                                                                      : named(t, text)->id;
  return true;
}

static struct jl_bytes record_of(struct table *t, const struct jl_record_type *type, const struct jl_json *object) {
  struct jl_bytes record;
  struct jl_error err = {0};
  char words[400];
  if (!jl_record_from_json(type, object, answers, resolve, t, &record, &err)) {
    jl_error_describe(&err, words, sizeof words);
    FAIL(t, "%s", words);
  }
  return record;
}
/* A value as the slice of its field; NULL, null or absent: none. */
static struct jl_bytes slice_of(struct table *t, const struct jl_record_type *type, const struct jl_field *field,
                                const struct jl_json *value) {
  if (value == NULL || value->kind == JL_JSON_NULL) return (struct jl_bytes){NULL, 0};
  struct jl_json only = *value, object = {.kind = JL_JSON_OBJECT, .first = &only};
  only.key = field->name;
  only.next = NULL;
  return jl_record_slice(record_of(t, type, &object), field->number);
}
static const struct jl_field *field_of(struct table *t, const struct jl_record_type *type, const char *name) {
  const struct jl_field *field = name == NULL ? NULL : jl_field_by_name(type, name);
  if (field == NULL) FAIL(t, "%s has no field %s", type->name, name);
  return field;
}

/* ---- groups ---- */
static ProtobufCBinaryData pb_id(const struct jl_id *id) { return jl_to_pb(jl_arena_dup(answers, (struct jl_bytes){id->bytes, 16})); }

static Jalon__FieldEdit *field_edit(struct table *t, const struct jl_record_type *type, const struct jl_json *json) {
  const struct jl_field *field = field_of(t, type, json->key);
  Jalon__FieldEdit *f = jl_arena_alloc(answers, sizeof *f);
  jalon__field_edit__init(f);
  f->has_field = true;
  f->field = field->number;
  if (field->kind == JL_KIND_RANK) {
    f->has_after = true;
    if (text_at(json, "after")[0] != '\0') f->after = pb_id(&named(t, text_at(json, "after"))->id);
    return f;
  }
  if (jl_json_member(json, "count") != NULL) {
    f->has_add_number = true;
    f->add_number = number_at(json, "count", 0);
    f->has_maximum = jl_json_member(json, "maximum") != NULL;
    f->maximum = number_at(json, "maximum", 0);
    return f;
  }
  f->has_add = jl_json_member(json, "add") != NULL;
  f->has_remove = jl_json_member(json, "remove") != NULL;
  if (f->has_add) f->add = jl_to_pb(slice_of(t, type, field, jl_json_member(json, "add")));
  if (f->has_remove) f->remove = jl_to_pb(slice_of(t, type, field, jl_json_member(json, "remove")));
  if (f->has_add || f->has_remove) return f;
  f->has_seen = f->has_next = true;
  f->seen = jl_to_pb(slice_of(t, type, field, jl_json_member(json, "seen")));
  f->next = jl_to_pb(slice_of(t, type, field, jl_json_member(json, "next")));
  return f;
}

static int by_field(const void *a, const void *b) {
  const Jalon__FieldEdit *const *x = a, *const *y = b;
  return (*x)->field < (*y)->field ? -1 : 1;
}

static Jalon__Edit *edit_of(struct table *t, const struct jl_json *json) {
  static const struct {
    const char *key;
    Jalon__Verb verb;
  } verbs[] = {
      {"create", JALON__VERB__CREATE}, {"update", JALON__VERB__UPDATE}, {"delete", JALON__VERB__DELETE}, {"restore", JALON__VERB__RESTORE}};
  Jalon__Edit *e = jl_arena_alloc(answers, sizeof *e);
  const char *name = NULL;
  jalon__edit__init(e);
  e->has_verb = e->has_type = e->has_id = true;
  for (size_t i = 0; name == NULL && i < JL_COUNT(verbs); i++) {
    name = text_at(json, verbs[i].key);
    e->verb = verbs[i].verb;
  }
  assert_non_null(name);
  if (e->verb == JALON__VERB__CREATE) {
    const struct jl_record_type *type = jl_record_type_by_name(text_at(json, "type"));
    struct jl_bytes record = record_of(t, type, jl_json_member(json, "record"));
    struct jl_id id = jl_id_random();
    if (type->natural_key[0] != '\0') assert_true(jl_record_natural_id(type, &t->w->space, record, &id));
    add_name(t, name, &id, type);
    e->has_record = true;
    e->record = jl_to_pb(record);
  }
  const struct named *n = named(t, name);
  e->type = n->type->number;
  e->id = pb_id(&n->id);
  e->has_with_children = e->with_children = is_true(json, "with_children");
  e->seen_revision = (uint64_t)number_at(json, "seen_revision", 0);
  e->has_seen_revision = e->seen_revision != 0;
  const struct jl_json *fields = jl_json_member(json, "fields");
  e->fields = jl_arena_array(answers, 16, sizeof *e->fields);
  for (const struct jl_json *f = fields == NULL ? NULL : fields->first; f != NULL; f = f->next)
    e->fields[e->n_fields++] = field_edit(t, n->type, f);
  if (e->n_fields > 1) qsort(e->fields, e->n_fields, sizeof *e->fields, by_field);
  return e;
}

static Jalon__Guard *guard_of(struct table *t, const struct jl_json *json) {
  const struct named *n = named(t, text_at(json, "record"));
  const struct jl_field *field = field_of(t, n->type, text_at(json, "field"));
  Jalon__Guard *g = jl_arena_alloc(answers, sizeof *g);
  jalon__guard__init(g);
  g->has_record = g->has_field = g->has_expected = true;
  g->record = pb_id(&n->id);
  g->field = field->number;
  g->expected = jl_to_pb(slice_of(t, n->type, field, jl_json_member(json, "expected")));
  return g;
}

static struct answer send_group(struct table *t, struct client *c, const struct jl_id *space, const struct jl_json *edits,
                                const struct jl_json *guards, uint64_t depends_on) {
  Jalon__Group g = JALON__GROUP__INIT;
  struct jl_id group = jl_id_random();
  struct answer answer = {0};
  g.has_replica = g.has_space = g.has_seq = g.has_group_id = g.has_depends_on = true;
  g.replica = pb_id(&c->replica);
  g.space = pb_id(space);
  g.group_id = pb_id(&group);
  g.seq = ++c->seq;
  g.depends_on = depends_on;
  g.edits = jl_arena_array(answers, 16, sizeof *g.edits);
  g.guards = jl_arena_array(answers, 16, sizeof *g.guards);
  for (const struct jl_json *e = edits->first; e != NULL; e = e->next) g.edits[g.n_edits++] = edit_of(t, e);
  for (const struct jl_json *e = guards == NULL ? NULL : guards->first; e != NULL; e = e->next) g.guards[g.n_guards++] = guard_of(t, e);
  jl_space_submit(open_space(t->w, t->w->node.spaces, space, true), &c->author, &c->account, jl_pack(&g.base, answers, JL_MESSAGE_MAX), 0,
                  on_answer, &answer);
  until(t->w, &answer.count, 1);
  return answer;
}

/* ---- what happened ---- */
static void same_slice(struct table *t, const char *what, struct jl_bytes is, struct jl_bytes wanted) {
  if (is.size != wanted.size || (is.size > 0 && memcmp(is.data, wanted.data, is.size) != 0)) FAIL(t, "%s is not as said", what);
}

static void check_conflict(struct table *t, const Jalon__Conflict *c, const struct jl_json *json) {
  const struct named *n = named(t, text_at(json, "record"));
  assert_memory_equal(c->record.data, n->id.bytes, 16);
  assert_int_equal(c->type, n->type->number);
  const char *name = text_at(json, "field");
  if (name == NULL) {
    if (c->field != 0) FAIL(t, "the conflict is about field %u", c->field);
  } else {
    const struct jl_field *field = field_of(t, n->type, name);
    if (c->field != field->number) FAIL(t, "the conflict is about field %u instead of %s", c->field, name);
    same_slice(t, "what was seen", JL_PB(c->seen), slice_of(t, n->type, field, jl_json_member(json, "seen")));
    same_slice(t, "theirs", JL_PB(c->theirs), slice_of(t, n->type, field, jl_json_member(json, "theirs")));
    same_slice(t, "mine", JL_PB(c->mine), slice_of(t, n->type, field, jl_json_member(json, "mine")));
  }
  if (text_at(json, "author") != NULL) {
    const struct jl_id *author = &person(t, text_at(json, "author"))->author.person;
    if (c->author.len != 16 || memcmp(c->author.data, author->bytes, 16) != 0) FAIL(t, "it is not %s's conflict", text_at(json, "author"));
    if (c->time_us == 0 || c->author_name == NULL || strcasecmp(c->author_name, text_at(json, "author")) != 0) FAIL(t, "no name or time");
  }
  int64_t revision = number_at(json, "revision", 0);
  if (revision != 0 && c->revision != (uint64_t)revision) FAIL(t, "the conflict is with r%d", (int)c->revision);
}

static void check_verdict(struct table *t, const struct jl_json *group, const struct answer *a, uint64_t before) {
  const char *wanted = text_at(group, "verdict");
  bool applied = strcmp(wanted, "applied") == 0, nothing = strcmp(wanted, "nothing") == 0;
  const char *is = jl_code_symbol(code_of(a));
  char words[800] = "";
  struct jl_error err = {0};
  if (a->verdict != NULL && a->verdict->error != NULL) jl_error_from_wire(a->verdict->error, &err);
  if (a->verdict != NULL && a->verdict->error != NULL) jl_error_describe(&err, words, sizeof words);
  if (strcmp(is, applied || nothing ? "OK" : wanted) != 0) FAIL(t, "%s instead of %s: %s", is, wanted, words);
  uint64_t revision = jl_replica_where(jl_space_committed(the_space(t->w)))->revision;
  if (revision != before + (applied ? 1 : 0)) FAIL(t, "%s: r%d after r%d", wanted, (int)revision, (int)before);
  const struct jl_json *merged = jl_json_member(group, "merged"), *conflicts = jl_json_member(group, "conflicts");
  if (merged != NULL && (merged->boolean != 0) != (a->verdict->merged != 0)) FAIL(t, "merged is %d", a->verdict->merged);
  if (text_at(group, "words") != NULL && strstr(words, text_at(group, "words")) == NULL)
    FAIL(t, "\"%s\" says nothing of \"%s\"", words, text_at(group, "words"));
  size_t n = 0;
  for (const struct jl_json *c = conflicts == NULL ? NULL : conflicts->first; c != NULL; c = c->next, n++) {
    if (n >= a->verdict->n_conflicts) FAIL(t, "only %zu conflicts", a->verdict->n_conflicts);
    check_conflict(t, a->verdict->conflicts[n], c);
  }
  if (conflicts != NULL && n != a->verdict->n_conflicts) FAIL(t, "%zu conflicts", a->verdict->n_conflicts);
}

static void check_records(struct table *t, const struct jl_json *after) {
  const struct jl_replica *replica = jl_space_committed(the_space(t->w));
  for (const struct jl_json *r = after == NULL ? NULL : after->first; r != NULL; r = r->next) {
    const struct named *n = named(t, r->key);
    const struct jl_record *record = jl_replica_live(replica, &n->id);
    if ((record == NULL) != (r->kind == JL_JSON_NULL)) FAIL(t, "record %s is %s", r->key, record == NULL ? "gone" : "there");
    for (const struct jl_json *f = record == NULL ? NULL : r->first; f != NULL; f = f->next) {
      const struct jl_field *field = field_of(t, n->type, f->key);
      same_slice(t, f->key, jl_record_slice(record->body, field->number), slice_of(t, n->type, field, f));
    }
  }
}

static void check_order(struct table *t, const struct jl_json *order) {
  size_t n, i = 0;
  const struct jl_record **all = jl_replica_all(jl_space_committed(the_space(t->w)), JL_TYPE_ACTION, answers, &n);
  if (order == NULL) return;
  assert_true(jl_rank_sort(all, n, answers));
  for (const struct jl_json *o = order->first; o != NULL; o = o->next, i++)
    if (i >= n || !jl_id_equal(&all[i]->id, &named(t, o->text)->id)) FAIL(t, "place %zu is not %s's", i, o->text);
  assert_int_equal(i, n);
}

/* ---- one row ---- */
static struct jl_id add_member(struct table *t, const char *type, const char *name) {
  char text[200];
  const struct jl_json *edits;
  struct jl_error err = {0};
  snprintf(text, sizeof text, "[{\"create\": \"%s\", \"type\": \"%s\", \"record\": {\"name\": \"%s\"}}]", type[0] == 't' ? "team" : name,
           type, name);
  struct jl_bytes kept = jl_arena_dup(answers, (struct jl_bytes){(const uint8_t *)text, strlen(text)});
  assert_true(jl_json_parse(answers, kept, &edits, &err));
  struct client setup = new_client();
  struct answer a = send_group(t, &setup, jl_spaces_organisation(t->w->node.spaces), edits, NULL, 0);
  expect(&a, JL_E_OK);
  return t->names[t->name_count - 1].id;
}

static void run_row(struct world *w, const struct jl_json *json) {
  struct table table = {.w = w, .paul = new_client(), .marie = new_client(), .row = text_at(json, "row"), .name = text_at(json, "name")},
               *t = &table;
  uint64_t seqs[16];
  size_t n = 0;
  w->space = jl_id_random();
  t->paul.author.person = add_member(t, "person", "Paul");
  t->marie.author.person = add_member(t, "person", "Marie");
  t->sales = add_member(t, "team", "Sales");
  create_plan(w, &t->paul);
  add_name(t, "plan", &w->space, jl_record_type_by_number(JL_TYPE_PLAN));
  const struct jl_json *before = jl_json_member(json, "before"), *groups = jl_json_member(json, "groups");
  for (const struct jl_json *edits = before == NULL ? NULL : before->first; edits != NULL; edits = edits->next) {
    struct answer a = send_group(t, &t->paul, &w->space, edits, NULL, 0);
    expect(&a, JL_E_OK);
  }
  for (const struct jl_json *g = groups->first; g != NULL; g = g->next, n++) {
    struct client *c = person(t, text_at(g, "by"));
    int64_t depends_on = number_at(g, "depends_on", -1);
    uint64_t revision = jl_replica_where(jl_space_committed(the_space(w)))->revision;
    struct answer a =
        send_group(t, c, &w->space, jl_json_member(g, "edits"), jl_json_member(g, "guards"), depends_on < 0 ? 0 : seqs[depends_on]);
    seqs[n] = c->seq;
    check_verdict(t, g, &a, revision);
  }
  check_records(t, jl_json_member(json, "after"));
  check_order(t, jl_json_member(json, "order"));
  const struct jl_json *same = jl_json_member(json, "same");
  if (same != NULL) assert_true(jl_id_equal(&named(t, same->first->text)->id, &named(t, same->first->next->text)->id));
  check_log(w, the_space(w));
}

static void every_row_of_the_table(void **state) {
  struct world *w = *state;
  FILE *in = fopen(SOURCE_DIR "/proto/vectors/conflicts.json", "re");
  uint8_t *text = malloc(1 << 20);
  const struct jl_json *root;
  struct jl_error err = {0};
  size_t rows = 0;
  assert_non_null(in);
  size_t size = fread(text, 1, 1 << 20, in);
  fclose(in);
  assert_true(jl_json_parse(answers, jl_arena_dup(answers, (struct jl_bytes){text, size}), &root, &err));
  free(text);
  for (const struct jl_json *c = jl_json_member(root, "cases")->first; c != NULL; c = c->next, rows++) run_row(w, c);
  print_message("%zu cases\n", rows);
  assert_true(rows >= 48);
}

int main(void) {
  const struct CMUnitTest tests[] = {TEST(every_row_of_the_table)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
