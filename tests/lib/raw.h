#ifndef TESTS_RAW_H
#define TESTS_RAW_H

#include <stdbool.h>
#include <stddef.h>

/*
 * An HTTP server of bare sockets that can misbehave as no library would.  It
 * lives in the test's own process: raw_step() moves it, and ep_fd becomes
 * readable when there is something to move.
 */
#define RAW_CONNS_MAX 16
#define RAW_HEAD_BYTES 8192

struct raw;

enum raw_act {
    RAW_OK,             /* 200 "ok", keep the connection               */
    RAW_TEXT,           /* send ${text} as it is, keep the connection   */
    RAW_TEXT_CLOSE,     /* send ${text} as it is, close                 */
    RAW_HANG_UP,        /* close without a byte                         */
    RAW_SILENT          /* read on, say nothing                         */
};

/* Decides about one whole request; the counters include it already. */
typedef enum raw_act (*raw_script)(struct raw *, const char *head);

struct raw {
    int         listen_fd;
    int         ep_fd;
    int         port;
    raw_script  script;
    const char *text;

    int         connections;    /* accepted                               */
    int         gets, posts;    /* whole requests                         */
    long        bytes;          /* read in all                            */
    char        head[RAW_HEAD_BYTES];           /* of the last request    */

    struct raw_conn {
        int    fd;              /* -1: free                               */
        size_t len;
        char   in[RAW_HEAD_BYTES];
    } conns[RAW_CONNS_MAX];
};

/* raw_open(w, script): listen on a free port of 127.0.0.1.  0 or -1. */
int  raw_open(struct raw *, raw_script);
void raw_close(struct raw *);
void raw_step(struct raw *);

/* Scripts that do the same to every request.  raw_says_text() sends ${text} and
 * closes; while there is none it says nothing. */
enum raw_act raw_says_ok(struct raw *, const char *head);
enum raw_act raw_says_text(struct raw *, const char *head);
enum raw_act raw_says_nothing(struct raw *, const char *head);
enum raw_act raw_hangs_up(struct raw *, const char *head);

#endif
