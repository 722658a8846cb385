#include "cli/doctor.h"

#include <inttypes.h>

#include "base/clock.h"
#include "book/ceiling.h"
#include "db/migrate.h"
#include "db/sql.h"

/* --- the server ----------------------------------------------------------- */

struct server {
    char version[64], commits[32];
    bool fsync, checksums, full_pages, read_only, may_write;
    int64_t standbys, now_ms, off_ms, took_ms;
};

static enum db_status
ask_server(struct db *db, struct server *s)
{
    const struct db_col cols[] = {
        C_TEXT("version", s->version), C_BOOL("fsync", &s->fsync),
        C_BOOL("checksums", &s->checksums),
        C_BOOL("full_pages", &s->full_pages), C_TEXT("commits", s->commits),
        C_BOOL("read_only", &s->read_only), C_BOOL("may_write", &s->may_write),
        C_I64("standbys", &s->standbys), C_I64("now_ms", &s->now_ms)
    };
    int64_t before = clock_wall_us() / 1000, after = 0;
    enum db_status st = db_one(db, sql_doctor_server, NULL, 0, cols,
                               LEN(cols));

    after = clock_wall_us() / 1000;
    s->took_ms = after - before;
    s->off_ms = s->now_ms - (before + after) / 2;
    return st;
}

/* What a crash must not take back. */
static void
check_settings(struct doctor *d, const struct server *s)
{
    if (!s->fsync || !s->full_pages)
        doctor_fail(d, ERR_CONFIG, "database settings", "", "set fsync = on "
                    "and full_page_writes = on and restart the server",
                    "%s is off: a power cut can take back that a payment was "
                    "sent, and it would be sent again",
                    !s->fsync ? "fsync" : "full_page_writes");
    else if (strcmp(s->commits, "off") == 0 || strcmp(s->commits, "local") == 0)
        doctor_fail(d, ERR_CONFIG, "database settings", "", "set "
                    "synchronous_commit = on", "synchronous_commit is %s",
                    s->commits);
    else if (!s->checksums)
        doctor_warn(d, "database settings", "", "stop the server and run "
                    "pg_checksums --enable", "the server has no checksums: a "
                    "failing disk is noticed late");
    else
        doctor_ok(d, "database settings", "", "fsync and checksums are on; "
                  "%" PRId64 " standby%s confirm%s commits", s->standbys,
                  s->standbys == 1 ? "" : "s", s->standbys == 1 ? "s" : "");
}

static void
check_clock(struct doctor *d, const struct server *s)
{
    int64_t off = s->off_ms < 0 ? -s->off_ms : s->off_ms;
    const char *fix = "let both machines keep time: systemctl enable --now "
        "systemd-timesyncd, or chrony";

    off -= s->took_ms / 2;              /* as far as that is known */
    if (off > DOCTOR_CLOCK_FAIL_MS)
        doctor_fail(d, ERR_CONFIG, "clock", "", fix, "%" PRId64 " seconds from "
                    "the database's", off / 1000);
    else if (off > DOCTOR_CLOCK_WARN_MS)
        doctor_warn(d, "clock", "", fix, "%" PRId64 " ms from the database's",
                    off);
    else
        doctor_ok(d, "clock", "", "%" PRId64 " ms from the database's",
                  off > 0 ? off : 0);
}

static void
check_server(struct doctor *d)
{
    struct server s = { .off_ms = 0 };
    struct err e = { 0 };

    if (ask_server(d->db, &s) != DB_OK) {
        (void)db_fail(d->db, &e, "asking the database how it is set up");
        doctor_err(d, "database", "", &e);
        return;
    }
    if (s.read_only)
        doctor_fail(d, ERR_UNAVAILABLE, "database", "", "connect to the "
                    "primary: target_session_attrs=read-write", "PostgreSQL "
                    "%s takes no writes", s.version);
    else if (!s.may_write)
        doctor_fail(d, ERR_CONFIG, "database", "", "connect as the owner of "
                    "the schema payrun, or grant it", "PostgreSQL %s: this "
                    "role may not write", s.version);
    else
        doctor_ok(d, "database", "", "PostgreSQL %s answers in %" PRId64
                  " ms and takes writes", s.version, s.took_ms);
    check_settings(d, &s);
    check_clock(d, &s);
}

/* --- the schema ----------------------------------------------------------- */

static void
check_schema(struct doctor *d)
{
    struct err e = { 0 };

    d->schema_ok = migrate_check(d->db, &e) == 0;
    if (d->schema_ok)
        doctor_ok(d, "schema", "", "is this program's");
    else
        doctor_err(d, "schema", "", &e);
}

/* A private server that is down is not started: looking changes nothing. */
static bool
is_up(struct doctor *d)
{
    if (!d->app->private_db)
        return true;
    switch (cluster_state(&d->app->cluster)) {
    case CLUSTER_UP:
        return true;
    case CLUSTER_DOWN:
        doctor_fail(d, ERR_UNAVAILABLE, "database", "", "payrun db up",
                    "the private database in %s is not running",
                    d->app->cluster.dir);
        return false;
    case CLUSTER_NONE:
        doctor_fail(d, ERR_UNAVAILABLE, "database", "", "payrun db up makes "
                    "it", "there is no database in %s yet",
                    d->app->cluster.dir);
        return false;
    }
    return false;
}

void
doctor_database(struct doctor *d)
{
    struct err e = { 0 };

    if (app_db_place(d->app, &e) < 0) {
        doctor_err(d, "database", "", &e);
        return;
    }
    if (!is_up(d))
        return;
    if ((d->db = db_open(d->app->db_url, &e)) == NULL) {
        doctor_err(d, "database", "", &e);
        return;
    }
    check_server(d);
    check_schema(d);
}

/* --- what is in it -------------------------------------------------------- */

static void
check_work(struct doctor *d)
{
    int64_t alive = 0, gone = 0, paying = 0, makers = 0, checkers = 0;
    int64_t inbox = 0;
    const struct db_arg args[] = { A_I64(DOCTOR_WORKER_S) };
    const struct db_col cols[] = {
        C_I64("alive", &alive), C_I64("gone", &gone),
        C_I64("paying", &paying), C_I64("makers", &makers),
        C_I64("checkers", &checkers), C_I64("inbox_minutes", &inbox)
    };
    struct err e = { 0 };

    if (db_one(d->db, sql_doctor_work, args, LEN(args), cols, LEN(cols)) < 0) {
        (void)db_fail(d->db, &e, "looking who is at work");
        doctor_err(d, "workers", "", &e);
        return;
    }
    if (paying > 0 && alive == 0)
        doctor_fail(d, ERR_UNAVAILABLE, "workers", "", "payrun work (or "
                    "payrun send RUN --wait)", "%" PRId64 " run%s to be paid, "
                    "and nobody works", paying, paying == 1 ? " is" : "s are");
    else
        doctor_ok(d, "workers", "", "%" PRId64 " at work, %" PRId64 " ended "
                  "without a word; %" PRId64 " run%s being paid", alive, gone,
                  paying, paying == 1 ? "" : "s");
    if (inbox > 5 && alive > 0)
        doctor_warn(d, "callbacks read", "", "look at the worker's log",
                    "one has waited for %" PRId64 " minutes", inbox);
    if (makers == 0 || checkers == 0)
        doctor_warn(d, "people", "", "payrun user add NAME --role maker, and "
                    "another one --role checker", "there %s no %s", "is",
                    makers == 0 ? "maker" : "checker");
    else
        doctor_ok(d, "people", "", "%" PRId64 " who make%s, %" PRId64 " who "
                  "check%s", makers, makers == 1 ? "s" : "", checkers,
                  checkers == 1 ? "s" : "");
}

static void
check_callbacks(struct doctor *d)
{
    char peer[64] = "";
    int64_t looked_at = 0, turned = 0;
    bool today = false;
    const struct db_col cols[] = {
        C_I64("looked_at", &looked_at), C_I64("turned", &turned),
        C_BOOL("today", &today), C_TEXT("peer", peer)
    };
    struct err e = { 0 };

    if (db_one(d->db, sql_doctor_callbacks, NULL, 0, cols, LEN(cols)) < 0) {
        (void)db_fail(d->db, &e, "looking at refused callbacks");
        doctor_err(d, "callbacks refused", "", &e);
    } else if (today && looked_at + turned > DOCTOR_REFUSED_WARN) {
        doctor_warn(d, "callbacks refused", "", "if nobody of yours tries "
                    "things out, let only your provider's addresses through "
                    "to payrun serve", "%" PRId64 " proved nothing, %" PRId64
                    " more were not taken; the last from %s; no payment was "
                    "touched", looked_at, turned, peer);
    } else {
        doctor_ok(d, "callbacks refused", "", "%" PRId64 ", and %" PRId64
                  " not taken", looked_at, turned);
    }
}

struct lane {
    struct doctor *d;
    char name[USER_NAME_BYTES_MAX], provider[24], ccy[8], wallet_id[64];
    char why[512];
    bool live, closed;
    int wrong;
};

static int
lane_row(void *owner)
{
    struct lane *l = owner;
    const struct config *c = &l->d->app->config;

    for (int i = 0; i < c->naccounts; i++) {
        const struct account *a = &c->accounts[i];

        if (strcmp(a->name, l->name) != 0 || !doctor_wants(l->d, i))
            continue;
        if (l->closed) {
            doctor_fail(l->d, ERR_CONFIG, "account", l->name, "mend that, "
                        "then payrun resume RUN", "nothing is sent from it: "
                        "%s", l->why);
            l->wrong++;
        }
        if (strcmp(a->provider->name, l->provider) != 0 || a->live != l->live
            || strcmp(a->ccy, l->ccy) != 0
            || strcmp(a->wallet_id, l->wallet_id) != 0) {
            doctor_fail(l->d, ERR_CONFIG, "account", l->name, "give the new "
                        "one another name: past runs belong to the old one",
                        "the book knows it as %s of %s, wallet \"%s\"; the "
                        "configuration says otherwise",
                        l->live ? "live" : "sandbox", l->provider,
                        l->wallet_id);
            l->wrong++;
        }
    }
    return 0;
}

static void
check_lanes(struct doctor *d)
{
    struct lane l = { .d = d };
    const struct db_col cols[] = {
        C_TEXT("name", l.name), C_TEXT("provider", l.provider),
        C_BOOL("live", &l.live), C_TEXT("ccy", l.ccy),
        C_TEXT("wallet_id", l.wallet_id), C_BOOL("lane_closed", &l.closed),
        C_TEXT("lane_why", l.why)
    };
    struct err e = { 0 };

    if (db_each(d->db, sql_doctor_lanes, NULL, 0, cols, LEN(cols), lane_row,
                &l) < 0) {
        (void)db_fail(d->db, &e, "looking at the accounts");
        doctor_err(d, "accounts", "", &e);
    } else if (l.wrong == 0) {
        doctor_ok(d, "accounts", "", "are what the book knows them as; none "
                  "is closed");
    }
}

struct tie {
    struct doctor *d;
    struct str what;
    int64_t n, sample;
    int wrong;
};

static int
tie_row(void *owner)
{
    struct tie *t = owner;

    if (t->n == 0)
        return 0;
    t->wrong++;
    doctor_fail(t->d, ERR_CONFIG, "book", "", "pay nothing until it is known "
                "why: payrun report RUN shows the sums; restore from a backup "
                "if the database was changed by hand", "%" PRId64 " %.*s, "
                "such as number %" PRId64, t->n, STR_ARG(t->what), t->sample);
    return 0;
}

static void
check_ties(struct doctor *d)
{
    struct tie t = { .d = d };
    const struct db_col cols[] = {
        C_STR("what", &t.what), C_I64("n", &t.n), C_I64("sample", &t.sample)
    };
    struct err e = { 0 };

    if (db_each(d->db, sql_doctor_ties, NULL, 0, cols, LEN(cols), tie_row,
                &t) < 0) {
        (void)db_fail(d->db, &e, "adding up the book");
        doctor_err(d, "book", "", &e);
    } else if (t.wrong == 0) {
        doctor_ok(d, "book", "", "every run, batch, payment and answer belongs "
                  "to another and adds up");
    }
}

static void
check_audit(struct doctor *d)
{
    struct audit_fault fault = { 0 };
    struct err e = { 0 };

    if (audit_verify(d->db, &fault, &e) < 0)
        doctor_err(d, "audit", "", &e);
    else if (fault.audit_id != 0)
        doctor_fail(d, ERR_CONFIG, "audit", "", "find out who can write to "
                    "the database, and compare with a backup", "entry %" PRId64
                    ": %s", fault.audit_id, fault.why);
    else
        doctor_ok(d, "audit", "", "the chain holds");
}

/* What of one currency has no limit at all: not together, nor any account. */
struct unlimited {
    struct doctor *d;
    char ccy[4];
    bool live, on[CEILING_DAY + 1];
    int  n, wrong;
};

static void
tell_unlimited(struct unlimited *u)
{
    char what[64] = "";

    for (int w = CEILING_PAYMENT; u->n > 0 && w <= CEILING_DAY; w++)
        if (!u->on[w])
            snprintf(what + strlen(what), sizeof(what) - strlen(what), "%s%s",
                     what[0] != '\0' ? ", " : "",
                     ceiling_what_name((enum ceiling_what)w));
    if (what[0] == '\0')
        return;
    u->wrong++;
    doctor_warn(u->d, "limits", "", "an admin: payrun limits set --payment "
                "AMOUNT --run AMOUNT --day AMOUNT", "none for %s of %s (%s): "
                "whatever is approved is paid", what, u->ccy,
                u->live ? "LIVE" : "sandbox");
}

static int
limit_row(void *owner, const struct ceiling *c)
{
    struct unlimited *u = owner;

    if (u->n++ == 0 || u->live != c->live || strcmp(u->ccy, c->ccy) != 0) {
        u->n--;
        tell_unlimited(u);
        *u = (struct unlimited){ .d = u->d, .live = c->live, .n = 1,
                                 .wrong = u->wrong };
        (void)str_copy(u->ccy, sizeof(u->ccy), str_of(c->ccy));
    }
    for (int w = CEILING_PAYMENT; w <= CEILING_DAY; w++)
        if (strcmp(c->what, ceiling_what_name((enum ceiling_what)w)) == 0
            && strcmp(c->state, "in_force") == 0 && c->minor > 0)
            u->on[w] = true;
    return 0;
}

static void
check_limits(struct doctor *d)
{
    struct unlimited u = { .d = d };
    struct err e = { 0 };

    if (ceiling_each(d->db, limit_row, &u, &e) < 0) {
        doctor_err(d, "limits", "", &e);
        return;
    }
    tell_unlimited(&u);
    if (u.wrong == 0 && u.n > 0)
        doctor_ok(d, "limits", "", "a payment, a run and a day have one");
}

void
doctor_book(struct doctor *d)
{
    check_limits(d);
    check_work(d);
    check_callbacks(d);
    check_lanes(d);
    check_ties(d);
    check_audit(d);
}
