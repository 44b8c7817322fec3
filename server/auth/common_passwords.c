#include "server/auth/common_passwords.h"
#include "common/base/compiler.h"
#include "common/base/limits.h"
#include "server/auth/password.h"
#include <ctype.h>
#include <string.h>

/* What the list, which is of English-speaking sites, lacks for French keyboards and hearts. */
static const char *const more[] = {"azertyui", "azertyuiop", "azerty123", "motdepasse", "motdepasse1", "bonjour",   "bonjour1", "jetaime",
                                   "soleil",   "doudou",     "marseille", "loulou",     "chouchou",    "camille",   "nicolas",  "coucou",
                                   "chocolat", "papillon",   "marketing", "bienvenue",  "changeme",    "administrateur"};

static bool listed(const char *text, size_t size) {
  for (size_t i = 0; i < JL_COUNT(more); i++)
    if (strlen(more[i]) == size && memcmp(more[i], text, size) == 0) return true;
  const char *at = (const char *)jl_common_passwords, *end = at + jl_common_passwords_size;
  while (at < end) {
    const char *line_end = memchr(at, '\n', (size_t)(end - at));
    size_t length = (size_t)((line_end != NULL ? line_end : end) - at);
    if (length == size && memcmp(at, text, size) == 0 && !(size > 1 && at[0] == '#' && at[1] == '!')) return true;
    at += length + 1;
  }
  return false;
}

/* aaaaaaaa, 12345678, hgfedcba */
static bool is_run(const char *text, size_t size) {
  int step = text[1] - text[0];
  if (step < -1 || step > 1) return false;
  for (size_t i = 1; i < size; i++)
    if (text[i] - text[i - 1] != step) return false;
  return true;
}

/* As it is, and without what people put around a word to please rules: Password2024! is password. */
bool jl_password_is_common(const char *password) {
  char low[JL_PASSWORD_BYTES_MAX + 1];
  size_t size = strlen(password);
  if (size < 2 || size >= sizeof low) return false;
  for (size_t i = 0; i <= size; i++) low[i] = (char)tolower((unsigned char)password[i]);
  if (listed(low, size) || is_run(low, size)) return true;
  size_t first = 0, end = size;
  while (end > 0 && !isalpha((unsigned char)low[end - 1])) end--;
  while (first < end && !isalpha((unsigned char)low[first])) first++;
  return (end - first) * 2 >= size && end - first < size && listed(low + first, end - first);
}
