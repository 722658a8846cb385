#include "tests/lib/pgproxy.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lib/pg.h"

#define NAME "/.s.PGSQL.5432"

struct link {
    int client, server;
    enum proxy_mischief *mischief;
    bool committing;
    const char *kill_url;
};

static int
unix_socket(const char *dir, struct sockaddr_un *a)
{
    *a = (struct sockaddr_un){ .sun_family = AF_UNIX };
    if (snprintf(a->sun_path, sizeof(a->sun_path), "%s" NAME, dir)
        >= (int)sizeof(a->sun_path))
        return -1;
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

/* This start of the server; 0: it is not up. */
static int64_t
this_start(struct db *db)
{
    static const char sql[] = "SELECT (extract(epoch FROM stats_reset)"
        " * 1000000)::bigint AS n FROM pg_stat_bgwriter";
    int64_t n = 0;
    const struct db_col cols[] = { C_I64("n", &n) };

    return db_one(db, sql, NULL, 0, cols, LEN(cols)) == DB_OK ? n : 0;
}

/* SIGKILL to a backend: the server throws away its shared memory and starts
 * over, as after a power cut.  The backend's socket closes a moment before the
 * server notices; so wait until it has been down and is up again. */
static void
crash(const char *url)
{
    static const char victim[] = "SELECT pg_backend_pid() AS n";
    struct db *db = test_pg_open(url);
    int64_t before = this_start(db), now = 0;

    (void)kill((pid_t)test_pg_i64(db, victim), SIGKILL);
    for (int i = 0; i < 3000 && (now == 0 || now == before); i++) {
        (void)poll(NULL, 0, 10);
        now = this_start(db);
    }
    db_close(db);
}

static ssize_t
pass(int from, int to, char *bytes, size_t max)
{
    ssize_t n = read(from, bytes, max);

    if (n > 0 && to >= 0 && write(to, bytes, (size_t)n) != n)
        return -1;
    return n;
}

/* 1 to go on, 0 when this connection has ended. */
static int
from_client(struct link *l)
{
    char bytes[65536];
    ssize_t n = pass(l->client, -1, bytes, sizeof(bytes));

    if (n <= 0)
        return 0;
    if (*l->mischief != PROXY_NONE
        && memmem(bytes, (size_t)n, "COMMIT", 7) != NULL) {
        if (*l->mischief == PROXY_COMMIT_LOST) {
            *l->mischief = PROXY_NONE;
            return 0;
        }
        l->committing = true;
    }
    return write(l->server, bytes, (size_t)n) == n;
}

static int
from_server(struct link *l)
{
    char bytes[65536];
    ssize_t n = pass(l->server, l->committing ? -1 : l->client, bytes,
                     sizeof(bytes));

    if (n <= 0)
        return 0;
    if (!l->committing)
        return 1;
    if (*l->mischief == PROXY_ANSWER_CRASH)
        crash(l->kill_url);
    *l->mischief = PROXY_NONE;
    return 0;
}

static void
serve(struct link *l)
{
    struct pollfd fds[2] = {
        { .fd = l->client, .events = POLLIN },
        { .fd = l->server, .events = POLLIN },
    };
    int on = 1;

    while (on && poll(fds, 2, -1) > 0) {
        if (fds[0].revents != 0)
            on = from_client(l);
        if (on && fds[1].revents != 0)
            on = from_server(l);
    }
}

static void
run(int listener, const struct cluster *c, enum proxy_mischief mischief)
{
    struct sockaddr_un a;

    for (;;) {
        struct link l = { .mischief = &mischief, .kill_url = c->url };

        l.client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        l.server = unix_socket(c->socket_dir, &a);
        if (connect(l.server, (struct sockaddr *)&a, sizeof(a)) == 0)
            serve(&l);
        close(l.client);
        close(l.server);
    }
}

int
proxy_start(struct proxy *p, const struct cluster *c, const char *url,
            enum proxy_mischief mischief)
{
    /* postgresql://payrun@/NAME?host=... */
    const char *name = strstr(url, "@/");
    struct sockaddr_un a;
    int listener = -1;

    *p = (struct proxy){ .pid = -1 };
    if (name == NULL)
        return -1;
    name += 2;
    test_dir(p->dir);
    snprintf(p->url, sizeof(p->url), "postgresql://payrun@/%.*s?host=%s",
             (int)strcspn(name, "?"), name, p->dir);
    listener = unix_socket(p->dir, &a);
    if (bind(listener, (struct sockaddr *)&a, sizeof(a)) < 0
        || listen(listener, 4) < 0)
        return -1;
    fflush(NULL);
    if ((p->pid = fork()) == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);     /* ends with the test */
        (void)signal(SIGPIPE, SIG_IGN);
        run(listener, c, mischief);
    }
    close(listener);
    return p->pid < 0 ? -1 : 0;
}

void
proxy_stop(struct proxy *p)
{
    if (p->pid > 0) {
        (void)kill(p->pid, SIGKILL);
        (void)waitpid(p->pid, NULL, 0);
    }
    test_dir_remove(p->dir);
}
