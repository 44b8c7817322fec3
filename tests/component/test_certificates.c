/* Certificates of erasure: more than a message takes come page by page, all of them, once each. */
#include "tests/component/support/planner.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct daemon node;

static int start(void **state) {
  (void)state;
  daemon_start(&node);
  return 0;
}
static int stop(void **state) {
  (void)state;
  return daemon_stop(&node);
}

static void certificates_come_page_by_page(void **state) {
  (void)state;
  struct planner p;
  size_t pages = 0;
  uint64_t got = 0, sum = 0;
  bool more = true;
  planner_directory(&p, &node);
  daemon_sql(&node, "INSERT INTO erasure (space_id, revision, section, person, author, at, chain_before, chain_after, records, changes)"
                    " SELECT '00000000-0000-0000-0000-000000000001', n, 6, '00000000-0000-0000-0000-000000000002', '00000000-0000-0000-0000-000000000003',"
                    " now() - n % 7 * interval '1 hour', decode(repeat('00', 32), 'hex'), decode(repeat('01', 32), 'hex'), 1, 1 FROM generate_series(1, 2500) AS n");
  for (; more; pages++) {
    Jalon__AccountRequest request = JALON__ACCOUNT_REQUEST__INIT;
    request.has_verb = request.has_skip = true;
    request.verb = JALON__ACCOUNT_VERB__ERASURE_LIST;
    request.skip = (uint32_t)got;
    const Jalon__AccountReply *reply = wire_expect(&p.wire, wire_send(&p.wire, JALON__FRAME_TYPE__ACCOUNT, &request.base),
                                                   JALON__FRAME_TYPE__ACCOUNT_REPLY, &jalon__account_reply__descriptor);
    for (size_t i = 0; i < reply->n_erasures; i++) sum += reply->erasures[i]->revision;
    got += reply->n_erasures;
    more = reply->has_more;
    assert_true(!more || reply->n_erasures > 0);
  }
  assert_int_equal(got, 2500);
  assert_int_equal(sum, 2500ULL * 2501 / 2);
  assert_int_equal(pages, 3);
  planner_close(&p);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(certificates_come_page_by_page)};
  return cmocka_run_group_tests(tests, start, stop);
}
