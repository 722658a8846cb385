#ifndef BASE_FAILPOINT_H
#define BASE_FAILPOINT_H

/*
 * Places at which a test may kill, stop, fail or delay this process: before
 * and after every commit, before and after every statement that commits by
 * itself, and at every edge of every request.  They exist in payrun-check
 * only, which is never installed; everywhere else a point is the constant 0,
 * its arguments are not even evaluated, and its name is in no file.
 *
 *   PAYRUN_FAILPOINTS="NAME:ACTION[@N][=ARG][;...]"   at the Nth hit (1)
 *   PAYRUN_FAILPOINTS=list                            what there is, and exit
 *   PAYRUN_FAILPOINT_LOG=FILE                         each hit, a line
 *
 * NAME may end in '*', and then all hits of all such names are counted.
 * ACTION: kill (SIGKILL), stop (SIGSTOP; somebody else sends SIGCONT), error
 * (with ARG "hard": no retry helps), delay (ARG: milliseconds, 200).
 * tests/README.md says how to use them by hand.
 */
enum fp_result {
    FP_GO    = 0,               /* nothing happened; go on                    */
    FP_ERROR = 1,               /* the caller's ordinary failure, as if the
                                   link had been cut here                     */
    FP_HARD  = 2                /* a failure that no second try mends         */
};

#ifdef PAYRUN_FAILPOINTS
#define FP_BUILT 1

/* FP(name): a single place. */
#define FP(name)            failpoint_hit((name), NULL)

/* FP_OF(kind, of): one of several alike, "kind.of"; ${of} NULL: none. */
#define FP_OF(kind, of)     failpoint_of((kind), (of))

/* FP_WRITE(kind, in_txn, sql): of a statement that changes something and
 * commits by itself; any other is no place at all. */
#define FP_WRITE(kind, in_txn, sql) \
    failpoint_of((kind), failpoint_write((in_txn), (sql)))

/* FP_TXN(of): the next db_txn() is one of several alike. */
#define FP_TXN(of)          failpoint_txn_of(of)

/* FP_TXN_NAME(): of the transaction under way. */
#define FP_TXN_NAME()       failpoint_txn_name()

/* failpoint_hit(kind, of): a hit of "kind" or "kind.of". */
enum fp_result failpoint_hit(const char *, const char *);
enum fp_result failpoint_of(const char *, const char *);

/* failpoint_write(in_txn, sql): the statement's name, or NULL. */
const char *failpoint_write(int, const char *);

/**
 * failpoint_txn(file, fn):
 * A transaction begins; its name is that of its file, and of its function
 * where that is another, and what FP_TXN said.
 */
void failpoint_txn(const char *, const char *);
void failpoint_txn_of(const char *);
const char *failpoint_txn_name(void);

#else
#define FP_BUILT                    0
#define FP(name)                    FP_GO
#define FP_OF(kind, of)             FP_GO
#define FP_WRITE(kind, in_txn, sql) FP_GO
#define FP_TXN(of)                  ((void)sizeof(of))
#define FP_TXN_NAME()               NULL
#endif

#endif
