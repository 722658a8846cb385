#ifndef TESTS_BOOK_H
#define TESTS_BOOK_H

#include "book/account.h"
#include "book/attempt.h"
#include "book/batch.h"
#include "book/run.h"
#include "db/db.h"
#include "intake/intake.h"

/*
 * Runs for tests, made the way they are made for real: a file, an upload, a
 * submit, an approval by another person.  What fails here fails the test.
 */
#define BOOK_MAKER   "amina"
#define BOOK_CHECKER "brian"
#define BOOK_ADMIN   "otieno"
#define BOOK_AUDITOR "zawadi"

/**
 * book_open(db):
 * A connection to this program's one database, with the schema in it and
 * nothing else; returns its URL.  Making a database for every test would take
 * most of the time.
 */
const char *book_open(struct db **);

/* book_people(db): one of each role. */
void book_people(struct db *);

/* book_account(db, a, batch_rows_max): "salaries", IntaSend's sandbox, KES. */
void book_account(struct db *, struct account *, int batch_rows_max);

/**
 * book_file(path, rows, first):
 * A payroll of ${rows} people, the first of whom is number ${first}: another
 * ${first} gives other people.  Amounts are 1,000 to 60,000 shillings.
 */
void book_file(const char *path, int64_t rows, int64_t first);

/* book_order(path, account, period): an order with nothing unusual in it. */
struct intake_order book_order(const char *path, struct account *,
                               const char *period);

/**
 * book_run(db, a, rows, first, period, upto, out):
 * A run in state ${upto}: draft, submitted, approved or paying, with its funds
 * seen when it is paying.
 */
void book_run(struct db *, struct account *, int64_t rows, int64_t first,
              const char *period, enum run_state upto, struct run *out);

/* book_do(db, fmt, ...): a statement that must work; returns what it said. */
enum db_status book_do(struct db *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/* book_i64(db, fmt, ...): the one value of a statement, whose column is "n". */
int64_t book_i64(struct db *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/* book_claim(db, a, on, out): batch_claim in a transaction, as "tester". */
enum db_status book_claim(struct db *, const struct account *,
                          enum batch_event, struct batch *);

/* book_attempt(db, b, step, out): attempt_make in a transaction. */
enum db_status book_attempt(struct db *, const struct batch *, const char *,
                            struct attempt *);

/* book_leave(db, a): attempt_leave() with a mark that knows all of this
 * database's history. */
enum db_status book_leave(struct db *, const struct attempt *);

/* book_errand_leave(db, errand_id): the same for errands. */
enum db_status book_errand_leave(struct db *, int64_t);

#endif
