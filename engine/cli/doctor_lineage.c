#include "cli/doctor.h"

#include "book/lineage.h"
#include "db/sql.h"

/* Whether the history of the database is whole; nothing is opened or written. */
struct known {
    int64_t beat, hosts;
    bool    had_one;
};

static int
look(struct doctor *d, const struct lineage *l, struct known *k)
{
    const struct db_arg args[] = { A_TEXT(l->host) };
    const struct db_col cols[] = {
        C_I64("beat", &k->beat), C_I64("hosts", &k->hosts),
        C_BOOL("had_one", &k->had_one)
    };
    struct err e = { 0 };

    if (db_one(d->db, sql_doctor_lineage, args, LEN(args), cols, LEN(cols))
        == DB_OK)
        return 0;
    (void)db_fail(d->db, &e, "looking at the database's history");
    doctor_err(d, "history", "", &e);
    return -1;
}

static void
without_mark(struct doctor *d, const struct lineage *l, const struct known *k)
{
    if (k->had_one)
        doctor_warn(d, "history", "", "was this host set up anew? Then see "
                    "that the database was not put back too; the next worker "
                    "makes a new mark when another host's agrees, else it "
                    "asks for payrun lineage", "this host had a mark and has "
                    "lost it: %s", l->path);
    else if (k->beat > 0)
        doctor_warn(d, "history", "", "start payrun work here while a host "
                    "with a mark is at work", "this host has no mark yet (%s), "
                    "and %lld host%s", l->path, (long long)k->hosts,
                    k->hosts == 1 ? " has one" : "s have one");
    else
        doctor_ok(d, "history", "", "nothing was sent yet; the mark will be "
                  "%s", l->path);
}

/* The mark agrees; is all that it says left still in its journal? */
static void
with_mark(struct doctor *d, const struct lineage *l, const struct mark *m)
{
    struct left_state s;
    struct err e = { 0 };

    if (left_read(l->path, m->kept, m->left, NULL, NULL, &s, &e) < 0)
        doctor_err(d, "history", "", &e);
    else if (s.missing > 0)
        doctor_warn(d, "history", "", "put the files back if you have them; "
                    "after a restore of the database nobody could tell what "
                    "those batches paid", "%lld of %lld entries of the journal "
                    "%s.left-* are missing or damaged", (long long)s.missing,
                    (long long)(m->left - m->kept + 1), l->path);
    else
        doctor_ok(d, "history", "", "the mark %s agrees (request %lld), its "
                  "journal has %lld batches; keep both out of the database's "
                  "backups", l->path, (long long)m->beat,
                  (long long)s.entries);
}

void
doctor_lineage(struct doctor *d)
{
    struct lineage l;
    struct lineage_hold h;
    struct known k = { .beat = 0 };
    struct mark m;
    struct err e = { 0 };
    int there;

    lineage_init(&l, app_mark(d->app), "doctor");
    there = mark_read(l.path, &m, &e);
    if (lineage_hold_read(d->db, &h, &e) < 0 || look(d, &l, &k) < 0)
        return;
    if (h.hold_id != 0)
        doctor_fail(d, ERR_CONFIG, "history", "", "payrun lineage", "nothing "
                    "is sent, because history went backwards: %s", h.why);
    else if (there < 0)
        doctor_err(d, "history", "", &e);
    else if (there == 0)
        without_mark(d, &l, &k);
    else if (m.beat > k.beat)
        doctor_fail(d, ERR_CONFIG, "history", "", "do not send; the next "
                    "worker stops everything, then payrun lineage", "the mark "
                    "%s knows %lld requests, this database %lld", l.path,
                    (long long)m.beat, (long long)k.beat);
    else
        with_mark(d, &l, &m);
}
