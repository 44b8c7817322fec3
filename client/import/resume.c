/* Stopped and gone on with. The rows that are there are known by their ids, so all that has to be kept is which import it was: its groups stay one
 * import, for jalon undo --import, however often it is begun. A small file beside the profile has it until the import has ended. */
#include "client/import/parts.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_LINE "jalon-import 1"
#define ENDS 65536 /* bytes of the file's beginning and end that make it known again */

/* ---- Ctrl-C ---- */
static volatile sig_atomic_t interrupted;

static void on_interrupt(int number) {
  (void)number;
  interrupted = 1;
}

/* The second one ends the program at once, which does no harm. */
void jl_ingest_resume_signals(bool on) {
  struct sigaction action = {.sa_flags = (int)SA_RESETHAND};
  if (on)
    action.sa_handler = on_interrupt;
  else
    action.sa_handler = SIG_DFL;
  (void)sigaction(SIGINT, &action, NULL);
}

bool jl_ingest_go_on(struct jl_ingest *in, struct jl_error *err) {
  if (interrupted == 0) return true;
  return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("stopped after row {1} of {2}; what was sent stays"), JL_MSG("the same command goes on from there; jalon undo --import \"{3}\" takes it back"),
                 jl_arg_integer((int64_t)in->done), jl_arg_integer((int64_t)in->found->row_count), jl_arg_text(in->name));
}

/* ---- which import it is ---- */
static bool fingerprint(struct jl_ingest *in, struct jl_id *ret, struct jl_error *err) {
  uint64_t size = jl_source_size(in->file);
  uint8_t *head = jl_arena_array(in->row_arena, ENDS, 1), *tail = jl_arena_array(in->row_arena, ENDS, 1);
  size_t heads = 0, tails = 0;
  if (head == NULL || tail == NULL) return jl_ingest_no_memory(err);
  if (!jl_source_read(in->file, 0, head, ENDS, &heads, err) || !jl_source_read(in->file, size > ENDS ? size - ENDS : 0, tail, ENDS, &tails, err)) return false;
  const struct jl_bytes parts[] = {{in->cli->plan.bytes, sizeof in->cli->plan.bytes},
                                   {(const uint8_t *)in->source->name, strlen(in->source->name)},
                                   {(const uint8_t *)in->name, strlen(in->name)},
                                   {(const uint8_t *)&size, sizeof size},
                                   {head, heads},
                                   {tail, tails}};
  *ret = jl_id_derive("unfinished import", parts, JL_COUNT(parts));
  return true;
}

static bool path_of(const struct jl_ingest *in, const char *more, char out[4096]) {
  char ending[80], id[JL_ID_TEXT_SIZE];
  jl_id_format(&in->fingerprint, id);
  (void)snprintf(ending, sizeof ending, "import-%s%s", id, more);
  return jl_cli_beside_profile(in->cli, ending, out);
}

bool jl_ingest_resume_begin(struct jl_ingest *in, struct jl_error *err) {
  char path[4096], line[80];
  in->run = jl_id_random();
  if (in->cli->dry_run || in->preview) return true;
  if (!fingerprint(in, &in->fingerprint, err)) return false;
  FILE *file = path_of(in, "", path) ? fopen(path, "re") : NULL;
  if (file == NULL) return true;
  struct jl_id run;
  char *rest = line, *id = NULL, *end = NULL;
  bool good = fgets(line, sizeof line, file) != NULL && strcmp(line, FIRST_LINE "\n") == 0 && fgets(line, sizeof line, file) != NULL && (id = strsep(&rest, " ")) != NULL && rest != NULL && jl_id_parse(id, &run);
  unsigned long part = good ? strtoul(rest, &end, 10) : 0;
  good = good && end != rest && part < UINT32_MAX;
  (void)fclose(file);
  if (good) in->run = run;
  if (good) in->part = (uint32_t)part;
  if (good) jl_talk(in->cli, JL_MSG("the import {1} was not finished: it goes on"), jl_arg_text(in->name));
  return true;
}

/* Not made durable: who lost it only has an import of two parts to undo. */
bool jl_ingest_resume_note(struct jl_ingest *in, struct jl_error *err) {
  char path[4096], fresh[4096], id[JL_ID_TEXT_SIZE];
  if (in->cli->dry_run || in->preview || !path_of(in, "", path) || !path_of(in, ".new", fresh)) return true;
  int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  jl_id_format(&in->run, id);
  bool ok = fd >= 0 && dprintf(fd, FIRST_LINE "\n%s %" PRIu32 "\n", id, in->part + JL_INGEST_GROUPS) > 0;
  if (fd >= 0) ok = close(fd) == 0 && ok;
  if (ok && rename(fresh, path) == 0) return true;
  return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("cannot write {1}: {2}"), NULL, jl_arg_text(fresh), jl_arg_text(strerror(errno)));
}

void jl_ingest_resume_end(struct jl_ingest *in) {
  char path[4096];
  if (!jl_id_is_zero(&in->fingerprint) && path_of(in, "", path)) (void)unlink(path);
}
