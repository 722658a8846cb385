/*
 * sink --port-file FILE [--delay-ms N] [--final]: a provider without work.
 *
 * It takes IntaSend's calls on 127.0.0.1 and answers as IntaSend does in shape
 * and size, from the bytes of the request alone: initiate with a file of all
 * its payments, approve with the same file released, status with a file that
 * moves and names nobody; with --final a finished one in which all are paid.
 * It keeps no books, waits for nobody but --delay-ms (initiate and approve),
 * and so costs a program that sends to it as little as a provider can.
 *
 * For the bench only: it believes what it reads.
 */
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define READ_BYTES (256 * 1024)
#define NUMBER_BYTES 256        /* longer than any text with a number in it   */
#define LIT(s)     (s), sizeof(s) - 1

struct text {
    char  *p;
    size_t len, room;
};

struct slice {
    const char *p;
    size_t      len;
};

/* One connection: a request that comes in, an answer that goes out. */
struct peer {
    int         fd;
    struct text in, out;
    size_t      sent;
    size_t      body_at, whole;     /* of the request; 0: head not whole      */
    int64_t     due_ms;             /* the answer waits until then            */
    struct peer *next;              /* of those that wait, in order           */
};

static struct peer *first_due, *last_due;
static struct text *kept;           /* with --final: requests by file number  */
static size_t nfiles, kept_room;
static int64_t delay_ms;
static bool final;
static int poller;

static void
die(const char *what)
{
    perror(what);
    exit(1);
}

static int64_t
now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* --- text ----------------------------------------------------------------- */

static char *
room_for(struct text *t, size_t n)
{
    if (t->room - t->len < n) {
        t->room = 2 * t->room > t->len + n ? 2 * t->room : t->len + n;
        if ((t->p = realloc(t->p, t->room)) == NULL)
            die("memory");
    }
    return t->p + t->len;
}

static void
put(struct text *t, const char *p, size_t n)
{
    memcpy(room_for(t, n), p, n);
    t->len += n;
}

static void
put_number(struct text *t, const char *format, size_t n)
{
    char *at = room_for(t, NUMBER_BYTES);

    t->len += (size_t)snprintf(at, NUMBER_BYTES, format, n);
}

/* --- reading what was sent ------------------------------------------------ */

/* A value as it stands there, with its quotes; p is behind it afterwards. */
static struct slice
value_at(const char **p, const char *end)
{
    const char *from = *p, *at = from;

    if (at < end && *at == '"') {
        for (at++; at < end && *at != '"'; at++)
            at += *at == '\\';
        at++;
    } else {
        while (at < end && *at != ',' && *at != '}' && *at != ']')
            at++;
    }
    *p = at;
    return (struct slice){ from, (size_t)(at - from) };
}

static bool
is(struct slice s, const char *lit, size_t n)
{
    return s.len == n && memcmp(s.p, lit, n) == 0;
}

/* Of a payment, as the sender wrote it. */
struct payment {
    struct slice name, account, amount, narrative, key;
};

/* The next object of the list at ${p}; false: there is none. */
static bool
payment_at(struct payment *y, const char **p, const char *end)
{
    const struct slice none = { "null", 4 };

    *y = (struct payment){ none, none, none, none, none };
    while (*p < end && **p != '{' && **p != ']')
        ++*p;
    if (*p >= end || **p == ']')
        return false;
    do {
        struct slice name, value;

        ++*p;
        name = value_at(p, end);
        ++*p;
        value = value_at(p, end);
        if (is(name, LIT("\"name\"")))
            y->name = value;
        else if (is(name, LIT("\"account\"")))
            y->account = value;
        else if (is(name, LIT("\"amount\"")))
            y->amount = value;
        else if (is(name, LIT("\"narrative\"")))
            y->narrative = value;
        else if (is(name, LIT("\"idempotency_key\"")))
            y->key = value;
    } while (*p < end && **p == ',');
    return *p < end;
}

static const char *
behind(struct slice body, const char *lit, size_t n)
{
    const char *at = memmem(body.p, body.len, lit, n);

    return at != NULL ? at + n : body.p + body.len;
}

/* Members of the head are looked for before the payments only. */
static struct slice
head_of(struct slice body)
{
    const char *at = behind(body, LIT("\"transactions\":"));

    return (struct slice){ body.p, (size_t)(at - body.p) };
}

static struct slice
member(struct slice head, const char *name, size_t n)
{
    const char *at = behind(head, name, n), *end = head.p + head.len;

    return at < end ? value_at(&at, end) : (struct slice){ "null", 4 };
}

/* The last part of a tracking id is the number of its file. */
static size_t
number_of(struct slice body)
{
    struct slice id = member(body, LIT("\"tracking_id\":"));

    return id.len == 38 ? strtoul(id.p + 25, NULL, 10) : 0;
}

/* --- answering ------------------------------------------------------------ */

/* An amount as a number, whether it came as text or not. */
static void
put_bare(struct text *t, struct slice s)
{
    if (s.len > 2 && s.p[0] == '"')
        put(t, s.p + 1, s.len - 2);
    else
        put(t, s.p, s.len);
}

static void
put_payment(struct text *t, const struct payment *y, size_t file, size_t n,
            bool paid)
{
    put_number(t, "{\"transaction_id\":\"Y%zu", file);
    put_number(t, "X%zu\",\"status\":", n);
    if (paid)
        put(t, LIT("\"Successful\",\"status_code\":\"TS100\","
                   "\"status_description\":\"The service request is processed "
                   "successfully.\",\"provider_reference\":\"TK"));
    else
        put(t, LIT("\"Pending\",\"status_code\":\"TP101\","
                   "\"status_description\":null"));
    if (paid) {
        put_number(t, "%zu", file);
        put_number(t, "R%zu\"", n);
    }
    put_number(t, ",\"request_reference_id\":\"00000000-0000-4000-8000-%012zu"
               "\",\"name\":", file * 10000 + n);
    put(t, y->name.p, y->name.len);
    put(t, LIT(",\"account\":"));
    put(t, y->account.p, y->account.len);
    put(t, LIT(",\"id_number\":null,\"bank_code\":null,\"amount\":"));
    put_bare(t, y->amount);
    if (paid)
        put(t, LIT(",\"charge\":10"));
    put(t, LIT(",\"narrative\":"));
    put(t, y->narrative.p, y->narrative.len);
    put(t, LIT(",\"idempotency_key\":"));
    put(t, y->key.p, y->key.len);
    put(t, LIT("}"));
}

/* Minor units of "1234", 1234 or 1234.5. */
static size_t
minor_of(struct slice s)
{
    const char *p = s.p + (s.p[0] == '"');
    char *end = NULL;
    size_t whole = strtoul(p, &end, 10), cents = 0;

    if (*end == '.' && end[1] >= '0' && end[1] <= '9') {
        cents = (size_t)(end[1] - '0') * 10;
        if (end[2] >= '0' && end[2] <= '9')
            cents += (size_t)(end[2] - '0');
    }
    return whole * 100 + cents;
}

static void
put_tail(struct text *t, size_t n, size_t minor)
{
    put_number(t, "],\"charge_estimate\":%zu", 10 * n);
    if (final)
        put_number(t, ",\"actual_charges\":%zu", 10 * n);
    put_number(t, ",\"total_amount\":%zu", minor / 100);
    put_number(t, ".%02zu", minor % 100);
    put_number(t, ",\"transactions_count\":%zu", n);
    put(t, LIT(",\"created_at\":\"2026-11-22T07:26:22.928732+03:00\","
               "\"updated_at\":\"2026-11-22T07:26:23.040350+03:00\"}"));
}

/* The file made of ${sent}, whose payments stand behind "transactions". */
static void
put_file(struct text *t, struct slice sent, size_t file, const char *status,
         bool paid)
{
    struct slice head = head_of(sent);
    struct slice reference = member(head, LIT("\"batch_reference\":"));
    const char *p = sent.p + head.len, *end = sent.p + sent.len;
    struct payment y;
    size_t n = 0, minor = 0;

    put_number(t, "{\"file_id\":\"F%zu\",\"device_id\":null,", file);
    put_number(t, "\"tracking_id\":\"00000000-0000-4000-8000-%012zu\","
               "\"batch_reference\":", file);
    put(t, reference.p, reference.len);
    put(t, status, strlen(status));
    put(t, LIT(",\"nonce\":\"657b2f\",\"wallet\":{\"wallet_id\":\"WLT1234\","
               "\"label\":\"default\",\"can_disburse\":false,\"currency\":"
               "\"KES\",\"wallet_type\":\"SETTLEMENT\",\"current_balance\":"
               "900000000000.00,\"available_balance\":900000000000.00},"
               "\"transactions\":["));
    while (payment_at(&y, &p, end)) {
        if (n++ > 0)
            put(t, LIT(","));
        put_payment(t, &y, file, n, paid);
        minor += minor_of(y.amount);
    }
    put_tail(t, n, minor);
}

static void
keep(size_t file, struct slice body)
{
    if (file >= kept_room) {
        kept = realloc(kept, (file + 1024) * sizeof(*kept));
        if (kept == NULL)
            die("memory");
        memset(kept + kept_room, 0,
               (file + 1024 - kept_room) * sizeof(*kept));
        kept_room = file + 1024;
    }
    put(&kept[file], body.p, body.len);
}

static void
put_status(struct text *t, struct slice body)
{
    size_t file = number_of(body);

    if (final && file < kept_room && kept[file].len > 0) {
        put_file(t, (struct slice){ kept[file].p, kept[file].len }, file,
                 ",\"status\":\"Completed\",\"status_code\":\"BC100\"", true);
        return;
    }
    put_number(t, "{\"file_id\":\"F%zu\",", file);
    put_number(t, "\"tracking_id\":\"00000000-0000-4000-8000-%012zu\","
               "\"status\":\"Sending payment\",\"status_code\":\"BP109\","
               "\"transactions\":[]}", file);
}

static void
put_wallets(struct text *t)
{
    put(t, LIT("{\"count\":1,\"next\":null,\"previous\":null,\"results\":[{"
               "\"wallet_id\":\"WLT1234\",\"label\":\"default\","
               "\"can_disburse\":false,\"currency\":\"KES\",\"wallet_type\":"
               "\"SETTLEMENT\",\"current_balance\":\"900000000000.00\","
               "\"available_balance\":\"900000000000.00\"}]}"));
}

/* Returns whether it moves something, and so takes its time. */
static bool
put_answer(struct text *t, struct slice path, struct slice body)
{
    if (memmem(path.p, path.len, LIT("/initiate/")) != NULL) {
        size_t file = ++nfiles;

        put_file(t, body, file, ",\"status\":\"Preview and approve\","
                 "\"status_code\":\"BP103\"", false);
        if (final)
            keep(file, body);
        return true;
    }
    if (memmem(path.p, path.len, LIT("/approve/")) != NULL) {
        put_file(t, body, number_of(head_of(body)), ",\"status\":\"Confirming "
                 "balance\",\"status_code\":\"BP104\"", false);
        return true;
    }
    if (memmem(path.p, path.len, LIT("/status/")) != NULL)
        put_status(t, body);
    else
        put_wallets(t);
    return false;
}

/* --- connections ---------------------------------------------------------- */

static void
watch(struct peer *p, uint32_t what)
{
    struct epoll_event ev = { .events = what, .data.ptr = p };

    /* one that hung up meanwhile is not watched any more */
    (void)epoll_ctl(poller, EPOLL_CTL_MOD, p->fd, &ev);
}

static void
hang_up(struct peer *p)
{
    if (p->due_ms != 0)         /* its answer is due: it finds nobody there */
        return;
    close(p->fd);
    free(p->in.p);
    free(p->out.p);
    free(p);
}

static void
flush(struct peer *p)
{
    while (p->sent < p->out.len) {
        ssize_t n = send(p->fd, p->out.p + p->sent, p->out.len - p->sent,
                         MSG_NOSIGNAL);

        if (n < 0 && errno == EAGAIN) {
            watch(p, EPOLLIN | EPOLLOUT);
            return;
        }
        if (n < 0) {
            hang_up(p);
            return;
        }
        p->sent += (size_t)n;
    }
    p->out.len = p->sent = 0;
    watch(p, EPOLLIN);
}

/* The answer's length stands before it, in digits of a fixed number. */
static void
answer(struct peer *p)
{
    struct slice body = { p->in.p + p->body_at, p->whole - p->body_at };
    const char *line = memchr(p->in.p, '\r', p->in.len);
    struct slice path = { p->in.p, (size_t)(line - p->in.p) };
    char digits[16];
    size_t at;
    bool moves;

    put(&p->out, LIT("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                     "Content-Length: 000000000000\r\n\r\n"));
    at = p->out.len;
    moves = put_answer(&p->out, path, body);
    snprintf(digits, sizeof(digits), "%012zu", p->out.len - at);
    memcpy(p->out.p + at - 16, digits, 12);
    memmove(p->in.p, p->in.p + p->whole, p->in.len - p->whole);
    p->in.len -= p->whole;
    p->whole = 0;
    if (!moves || delay_ms == 0) {
        flush(p);
        return;
    }
    p->due_ms = now_ms() + delay_ms;
    *(first_due == NULL ? &first_due : &last_due->next) = p;
    last_due = p;
    p->next = NULL;
}

static void
look(struct peer *p)
{
    const char *end, *length;

    if (p->whole == 0) {
        end = memmem(p->in.p, p->in.len, LIT("\r\n\r\n"));
        if (end == NULL)
            return;
        p->body_at = (size_t)(end - p->in.p) + 4;
        length = memmem(p->in.p, p->body_at, LIT("Content-Length: "));
        p->whole = p->body_at
            + (length != NULL ? strtoul(length + 16, NULL, 10) : 0);
    }
    if (p->in.len >= p->whole)
        answer(p);
}

static void
take(struct peer *p)
{
    ssize_t n = recv(p->fd, room_for(&p->in, READ_BYTES), READ_BYTES, 0);

    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0) {
        epoll_ctl(poller, EPOLL_CTL_DEL, p->fd, NULL);
        hang_up(p);
        return;
    }
    p->in.len += (size_t)n;
    look(p);
}

static void
let_in(int listener)
{
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK), on = 1;
    struct peer *p;
    struct epoll_event ev = { .events = EPOLLIN };

    if (fd < 0)
        return;
    if ((p = calloc(1, sizeof(*p))) == NULL)
        die("memory");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    p->fd = fd;
    ev.data.ptr = p;
    if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &ev) < 0)
        die("epoll");
}

static int
let_out(void)
{
    int64_t now = now_ms();

    while (first_due != NULL && first_due->due_ms <= now) {
        struct peer *p = first_due;

        first_due = p->next;
        p->due_ms = 0;
        flush(p);
    }
    return first_due == NULL ? -1 : (int)(first_due->due_ms - now);
}

static int
listen_on_any(const char *port_file)
{
    struct sockaddr_in a = { .sin_family = AF_INET };
    socklen_t len = sizeof(a);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    FILE *f;

    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || bind(fd, (struct sockaddr *)&a, len) < 0
        || listen(fd, SOMAXCONN) < 0
        || getsockname(fd, (struct sockaddr *)&a, &len) < 0)
        die("listen");
    if ((f = fopen(port_file, "w")) == NULL
        || fprintf(f, "%d\n", ntohs(a.sin_port)) < 0 || fclose(f) != 0)
        die(port_file);
    return fd;
}

int
main(int argc, char **argv)
{
    const char *port_file = NULL;
    struct epoll_event ev = { .events = EPOLLIN }, got[64];
    int listener;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--final") == 0)
            final = true;
        else if (strcmp(argv[i], "--delay-ms") == 0 && i + 1 < argc)
            delay_ms = strtol(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--port-file") == 0 && i + 1 < argc)
            port_file = argv[++i];
    }
    if (port_file == NULL) {
        fputs("usage: sink --port-file FILE [--delay-ms N] [--final]\n",
              stderr);
        return 64;
    }
    signal(SIGPIPE, SIG_IGN);
    if ((poller = epoll_create1(0)) < 0)
        die("epoll");
    listener = listen_on_any(port_file);
    if (epoll_ctl(poller, EPOLL_CTL_ADD, listener, &ev) < 0)
        die("epoll");
    for (;;) {
        int n = epoll_wait(poller, got, 64, let_out());

        for (int i = 0; i < n; i++) {
            struct peer *p = got[i].data.ptr;

            if (p == NULL)
                let_in(listener);
            else if ((got[i].events & EPOLLOUT) != 0)
                flush(p);
            else
                take(p);
        }
    }
}
