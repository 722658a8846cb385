#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"
#include "tests/lib/raw.h"

static int
raw_poll(struct raw *w, int fd, struct raw_conn *conn)
{
    struct epoll_event ev = { .events = EPOLLIN, .data = { .ptr = conn } };

    return epoll_ctl(w->ep_fd, EPOLL_CTL_ADD, fd, &ev);
}

int
raw_open(struct raw *w, raw_script script)
{
    struct sockaddr_in a = { .sin_family = AF_INET };
    socklen_t len = sizeof(a);

    *w = (struct raw){ .listen_fd = -1, .ep_fd = -1, .script = script };
    for (int i = 0; i < RAW_CONNS_MAX; i++)
        w->conns[i].fd = -1;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    w->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
                          0);
    w->ep_fd = epoll_create1(EPOLL_CLOEXEC);
    if (w->listen_fd < 0 || w->ep_fd < 0
        || bind(w->listen_fd, (struct sockaddr *)&a, len) < 0
        || listen(w->listen_fd, RAW_CONNS_MAX) < 0
        || getsockname(w->listen_fd, (struct sockaddr *)&a, &len) < 0
        || raw_poll(w, w->listen_fd, NULL) < 0)
        return -1;
    w->port = ntohs(a.sin_port);
    return 0;
}

static void
raw_hang_up(struct raw_conn *c)
{
    close(c->fd);
    c->fd = -1;
    c->len = 0;
}

void
raw_close(struct raw *w)
{
    for (int i = 0; i < RAW_CONNS_MAX; i++)
        if (w->conns[i].fd >= 0)
            raw_hang_up(&w->conns[i]);
    if (w->listen_fd >= 0)
        close(w->listen_fd);
    if (w->ep_fd >= 0)
        close(w->ep_fd);
    w->listen_fd = w->ep_fd = -1;
}

static void
raw_accept(struct raw *w)
{
    int fd = accept4(w->listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    int i = 0;

    if (fd < 0)
        return;
    while (i < RAW_CONNS_MAX && w->conns[i].fd >= 0)
        i++;
    if (i == RAW_CONNS_MAX || raw_poll(w, fd, &w->conns[i]) < 0) {
        close(fd);
        return;
    }
    w->conns[i].fd = fd;
    w->connections++;
}

/* Bytes of the first whole request in ${c}, or 0 when it is not whole yet. */
static size_t
raw_whole(const struct raw_conn *c)
{
    const char *end = memmem(c->in, c->len, "\r\n\r\n", 4);
    const char *length = memmem(c->in, c->len, "Content-Length: ", 16);
    int64_t body = 0;
    size_t head, digits;

    if (end == NULL)
        return 0;
    head = (size_t)(end + 4 - c->in);
    if (length != NULL && length < end) {
        length += 16;
        digits = (size_t)((const char *)memchr(length, '\r', 12) - length);
        if (str_i64(&body, (struct str){ length, digits }) < 0)
            return 0;
    }
    return c->len >= head + (size_t)body ? head + (size_t)body : 0;
}

static void
raw_say(struct raw *w, struct raw_conn *c, enum raw_act act)
{
    static const char ok[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    const char *text = act == RAW_OK ? ok : w->text;

    if (act == RAW_OK || act == RAW_TEXT || act == RAW_TEXT_CLOSE)
        (void)!write(c->fd, text, strlen(text));
    if (act == RAW_TEXT_CLOSE || act == RAW_HANG_UP)
        raw_hang_up(c);
}

static void
raw_read(struct raw *w, struct raw_conn *c)
{
    ssize_t n = read(c->fd, c->in + c->len, sizeof(c->in) - 1 - c->len);
    size_t whole;

    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0) {
        raw_hang_up(c);
        return;
    }
    w->bytes += n;
    c->len += (size_t)n;
    while (c->fd >= 0 && (whole = raw_whole(c)) > 0) {
        memcpy(w->head, c->in, whole);
        w->head[whole] = '\0';
        c->len -= whole;
        memmove(c->in, c->in + whole, c->len);
        w->gets += strncmp(w->head, "GET ", 4) == 0;
        w->posts += strncmp(w->head, "POST ", 5) == 0;
        raw_say(w, c, w->script(w, w->head));
    }
}

void
raw_step(struct raw *w)
{
    struct epoll_event ev[RAW_CONNS_MAX];
    int n = epoll_wait(w->ep_fd, ev, RAW_CONNS_MAX, 0);

    for (int i = 0; i < n; i++) {
        struct raw_conn *c = ev[i].data.ptr;

        if (c == NULL)
            raw_accept(w);
        else if (c->fd >= 0)
            raw_read(w, c);
    }
}

enum raw_act
raw_says_ok(struct raw *w, const char *head)
{
    (void)w;
    (void)head;
    return RAW_OK;
}

enum raw_act
raw_says_text(struct raw *w, const char *head)
{
    (void)head;
    return w->text != NULL ? RAW_TEXT_CLOSE : RAW_SILENT;
}

enum raw_act
raw_says_nothing(struct raw *w, const char *head)
{
    (void)w;
    (void)head;
    return RAW_SILENT;
}

enum raw_act
raw_hangs_up(struct raw *w, const char *head)
{
    (void)w;
    (void)head;
    return RAW_HANG_UP;
}
