#ifndef NET_HTTPD_H
#define NET_HTTPD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/*
 * HTTP server on libmicrohttpd, driven by the loop of loop.h through its epoll
 * descriptor (its own epoll thread collapses at 256 connections: measured).
 * A request is handed over whole; the answer may be given at once or later.
 */
struct net;
struct httpd;
struct httpd_request;       /* alive from the handler until httpd_answer() */

typedef void (*httpd_handler)(void *owner, struct httpd_request *);

struct httpd_order {
    const char   *listen;           /* "127.0.0.1:8081", "[::1]:0"; port 0
                                       takes a free one                     */
    int64_t       body_bytes_max;   /* 0: HTTPD_BODY_BYTES_MAX; more is 413 */
    httpd_handler handler;          /* required; called from net_turn()     */
    void         *owner;
};

struct httpd *httpd_new(struct net *, const struct httpd_order *, struct err *);
void httpd_free(struct httpd *);    /* unanswered requests are dropped */

/* httpd_port(h): the port it listens on. */
int httpd_port(const struct httpd *);

/* httpd_pause(h): take no new connection (clean stop); open ones go on. */
void httpd_pause(struct httpd *);

const char *httpd_method(const struct httpd_request *);
const char *httpd_path(const struct httpd_request *);      /* no query part */
struct str  httpd_body(const struct httpd_request *);
/* NULL when the header / the query argument is not there. */
const char *httpd_header(const struct httpd_request *, const char *name);
const char *httpd_query(const struct httpd_request *, const char *name);

/* httpd_each_query(r, visit, owner): every query argument as it came, decoded
 * and in order, "a" and "a=" both with an empty value. */
typedef void (*httpd_visit)(void *owner, struct str name, struct str value);
void httpd_each_query(const struct httpd_request *, httpd_visit, void *owner);

/* httpd_blot(r, secret): make it unreadable in the body. */
struct secret;
void httpd_blot(struct httpd_request *, const struct secret *);

const char *httpd_peer(const struct httpd_request *);      /* "127.0.0.1" */

/* A place for the handler's own pointer while the answer is pending. */
void  httpd_set_note(struct httpd_request *, void *);
void *httpd_note(const struct httpd_request *);

/**
 * httpd_answer(r, status, content_type, body):
 * Send the answer (${body} is copied) and give ${r} back.  Extra headers must
 * be added before with httpd_add_header().
 */
void httpd_add_header(struct httpd_request *, const char *, const char *);
void httpd_answer(struct httpd_request *, int status, const char *content_type,
                  struct str body);

/* httpd_answer_same(r, status, content_type, body): the same, for texts that
 * never change or move: made once, sent again and again. */
void httpd_answer_same(struct httpd_request *, int status,
                       const char *content_type, struct str body);

/**
 * httpd_drop(r): close the connection without a byte of answer.
 * httpd_answer_part(r, ..., n): promise the whole body, send ${n} bytes of it,
 * then close: a truncated answer.  Both for the sandbox's faults.
 */
void httpd_drop(struct httpd_request *);
void httpd_answer_part(struct httpd_request *, int status,
                       const char *content_type, struct str body, size_t n);

/**
 * httpd_answer_drip(r, ..., bytes_each, pause_ms):
 * The whole answer, ${bytes_each} at a time with ${pause_ms} between them: a
 * slow line.  For the sandbox's faults.
 */
void httpd_answer_drip(struct httpd_request *, int status,
                       const char *content_type, struct str body,
                       size_t bytes_each, int64_t pause_ms);

#endif
