#include "book/evidence.h"

#include <inttypes.h>

#include "book/batch.h"
#include "book/edges.h"
#include "book/people.h"
#include "db/sql.h"
#include "db/txn.h"

#define CODE_PAID     "PR-DSK-001"
#define CODE_NOT_PAID "PR-DSK-002"

/* A proposal being made or ended, and how its payment stands. */
struct ending {
    const struct evidence_say *say;
    const char *who, *reason;
    int64_t evidence_id;
    struct evidence_done *done;

    /* of the proposal */
    int64_t run_id, batch_id;
    int     seq;
    char    was[16], says[16], receipt[EVIDENCE_TEXT_BYTES];
    char    why_not[EVIDENCE_TEXT_BYTES];
    char    proposed_by[USER_NAME_BYTES_MAX], ended[16];
    bool    live;

    /* of the payment */
    char    ref[32], state[16], batch_state[16], said[16];
    int     number;
    bool    two_phase;

    struct err why;
    bool    has_why, overtaken;
};

static enum db_status
stop(struct ending *x)
{
    x->has_why = true;
    return DB_HARD;
}

static void
begin(struct ending *x)
{
    x->has_why = x->overtaken = false;
    x->why = (struct err){ 0 };
}

/* --- who may, and about what ---------------------------------------------- */

static int
check_person(struct db *db, const char *who, bool maker, bool checker,
             bool admin, const char *verb, struct err *e)
{
    struct person p;

    if (person_find(db, who, &p, e) < 0)
        return -1;
    if ((maker && strcmp(p.role, "maker") == 0)
        || (checker && strcmp(p.role, "checker") == 0)
        || (admin && strcmp(p.role, "admin") == 0))
        return 0;
    err_set(e, ERR_NOPERM, "%s is %s %s and may not %s.", p.name,
            p.role[0] == 'a' ? "an" : "a", p.role, verb);
    return err_fix(e, "That is for %s.", !maker ? "a checker who did not say "
                   "it" : checker ? "a maker, checker or admin"
                                  : "a maker or an admin");
}

/* The batch's row first: what is read of it then is how it is. */
static enum db_status
stand(struct db *db, struct ending *x)
{
    const struct db_arg held[] = { A_I64(x->batch_id) };
    const struct db_arg args[] = { A_I64(x->batch_id), A_I64(x->seq) };
    const struct db_col cols[] = {
        C_I64("run_id", &x->run_id), C_TEXT("ref", x->ref),
        C_INT("number", &x->number),
        C_TEXT_NULL("state", x->state),
        C_TEXT("batch_state", x->batch_state),
        C_BOOL("two_phase", &x->two_phase), C_TEXT_NULL("said", x->said)
    };
    enum db_status st = db_do(db, sql_batch_lock, held, LEN(held));

    if (st == DB_OK)
        st = db_one(db, sql_evidence_stand, args, LEN(args), cols, LEN(cols));
    if (st == DB_NONE) {
        err_set(&x->why, ERR_USAGE, "There is no such payment.");
        return stop(x);
    }
    return st;
}

/*
 * May people decide it?  Never while anything could still send it: a file whose
 * release is not clear may be found waiting, and is then released again.
 */
static enum db_status
check_stand(struct ending *x)
{
    int batch = batch_state_of(x->batch_state);
    bool doubt = strcmp(x->state, "in_doubt") == 0;

    if (x->state[0] != '\0' && !doubt && x->said[0] == '\0') {
        err_set(&x->why, ERR_GUARD, "Row %d of batch %d of %s is %s, and "
                "nothing contradicts that.", x->seq, x->number, x->ref,
                x->state);
        return stop(x);
    }
    if (x->state[0] != '\0' && (!doubt || batch == BATCH_IN_FLIGHT
                                || batch == BATCH_DONE
                                || (batch == BATCH_IN_DOUBT && !x->two_phase)))
        return DB_OK;
    err_set(&x->why, ERR_GUARD, "Row %d of batch %d of %s cannot be decided "
            "yet: payrun still finds out by itself whether it was sent.",
            x->seq, x->number, x->ref);
    err_fix(&x->why, "payrun resolve %s --ask", x->ref);
    return stop(x);
}

/* --- proposing ------------------------------------------------------------ */

static enum db_status
check_edge(struct ending *x)
{
    int from = outcome_state_of(x->state), to = (int)x->say->says;

    if ((from == to && x->said[0] != '\0')
        || state_edge_of(&machine_evidence, from, to) != NULL)
        return DB_OK;
    err_set(&x->why, ERR_GUARD, "Row %d of batch %d of %s is %s; it cannot be "
            "called %s.", x->seq, x->number, x->ref, x->state,
            outcome_state_name(x->say->says));
    return stop(x);
}

static enum db_status
store(struct db *db, struct ending *x)
{
    const struct evidence_say *s = x->say;
    const struct db_arg args[] = {
        A_I64(x->run_id), A_I64(s->batch_id), A_I64(s->seq), A_TEXT(x->state),
        A_TEXT(outcome_state_name(s->says)), A_TEXT(s->receipt),
        A_TEXT(s->reason), A_TEXT(s->note), A_TEXT(s->file_name),
        A_BYTES(s->file_name != NULL ? s->file : STR("")), A_TEXT(x->who)
    };
    const struct db_col cols[] = { C_I64("evidence_id", &x->evidence_id) };
    enum db_status st = db_one(db, sql_evidence_add, args, LEN(args), cols,
                               LEN(cols));

    if (st != DB_NONE)
        return st;
    err_set(&x->why, ERR_GUARD, "Somebody has said what became of row %d of "
            "batch %d of %s; nobody has agreed yet.", x->seq, x->number,
            x->ref);
    err_fix(&x->why, "payrun resolve %s shows it; --agree ID or --refuse ID "
            "ends it", x->ref);
    return stop(x);
}

static enum db_status
tell(struct db *db, const struct ending *x, const char *event,
     const char *why)
{
    const struct db_arg args[] = {
        A_I64(x->batch_id), A_TEXT(event), A_TEXT(why), A_TEXT(x->who)
    };
    enum db_status st = db_do(db, sql_evidence_tell, args, LEN(args));

    return st != DB_OK ? st : audit_add(db, x->who, event, x->ref, why);
}

static enum db_status
propose_txn(struct db *db, void *owner)
{
    struct ending *x = owner;
    const struct evidence_say *s = x->say;
    unsigned char hash[SHA256_BYTES];
    char hex[SHA256_HEX] = "", why[ERR_TEXT_BYTES];
    enum db_status st;

    begin(x);
    x->batch_id = s->batch_id;
    x->seq = s->seq;
    if ((st = stand(db, x)) != DB_OK || (st = check_stand(x)) != DB_OK
        || (st = check_edge(x)) != DB_OK || (st = store(db, x)) != DB_OK)
        return st;
    if (s->file_name != NULL) {
        sha256_of(s->file, hash);
        hex_of(hash, sizeof(hash), hex);
    }
    snprintf(why, sizeof(why), "evidence %" PRId64 ": row %d of batch %d is "
             "said to be %s%s%.64s; %.100s%s%.100s%s%s", x->evidence_id, x->seq,
             x->number, outcome_state_name(s->says),
             s->receipt[0] != '\0' ? ", receipt " : "", s->receipt,
             s->reason, s->reason[0] != '\0' ? "; " : "", s->note,
             hex[0] != '\0' ? "; file " : "", hex);
    return tell(db, x, "evidence", why);
}

static int
check_say(const struct evidence_say *s, struct err *e)
{
    if (s->says == OUTCOME_PAID && s->receipt[0] == '\0') {
        err_set(e, ERR_USAGE, "Paid needs the receipt.");
        return err_fix(e, "--as-paid RECEIPT, as the provider or the payee "
                       "shows it");
    }
    if (s->says != OUTCOME_PAID && s->reason[0] == '\0') {
        err_set(e, ERR_USAGE, "Not paid needs a reason.");
        return err_fix(e, "--as-failed --reason \"...\"");
    }
    if (s->note[0] == '\0' && s->file_name == NULL) {
        err_set(e, ERR_USAGE, "Nobody can agree to what has no evidence.");
        return err_fix(e, "--evidence FILE, or --evidence \"who said so, when, "
                       "their reference\"");
    }
    if (strlen(s->receipt) >= EVIDENCE_TEXT_BYTES
        || strlen(s->reason) >= EVIDENCE_TEXT_BYTES
        || strlen(s->note) >= ERR_TEXT_BYTES)
        return err_set(e, ERR_USAGE, "A receipt or reason has at most %d "
                       "bytes, evidence in words %d.",
                       EVIDENCE_TEXT_BYTES - 1, ERR_TEXT_BYTES - 1);
    if (s->file.len > EVIDENCE_FILE_BYTES_MAX)
        return err_set(e, ERR_USAGE, "The file has more than %d bytes.",
                       EVIDENCE_FILE_BYTES_MAX);
    return 0;
}

static int
perform(struct db *db, struct ending *x, const char *what,
        enum db_status (*fn)(struct db *, void *), struct err *e)
{
    enum db_status st = DB_OK;

    FP_TXN(what);
    st = db_txn(db, fn, x);

    if (st != DB_OK && !x->has_why)
        return db_fail(db, e, "writing down what became of a payment");
    if (!x->has_why)
        return 0;
    *e = x->why;
    return -1;
}

int
evidence_propose(struct db *db, const struct evidence_say *say,
                 const char *who, int64_t *id, struct err *e)
{
    struct ending x = { .say = say, .who = who };

    if (check_say(say, e) < 0
        || check_person(db, who, true, false, true, "say what became of a "
                        "payment", e) < 0
        || perform(db, &x, "propose", propose_txn, e) < 0)
        return -1;
    *id = x.evidence_id;
    return 0;
}

/* --- agreeing ------------------------------------------------------------- */

static enum db_status
find(struct db *db, struct ending *x)
{
    const struct db_arg args[] = { A_I64(x->evidence_id) };
    const struct db_col cols[] = {
        C_I64("run_id", &x->run_id), C_I64("batch_id", &x->batch_id),
        C_INT("seq", &x->seq), C_TEXT("was", x->was),
        C_TEXT("says", x->says), C_TEXT("receipt", x->receipt),
        C_TEXT("reason", x->why_not), C_TEXT("proposed_by", x->proposed_by),
        C_TEXT("ended", x->ended), C_BOOL("live", &x->live)
    };
    enum db_status st = db_one(db, sql_evidence_find, args, LEN(args), cols,
                               LEN(cols));

    if (st == DB_NONE)
        err_set(&x->why, ERR_USAGE, "There is no evidence %" PRId64 ".",
                x->evidence_id);
    else if (st == DB_OK && x->ended[0] != '\0')
        err_set(&x->why, ERR_GUARD, "Evidence %" PRId64 " was %s already.",
                x->evidence_id, x->ended);
    else
        return st;
    return stop(x);
}

static enum db_status
end_proposal(struct db *db, struct ending *x, const char *how)
{
    const struct db_arg args[] = { A_I64(x->evidence_id), A_TEXT(how) };
    enum db_status st = db_do(db, sql_evidence_end, args, LEN(args));

    return st == DB_NONE ? DB_SOFT : st;    /* somebody else just did */
}

/* What the tables refused, in words. */
static enum db_status
refused(struct db *db, struct ending *x)
{
    if (strstr(db_why(db), "proposer_does_not_agree") == NULL)
        return DB_HARD;
    err_set(&x->why, ERR_NOPERM, "%s said it and so cannot agree to it.",
            x->who);
    err_fix(&x->why, "Another person, a checker, looks at the evidence.");
    return stop(x);
}

static enum db_status
sign(struct db *db, struct ending *x)
{
    const struct db_arg args[] = { A_I64(x->evidence_id), A_TEXT(x->who) };
    enum db_status st = db_do(db, sql_evidence_agree, args, LEN(args));

    if (st == DB_HARD)
        return refused(db, x);
    return st != DB_OK ? st : end_proposal(db, x, "agreed");
}

/* The one statement that writes outcomes, with the edges of two people. */
static enum db_status
move_outcome(struct db *db, struct ending *x)
{
    int to = outcome_state_of(x->says), healed = 0, conflicts = 0;
    char reason[ERR_TEXT_BYTES];
    const int32_t seqs[] = { x->seq };
    const int64_t charges[] = { 0 };
    const struct str states[] = { str_of(x->says) };
    const struct str codes[] = { str_of(to == OUTCOME_PAID ? CODE_PAID
                                                           : CODE_NOT_PAID) };
    const struct str receipts[] = { str_of(x->receipt) };
    struct str reasons[1];
    struct edges g;

    if (strcmp(x->says, x->was) == 0)
        return DB_OK;               /* what was said against it is set aside */
    snprintf(reason, sizeof(reason), "%s%s%s and %s, evidence %" PRId64,
             x->why_not, x->why_not[0] != '\0' ? "; as found by "
                                               : "as found by ",
             x->proposed_by, x->who, x->evidence_id);
    reasons[0] = str_of(reason);
    edges_all(&g, &machine_evidence);
    const struct db_arg args[] = {
        A_I64(x->batch_id), A_I64(0), A_I32S(seqs, 1), A_TEXTS(states, 1),
        A_TEXTS(codes, 1), A_TEXTS(reasons, 1), A_TEXTS(receipts, 1),
        A_I64S(charges, 1), A_TEXTS(g.from, g.n), A_TEXTS(g.to, g.n),
        A_TEXT(machine_evidence.states[machine_evidence.first]),
        A_I64(seqs[0]), A_I64(seqs[0])
    };
    const struct db_col cols[] = {
        C_INT("healed_rows", &healed), C_INT("conflicts", &conflicts)
    };
    enum db_status st = db_one(db, sql_outcomes_settle, args, LEN(args), cols,
                               LEN(cols));

    return st == DB_OK && (healed != 1 || conflicts != 0) ? DB_HARD : st;
}

/*
 * The last doubt of a batch ends the batch, whatever the provider goes on
 * saying; but it is asked once more, and may contradict.
 */
static enum db_status
end_batch(struct db *db, struct ending *x)
{
    const struct batch_note note = {
        .detail = "the last doubt of it was ended by two people",
        .stop_polling = true, .charge_estimate_minor = -1
    };
    const struct db_arg args[] = { A_I64(x->batch_id) };
    struct batch b;
    enum db_status st = batch_by_id(db, x->batch_id, &b);

    x->done->batch_ended = false;
    if (st != DB_OK || b.paid_rows + b.failed_rows + b.cancelled_rows != b.rows
        || (b.state != BATCH_IN_DOUBT && b.state != BATCH_IN_FLIGHT))
        return st;
    if (b.state == BATCH_IN_DOUBT
        && (st = batch_move(db, &b, BATCH_ON_DECIDED, x->who, &note)) != DB_OK)
        return st == DB_NONE ? DB_SOFT : st;
    if ((st = batch_move(db, &b, BATCH_ON_ALL_FINAL, x->who, &note)) != DB_OK)
        return st == DB_NONE ? DB_SOFT : st;
    x->done->batch_ended = true;
    return db_do(db, sql_tracker_look_again, args, LEN(args));
}

static enum db_status
agreed(struct db *db, struct ending *x)
{
    const struct db_arg args[] = { A_I64(x->evidence_id) };
    char why[ERR_TEXT_BYTES];
    enum db_status st;

    if ((st = sign(db, x)) != DB_OK || (st = move_outcome(db, x)) != DB_OK
        || (st = db_do(db, sql_evidence_settle, args, LEN(args))) < DB_NONE
        || (st = db_do(db, sql_tracker_sought_drop,
                       (const struct db_arg[]){ A_I64(x->batch_id) }, 1))
           < DB_NONE
        || (st = end_batch(db, x)) != DB_OK)
        return st;
    snprintf(why, sizeof(why), "evidence %" PRId64 " of %s agreed to: row %d "
             "of batch %d was %s and is %s%s%.64s; %.150s", x->evidence_id,
             x->proposed_by, x->seq, x->number, x->was, x->says,
             x->receipt[0] != '\0' ? ", receipt " : "", x->receipt,
             x->why_not);
    return tell(db, x, "agree", why);
}

/* Committed, although the person hears of a refusal: the proposal is void. */
static enum db_status
overtake(struct db *db, struct ending *x)
{
    char why[ERR_TEXT_BYTES];
    enum db_status st = end_proposal(db, x, "overtaken");

    if (st != DB_OK)
        return st;
    snprintf(why, sizeof(why), "evidence %" PRId64 " is void: row %d of batch "
             "%d was %s and is %s by now", x->evidence_id, x->seq, x->number,
             x->was, x->state);
    err_set(&x->why, ERR_GUARD, "The provider has answered meanwhile: row %d "
            "of batch %d of %s is %s. Nothing was decided.", x->seq, x->number,
            x->ref, x->state);
    x->has_why = true;
    return tell(db, x, "overtaken", why);
}

static enum db_status
agree_txn(struct db *db, void *owner)
{
    struct ending *x = owner;
    enum db_status st;

    begin(x);
    if ((st = find(db, x)) != DB_OK || (st = stand(db, x)) != DB_OK)
        return st;
    if (strcmp(x->proposed_by, x->who) == 0) {
        /* The database would say so too, but later and in its own words. */
        err_set(&x->why, ERR_NOPERM, "%s said it and so cannot agree to it.",
                x->who);
        return stop(x);
    }
    if (strcmp(x->state, x->was) != 0)
        return overtake(db, x);
    if ((st = check_stand(x)) != DB_OK)
        return st;
    return agreed(db, x);
}

int
evidence_agree(struct db *db, int64_t id, const char *who,
               struct evidence_done *out, struct err *e)
{
    struct ending x = { .who = who, .evidence_id = id, .done = out };

    *out = (struct evidence_done){ 0 };
    if (check_person(db, who, false, true, false, "agree to what became of a "
                     "payment", e) < 0
        || perform(db, &x, "agree", agree_txn, e) < 0)
        return -1;
    out->run_id = x.run_id;
    memcpy(out->ref, x.ref, sizeof(out->ref));
    out->number = x.number;
    out->seq = x.seq;
    out->says = (enum outcome_state)outcome_state_of(x.says);
    return 0;
}

/* --- refusing ------------------------------------------------------------- */

static enum db_status
refuse_txn(struct db *db, void *owner)
{
    struct ending *x = owner;
    char why[ERR_TEXT_BYTES];
    enum db_status st;

    begin(x);
    if ((st = find(db, x)) != DB_OK || (st = stand(db, x)) != DB_OK
        || (st = end_proposal(db, x, "refused")) != DB_OK)
        return st;
    snprintf(why, sizeof(why), "evidence %" PRId64 " of %s refused: %.300s",
             x->evidence_id, x->proposed_by, x->reason);
    return tell(db, x, "refuse", why);
}

int
evidence_refuse(struct db *db, int64_t id, const char *who,
                const char *reason, struct err *e)
{
    struct ending x = { .who = who, .evidence_id = id, .reason = reason };

    if (reason == NULL || reason[0] == '\0') {
        err_set(e, ERR_USAGE, "Say why the evidence is refused.");
        return err_fix(e, "--reason \"...\"");
    }
    if (check_person(db, who, true, true, true, "refuse evidence", e) < 0)
        return -1;
    return perform(db, &x, "refuse", refuse_txn, e);
}
