/* A long text in the user's editor. What stands below the scissors is there to be read and is not taken over. */
#include "client/cli/cli.h"
#include "common/base/limits.h"
#include "common/base/text.h"
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SCISSORS "# ------------------------ >8 ------------------------"
#define EDITED_MAX (1u << 20)

static const char *first_of(const char *a, const char *b, const char *otherwise) {
  const char *x = getenv(a), *y = getenv(b);
  return x != NULL && x[0] != '\0' ? x : y != NULL && y[0] != '\0' ? y : otherwise;
}

static void put_part(FILE *file, const char *label, const struct jl_field *field, struct jl_bytes slice) {
  struct jl_buffer text;
  jl_buffer_init(&text, EDITED_MAX);
  if (slice.size > 0) jl_format_slice(field, slice, NULL, NULL, &text);
  if (label != NULL) fprintf(file, "\n# %s\n", jl_tr(label));
  fwrite(text.data != NULL ? (const char *)text.data : "", 1, text.size, file);
  fputc('\n', file);
  jl_buffer_release(&text);
}

static bool write_file(int fd, const struct jl_conflict *c, const struct jl_field *field) {
  FILE *file = fdopen(fd, "w");
  if (file == NULL) {
    close(fd);
    return false;
  }
  put_part(file, NULL, field, c->mine);
  fprintf(file, SCISSORS "\n# %s\n", jl_tr(JL_MSG("what stands below this line is not taken over")));
  put_part(file, JL_MSG("now:"), field, c->theirs);
  put_part(file, JL_MSG("you saw:"), field, c->base);
  return fclose(file) == 0;
}

static bool read_back(struct jl_cli *cli, const char *path, const char **ret_text) {
  FILE *file = fopen(path, "re");
  char *text = file == NULL ? NULL : jl_arena_alloc(cli->arena, EDITED_MAX + 1);
  size_t size = text == NULL ? 0 : fread(text, 1, EDITED_MAX, file);
  if (file != NULL) fclose(file);
  if (text == NULL) return false;
  text[size] = '\0';
  char *end = strstr(text, SCISSORS);
  if (end != NULL) *end = '\0';
  for (size = strlen(text); size > 0 && (text[size - 1] == '\n' || text[size - 1] == '\r'); size--) text[size - 1] = '\0';
  *ret_text = text;
  return true;
}

/* The editor's words may hold options, so a shell reads them, as other programs do. */
static bool run_editor(const char *editor, const char *path) {
  char command[512];
  if (snprintf(command, sizeof command, "%s \"$1\"", editor) >= (int)sizeof command) return false;
  char shell[] = "sh", option[] = "-c", name[4096];
  snprintf(name, sizeof name, "%s", path);
  char *arguments[] = {shell, option, command, shell, name, NULL};
  pid_t pid;
  int status = 0;
  if (posix_spawnp(&pid, "sh", NULL, NULL, arguments, environ) != 0) return false;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool jl_cli_edit_text(struct jl_cli *cli, const struct jl_conflict *c, const struct jl_field *field, const char **ret_text,
                      struct jl_error *err) {
  const char *editor = first_of("VISUAL", "EDITOR", "vi");
  char path[4096];
  snprintf(path, sizeof path, "%s/jalon-XXXXXX.txt", first_of("XDG_RUNTIME_DIR", "TMPDIR", "/tmp"));
  int fd = mkostemps(path, 4, O_CLOEXEC);
  if (fd < 0)
    return jl_fail(err, JL_E_UNAVAILABLE, JL_MSG("cannot write {1}: {2}"), NULL, jl_arg_text(path), jl_arg_text(strerror(errno)));
  bool ok = write_file(fd, c, field), edited = ok && run_editor(editor, path);
  ok = edited && read_back(cli, path, ret_text);
  (void)unlink(path);
  return ok || jl_fail(err, JL_E_INVALID, JL_MSG("the editor {1} ended without a text"), JL_MSG("set EDITOR to the one you use"), jl_arg_text(editor));
}
