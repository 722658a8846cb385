#ifndef NET_HTTPD_REQUEST_H
#define NET_HTTPD_REQUEST_H

#include <microhttpd.h>
#include <netinet/in.h>

#include "net/internal.h"

/*
 * The server's side of one request: what httpd.c (connections) and
 * httpd_request.c (contents) share.
 *
 * A request is read whole (READING), handed to the handler (ASKED), and then
 * ANSWERED or DROPPED, at once or later.  While it is ASKED its connection is
 * suspended: libmicrohttpd neither polls it nor counts its idle time.
 */
enum request_state { REQUEST_READING, REQUEST_ASKED, REQUEST_ANSWERED,
                     REQUEST_DROPPED };

struct httpd_request {
    struct httpd          *server;
    struct httpd_request  *next;        /* all of the server's requests      */
    struct httpd_request  *prev;
    struct MHD_Connection *conn;
    const char            *method;
    char                  *path;
    enum request_state     state;
    bool                   suspended;
    int64_t                came_bytes;  /* of the body, stored or not        */
    struct buf             body;
    struct buf             headers;     /* name NUL value NUL ..., to send   */
    struct MHD_Response   *response;
    bool                   is_kept;     /* the server's, not this request's  */
    int                    status;
    void                  *note;
    struct drip           *drip;        /* a slow answer; NULL: not slow     */
    char                   peer[INET6_ADDRSTRLEN];
};

/* An answer that is made once: found by where its texts are. */
struct kept {
    const char          *type, *body;
    struct MHD_Response *response;
};

struct httpd {
    struct net           *net;          /* NULL once it is gone              */
    struct MHD_Daemon    *daemon;
    int                   port;
    bool                  paused;
    bool                  resumed;      /* somebody was, since the last run  */
    int64_t               body_bytes_max;
    httpd_handler         handler;
    void                 *owner;
    struct httpd_request *first;
    int                   drips;        /* slow answers that wait            */
    struct kept           kept[HTTPD_KEPT_MAX];
    int                   nkept;
};

/* httpd_request_new(h, conn, method, path): NULL when out of memory. */
struct httpd_request *httpd_request_new(struct httpd *,
                                        struct MHD_Connection *, const char *,
                                        const char *);
void httpd_request_free(struct httpd_request *);

/*
 * These return what libmicrohttpd wants to hear: MHD_YES, or MHD_NO to close
 * the connection.
 *
 * httpd_request_begin(r): the headers are in; may refuse the body to come.
 * httpd_request_take(r, bytes, n): a piece of the body.
 * httpd_request_too_large(r): answer 413.
 * httpd_request_queue(r): send the answer that was decided.
 */
enum MHD_Result httpd_request_begin(struct httpd_request *);
enum MHD_Result httpd_request_take(struct httpd_request *, const char *,
                                   size_t);
enum MHD_Result httpd_request_too_large(struct httpd_request *);
enum MHD_Result httpd_request_queue(struct httpd_request *);

/* httpd_request_answer(r, response, status, type): the answer is decided;
 * ${response} NULL (no memory) closes the connection. */
void httpd_request_answer(struct httpd_request *, struct MHD_Response *, int,
                          const char *);

/* httpd_drip_wait_ms(h, wait_ms): less when a slow answer goes on earlier.
 * httpd_drip_run(h, all): wake those whose time has come, or all. */
int64_t httpd_drip_wait_ms(const struct httpd *, int64_t);
void httpd_drip_run(struct httpd *, bool all);

#endif
