/* Whom to believe: the authority of a server that a profile meets for the first time. Asked in a terminal only; a script says
 * it with --fingerprint or --authority. What was answered is pinned in the profile. */
#include "client/cli/cli.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define FILE_MAX_BYTES 65536
#define MEET_MS 10000

const char *jl_cli_server(const struct jl_cli *cli) {
  const struct jl_profile_identity *id = jl_profile_identity(cli->profile);
  return cli->server != NULL ? cli->server : id->server[0] != '\0' ? id->server : "127.0.0.1:7400";
}

static bool read_pem(const char *path, char out[FILE_MAX_BYTES], struct jl_bytes *ret_pem, struct jl_error *err) {
  FILE *file = fopen(path, "re");
  if (file == NULL) return jl_fail(err, JL_E_USAGE, JL_MSG("cannot read {1}: {2}"), NULL, jl_arg_text(path), jl_arg_text(strerror(errno)));
  size_t size = fread(out, 1, FILE_MAX_BYTES, file);
  fclose(file);
  if (size == FILE_MAX_BYTES) return jl_fail(err, JL_E_USAGE, JL_MSG("the file {1} is too long"), NULL, jl_arg_text(path));
  *ret_pem = (struct jl_bytes){(const uint8_t *)out, size};
  return true;
}

bool jl_cli_read_certificate(struct jl_cli *cli, const char *path, struct jl_error *err) {
  char *text = jl_arena_alloc(cli->arena, FILE_MAX_BYTES);
  return text == NULL ? jl_cli_no_link(err) : read_pem(path, text, &cli->certificate, err);
}

static bool pin_meeting(const struct jl_cli *cli, const char *server, const struct jl_meeting *m, struct jl_error *err) {
  struct jl_bytes pem = {(const uint8_t *)m->authority, strlen(m->authority)};
  return jl_profile_pin(cli->profile, server, pem, err);
}

static bool by_fingerprint(const struct jl_cli *cli, const char *server, const char *wanted, struct jl_error *err) {
  struct jl_meeting m;
  if (!jl_meet(server, MEET_MS, &m, err)) return false;
  if (jl_fingerprints_match(m.fingerprint, wanted)) return pin_meeting(cli, server, &m, err);
  return jl_fail(err, JL_E_DENIED, JL_MSG("the authority of {1} has another fingerprint: {2}"),
                 JL_MSG("it is not the server that was meant, or the fingerprint was copied wrongly: ask its administrator"),
                 jl_arg_text(server), jl_arg_text(m.fingerprint));
}

static bool ask(const struct jl_cli *cli, const char *server, struct jl_error *err) {
  struct jl_meeting m;
  char answer[16] = "";
  if (isatty(STDIN_FILENO) != 1 || isatty(STDERR_FILENO) != 1)
    return jl_fail(err, JL_E_USAGE, JL_MSG("profile {1} meets {2} for the first time and there is no terminal to ask whether to trust it"),
                   JL_MSG("add --fingerprint SHA256:... (jalond fingerprint shows it on the server) or --authority FILE"),
                   jl_arg_text(jl_profile_identity(cli->profile)->name), jl_arg_text(server));
  if (!jl_meet(server, MEET_MS, &m, err)) return false;
  jl_talk(cli, JL_MSG("{1} is met for the first time. Its certificate was signed by \"{2}\" with the fingerprint"), jl_arg_text(server),
          jl_arg_text(m.name));
  fprintf(stderr, "  %s\n", m.fingerprint);
  jl_talk(cli, JL_MSG("Compare it with what the server's administrator told you (jalond fingerprint shows it on the server)."));
  fprintf(stderr, "%s", jl_tr(JL_MSG("Trust it? [yes/no] ")));
  fflush(stderr);
  if (fgets(answer, sizeof answer, stdin) == NULL) answer[0] = '\0';
  answer[strcspn(answer, "\r\n")] = '\0';
  if (strcasecmp(answer, "yes") == 0 || strcasecmp(answer, jl_tr(JL_MSG("yes"))) == 0) return pin_meeting(cli, server, &m, err);
  return jl_fail(err, JL_E_DENIED, JL_MSG("{1} is not trusted: nothing was sent to it"), JL_MSG("to trust it, answer with the whole word yes"),
                 jl_arg_text(server));
}

bool jl_cli_trust(struct jl_cli *cli, const char *server, struct jl_error *err) {
  const char *fingerprint = jl_cli_option(cli, "fingerprint"), *file = jl_cli_option(cli, "authority");
  char pinned[256], text[FILE_MAX_BYTES];
  struct jl_bytes pem;
  if (!jl_address_encrypted(server)) {
    if (fingerprint == NULL && file == NULL) return true;
    return jl_fail(err, JL_E_USAGE, JL_MSG("{1} is not encrypted, so there is no authority to trust"), JL_MSG("write the address as tls:host:port"),
                   jl_arg_text(server));
  }
  if (file != NULL) return read_pem(file, text, &pem, err) && jl_profile_pin(cli->profile, server, pem, err);
  if (fingerprint != NULL) return by_fingerprint(cli, server, fingerprint, err);
  if (jl_profile_pinned(cli->profile, pinned, NULL) && strcmp(pinned, server) == 0) return true;
  return ask(cli, server, err);
}
