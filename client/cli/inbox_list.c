/* The inbox as it was shown last, in a file beside the profile: "3" goes on meaning what stood there, whatever has come since. */
#include "client/cli/cli.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_LINE "jalon-inbox 1"
#define LINE_MAX_BYTES 256
#define ENTRIES_MAX 100000

/* Where profiles are: jalon.h. */
bool jl_cli_beside_profile(const struct jl_cli *cli, const char *ending, char out[4096]) {
  const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME"), *name = jl_profile_identity(cli->profile)->name;
  int size = config != NULL && config[0] == '/' ? snprintf(out, 4096, "%s/jalon/%s.%s", config, name, ending)
             : home != NULL && home[0] == '/'   ? snprintf(out, 4096, "%s/.config/jalon/%s.%s", home, name, ending)
                                                : -1;
  return size > 0 && size < 4096;
}

void jl_inbox_list_keep(const struct jl_cli *cli, const struct jl_inbox_list *list) {
  char path[4096], fresh[4096], plan[JL_ID_TEXT_SIZE], record[JL_ID_TEXT_SIZE];
  if (!jl_cli_beside_profile(cli, "inbox", path) || !jl_cli_beside_profile(cli, "inbox.new", fresh)) return;
  int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
  if (out == NULL) {
    if (fd >= 0) close(fd);
    return;
  }
  fprintf(out, FIRST_LINE "\n");
  for (size_t i = 0; i < list->plan_count; i++) {
    jl_id_format(&list->plans[i].plan, plan);
    fprintf(out, "plan %s %" PRIu64 "\n", plan, list->plans[i].revision);
  }
  for (size_t i = 0; i < list->entry_count; i++) {
    const struct jl_inbox_entry *e = &list->entries[i];
    jl_id_format(&e->plan, plan);
    jl_id_format(&e->record, record);
    fprintf(out, "item %" PRIu64 " %s %s %" PRIu64 " %d\n", e->number, plan, record, e->first, e->waits);
  }
  bool ok = ferror(out) == 0;
  if (fclose(out) != 0 || !ok || rename(fresh, path) != 0) (void)unlink(fresh);
}

uint64_t jl_inbox_first(const Jalon__Block *block, const Jalon__Row *row) {
  for (size_t c = 0; c < row->n_cells && c < block->n_columns; c++)
    if (block->columns[c]->name != NULL && strcmp(block->columns[c]->name, "revision") == 0)
      return row->cells[c]->has_number ? (uint64_t)row->cells[c]->number : 0;
  return 0;
}

/* Of one plan, under the numbers that its rows have. */
bool jl_inbox_list_of(const Jalon__Document *document, const struct jl_id *plan, uint64_t revision, struct jl_arena *a, struct jl_inbox_list *ret) {
  size_t n = 0;
  for (size_t b = 0; b < document->n_blocks; b++) n += document->blocks[b]->n_rows;
  *ret = (struct jl_inbox_list){.plans = jl_arena_alloc(a, sizeof *ret->plans), .entries = jl_arena_array(a, n + 1, sizeof *ret->entries)};
  if (ret->plans == NULL || ret->entries == NULL) return false;
  ret->plans[ret->plan_count++] = (struct jl_inbox_plan){*plan, revision};
  for (size_t b = 0; b < document->n_blocks; b++) {
    const Jalon__Block *block = document->blocks[b];
    for (size_t r = 0; r < block->n_rows; r++) {
      const Jalon__Row *row = block->rows[r];
      struct jl_inbox_entry entry = {.plan = *plan, .first = jl_inbox_first(block, row), .waits = strcmp(block->name, "waiting") == 0};
      if (row->n_cells == 0 || row->record == NULL ||
          !jl_id_from_bytes((struct jl_bytes){row->record->id.data, row->record->id.len}, &entry.record))
        continue;
      entry.number = (uint64_t)row->cells[0]->number;
      ret->entries[ret->entry_count++] = entry;
    }
  }
  return true;
}

static bool next_id(char **line, struct jl_id *ret_id) {
  const char *word = strsep(line, " ");
  return word != NULL && jl_id_parse(word, ret_id);
}

static bool next_number(char **line, uint64_t *ret_n) {
  const char *word = strsep(line, " \n");
  return word != NULL && jl_view_number(word, ret_n);
}

/* "plan ID REVISION", "item NUMBER PLAN RECORD FIRST 0|1" */
static bool read_line(struct jl_inbox_list *list, char *line) {
  const char *kind = strsep(&line, " ");
  struct jl_inbox_plan p;
  struct jl_inbox_entry e;
  uint64_t waits = 0;
  if (strcmp(kind, "plan") == 0) {
    if (!next_id(&line, &p.plan) || !next_number(&line, &p.revision)) return false;
    list->plans[list->plan_count++] = p;
    return true;
  }
  if (strcmp(kind, "item") != 0 || !next_number(&line, &e.number) || !next_id(&line, &e.plan) || !next_id(&line, &e.record) ||
      !next_number(&line, &e.first) || !next_number(&line, &waits))
    return false;
  e.waits = waits != 0;
  list->entries[list->entry_count++] = e;
  return true;
}

bool jl_inbox_list_last(struct jl_cli *cli, struct jl_inbox_list *ret) {
  char path[4096], line[LINE_MAX_BYTES];
  FILE *in = jl_cli_beside_profile(cli, "inbox", path) ? fopen(path, "re") : NULL;
  size_t lines = 0;
  bool ok = in != NULL;
  *ret = (struct jl_inbox_list){0};
  while (ok && fgets(line, sizeof line, in) != NULL && lines < ENTRIES_MAX) lines++;
  if (ok) rewind(in);
  ret->plans = jl_arena_array(cli->arena, lines + 1, sizeof *ret->plans);
  ret->entries = jl_arena_array(cli->arena, lines + 1, sizeof *ret->entries);
  ok = ok && ret->plans != NULL && ret->entries != NULL && fgets(line, sizeof line, in) != NULL && strcmp(line, FIRST_LINE "\n") == 0;
  for (size_t i = 1; ok && i < lines && fgets(line, sizeof line, in) != NULL; i++) ok = read_line(ret, line);
  if (in != NULL) (void)fclose(in);
  return ok;
}
