/* The user's language: --lang, else LC_ALL, LC_MESSAGES, LANG. Works without any generated locale (a minimal Debian has
 * none): characters are UTF-8 through C.UTF-8, and gettext is told the language directly. */
#include "client/faces/face.h"
#include "client/faces/locale.h"
#include <libintl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *language = "en";

static const char *language_of_environment(void) {
  static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
  for (size_t i = 0; i < JL_COUNT(names); i++) {
    const char *value = getenv(names[i]);
    if (value && *value) return value;
  }
  return "en";
}

void jl_language_init(const char *lang) {
  const char *wanted = lang && *lang ? lang : language_of_environment();
  language = "en";
  for (size_t i = 0; i < jl_locale_count; i++)
    if (strncmp(wanted, jl_locales[i].language, 2) == 0) language = jl_locales[i].language;
  /* Only what is used: numbers, dates and order are our own tables, and each category is files to open. */
  if (!setlocale(LC_CTYPE, "C.UTF-8") || !setlocale(LC_MESSAGES, "C.UTF-8")) {
    setlocale(LC_CTYPE, "");
    setlocale(LC_MESSAGES, "");
  }
  setenv("LANGUAGE", language, 1);
  const char *folder = access(JALON_LOCALE_BUILD, R_OK) == 0 ? JALON_LOCALE_BUILD : JALON_LOCALE_INSTALLED;
  bindtextdomain("jalon", folder);
  bind_textdomain_codeset("jalon", "UTF-8");
  textdomain("jalon");
}

const char *jl_language(void) { return language; }

const char *jl_tr(const char *message_id) {
  if (!message_id || !*message_id) return ""; /* gettext("") is the catalogue's header */
  return gettext(message_id);
}

/* NOLINTNEXTLINE(bugprone-reserved-identifier): the name that gettext gives it */
extern int _nl_msg_cat_cntr; /* of gettext: raised when what it has looked up may be in another language now (its manual, "Being a gettext grok") */

void jl_face_prepare(void) {
  (void)jl_tr(JL_MSG("yes"));
  tzset();
}

const char *jl_tr_in(const char *in, const char *message_id) {
  if (strcmp(in, language) == 0) return jl_tr(message_id);
  setenv("LANGUAGE", in, 1);
  _nl_msg_cat_cntr++;
  const char *text = jl_tr(message_id);
  setenv("LANGUAGE", language, 1);
  _nl_msg_cat_cntr++;
  return text;
}

const struct jl_locale *jl_locale_current(void) {
  for (size_t i = 0; i < jl_locale_count; i++)
    if (strcmp(jl_locales[i].language, language) == 0) return &jl_locales[i];
  return &jl_locales[0];
}
