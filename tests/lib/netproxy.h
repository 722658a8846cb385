#ifndef TESTS_NETPROXY_H
#define TESTS_NETPROXY_H

#include <stdint.h>
#include <sys/types.h>

/*
 * A go-between for HTTP over TCP, in a process of its own, that breaks
 * connections at an exact place.  It is told what to do by lines on a control
 * port, one line a connection, and answers each with its counts, so that from
 * the answer on the order holds.
 *
 *   fault on=WORD at=PLACE[+N] how=HOW [skip=N] [times=N] [every=N] [ms=N]
 *       strikes every N-th of the requests whose first line has WORD in it,
 *       after  of them,  times (1; 0: always); for accept,
 *       connections are counted
 *   refuse | listen      connecting is refused; works again
 *   clear                no fault, counts from 0
 *   counts
 *
 * PLACE, N bytes further: accept (nothing was read yet), request.head,
 * request.body, request.last (all but the last byte), request.end, answer.head,
 * answer.body, answer.last, answer.end.  What is before it passes.
 *
 * HOW: rst | fin | stall (both ways, until the client gives up) | half (the way
 * it goes is closed, the other stays open) | delay (go on after ms)
 * | flood (100 MB instead of the answer).
 */
struct netproxy {
    pid_t pid;
    int   port, control;
};

struct netproxy_counts {
    int64_t connections;
    int64_t requests;           /* that began: a byte of them was seen        */
    int64_t matched;            /* ... whose first line has the fault's word  */
    int64_t whole;              /* matched ones that came whole               */
    int64_t kept;               /* matched ones on a connection that had
                                   another request before                     */
    int64_t fired;              /* how often the fault struck                 */
    int64_t up, down;           /* bytes passed                               */
};

/* netproxy_start(p, port): in front of 127.0.0.1:${port}.  0 or -1. */
int  netproxy_start(struct netproxy *, int);
void netproxy_stop(struct netproxy *);

/* netproxy_tell(p, counts, fmt, ...): one line; ${counts} may be NULL.  0, or
 * -1 when it was not understood. */
int netproxy_tell(const struct netproxy *, struct netproxy_counts *,
                  const char *, ...) __attribute__((format(printf, 3, 4)));

/* netproxy_listen(port): a listener on 127.0.0.1, *port gets its number when it
 * is 0.  -1 on failure. */
int netproxy_listen(int *);

/* For both sides: connect to a port of 127.0.0.1; write all.  -1 on failure. */
int netproxy_dial(int);
int netproxy_pass(int, const char *, size_t);

/* netproxy_run(listener, control, port): the proxy itself; never returns. */
_Noreturn void netproxy_run(int, int, int);

#endif
