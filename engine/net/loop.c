#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "net/internal.h"

/* A signal belongs to the process, not to one loop: the only state here that
 * is not in struct net. */
static volatile sig_atomic_t stop_signal;
static int stop_fd = -1;

static void
on_stop_signal(int signal_no)
{
    uint64_t one = 1;
    int keep = errno;
    ssize_t n;

    stop_signal = signal_no;
    /* curl_multi_wakeup() is not async-signal-safe; write() is.  When it
     * fails the counter is already not zero, which wakes just as well. */
    n = write(stop_fd, &one, sizeof(one));
    (void)n;
    errno = keep;
}

void
net_stop_on_signals(void)
{
    struct sigaction sa = { 0 }, old = { 0 };

    if (stop_fd < 0)
        stop_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    sigemptyset(&sa.sa_mask);
    sa.sa_flags = SA_RESTART;   /* a database call in progress finishes */
    sa.sa_handler = on_stop_signal;
    sigaction(SIGTERM, &sa, NULL);
    sigaction(SIGINT, &sa, NULL);
    /* The terminal was closed: a stop like any other, unless nohup says no. */
    if (sigaction(SIGHUP, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
        sigaction(SIGHUP, &sa, NULL);
    sa.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &sa, NULL);
}

int
net_stopping(void)
{
    return stop_signal;
}

struct net *
net_new(struct err *e)
{
    struct net *net = NULL;
    struct sigaction old = { 0 };

    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        err_set(e, ERR_TEMP, "The HTTP library could not be started.");
        return NULL;
    }
    if ((net = calloc(1, sizeof(*net))) == NULL
        || (net->multi = curl_multi_init()) == NULL
        || curl_multi_setopt(net->multi, CURLMOPT_MAXCONNECTS,
                             (long)NET_INFLIGHT_MAX) != CURLM_OK
        || curl_multi_setopt(net->multi, CURLMOPT_PIPELINING,
                             (long)CURLPIPE_NOTHING) != CURLM_OK) {
        err_oom(e);
        if (net != NULL && net->multi != NULL)
            curl_multi_cleanup(net->multi);
        free(net);
        curl_global_cleanup();
        return NULL;
    }
    /* With CURLOPT_NOSIGNAL a TLS write to a closed connection would end the
     * process; a handler somebody chose stays. */
    if (sigaction(SIGPIPE, NULL, &old) == 0 && old.sa_handler == SIG_DFL) {
        old.sa_handler = SIG_IGN;
        sigaction(SIGPIPE, &old, NULL);
    }
    return net;
}

void
net_free(struct net *net)
{
    if (net == NULL)
        return;
    assert(!net->turning);
    net->closing = true;
    http_close(net);
    for (int i = 0; i < net->nservers; i++)
        httpd_orphan(net->servers[i]);
    curl_multi_cleanup(net->multi);
    free(net);
    curl_global_cleanup();
}

static unsigned
loop_fds(const struct net *net, struct curl_waitfd *fds)
{
    unsigned n = 0;

    if (stop_fd >= 0)
        fds[n++] = (struct curl_waitfd){ stop_fd, CURL_WAIT_POLLIN, 0 };
    for (int i = 0; i < net->watches; i++)
        fds[n++] = (struct curl_waitfd){ net->watched[i], CURL_WAIT_POLLIN,
                                         0 };
    for (int i = 0; i < net->nservers; i++)
        fds[n++] = (struct curl_waitfd){ httpd_poll_fd(net->servers[i]),
                                         CURL_WAIT_POLLIN, 0 };
    return n;
}

/* libcurl folds its own timers in by itself. */
static int
loop_wait_ms(const struct net *net, int64_t wait_ms)
{
    if (wait_ms < 0 || net->cancelled > 0)
        wait_ms = 0;
    for (int i = 0; i < net->nservers; i++)
        wait_ms = httpd_wait_ms(net->servers[i], wait_ms);
    return wait_ms > INT_MAX ? INT_MAX : (int)wait_ms;
}

/* One signal ends one wait; afterwards a clean stop waits like anybody. */
static void
loop_drain_stop(void)
{
    uint64_t count;
    ssize_t n;

    if (stop_fd >= 0) {
        n = read(stop_fd, &count, sizeof(count));
        (void)n;
    }
}

static int
loop_failed(struct err *e, const char *why)
{
    return err_set(e, ERR_IO, "The network loop failed: %s.", why);
}

int
net_turn(struct net *net, int64_t wait_ms, struct err *e)
{
    struct curl_waitfd fds[1 + 2 * NET_WATCH_MAX];
    CURLMcode bad;
    int running = 0;
    int rc = -1;

    if (net->turning || net->closing)
        return err_set(e, ERR_BUG, "net_turn() was called from inside itself.");
    net->turning = true;
    bad = curl_multi_poll(net->multi, fds, loop_fds(net, fds),
                          loop_wait_ms(net, wait_ms), NULL);
    loop_drain_stop();
    if (bad == CURLM_OK)
        bad = curl_multi_perform(net->multi, &running);
    if (bad != CURLM_OK) {
        loop_failed(e, curl_multi_strerror(bad));
        goto out;
    }
    http_collect(net);
    for (int i = 0; i < net->nservers; i++)
        if (httpd_run(net->servers[i]) < 0) {
            loop_failed(e, "the HTTP server's epoll");
            goto out;
        }
    /* A handler may have cancelled a call: its owner hears of it now. */
    if (net->cancelled > 0)
        http_collect(net);
    rc = 0;
out:
    net->turning = false;
    return rc;
}

int
net_watch(struct net *net, int fd)
{
    for (int i = 0; i < net->watches; i++)
        if (net->watched[i] == fd)
            return 0;
    if (fd < 0 || net->watches == NET_WATCH_MAX)
        return -1;
    net->watched[net->watches++] = fd;
    return 0;
}

void
net_unwatch(struct net *net, int fd)
{
    for (int i = 0; i < net->watches; i++)
        if (net->watched[i] == fd) {
            net->watched[i] = net->watched[--net->watches];
            return;
        }
}
