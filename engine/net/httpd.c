#include <assert.h>
#include <unistd.h>

#include "net/httpd_request.h"

/* The whole request is here, or its connection was resumed with an answer. */
static enum MHD_Result
request_move(struct httpd_request *r)
{
    struct httpd *h = r->server;

    if (r->state == REQUEST_READING) {
        if (r->came_bytes > h->body_bytes_max)
            return httpd_request_too_large(r);
        r->state = REQUEST_ASKED;
        h->handler(h->owner, r);
    }
    switch (r->state) {
    case REQUEST_READING:
    case REQUEST_ASKED:
        r->suspended = true;
        MHD_suspend_connection(r->conn);
        return MHD_YES;
    case REQUEST_ANSWERED:
        return httpd_request_queue(r);
    case REQUEST_DROPPED:
        break;
    }
    return MHD_NO;      /* closes without a byte */
}

/* libmicrohttpd's callbacks. */

static enum MHD_Result
on_access(void *cls, struct MHD_Connection *conn, const char *url,
          const char *method, const char *version, const char *bytes,
          size_t *n, void **request)
{
    struct httpd *h = cls;
    struct httpd_request *r = *request;
    enum MHD_Result ok;

    (void)version;
    if (r == NULL) {
        if ((r = httpd_request_new(h, conn, method, url)) == NULL)
            return MHD_NO;
        *request = r;
        return httpd_request_begin(r);
    }
    if (*n == 0)
        return request_move(r);
    ok = httpd_request_take(r, bytes, *n);
    *n = 0;
    return ok;
}

static void
on_completed(void *cls, struct MHD_Connection *conn, void **request,
             enum MHD_RequestTerminationCode how)
{
    struct httpd_request *r = *request;

    (void)cls;
    (void)conn;
    (void)how;
    if (r == NULL)
        return;
    /* A suspended connection cannot end, so nobody outside holds ${r}. */
    assert(r->state != REQUEST_ASKED);
    httpd_request_free(r);
    *request = NULL;
}

/* The server itself. */

static int
httpd_start(struct httpd *h, const struct httpd_order *o, struct err *e)
{
    int fd = listen_open(o->listen, &h->port, e);

    if (fd < 0)
        return -1;
    h->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_access, h,
        MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTPD_CONNECTIONS_MAX,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTPD_HEAD_BYTES_MAX,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)HTTPD_IDLE_S,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, h,
        MHD_OPTION_END);
    if (h->daemon == NULL) {
        close(fd);
        return err_set(e, ERR_TEMP, "The HTTP server on %s cannot start.",
                       o->listen);
    }
    return 0;
}

struct httpd *
httpd_new(struct net *net, const struct httpd_order *o, struct err *e)
{
    struct httpd *h = NULL;

    if (net->nservers == NET_WATCH_MAX || o->handler == NULL) {
        err_set(e, ERR_BUG, "Too many HTTP servers, or one with no handler.");
        return NULL;
    }
    if ((h = calloc(1, sizeof(*h))) == NULL) {
        err_oom(e);
        return NULL;
    }
    h->net = net;
    h->handler = o->handler;
    h->owner = o->owner;
    h->body_bytes_max = o->body_bytes_max > 0 ? o->body_bytes_max
                                              : HTTPD_BODY_BYTES_MAX;
    if (httpd_start(h, o, e) < 0) {
        free(h);
        return NULL;
    }
    net->servers[net->nservers++] = h;
    return h;
}

void
httpd_orphan(struct httpd *h)
{
    h->net = NULL;
}

static void
httpd_leave_net(struct httpd *h)
{
    struct net *net = h->net;

    for (int i = 0; net != NULL && i < net->nservers; i++)
        if (net->servers[i] == h) {
            net->servers[i] = net->servers[--net->nservers];
            break;
        }
    h->net = NULL;
}

void
httpd_free(struct httpd *h)
{
    if (h == NULL)
        return;
    httpd_leave_net(h);
    /* libmicrohttpd aborts when stopped with suspended connections. */
    for (struct httpd_request *r = h->first; r != NULL; r = r->next)
        if (r->state == REQUEST_ASKED)
            httpd_drop(r);
    httpd_drip_run(h, true);
    MHD_stop_daemon(h->daemon);
    assert(h->first == NULL);
    for (int i = 0; i < h->nkept; i++)
        MHD_destroy_response(h->kept[i].response);
    free(h);
}

int
httpd_port(const struct httpd *h)
{
    return h->port;
}

void
httpd_pause(struct httpd *h)
{
    MHD_socket fd;

    if (h->paused)
        return;
    h->paused = true;
    if ((fd = MHD_quiesce_daemon(h->daemon)) != MHD_INVALID_SOCKET)
        close(fd);
}

int
httpd_poll_fd(const struct httpd *h)
{
    return MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
}

int64_t
httpd_wait_ms(struct httpd *h, int64_t wait_ms)
{
    MHD_UNSIGNED_LONG_LONG due_ms = 0;

    /* Driven from outside, libmicrohttpd 0.9.75 tells neither its epoll
     * descriptor nor MHD_get_timeout() that a connection was resumed. */
    if (h->resumed)
        return 0;
    wait_ms = httpd_drip_wait_ms(h, wait_ms);
    if (MHD_get_timeout(h->daemon, &due_ms) == MHD_YES
        && due_ms < (MHD_UNSIGNED_LONG_LONG)wait_ms)
        return (int64_t)due_ms;
    return wait_ms;
}

int
httpd_run(struct httpd *h)
{
    httpd_drip_run(h, false);
    h->resumed = false;     /* before: a handler may resume somebody else */
    return MHD_run(h->daemon) == MHD_YES ? 0 : -1;
}
