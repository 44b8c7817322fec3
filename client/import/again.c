/* The command that comes next, to be typed (or pasted) as it stands. */
#include "client/import/ingest_run.h"
#include <string.h>

static bool is_plain(const char *text) {
  static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:=,%+@";
  return text[0] != '\0' && text[strspn(text, plain)] == '\0';
}

/* As a shell reads it again. */
static void put_word(struct jl_buffer *out, const char *text) {
  const char *special = "\"$`\\!";
  bool plain = is_plain(text), hard = strpbrk(text, special) != NULL;
  jl_buffer_text(out, plain ? " " : hard ? " '" : " \"");
  for (const char *c = text; *c != '\0'; c++) {
    if (hard && *c == '\'') jl_buffer_text(out, "'\\'"); /* closed, the quote itself, opened again by what follows */
    jl_buffer_byte(out, (uint8_t)*c);
  }
  if (!plain) jl_buffer_byte(out, hard ? '\'' : '"');
}

static bool is_switch(const struct jl_cli *cli, const char *name) {
  for (const struct jl_option *o = cli->command->options; o != NULL && o->name != NULL; o++)
    if (strcmp(o->name, name) == 0) return o->value == NULL;
  return false;
}

const char *jl_ingest_again(struct jl_cli *cli, size_t from, const char *more) {
  struct jl_buffer out;
  jl_buffer_init(&out, 65536);
  jl_buffer_printf(&out, "jalon %s", cli->command->path);
  for (size_t i = 0; i < cli->word_count; i++) put_word(&out, cli->words[i]);
  for (size_t i = from; i < cli->option_count; i++) {
    if (strcmp(cli->options[i].name, "preview") == 0) continue;
    jl_buffer_printf(&out, " --%s", cli->options[i].name);
    if (!is_switch(cli, cli->options[i].name)) put_word(&out, cli->options[i].value);
  }
  jl_buffer_text(&out, more);
  const char *text = jl_buffer_ok(&out) ? jl_arena_strndup(cli->arena, (const char *)out.data, out.size) : NULL;
  jl_buffer_release(&out);
  return text;
}
