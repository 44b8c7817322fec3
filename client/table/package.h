/* The files inside a workbook, and their XML, node by node. Bounded whatever the file says of itself. */
#ifndef JL_TABLE_PACKAGE_H
#define JL_TABLE_PACKAGE_H
#include "client/table/load.h"
#include "client/table/source.h"

struct jl_package;
JL_MUST_CHECK struct jl_package *jl_package_open(const struct jl_source *s, struct jl_error *err);
void jl_package_free(struct jl_package *p); /* NULL is fine */
bool jl_package_has(const struct jl_package *p, const char *name);

enum jl_xml_node { JL_XML_END_OF_FILE, JL_XML_START, JL_XML_END, JL_XML_TEXT };
struct jl_xml {
  struct jl_package *package;
  zip_file_t *file;
  xmlTextReaderPtr reader;
  uint64_t packed, unpacked;
  const char *part;
  struct jl_error error; /* of reading, which libxml2 does not carry */
  bool failed, again_as_end; /* again_as_end: of <x/>, which has a start and an end */
};
JL_MUST_CHECK bool jl_xml_open(struct jl_package *p, const char *name, struct jl_xml *ret, struct jl_error *err);
void jl_xml_close(struct jl_xml *x);
JL_MUST_CHECK bool jl_xml_next(struct jl_xml *x, enum jl_xml_node *ret_node, struct jl_error *err);
bool jl_xml_is(const struct jl_xml *x, const char *local_name);
/* The value of an attribute of the element that starts, by its local name, into `out`; false: it has none, or it is longer. */
bool jl_xml_attribute(const struct jl_xml *x, const char *local_name, char *out, size_t size);
const char *jl_xml_text(const struct jl_xml *x);
bool jl_xml_damaged(const struct jl_xml *x, struct jl_error *err); /* false */
#endif
