#ifndef RECONCILE_INSIDE_H
#define RECONCILE_INSIDE_H

#include "reconcile/reconcile.h"

/* What one reconciliation goes through, inside its transaction. */
struct pass {
    struct db *db;
    const struct reconcile_order *order;
    struct reconcile_result *out;
    char tail[16];              /* the last day a late line is looked for     */
};

/* content_find(p): batches and runs that are not what was approved, and an
 * audit that does not hold, as findings. */
enum db_status content_find(struct pass *);

/* keep_all(p): the reconciliation, its findings, matches and proofs, and what
 * becomes of the breaks. */
enum db_status keep_all(struct pass *);

/* match_all(p): whose lines are whose; what agrees is counted, odd payments and
 * lines are in temporary tables. */
enum db_status match_all(struct pass *);
/* match_step(p, sql), match_lines(p, sql, until): one statement, without
 * arguments, or about the lines of the accounts up to a day. */
enum db_status match_step(struct pass *, const char *);
enum db_status match_lines(struct pass *, const char *, const char *);
/* match_joins(p, how): the planner is told to join in order of keys ("order"), by
 * hash tables ("hash") or to look few things up ("keys"). */
enum db_status match_joins(struct pass *, const char *);

/* read_results(p): findings, proofs and hops into memory. */
enum db_status read_results(struct pass *);

#endif
