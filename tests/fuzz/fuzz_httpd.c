/*
 * Any bytes over a connection to our listener.  How they are cut into
 * packets changes nothing of what a handler is given, and at most whether a
 * malformed request is refused at its end; a body is as long as it
 * was said to be, so no request hides in another; every request is answered,
 * dropped or still owed, and what comes back are whole HTTP answers.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/httpd_request.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define MUST(x) do { if (!(x)) abort(); } while (0)

#define BODY_BYTES_MAX 2048
#define LOG_BYTES      ((size_t)1 << 20)
#define INPUT_MAX      6000     /* a connection's memory is 32 KB: beyond it
                                   the cuts may well decide what still fits */
#define LATER_MAX      64
#define QUIET_TURNS    4

static struct net *net;
static struct httpd *httpd;
static struct buf *told;                /* what the handler was given         */
static struct httpd_request *later[LATER_MAX];
static int nlater, handled;

/* --- the handler ---------------------------------------------------------- */

static void
tell(const char *what, struct str s)
{
    buf_printf(told, "%s %zu:", what, s.len);
    buf_str(told, s);
    buf_char(told, '\n');
}

static void
on_argument(void *cls, struct str name, struct str value)
{
    (void)cls;
    MUST(name.p != NULL || name.len == 0);
    tell("name", name);
    tell("value", value);
}

/*
 * With a length the body has it; without one and not chunked it has none.
 * Only what was chunked has trailers; a folded line at their beginning makes
 * libmicrohttpd 0.9.75 lose the name of the last header, so asking for that
 * is not enough.
 */
static void
check_length(const struct httpd_request *r)
{
    const char *length = httpd_header(r, "Content-Length");
    const char *coding = httpd_header(r, "Transfer-Encoding");
    int64_t bytes = 0;

    MUST(httpd_body(r).len <= BODY_BYTES_MAX);
    if (coding != NULL || MHD_get_connection_values(r->conn, MHD_FOOTER_KIND,
                                                    NULL, NULL) > 0)
        return;
    if (length == NULL)
        MUST(httpd_body(r).len == 0);
    else
        MUST(str_i64(&bytes, str_of(length)) == 0
             && (size_t)bytes == httpd_body(r).len);
}

static void
on_request(void *cls, struct httpd_request *r)
{
    const char *path = httpd_path(r), *id = NULL;

    (void)cls;
    handled++;
    MUST(path != NULL && httpd_method(r)[0] != '\0');
    MUST(strcmp(httpd_peer(r), "127.0.0.1") == 0);
    check_length(r);
    tell("method", str_of(httpd_method(r)));
    tell("path", str_of(path));
    httpd_each_query(r, on_argument, NULL);
    if ((id = httpd_query(r, "id")) != NULL)
        tell("id", str_of(id));
    tell("body", httpd_body(r));
    httpd_add_header(r, "X-Was", "asked");
    if (path[0] == '/' && path[1] == 'l' && nlater < LATER_MAX)
        later[nlater++] = r;
    else if (path[0] == '/' && path[1] == 'd')
        httpd_drop(r);
    else if (path[0] == '/' && path[1] == 'p')
        httpd_answer_part(r, 200, "text/plain", STR("twenty bytes of text"),
                          7);
    else if (path[0] == '/' && path[1] == 's')
        httpd_answer_drip(r, 200, "text/plain", STR("slowly"), 2, 0);
    else
        httpd_answer_same(r, 200, "application/json", STR("{\"ok\":true}"));
}

/* --- the client ----------------------------------------------------------- */

/* A pair of sockets, because bytes over TCP come when the kernel finds time:
 * then two runs of one input would not be the same. */
static int
client(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET };
    int fd[2] = { -1, -1 };

    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fd)
         == 0);
    MUST(MHD_add_connection(httpd->daemon, fd[1], (struct sockaddr *)&a,
                            sizeof(a)) == MHD_YES);
    return fd[0];
}

/* Move the server until nothing happens any more; false: it hung up. */
static bool
settle(int fd, struct buf *answer)
{
    char room[4096];
    int quiet = 0;
    ssize_t n = 0;

    while (quiet < QUIET_TURNS) {
        int before = handled;

        MUST(net_turn(net, 0, NULL) == 0);
        n = recv(fd, room, sizeof(room), MSG_DONTWAIT);
        if (n > 0)
            buf_add(answer, room, (size_t)n);
        quiet = n > 0 || handled > before || nlater > 0 ? 0 : quiet + 1;
        while (nlater > 0)
            httpd_answer(later[--nlater], 202, NULL, STR(""));
    }
    return n < 0 && errno == EAGAIN;
}

/* ${n} bytes in pieces; what the handler was given is in ${log}. */
static void
play(const uint8_t *data, size_t n, size_t piece, struct buf *log,
     struct buf *answer)
{
    int fd = client();
    bool open = true;

    told = log;
    for (size_t i = 0; i < n && open; i += piece) {
        size_t len = n - i < piece ? n - i : piece;

        if (send(fd, data + i, len, MSG_NOSIGNAL) != (ssize_t)len)
            break;
        open = settle(fd, answer);
    }
    close(fd);
    for (int i = 0; i < QUIET_TURNS; i++)
        MUST(net_turn(net, 0, NULL) == 0);
    MUST(nlater == 0 && !log->failed);
}

/* The server speaks HTTP whatever it was told. */
static void
check_answer(struct str s)
{
    if (s.len >= 9)
        MUST(strncmp(s.p, "HTTP/1.", 7) == 0 && s.p[8] == ' ');
}

/* The same requests, up to one that was refused: libmicrohttpd sees what is
 * wrong in a header or trailer only when all of it has come at once. */
static void
check_same(struct str whole, struct str pieces)
{
    size_t n = whole.len < pieces.len ? whole.len : pieces.len;

    MUST(str_eq(str_cut(whole, n), str_cut(pieces, n)));
}

static void
setup(void)
{
    const struct httpd_order order = {
        .listen = "127.0.0.1:0", .body_bytes_max = BODY_BYTES_MAX,
        .handler = on_request
    };

    MUST((net = net_new(NULL)) != NULL);
    MUST((httpd = httpd_new(net, &order, NULL)) != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct buf log[2], answer[2];
    size_t piece = 1;

    if (net == NULL)
        setup();
    if (n < 2 || n > INPUT_MAX)
        return 0;
    piece += data[0] % 64;
    if (n / piece > 300)
        piece = n / 300;
    for (int i = 0; i < 2; i++) {
        buf_init(&log[i], LOG_BYTES);
        buf_init(&answer[i], LOG_BYTES);
        play(data + 1, n - 1, i == 0 ? n : piece, &log[i], &answer[i]);
        check_answer(buf_view(&answer[i]));
    }
    check_same(buf_view(&log[0]), buf_view(&log[1]));
    for (int i = 0; i < 2; i++) {
        buf_release(&log[i]);
        buf_release(&answer[i]);
    }
    return 0;
}
