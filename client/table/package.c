#include "client/table/package.h"
#include "common/base/limits.h"
#include <stdlib.h>
#include <string.h>

#define XML_TEXT_MAX 10000000 /* bytes of one text that libxml2 takes */

struct jl_package {
  const struct jl_workbook_calls *calls;
  const struct jl_source *source;
  zip_t *zip;
  uint64_t at;
  zip_error_t error;
};

/* libzip reads what jl_source gives. */
static zip_int64_t serve(void *context, void *data, zip_uint64_t size, zip_source_cmd_t command) {
  struct jl_package *p = context;
  struct jl_error ignored;
  size_t n = 0;
  zip_int64_t at;
  switch ((int)command) {
  case ZIP_SOURCE_OPEN: p->at = 0; return 0;
  case ZIP_SOURCE_READ:
    if (!jl_source_read(p->source, p->at, data, size, &n, &ignored)) return -1;
    p->at += n;
    return (zip_int64_t)n;
  case ZIP_SOURCE_SEEK:
    at = p->calls->zip_source_seek_compute_offset(p->at, jl_source_size(p->source), data, size, &p->error);
    if (at < 0) return -1;
    p->at = (uint64_t)at;
    return 0;
  case ZIP_SOURCE_TELL: return (zip_int64_t)p->at;
  case ZIP_SOURCE_STAT:
    *(zip_stat_t *)data = (zip_stat_t){.valid = ZIP_STAT_SIZE, .size = jl_source_size(p->source)};
    return sizeof(zip_stat_t);
  case ZIP_SOURCE_ERROR: ((int *)data)[0] = ZIP_ER_READ; ((int *)data)[1] = 0; return 2 * sizeof(int);
  case ZIP_SOURCE_SUPPORTS:
    return ZIP_SOURCE_MAKE_COMMAND_BITMASK(ZIP_SOURCE_OPEN) | ZIP_SOURCE_MAKE_COMMAND_BITMASK(ZIP_SOURCE_READ) | ZIP_SOURCE_MAKE_COMMAND_BITMASK(ZIP_SOURCE_CLOSE) |
           ZIP_SOURCE_MAKE_COMMAND_BITMASK(ZIP_SOURCE_STAT) | ZIP_SOURCE_MAKE_COMMAND_BITMASK(ZIP_SOURCE_ERROR) | ZIP_SOURCE_MAKE_COMMAND_BITMASK(ZIP_SOURCE_FREE) |
           ZIP_SOURCE_MAKE_COMMAND_BITMASK(ZIP_SOURCE_SEEK) | ZIP_SOURCE_MAKE_COMMAND_BITMASK(ZIP_SOURCE_TELL) | ZIP_SOURCE_MAKE_COMMAND_BITMASK(ZIP_SOURCE_SUPPORTS);
  case ZIP_SOURCE_CLOSE:
  case ZIP_SOURCE_FREE: return 0;
  default: return -1;
  }
}

static bool no_workbook(struct jl_error *err) {
  return jl_fail(err, JL_E_INVALID, JL_MSG("the workbook is damaged, or no workbook"), JL_MSG("open it in the program that made it and save it again as .xlsx"));
}

struct jl_package *jl_package_open(const struct jl_source *s, struct jl_error *err) {
  const struct jl_workbook_calls *calls = jl_workbook_load(err);
  if (calls == NULL) return NULL;
  struct jl_package *p = calloc(1, sizeof *p);
  if (p == NULL) {
    (void)jl_fail(err, JL_E_NO_MEMORY, JL_MSG("out of memory"), NULL);
    return NULL;
  }
  *p = (struct jl_package){.calls = calls, .source = s};
  zip_source_t *from = calls->zip_source_function_create(serve, p, &p->error);
  p->zip = from == NULL ? NULL : calls->zip_open_from_source(from, ZIP_RDONLY, &p->error);
  if (p->zip == NULL) {
    if (from != NULL) calls->zip_source_free(from);
    (void)no_workbook(err);
    free(p);
    return NULL;
  }
  if (calls->zip_get_num_entries(p->zip, 0) <= JL_WORKBOOK_FILES) return p;
  (void)jl_fail(err, JL_E_TOO_LARGE, JL_MSG("the workbook has more than {1} files in it"), NULL, jl_arg_integer(JL_WORKBOOK_FILES));
  jl_package_free(p);
  return NULL;
}

void jl_package_free(struct jl_package *p) {
  if (p != NULL) p->calls->zip_discard(p->zip);
  free(p);
}

bool jl_package_has(const struct jl_package *p, const char *name) { return p->calls->zip_name_locate(p->zip, name, 0) >= 0; }

/* What libxml2 asks for; never more than a part may have, whatever the archive says of its size. */
static int give(void *context, char *buffer, int size) {
  struct jl_xml *x = context;
  zip_int64_t n = x->package->calls->zip_fread(x->file, buffer, (zip_uint64_t)size);
  if (n < 0) return -1;
  x->unpacked += (uint64_t)n;
  bool bomb = x->unpacked > JL_WORKBOOK_RATIO_FROM && x->unpacked / JL_WORKBOOK_RATIO > x->packed;
  if (x->unpacked <= JL_WORKBOOK_PART && !bomb) return (int)n;
  x->failed = true;
  (void)jl_fail(&x->error, JL_E_TOO_LARGE, bomb ? JL_MSG("the workbook is refused: {1} in it is {2} of next to nothing") : JL_MSG("the workbook is too large: {1} in it has more than {2}"),
                JL_MSG("save the sheet as CSV"), jl_arg_text(x->part), jl_arg_bytes((int64_t)x->unpacked));
  return -1;
}

bool jl_xml_damaged(const struct jl_xml *x, struct jl_error *err) {
  if (x->failed)
    *err = x->error;
  else if (x->unpacked > XML_TEXT_MAX)
    (void)jl_fail(err, JL_E_INVALID, JL_MSG("the workbook cannot be read: {1} in it is damaged, or has a value of more than {2}"), JL_MSG("save the sheet as CSV"), jl_arg_text(x->part), jl_arg_bytes(XML_TEXT_MAX));
  else
    (void)jl_fail(err, JL_E_INVALID, JL_MSG("the workbook is damaged: {1} in it cannot be read"), JL_MSG("open it in the program that made it and save it again as .xlsx"), jl_arg_text(x->part));
  return false;
}

bool jl_xml_open(struct jl_package *p, const char *name, struct jl_xml *ret, struct jl_error *err) {
  zip_int64_t index = p->calls->zip_name_locate(p->zip, name, 0);
  zip_stat_t about;
  *ret = (struct jl_xml){.package = p, .part = name};
  if (index < 0 || p->calls->zip_stat_index(p->zip, (zip_uint64_t)index, 0, &about) != 0 || (about.valid & ZIP_STAT_COMP_SIZE) == 0) return jl_xml_damaged(ret, err);
  ret->packed = about.comp_size;
  ret->file = p->calls->zip_fopen_index(p->zip, (zip_uint64_t)index, 0);
  if (ret->file == NULL) return jl_xml_damaged(ret, err);
  ret->reader = p->calls->xmlReaderForIO(give, NULL, ret, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
  if (ret->reader != NULL) return true;
  jl_xml_close(ret);
  return jl_xml_damaged(ret, err);
}

void jl_xml_close(struct jl_xml *x) {
  if (x->reader != NULL) x->package->calls->xmlFreeTextReader(x->reader);
  if (x->file != NULL) (void)x->package->calls->zip_fclose(x->file);
  x->reader = NULL;
  x->file = NULL;
}

bool jl_xml_next(struct jl_xml *x, enum jl_xml_node *ret_node, struct jl_error *err) {
  const struct jl_workbook_calls *c = x->package->calls;
  *ret_node = JL_XML_END_OF_FILE;
  if (x->again_as_end) {
    x->again_as_end = false;
    *ret_node = JL_XML_END;
    return true;
  }
  for (int more; (more = c->xmlTextReaderRead(x->reader)) != 0;) {
    if (more < 0) return jl_xml_damaged(x, err);
    switch (c->xmlTextReaderNodeType(x->reader)) {
    case XML_READER_TYPE_ELEMENT:
      x->again_as_end = c->xmlTextReaderIsEmptyElement(x->reader) == 1;
      *ret_node = JL_XML_START;
      return true;
    case XML_READER_TYPE_END_ELEMENT: *ret_node = JL_XML_END; return true;
    case XML_READER_TYPE_TEXT:
    case XML_READER_TYPE_CDATA:
    case XML_READER_TYPE_WHITESPACE:
    case XML_READER_TYPE_SIGNIFICANT_WHITESPACE: *ret_node = JL_XML_TEXT; return true;
    case XML_READER_TYPE_DOCUMENT_TYPE:
    case XML_READER_TYPE_ENTITY_REFERENCE:
    case XML_READER_TYPE_ENTITY:
      return jl_fail(err, JL_E_INVALID, JL_MSG("the workbook is refused: {1} in it defines entities, which no workbook needs"), NULL, jl_arg_text(x->part));
    default: break; /* comments and the like */
    }
  }
  return true;
}

bool jl_xml_is(const struct jl_xml *x, const char *local_name) {
  const xmlChar *name = x->package->calls->xmlTextReaderConstLocalName(x->reader);
  return name != NULL && strcmp((const char *)name, local_name) == 0;
}

bool jl_xml_attribute(const struct jl_xml *x, const char *local_name, char *out, size_t size) {
  const struct jl_workbook_calls *c = x->package->calls;
  bool found = false;
  for (int is = c->xmlTextReaderMoveToFirstAttribute(x->reader); is == 1 && !found; is = found ? 0 : c->xmlTextReaderMoveToNextAttribute(x->reader)) {
    const xmlChar *value = c->xmlTextReaderConstValue(x->reader);
    size_t length = value == NULL ? size : strlen((const char *)value);
    found = jl_xml_is(x, local_name) && length < size;
    if (found) memcpy(out, value, length + 1);
  }
  (void)c->xmlTextReaderMoveToElement(x->reader);
  return found;
}

const char *jl_xml_text(const struct jl_xml *x) {
  const xmlChar *value = x->package->calls->xmlTextReaderConstValue(x->reader);
  return value == NULL ? "" : (const char *)value;
}
