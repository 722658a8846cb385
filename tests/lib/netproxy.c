#include "tests/lib/netproxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define BACKLOG    64
#define LINE_BYTES 256

static struct sockaddr_in
loopback(int port)
{
    struct sockaddr_in a = { .sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port) };

    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return a;
}

int
netproxy_listen(int *port)
{
    struct sockaddr_in a = loopback(*port);
    socklen_t len = sizeof(a);
    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (fd < 0 || bind(fd, (struct sockaddr *)&a, len) < 0
        || listen(fd, BACKLOG) < 0
        || getsockname(fd, (struct sockaddr *)&a, &len) < 0)
        return -1;
    *port = ntohs(a.sin_port);
    return fd;
}

int
netproxy_dial(int port)
{
    struct sockaddr_in a = loopback(port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

int
netproxy_pass(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t did = send(fd, p, n, MSG_NOSIGNAL);

        if (did < 0)
            return -1;
        p += did;
        n -= (size_t)did;
    }
    return 0;
}

int
netproxy_start(struct netproxy *p, int port)
{
    int listener, control;

    *p = (struct netproxy){ .pid = -1 };
    listener = netproxy_listen(&p->port);
    control = netproxy_listen(&p->control);
    if (listener < 0 || control < 0)
        return -1;
    fflush(NULL);
    if ((p->pid = fork()) == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);     /* ends with the test */
        netproxy_run(listener, control, port);
    }
    close(listener);
    close(control);
    return p->pid < 0 ? -1 : 0;
}

void
netproxy_stop(struct netproxy *p)
{
    if (p->pid > 0) {
        (void)kill(p->pid, SIGKILL);
        (void)waitpid(p->pid, NULL, 0);
    }
    p->pid = -1;
}

static int64_t
count_in(const char *line, const char *name)
{
    const char *at = strstr(line, name);

    return at == NULL ? -1 : strtoll(at + strlen(name), NULL, 10);
}

int
netproxy_tell(const struct netproxy *p, struct netproxy_counts *to,
              const char *fmt, ...)
{
    struct netproxy_counts c = { 0 };
    char line[LINE_BYTES];
    va_list args;
    size_t n = 0;
    ssize_t got = 0;
    int fd = netproxy_dial(p->control);

    va_start(args, fmt);
    n = (size_t)vsnprintf(line, sizeof(line) - 1, fmt, args);
    va_end(args);
    line[n++] = '\n';
    if (fd < 0 || netproxy_pass(fd, line, n) < 0) {
        if (fd >= 0)
            close(fd);
        return -1;
    }
    for (n = 0; n + 1 < sizeof(line)
         && (got = read(fd, line + n, sizeof(line) - 1 - n)) > 0;)
        n += (size_t)got;
    line[n] = '\0';
    close(fd);
    if (strncmp(line, "ok ", 3) != 0)
        return -1;
    c = (struct netproxy_counts){
        count_in(line, " connections="), count_in(line, " requests="),
        count_in(line, " matched="), count_in(line, " whole="),
        count_in(line, " kept="), count_in(line, " fired="),
        count_in(line, " up="), count_in(line, " down=")
    };
    if (to != NULL)
        *to = c;
    return 0;
}
