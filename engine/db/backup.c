#include "db/backup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "db/cluster_parts.h"
#include "db/inside.h"

#define ENDING ".dump"
#define TREE_FDS 16

/* --- which ---------------------------------------------------------------- */

static void
note_newer(struct backup *b, const char *path)
{
    struct stat st;

    if (stat(path, &st) < 0 || !S_ISREG(st.st_mode)
        || (b->path[0] != '\0' && st.st_mtime <= b->made_s)
        || str_copy(b->path, sizeof(b->path), str_of(path)) < 0)
        return;
    b->bytes = st.st_size;
    b->made_s = st.st_mtime;
}

static bool
is_dump(const char *name)
{
    size_t n = strlen(name), m = sizeof(ENDING) - 1;

    return n > m && strcmp(name + n - m, ENDING) == 0;
}

int
backup_newest(const char *place, struct backup *b, struct err *e)
{
    DIR *d = opendir(place);
    char path[PATH_BYTES_MAX];

    memset(b, 0, sizeof(*b));
    if (d == NULL)
        note_newer(b, place);
    for (struct dirent *f = d ? readdir(d) : NULL; f != NULL; f = readdir(d))
        if (is_dump(f->d_name)
            && snprintf(path, sizeof(path), "%s/%s", place, f->d_name)
               < (int)sizeof(path))
            note_newer(b, path);
    if (d != NULL)
        closedir(d);
    if (b->path[0] != '\0')
        return 0;
    err_set(e, ERR_NOINPUT, "there is no backup in %s", place);
    return err_fix(e, "pg_dump --format=custom --file=%s/DAY" ENDING
                   " \"$(payrun db url)\"", place);
}

/* --- pg_restore, fed with the dump ---------------------------------------- */

struct restore {
    const struct backup *b;
    const char *log, *program;
    const char *argv[8];
};

/* The dump is opened by us and not by the server's user, who may not read it;
 * child_call() lets only 0, 1 and 2 live. */
static int
restore_go(void *owner)
{
    struct restore *r = owner;
    char *const env[] = { "LC_ALL=C", "TZ=UTC", NULL };
    int out = open(r->log, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0600);

    if (out < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
        return 255;
    (void)close_range(3, ~0U, 0);
    execve(r->program, (char *const *)(uintptr_t)r->argv, env);
    return 255;
}

static int
restore_run(struct restore *r, const struct child_user *u, struct err *e)
{
    int in = open(r->b->path, O_RDONLY | O_CLOEXEC);
    int before = dup(0), rc = -1;

    if (in < 0)
        err_set(e, ERR_NOINPUT, "%s: %s", r->b->path, strerror(errno));
    else if (dup2(in, 0) >= 0)
        rc = child_call(u, restore_go, r);
    if (before >= 0) {
        (void)dup2(before, 0);
        close(before);
    }
    if (in >= 0)
        close(in);
    if (rc == 0 || in < 0)
        return rc;
    err_set(e, ERR_DATA, "%s cannot be restored: %s says why", r->b->path,
            r->log);
    return err_fix(e, "make a new one: pg_dump --format=custom");
}

static int
parts_at(struct cluster_parts *p, struct cluster *c, const char *dir,
         struct err *e)
{
    memset(p, 0, sizeof(*p));
    if (cluster_at(c, dir, e) < 0)
        return -1;
    p->c = c;
    return child_user(&p->user, c->dir, e) < 0 ? -1 : cluster_find(p, e);
}

/* A folder the server's user may write into. */
static int
room(const char *dir, const struct child_user *u, struct err *e)
{
    if ((mkdir(dir, 0700) < 0 && errno != EEXIST)
        || (geteuid() == 0 && chown(dir, u->uid, u->gid) < 0))
        return err_set(e, ERR_CANTCREATE, "%s: %s", dir, strerror(errno));
    return 0;
}

int
backup_reads(const struct backup *b, const char *dir, struct err *e)
{
    struct cluster c;
    struct cluster_parts p;
    char program[PATH_BYTES_MAX], log[PATH_BYTES_MAX];
    struct restore r = { .b = b, .log = log, .program = program,
                         .argv = { "pg_restore", "--list", NULL } };

    if (parts_at(&p, &c, dir, e) < 0
        || cluster_path(program, p.bin, "pg_restore", e) < 0
        || room(dir, &p.user, e) < 0
        || cluster_path(log, dir, "log", e) < 0)
        return -1;
    return restore_run(&r, &p.user, e);
}

/* --- the drill ------------------------------------------------------------ */

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
    (void)st;
    (void)type;
    (void)f;
    return remove(path);
}

static void
remove_tree(const char *dir)
{
    (void)nftw(dir, remove_one, TREE_FDS, FTW_DEPTH | FTW_PHYS);
}

/* Roles are the server's, not the database's: no dump has them. */
static int
make_roles(const char *url, struct err *e)
{
    static const char roles[] =
        "DO $$ DECLARE r text; BEGIN FOREACH r IN ARRAY ARRAY["
        "'payrun_maker', 'payrun_checker', 'payrun_admin',"
        "'payrun_auditor', 'payrun_worker', 'payrun_listener',"
        "'payrun_night'] LOOP"
        " EXECUTE format('CREATE ROLE %I NOLOGIN', r); END LOOP; END $$";
    struct db *db = db_open(url, e);
    int rc = -1;

    if (db != NULL)
        rc = query_script(db, "-- drill roles:", roles) >= DB_NONE ? 0
            : db_fail(db, e, "making the roles of the drill");
    db_close(db);
    return rc;
}

static int
drill_in(struct cluster *c, const struct cluster_parts *p,
         const struct backup *b, const char *log,
         int (*look)(void *, const char *, struct err *), void *owner,
         struct err *e)
{
    char program[PATH_BYTES_MAX];
    struct restore r = {
        .b = b, .log = log, .program = program,
        .argv = { "pg_restore", "--exit-on-error", "--no-owner", "--dbname",
                  c->url, NULL }
    };

    if (cluster_path(program, p->bin, "pg_restore", e) < 0
        || cluster_up(c, e) < 0 || make_roles(c->url, e) < 0
        || restore_run(&r, &p->user, e) < 0)
        return -1;
    return look(owner, c->url, e);
}

int
backup_drill(const struct backup *b, const char *dir,
             int (*look)(void *, const char *, struct err *), void *owner,
             struct err *e)
{
    struct cluster c;
    struct cluster_parts p;
    char mine[PATH_BYTES_MAX], log[PATH_BYTES_MAX];
    struct err ignored = { 0 };
    int rc = -1;

    /* A folder of this process's own: two drills do not meet. */
    if (snprintf(mine, sizeof(mine), "%s/drill.%ld", dir, (long)getpid())
        >= (int)sizeof(mine))
        return err_set(e, ERR_USAGE, "the folder's path is too long");
    if (parts_at(&p, &c, mine, e) < 0 || cluster_path(log, dir, "log", e) < 0
        || room(dir, &p.user, e) < 0 || room(mine, &p.user, e) < 0)
        return -1;
    rc = drill_in(&c, &p, b, log, look, owner, e);
    (void)cluster_down(&c, &ignored);
    remove_tree(mine);
    return rc;
}
