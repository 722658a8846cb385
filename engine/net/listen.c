#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/internal.h"

union listen_addr {
    struct sockaddr     any;
    struct sockaddr_in  v4;
    struct sockaddr_in6 v6;
};

/* "[host]:port" or "host:port"; a bare IPv6 address would be ambiguous. */
static int
listen_split(const char *text, char host[INET6_ADDRSTRLEN], int64_t *port)
{
    const char *colon = strrchr(text, ':');
    struct str h;

    if (colon == NULL || str_i64(port, str_of(colon + 1)) < 0
        || *port > UINT16_MAX)
        return -1;
    h = (struct str){ text, (size_t)(colon - text) };
    if (h.len > 2 && h.p[0] == '[' && h.p[h.len - 1] == ']')
        h = (struct str){ h.p + 1, h.len - 2 };
    else if (h.len == 0 || memchr(h.p, ':', h.len) != NULL)
        return -1;
    if (str_ieq(h, STR("localhost")))
        h = STR("127.0.0.1");
    return str_copy(host, INET6_ADDRSTRLEN, h);
}

static int
listen_parse(const char *text, union listen_addr *a, socklen_t *len)
{
    char host[INET6_ADDRSTRLEN];
    int64_t port = 0;

    memset(a, 0, sizeof(*a));
    if (listen_split(text, host, &port) < 0)
        return -1;
    if (inet_pton(AF_INET, host, &a->v4.sin_addr) == 1) {
        a->v4.sin_family = AF_INET;
        a->v4.sin_port = htons((uint16_t)port);
        *len = sizeof(a->v4);
        return 0;
    }
    if (inet_pton(AF_INET6, host, &a->v6.sin6_addr) == 1) {
        a->v6.sin6_family = AF_INET6;
        a->v6.sin6_port = htons((uint16_t)port);
        *len = sizeof(a->v6);
        return 0;
    }
    return -1;
}

static int
listen_failed(const char *text, struct err *e)
{
    int no = errno;

    err_set(e, ERR_UNAVAILABLE, "Cannot listen on %s: %s.", text,
            strerror(no));
    if (no == EADDRINUSE)
        return err_fix(e, "Another program uses this port; stop it, choose "
                          "another port, or port 0 for any free one.");
    if (no == EACCES)
        return err_fix(e, "Ports below 1024 are for root; choose another.");
    return -1;
}

int
listen_open(const char *text, int *port, struct err *e)
{
    union listen_addr a;
    socklen_t len = 0;
    int fd = -1, on = 1;

    if (listen_parse(text, &a, &len) < 0) {
        err_set(e, ERR_CONFIG, "\"%s\" is not an address to listen on.", text);
        return err_fix(e, "Write an address of this machine and a port, such "
                          "as 127.0.0.1:8081 or [::1]:8081.");
    }
    fd = socket(a.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    /* Reuse the address of a server that was just stopped, not of a live one:
     * two sandboxes sharing a port would each keep half of the books. */
    if (fd < 0
        || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0
        || bind(fd, &a.any, len) < 0
        || listen(fd, SOMAXCONN) < 0
        || getsockname(fd, &a.any, &len) < 0) {
        listen_failed(text, e);
        if (fd >= 0)
            close(fd);
        return -1;
    }
    *port = ntohs(a.any.sa_family == AF_INET ? a.v4.sin_port : a.v6.sin6_port);
    return fd;
}
