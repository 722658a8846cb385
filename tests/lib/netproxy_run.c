#include "tests/lib/netproxy.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"

#define CONNS_MAX  64
#define HEAD_BYTES 8192
#define LINE_BYTES 256

enum how { HOW_RST, HOW_FIN, HOW_STALL, HOW_HALF, HOW_DELAY, HOW_FLOOD };
enum part { PART_ACCEPT, PART_HEAD, PART_BODY, PART_LAST, PART_END };

struct fault {
    bool      set;
    char      on[64];
    bool      answer;               /* the place is in the answer             */
    enum part part;
    int64_t   more;                 /* bytes further                          */
    enum how  how;
    int64_t   skip, times, every, ms;
};

/* One message after the other, in one direction. */
struct way {
    int64_t pos;                    /* bytes of this message that were seen   */
    int64_t head_bytes;             /* -1: the head is not whole yet          */
    int64_t body_bytes;
    size_t  len;
    char    head[HEAD_BYTES];
};

struct conn {
    int  client, server;            /* -1: none                               */
    bool struck, armed, mute;       /* mute: nothing goes to the client       */
    bool client_over, server_over;  /* no more from there                     */
    int  requests;
    struct way request, answer;
};

static struct conn conns[CONNS_MAX];
static struct fault fault;
static struct netproxy_counts counts;
static int64_t seen, meant;         /* of what the fault counts */
static int to_port;

/* --- sockets --------------------------------------------------------------- */

static void
hang_up(int *fd, bool reset)
{
    const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

    if (*fd < 0)
        return;
    if (reset)
        (void)setsockopt(*fd, SOL_SOCKET, SO_LINGER, &at_once,
                         sizeof(at_once));
    close(*fd);
    *fd = -1;
}

/* --- messages -------------------------------------------------------------- */

static void
way_next(struct way *w)
{
    w->pos = 0;
    w->len = 0;
    w->head_bytes = -1;
    w->body_bytes = 0;
}

static int64_t
length_of(const struct way *w)
{
    const char *at = strcasestr(w->head, "\r\nContent-Length:");

    return at == NULL ? 0 : strtoll(at + 17, NULL, 10);
}

/* Take what belongs to this message's head from ${p}. */
static void
way_head(struct way *w, const char *p, size_t n)
{
    const char *end;

    for (size_t i = 0; i < n && w->len + 1 < sizeof(w->head); i++)
        w->head[w->len++] = p[i];
    w->head[w->len] = '\0';
    if ((end = strstr(w->head, "\r\n\r\n")) == NULL)
        return;
    w->head_bytes = end + 4 - w->head;
    w->body_bytes = length_of(w);
}

/* Where the fault strikes in this message, or -1: not known yet. */
static int64_t
place_in(const struct way *w)
{
    if (fault.part == PART_HEAD)
        return fault.more;
    if (w->head_bytes < 0)
        return -1;
    switch (fault.part) {
    case PART_ACCEPT: case PART_HEAD:
        break;
    case PART_BODY:
        return w->head_bytes + fault.more;
    case PART_LAST:
        return w->head_bytes + w->body_bytes - 1;
    case PART_END:
        return w->head_bytes + w->body_bytes;
    }
    return 0;
}

/* --- faults ---------------------------------------------------------------- */

/* 100 MB instead of the answer, or as much as the client takes. */
static void
flood(struct conn *c)
{
    static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: "
        "application/json\r\nContent-Length: 104857600\r\n\r\n";
    static char block[1 << 16];
    int rc = netproxy_pass(c->client, head, sizeof(head) - 1);

    memset(block, '[', sizeof(block));
    for (int i = 0; i < 1600 && rc == 0; i++)
        rc = netproxy_pass(c->client, block, sizeof(block));
    hang_up(&c->client, false);
}

/*
 * A request that is cut must not become whole; one that went out whole must be
 * read at the other end, so there the connection stays, and its answer goes
 * nowhere.
 */
static void
strike(struct conn *c, bool whole)
{
    counts.fired++;
    c->struck = true;
    c->armed = false;
    switch (fault.how) {
    case HOW_RST: case HOW_FIN:
        hang_up(&c->client, fault.how == HOW_RST);
        if (!whole)
            hang_up(&c->server, fault.how == HOW_RST);
        break;
    case HOW_STALL:
        c->mute = true;
        break;
    case HOW_HALF:
        if (fault.answer)
            (void)shutdown(c->client, SHUT_WR);
        else if (c->server >= 0)
            (void)shutdown(c->server, SHUT_WR);
        c->mute = fault.answer;
        break;
    case HOW_FLOOD:
        flood(c);
        break;
    case HOW_DELAY:
        (void)poll(NULL, 0, (int)fault.ms);     /* and all others */
        c->struck = false;
        break;
    }
}

/* One more of what the fault counts: is it one of those that are meant? */
static bool
due(void)
{
    return fault.set && ++seen > fault.skip
        && (seen - fault.skip - 1) % fault.every == 0
        && (fault.times == 0 || meant < fault.times) && ++meant > 0;
}

/* A request begins. */
static void
begin(struct conn *c, const char *p, size_t n)
{
    size_t line = 0;
    char first[512];

    while (line < n && line + 1 < sizeof(first) && p[line] != '\r') {
        first[line] = p[line];
        line++;
    }
    first[line] = '\0';
    counts.requests++;
    c->requests++;
    c->armed = false;
    if (strstr(first, fault.on) == NULL)
        return;
    counts.matched++;
    counts.kept += c->requests > 1;
    c->armed = fault.part != PART_ACCEPT && due();
}

static int
to_server(struct conn *c, const char *p, size_t n)
{
    if (c->server < 0 && (c->server = netproxy_dial(to_port)) < 0)
        return -1;
    counts.up += (int64_t)n;
    return netproxy_pass(c->server, p, n);
}

static int
to_client(struct conn *c, const char *p, size_t n)
{
    counts.down += (int64_t)n;
    return c->client < 0 || c->mute ? 0 : netproxy_pass(c->client, p, n);
}

/*
 * Pass on what came in one direction, up to where the fault strikes.  Return 0
 * to go on, -1 when the connection is over for this direction.
 */
static int
move(struct conn *c, struct way *w, bool answer, const char *p, size_t n)
{
    while (n > 0) {
        bool mine = c->armed && answer == fault.answer;
        int64_t at = -1, left = INT64_MAX;
        size_t now = n;

        if (w->pos == 0 && !answer)
            begin(c, p, n);
        mine = c->armed && answer == fault.answer;
        if (w->head_bytes < 0)
            way_head(w, p, n);
        if (w->head_bytes >= 0)
            left = w->head_bytes + w->body_bytes - w->pos;
        if (mine && (at = place_in(w)) >= 0 && at - w->pos < left)
            left = at - w->pos;
        if (left < (int64_t)now)
            now = (size_t)left;
        if ((answer ? to_client(c, p, now) : to_server(c, p, now)) < 0)
            return -1;
        w->pos += (int64_t)now;
        p += now;
        n -= now;
        if (w->head_bytes >= 0
            && w->pos == w->head_bytes + w->body_bytes) {
            counts.whole += !answer && strstr(w->head, fault.on) != NULL;
            if (!(mine && at == w->pos))
                way_next(w);
        }
        if (mine && at == w->pos) {
            bool whole = answer || fault.part == PART_END;

            if (w->head_bytes >= 0
                && w->pos == w->head_bytes + w->body_bytes)
                way_next(w);
            strike(c, whole);
            if (fault.how != HOW_DELAY)
                return fault.how == HOW_HALF || fault.how == HOW_STALL ? 0
                                                                       : -1;
        }
    }
    return 0;
}

/* --- connections ----------------------------------------------------------- */

static void
conn_new(int listener)
{
    struct conn *c = conns;
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

    if (fd < 0)
        return;
    while (c < conns + CONNS_MAX && (c->client >= 0 || c->server >= 0))
        c++;
    if (c == conns + CONNS_MAX) {
        close(fd);
        return;
    }
    counts.connections++;
    *c = (struct conn){ .client = fd, .server = -1 };
    way_next(&c->request);
    way_next(&c->answer);
    if (fault.part == PART_ACCEPT && due())
        strike(c, false);
}

/* A struck connection is only read empty: at a stall until the client goes. */
static void
from_client(struct conn *c)
{
    char bytes[65536];
    ssize_t n = read(c->client, bytes, sizeof(bytes));
    bool swallow = c->struck && (fault.how == HOW_STALL
                                 || (fault.how == HOW_HALF && !fault.answer));

    if (n > 0 && swallow)
        return;
    if (n > 0 && move(c, &c->request, false, bytes, (size_t)n) == 0)
        return;
    if (c->client < 0)
        return;
    /* The client went: what it sent is all there will be. */
    hang_up(&c->client, n < 0);
    if (c->server >= 0 && (n < 0 || c->struck || c->request.pos > 0))
        hang_up(&c->server, n < 0);
    else if (c->server >= 0)
        (void)shutdown(c->server, SHUT_WR);
}

static void
from_server(struct conn *c)
{
    char bytes[65536];
    ssize_t n = read(c->server, bytes, sizeof(bytes));

    /* Nobody is there to hear it; and the server has done what it does. */
    if (n > 0 && c->mute)
        return;
    if (c->client < 0)
        n = 0;
    if (n > 0 && move(c, &c->answer, true, bytes, (size_t)n) == 0)
        return;
    hang_up(&c->server, false);
    if (!c->struck || fault.how != HOW_STALL)
        hang_up(&c->client, false);
}

/* --- control --------------------------------------------------------------- */

static bool
take_place(const char *text)
{
    static const struct { const char *name; bool answer; enum part part; }
    places[] = {
        { "accept", false, PART_ACCEPT },
        { "request.head", false, PART_HEAD },
        { "request.body", false, PART_BODY },
        { "request.last", false, PART_LAST },
        { "request.end", false, PART_END },
        { "answer.head", true, PART_HEAD },
        { "answer.body", true, PART_BODY },
        { "answer.last", true, PART_LAST },
        { "answer.end", true, PART_END },
    };
    size_t n = strcspn(text, "+");

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
        if (strlen(places[i].name) == n
            && strncmp(places[i].name, text, n) == 0) {
            fault.answer = places[i].answer;
            fault.part = places[i].part;
            fault.more = text[n] == '+' ? strtoll(text + n + 1, NULL, 10) : 0;
            return true;
        }
    return false;
}

static bool
take_word(char *word)
{
    static const char *const hows[] = { "rst", "fin", "stall", "half",
                                        "delay", "flood" };
    char *value = strchr(word, '=');

    if (value == NULL)
        return false;
    *value++ = '\0';
    if (strcmp(word, "on") == 0)
        return str_copy(fault.on, sizeof(fault.on), str_of(value)) == 0;
    if (strcmp(word, "at") == 0)
        return take_place(value);
    for (size_t i = 0; strcmp(word, "how") == 0
         && i < sizeof(hows) / sizeof(hows[0]); i++)
        if (strcmp(hows[i], value) == 0) {
            fault.how = (enum how)i;
            return true;
        }
    if (strcmp(word, "skip") == 0)
        fault.skip = strtoll(value, NULL, 10);
    else if (strcmp(word, "times") == 0)
        fault.times = strtoll(value, NULL, 10);
    else if (strcmp(word, "ms") == 0)
        fault.ms = strtoll(value, NULL, 10);
    else if (strcmp(word, "every") == 0)
        fault.every = strtoll(value, NULL, 10);
    else
        return false;
    return fault.every > 0;
}

static bool
take_fault(char **save)
{
    char *word;
    bool ok = true;

    fault = (struct fault){ .set = true, .times = 1, .every = 1 };
    counts.fired = counts.matched = counts.whole = counts.kept = 0;
    seen = meant = 0;
    while ((word = strtok_r(NULL, " ", save)) != NULL)
        ok = take_word(word) && ok;
    return ok;
}

static bool
take_line(char *line, int *listener, int port)
{
    char *save = NULL, *verb = strtok_r(line, " \r\n", &save);

    if (verb == NULL)
        return false;
    if (strcmp(verb, "fault") == 0)
        return take_fault(&save);
    if (strcmp(verb, "refuse") == 0) {
        hang_up(listener, false);
    } else if (strcmp(verb, "listen") == 0) {
        if (*listener < 0)
            *listener = netproxy_listen(&port);
        return *listener >= 0;
    } else if (strcmp(verb, "clear") == 0) {
        fault = (struct fault){ 0 };
        counts = (struct netproxy_counts){ 0 };
        seen = meant = 0;
    } else {
        return strcmp(verb, "counts") == 0;
    }
    return true;
}

static void
controlled(int control, int *listener, int port)
{
    int fd = accept4(control, NULL, NULL, SOCK_CLOEXEC);
    char line[LINE_BYTES] = "";
    size_t n = 0;
    ssize_t got = 1;
    bool ok;

    while (fd >= 0 && got > 0 && n + 1 < sizeof(line)
           && strchr(line, '\n') == NULL) {
        if ((got = read(fd, line + n, sizeof(line) - 1 - n)) > 0)
            line[n += (size_t)got] = '\0';
    }
    line[strcspn(line, "\n")] = '\0';
    ok = take_line(line, listener, port);
    n = (size_t)snprintf(line, sizeof(line), "%s connections=%" PRId64
        " requests=%" PRId64 " matched=%" PRId64 " whole=%" PRId64
        " kept=%" PRId64 " fired=%" PRId64 " up=%" PRId64 " down=%" PRId64
        "\n", ok ? "ok" : "what", counts.connections, counts.requests,
        counts.matched, counts.whole, counts.kept, counts.fired, counts.up,
        counts.down);
    if (fd >= 0) {
        (void)netproxy_pass(fd, line, n);
        close(fd);
    }
}

/* --- the loop -------------------------------------------------------------- */

_Noreturn void
netproxy_run(int listener, int control, int port)
{
    struct sockaddr_in a;
    socklen_t len = sizeof(a);

    to_port = port;
    (void)getsockname(listener, (struct sockaddr *)&a, &len);
    for (int i = 0; i < CONNS_MAX; i++)
        conns[i].client = conns[i].server = -1;
    for (;;) {
        struct pollfd fds[2 + 2 * CONNS_MAX] = {
            { .fd = control, .events = POLLIN },
            { .fd = listener, .events = POLLIN },       /* -1: left out */
        };

        for (int i = 0; i < CONNS_MAX; i++) {
            fds[2 + 2 * i] = (struct pollfd){ conns[i].client, POLLIN, 0 };
            fds[3 + 2 * i] = (struct pollfd){ conns[i].server, POLLIN, 0 };
        }
        if (poll(fds, 2 + 2 * CONNS_MAX, -1) < 0 && errno != EINTR)
            _exit(1);
        for (int i = 0; i < CONNS_MAX; i++) {
            if (fds[2 + 2 * i].revents != 0 && conns[i].client >= 0)
                from_client(&conns[i]);
            if (fds[3 + 2 * i].revents != 0 && conns[i].server >= 0)
                from_server(&conns[i]);
        }
        if (fds[1].revents != 0)
            conn_new(listener);
        if (fds[0].revents != 0)
            controlled(control, &listener, ntohs(a.sin_port));
    }
}

