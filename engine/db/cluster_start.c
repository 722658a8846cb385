#include "db/cluster_parts.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "db/inside.h"

#define CONF_BYTES_MAX ((size_t)16 * 1024)

/* --- is it there? -------------------------------------------------------- */

bool
cluster_answers(const struct cluster *c, bool *ready)
{
    const char *const keys[] = { "connect_timeout", "dbname", NULL };
    const char *const values[] = { TEXT_OF(DB_CONNECT_S), c->url, NULL };
    PGPing answer = PQpingParams(keys, values, 1);

    if (ready != NULL)
        *ready = answer == PQPING_OK;
    return answer == PQPING_OK || answer == PQPING_REJECT;
}

/* A server that is there but recovers from a crash. */
static int
wait_ready(const struct cluster_parts *p, struct err *e)
{
    int64_t until = clock_mono_ms() + CLUSTER_START_S * 1000;
    bool ready = false;

    while (cluster_answers(p->c, &ready) && !ready
           && clock_mono_ms() < until)
        (void)poll(NULL, 0, CLUSTER_PING_MS);
    return ready ? 0 : cluster_fail(p, e, "the database did not become ready");
}

/* --- before it starts: in the child -------------------------------------- */

static int
write_conf(const struct cluster_parts *p)
{
    char path[PATH_BYTES_MAX];
    struct buf b = { 0 };
    int rc = -1;

    buf_init(&b, CONF_BYTES_MAX);
    buf_text(&b, "# Made by payrun at every start; settings of yours go into "
             "local.conf.\n");
    buf_printf(&b, "unix_socket_directories = '\"%s\"'\n", p->c->socket_dir);
    buf_text(&b,
             "unix_socket_permissions = 0700\n"
             "listen_addresses = ''\n"
             "port = 5432\n"
             "fsync = on\n"
             "full_page_writes = on\n"
             "synchronous_commit = on\n"
             "max_connections = 100\n"
             "shared_buffers = 256MB\n"
             "max_wal_size = 4GB\n"
             /* of raw answers of 1.7 MB: pglz takes 15 ms for each */
             "default_toast_compression = lz4\n"
             "checkpoint_timeout = 15min\n"
             "checkpoint_completion_target = 0.9\n"
             "logging_collector = off\n"
             "log_line_prefix = '%m [%p] %q%u '\n"
             "log_timezone = 'UTC'\n"
             "timezone = 'UTC'\n");
    if (cluster_path(path, p->data, "payrun.conf", NULL) == 0)
        rc = buf_write_file(&b, path, 0600, NULL);
    buf_release(&b);
    return rc;
}

/* In /tmp somebody else may have been there first. */
static int
make_socket_dir(const char *path)
{
    struct stat st;

    if (mkdir(path, 0700) == 0)
        return 0;
    return errno == EEXIST && lstat(path, &st) == 0 && S_ISDIR(st.st_mode)
        && st.st_uid == geteuid() && (st.st_mode & 077) == 0 ? 0 : -1;
}

/* Does any process work in ${data}?  Servers and their helpers all do.  Yes,
 * when /proc does not tell. */
static bool
anybody_in(const char *data)
{
    char path[PATH_BYTES_MAX];
    struct stat here, there;
    DIR *d = opendir("/proc");
    bool found = false, seen = false;

    if (d == NULL || stat(data, &here) < 0)
        found = true;
    for (struct dirent *f = d ? readdir(d) : NULL; f != NULL && !found;
         f = readdir(d)) {
        if (f->d_name[0] < '1' || f->d_name[0] > '9')
            continue;
        seen = true;
        snprintf(path, sizeof(path), "/proc/%s/cwd", f->d_name);
        if (stat(path, &there) == 0)
            found = here.st_dev == there.st_dev && here.st_ino == there.st_ino;
    }
    if (d != NULL)
        closedir(d);
    return found || !seen;
}

static pid_t
pid_in_file(const char *path)
{
    char line[32] = "";
    FILE *f = fopen(path, "re");

    if (f != NULL && fgets(line, sizeof(line), f) == NULL)
        line[0] = '\0';
    if (f != NULL)
        fclose(f);
    return (pid_t)strtol(line, NULL, 10);
}

/*
 * A killed server leaves its pid file.  The next one ignores it, unless the
 * number meanwhile belongs to another process of the same user: then it
 * refuses to start, in a container after every restart.  The file also guards
 * against helpers of the killed server, so it may only go when none is left.
 */
static void
drop_stale_pid(const char *data)
{
    char path[PATH_BYTES_MAX];
    pid_t pid = 0;

    if (cluster_path(path, data, "postmaster.pid", NULL) == 0
        && (pid = pid_in_file(path)) > 0 && kill(pid, 0) == 0
        && !anybody_in(data))
        (void)unlink(path);
}

static int
start_prepare(void *owner)
{
    const struct cluster_parts *p = owner;

    drop_stale_pid(p->data);
    return write_conf(p) < 0 || make_socket_dir(p->c->socket_dir) < 0 ? 1 : 0;
}

/* --- starting and stopping ----------------------------------------------- */

static int
ctl(const struct cluster_parts *p, const char *verb, const char *const more[3])
{
    char pg_ctl[PATH_BYTES_MAX];
    const char *const argv[] = {
        pg_ctl, verb, "-D", p->data, "-s", "-w", "-t", TEXT_OF(CLUSTER_START_S),
        more[0], more[1], more[2], NULL
    };

    if (cluster_path(pg_ctl, p->bin, "pg_ctl", NULL) < 0)
        return -1;
    return child_run(&p->user, argv, p->log);
}

int
cluster_start(const struct cluster_parts *p, struct err *e)
{
    const char *const more[3] = { "-l", p->log, NULL };
    struct cluster_parts mine = *p;

    /* helpers of a killed server take a moment to notice and end */
    for (int n = 1; n <= CLUSTER_START_TRIES; n++) {
        if (!cluster_answers(p->c, NULL)) {
            if (child_call(&p->user, start_prepare, &mine) != 0)
                return cluster_fail(p, e, "the database server's folders "
                                    "cannot be made ready");
            (void)ctl(p, "start", more);
        }
        if (cluster_answers(p->c, NULL) && wait_ready(p, e) == 0)
            return 0;
        (void)poll(NULL, 0, n * CLUSTER_PING_MS);
    }
    return cluster_fail(p, e, "the database server did not start");
}

static int
drop_socket_dir(void *owner)
{
    const struct cluster_parts *p = owner;

    return rmdir(p->c->socket_dir) < 0;
}

int
cluster_stop(const struct cluster_parts *p, struct err *e)
{
    const char *const more[3] = { "-m", "fast", NULL };
    struct cluster_parts mine = *p;

    if (ctl(p, "stop", more) != 0)
        return cluster_fail(p, e, "the database server did not stop");
    (void)child_call(&p->user, drop_socket_dir, &mine);
    return 0;
}
