/* Profiles: locking, what was shown, hostile files; and the command tree: every leaf has help and an example. */
#include "client/cli/cli.h"
#include "common/base/limits.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];
static struct jl_error err;

static int setup(void **state) {
  (void)state;
  snprintf(folder, sizeof folder, "/tmp/jalon-profile-XXXXXX");
  if (mkdtemp(folder) == NULL) return -1;
  return setenv("XDG_CONFIG_HOME", folder, 1);
}

static int teardown(void **state) {
  static const char *const names[] = {"default.profile", "default.lock", "other.profile", "other.lock", "default.profile.new", "default.shown", "other.shown", "default.shown.new"};
  char path[200];
  (void)state;
  for (size_t i = 0; i < JL_COUNT(names); i++) {
    snprintf(path, sizeof path, "%s/jalon/%s", folder, names[i]);
    unlink(path);
  }
  snprintf(path, sizeof path, "%s/jalon", folder);
  rmdir(path);
  return rmdir(folder);
}

static struct jl_profile *open_locked(void) {
  struct jl_profile *p = jl_profile_open(NULL, &err);
  assert_non_null(p);
  assert_true(jl_profile_lock(p, 0, &err));
  return p;
}

static void test_one_at_a_time(void **state) {
  (void)state;
  struct jl_profile *first = open_locked(), *second = jl_profile_open(NULL, &err);
  assert_false(jl_profile_lock(second, 20, &err));
  assert_int_equal(err.code, JL_E_UNAVAILABLE);
  snprintf(jl_profile_identity(first)->account, 128, "marie");
  assert_true(jl_profile_save(first, &err));
  jl_profile_unlock(first);
  assert_true(jl_profile_lock(second, 0, &err)); /* and reads what the first one wrote */
  assert_string_equal(jl_profile_identity(second)->account, "marie");
  jl_profile_free(first);
  jl_profile_free(second);
}

/* Four processes count to twenty-five each in one number: nobody's step is lost. */
static void test_concurrent_saves(void **state) {
  (void)state;
  struct jl_id space = {{1}};
  for (int i = 0; i < 4; i++) {
    if (fork() != 0) continue;
    for (int n = 0; n < 25; n++) {
      struct jl_profile *p = jl_profile_open(NULL, &err);
      if (p == NULL || !jl_profile_lock(p, 60000, &err)) _exit(1);
      jl_profile_set_last_own(p, &space, jl_profile_last_own(p, &space) + 1);
      if (!jl_profile_save(p, &err)) _exit(1);
      jl_profile_free(p);
    }
    _exit(0);
  }
  for (int i = 0; i < 4; i++) {
    int status = 1;
    assert_true(wait(&status) > 0 && status == 0);
  }
  struct jl_profile *p = jl_profile_open(NULL, &err);
  assert_int_equal(jl_profile_last_own(p, &space), 100);
  jl_profile_free(p);
}

static void test_shown(void **state) {
  (void)state;
  struct jl_id space = jl_id_random(), record = jl_id_random(), found;
  struct jl_profile *p = open_locked();
  assert_int_equal(jl_profile_shown(p, &space, &record), 0);
  assert_true(jl_profile_mark_shown(p, &space, &record, 40, 3, 811));
  assert_true(jl_profile_mark_shown(p, &space, &record, 40, 3, 500)); /* an older screen takes nothing back */
  for (uint64_t i = 0; i < JL_PROFILE_SHOWN_MAX + 10; i++) {
    struct jl_id other = jl_id_random();
    assert_true(jl_profile_mark_shown(p, &space, &other, 20, i + 1, 1000 + i));
  }
  assert_int_equal(jl_profile_shown(p, &space, &record), 0); /* the oldest went, and counts as never shown */
  assert_true(jl_profile_save(p, &err));
  jl_profile_free(p);
  p = jl_profile_open(NULL, &err);
  assert_int_equal(jl_profile_shown_number(p, &space, 20, JL_PROFILE_SHOWN_MAX + 10, &found), 1000 + JL_PROFILE_SHOWN_MAX + 9);
  assert_int_equal(jl_profile_position(p, &space), 1000 + JL_PROFILE_SHOWN_MAX + 9);
  jl_profile_free(p);
}

static void write_file(const char *name, const char *text, mode_t mode) {
  char path[200];
  snprintf(path, sizeof path, "%s/jalon/%s", folder, name);
  unlink(path);
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
  assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
  assert_int_equal(fchmod(fd, mode), 0);
  close(fd);
}

static void write_profile(const char *text, mode_t mode) {
  struct jl_profile *p = jl_profile_open(NULL, &err); /* makes the folder */
  jl_profile_free(p);
  write_file("default.profile", text, mode);
}

static size_t read_file(const char *name, char text[4096]) {
  char path[200];
  snprintf(path, sizeof path, "%s/jalon/%s", folder, name);
  int fd = open(path, O_RDONLY);
  assert_true(fd >= 0);
  ssize_t size = read(fd, text, 4095);
  assert_true(size > 0);
  text[size] = '\0';
  close(fd);
  return (size_t)size;
}

/* Of what was shown nobody waits for the disk: a power failure leaves the file torn, empty or full of zeros, and then nothing was shown. */
static void test_torn(void **state) {
  (void)state;
  const struct jl_id space = {.bytes[15] = 1}, record = {.bytes[15] = 2};
  char whole[4096], before[4096], after[4096];
  write_profile("jalon-profile 1\nserver a:1\n", 0600);
  struct jl_profile *p = open_locked();
  jl_profile_set_last_own(p, &space, 7);
  assert_true(jl_profile_save(p, &err));
  read_file("default.profile", before);
  assert_true(jl_profile_mark_shown(p, &space, &record, 40, 3, 811));
  assert_true(jl_profile_save(p, &err));
  jl_profile_free(p);
  read_file("default.profile", after);
  assert_string_equal(before, after); /* it was not waited for */
  size_t size = read_file("default.shown", whole);
  for (size_t i = 0; i <= 2 * size; i++) {
    char torn[4096];
    memcpy(torn, whole, size + 1);
    if (i < size)
      torn[i] = '\0'; /* cut off there */
    else if (i < 2 * size)
      torn[i - size] ^= 1;
    write_file("default.shown", torn, 0600);
    p = jl_profile_open(NULL, &err);
    assert_non_null(p);
    assert_string_equal(jl_profile_identity(p)->server, "a:1");
    assert_int_equal(jl_profile_last_own(p, &space), 7);
    bool same = i == 2 * size || i == 2 * size - 1; /* its last line feed says nothing */
    assert_int_equal(jl_profile_shown(p, &space, &record), same ? 811 : 0);
    assert_int_equal(jl_profile_position(p, &space), same ? 811 : 0);
    jl_profile_free(p);
  }
}

static void test_hostile_files(void **state) {
  (void)state;
  static const char *const bad[] = {
      "jalon-profile 2\n",
      "hello\n",
      "jalon-profile 1\nnonsense\n",
      "jalon-profile 1\nwhat 3\n",
      "jalon-profile 1\ntoken zz\n",
      "jalon-profile 1\nspace 12\n",
      "jalon-profile 1\nspace 00000000-0000-0000-0000-000000000001\nposition -1\n",
      "jalon-profile 1\nspace 00000000-0000-0000-0000-000000000001\nin-flight 3 abc\n",
      "jalon-profile 1\nspace 00000000-0000-0000-0000-000000000001\nshown x\n",
      "jalon-profile 1\nserver \x1b[2J\n",
  };
  for (size_t i = 0; i < JL_COUNT(bad); i++) {
    write_profile(bad[i], 0600);
    struct jl_profile *p = jl_profile_open(NULL, &err);
    if (p != NULL) fail_msg("accepted: %s", bad[i]);
    assert_true(err.message[0] != '\0' && err.hint[0] != '\0');
  }
  write_profile("jalon-profile 1\n", 0644);
  assert_null(jl_profile_open(NULL, &err));
  assert_null(jl_profile_open("../x", &err));
  write_profile("jalon-profile 1\nserver a:1\nspace 00000000-0000-0000-0000-000000000001\nnext-seq 7\nconfirmed 6\nposition 812\nlast-own 811\n", 0600);
  struct jl_profile *p = jl_profile_open(NULL, &err); /* of before the outbox */
  struct jl_id space = {.bytes[15] = 1};
  assert_non_null(p);
  assert_int_equal(jl_profile_position(p, &space), 812);
  jl_profile_free(p);
}

/* ---- the command tree ---- */
static void check_leaf(const struct jl_command *c) {
  struct jl_buffer out;
  jl_buffer_init(&out, 1 << 20);
  assert_true(c->path[0] != '\0' && c->summary != NULL && c->summary[0] != '\0' && c->run != NULL && c->arguments != NULL);
  assert_non_null(c->examples[0]);
  assert_true(strncmp(c->examples[0], "jalon ", 6) == 0 && strncmp(c->examples[0] + 6, c->path, strlen(c->path)) == 0);
  for (const struct jl_option *o = c->options; o != NULL && o->name != NULL; o++) assert_true(o->help != NULL && o->help[0] != '\0');
  jl_help_command(c, &out);
  assert_true(jl_buffer_ok(&out) && out.size > 20);
  jl_buffer_release(&out);
}

static void test_every_leaf_has_help(void **state) {
  (void)state;
  struct jl_arena *a = jl_arena_new(16 << 20);
  for (const struct jl_command *c = jl_command_next(NULL); c != NULL; c = jl_command_next(c)) check_leaf(c);
  for (size_t t = 0; t < jl_record_type_count; t++)
    for (size_t v = 0; jl_record_verbs[v] != NULL; v++) {
      if (!jl_record_verb_fits(jl_record_types[t], jl_record_verbs[v])) continue;
      const struct jl_command *c = jl_record_command(a, jl_record_types[t], jl_record_verbs[v]);
      assert_non_null(c);
      check_leaf(c);
    }
  for (size_t i = 0; i < jl_view_count; i++) check_leaf(jl_view_command(a, &jl_views[i]));
  jl_arena_free(a);
}

static void test_did_you_mean(void **state) {
  (void)state;
  static const struct {
    const char *words[2];
    const char *near;
  } cases[] = {
      {{"bugdet", NULL}, "budget"}, {{"action", "ad"}, "action add"}, {{"plan", "imprt"}, "plan import"}, {{"actoin", "add"}, "action"}};
  struct jl_cli cli = {.arena = jl_arena_new(16 << 20)};
  for (size_t i = 0; i < JL_COUNT(cases); i++) {
    const struct jl_command *c;
    size_t used;
    assert_false(jl_command_find(&cli, cases[i].words, cases[i].words[1] != NULL ? 2 : 1, &c, &used, &err));
    assert_int_equal(err.code, JL_E_USAGE);
    assert_string_equal(err.args[1].text, cases[i].near);
  }
  jl_arena_free(cli.arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_one_at_a_time, setup, teardown),
      cmocka_unit_test_setup_teardown(test_concurrent_saves, setup, teardown),
      cmocka_unit_test_setup_teardown(test_shown, setup, teardown),
      cmocka_unit_test_setup_teardown(test_torn, setup, teardown),
      cmocka_unit_test_setup_teardown(test_hostile_files, setup, teardown),
      cmocka_unit_test(test_every_leaf_has_help),
      cmocka_unit_test(test_did_you_mean),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
