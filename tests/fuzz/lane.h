#ifndef FUZZ_LANE_H
#define FUZZ_LANE_H

/* The connection on which fuzz_callback.c's groups are under way, played: part
 * of that file, behind its inbox_store(). */

/* Half of the time the answer is there at the next look. */
#include "db/send.h"

static enum db_status sent;
static int unready;

enum db_status
inbox_send(struct db *db, const struct inbox_item *items, size_t n)
{
    sent = inbox_store(db, items, n);
    unready = how & 1;
    return how & 8 ? DB_SOFT : DB_OK;
}

bool
db_ready(struct db *db)
{
    (void)db;
    return unready-- <= 0;
}

enum db_status
db_finish(struct db *db)
{
    (void)db;
    return sent;
}

struct db *
db_twin(const struct db *db, struct err *e)
{
    (void)db;
    MUST(e == NULL);
    return (struct db *)&sent;          /* never looked into */
}

void
db_close(struct db *db)
{
    MUST(db == (struct db *)&sent);
}

int
db_fd(const struct db *db)
{
    (void)db;
    return how & 2 ? -1 : 0;
}

int
net_watch(struct net *net, int fd)
{
    (void)net;
    return fd;
}

void
net_unwatch(struct net *net, int fd)
{
    (void)net;
    MUST(fd == 0);
}

#endif
