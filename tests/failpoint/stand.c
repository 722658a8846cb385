#include "tests/failpoint/matrix.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

/* The stand-ins as programs of their own, with books that nothing here kills. */

#define PORT_CAP_MS 60000

static pid_t pids[2];

__attribute__((noreturn)) static void
bail(const char *what)
{
    printf("Bail out! %s\n", what);
    fflush(stdout);
    _exit(255);
}

static void
put(const struct house *h, const char *name, const char *text)
{
    char path[160];
    FILE *f = NULL;

    snprintf(path, sizeof(path), "%s/%s", h->dir, name);
    if ((f = fopen(path, "wb")) == NULL || chmod(path, 0600) < 0
        || fputs(text, f) == EOF || fclose(f) != 0)
        bail("no key file");
}

static int
port_from(const char *path)
{
    int64_t end = clock_mono_ms() + PORT_CAP_MS;
    long port = 0;
    char text[16];

    while (port == 0 && clock_mono_ms() < end) {
        FILE *f = fopen(path, "rb");

        if (f != NULL && fgets(text, sizeof(text), f) != NULL)
            port = strtol(text, NULL, 10);
        if (f != NULL)
            (void)fclose(f);
        if (port == 0)
            (void)poll(NULL, 0, 20);
    }
    if (port == 0)
        bail("a stand-in does not start");
    return (int)port;
}

static pid_t
start(const struct house *h, const char *name, int *port, int *sport)
{
    char books[96], port_file[96], sport_file[96], log[96];
    char key[96], api_key[96], api_secret[96];
    pid_t pid = fork();

    snprintf(books, sizeof(books), "%s/books-%s", h->dir, name);
    snprintf(port_file, sizeof(port_file), "%s/port-%s", h->dir, name);
    snprintf(sport_file, sizeof(sport_file), "%s/sport-%s", h->dir, name);
    snprintf(log, sizeof(log), "%s/log-%s", h->dir, name);
    snprintf(key, sizeof(key), "%s/key", h->dir);
    snprintf(api_key, sizeof(api_key), "%s/api_key", h->dir);
    snprintf(api_secret, sizeof(api_secret), "%s/api_secret", h->dir);
    if (pid == 0) {
        (void)dup2(open(log, O_WRONLY | O_CREAT | O_APPEND, 0600), 2);
        (void)dup2(2, 1);
        execl(h->payrun, h->payrun, "sandbox", "--listen", "127.0.0.1:0",
              "--port-file", port_file, "--books", books, "--key-file", key,
              "--sapama", "127.0.0.1:0", "--sapama-port-file", sport_file,
              "--sapama-key-file", api_key, "--sapama-secret-file",
              api_secret, "--balance", "100000000.00", "--latency-ms", "300",
              "--speed", "1000", (char *)NULL);
        _exit(127);
    }
    *port = port_from(port_file);
    *sport = port_from(sport_file);
    return pid;
}

static int
post(int port, const char *path, const char *json)
{
    char cmd[512];
    FILE *f = NULL;

    snprintf(cmd, sizeof(cmd), "exec curl -sf -m 30 -o /dev/null -X POST "
             "'http://127.0.0.1:%d%s' -d '%s'", port, path, json);
    if ((f = popen(cmd, "r")) == NULL)
        return -1;
    return pclose(f) == 0 ? 0 : -1;
}

void
stand_begin(struct house *h)
{
    int unused = 0;

    put(h, "key", "ISSecretKey_test_payrun_sandbox");
    put(h, "api_key", "PAYRUNSANDBOXKEY00000000000000000000000000000007");
    put(h, "api_secret", "PAYRUNSANDBOXSECRET00000000000000000000000000008");
    pids[0] = start(h, "main", &h->port, &h->sport);
    pids[1] = start(h, "late", &unused, &h->late_port);
    if (post(h->late_port, "/_rules", "{\"row_delay_ms\":25000}") < 0)
        bail("a stand-in does not take a rule");
}

void
stand_end(void)
{
    for (int i = 0; i < 2; i++)
        if (pids[i] > 0) {
            (void)kill(pids[i], SIGTERM);
            (void)waitpid(pids[i], NULL, 0);
        }
}

int
stand_fault(const struct house *h, const char *json)
{
    return post(h->port, "/_faults", json);
}

static FILE *
books(int port, const char *what)
{
    char cmd[160];

    snprintf(cmd, sizeof(cmd), "exec curl -sf -m 60 "
             "'http://127.0.0.1:%d/_books/%s'", port, what);
    return popen(cmd, "r");
}

/* The phone is found by its digits: both stand-ins write CSV, with columns of
 * their own. */
static int
moved_there(int port, void (*each)(void *, const char *), void *owner)
{
    FILE *f = books(port, "payments?format=csv");
    char line[1024];

    if (f == NULL)
        return -1;
    while (fgets(line, sizeof(line), f) != NULL) {
        char *at = strstr(line, "254711");

        if (at == NULL)
            continue;
        at[12] = '\0';
        each(owner, at);
    }
    return pclose(f) == 0 ? 0 : -1;
}

int
stand_moved(const struct house *h, void (*each)(void *, const char *),
            void *owner)
{
    return moved_there(h->port, each, owner) < 0
        || moved_there(h->sport, each, owner) < 0
        || moved_there(h->late_port, each, owner) < 0 ? -1 : 0;
}

int
stand_doubles(const struct house *h)
{
    const int ports[] = { h->port, h->sport, h->late_port };
    int n = 0, c = 0;

    for (int i = 0; i < 3; i++) {
        FILE *f = books(ports[i], "double");
        int bytes = 0;

        /* "[]" is the only good answer */
        while (f != NULL && (c = fgetc(f)) != EOF)
            bytes += c > ' ';
        if (f == NULL || pclose(f) != 0 || bytes != 2)
            n++;
    }
    return n;
}
