#include "schedule/drop.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "db/sql.h"
#include "db/txn.h"
#include "schedule/drop_disk.h"

/* The file in hand. */
struct taking {
    struct drop *d;
    const struct drop_folder *f;
    const char *name;
    char path[PATH_BYTES_MAX];
    int64_t bytes;
    unsigned char sha[SHA256_BYTES];
    const struct intake_result *result;
    /* for drop_txn */
    const char *state, *note;
    int64_t problems, run_id, drop_id;
};

bool
drop_complete(const char *name)
{
    static const char *const endings[] = {
        ".part", ".tmp", ".filepart", ".crdownload", ".done", ".swp", "~"
    };
    size_t n = strlen(name);

    if (name[0] == '.')
        return false;
    for (size_t i = 0; i < LEN(endings); i++) {
        size_t k = strlen(endings[i]);

        if (n >= k && strcmp(name + n - k, endings[i]) == 0)
            return false;
    }
    return true;
}

int
drop_period(const char *name, char out[8])
{
    for (; *name != '\0'; name++) {
        size_t digits = strspn(name, "0123456789");

        if (digits == 4 && name[4] == '-'
            && strspn(name + 5, "0123456789") >= 2
            && ((name[5] == '0' && name[6] >= '1')
                || (name[5] == '1' && name[6] <= '2'))) {
            snprintf(out, 8, "%.7s", name);
            return 0;
        }
        name += digits > 0 ? digits - 1 : 0;
    }
    return -1;
}

/* --- the book ------------------------------------------------------------- */

static enum db_status
note_in(struct db *db, struct taking *t, int64_t run_id,
        const unsigned char *sha)
{
    const struct db_arg args[] = {
        A_I64(t->f->folder_id), A_TEXT(t->name),
        A_BYTES(((struct str){ (const char *)sha, SHA256_BYTES })),
        A_I64(t->bytes), A_TEXT(t->state), A_I64(run_id), A_I64(t->problems),
        A_TEXT(t->note), A_TEXT(t->d->owner)
    };
    const struct db_col cols[] = { C_I64("drop_id", &t->drop_id) };

    return db_one(db, sql_drop_file_add, args, LEN(args), cols, LEN(cols));
}

/* What was read is what is noted, should the file have changed since. */
static enum db_status
also_drop(struct db *db, void *owner, int64_t run_id)
{
    struct taking *t = owner;

    t->state = "accepted";
    t->note = "";
    return note_in(db, t, run_id, t->result->sha256);
}

static enum db_status
drop_txn(struct db *db, void *owner)
{
    struct taking *t = owner;

    return note_in(db, t, 0, t->sha);
}

static int
note(struct taking *t, const char *state, const char *text, int64_t problems,
     struct err *e)
{
    t->state = state;
    t->note = text;
    t->problems = problems;
    if (db_txn(t->d->db, drop_txn, t) < 0)
        return db_fail(t->d->db, e, "noting a file");
    return 0;
}

static int
moved(struct taking *t, struct err *e)
{
    const struct db_arg args[] = { A_I64(t->drop_id) };

    if (drop_disk_move(t->f->path, t->state, t->name, e) < 0)
        return -1;
    if (db_do(t->d->db, sql_drop_file_moved, args, LEN(args)) < 0)
        return db_fail(t->d->db, e, "noting a file");
    return 0;
}

static int
end(struct taking *t, const char *ref, const char *text, struct err *e)
{
    struct drop_result r = { t->f, t->name, t->state, "", "" };

    if (moved(t, e) < 0)
        return -1;
    (void)str_copy(r.ref, sizeof(r.ref), str_of(ref));
    (void)str_copy(r.note, sizeof(r.note), str_of(text));
    t->d->accepted += t->state[0] == 'a';
    t->d->rejected += t->state[0] == 'r';
    t->d->duplicate += t->state[0] == 'd';
    if (t->d->tell != NULL)
        t->d->tell(t->d->to, &r);
    return 0;
}

/* --- one file ------------------------------------------------------------- */

/* 1: it was dealt with, 0: it is new. */
static int
seen(struct taking *t, struct err *e)
{
    char state[16] = "", ref[RUN_REF_BYTES] = "", text[ERR_TEXT_BYTES];
    bool here = false;
    const struct db_arg args[] = {
        A_BYTES(((struct str){ (const char *)t->sha, SHA256_BYTES })),
        A_I64(t->f->folder_id), A_TEXT(t->name)
    };
    const struct db_col cols[] = {
        C_I64("drop_id", &t->drop_id), C_TEXT("state", state),
        C_BOOL("here", &here), C_TEXT("ref", ref)
    };
    enum db_status st = db_one(t->d->db, sql_drop_seen, args, LEN(args), cols,
                               LEN(cols));

    if (st < 0)
        return db_fail(t->d->db, e, "looking for the file");
    if (st == DB_NONE || (here && strcmp(state, "rejected") == 0))
        return 0;                   /* killed before it was moved */
    if (here) {                     /* killed before it was moved */
        t->state = strcmp(state, "accepted") == 0 ? "accepted" : "duplicate";
        return end(t, ref, "", e) < 0 ? -1 : 1;
    }
    snprintf(text, sizeof(text), "the same file, byte for byte, is run %s",
             ref);
    if (note(t, "duplicate", text, 0, e) < 0)
        return -1;
    return end(t, ref, text, e) < 0 ? -1 : 1;
}

static int
reject(struct taking *t, const struct problems *ps, const char *why,
       struct err *e)
{
    int64_t n = ps != NULL ? ps->errors + ps->stops : 1;
    int64_t before = t->drop_id;

    if (drop_disk_problems(t->f->path, t->name, ps, why, e) < 0)
        return -1;
    if (before == 0 && note(t, "rejected", why, n, e) < 0)
        return -1;
    t->state = "rejected";
    return end(t, "", why, e);
}

/* Is it the file that is wrong, and not the moment? */
static bool
of_the_file(const struct err *e)
{
    return e->kind == ERR_DATA || e->kind == ERR_GUARD || e->kind == ERR_USAGE
        || e->kind == ERR_NOPERM;
}

static int
upload(struct taking *t, struct err *e)
{
    static struct intake_result result;     /* large */
    const struct intake_with with = { also_drop, t };
    struct intake_order o = {
        .path = t->path, .display_name = t->name, .kind = t->f->run_kind,
        .maker = t->f->maker, .expect_count = -1, .expect_minor = -1,
        .with = &with
    };
    struct err mine = { 0 };
    struct problems ps;
    char period[8];
    int rc;

    if (drop_period(t->name, period) < 0)
        return reject(t, NULL, "its name does not say the pay period, such as "
                      "2026-11 in payroll-2026-11.csv", e);
    o.period = period;
    if (t->d->order(t->d->to, t->f, &o, e) < 0)
        return -1;
    t->result = &result;
    problems_init(&ps);
    rc = intake_upload(t->d->db, &o, &ps, &result, &mine);
    if (rc == 0) {
        rc = end(t, result.ref, "", e);
    } else if (of_the_file(&mine)) {
        rc = reject(t, &ps, mine.text, e);
    } else if (mine.kind == ERR_NOINPUT) {
        rc = 0;                         /* taken away under our hands */
    } else {
        *e = mine;
    }
    problems_release(&ps);
    return rc;
}

/* Complete, and nobody has touched it for a moment? */
static bool
ready(const struct taking *t, int64_t *bytes)
{
    char marker[PATH_BYTES_MAX + 8];
    struct stat st;

    if (!drop_complete(t->name) || lstat(t->path, &st) < 0
        || !S_ISREG(st.st_mode))
        return false;
    *bytes = st.st_size;
    snprintf(marker, sizeof(marker), "%s.done", t->path);
    if (t->f->done_marker)
        return access(marker, F_OK) == 0;
    return clock_wall_us() / 1000000 - (int64_t)st.st_mtime >= DROP_QUIET_S;
}

static int
one_file(struct drop *d, const struct drop_folder *f, const char *name,
         struct err *e)
{
    struct taking t = { .d = d, .f = f, .name = name };
    int n = snprintf(t.path, sizeof(t.path), "%s/%s", f->path, name), rc;

    if (n < 0 || (size_t)n >= sizeof(t.path) || !ready(&t, &t.bytes))
        return 0;
    rc = drop_disk_hash(t.path, t.sha, e);
    if (rc != 0)
        return rc < 0 ? -1 : 0;
    rc = seen(&t, e);
    return rc != 0 ? (rc < 0 ? -1 : 0) : upload(&t, e);
}

/* --- all of them ---------------------------------------------------------- */

#define DROP_FOLDERS_MAX 64         /* a company has one an account           */

struct folders {
    bool live;
    int n;
    struct drop_folder *list;
};

static int
note_folder(void *owner, const struct drop_folder *f)
{
    struct folders *all = owner;

    if (f->live == all->live && all->n < DROP_FOLDERS_MAX)
        all->list[all->n++] = *f;
    return 0;
}

static int
one_folder(struct drop *d, const struct drop_folder *f, struct err *e)
{
    char (*names)[DROP_BYTES_MAX + 1] = NULL;
    int n = 0, rc = drop_disk_list(f->path, &names, &n, e);

    for (int i = 0; i < n && rc == 0; i++)
        rc = one_file(d, f, names[i], e);
    free(names);
    return rc;
}

/* Nobody goes unpaid because a folder is away. */
static int
try_folder(struct drop *d, const struct drop_folder *f, struct err *e)
{
    struct err mine = { 0 };

    if (one_folder(d, f, &mine) == 0)
        return 0;
    if (mine.kind == ERR_UNAVAILABLE || mine.kind == ERR_TEMP
        || mine.kind == ERR_BUG) {
        *e = mine;
        return -1;
    }
    d->failed++;
    (void)str_copy(d->why, sizeof(d->why), str_of(mine.text));
    return 0;
}

static int
locked(struct drop *d, bool *got, struct err *e)
{
    const struct db_col cols[] = { C_BOOL("got", got) };

    if (db_one(d->db, sql_drop_lock, NULL, 0, cols, LEN(cols)) < 0)
        return db_fail(d->db, e, "looking at the watched folders");
    return 0;
}

int
drop_turn(struct drop *d, struct err *e)
{
    struct folders all = { .live = d->live };
    bool got = false;
    int rc = -1;

    d->accepted = d->rejected = d->duplicate = d->failed = 0;
    d->why[0] = '\0';
    all.list = calloc(DROP_FOLDERS_MAX, sizeof(*all.list));
    if (all.list == NULL)
        return err_oom(e);
    if (drop_folder_each(d->db, "", note_folder, &all, e) < 0)
        goto out;
    rc = 0;
    if (all.n > 0)
        rc = locked(d, &got, e);
    for (int i = 0; i < all.n && rc == 0 && got; i++)
        rc = try_folder(d, &all.list[i], e);
    if (got && db_do(d->db, sql_drop_unlock, NULL, 0) < 0 && rc == 0)
        rc = db_fail(d->db, e, "looking at the watched folders");
out:
    free(all.list);
    return rc;
}
