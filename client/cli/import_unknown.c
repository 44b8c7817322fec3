/* What a newer program wrote into a file, or an older one could not name: types as their numbers, fields as "#99" with their bytes.
 * It goes to the server as it is, which takes what it knows. References are found by the keys of the file. */
#include "client/cli/import.h"
#include "common/base/limits.h"
#include "common/record/record.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define TYPE_MAX 65535

const struct jl_record_type *jl_import_type(struct jl_import *im, const struct jl_json *record, struct jl_error *err) {
  const char *name = jl_import_text(record, "type");
  const struct jl_json *number_of = jl_json_member(record, "type");
  const struct jl_record_type *type = name == NULL ? NULL : jl_record_type_by_name(name);
  int64_t number = 0;
  if (name == NULL && number_of != NULL && jl_json_integer(number_of, &number) && number > 0 && number <= TYPE_MAX) {
    type = jl_record_type_by_number((uint32_t)number);
    struct jl_record_type *unknown = type != NULL ? NULL : jl_arena_alloc(im->cli->arena, sizeof *unknown);
    if (type == NULL && unknown == NULL) {
      (void)jl_cli_no_link(err);
      return NULL;
    }
    if (unknown != NULL) *unknown = (struct jl_record_type){.number = (uint32_t)number, .name = "", .natural_key = "", .space = JL_SPACE_PLAN};
    if (type == NULL) type = unknown;
  }
  if (type != NULL && type->space == JL_SPACE_PLAN && !type->singleton) return type;
  (void)jl_fail(err, JL_E_INVALID, JL_MSG("line {1}: \"{2}\" is no type of records of a plan"), JL_MSG("see jalon help for the types"),
                jl_arg_integer(record->line), jl_arg_text(name != NULL ? name : ""));
  return NULL;
}

static int by_bytes(const void *a, const void *b, void *size) { return memcmp(a, b, *(size_t *)size); }

/* Other ids have another order; the elements of a set stand in the order of their bytes. A field of one id has nothing to sort. */
static void sort_elements(uint8_t *slice, size_t size) {
  struct jl_id id;
  size_t element = 0, last = 0, at = 0;
  for (struct jl_bytes bytes = {slice, size}; jl_record_next_id(bytes, &at, &id); last = at) {
    if (element == 0) element = at;
    if (at - last != element) return;
  }
  if (element != 0 && last == size) qsort_r(slice, size / element, element, by_bytes, &element);
}

static void replace_ids(const struct jl_import *im, uint8_t *slice, size_t size) {
  struct jl_id id;
  char key[JL_ID_TEXT_SIZE];
  bool replaced = false;
  for (size_t at = 0; jl_record_next_id((struct jl_bytes){slice, size}, &at, &id);) {
    jl_id_format(&id, key);
    const struct jl_import_key *found = jl_import_find(im, key);
    if (found->key == NULL) continue;
    memcpy(slice + at - sizeof id.bytes, found->id.bytes, sizeof id.bytes);
    replaced = true;
  }
  if (replaced) sort_elements(slice, size);
}

/* One field; known to this program, but perhaps not to the one that wrote the file. */
static bool take_field(struct jl_import *im, const struct jl_record_type *type, const struct jl_json *member, struct jl_bytes *record,
                       struct jl_error *err) {
  char *end;
  unsigned long number = strtoul(member->key + 1, &end, 10);
  uint8_t *slice = member->kind == JL_JSON_STRING ? jl_arena_alloc(im->cli->arena, member->text_size + 1) : NULL;
  size_t size = 0;
  bool good = slice != NULL && member->key[1] >= '1' && member->key[1] <= '9' && *end == '\0' && number <= INT32_MAX &&
              sodium_base642bin(slice, member->text_size, member->text, member->text_size, NULL, &size, NULL, sodium_base64_VARIANT_ORIGINAL) == 0 &&
              jl_slice_check(type, (uint32_t)number, (struct jl_bytes){slice, size}, err);
  if (!good)
    return jl_fail(err, JL_E_UNKNOWN_FIELD, JL_MSG("line {1}, column {2}: \"{3}\" is not the bytes of an unknown field"), NULL,
                   jl_arg_integer(member->line), jl_arg_integer(member->column), jl_arg_text(member->key));
  const struct jl_field *field = jl_field_by_number(type, (uint32_t)number);
  if (field != NULL && field->by_server) return true;
  replace_ids(im, slice, size);
  *record = jl_record_with(im->cli->arena, *record, (uint32_t)number, (struct jl_bytes){slice, size});
  return record->data != NULL || jl_cli_no_link(err);
}

bool jl_import_unknown(struct jl_import *im, const struct jl_record_type *type, const struct jl_json *object, struct jl_bytes *record,
                       struct jl_error *err) {
  for (const struct jl_json *member = object->first; member != NULL; member = member->next)
    if (member->key[0] == '#' && !take_field(im, type, member, record, err)) return false;
  return true;
}
