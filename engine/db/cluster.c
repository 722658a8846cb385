#include "db/cluster.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/crypto.h"
#include "db/cluster_parts.h"
#include "db/inside.h"

#define SOCKET_NAME "/.s.PGSQL.5432"

/* --- places -------------------------------------------------------------- */

int
cluster_path(char out[PATH_BYTES_MAX], const char *folder, const char *name,
             struct err *e)
{
    int n = snprintf(out, PATH_BYTES_MAX, "%s/%s", folder, name);

    if (n >= 0 && n < PATH_BYTES_MAX)
        return 0;
    return err_set(e, ERR_USAGE, "the folder name is too long: %s", folder);
}

/*
 * ${dir} from the root, without a slash at its end.  pg_ctl puts the name
 * into a shell command and the server splits it at commas: what either of
 * them would take apart is refused here.
 */
static int
dir_absolute(char out[PATH_BYTES_MAX], const char *dir, struct err *e)
{
    char cwd[PATH_BYTES_MAX];
    size_t n = strlen(dir);

    for (const char *p = dir; *p != '\0'; p++)
        if (iscntrl((unsigned char)*p) || strchr("\"'\\`$,", *p) != NULL) {
            err_set(e, ERR_USAGE, "the folder name \"%s\" has a quote, comma, "
                    "dollar, backslash or control character in it", dir);
            return err_fix(e, "choose another folder with --dir");
        }
    if (n == 0)
        return err_set(e, ERR_USAGE, "the folder name is empty");
    while (n > 1 && dir[n - 1] == '/')
        n--;
    if (dir[0] == '/')
        return str_copy(out, PATH_BYTES_MAX, (struct str){ dir, n }) < 0
            ? err_set(e, ERR_USAGE, "the folder name is too long") : 0;
    if (getcwd(cwd, sizeof(cwd)) == NULL)
        return err_set(e, ERR_NOINPUT, "the current folder: %s",
                       strerror(errno));
    if (cluster_path(out, cwd, dir, e) < 0)
        return -1;
    out[strlen(out) - (strlen(dir) - n)] = '\0';
    return 0;
}

/* A socket's name is at most 107 bytes: a deep folder needs a short one
 * elsewhere, always the same for the same folder. */
static int
socket_place(struct cluster *c, struct err *e)
{
    const struct sockaddr_un *a = NULL;

    if (cluster_path(c->socket_dir, c->dir, "run", e) < 0)
        return -1;
    if (strlen(c->socket_dir) + sizeof(SOCKET_NAME) > sizeof(a->sun_path))
        snprintf(c->socket_dir, sizeof(c->socket_dir), "/tmp/payrun-%016llx",
                 (unsigned long long)hash64(str_of(c->dir)));
    return 0;
}

static void
url_part(struct buf *b, const char *s)
{
    for (; *s != '\0'; s++)
        if (isalnum((unsigned char)*s) || strchr("/._-", *s) != NULL)
            buf_char(b, *s);
        else
            buf_printf(b, "%%%02X", (unsigned char)*s);
}

/* Everything is said, so that no PGPORT or PGUSER has a say; requirepeer:
 * nobody else may pose as the server in /tmp. */
static int
url_of(char out[PATH_BYTES_MAX], const struct cluster *c,
       const struct child_user *u, const char *database, struct err *e)
{
    struct buf b = { 0 };
    int rc = 0;

    buf_init(&b, PATH_BYTES_MAX - 1);
    buf_reserve(&b, PATH_BYTES_MAX - 1);
    if (b.p == NULL)
        return err_oom(e);
    buf_printf(&b, "postgresql://payrun@/%s?host=", database);
    url_part(&b, c->socket_dir);
    buf_text(&b, "&port=5432&requirepeer=");
    url_part(&b, u->name);
    if (b.failed || str_copy(out, PATH_BYTES_MAX, buf_view(&b)) < 0)
        rc = err_set(e, ERR_USAGE, "the folder name is too long: %s", c->dir);
    buf_release(&b);
    return rc;
}

int
cluster_at(struct cluster *c, const char *dir, struct err *e)
{
    char top[PATH_BYTES_MAX];
    struct child_user u;

    *c = (struct cluster){ 0 };
    if (dir_absolute(top, dir, e) < 0
        || cluster_path(c->dir, top, "postgres", e) < 0
        || socket_place(c, e) < 0 || child_user(&u, c->dir, e) < 0)
        return -1;
    return url_of(c->url, c, &u, "payrun", e);
}

/* --- what goes wrong with folders ----------------------------------------- */

static int
cannot_make(const char *path, int why, struct err *e)
{
    err_set(e, ERR_CANTCREATE, "the folder %s: %s", path, strerror(why));
    return err_fix(e, "choose another folder with --dir");
}

static int
not_a_folder(const char *path, struct err *e)
{
    err_set(e, ERR_CANTCREATE, "%s is a file, not a folder", path);
    return err_fix(e, "choose another folder with --dir");
}

/* --- may the server's user get there? ------------------------------------ */

/* In the child: 0, or which folder of the path is closed, from 1. */
static int
walk(void *owner)
{
    char *path = owner;
    int n = 0;

    for (char *p = path; *p != '\0' && n < 250; p++) {
        char next = p[1];

        if (next != '/' && next != '\0')
            continue;
        n++;
        p[1] = '\0';
        if (access(path, X_OK) < 0)
            /* not there: we make it, or say why not */
            return errno == ENOENT || errno == ENOTDIR ? 0 : n;
        p[1] = next;
    }
    return 0;
}

int
cluster_dir_reachable(const char *dir, char user[USER_NAME_BYTES_MAX],
                      struct err *e)
{
    char path[PATH_BYTES_MAX], postgres[PATH_BYTES_MAX];
    struct child_user u;
    struct stat st;
    int closed = 0;
    char *p = path;

    user[0] = '\0';
    if (dir_absolute(path, dir, e) < 0
        || cluster_path(postgres, path, "postgres", e) < 0
        || child_user(&u, postgres, e) < 0)
        return -1;
    (void)str_copy(user, USER_NAME_BYTES_MAX, str_of(u.name));
    closed = child_call(&u, walk, path);
    if (closed == 0)
        return 0;
    if (closed < 0)
        return err_set(e, ERR_NOPERM, "cannot become user \"%s\" to run the "
                       "database server", u.name);
    for (; *p != '\0'; p++)
        if ((p[1] == '/' || p[1] == '\0') && --closed == 0)
            break;
    p[1] = '\0';
    /* What is no folder has no permission to enter either. */
    if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
        return not_a_folder(path, e);
    err_set(e, ERR_NOPERM, "the database server runs as user \"%s\", who may "
            "not enter the folder %s", u.name, path);
    return err_fix(e, "Use a folder it can reach, such as --dir "
                   "/var/lib/payrun");
}

/* --- making them --------------------------------------------------------- */

/* One folder; its mode is what we say, whatever the umask. */
static int
make_one(const char *path, mode_t mode, struct err *e)
{
    struct stat st;
    int why = 0;

    if (mkdir(path, mode) == 0)
        return chmod(path, mode) < 0 ? cannot_make(path, errno, e) : 0;
    why = errno;                /* not what stat() says of what is not there */
    if (stat(path, &st) < 0)
        return cannot_make(path, why, e);
    return S_ISDIR(st.st_mode) ? 0 : not_a_folder(path, e);
}

/* The folders above ${path} that are missing.  The last one, DIR, lets the
 * server's user through without showing what else is in it. */
static int
make_above(const char *path, struct err *e)
{
    char part[PATH_BYTES_MAX];
    const char *last = strrchr(path, '/');
    bool root = geteuid() == 0;

    for (const char *p = path + 1; p <= last; p++) {
        if (*p != '/')
            continue;
        (void)str_copy(part, sizeof(part),
                       (struct str){ path, (size_t)(p - path) });
        if (make_one(part, !root ? 0700 : p == last ? 0711 : 0755, e) < 0)
            return -1;
    }
    return 0;
}

/* Whether the folder belongs to the server's user.  A twin that started with
 * us may have made it as root just now and not given it away yet. */
static bool
is_ours(int fd, const struct cluster_parts *p)
{
    struct stat st;

    for (int ms = 0; fstat(fd, &st) == 0; ms += CLUSTER_TWIN_LOOK_MS) {
        if (st.st_uid == p->user.uid)
            return true;
        if (st.st_uid != geteuid() || ms >= CLUSTER_TWIN_MS)
            return false;
        poll(NULL, 0, CLUSTER_TWIN_LOOK_MS);
    }
    return false;
}

/* DIR/postgres, the server's own, made when ${make}; the lock is on it.  A
 * file descriptor, or -1. */
static int
lock_home(const struct cluster_parts *p, bool make, struct err *e)
{
    const char *dir = p->c->dir;
    bool made = make && mkdir(dir, 0700) == 0;
    int why = make && !made ? errno : EEXIST;
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0)
        return cannot_make(dir, why != EEXIST ? why : errno, e);
    if (made && geteuid() == 0 && fchown(fd, p->user.uid, p->user.gid) < 0)
        (void)cannot_make(dir, errno, e);
    else if (!is_ours(fd, p)) {
        err_set(e, ERR_NOPERM, "the folder %s does not belong to user \"%s\", "
                "who runs the database server", dir, p->user.name);
        err_fix(e, "choose another folder with --dir");
    } else {
        while (flock(fd, LOCK_EX) < 0)
            if (errno != EINTR)
                break;
        return fd;
    }
    close(fd);
    return -1;
}

static int
parts_of(struct cluster_parts *p, const struct cluster *c, struct err *e)
{
    *p = (struct cluster_parts){ .c = c };
    return child_user(&p->user, c->dir, e) < 0
        || cluster_path(p->data, c->dir, "data", e) < 0
        || cluster_path(p->log, c->dir, "log", e) < 0
        || cluster_find(p, e) < 0 ? -1 : 0;
}

static const char sql_has[] =
"-- cluster_has: is the database there?\n"
"SELECT 1 AS one FROM pg_database WHERE datname = 'payrun'";

static int
make_database(const struct cluster_parts *p, struct err *e)
{
    char url[PATH_BYTES_MAX];
    struct db *db = NULL;
    enum db_status st = DB_OK;
    int rc = 0;

    if (url_of(url, p->c, &p->user, "postgres", e) < 0
        || (db = db_open(url, e)) == NULL)
        return -1;
    if ((st = db_do(db, sql_has, NULL, 0)) == DB_NONE)
        st = query_script(db, "-- create database payrun:",
                          "CREATE DATABASE payrun");
    if (st < 0)
        rc = db_fail(db, e, "making the database");
    db_close(db);
    return rc;
}

/* --- what commands do ---------------------------------------------------- */

int
cluster_up(const struct cluster *c, struct err *e)
{
    char user[USER_NAME_BYTES_MAX];
    char top[PATH_BYTES_MAX];
    struct cluster_parts p;
    int lock = -1, rc = -1;

    (void)str_copy(top, sizeof(top), (struct str){
                   c->dir, strlen(c->dir) - strlen("/postgres") });
    if (cluster_dir_reachable(top, user, e) < 0 || parts_of(&p, c, e) < 0
        || make_above(c->dir, e) < 0 || (lock = lock_home(&p, true, e)) < 0)
        return -1;
    if (access(p.data, F_OK) < 0 && cluster_make(&p, e) < 0)
        goto out;
    if (cluster_start(&p, e) == 0)
        rc = make_database(&p, e);
out:
    close(lock);
    return rc;
}

int
cluster_down(const struct cluster *c, struct err *e)
{
    struct cluster_parts p;
    int lock = -1, rc = 0;

    if (access(c->dir, F_OK) < 0)
        return 0;
    if (parts_of(&p, c, e) < 0 || (lock = lock_home(&p, false, e)) < 0)
        return -1;
    /* A pid file proves nothing: after a crash its number may be somebody
     * else's by now.  Who does not answer is not told to stop. */
    if (cluster_answers(c, NULL))
        rc = cluster_stop(&p, e);
    close(lock);
    return rc;
}

enum cluster_state
cluster_state(const struct cluster *c)
{
    char data[PATH_BYTES_MAX];

    if (cluster_answers(c, NULL))
        return CLUSTER_UP;
    if (cluster_path(data, c->dir, "data", NULL) < 0 || access(data, F_OK) < 0)
        return CLUSTER_NONE;
    return CLUSTER_DOWN;
}
