#include "db/cluster_parts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/buf.h"

#define CONF_BYTES_MAX ((size_t)256 * 1024)     /* initdb writes 30 KB */
#define LOG_TAIL_BYTES 4096

/* --- messages ------------------------------------------------------------ */

/* The last line of the log with a complaint in it, else the last line. */
static void
log_last(const char *path, char *out, size_t bytes)
{
    char tail[LOG_TAIL_BYTES + 1];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    off_t end = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);
    off_t from = end > LOG_TAIL_BYTES ? end - LOG_TAIL_BYTES : 0;
    ssize_t n = fd < 0 ? 0 : pread(fd, tail, LOG_TAIL_BYTES, from);
    const char *best = "nothing";
    bool found = false;
    char *save = NULL;

    if (fd >= 0)
        close(fd);
    tail[n > 0 ? n : 0] = '\0';
    for (char *l = strtok_r(tail, "\n", &save); l != NULL;
         l = strtok_r(NULL, "\n", &save)) {
        bool bad = strstr(l, "FATAL") != NULL || strstr(l, "error:") != NULL;

        if (bad || !found)
            best = l;
        found = found || bad;
    }
    (void)str_copy(out, bytes, str_cut(str_of(best), bytes - 1));
}

/* Bytes free on the disk of ${folder}. */
static int64_t
room_on(const char *folder)
{
    struct statvfs st;

    return statvfs(folder, &st) == 0
        ? (int64_t)(st.f_bavail * st.f_frsize) : INT64_MAX;
}

int
cluster_fail(const struct cluster_parts *p, struct err *e, const char *what)
{
    char last[ERR_TEXT_BYTES / 2];
    int64_t room = room_on(p->c->dir);

    /* On a full disk the log has no room to say so. */
    if (room < CLUSTER_ROOM_BYTES) {
        err_set(e, ERR_CANTCREATE, "%s: only %lld MB are free on the disk of "
                "%s", what, (long long)(room >> 20), p->c->dir);
        return err_fix(e, "Make room there (at least %d MB), then run the "
                       "same command again.", CLUSTER_ROOM_BYTES >> 20);
    }
    log_last(p->log, last, sizeof(last));
    err_set(e, ERR_UNAVAILABLE, "%s: %s", what, last);
    return err_fix(e, "Read the end of %s", p->log);
}

/* --- programs ------------------------------------------------------------ */

static bool
has_programs(const char *bin)
{
    static const char *const needed[] = { "initdb", "pg_ctl", "postgres" };
    char path[PATH_BYTES_MAX];

    for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
        if (cluster_path(path, bin, needed[i], NULL) < 0
            || access(path, X_OK) < 0)
            return false;
    return true;
}

static bool
find_by_config(char bin[PATH_BYTES_MAX])
{
    FILE *f = popen("pg_config --bindir 2>/dev/null", "re");
    bool got = f != NULL && fgets(bin, PATH_BYTES_MAX, f) != NULL;

    if (f != NULL)
        pclose(f);
    if (!got)
        return false;
    bin[strcspn(bin, "\n")] = '\0';
    return has_programs(bin);
}

/* Debian's place; ${only} is a major version, or 0 for the newest. */
static bool
find_by_place(char bin[PATH_BYTES_MAX], long only)
{
    static const char place[] = "/usr/lib/postgresql";
    char path[PATH_BYTES_MAX];
    DIR *d = opendir(place);
    long best = 0;

    for (struct dirent *f = d ? readdir(d) : NULL; f != NULL; f = readdir(d)) {
        long v = strtol(f->d_name, NULL, 10);

        snprintf(path, sizeof(path), "%s/%s/bin", place, f->d_name);
        if (v <= best || (only != 0 && v != only) || !has_programs(path))
            continue;
        best = v;
        (void)str_copy(bin, PATH_BYTES_MAX, str_of(path));
    }
    if (d != NULL)
        closedir(d);
    return best > 0;
}

/* The major version an existing cluster was made by, or 0. */
static long
version_made(const char *data)
{
    char path[PATH_BYTES_MAX], text[16] = "";
    FILE *f = NULL;

    if (cluster_path(path, data, "PG_VERSION", NULL) < 0
        || (f = fopen(path, "re")) == NULL)
        return 0;
    if (fgets(text, sizeof(text), f) == NULL)
        text[0] = '\0';
    fclose(f);
    return strtol(text, NULL, 10);
}

int
cluster_find(struct cluster_parts *p, struct err *e)
{
    long made = version_made(p->data);

    /* only the version that made a cluster can run it */
    if ((made > 0 && find_by_place(p->bin, made)) || find_by_config(p->bin)
        || find_by_place(p->bin, 0))
        return 0;
    err_set(e, ERR_CONFIG, "PostgreSQL's initdb and pg_ctl were not found");
    return err_fix(e, "Install the package postgresql-15, or name a database "
                   "server with --db.");
}

/* --- making -------------------------------------------------------------- */

struct make {
    const struct cluster_parts *p;
    char fresh[PATH_BYTES_MAX];         /* renamed to data when complete */
    char people[2][USER_NAME_BYTES_MAX];
};

static int
write_text(const char *dir, const char *name, const char *text)
{
    char path[PATH_BYTES_MAX];
    struct buf b = { 0 };
    int rc = -1;

    buf_init(&b, CONF_BYTES_MAX);
    buf_text(&b, text);
    if (cluster_path(path, dir, name, NULL) == 0)
        rc = buf_write_file(&b, path, 0600, NULL);
    buf_release(&b);
    return rc;
}

/* Our settings are read last, and written anew at every start. */
static int
write_include(const char *dir)
{
    char path[PATH_BYTES_MAX];
    struct buf b = { 0 };
    int rc = -1;

    buf_init(&b, CONF_BYTES_MAX);
    if (cluster_path(path, dir, "postgresql.conf", NULL) < 0
        || buf_read_file(&b, path, NULL) < 0)
        goto out;
    buf_text(&b, "\n# payrun's own; a file of yours goes behind it\n"
             "include_if_exists = 'payrun.conf'\n"
             "include_if_exists = 'local.conf'\n");
    rc = buf_write_file(&b, path, 0600, NULL);
out:
    buf_release(&b);
    return rc;
}

/* In the child: who may connect, then the cluster appears in its place. */
static int
make_finish(void *owner)
{
    const struct make *m = owner;
    char ident[1024];

    snprintf(ident, sizeof(ident),
             "# Made by payrun: these users of this machine may connect.\n"
             "payrun  \"root\"  payrun\npayrun  \"%s\"  payrun\n"
             "payrun  \"%s\"  payrun\n", m->people[0], m->people[1]);
    return write_text(m->fresh, "pg_ident.conf", ident) < 0
        || write_text(m->fresh, "pg_hba.conf",
                      "# Made by payrun: the people in pg_ident.conf, on the "
                      "Unix socket.\n"
                      "local  all          all  peer  map=payrun\n"
                      "local  replication  all  peer  map=payrun\n") < 0
        || write_include(m->fresh) < 0
        || rename(m->fresh, m->p->data) < 0 ? 1 : 0;
}

int
cluster_make(const struct cluster_parts *p, struct err *e)
{
    struct make m = { .p = p };
    char initdb[PATH_BYTES_MAX];
    const char *const clear[] = { "/bin/rm", "-rf", "--", m.fresh, NULL };
    const char *const make[] = {
        initdb, "-D", m.fresh, "-U", "payrun", "-E", "UTF8", "--locale=C",
        "-k", "--auth-local=peer", "--auth-host=reject", "--no-instructions",
        NULL
    };
    const struct passwd *me = getpwuid(geteuid());

    if (cluster_path(m.fresh, p->c->dir, "data.new", e) < 0
        || cluster_path(initdb, p->bin, "initdb", e) < 0)
        return -1;
    (void)str_copy(m.people[0], sizeof(m.people[0]), str_of(p->user.name));
    (void)str_copy(m.people[1], sizeof(m.people[1]),
                   str_of(me != NULL ? me->pw_name : p->user.name));
    /* what an interrupted first try left behind */
    if (child_run(&p->user, clear, p->log) != 0
        || child_run(&p->user, make, p->log) != 0
        || child_call(&p->user, make_finish, &m) != 0)
        return cluster_fail(p, e, "the database could not be made");
    return 0;
}
