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
static bool path_of(const struct jl_cli *cli, const char *ending, char out[4096]) {
  const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME"), *name = jl_profile_identity(cli->profile)->name;
  int size = config != NULL && config[0] == '/' ? snprintf(out, 4096, "%s/jalon/%s.%s", config, name, ending)
             : home != NULL && home[0] == '/'   ? snprintf(out, 4096, "%s/.config/jalon/%s.%s", home, name, ending)
                                                : -1;
  return size > 0 && size < 4096;
}

void jl_inbox_list_keep(const struct jl_cli *cli, const struct jl_inbox_list *list) {
  char path[4096], fresh[4096], plan[JL_ID_TEXT_SIZE], record[JL_ID_TEXT_SIZE];
  if (!path_of(cli, "inbox", path) || !path_of(cli, "inbox.new", fresh)) return;
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

static bool read_line(struct jl_inbox_list *list, char *line) {
  char plan[64], record[64];
  struct jl_inbox_plan p;
  struct jl_inbox_entry e;
  int waits = 0;
  if (sscanf(line, "plan %63s %" SCNu64, plan, &p.revision) == 2) {
    if (!jl_id_parse(plan, &p.plan)) return false;
    list->plans[list->plan_count++] = p;
    return true;
  }
  if (sscanf(line, "item %" SCNu64 " %63s %63s %" SCNu64 " %d", &e.number, plan, record, &e.first, &waits) != 5) return false;
  e.waits = waits != 0;
  if (!jl_id_parse(plan, &e.plan) || !jl_id_parse(record, &e.record)) return false;
  list->entries[list->entry_count++] = e;
  return true;
}

bool jl_inbox_list_last(struct jl_cli *cli, struct jl_inbox_list *ret) {
  char path[4096], line[LINE_MAX_BYTES];
  FILE *in = path_of(cli, "inbox", path) ? fopen(path, "re") : NULL;
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
