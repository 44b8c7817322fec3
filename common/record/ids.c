#include "common/record/scan.h"
#include <string.h>

bool jl_record_next_id(struct jl_bytes record, size_t *at, struct jl_id *ret_id) {
  struct jl_scan scan = jl_scan_start((struct jl_bytes){record.data + *at, record.size - *at});
  for (struct jl_occurrence o; record.size > *at && jl_scan_next(&scan, &o);) {
    if (o.wire != JL_WIRE_BYTES || o.value.size != sizeof ret_id->bytes) continue;
    memcpy(ret_id->bytes, o.value.data, sizeof ret_id->bytes);
    *at = (size_t)(o.value.data - record.data) + sizeof ret_id->bytes;
    return true;
  }
  return false;
}
