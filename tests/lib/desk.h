#ifndef TESTS_DESK_H
#define TESTS_DESK_H

#include "book/evidence.h"
#include "book/outcome.h"
#include "tests/lib/book.h"

/*
 * The in-doubt desk, for tests of it: batches on their way, what the provider
 * says, what two people decide.  What fails here fails the test, but for
 * desk_propose() and desk_agree(), which say why in ${e}.
 */

/* desk_in_flight(db, a): the next batch of a run, its file released. */
struct batch desk_in_flight(struct db *, struct account *);

/* desk_said(db, b, seq, state): the provider says so. */
struct settled desk_said(struct db *, const struct batch *, int seq,
                         enum outcome_state);

/* desk_propose(db, b, seq, says, id, e): the maker shows a letter.  0 or -1. */
int desk_propose(struct db *, const struct batch *, int seq,
                 enum outcome_state, int64_t *id, struct err *);

/* desk_agree(db, id, e): the checker agrees.  0 or -1. */
int desk_agree(struct db *, int64_t id, struct err *);

/* desk_decide(db, b, seq, says): both. */
void desk_decide(struct db *, const struct batch *, int seq,
                 enum outcome_state);

/* desk_is_state(db, what, b, seq, state): it is "paid" here. */
void desk_is_state(struct db *, const char *what, const struct batch *, int seq,
                   const char *state);

/* desk_sums_tie(db, run, what): at every hop. */
void desk_sums_tie(struct db *, const struct run *, const char *what);

/* desk_settle(db, run): let runs settle and close; ${run} as it is then. */
enum run_state desk_settle(struct db *, struct run *);

/* desk_refused(db, what, rule, sql): the database says no, by that rule. */
void desk_refused(struct db *, const char *what, const char *rule,
                  const char *sql);

#endif
