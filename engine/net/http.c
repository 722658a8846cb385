#include <assert.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/failpoint.h"
#include "net/http.h"
#include "net/internal.h"

enum call_state { CALL_FREE, CALL_RUNNING, CALL_CANCELLED };

/* What was decided at the door, just before the first byte could leave. */
enum call_left { LEFT_NOT, LEFT_REFUSED, LEFT_YES };

/* A slot: its easy handle is made once and armed anew for every request. */
struct http_call {
    struct net        *net;
    CURL              *easy;
    struct curl_slist *headers;
    enum call_state    state;
    enum call_left     left;
    bool               changes;
    bool               resend;          /* libcurl wanted to send it again   */
    bool               head_whole;      /* the blank line after it came      */
    bool               too_large;
    bool               cut;             /* by a failpoint                    */
    const char        *what;            /* of the order                      */
    size_t             to_write;        /* of its body, for a failpoint      */
    http_door          door;
    http_done          done;
    void              *owner;
    int64_t            started_ms;
    struct buf         body;            /* of the answer                     */
    char               curl_why[CURL_ERROR_SIZE];
};

/* libcurl's callbacks: the one place where its void pointers become ours. */

static int
on_door(void *cls, char *ip, char *local_ip, int port, int local_port)
{
    struct http_call *c = cls;

    (void)ip;
    (void)local_ip;
    (void)port;
    (void)local_port;
    if (c->left == LEFT_YES) {
        /* The connection died and libcurl starts over.  For what changes
         * something that may be the second payment: never. */
        c->resend = true;
        return c->changes ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
    }
    if (c->left == LEFT_REFUSED || c->state != CALL_RUNNING)
        return CURL_PREREQFUNC_ABORT;
    if (FP_OF("net.door", c->what) != FP_GO)
        return CURL_PREREQFUNC_ABORT;
    if (c->door != NULL && !c->door(c->owner)) {
        c->left = LEFT_REFUSED;
        return CURL_PREREQFUNC_ABORT;
    }
    c->left = LEFT_YES;
    return FP_OF("net.left", c->what) == FP_GO ? CURL_PREREQFUNC_OK
                                               : CURL_PREREQFUNC_ABORT;
}

/* Only for the failpoint: libcurl says what it has given to the kernel. */
static int
on_written(CURL *h, curl_infotype what, char *bytes, size_t n, void *cls)
{
    struct http_call *c = cls;

    (void)h;
    (void)bytes;
    if (what == CURLINFO_DATA_OUT)
        c->to_write -= n < c->to_write ? n : c->to_write;
    else if (what != CURLINFO_HEADER_OUT || c->to_write > 0)
        return 0;
    if (c->to_write == 0 && FP_OF("net.sent", c->what) != FP_GO)
        c->cut = true;
    return 0;
}

/*
 * What changes something must not stay behind in the kernel when we give it
 * up: closing throws away what was not sent yet, also when we are killed.
 */
static int
on_socket(void *cls, curl_socket_t fd, curlsocktype purpose)
{
    struct http_call *c = cls;
    const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

    (void)purpose;
    if (c->changes && setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once,
                                 sizeof(at_once)) < 0)
        return CURL_SOCKOPT_ERROR;
    return CURL_SOCKOPT_OK;
}

static size_t
on_body(char *bytes, size_t one, size_t n, void *cls)
{
    struct http_call *c = cls;

    n *= one;
    if (n > c->body.max - c->body.len)
        c->too_large = true;
    else
        buf_add(&c->body, bytes, n);
    /* Anything but n makes libcurl stop and close the connection. */
    return c->too_large || c->body.failed ? 0 : n;
}

/*
 * When the connection ends in the middle of the headers libcurl 7.88 reports
 * success, with the status it read: only the blank line says they are whole.
 */
static size_t
on_header(char *line, size_t one, size_t n, void *cls)
{
    struct http_call *c = cls;

    n *= one;
    if (n >= 5 && memcmp(line, "HTTP/", 5) == 0)
        c->head_whole = false;          /* of a new answer after a 1xx */
    else if (n > 0 && (line[0] == '\r' || line[0] == '\n'))
        c->head_whole = true;
    /* Anything but n makes libcurl stop and close the connection. */
    if (c->cut || (c->head_whole && FP_OF("net.head", c->what) != FP_GO))
        return 0;
    return n;
}

/* A header may not carry a second one along. */
static bool
header_is_clean(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
            return false;
    return s.len > 0;
}

static int
header_add(struct http_call *c, const char *name, struct str value,
           struct err *e)
{
    size_t bytes = strlen(name) + value.len + 1;
    struct curl_slist *longer = NULL;
    char *line;

    /* Exactly as long as needed: a growing buffer would leave copies of the
     * secret behind in freed memory. */
    if ((line = malloc(bytes)) != NULL) {
        snprintf(line, bytes, "%s%.*s", name, STR_ARG(value));
        longer = curl_slist_append(c->headers, line);
        explicit_bzero(line, bytes);
        free(line);
    }
    if (longer == NULL)
        return err_oom(e);
    c->headers = longer;
    return 0;
}

static void
headers_wipe(struct http_call *c)
{
    for (struct curl_slist *h = c->headers; h != NULL; h = h->next)
        explicit_bzero(h->data, strlen(h->data));
    curl_slist_free_all(c->headers);
    c->headers = NULL;
}

static int
headers_more(struct http_call *c, const struct http_header *h, struct err *e)
{
    char name[NAME_BYTES_MAX];

    for (; h != NULL && h->name != NULL; h++) {
        snprintf(name, sizeof(name), "%s: ", h->name);
        if (!header_is_clean(str_of(h->value)))
            return err_set(e, ERR_BUG, "The header %s is not one line.",
                           h->name);
        if (header_add(c, name, str_of(h->value), e) < 0)
            return -1;
    }
    return 0;
}

static int
headers_set(struct http_call *c, const struct http_order *o, struct err *e)
{
    const struct request *q = o->request;

    /* No pause of a second for "100 Continue", and no type where none was
     * given: libcurl would say that it is a form. */
    if (header_add(c, "Expect:", STR(""), e) < 0)
        return -1;
    if (q->content_type == NULL) {
        if (header_add(c, "Content-Type:", STR(""), e) < 0)
            return -1;
    } else {
        if (!header_is_clean(str_of(q->content_type)))
            return err_set(e, ERR_BUG, "A content type is not one line.");
        if (header_add(c, "Content-Type: ", str_of(q->content_type), e) < 0)
            return -1;
    }
    if (headers_more(c, o->headers, e) < 0)
        return -1;
    if (q->auth == AUTH_NONE)
        return 0;
    if (o->bearer == NULL || o->bearer->p == NULL
        || !header_is_clean(secret_view(o->bearer))) {
        err_set(e, ERR_CONFIG, "The secret for %s is missing, or is not one "
                               "line of text.", o->base_url);
        return err_fix(e, "Check the file or variable that holds the secret.");
    }
    return header_add(c, "Authorization: Bearer ", secret_view(o->bearer), e);
}

/* Spell out everything libcurl would otherwise decide for us. */
static int
call_arm(struct http_call *c, const struct http_order *o, const char *url,
         bool plain, struct err *e)
{
    CURL *h = c->easy;
    long alone = o->request->changes ? 1L : 0L;
    long connect_ms = o->connect_ms > 0 ? o->connect_ms : NET_CONNECT_MS;
    long answer_ms = o->answer_ms > 0 ? o->answer_ms : NET_ANSWER_MS;
    unsigned bad = 0;

    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_URL, url);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR,
                                      plain ? "http" : "https");
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, 1L);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_SSL_VERIFYHOST, 2L);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_SSLVERSION,
                                      (long)CURL_SSLVERSION_TLSv1_2);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_HTTP_VERSION,
                                      (long)CURL_HTTP_VERSION_1_1);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
    /* Two locks on one door: a fresh connection is never retried, and
     * on_door() refuses the retry of any other. */
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_FRESH_CONNECT, alone);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_FORBID_REUSE, alone);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_SOCKOPTFUNCTION, on_socket);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_SOCKOPTDATA, c);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_PREREQFUNCTION, on_door);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_PREREQDATA, c);
    /* What the environment says about proxies is not about payments. */
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_PROXY, "");
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_NOPROXY, "*");
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_NETRC,
                                      (long)CURL_NETRC_IGNORED);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
    /* A cancelled call must not hold up the loop until its name is found. */
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_QUICK_EXIT, 1L);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, answer_ms);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_USERAGENT,
                                      o->agent != NULL ? o->agent : "payrun");
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_HTTPHEADER, c->headers);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_ERRORBUFFER, c->curl_why);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, on_header);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_HEADERDATA, c);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, on_body);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_WRITEDATA, c);
    bad |= (unsigned)curl_easy_setopt(h, CURLOPT_PRIVATE, c);
    if (FP_BUILT) {
        bad |= (unsigned)curl_easy_setopt(h, CURLOPT_VERBOSE, 1L);
        bad |= (unsigned)curl_easy_setopt(h, CURLOPT_DEBUGFUNCTION, on_written);
        bad |= (unsigned)curl_easy_setopt(h, CURLOPT_DEBUGDATA, c);
    }
    if (bad != 0)
        return err_set(e, ERR_BUG, "libcurl refused one of its options.");
    return 0;
}

/* The body is not copied: the request lives until done. */
static int
call_arm_body(struct http_call *c, const struct request *q, struct err *e)
{
    unsigned bad = 0;

    if (strcmp(q->method, "GET") == 0) {
        if (q->body.len > 0)
            return err_set(e, ERR_BUG, "A GET with a body was asked for.");
        bad |= (unsigned)curl_easy_setopt(c->easy, CURLOPT_HTTPGET, 1L);
    } else if (strcmp(q->method, "POST") == 0) {
        bad |= (unsigned)curl_easy_setopt(c->easy, CURLOPT_POST, 1L);
        bad |= (unsigned)curl_easy_setopt(c->easy, CURLOPT_POSTFIELDSIZE_LARGE,
                                          (curl_off_t)q->body.len);
        bad |= (unsigned)curl_easy_setopt(c->easy, CURLOPT_POSTFIELDS,
                                          q->body.len > 0 ? q->body.p : "");
    } else {
        return err_set(e, ERR_BUG, "HTTP method %s is not used.", q->method);
    }
    if (bad != 0)
        return err_set(e, ERR_BUG, "libcurl refused a request body.");
    return 0;
}

/* A free slot, with a handle, or NULL. */
static struct http_call *
slot_take(struct net *net, struct err *e)
{
    struct http_call *c = NULL;
    int i = 0;

    while (i < NET_INFLIGHT_MAX && net->slots[i] != NULL
           && net->slots[i]->state != CALL_FREE)
        i++;
    if (i == NET_INFLIGHT_MAX) {
        err_set(e, ERR_TEMP, "%d requests are in flight already, which is "
                             "the most there may be.", NET_INFLIGHT_MAX);
        return NULL;
    }
    if (net->slots[i] == NULL)
        net->slots[i] = calloc(1, sizeof(*c));
    if ((c = net->slots[i]) != NULL && c->easy == NULL)
        c->easy = curl_easy_init();
    if (c == NULL || c->easy == NULL) {
        err_oom(e);
        return NULL;
    }
    c->net = net;
    return c;
}

/* Back to empty; the handle keeps its memory for the next request. */
static void
slot_clear(struct http_call *c)
{
    curl_easy_reset(c->easy);
    headers_wipe(c);
    buf_release(&c->body);
    *c = (struct http_call){ .net = c->net, .easy = c->easy };
}

int
net_start(struct net *net, const struct http_order *o, struct http_call **out,
          struct err *e)
{
    struct http_call *c = NULL;
    char *url = NULL;
    bool plain = false;
    int rc = -1;

    if (out != NULL)
        *out = NULL;
    if (net->closing || o->done == NULL || o->request == NULL)
        return err_set(e, ERR_BUG, "A request was started in a wrong way.");
    if (url_make(&url, &plain, o->base_url, o->request->path, e) < 0)
        return -1;
    if (FP_OF("net.start", o->what) != FP_GO) {
        free(url);
        return err_set(e, ERR_TEMP, "No connection: a failpoint.");
    }
    if ((c = slot_take(net, e)) == NULL)
        goto out;
    c->changes = o->request->changes;
    c->what = o->what;
    c->to_write = o->request->body.len;
    c->door = o->door;
    c->done = o->done;
    c->owner = o->owner;
    c->started_ms = clock_mono_ms();
    buf_init(&c->body, NET_REPLY_BYTES_MAX);
    if (headers_set(c, o, e) < 0 || call_arm(c, o, url, plain, e) < 0
        || call_arm_body(c, o->request, e) < 0)
        goto out;
    if (curl_multi_add_handle(net->multi, c->easy) != CURLM_OK) {
        err_set(e, ERR_BUG, "A request cannot be started from here.");
        err_fix(e, "Start it from a done callback or between turns, not from "
                   "a door.");
        goto out;
    }
    c->state = CALL_RUNNING;
    net->inflight++;
    if (out != NULL)
        *out = c;
    rc = 0;
out:
    if (rc < 0 && c != NULL)
        slot_clear(c);
    free(url);
    return rc;
}

void
net_cancel(struct net *net, struct http_call *c)
{
    if (c == NULL || c->state != CALL_RUNNING)
        return;
    /* libcurl may be calling us right now, so only the mark is made here.
     * Without a turn nothing moves, and the next turn takes it out. */
    c->state = CALL_CANCELLED;
    net->cancelled++;
}

int
net_inflight(const struct net *net)
{
    return net->inflight;
}

static const char *
call_why(const struct http_call *c, CURLcode code)
{
    if (c->left == LEFT_REFUSED)
        return "stopped at the door; not one byte was sent";
    if (c->resend && c->changes)
        return "the connection died after the request was sent; sending it "
               "again was refused";
    if (c->too_large)
        return "answer too large";
    if (c->body.failed)
        return "no memory for the answer";
    if (c->state == CALL_CANCELLED)
        return c->left == LEFT_YES ? "cancelled after it was sent"
                                   : "cancelled before it was sent";
    if (code == CURLE_OK)
        return "the answer ended in its headers";
    return c->curl_why[0] != '\0' ? c->curl_why : curl_easy_strerror(code);
}

/* What time it is at the other end, if it says so. */
static int64_t
date_of(struct http_call *c)
{
    struct curl_header *head = NULL;
    time_t at = -1;

    if (curl_easy_header(c->easy, "Date", 0, CURLH_HEADER, -1, &head)
        == CURLHE_OK)
        at = curl_getdate(head->value, NULL);
    return at > 0 ? (int64_t)at : 0;
}

/*
 * What is known about ${c}, into ${r}.  ${over} says that libcurl is through
 * with it, and then ${code} how.
 */
static void
call_judge(struct http_call *c, bool over, CURLcode code, struct reply *r)
{
    curl_off_t retry_s = 0;
    long http = 0;

    r->took_ms = clock_mono_ms() - c->started_ms;
    curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &http);
    if (over && code == CURLE_OK && c->left == LEFT_YES && c->head_whole
        && http >= 200 && FP_OF("net.whole", c->what) == FP_GO) {
        r->wire = WIRE_ANSWERED;
        r->http = (int)http;
        r->body = c->body;
        c->body = (struct buf){ 0 };
        r->date_s = date_of(c);
        curl_easy_getinfo(c->easy, CURLINFO_RETRY_AFTER, &retry_s);
        /* A date that has passed comes out negative. */
        if (retry_s > 0)
            r->retry_after_ms = retry_s < INT64_MAX / 1000 ? retry_s * 1000
                                                           : INT64_MAX;
        return;
    }
    r->wire = c->left == LEFT_YES ? WIRE_NO_ANSWER : WIRE_NOT_SENT;
    str_copy(r->why, sizeof(r->why),
             str_cut(str_of(call_why(c, code)), sizeof(r->why) - 1));
}

/* The slot is free before the owner hears of it: he may want it again. */
static void
call_finish(struct http_call *c, bool over, CURLcode code)
{
    struct net *net = c->net;
    struct reply r = { 0 };
    http_done done = c->done;
    void *owner = c->owner;

    assert(c->state != CALL_FREE);
    call_judge(c, over, code, &r);
    if (c->state == CALL_CANCELLED)
        net->cancelled--;
    net->inflight--;
    curl_multi_remove_handle(net->multi, c->easy);
    slot_clear(c);
    done(owner, &r);
    reply_release(&r);
}

static void
http_collect_cancelled(struct net *net)
{
    /* One pass: who is cancelled meanwhile is told in the next turn. */
    for (int i = 0; i < NET_INFLIGHT_MAX && net->slots[i] != NULL; i++)
        if (net->slots[i]->state == CALL_CANCELLED)
            call_finish(net->slots[i], false, CURLE_OK);
}

void
http_collect(struct net *net)
{
    CURLMsg *m;
    char *private = NULL;
    int left = 0;

    while ((m = curl_multi_info_read(net->multi, &left)) != NULL) {
        assert(m->msg == CURLMSG_DONE);
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &private);
        /* ${m} is gone once its handle leaves the multi handle. */
        call_finish((struct http_call *)private, true, m->data.result);
    }
    if (net->cancelled > 0)
        http_collect_cancelled(net);
}

void
http_close(struct net *net)
{
    for (int i = 0; i < NET_INFLIGHT_MAX && net->slots[i] != NULL; i++)
        net_cancel(net, net->slots[i]);
    http_collect(net);
    for (int i = 0; i < NET_INFLIGHT_MAX && net->slots[i] != NULL; i++) {
        assert(net->slots[i]->state == CALL_FREE);
        curl_easy_cleanup(net->slots[i]->easy);
        free(net->slots[i]);
        net->slots[i] = NULL;
    }
    net->inflight = 0;
}
