/* proto/README.md names a test behind every rule: those tests are there, and no rule is without one or the word that it has none. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char *const labels[] = {"unit", "component", "fuzz", "cli"};
static char text[1 << 18];
static const char *rules;

static int read_rules(void **state) {
  (void)state;
  FILE *in = fopen(SOURCE_DIR "/proto/README.md", "re");
  assert_non_null(in);
  size_t size = fread(text, 1, sizeof text - 1, in);
  fclose(in);
  assert_true(size > 10000 && size < sizeof text - 1);
  rules = strstr(text, "## 1.");
  assert_non_null(rules);
  return 0;
}

static size_t name_length(const char *name) {
  size_t n = 0;
  while (islower((unsigned char)name[n]) || name[n] == '_') n++;
  return n;
}

/* "unit/x" at p: the length of x, and which label. */
static size_t named_test(const char *p, const char **ret_label, const char **ret_name) {
  if (p > rules && (isalnum((unsigned char)p[-1]) || p[-1] == '/')) return 0;
  for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
    size_t size = strlen(labels[i]);
    if (strncmp(p, labels[i], size) != 0 || p[size] != '/') continue;
    *ret_label = labels[i];
    *ret_name = p + size + 1;
    return name_length(*ret_name);
  }
  return 0;
}

static void named_tests_exist(void **state) {
  (void)state;
  size_t found = 0;
  for (const char *p = rules; *p != '\0'; p++) {
    const char *label, *name;
    size_t n = named_test(p, &label, &name);
    if (n == 0) continue;
    char path[512];
    bool fuzz = strcmp(label, "fuzz") == 0;
    const char *ending = strcmp(label, "cli") == 0 ? "sh" : "c";
    snprintf(path, sizeof path, SOURCE_DIR "/tests/%s/%s_%.*s.%s", label, fuzz ? "fuzz" : "test", (int)n, name, ending);
    if (access(path, R_OK) != 0) fail_msg("proto/README.md names %s, which is not there", path);
    found++;
  }
  assert_true(found > 40);
}

static bool names_a_test(const char *from, const char *to) {
  for (const char *p = from; p < to; p++) {
    const char *label, *name;
    if (strncmp(p, "no test)", 8) == 0 || named_test(p, &label, &name) > 0) return true;
  }
  return false;
}

/* A rule names its test, or the paragraph before the list does for all of them: "(all unit/...)". */
static void rules_have_tests(void **state) {
  (void)state;
  size_t count = 0;
  bool for_all = false;
  for (const char *line = rules; line != NULL && *line != '\0';) {
    if (strncmp(line, "## ", 3) == 0) for_all = false;
    const char *end = strchr(line, '\n');
    size_t size = end == NULL ? strlen(line) : (size_t)(end - line);
    const char *all = strstr(line, "(all ");
    if (all != NULL && all < line + size) for_all = true;
    if (strncmp(line, "- **[", 5) == 0) {
      const char *rule_end = line + size;
      while (rule_end[0] == '\n' && rule_end[1] == ' ') rule_end += 1 + strcspn(rule_end + 1, "\n");
      count++;
      if (!for_all && !names_a_test(line, rule_end)) fail_msg("no test behind rule %.10s", line + 4);
    }
    line = end == NULL ? NULL : end + 1;
  }
  assert_true(count > 50);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(named_tests_exist), cmocka_unit_test(rules_have_tests)};
  return cmocka_run_group_tests(tests, read_rules, NULL);
}
