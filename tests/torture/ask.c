#include "tests/torture/ask.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_S         10
#define ANSWER_BYTES_MAX ((size_t)64 << 20)

static int
dial(int port)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)port) };
    struct timeval wait = { .tv_sec = ANSWER_S };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) == 0
        && setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait)) == 0
        && connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
        return fd;
    close(fd);
    return -1;
}

static int
send_all(int fd, const struct buf *b)
{
    size_t done = 0;
    ssize_t n = 0;

    while (!b->failed && done < b->len) {
        n = send(fd, b->p + done, b->len - done, MSG_NOSIGNAL);
        if (n <= 0)
            return -1;
        done += (size_t)n;
    }
    return b->failed ? -1 : 0;
}

/* The answer ends where the stand-in closes: HTTP/1.0 asks for that. */
static int
read_all(int fd, struct buf *b)
{
    ssize_t n = 0;
    char *room = NULL;

    do {
        if ((room = buf_room(b, 65536)) == NULL)
            return -1;
        n = recv(fd, room, 65536, 0);
        if (n > 0)
            b->len += (size_t)n;
    } while (n > 0);
    return n < 0 ? -1 : 0;
}

int
ask(int port, const char *method, const char *path, const char *body,
    struct buf *answer, struct err *e)
{
    struct buf out = { 0 }, in = { 0 };
    const char *at = NULL;
    int rc = -1, fd = -1;

    buf_init(&out, ANSWER_BYTES_MAX);
    buf_init(&in, ANSWER_BYTES_MAX);
    buf_printf(&out, "%s %s HTTP/1.0\r\nHost: 127.0.0.1\r\n"
               "Connection: close\r\nContent-Length: %zu\r\n\r\n%s", method,
               path, body != NULL ? strlen(body) : 0,
               body != NULL ? body : "");
    if ((fd = dial(port)) < 0 || send_all(fd, &out) < 0
        || read_all(fd, &in) < 0) {
        err_set(e, ERR_UNAVAILABLE, "%s %s at port %d: %s", method, path,
                port, strerror(errno));
        goto out;
    }
    at = in.len > 12 ? strstr(in.p, "\r\n\r\n") : NULL;
    if (at == NULL || strncmp(in.p + 8, " 20", 3) != 0) {
        err_set(e, ERR_UNAVAILABLE, "%s %s at port %d: %.200s", method, path,
                port, in.len > 0 ? in.p : "no answer");
        goto out;
    }
    if (answer != NULL)
        buf_add(answer, at + 4, in.len - (size_t)(at + 4 - in.p));
    rc = answer != NULL && answer->failed ? err_oom(e) : 0;
out:
    if (fd >= 0)
        close(fd);
    buf_release(&out);
    buf_release(&in);
    return rc;
}
