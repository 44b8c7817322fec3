/* Passwords: from a file or standard input, or typed without echo in a terminal. Never asked for in a pipe. */
#include "client/cli/cli.h"
#include "common/base/limits.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <termios.h>
#include <unistd.h>

#define PASSWORD_BYTES 130 /* JL_PASSWORD_MAX characters are checked by the server */

static bool take_line(FILE *in, char out[PASSWORD_BYTES], struct jl_error *err) {
  if (fgets(out, PASSWORD_BYTES, in) == NULL)
    return jl_fail(err, JL_E_USAGE, JL_MSG("the password is missing"), JL_MSG("its file needs one line per password"));
  size_t n = strcspn(out, "\r\n");
  if (out[n] == '\0' && !feof(in)) return jl_fail(err, JL_E_INVALID, JL_MSG("the password is too long"), NULL);
  out[n] = '\0';
  if (n == 0) return jl_fail(err, JL_E_USAGE, JL_MSG("the password is missing"), JL_MSG("its file needs one line per password"));
  return true;
}

static bool from_terminal(const char *prompt, char out[PASSWORD_BYTES], struct jl_error *err) {
  struct termios old, quiet;
  FILE *terminal = fopen("/dev/tty", "r+e");
  if (terminal == NULL || tcgetattr(fileno(terminal), &old) != 0) {
    if (terminal != NULL) fclose(terminal);
    return jl_fail(err, JL_E_USAGE, JL_MSG("there is no terminal to ask for the password"), JL_MSG("use --password-file"));
  }
  setvbuf(terminal, NULL, _IONBF, 0);
  fprintf(terminal, "%s", jl_tr(prompt));
  quiet = old;
  quiet.c_lflag &= ~(tcflag_t)ECHO;
  quiet.c_lflag |= ECHONL;
  (void)tcsetattr(fileno(terminal), TCSAFLUSH, &quiet);
  bool ok = take_line(terminal, out, err);
  (void)tcsetattr(fileno(terminal), TCSAFLUSH, &old);
  fclose(terminal);
  return ok;
}

/* The file is opened once per run and read line by line: "-" holds several passwords of one command. */
static FILE *password_file;

bool jl_cli_password(struct jl_cli *cli, const char *prompt, bool twice, char out[PASSWORD_BYTES], struct jl_error *err) {
  const char *file = jl_cli_option(cli, "password-file");
  if (file != NULL) {
    if (password_file == NULL) password_file = strcmp(file, "-") == 0 ? stdin : fopen(file, "re");
    if (password_file == NULL)
      return jl_fail(err, JL_E_USAGE, JL_MSG("cannot read {1}: {2}"), NULL, jl_arg_text(file), jl_arg_text(strerror(errno)));
    return take_line(password_file, out, err);
  }
  if (isatty(STDIN_FILENO) != 1)
    return jl_fail(err, JL_E_USAGE, JL_MSG("there is no terminal to ask for the password"), JL_MSG("use --password-file"));
  jl_cli_let_others(cli);
  if (!from_terminal(prompt, out, err)) return false;
  if (!twice) return true;
  char again[PASSWORD_BYTES];
  bool same = from_terminal(JL_MSG("Once more: "), again, err) &&
              (strcmp(again, out) == 0 || jl_fail(err, JL_E_USAGE, JL_MSG("the two passwords differ"), NULL));
  explicit_bzero(again, sizeof again);
  return same;
}

void jl_cli_password_advice(struct jl_cli *cli, const char *password) {
  size_t characters = 0;
  for (const char *c = password; *c != '\0'; c++) characters += ((uint8_t)*c & 0xc0) != 0x80;
  if (characters < JL_PASSWORD_ADVISED)
    jl_talk(cli, JL_MSG("this password is short: one of {1} characters or more, a few words, is harder to guess"), jl_arg_integer(JL_PASSWORD_ADVISED));
}

bool jl_cli_password_random(char out[24]) {
  static const char alphabet[] =
      "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789abcdefgh"; /* 64, nothing that looks like another */
  uint8_t bytes[20];
  if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) return false;
  for (size_t i = 0; i < sizeof bytes; i++) out[i] = alphabet[bytes[i] & 63];
  out[sizeof bytes] = '\0';
  return true;
}
