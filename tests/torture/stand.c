#include "tests/torture/stand.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/str.h"
#include "tests/torture/ask.h"

#define READY_MS 60000              /* the machine may be busy */

void
stand_path(const struct stand *s, char out[PATH_BYTES_MAX], const char *name)
{
    snprintf(out, PATH_BYTES_MAX, "%s/%s", s->dir, name);
}

/* --- files -------------------------------------------------------------- */

static int
put(const struct stand *s, const char *name, const char *text, struct err *e)
{
    char path[PATH_BYTES_MAX];
    int fd = -1, rc = -1;
    ssize_t n = (ssize_t)strlen(text);

    /* Not buf_write_file(): these need no fsync. */
    stand_path(s, path, name);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd >= 0 && write(fd, text, (size_t)n) == n)
        rc = 0;
    if (fd >= 0)
        close(fd);
    return rc < 0 ? err_set(e, ERR_IO, "%s: %s", path, strerror(errno)) : 0;
}

static int
keys(const struct stand *s, struct err *e)
{
    return put(s, "key", "ISSecretKey_test_payrun_sandbox", e) < 0
        || put(s, "challenge", "a-long-and-secret-challenge", e) < 0
        || put(s, "api_key",
               "PAYRUNSANDBOXKEY00000000000000000000000000000007", e) < 0
        || put(s, "api_secret",
               "PAYRUNSANDBOXSECRET00000000000000000000000000008", e) < 0
        ? -1 : 0;
}

static void
account(struct buf *b, const struct stand *s, const struct round_plan *p,
        int nr)
{
    static const char *const name[] = { "salaries", "till" };
    static const char *const provider[] = { "intasend", "sapama" };
    static const char *const api[] = { "api/v1/", "api/" };

    buf_printf(b, "  - name: %s\n    provider: %s\n"
               "    base_url: http://127.0.0.1:%d/%s\n"
               "    callback_url: http://127.0.0.1:%d/callback/%s%s\n",
               name[nr], provider[nr], s->port[nr], api[nr], s->callbacks,
               name[nr], nr == 0 ? "/" : "");
    if (nr == 0)
        buf_printf(b, "    key: file:%s/key\n    challenge: "
                   "file:%s/challenge\n", s->dir, s->dir);
    else
        buf_printf(b, "    key: file:%s/api_key\n    secret: "
                   "file:%s/api_secret\n    location_id: \"2\"\n"
                   "    short_code: \"830830\"\n", s->dir, s->dir);
    if (p == NULL) {
        buf_text(b, "    poll_first_ms: 50\n    poll_cap_ms: 400\n"
                 "    connect_ms: 5000\n    answer_ms: 15000\n"
                 "    lease_ms: 30000\n    give_up_ms: 60000\n");
        return;
    }
    buf_printf(b, "    batch_rows: %d\n    in_flight: %d\n"
               "    poll_first_ms: 50\n    poll_cap_ms: 300\n"
               "    connect_ms: 100\n    answer_ms: %d\n    lease_ms: %d\n"
               "    give_up_ms: 5000\n", p->batch_rows[nr], p->in_flight[nr],
               p->answer_ms, p->lease_ms);
}

int
stand_config(const struct stand *s, const struct round_plan *p, struct err *e)
{
    char path[PATH_BYTES_MAX], fresh[PATH_BYTES_MAX];
    struct buf b = { 0 };
    int rc = -1;

    buf_init(&b, 65536);
    buf_printf(&b, "database: %s\ndefault_account: salaries\naccounts:\n",
               s->url);
    account(&b, s, p, 0);
    account(&b, s, p, 1);
    buf_text(&b, "routes:\n  - { rail: SAPAMA-MPESA, account: till }\n");
    /* Renamed into its place: somebody may be reading it. */
    stand_path(s, path, "payrun.yaml");
    stand_path(s, fresh, "payrun.yaml.new");
    if (!b.failed && put(s, "payrun.yaml.new", b.p, e) == 0
        && rename(fresh, path) == 0)
        rc = 0;
    buf_release(&b);
    return rc;
}

/* --- the sandbox -------------------------------------------------------- */

static int
read_port(const struct stand *s, const char *name, int *port)
{
    char path[PATH_BYTES_MAX];
    struct buf b = { 0 };
    int64_t n = 0;
    int rc = -1;

    buf_init(&b, 256);
    stand_path(s, path, name);
    if (access(path, R_OK) == 0 && buf_read_file(&b, path, NULL) == 0)
        rc = str_i64(&n, str_trim(buf_view(&b)));
    buf_release(&b);
    *port = (int)n;
    return rc;
}

static int
await_ports(struct stand *s, struct crew *c, struct err *e)
{
    int64_t end = clock_mono_ms() + READY_MS;

    while (read_port(s, "port", &s->port[0]) < 0
           || read_port(s, "sport", &s->port[1]) < 0) {
        if (crew_count(c, ROLE_STAND) == 0 || clock_mono_ms() > end)
            return err_set(e, ERR_UNAVAILABLE, "the sandbox does not start; "
                           "see %s/sandbox.log", s->dir);
        (void)usleep(2000);
        (void)crew_turn(c, clock_mono_ms());
    }
    return 0;
}

/* Free now; the listener takes it in a moment. */
static int
free_port(void)
{
    struct sockaddr_in at = { .sin_family = AF_INET };
    socklen_t n = sizeof(at);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), port = 0;

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0
        && getsockname(fd, (struct sockaddr *)&at, &n) == 0)
        port = ntohs(at.sin_port);
    if (fd >= 0)
        close(fd);
    return port;
}

int
stand_open(struct stand *s, struct crew *c, const struct round_plan *p,
           struct err *e)
{
    char file[7][PATH_BYTES_MAX], latency[16];
    static const char *const names[] = {
        "books", "port", "sport", "challenge", "api_key", "api_secret",
        "sandbox.log"
    };
    const struct spawn_plan plain = { 0 };

    if (mkdir(s->dir, 0755) < 0)
        return err_set(e, ERR_IO, "%s: %s", s->dir, strerror(errno));
    if (keys(s, e) < 0)
        return -1;
    for (int i = 0; i < 7; i++)
        stand_path(s, file[i], names[i]);
    snprintf(latency, sizeof(latency), "%d", p->latency_ms);
    {
        const char *const argv[] = {
            "sandbox", "--listen", "127.0.0.1:0", "--sapama", "127.0.0.1:0",
            "--books", file[0], "--port-file", file[1], "--sapama-port-file",
            file[2], "--challenge-file", file[3], "--sapama-key-file", file[4],
            "--sapama-secret-file", file[5], "--latency-ms", latency,
            "--speed", "1000", NULL
        };

        if (crew_spawn(c, ROLE_STAND, 0, argv, file[6], &plain, e) == NULL
            || await_ports(s, c, e) < 0)
            return -1;
    }
    s->callbacks = free_port();
    return stand_config(s, p, e);
}

/* --- faults ------------------------------------------------------------- */

int
stand_faults(const struct stand *s, const struct plan_key *k, struct err *e)
{
    char fault[256];

    for (int stand = 0; stand < 2; stand++)
        for (int nr = 0; nr < PLAN_FAULTS_MAX; nr++)
            if (plan_fault(k, nr, stand, fault)
                && ask(s->port[stand], "POST", "/_faults", fault, NULL, e) < 0)
                return -1;
    return 0;
}

int
stand_heal(const struct stand *s, struct err *e)
{
    return ask(s->port[0], "DELETE", "/_faults", NULL, NULL, e) < 0
        || ask(s->port[1], "DELETE", "/_faults", NULL, NULL, e) < 0
        ? -1 : stand_config(s, NULL, e);
}
