#include "client/table/load.h"
#include <dlfcn.h>
#include <string.h>

static bool find(void *library, const char *name, void *ret_call) {
  void *symbol = dlsym(library, name);
  memcpy(ret_call, &symbol, sizeof symbol); /* a function behind a pointer to data, as POSIX has it */
  return symbol != NULL;
}

/* The libraries stay until the program ends. */
const struct jl_workbook_calls *jl_workbook_load(struct jl_error *err) {
  static struct jl_workbook_calls calls;
  static bool loaded;
  if (loaded) return &calls;
  void *zip = dlopen("libzip.so.4", RTLD_NOW | RTLD_LOCAL), *xml = dlopen("libxml2.so.2", RTLD_NOW | RTLD_LOCAL);
  if (zip == NULL) zip = dlopen("libzip.so.5", RTLD_NOW | RTLD_LOCAL);
  loaded = zip != NULL && xml != NULL;
#define JL_CALL(name) loaded = loaded && find(zip, #name, &calls.name);
  JL_ZIP_CALLS(JL_CALL)
#undef JL_CALL
#define JL_CALL(name) loaded = loaded && find(xml, #name, &calls.name);
  JL_XML_CALLS(JL_CALL)
#undef JL_CALL
  if (loaded) return &calls;
  (void)jl_fail(err, JL_E_UNSUPPORTED, JL_MSG("workbooks cannot be read here: libzip or libxml2 is missing"), JL_MSG("install libzip4 and libxml2, or save the sheet as CSV"));
  return NULL;
}
