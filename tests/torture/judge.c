#include "tests/torture/judge.h"

#include <inttypes.h>

#include "base/buf.h"
#include "tests/torture/ask.h"
#include "tests/torture/payees.h"
#include "tests/torture/place.h"

#define BOOKS_BYTES_MAX ((size_t)64 << 20)
#define TOLD_MAX        20          /* of one round; the rest is counted */

struct bench {
    struct judge *judge;
    struct payees payees;
    int           told;
};

/* --- verdicts ----------------------------------------------------------- */

static bool
is(const char *state, const char *name)
{
    return strcmp(state, name) == 0;
}

static void
tell(struct bench *b, int64_t *count, const char *what,
     const struct payee *y)
{
    (*count)++;
    if (b->told++ >= TOLD_MAX)
        return;
    printf("%s: %s\n  payee %s, %" PRId64 ".%02" PRId64 ", row %d of run-%03d"
           ".csv, %s\n  there: moved %d times, receipt %s; here: %s, receipt "
           "%s, batch %s, run %s\n",
           count == &b->judge->figures.twice ? "DOUBLE"
           : count == &b->judge->figures.lost ? "LOST" : "WRONG", what,
           y->account, y->minor / 100, y->minor % 100, y->row + 2, y->run,
           y->two_phase ? "two-phase" : "one-phase", y->moved,
           y->receipt_there, y->state[0] != '\0' ? y->state : "no end",
           y->receipt, y->batch_state, y->run_state);
}

static void
tell_plain(struct bench *b, const char *what)
{
    b->judge->figures.wrong++;
    if (b->told++ < TOLD_MAX)
        printf("WRONG: %s\n", what);
}

/* --- one payment -------------------------------------------------------- */

/* What moved there against what we say became of it. */
static void
judge_end(struct bench *b, const struct payee *y)
{
    struct figures *f = &b->judge->figures;

    if (is(y->state, "paid")) {
        f->paid++;
        if (y->moved == 0)
            tell(b, &f->lost, "paid here, never paid there", y);
        else if (y->moved == 1 && strcmp(y->receipt, y->receipt_there) != 0)
            tell(b, &f->wrong, "paid with another's receipt", y);
        return;
    }
    if (is(y->state, "in_doubt")) {
        f->in_doubt++;
        if (y->two_phase)
            tell(b, &f->wrong, "two-phase, in doubt after healing", y);
        if (!y->left)
            tell(b, &f->wrong, "in doubt, though no request left", y);
        if (!y->followed)
            tell(b, &f->lost, "in doubt, and nobody asks", y);
        if (y->moved > 0)
            tell(b, &f->wrong, "in doubt, though its provider shows it", y);
        return;
    }
    if (is(y->state, "failed"))
        f->failed++;
    else if (is(y->state, "cancelled") || is(y->batch_state, "cancelled"))
        f->cancelled++;
    else
        tell(b, &f->lost, "it has no end, and nobody is told", y);
    if (y->moved > 0)
        tell(b, &f->lost, "paid there, not here", y);
}

static void
judge_payee(struct bench *b, const struct payee *y)
{
    const struct job *job = &b->judge->clerk->jobs[y->run];
    struct figures *f = &b->judge->figures;

    if (y->moved > 1)
        tell(b, &f->twice, "money moved more than once", y);
    if (y->elsewhere > 0)
        tell(b, &f->wrong, "paid by the other provider", y);
    if (y->moved > 0 && y->moved_minor != y->minor)
        tell(b, &f->wrong, "another amount was paid", y);
    if (!job->accepted) {
        if (y->moved > 0 || y->here > 0)
            tell(b, &f->wrong, "of a file that was not accepted", y);
        return;
    }
    f->payments++;
    if (y->here == 0)
        tell(b, &f->lost, "its file was accepted, but it is in no run", y);
    else if (y->here > 1 || y->here_minor != y->minor)
        tell(b, &f->wrong, "in the book more than once, or changed", y);
    else
        judge_end(b, y);
}

/* --- sums --------------------------------------------------------------- */

/* Counters against a recount, and runs against files. */
static int
judge_sums(struct bench *b, struct err *e)
{
    static const char sql[] =
        "SELECT (SELECT count(*) FROM batch b WHERE (paid_rows, paid_minor, "
        "failed_rows, doubt_rows, cancelled_rows) <> (SELECT "
        "count(*) FILTER (WHERE state = 'paid'), coalesce(sum(minor) FILTER "
        "(WHERE state = 'paid'), 0), count(*) FILTER (WHERE state IN "
        "('failed', 'returned', 'reversed')), count(*) FILTER (WHERE state = "
        "'in_doubt'), count(*) FILTER (WHERE state = 'cancelled') FROM "
        "outcome o WHERE o.batch_id = b.batch_id)) AS batches, (SELECT "
        "count(*) FROM run) AS runs, (SELECT count(DISTINCT period) FROM run) "
        "AS periods, (SELECT count(*) FROM history WHERE why LIKE 'its worker "
        "is gone%') AS caught";
    int64_t batches = 0, runs = 0, periods = 0, accepted = 0;
    struct judge *j = b->judge;
    const struct db_col cols[] = {
        C_I64("batches", &batches), C_I64("runs", &runs),
        C_I64("periods", &periods), C_I64("caught", &j->figures.caught)
    };

    if (db_one(j->db, sql, NULL, 0, cols, LEN(cols)) != DB_OK)
        return db_fail(j->db, e, "recounting");
    for (int i = 0; i < j->clerk->njobs; i++)
        accepted += j->clerk->jobs[i].accepted;
    j->figures.runs = runs;
    if (batches > 0)
        tell_plain(b, "the counters of a batch do not tie with its outcomes");
    if (runs != accepted || runs != periods)
        tell_plain(b, "a file became no run, or more than one");
    if (j->clerk->lie[0] != '\0')
        tell_plain(b, j->clerk->lie);
    return 0;
}

/* The stand-ins' own view: nothing twice, and what they hold ties. */
static int
judge_books(struct bench *b, int stand, struct err *e)
{
    const struct stand *s = b->judge->stand;
    struct buf twice = { 0 }, summary = { 0 };
    int rc = -1;

    buf_init(&twice, BOOKS_BYTES_MAX);
    buf_init(&summary, BOOKS_BYTES_MAX);
    if (ask(s->port[stand], "GET", "/_books/double", NULL, &twice, e) < 0
        || ask(s->port[stand], "GET", "/_books/summary", NULL, &summary, e) < 0)
        goto out;
    if (strncmp(twice.p, "[]", 2) != 0) {
        b->judge->figures.twice++;
        printf("DOUBLE: by the stand-in's own list: %.600s\n", twice.p);
    }
    if (strstr(summary.p, "\"ties\":true") == NULL)
        tell_plain(b, "the stand-in's balances do not tie");
    rc = 0;
out:
    buf_release(&twice);
    buf_release(&summary);
    return rc;
}

static void
judge_audit(struct bench *b)
{
    const struct stand *s = b->judge->stand;
    const char *const argv[] = {
        b->judge->payrun, "audit", "verify", "--dir", s->dir, NULL
    };
    char log[PATH_BYTES_MAX];

    stand_path(s, log, "audit.log");
    if (place_run(log, argv) != 0)
        tell_plain(b, "payrun audit verify: the audit does not hold");
}

/* --- the books as files ------------------------------------------------- */

/* For the test of this test: the last payment a second time, or not at all. */
static void
tamper(struct buf *csv, enum plant plant)
{
    size_t end = csv->len, from = 0;
    char *line = NULL;

    while (end > 0 && csv->p[end - 1] == '\n')
        end--;
    for (from = end; from > 0 && csv->p[from - 1] != '\n'; from--)
        ;
    if (from == 0)
        return;                     /* a header and no payment */
    if (plant == PLANT_LOST) {
        csv->len = from;
        csv->p[from] = '\0';
    } else if (plant == PLANT_DOUBLE) {
        line = strndup(csv->p + from, end - from);
        buf_text(csv, line != NULL ? line : "");
        buf_char(csv, '\n');
        free(line);
    }
}

static int
read_books(struct bench *b, int stand, struct err *e)
{
    static const char *const names[] = { "two-phase.csv", "one-phase.csv" };
    const struct stand *s = b->judge->stand;
    char path[PATH_BYTES_MAX];
    struct buf csv = { 0 };
    int rc = -1;

    buf_init(&csv, BOOKS_BYTES_MAX);
    if (ask(s->port[stand], "GET", "/_books/payments?format=csv", NULL, &csv,
            e) < 0)
        goto out;
    tamper(&csv, b->judge->plant);
    stand_path(s, path, names[stand]);
    if (buf_write_file(&csv, path, 0644, e) == 0
        && payees_there(&b->payees, &csv, stand, e) == 0)
        rc = 0;
out:
    buf_release(&csv);
    return rc;
}

static int
read_all(struct bench *b, struct err *e)
{
    return payees_asked(&b->payees, b->judge->clerk, e) < 0
        || read_books(b, 0, e) < 0 || read_books(b, 1, e) < 0
        || payees_here(&b->payees, b->judge->db, e) < 0 ? -1 : 0;
}

/* --- all of it ---------------------------------------------------------- */

int
judge_round(struct judge *j, struct err *e)
{
    struct bench b = { .judge = j };
    int rc = -1;

    j->figures = (struct figures){ 0 };
    if (read_all(&b, e) < 0 || judge_books(&b, 0, e) < 0
        || judge_books(&b, 1, e) < 0 || judge_sums(&b, e) < 0)
        goto out;
    for (int i = 0; i < b.payees.n; i++)
        judge_payee(&b, &b.payees.list[i]);
    if (b.payees.strangers > 0) {
        j->figures.twice += b.payees.strangers;
        printf("DOUBLE: paid there, asked for by nobody: %s\n",
               b.payees.stranger);
    }
    judge_audit(&b);
    rc = 0;
out:
    payees_release(&b.payees);
    return rc;
}

bool
judge_waits(struct judge *j)
{
    enum plant plant = j->plant;
    struct bench b = { .judge = j };
    bool waits = true;

    j->plant = PLANT_NOTHING;
    if (read_all(&b, NULL) == 0) {
        waits = false;
        for (int i = 0; i < b.payees.n; i++) {
            const struct payee *y = &b.payees.list[i];

            waits = waits || (is(y->state, "in_doubt")
                              && (y->two_phase || y->moved > 0));
        }
    }
    j->plant = plant;
    payees_release(&b.payees);
    return waits;
}
