#include "intake/duplicate.h"

#include "db/sql.h"
#include "intake/correct.h"
#include "intake/known.h"
#include "intake/lost.h"
#include "intake/retry.h"

#define NEIGHBOURS_MAX 1000     /* runs of one period; a firm has a handful */

/* --- the same file, rows, or place in the calendar ------------------------ */

struct twin {
    struct pass *pass;
    char ref[RUN_REF_BYTES], state[16], made_by[USER_NAME_BYTES_MAX],
         made_on[24], file_name[256];
    bool same_file, same_rows, same_slot;
};

static void
note_twin(const struct twin *t, const char *code, const char *what,
          const char *fix)
{
    problem_add(t->pass->problems, code, 0, 0, "", str_of(t->ref), fix,
                "%s %s (%s), loaded from %s by %s on %s", what, t->ref,
                t->state, t->file_name, t->made_by, t->made_on);
}

/* Only a run of which nothing was sent can be cancelled whole. */
static void
note_slot(const struct twin *t)
{
    char fix[ERR_TEXT_BYTES];
    int state = run_state_of(t->state);
    bool unsent = state == RUN_DRAFT || state == RUN_SUBMITTED
        || state == RUN_APPROVED;

    snprintf(fix, sizeof(fix), "%s%s%suse another --kind, such as correction, "
             "or load it with --allow-duplicates REASON, which the checker "
             "sees", unsent ? "cancel that run (payrun cancel " : "",
             unsent ? t->ref : "", unsent ? "), " : "");
    note_twin(t, "PR-DUP-003", "the same account, period and kind have run",
              fix);
}

/* The same file has the same rows; to say both would be noise. */
static int
twin_row(void *owner)
{
    const struct twin *t = owner;

    if (t->same_file)
        note_twin(t, "PR-DUP-001", "the same file, byte for byte, is run",
                  NULL);
    else if (t->same_rows)
        note_twin(t, "PR-DUP-002", "the same payees and amounts are in run",
                  NULL);
    if (t->same_slot)
        note_slot(t);
    return 0;
}

static enum db_status
find_twins(struct db *db, struct pass *p)
{
    const struct intake_result *r = p->result;
    struct twin t = { .pass = p };
    const struct db_arg args[] = {
        A_BYTES(((struct str){ (const char *)r->sha256, SHA256_BYTES })),
        A_BYTES(((struct str){ (const char *)r->facts.rows_digest,
                               sizeof(r->facts.rows_digest) })),
        A_I64(r->facts.good_rows), A_I64(r->facts.good_minor),
        A_I64(p->order->account->account_id), A_TEXT(p->order->period),
        A_TEXT(p->order->kind)
    };
    const struct db_col cols[] = {
        C_TEXT("ref", t.ref), C_TEXT("state", t.state),
        C_TEXT("made_by", t.made_by), C_TEXT("made_on", t.made_on),
        C_TEXT("file_name", t.file_name), C_BOOL("same_file", &t.same_file),
        C_BOOL("same_rows", &t.same_rows), C_BOOL("same_slot", &t.same_slot)
    };

    return db_each(db, sql_dup_run, args, LEN(args), cols, LEN(cols), twin_row,
                   &t);
}

/* --- the same payee and amount in another run of the period --------------- */

struct neighbour {
    int64_t run_id;
    char ref[RUN_REF_BYTES];
};

struct neighbours {
    struct neighbour now, *list;
    size_t n;
};

static int
neighbour_row(void *owner)
{
    struct neighbours *ns = owner;

    if (ns->n == NEIGHBOURS_MAX)
        return -1;                      /* looking at some is not looking */
    ns->list[ns->n++] = ns->now;
    return 0;
}

struct place {
    struct pass *pass;
    const char *ref;
    bool frozen;                    /* in doubt there: PR-DUP-006 */
    int64_t line, minor, other_line, total, named;
    struct str account, name;
};

static int
place_row(void *owner)
{
    struct place *at = owner;
    struct problems *ps = at->pass->problems;
    struct money m = { .minor = at->minor };
    char amount[MONEY_TEXT_BYTES], n[MONEY_TEXT_BYTES];
    const char *code = at->frozen ? "PR-DUP-006" : "PR-DUP-004";

    if (at->named++ == 0) {
        money_count(at->total, n);
        problem_add(ps, code, 0, 0, "", str_of(at->ref), NULL,
                    "%s row%s of this file, %s, %s in run %s of the same "
                    "period", n, at->total == 1 ? "" : "s", at->frozen
                    ? "by account and name or amount" : "payee and amount "
                    "alike", at->total != 1 ? at->frozen ? "are in doubt"
                    : "are" : at->frozen ? "is in doubt" : "is", at->ref);
    }
    (void)str_copy(m.ccy, sizeof(m.ccy), str_of(at->pass->order->account->ccy));
    money_text(m, amount);
    if (at->frozen)
        problem_add(ps, code, at->line, 0, "", at->account, NULL,
                    "%.*s (%s here) is in doubt in run %s, line %lld of its "
                    "file: nobody knows yet whether that was paid",
                    STR_ARG(at->name), amount, at->ref,
                    (long long)at->other_line);
    else
        problem_add(ps, code, at->line, 0, "", at->account, NULL,
                    "%.*s gets %s in run %s too (line %lld of its file)",
                    STR_ARG(at->name), amount, at->ref,
                    (long long)at->other_line);
    return 0;
}

static enum db_status
find_places(struct db *db, struct pass *p, int64_t run_id,
            const struct neighbour *other, bool frozen)
{
    struct place at = { .pass = p, .ref = other->ref, .frozen = frozen };
    const struct db_arg args[] = {
        A_I64(run_id), A_I64(other->run_id), A_I64(PROBLEMS_MAX)
    };
    const struct db_col cols[] = {
        C_I64("line_no", &at.line), C_STR("account", &at.account),
        C_STR("name", &at.name), C_I64("minor", &at.minor),
        C_I64("other_line", &at.other_line), C_I64("total", &at.total)
    };

    return db_each(db, frozen ? sql_dup_frozen : sql_dup_payees, args,
                   LEN(args), cols, LEN(cols), place_row, &at);
}

static enum db_status
only_hash_joins(struct db *db, bool only)
{
    const struct db_arg args[] = { A_BOOL(only) };

    return db_do(db, sql_intake_hash_joins, args, LEN(args));
}

/*
 * Run by run rather than all at once: each range of batch_id is one stretch of
 * the primary key, whatever else the table holds.
 */
static enum db_status
find_payees(struct db *db, struct pass *p, int64_t run_id)
{
    struct neighbours ns = { 0 };
    const struct db_arg args[] = { A_TEXT(p->order->period), A_I64(run_id) };
    const struct db_col cols[] = {
        C_I64("run_id", &ns.now.run_id), C_TEXT("ref", ns.now.ref)
    };
    enum db_status st = DB_HARD;

    if ((ns.list = calloc(NEIGHBOURS_MAX, sizeof(*ns.list))) == NULL)
        goto out;
    st = db_each(db, sql_dup_neighbours, args, LEN(args), cols, LEN(cols),
                 neighbour_row, &ns);
    if (st <= DB_NONE || (st = only_hash_joins(db, true)) < 0)
        goto out;
    for (size_t i = 0; i < ns.n && st >= 0; i++) {
        /* What a retry pays again certainly failed there; others of the same
         * payee, such as linked parts, were approved beside it. */
        if (!retry_is_kin(p->order->retry, ns.list[i].run_id)
            && !(p->known != NULL
                 && known_clears(p->known, ns.list[i].run_id)))
            st = find_places(db, p, run_id, &ns.list[i], false);
        if (st >= 0)
            st = find_places(db, p, run_id, &ns.list[i], true);
    }
    if (st >= 0)
        st = only_hash_joins(db, false);
out:
    free(ns.list);
    return st;
}

enum db_status
duplicate_find(struct db *db, struct pass *p, int64_t run_id)
{
    enum db_status st = DB_OK;

    /* A retry may have all rows of its ancestor, and be the second one. */
    if (p->order->retry == NULL)
        st = find_twins(db, p);
    if (st >= 0)
        st = find_payees(db, p, run_id);
    if (st >= 0)
        st = only_hash_joins(db, true);
    if (st >= 0)
        st = lost_find(db, p, run_id);
    if (st >= 0)
        st = correct_find(db, p, run_id);
    if (st >= 0)
        st = only_hash_joins(db, false);
    return st < 0 ? st : DB_OK;
}

/* --- judging -------------------------------------------------------------- */

static const char *const dup_codes[] = {
    "PR-DUP-001", "PR-DUP-002", "PR-DUP-003", "PR-DUP-006", "PR-DUP-004",
    "PR-DUP-005", "PR-DUP-007", "PR-DUP-008"
};

/* By the counts, not by the list, which may have no room for them. */
static const struct problem_kind *
first_kind(const struct problems *ps)
{
    for (size_t i = 0; i < LEN(dup_codes); i++) {
        const struct problem_kind *k = problem_kind(dup_codes[i]);

        if (ps->by_kind[k - problem_kinds] > 0)
            return k;
    }
    return NULL;
}

int
duplicate_judge(const struct pass *p, struct err *e)
{
    const struct problems *ps = p->problems;
    const struct problem_kind *kind = NULL;
    struct str detail = { NULL, 0 };

    if (ps->allow_stops || (kind = first_kind(ps)) == NULL)
        return 0;
    for (size_t i = ps->n; i > 0; i--)
        if (ps->list[i - 1].kind == kind)
            detail = ps->list[i - 1].detail;
    err_set(e, ERR_GUARD, "%s: %s%s%.*s. Nothing was stored.",
            pass_name(p->order), kind->cause, detail.len > 0 ? ": " : "",
            STR_ARG(detail));
    return err_fix(e, "Look at that run first. If this one is right all the "
                   "same, say why: --allow-duplicates \"REASON\" (the checker "
                   "sees it).");
}

bool
duplicate_overridden(const struct pass *p)
{
    const struct problems *ps = p->problems;

    if (!ps->allow_stops)
        return false;
    for (const struct problem_kind *k = problem_kinds; k->code != NULL; k++)
        if (k->severity == SEV_STOP && ps->by_kind[k - problem_kinds] > 0)
            return true;
    return false;
}
