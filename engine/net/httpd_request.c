#include <arpa/inet.h>
#include <assert.h>
#include <sys/socket.h>

#include "base/log.h"
#include "base/secret.h"
#include "net/httpd_request.h"

/* What is left of a truncated answer: see httpd_answer_part(). */
struct part {
    size_t len;
    char   bytes[];
};

static void
request_peer(struct httpd_request *r)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(r->conn, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *a = info != NULL ? info->client_addr : NULL;
    struct sockaddr_in6 v6;
    struct sockaddr_in v4;

    if (a == NULL)
        return;
    if (a->sa_family == AF_INET) {
        memcpy(&v4, a, sizeof(v4));
        inet_ntop(AF_INET, &v4.sin_addr, r->peer, sizeof(r->peer));
    } else if (a->sa_family == AF_INET6) {
        memcpy(&v6, a, sizeof(v6));
        /* An IPv4 client of a "[::]" listener: shown as what it is. */
        if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr))
            inet_ntop(AF_INET, &v6.sin6_addr.s6_addr[12], r->peer,
                      sizeof(r->peer));
        else
            inet_ntop(AF_INET6, &v6.sin6_addr, r->peer, sizeof(r->peer));
    }
}

struct httpd_request *
httpd_request_new(struct httpd *h, struct MHD_Connection *conn,
                  const char *method, const char *path)
{
    struct httpd_request *r = calloc(1, sizeof(*r));

    if (r == NULL || (r->path = strdup(path)) == NULL) {
        free(r);
        return NULL;
    }
    r->server = h;
    r->conn = conn;
    r->method = method;
    buf_init(&r->body, (size_t)h->body_bytes_max);
    buf_init(&r->headers, READ_CHUNK_BYTES);
    request_peer(r);
    if ((r->next = h->first) != NULL)
        r->next->prev = r;
    h->first = r;
    return r;
}

/* The library counts: what it still sends, it keeps. */
static void
request_forget(struct httpd_request *r)
{
    if (r->response != NULL && !r->is_kept)
        MHD_destroy_response(r->response);
    r->response = NULL;
}

void
httpd_request_free(struct httpd_request *r)
{
    if (r->next != NULL)
        r->next->prev = r->prev;
    if (r->prev != NULL)
        r->prev->next = r->next;
    else
        r->server->first = r->next;
    request_forget(r);
    buf_release(&r->body);
    buf_release(&r->headers);
    free(r->path);
    free(r);
}

enum MHD_Result
httpd_request_queue(struct httpd_request *r)
{
    enum MHD_Result ok = MHD_NO;

    if (r->response != NULL) {
        ok = MHD_queue_response(r->conn, (unsigned)r->status, r->response);
        request_forget(r);
    }
    return ok;
}

enum MHD_Result
httpd_request_too_large(struct httpd_request *r)
{
    char text[80];
    int n = snprintf(text, sizeof(text),
                     "The body is larger than %lld bytes.\n",
                     (long long)r->server->body_bytes_max);

    r->state = REQUEST_ANSWERED;
    r->status = MHD_HTTP_CONTENT_TOO_LARGE;
    r->response = MHD_create_response_from_buffer((size_t)n, text,
                                                  MHD_RESPMEM_MUST_COPY);
    return httpd_request_queue(r);
}

/*
 * The headers are in.  A body that is declared too large is refused before it
 * is sent when the client waits for that ("Expect"), or when it is so large
 * that reading it to be polite makes no sense.
 */
enum MHD_Result
httpd_request_begin(struct httpd_request *r)
{
    const char *expect = httpd_header(r, "Expect");
    const char *length = httpd_header(r, "Content-Length");
    int64_t max = r->server->body_bytes_max;
    int64_t bytes = 0;

    if (length == NULL)
        return MHD_YES;
    if (str_i64(&bytes, str_of(length)) < 0)
        bytes = INT64_MAX;
    if (bytes / 2 > max || (bytes > max && expect != NULL))
        return httpd_request_too_large(r);
    return MHD_YES;
}

/*
 * A piece of the body.  What is over the maximum is not stored; as much again
 * is read and thrown away, because a client that is still sending when the
 * connection closes never sees its 413.
 */
enum MHD_Result
httpd_request_take(struct httpd_request *r, const char *bytes, size_t n)
{
    int64_t max = r->server->body_bytes_max;

    r->came_bytes += (int64_t)n;
    if (r->came_bytes <= max)
        buf_add(&r->body, bytes, n);
    else
        buf_release(&r->body);
    if (r->came_bytes / 2 > max || (r->came_bytes <= max && r->body.failed))
        return MHD_NO;
    return MHD_YES;
}

/* What the handler may ask. */

const char *
httpd_method(const struct httpd_request *r)
{
    return r->method;
}

const char *
httpd_path(const struct httpd_request *r)
{
    return r->path;
}

struct str
httpd_body(const struct httpd_request *r)
{
    return buf_view(&r->body);
}

const char *
httpd_header(const struct httpd_request *r, const char *name)
{
    return MHD_lookup_connection_value(r->conn, MHD_HEADER_KIND, name);
}

const char *
httpd_query(const struct httpd_request *r, const char *name)
{
    const char *value = NULL;
    size_t len = 0;

    if (MHD_lookup_connection_value_n(r->conn, MHD_GET_ARGUMENT_KIND, name,
                                      strlen(name), &value, &len) != MHD_YES)
        return NULL;
    return value != NULL ? value : "";      /* "?all" is there, and empty */
}

struct query_visit {
    httpd_visit visit;
    void       *owner;
};

static enum MHD_Result
on_query(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_len,
         const char *value, size_t value_len)
{
    const struct query_visit *v = cls;

    (void)kind;
    v->visit(v->owner, (struct str){ name, name_len },
             (struct str){ value, value != NULL ? value_len : 0 });
    return MHD_YES;
}

void
httpd_each_query(const struct httpd_request *r, httpd_visit visit, void *owner)
{
    struct query_visit v = { visit, owner };

    MHD_get_connection_values_n(r->conn, MHD_GET_ARGUMENT_KIND, on_query, &v);
}

const char *
httpd_peer(const struct httpd_request *r)
{
    return r->peer;
}

void
httpd_set_note(struct httpd_request *r, void *note)
{
    r->note = note;
}

void *
httpd_note(const struct httpd_request *r)
{
    return r->note;
}

/* What it may answer. */

void
httpd_add_header(struct httpd_request *r, const char *name, const char *value)
{
    buf_add(&r->headers, name, strlen(name) + 1);
    buf_add(&r->headers, value, strlen(value) + 1);
}

static void
response_header(struct MHD_Response *response, const char *name,
                const char *value)
{
    if (MHD_add_response_header(response, name, value) != MHD_YES)
        log_event(LOG_BUG, "httpd_header_refused", L_STR("name", name));
}

static ssize_t
on_part(void *cls, uint64_t at, char *to, size_t max)
{
    const struct part *part = cls;
    size_t n;

    if (at >= part->len)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    n = part->len - (size_t)at;
    if (n > max)
        n = max;
    memcpy(to, part->bytes + at, n);
    return (ssize_t)n;
}

/* The answer is decided: from here on ${r} is no longer the caller's. */
static void
request_settle(struct httpd_request *r, enum request_state state)
{
    assert(r->state == REQUEST_ASKED);
    r->state = state;
    if (r->suspended) {
        MHD_resume_connection(r->conn);
        r->server->resumed = true;
    }
}

void
httpd_request_answer(struct httpd_request *r, struct MHD_Response *response,
                     int status, const char *type)
{
    const char *at = r->headers.p;
    const char *end = at != NULL ? at + r->headers.len : NULL;
    const char *name;

    if (response == NULL || r->headers.failed) {
        if (response != NULL)
            MHD_destroy_response(response);
        request_settle(r, REQUEST_DROPPED);
        return;
    }
    if (type != NULL)
        response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    while (at != end) {
        name = at;
        at += strlen(at) + 1;
        response_header(response, name, at);
        at += strlen(at) + 1;
    }
    r->response = response;
    r->status = status;
    request_settle(r, REQUEST_ANSWERED);
}

void
httpd_answer(struct httpd_request *r, int status, const char *type,
             struct str body)
{
    /* The library only reads: it copies right away. */
    void *bytes = body.len > 0 ? (void *)(uintptr_t)body.p : "";

    httpd_request_answer(r, MHD_create_response_from_buffer(
                                body.len, bytes, MHD_RESPMEM_MUST_COPY),
                         status, type);
}

/* NULL: there is no place for it, or no memory. */
static struct MHD_Response *
kept_response(struct httpd *h, const char *type, struct str body)
{
    struct kept *k = h->kept;

    for (; k < h->kept + h->nkept; k++)
        if (k->body == body.p && k->type == type)
            return k->response;
    if (h->nkept == HTTPD_KEPT_MAX)
        return NULL;
    *k = (struct kept){ type, body.p,
        MHD_create_response_from_buffer(body.len, (void *)(uintptr_t)body.p,
                                        MHD_RESPMEM_PERSISTENT) };
    if (k->response == NULL)
        return NULL;
    response_header(k->response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    h->nkept++;
    return k->response;
}

/* Headers of its own make it another answer. */
void
httpd_answer_same(struct httpd_request *r, int status, const char *type,
                  struct str body)
{
    struct MHD_Response *kept = r->headers.len > 0 || r->headers.failed
        ? NULL : kept_response(r->server, type, body);

    if (kept == NULL) {
        httpd_answer(r, status, type, body);
        return;
    }
    r->response = kept;
    r->is_kept = true;
    r->status = status;
    request_settle(r, REQUEST_ANSWERED);
}

void
httpd_answer_part(struct httpd_request *r, int status, const char *type,
                  struct str body, size_t n)
{
    struct MHD_Response *response = NULL;
    struct part *part;

    if (n > body.len)
        n = body.len;
    if ((part = malloc(sizeof(*part) + n)) != NULL) {
        part->len = n;
        if (n > 0)
            memcpy(part->bytes, body.p, n);
        response = MHD_create_response_from_callback(
            body.len, READ_CHUNK_BYTES, on_part, part, free);
        if (response == NULL)
            free(part);
    }
    httpd_add_header(r, MHD_HTTP_HEADER_CONNECTION, "close");
    httpd_request_answer(r, response, status, type);
}

void
httpd_drop(struct httpd_request *r)
{
    request_settle(r, REQUEST_DROPPED);
}

void
httpd_blot(struct httpd_request *r, const struct secret *s)
{
    secret_blot(&r->body, s);
}
