#ifndef NET_LOOP_H
#define NET_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/*
 * One poll loop per process: HTTP client transfers, the HTTP server, and up to
 * NET_WATCH_MAX other file descriptors (a database socket).  Nothing here
 * decides anything: completions call their owner from net_turn().
 */
struct net;

#define NET_WATCH_MAX 8

struct net *net_new(struct err *);
void net_free(struct net *);                /* cancels what is in flight */

/**
 * net_turn(net, wait_ms, e):
 * Wait until something happens or ${wait_ms} passed, move everything that can
 * move, call the owners of what completed.  Returns at once after a signal
 * that net_stop_on_signals() caught.  Return 0 or -1.
 */
int net_turn(struct net *, int64_t wait_ms, struct err *);

/* net_watch(net, fd): wake net_turn() when ${fd} is readable.  0 or -1. */
int net_watch(struct net *, int fd);
void net_unwatch(struct net *, int fd);

/**
 * net_stop_on_signals():
 * SIGTERM, SIGINT and SIGHUP (unless ignored: nohup) set a flag and wake
 * net_turn(); SIGPIPE is ignored.
 * net_stopping() tells the flag: 0, or the signal's number.
 */
void net_stop_on_signals(void);
int net_stopping(void);

#endif
