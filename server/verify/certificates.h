/* Inside of the verifier: certificates of erasures beside the revisions of the log that erased. */
#ifndef JL_VERIFY_CERTIFICATES_H
#define JL_VERIFY_CERTIFICATES_H
#include "server/verify/reader.h"
#include "server/verify/verify.h"

/* What the certificate of a row that erases has to say. */
struct jl_certificate {
  uint64_t revision;
  enum jl_section section;
  struct jl_id person, author;
  int64_t time_us;
  uint8_t before[JL_CHAIN_SIZE], after[JL_CHAIN_SIZE]; /* the section's chains */
  uint64_t records;
};
struct jl_certificates {
  struct jl_certificate *all; /* in the order of the log */
  size_t count, capacity;
};
/* Notes that a row of the log needs one, if it does. false: no memory. */
JL_MUST_CHECK bool jl_certificates_row(struct jl_certificates *c, const Jalon__ChangeBody *body, const uint8_t before[JL_CHAIN_SIZE],
                                       const uint8_t after[JL_CHAIN_SIZE]);
/* Table `erasure` must have those and no others. false: err. */
JL_MUST_CHECK bool jl_verify_certificates(struct jl_reader *reader, const struct jl_certificates *c, struct jl_verified *v,
                                          struct jl_error *err);
void jl_certificates_release(struct jl_certificates *c);
#endif
