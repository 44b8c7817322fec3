/* The descriptor compiler refuses descriptions that records cannot have, and says why. */
#include "common/base/compiler.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define HEAD "syntax = \"proto2\"; package jalon; import \"options.proto\";\n"
#define OK_RECORD "option (record) = { number: 1 letter: \"X\" section: ACTIONS space: PLAN label: \"x\" plural: \"xs\" };\n"
#define MESSAGE(fields) HEAD "message Thing { " OK_RECORD fields " }\n"
#define OTHER(number, letter, name)                                                                                                        \
  "message " name " { option (record) = { number: " number " letter: \"" letter                                                            \
  "\" section: ACTIONS space: PLAN label: \"y\" plural: \"ys\" };\n"                                                                       \
  "optional string a = 1 [(field) = { label: \"a\" }]; }\n"
#define TITLE "optional string title = 1 [(field) = { label: \"title\" title: true }];\n"

static bool available; /* protoc and the descriptor compiler */
static char folder[] = "/tmp/jalon-tables-XXXXXX";

/* In the folder; what it says, on whichever of its outputs. false: it failed, or is not there. */
static bool program(const char *const *argv, char *ret_output, size_t size) {
  int said[2], status = 0;
  size_t used = 0;
  assert_int_equal(pipe(said), 0);
  pid_t pid = fork();
  assert_true(pid >= 0);
  if (pid == 0) {
    if (chdir(folder) != 0 || dup2(said[1], 1) < 0 || dup2(said[1], 2) < 0) _exit(126);
    close(said[0]);
    execvp(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
  }
  close(said[1]);
  for (ssize_t n; used + 1 < size && (n = read(said[0], ret_output + used, size - 1 - used)) > 0;) used += (size_t)n;
  ret_output[used] = '\0';
  close(said[0]);
  assert_int_equal(waitpid(pid, &status, 0), pid);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool run(const char *text, char *ret_output, size_t size) {
  const char *const compile[] = {
      "protoc", "--proto_path=.", "--proto_path=" SOURCE_DIR "/proto", "--include_imports", "--descriptor_set_out=set", "thing.proto",
      NULL};
  const char *const tables[] = {BINARY_DIR "/proto/jl_tables", "1", "set", "h", "c", "m", NULL};
  char path[128];
  snprintf(path, sizeof path, "%s/thing.proto", folder);
  FILE *out = fopen(path, "w");
  assert_non_null(out);
  fputs(text, out);
  assert_int_equal(fclose(out), 0);
  return program(compile, ret_output, size) && program(tables, ret_output, size);
}

static const struct {
  const char *text, *expected;
} refused[] = {
    {"syntax = \"proto3\"; package jalon; import \"options.proto\"; message Thing { " OK_RECORD TITLE " }", "must be proto2"},
    {HEAD "message Thing { " TITLE " }", "needs an option (record)"},
    {HEAD "message Thing { option (record) = { number: 1 letter: \"X\" space: PLAN label: \"x\" plural: \"xs\" }; " TITLE " }",
     "needs a section"},
    {HEAD "message Thing { option (record) = { number: 1 letter: \"X\" section: ACTIONS label: \"x\" plural: \"xs\" }; " TITLE " }",
     "needs a space"},
    {HEAD "message Thing { option (record) = { number: 1 letter: \"x1\" section: ACTIONS space: PLAN label: \"x\" plural: \"xs\" }; " TITLE
          " }",
     "needs a letter"},
    {HEAD "message Thing { option (record) = { letter: \"X\" section: ACTIONS space: PLAN label: \"x\" plural: \"xs\" }; " TITLE " }",
     "needs a number"},
    {MESSAGE(TITLE) OTHER("1", "Y", "Other"), "same number as"},
    {MESSAGE(TITLE) OTHER("2", "X", "Other"), "same letter as"},
    {MESSAGE("optional string a = 1;"), "needs a label"},
    {MESSAGE("optional string a = 1 [(field) = { help: \"x\" }];"), "needs a label"},
    {MESSAGE("optional double a = 1 [(field) = { label: \"a\" }];"), "float and double"},
    {MESSAGE("optional int32 a = 1 [(field) = { label: \"a\" }];"), "sint32 or sint64"},
    {MESSAGE("optional bytes a = 1 [(field) = { label: \"a\" }];"), "kind REFERENCE"},
    {MESSAGE("optional Thing a = 1 [(field) = { label: \"a\" }];"), "records are flat"},
    {MESSAGE("map<string, string> a = 1 [(field) = { label: \"a\" }];"), "no maps"},
    {MESSAGE("oneof b { string a = 1 [(field) = { label: \"a\" }]; }"), "no oneof"},
    {MESSAGE("required string a = 1 [(field) = { label: \"a\" }];"), "must be optional"},
    {MESSAGE("optional string a = 1 [default = \"x\", (field) = { label: \"a\" }];"), "no proto default"},
    {MESSAGE("repeated sint32 a = 1 [packed = true, (field) = { label: \"a\" }];"), "packed"},
    {MESSAGE("optional sint32 a = 1 [(field) = { label: \"a\" kind: MONEY }];"), "needs the type sint64"},
    {MESSAGE("optional bytes a = 1 [(field) = { label: \"a\" kind: REFERENCE }];"), "belong together"},
    {MESSAGE("optional bytes a = 1 [(field) = { label: \"a\" kind: REFERENCE ref: \"nothing\" }];"), "unknown record type"},
    {MESSAGE("optional sint32 a = 1 [(field) = { label: \"a\" minimum: 2 maximum: 1 }];"), "above its maximum"},
    {MESSAGE("optional string a = 1 [(field) = { label: \"a\" minimum: 2 }];"), "for numbers"},
    {MESSAGE("optional sint64 a = 1 [(field) = { label: \"a\" kind: FRACTION unit_field: \"u\" }];"), "is not a field"},
    {MESSAGE("optional string a = 1 [(field) = { label: \"a\" merge: COUNTER }];"), "COUNTER needs"},
    {MESSAGE("optional string a = 1 [(field) = { label: \"a\" natural_key: true required: true }];"), "belong together"},
    {MESSAGE("optional string a_b = 1 [(field) = { label: \"a\" }]; optional string c = 2 [(field) = { label: \"c\" flag: \"a-b\" }];"),
     "same flag"},
    {MESSAGE(TITLE "optional string b = 2 [(field) = { label: \"b\" title: true }];"), "more than one title"},
    {MESSAGE("optional E e = 1 [(field) = { label: \"e\" }];") "enum E { A = 1 [(value) = { label: \"a\" }]; }", "E_UNSPECIFIED = 0"},
    {MESSAGE("optional E e = 1 [(field) = { label: \"e\" }];") "enum E { E_UNSPECIFIED = 0; A = 1; }", "needs a label"},
    {MESSAGE("optional E e = 1 [(field) = { label: \"e\" }];") "enum E { E_UNSPECIFIED = 0; A = 1 [(value) = { label: \"a\" text: \"t\" "
                                                               "}]; B = 2 [(value) = { label: \"b\" text: \"t\" }]; }",
     "same text"},
    {MESSAGE("optional E e = 1 [(field) = { label: \"e\" default_text: \"z\" }];") "enum E { E_UNSPECIFIED = 0; A = 1 [(value) = { label: "
                                                                                   "\"a\" }]; }",
     "is no value of"},
    {MESSAGE(
         "optional string a = 1 [(field) = { label: \"a\" }];") "enum E { E_UNSPECIFIED = 0; THING_A = 1 [(value) = { label: \"a\" }]; }",
     "both be named JL_THING_A"},
};

static void refusals(void **state) {
  (void)state;
  char output[4096];
  if (!available) skip();
  for (size_t i = 0; i < JL_COUNT(refused); i++) {
    bool ok = run(refused[i].text, output, sizeof output);
    if (ok || strstr(output, refused[i].expected) == NULL)
      fail_msg("expected \"%s\", got \"%s\" for %s", refused[i].expected, ok ? "success" : output, refused[i].text);
  }
}

static void accepted(void **state) {
  (void)state;
  char output[4096];
  if (!available) skip();
  if (!run(MESSAGE(TITLE
                   "optional bytes thing = 2 [(field) = { label: \"th\\\"ing\" kind: REFERENCE ref: \"thing\" ref: \"other_thing\" }];")
               OTHER("2", "Y", "OtherThing"),
           output, sizeof output))
    fail_msg("%s", output);
}

static int set_up(void **state) {
  const char *const version[] = {"protoc", "--version", NULL};
  char output[256];
  (void)state;
  if (mkdtemp(folder) == NULL) return -1;
  available = access(BINARY_DIR "/proto/jl_tables", X_OK) == 0 && program(version, output, sizeof output);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  static const char *const names[] = {"thing.proto", "set", "h", "c", "m"};
  char path[128];
  for (size_t i = 0; i < JL_COUNT(names); i++) {
    snprintf(path, sizeof path, "%s/%s", folder, names[i]);
    remove(path);
  }
  return rmdir(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(accepted), cmocka_unit_test(refusals)};
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
