/* libzip and libxml2, found when the first workbook is read: a command that reads none does not pay for them (design.md, section 9). */
#ifndef JL_TABLE_LOAD_H
#define JL_TABLE_LOAD_H
#include "common/base/error.h"
#include <libxml/xmlreader.h>
#include <zip.h>

#define JL_ZIP_CALLS(X)                                                                                                                   \
  X(zip_source_function_create) X(zip_source_free) X(zip_source_seek_compute_offset) X(zip_open_from_source) X(zip_discard) X(zip_get_num_entries) X(zip_name_locate) \
  X(zip_stat_index) X(zip_fopen_index) X(zip_fread) X(zip_fclose)
#define JL_XML_CALLS(X)                                                                                                                    \
  X(xmlReaderForIO) X(xmlFreeTextReader) X(xmlTextReaderRead) X(xmlTextReaderNodeType) X(xmlTextReaderIsEmptyElement) X(xmlTextReaderConstLocalName) \
  X(xmlTextReaderConstValue) X(xmlTextReaderMoveToFirstAttribute) X(xmlTextReaderMoveToNextAttribute) X(xmlTextReaderMoveToElement) X(xmlTextReaderDepth)

struct jl_workbook_calls {
#define JL_CALL(name) __typeof__(name) *(name);
  JL_ZIP_CALLS(JL_CALL)
  JL_XML_CALLS(JL_CALL)
#undef JL_CALL
};
const struct jl_workbook_calls *jl_workbook_load(struct jl_error *err); /* NULL with an error: they are not installed */
#endif
