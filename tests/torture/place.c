#include "tests/torture/place.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/str.h"

/* --- programs ----------------------------------------------------------- */

static pid_t
start(const char *log, const char *const argv[])
{
    pid_t pid = fork();
    sigset_t none;
    int fd = -1;

    if (pid != 0)
        return pid;
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)setpgid(0, 0);
    fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (fd >= 0) {
        (void)dup2(fd, STDOUT_FILENO);
        (void)dup2(fd, STDERR_FILENO);
    }
    execvp(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

int
place_run(const char *log, const char *const argv[])
{
    pid_t pid = start(log, argv);
    int status = 0;

    if (pid < 0)
        return -1;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void
place_remove(const char *dir)
{
    const char *const argv[] = { "rm", "-rf", dir, NULL };

    if (dir[0] == '/')
        (void)place_run("/dev/null", argv);
}

/* --- the server --------------------------------------------------------- */

static void
log_of(const struct place *p, char out[PATH_BYTES_MAX])
{
    snprintf(out, PATH_BYTES_MAX, "%s/server.log", p->dir);
}

static int
payrun(const struct place *p, const char *a, const char *b, const char *c,
       const char *d, const char *e)
{
    const char *const argv[] = {
        p->payrun, a, b, "--dir", p->dir, c, d, e, NULL
    };
    char log[PATH_BYTES_MAX];

    log_of(p, log);
    return place_run(log, argv);
}

/* ${cluster}'s address with another database in it. */
static int
url_of(const struct place *p, const char *name, char out[PATH_BYTES_MAX])
{
    const char *at = strstr(p->cluster.url, "/payrun?");

    if (at == NULL)
        return -1;
    snprintf(out, PATH_BYTES_MAX, "%.*s/%s%s", (int)(at - p->cluster.url),
             p->cluster.url, name, at + strlen("/payrun"));
    return 0;
}

/* What initdb makes, copied, when the tests' script for that is there. */
static void
ready_made(const struct place *p)
{
    const char *const argv[] = { "sh", "tests/lib/cluster.sh", p->dir, NULL };
    char log[PATH_BYTES_MAX];

    log_of(p, log);
    if (getenv("BUILD") != NULL && access(argv[1], R_OK) == 0)
        (void)place_run(log, argv);
}

static int
make_dir(struct place *p, struct err *e)
{
    const char *tmp = getenv("TMPDIR");

    snprintf(p->dir, sizeof(p->dir), "%s/payrun-torture.XXXXXX",
             tmp != NULL && tmp[0] == '/' ? tmp : "/tmp");
    if (mkdtemp(p->dir) == NULL || chmod(p->dir, 0755) < 0)
        return err_set(e, ERR_IO, "%s: %s", p->dir, strerror(errno));
    return 0;
}

/* A driver that was killed could not stop its server. */
static void
leftover(const struct place *p)
{
    struct place old = { .payrun = p->payrun };
    struct buf b = { 0 };

    buf_init(&b, sizeof(old.dir) - 1);
    if (access(p->note, R_OK) == 0 && buf_read_file(&b, p->note, NULL) == 0
        && str_copy(old.dir, sizeof(old.dir), buf_view(&b)) == 0
        && strstr(old.dir, "/payrun-torture.") != NULL) {
        (void)payrun(&old, "db", "down", NULL, NULL, NULL);
        place_remove(old.dir);
    }
    buf_release(&b);
}

static int
note(const struct place *p, struct err *e)
{
    struct buf b = { 0 };
    int rc = -1;

    buf_init(&b, sizeof(p->dir));
    buf_text(&b, p->dir);
    rc = buf_write_file(&b, p->note, 0644, e);
    buf_release(&b);
    return rc;
}

int
place_open(struct place *p, const char *note_path, struct err *e)
{
    char url[PATH_BYTES_MAX];

    snprintf(p->note, sizeof(p->note), "%s", note_path);
    leftover(p);
    if (make_dir(p, e) < 0 || note(p, e) < 0)
        return -1;
    ready_made(p);
    if (payrun(p, "db", "up", NULL, NULL, NULL) != 0
        || payrun(p, "user", "add", "amina", "--role", "maker") != 0
        || payrun(p, "user", "add", "brian", "--role", "checker") != 0)
        return err_set(e, ERR_UNAVAILABLE, "no database; see %s/server.log",
                       p->dir);
    if (cluster_at(&p->cluster, p->dir, e) < 0)
        return -1;
    if (url_of(p, "postgres", url) < 0)
        return err_set(e, ERR_BUG, "unexpected address: %s", p->cluster.url);
    p->admin = db_open(url, e);
    return p->admin == NULL ? -1 : 0;
}

void
place_close(struct place *p, bool keep)
{
    int status = 0;

    db_close(p->admin);
    p->admin = NULL;
    if (p->raising > 0)
        (void)waitpid(p->raising, &status, 0);
    if (p->dir[0] == '\0')
        return;
    (void)payrun(p, "db", "down", NULL, NULL, NULL);
    if (!keep)
        place_remove(p->dir);
    (void)unlink(p->note);
}

/* --- databases ---------------------------------------------------------- */

/* db.h knows a statement by its address; these are used once each, so the
 * connection that ran them is closed before their text goes. */
static int
admin_do(struct place *p, const char *sql)
{
    char url[PATH_BYTES_MAX];
    enum db_status st = DB_SOFT;

    if (p->admin != NULL)
        st = db_do(p->admin, sql, NULL, 0);
    db_close(p->admin);
    p->admin = url_of(p, "postgres", url) == 0 ? db_open(url, NULL) : NULL;
    return st < 0 ? -1 : 0;
}

int
place_fresh(struct place *p, const char *name, char url[PATH_BYTES_MAX],
            struct err *e)
{
    char sql[256];

    snprintf(sql, sizeof(sql), "CREATE DATABASE %s TEMPLATE payrun", name);
    /* The first may meet a server that is just coming up again. */
    for (int i = 0; i < 100; i++) {
        if (place_turn(p)) {
            (void)usleep(50000);
            continue;
        }
        if (admin_do(p, sql) == 0)
            return url_of(p, name, url);
        (void)usleep(50000);
    }
    return err_set(e, ERR_UNAVAILABLE, "%s: %s", sql,
                   p->admin != NULL ? db_why(p->admin) : "no connection");
}

void
place_drop(struct place *p, const char *name)
{
    char sql[256];

    snprintf(sql, sizeof(sql), "DROP DATABASE IF EXISTS %s WITH (FORCE)",
             name);
    (void)admin_do(p, sql);
}

/* --- harm --------------------------------------------------------------- */

void
place_backend(struct place *p, const char *name, int which, bool hard)
{
    static const char sql[] =
        "WITH c AS (SELECT pid, row_number() OVER (ORDER BY pid) - 1 AS nr, "
        "count(*) OVER () AS n FROM pg_stat_activity WHERE datname = $1::text "
        "AND backend_type = 'client backend') SELECT CASE WHEN $3::boolean "
        "THEN 0 ELSE pg_terminate_backend(pid)::int END AS done, "
        "pid::bigint AS pid FROM c WHERE nr = n * $2::bigint / 1000";
    int done = 0;
    int64_t pid = 0;
    const struct db_arg args[] = { A_TEXT(name), A_I64(which), A_BOOL(hard) };
    const struct db_col cols[] = { C_INT("done", &done), C_I64("pid", &pid) };

    if (p->admin == NULL || place_turn(p)
        || db_one(p->admin, sql, args, LEN(args), cols, LEN(cols)) != DB_OK)
        return;
    if (hard && kill((pid_t)pid, SIGKILL) == 0)
        p->crashes++;
}

/* The server's number is the first line of its file. */
static pid_t
postmaster(const struct place *p)
{
    char path[PATH_BYTES_MAX];
    struct buf b = { 0 };
    int64_t pid = 0;

    buf_init(&b, 65536);
    snprintf(path, sizeof(path), "%s/postgres/data/postmaster.pid", p->dir);
    if (buf_read_file(&b, path, NULL) == 0)
        (void)str_i64(&pid, (struct str){ b.p, strcspn(b.p, "\n") });
    buf_release(&b);
    return (pid_t)pid;
}

void
place_immediate(struct place *p)
{
    pid_t pid = place_turn(p) ? 0 : postmaster(p);

    if (pid <= 1 || kill(pid, SIGQUIT) < 0)
        return;
    p->crashes++;
    p->falling = pid;
}

/* It is started when it is gone: who asks earlier is told that it is up. */
bool
place_turn(struct place *p)
{
    const char *const argv[] = { p->payrun, "db", "up", "--dir", p->dir, NULL };
    char log[PATH_BYTES_MAX];
    int status = 0;

    if (p->falling > 0 && (postmaster(p) != p->falling
                           || kill(p->falling, 0) < 0)) {
        log_of(p, log);
        p->falling = 0;
        p->raising = start(log, argv);
    }
    if (p->raising > 0 && waitpid(p->raising, &status, WNOHANG) != 0)
        p->raising = 0;
    return p->falling > 0 || p->raising > 0;
}
