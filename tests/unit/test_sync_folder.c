/* The folder of the local copy: by the account's id once that is known, one of before is taken over with what waits in it. */
#include "client/sync/local.h"
#include "client/sync/profile.h"
#include "tests/support/folder.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define SERVER "0a000000000000000000000000000000"
#define ACCOUNT "0b000000000000000000000000000000"
static char home[64];

static struct jl_id id_of(uint8_t n) { return (struct jl_id){{n}}; }

static int set_up(void **state) {
  char data[80];
  (void)state;
  snprintf(home, sizeof home, "/tmp/jalon-folder.XXXXXX");
  if (mkdtemp(home) == NULL) return 1;
  snprintf(data, sizeof data, "%s/data", home);
  setenv("XDG_CONFIG_HOME", home, 1);
  setenv("XDG_DATA_HOME", data, 1);
  return 0;
}
static int tear_down(void **state) {
  (void)state;
  return folder_remove(home) ? 0 : 1;
}

/* account_id 0: not told yet. */
static struct jl_profile *profile(const char *name, const char *account, uint8_t person, uint8_t account_id) {
  struct jl_error err = {0};
  struct jl_profile *p = jl_profile_open(name, &err);
  assert_non_null(p);
  assert_true(jl_profile_lock(p, 0, &err));
  struct jl_profile_identity *id = jl_profile_identity(p);
  snprintf(id->account, sizeof id->account, "%s", account);
  id->server_id = id_of(10);
  id->person = id_of(person);
  id->account_id = id_of(account_id);
  assert_true(jl_profile_save(p, &err));
  jl_profile_unlock(p);
  return p;
}
static bool is_there(const char *folder) {
  char path[300];
  struct stat st;
  snprintf(path, sizeof path, "%s/data/jalon/%s", home, folder);
  return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Opens, says what number stands in the outbox, and puts another there. */
static int64_t number_kept(struct jl_profile *p, int64_t next, struct jl_id *ret_replica) {
  struct jl_error err = {0};
  struct jl_local *l = jl_local_new(p, &err);
  assert_non_null(l);
  assert_true(jl_local_open(l, 0, &err));
  int64_t n = jl_outbox_number(&l->outbox, "test", 0);
  assert_true(jl_outbox_set_number(&l->outbox, "test", next, &err));
  *ret_replica = l->outbox.replica;
  jl_local_free(l);
  return n;
}

static void by_id(void **state) {
  struct jl_profile *p = profile("a", "paul", 5, 11);
  struct jl_id replica, again;
  (void)state;
  assert_int_equal(number_kept(p, 7, &replica), 0);
  assert_true(is_there(SERVER "-" ACCOUNT));
  snprintf(jl_profile_identity(p)->account, 20, "paula");
  assert_int_equal(number_kept(p, 8, &again), 7);
  assert_true(jl_id_equal(&replica, &again));
  jl_profile_free(p);
}

static void one_of_before_is_taken_over(void **state) {
  struct jl_profile *before = profile("a", "paul/2", 5, 0), *now = profile("b", "paula", 5, 11);
  struct jl_id replica, again;
  (void)state;
  assert_int_equal(number_kept(before, 7, &replica), 0);
  assert_true(is_there(SERVER "-paul%2f2-05000000"));
  assert_int_equal(number_kept(now, 8, &again), 7);
  assert_true(jl_id_equal(&replica, &again));
  assert_true(is_there(SERVER "-" ACCOUNT));
  assert_false(is_there(SERVER "-paul%2f2-05000000")); /* its name leads on */
  assert_int_equal(number_kept(before, 9, &again), 8); /* for a profile that no login has told the id */
  assert_int_equal(number_kept(now, 0, &again), 9);
  jl_profile_free(before);
  jl_profile_free(now);
}

static void not_that_of_somebody_else(void **state) {
  struct jl_profile *other = profile("a", "paul", 6, 0), *mine = profile("b", "paul", 5, 11);
  struct jl_id replica;
  (void)state;
  assert_int_equal(number_kept(other, 7, &replica), 0);
  assert_int_equal(number_kept(mine, 8, &replica), 0);
  assert_int_equal(number_kept(other, 7, &replica), 7);
  jl_profile_free(other);
  jl_profile_free(mine);
}

/* The id is told while the folder of before is in use: it is taken over once it is free, not emptied under who uses it. */
static void not_while_it_is_used(void **state) {
  struct jl_profile *before = profile("a", "paul", 5, 0), *now = profile("b", "paul", 5, 11);
  struct jl_error err = {0};
  struct jl_id replica;
  (void)state;
  assert_int_equal(number_kept(before, 7, &replica), 0);
  struct jl_local *user = jl_local_new(before, &err), *other = jl_local_new(now, &err);
  assert_true(jl_local_is_there(other));
  assert_true(jl_local_open(user, 0, &err));
  assert_false(jl_local_open(other, 0, &err));
  assert_int_equal(err.code, JL_E_UNAVAILABLE);
  assert_true(jl_outbox_set_number(&user->outbox, "test", 8, &err));
  jl_profile_identity(before)->account_id = id_of(11);
  jl_local_close(user);
  assert_true(jl_local_open(user, 0, &err)); /* opened again by who knows the id by now */
  assert_true(is_there(SERVER "-" ACCOUNT));
  assert_int_equal(jl_outbox_number(&user->outbox, "test", 0), 8);
  assert_false(jl_local_open(other, 0, &err));
  jl_local_free(user);
  assert_true(jl_local_open(other, 0, &err));
  assert_int_equal(jl_outbox_number(&other->outbox, "test", 0), 8);
  jl_local_free(other);
  jl_profile_free(before);
  jl_profile_free(now);
}

/* The file on the disk does not know the id yet when the profile is locked, and so read again. */
static void a_lock_does_not_forget_it(void **state) {
  struct jl_profile *p = profile("a", "paul", 5, 0);
  struct jl_profile_identity *id = jl_profile_identity(p);
  struct jl_error err = {0};
  (void)state;
  assert_true(jl_profile_lock(p, 0, &err));
  id->has_token = true;
  memset(id->token, 3, sizeof id->token);
  assert_true(jl_profile_save(p, &err));
  jl_profile_unlock(p);
  id->account_id = id_of(11); /* a login tells it */
  snprintf(id->account, sizeof id->account, "paula");
  assert_true(jl_profile_lock(p, 0, &err));
  assert_true(jl_profile_save(p, &err));
  jl_profile_free(p);
  p = jl_profile_open("a", &err);
  assert_string_equal(jl_profile_identity(p)->account, "paula");
  assert_int_equal(jl_profile_identity(p)->account_id.bytes[0], 11);
  jl_profile_free(p);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)
int main(void) {
  const struct CMUnitTest tests[] = {TEST(by_id), TEST(one_of_before_is_taken_over), TEST(not_that_of_somebody_else), TEST(not_while_it_is_used),
                                     TEST(a_lock_does_not_forget_it)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
