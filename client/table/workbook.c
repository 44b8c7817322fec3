#include "client/table/workbook_parts.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "../x", "x" and "/xl/x" as the name of a file in the package. */
static void resolve(const char *folder, const char *target, char out[JL_PART_NAME]) {
  if (target[0] == '/') {
    (void)snprintf(out, JL_PART_NAME, "%s", target + 1);
    return;
  }
  char base[JL_PART_NAME];
  (void)snprintf(base, sizeof base, "%s", folder);
  while (strncmp(target, "../", 3) == 0) {
    target += 3;
    char *slash = strrchr(base, '/');
    if (slash != NULL)
      *slash = '\0';
    else
      base[0] = '\0';
  }
  size_t n = strlen(base), size = strlen(target);
  out[0] = '\0';
  if (n + size + 2 > JL_PART_NAME) return; /* there is no such file */
  memcpy(out, base, n);
  if (n > 0) out[n++] = '/';
  memcpy(out + n, target, size + 1);
}

static bool ends_in(const char *text, const char *end) {
  size_t n = strlen(text), size = strlen(end);
  return n >= size && strcmp(text + n - size, end) == 0;
}

/* One relation after the other. */
static bool relations(struct jl_workbook *w, const char *part, void (*take)(struct jl_workbook *w, const char *id, const char *type, const char *target), struct jl_error *err) {
  struct jl_xml x;
  enum jl_xml_node node = JL_XML_TEXT;
  if (!jl_xml_open(w->package, part, &x, err)) return false;
  bool ok = true;
  while (ok && node != JL_XML_END_OF_FILE) {
    char id[64], type[256], target[JL_PART_NAME], mode[16];
    ok = jl_xml_next(&x, &node, err);
    if (!ok || node != JL_XML_START || !jl_xml_is(&x, "Relationship")) continue;
    if (jl_xml_attribute(&x, "TargetMode", mode, sizeof mode) && strcmp(mode, "External") == 0) continue;
    if (jl_xml_attribute(&x, "Id", id, sizeof id) && jl_xml_attribute(&x, "Type", type, sizeof type) && jl_xml_attribute(&x, "Target", target, sizeof target)) take(w, id, type, target);
  }
  jl_xml_close(&x);
  return ok;
}

static void take_root(struct jl_workbook *w, const char *id, const char *type, const char *target) {
  (void)id;
  if (ends_in(type, "/officeDocument") && w->part[0] == '\0') resolve("", target, w->part);
}

static void take_part(struct jl_workbook *w, const char *id, const char *type, const char *target) {
  if (ends_in(type, "/styles")) resolve(w->folder, target, w->styles_part);
  if (ends_in(type, "/sharedStrings")) resolve(w->folder, target, w->texts_part);
  for (size_t i = 0; i < w->sheet_count; i++)
    if (ends_in(type, "/worksheet") && strcmp(w->sheets[i].relation, id) == 0) resolve(w->folder, target, w->sheets[i].part);
}

static bool take_sheet(struct jl_workbook *w, const struct jl_xml *x, struct jl_error *err) {
  char state[16];
  if (w->sheet_count == JL_WORKBOOK_SHEETS) return jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the workbook has more than {1} sheets"), NULL, jl_arg_integer(JL_WORKBOOK_SHEETS));
  struct jl_sheet *s = &w->sheets[w->sheet_count];
  if (!jl_xml_attribute(x, "name", s->name, sizeof s->name) || !jl_xml_attribute(x, "id", s->relation, sizeof s->relation)) return jl_xml_damaged(x, err);
  s->hidden = jl_xml_attribute(x, "state", state, sizeof state) && strcmp(state, "visible") != 0;
  w->sheet_count++;
  return true;
}

static bool read_workbook(struct jl_workbook *w, struct jl_error *err) {
  struct jl_xml x;
  enum jl_xml_node node = JL_XML_TEXT;
  if (!jl_xml_open(w->package, w->part, &x, err)) return false;
  bool ok = true;
  while (ok && node != JL_XML_END_OF_FILE) {
    char flag[8];
    ok = jl_xml_next(&x, &node, err);
    if (!ok || node != JL_XML_START) continue;
    if (jl_xml_is(&x, "workbookPr")) w->from_1904 = jl_xml_attribute(&x, "date1904", flag, sizeof flag) && (strcmp(flag, "1") == 0 || strcmp(flag, "true") == 0);
    if (jl_xml_is(&x, "sheet")) ok = take_sheet(w, &x, err);
  }
  jl_xml_close(&x);
  return ok;
}

static bool read_parts(struct jl_workbook *w, struct jl_error *err) {
  char relations_part[JL_PART_NAME + 16];
  if (!relations(w, "_rels/.rels", take_root, err)) return false;
  const char *slash = strrchr(w->part, '/');
  int folder = slash == NULL ? 0 : (int)(slash - w->part);
  (void)snprintf(w->folder, sizeof w->folder, "%.*s", folder, w->part);
  (void)snprintf(relations_part, sizeof relations_part, "%.*s%s_rels/%s.rels", folder, w->part, folder > 0 ? "/" : "", slash == NULL ? w->part : slash + 1);
  return read_workbook(w, err) && relations(w, relations_part, take_part, err);
}

/* ---- which sheet ---- */
static bool by_option(struct jl_workbook *w, const char *given, struct jl_error *err) {
  char *end = NULL;
  unsigned long place = strtoul(given, &end, 10);
  for (size_t i = 0; i < w->sheet_count; i++)
    if (strcmp(w->sheets[i].name, given) == 0 || (*end == '\0' && end != given && place == i + 1)) {
      w->chosen = i;
      return true;
    }
  const char *names = "";
  for (size_t i = 0; i < w->sheet_count && names != NULL; i++) names = jl_arena_printf(w->arena, "%s%s%s", names, i > 0 ? ", " : "", w->sheets[i].name);
  return jl_fail(err, JL_E_NOT_FOUND, JL_MSG("the workbook has no sheet {1}"), JL_MSG("it has: {2}"), jl_arg_text(given), jl_arg_text(names));
}

static bool choose(struct jl_workbook *w, struct jl_reading_of *r, struct jl_error *err) {
  size_t filled = 0;
  struct jl_question *q = NULL;
  if (r->options->sheet != NULL) return by_option(w, r->options->sheet, err);
  for (size_t i = 0; i < w->sheet_count; i++) {
    bool empty = true;
    if (w->sheets[i].hidden || w->sheets[i].part[0] == '\0') continue;
    if (!jl_sheet_is_empty(w, &w->sheets[i], &empty, err)) return false;
    if (empty) continue;
    if (filled++ == 0) {
      w->chosen = i;
      continue;
    }
    if (filled == 2) {
      q = jl_question_add(r, "sheet", JL_MSG("which sheet of the workbook?"), NULL, 0);
      jl_question_candidate(q, w->sheets[w->chosen].name, jl_arg_integer((int64_t)w->chosen + 1));
    }
    jl_question_candidate(q, w->sheets[i].name, jl_arg_integer((int64_t)i + 1));
  }
  return filled > 0 || jl_fail(err, JL_E_INVALID, JL_MSG("there is no table: the workbook is empty"), NULL);
}

struct jl_workbook *jl_workbook_open(struct jl_reading_of *r, struct jl_error *err) {
  struct jl_workbook *w = calloc(1, sizeof *w);
  if (w == NULL) {
    (void)jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
    return NULL;
  }
  w->arena = r->arena;
  jl_buffer_init(&w->texts, JL_WORKBOOK_TEXTS);
  jl_buffer_init(&w->ends, JL_WORKBOOK_TEXTS);
  w->sheets = jl_arena_array(r->arena, JL_WORKBOOK_SHEETS, sizeof *w->sheets);
  bool ok = (w->sheets != NULL || jl_table_no_memory(err)) && (w->package = jl_package_open(r->source, err)) != NULL && read_parts(w, err) && choose(w, r, err) &&
            (w->styles_part[0] == '\0' || jl_workbook_styles(w, err)) && (w->texts_part[0] == '\0' || jl_workbook_texts(w, err)) && jl_sheet_around(w, err);
  if (ok) {
    r->found->sheet = w->sheets[w->chosen].name;
    return w;
  }
  jl_workbook_free(w);
  return NULL;
}

bool jl_workbook_hides(const struct jl_workbook *w, size_t column) { return column < JL_TABLE_COLUMNS_MAX && w->hidden[column]; }

void jl_workbook_free(struct jl_workbook *w) {
  if (w == NULL) return;
  jl_package_free(w->package);
  jl_buffer_release(&w->texts);
  jl_buffer_release(&w->ends);
  free(w);
}
