/* The questions of the seeds: the six of seed 002 ("les questions à se poser avant de lancer ou réviser son plan marketing"), the five steps
 * of seed 004 ("votre checklist pour auditer vos priorités"), each answered by criteria.
 *
 *     yes             every criterion of it is
 *     partly          some are, some are not
 *     no              none is
 *     needs an answer nothing speaks against it, and people have still to answer
 *     cannot be told  there is nothing that it could be told of */
#ifndef JL_MODEL_READINESS_QUESTIONS_H
#define JL_MODEL_READINESS_QUESTIONS_H
#include "common/model/readiness/criteria.h"

#define JL_QUESTION_CRITERIA 4
struct jl_question {
  const char *code;     /* "002-1": seed and place */
  const char *sentence; /* message id; its French are the seed's words */
  enum jl_ready criteria[JL_QUESTION_CRITERIA];
  size_t count;
};
struct jl_questions {
  const char *name, *title; /* of its block; message id */
  const struct jl_question *list;
  size_t count;
};
#define JL_QUESTION_SETS 2
extern const struct jl_questions jl_question_sets[JL_QUESTION_SETS];
enum jl_found_verdict jl_question_verdict(const struct jl_found *found, size_t n);
#endif
