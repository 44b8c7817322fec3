#include "client/sync/group.h"
#include "common/base/limits.h"
#include "common/record/record.h"
#include "common/wire/unpack.h"
#include <stdlib.h>
#include <string.h>

#define GROUP_ARENA (16u << 20) /* a full group of JL_GROUP_MAX_BYTES with its structs */
#define GROUP_FIELDS 64         /* fields of one update: more than any record type has */

struct jl_group {
  struct jl_arena *arena;
  struct jl_id space;
  Jalon__Edit *edits[JL_GROUP_MAX_EDITS];
  size_t edit_count;
  Jalon__Guard *guards[64];
  size_t guard_count;
  size_t bytes;
  uint64_t undoes, redoes;
  struct jl_id import;
  char import_name[JL_IMPORT_NAME_MAX + 1];
  uint32_t import_part;
  struct jl_id erases; /* zero: it does not */
  bool no_memory, too_large;
};

struct jl_group *jl_group_new(const struct jl_id *space) {
  struct jl_group *g = calloc(1, sizeof *g);
  if (g == NULL) return NULL;
  g->space = *space;
  g->arena = jl_arena_new(GROUP_ARENA);
  if (g->arena == NULL) {
    free(g);
    return NULL;
  }
  return g;
}

void jl_group_free(struct jl_group *g) {
  if (g == NULL) return;
  jl_arena_free(g->arena);
  free(g);
}

static bool copy_in(struct jl_group *g, struct jl_bytes in, ProtobufCBinaryData *ret_out) {
  struct jl_bytes copy = jl_arena_dup(g->arena, in);
  if (in.size > 0 && copy.data == NULL) {
    g->no_memory = true;
    return false;
  }
  g->bytes += in.size + 4;
  *ret_out = jl_to_pb(copy);
  return true;
}

static Jalon__Edit *add_edit(struct jl_group *g, Jalon__Verb verb, uint32_t type, const struct jl_id *id) {
  if (g->edit_count >= JL_GROUP_MAX_EDITS) {
    g->too_large = true;
    return NULL;
  }
  Jalon__Edit *e = jl_arena_alloc(g->arena, sizeof *e);
  if (e == NULL) {
    g->no_memory = true;
    return NULL;
  }
  jalon__edit__init(e);
  e->has_verb = e->has_type = true;
  e->verb = verb;
  e->type = type;
  e->has_id = copy_in(g, (struct jl_bytes){id->bytes, sizeof id->bytes}, &e->id);
  g->bytes += 12;
  g->edits[g->edit_count++] = e;
  return e;
}

void jl_group_create(struct jl_group *g, uint32_t type, const struct jl_id *id, struct jl_bytes record) {
  Jalon__Edit *e = add_edit(g, JALON__VERB__CREATE, type, id);
  if (e != NULL) e->has_record = copy_in(g, record, &e->record);
}

void jl_group_update(struct jl_group *g, uint32_t type, const struct jl_id *id) {
  Jalon__Edit *e = add_edit(g, JALON__VERB__UPDATE, type, id);
  if (e != NULL && (e->fields = jl_arena_array(g->arena, GROUP_FIELDS, sizeof *e->fields)) == NULL) g->no_memory = true;
}

static Jalon__FieldEdit *add_field(struct jl_group *g, uint32_t number) {
  Jalon__Edit *e = g->edit_count == 0 ? NULL : g->edits[g->edit_count - 1];
  if (e == NULL || e->fields == NULL || e->n_fields >= GROUP_FIELDS) {
    g->too_large = true;
    return NULL;
  }
  Jalon__FieldEdit *f = jl_arena_alloc(g->arena, sizeof *f);
  if (f == NULL) {
    g->no_memory = true;
    return NULL;
  }
  jalon__field_edit__init(f);
  f->has_field = true;
  f->field = number;
  g->bytes += 8;
  e->fields[e->n_fields++] = f;
  return f;
}

void jl_group_field(struct jl_group *g, uint32_t field, struct jl_bytes base, struct jl_bytes next) {
  Jalon__FieldEdit *f = add_field(g, field);
  if (f == NULL) return;
  f->has_seen = copy_in(g, base, &f->seen);
  f->has_next = copy_in(g, next, &f->next);
}

void jl_group_set(struct jl_group *g, uint32_t field, struct jl_bytes add, struct jl_bytes remove) {
  Jalon__FieldEdit *f = add_field(g, field);
  if (f == NULL) return;
  if (add.size > 0) f->has_add = copy_in(g, add, &f->add);
  if (remove.size > 0) f->has_remove = copy_in(g, remove, &f->remove);
}

void jl_group_count(struct jl_group *g, uint32_t field, int64_t add, const int64_t *minimum, const int64_t *maximum) {
  Jalon__FieldEdit *f = add_field(g, field);
  if (f == NULL) return;
  f->has_add_number = true;
  f->add_number = add;
  f->has_minimum = minimum != NULL;
  f->minimum = minimum != NULL ? *minimum : 0;
  f->has_maximum = maximum != NULL;
  f->maximum = maximum != NULL ? *maximum : 0;
}

static bool copy_neighbour(struct jl_group *g, const struct jl_id *id, ProtobufCBinaryData *out) {
  return id != NULL && copy_in(g, (struct jl_bytes){id->bytes, jl_id_is_zero(id) ? 0 : sizeof id->bytes}, out);
}

void jl_group_place(struct jl_group *g, uint32_t field, const struct jl_id *after, const struct jl_id *before) {
  Jalon__FieldEdit *f = add_field(g, field);
  if (f == NULL) return;
  f->has_after = copy_neighbour(g, after, &f->after);
  f->has_before = copy_neighbour(g, before, &f->before);
}

void jl_group_delete(struct jl_group *g, uint32_t type, const struct jl_id *id, uint64_t seen_revision, bool with_children) {
  Jalon__Edit *e = add_edit(g, JALON__VERB__DELETE, type, id);
  if (e == NULL) return;
  e->has_seen_revision = e->has_with_children = true;
  e->seen_revision = seen_revision;
  e->with_children = with_children;
}

void jl_group_restore(struct jl_group *g, uint32_t type, const struct jl_id *id) { (void)add_edit(g, JALON__VERB__RESTORE, type, id); }

void jl_group_guard(struct jl_group *g, const struct jl_id *record, uint32_t field, struct jl_bytes expected) {
  Jalon__Guard *guard = g->guard_count < JL_COUNT(g->guards) ? jl_arena_alloc(g->arena, sizeof *guard) : NULL;
  if (guard == NULL) {
    g->too_large = true;
    return;
  }
  jalon__guard__init(guard);
  guard->has_record = copy_in(g, (struct jl_bytes){record->bytes, sizeof record->bytes}, &guard->record);
  guard->has_field = true;
  guard->field = field;
  guard->has_expected = copy_in(g, expected, &guard->expected);
  g->guards[g->guard_count++] = guard;
}

void jl_group_undoes(struct jl_group *g, uint64_t revision) { g->undoes = revision; }
void jl_group_redoes(struct jl_group *g, uint64_t revision) { g->redoes = revision; }

void jl_group_import(struct jl_group *g, const struct jl_id *import, const char *name, uint32_t part) {
  size_t size = strlen(name);
  if (size > JL_IMPORT_NAME_MAX) size = JL_IMPORT_NAME_MAX;
  while (size < strlen(name) && size > 0 && ((unsigned char)name[size] & 0xC0) == 0x80) size--; /* whole characters */
  g->import = *import;
  g->import_part = part;
  memcpy(g->import_name, name, size);
  g->import_name[size] = '\0';
}

void jl_group_erases(struct jl_group *g, const struct jl_id *person) { g->erases = *person; }

size_t jl_group_edits(const struct jl_group *g) { return g->edit_count; }
size_t jl_group_bytes(const struct jl_group *g) { return g->bytes; }
const struct jl_id *jl_group_space(const struct jl_group *g) { return &g->space; }

struct jl_bytes jl_group_pack(const struct jl_group *g, const struct jl_id *replica, uint64_t seq, const struct jl_id *group_id,
                              bool dry_run, struct jl_arena *a, struct jl_error *err) {
  struct jl_bytes none = {NULL, 0};
  if (g->no_memory) {
    (void)jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
    return none;
  }
  Jalon__Group group = JALON__GROUP__INIT;
  group.has_replica = group.has_space = group.has_seq = group.has_group_id = group.has_model_version = true;
  group.replica = jl_to_pb((struct jl_bytes){replica->bytes, sizeof replica->bytes});
  group.space = jl_to_pb((struct jl_bytes){g->space.bytes, sizeof g->space.bytes});
  group.seq = seq;
  group.group_id = jl_to_pb((struct jl_bytes){group_id->bytes, sizeof group_id->bytes});
  group.model_version = jl_model_version;
  group.n_guards = g->guard_count;
  group.guards = (Jalon__Guard **)(uintptr_t)g->guards; /* packing only reads */
  group.n_edits = g->edit_count;
  group.edits = (Jalon__Edit **)(uintptr_t)g->edits;
  group.has_dry_run = group.dry_run = dry_run;
  group.has_undoes = g->undoes != 0;
  group.undoes = g->undoes;
  group.has_redoes = g->redoes != 0;
  group.redoes = g->redoes;
  if (!jl_id_is_zero(&g->import)) {
    group.has_import = group.has_import_part = true;
    group.import = jl_to_pb((struct jl_bytes){g->import.bytes, sizeof g->import.bytes});
    group.import_name = (char *)(uintptr_t)g->import_name; /* packing only reads */
    group.import_part = g->import_part;
  }
  group.has_erases = !jl_id_is_zero(&g->erases);
  if (group.has_erases) group.erases = jl_to_pb((struct jl_bytes){g->erases.bytes, sizeof g->erases.bytes});
  struct jl_bytes packed = g->too_large ? none : jl_pack(&group.base, a, JL_GROUP_MAX_BYTES);
  if (packed.data == NULL)
    (void)jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the change is too large: at most {1} edits and {2} at once"), JL_MSG("cut it into several"),
                  jl_arg_integer(JL_GROUP_MAX_EDITS), jl_arg_bytes(JL_GROUP_MAX_BYTES));
  return packed;
}
