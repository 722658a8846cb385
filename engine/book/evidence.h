#ifndef BOOK_EVIDENCE_H
#define BOOK_EVIDENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/str.h"
#include "book/states.h"
#include "db/db.h"

/*
 * The in-doubt desk: payments the provider leaves open, or says two things
 * about; and how two people with evidence end that.  A proposal changes
 * nothing; an agreement moves the outcome along machine_evidence.
 */

/* One payment on the desk.  Text lasts as long as the call that gives it; a
 * time is microseconds since 1970, 0: never. */
struct evidence_item {
    int64_t    batch_id, line_no, minor, total;     /* total: of the list     */
    int        seq, number, asked;
    struct str name, payee, bank_code, payee_reference;
    struct str rail, payer, provider, tracking_id, provider_id;
    struct str batch_state, state, code, reason, receipt;
    bool       decidable;       /* nothing can send it any more: people may   */
    int64_t    at_us, sent_us, next_us, heard_us;   /* in doubt since; when it
                                   left, all of its batch; the next enquiry; the
                                   provider's last answer                     */
    int        heard_http;
    struct str said, said_code, said_reason, said_receipt;  /* against it     */
    int64_t    said_us;
    int64_t    evidence_id;     /* an open proposal; 0: none                  */
    struct str says, says_receipt, says_reason, note, file_name, file_sha256;
    struct str proposed_by;
    int64_t    proposed_us;
};

/* evidence_items(db, run_id, batch_id, seq, most, row, owner, e): of a run; 0,
 * 0: all of it.  ${row} returns 0, or -1 to stop, and must not use ${db}. */
int evidence_items(struct db *, int64_t run_id, int64_t batch_id, int seq,
                   int64_t most,
                   int (*row)(void *, const struct evidence_item *), void *,
                   struct err *);

/* One request of a batch; times as above. */
struct evidence_attempt {
    int        attempt_no, http;        /* http 0: no answer                  */
    int64_t    made_us, left_us, answered_us;
    struct str step, worker, answer, detail;
};

/* evidence_attempts(db, batch_id, row, owner, e): oldest first. */
int evidence_attempts(struct db *, int64_t,
                      int (*row)(void *, const struct evidence_attempt *),
                      void *, struct err *);

/* evidence_ask(db, run_id, batches, e): everything on the desk is due to be
 * asked about now; ${batches}: how many files that are. */
int evidence_ask(struct db *, int64_t, int64_t *batches, struct err *);

/* What one person says. */
struct evidence_say {
    int64_t     batch_id;
    int         seq;
    enum outcome_state says;    /* PAID, FAILED; CANCELLED only of one that is
                                   cancelled here: it stays so                */
    const char *receipt;        /* of PAID: needed; else ""                   */
    const char *reason;         /* of the others: needed                      */
    const char *note;           /* the evidence in words; ""                  */
    const char *file_name;      /* ... or a file; NULL: none                  */
    struct str  file;           /* its bytes                                  */
};

/**
 * evidence_propose(db, say, who, id, e):
 * By a maker or an admin, of a payment on the desk.  Return 0; or -1:
 * ERR_NOPERM, ERR_USAGE (something is missing), ERR_GUARD (it has its end, can
 * still be sent, or somebody proposed already), or a database error.
 */
int evidence_propose(struct db *, const struct evidence_say *, const char *who,
                     int64_t *id, struct err *);

/* What an agreement did. */
struct evidence_done {
    int64_t run_id;
    char    ref[32];
    int     number, seq;
    enum outcome_state says;
    bool    batch_ended;        /* the last doubt of its batch                */
};

/**
 * evidence_agree(db, id, who, out, e):
 * By a checker who did not propose it: the outcome moves, with history and
 * audit, in one transaction; the provider is asked once more afterwards, and
 * what it then says against it is a contradiction.  Return 0; or -1:
 * ERR_NOPERM, ERR_USAGE (no such proposal), ERR_GUARD (ended before, or the
 * provider has answered meanwhile).
 */
int evidence_agree(struct db *, int64_t, const char *who,
                   struct evidence_done *, struct err *);

/* evidence_refuse(db, id, who, reason, e): by anybody but an auditor: the
 * proposal is open no more, and another may be made. */
int evidence_refuse(struct db *, int64_t, const char *who, const char *reason,
                    struct err *);

#endif
