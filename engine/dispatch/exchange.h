#ifndef DISPATCH_EXCHANGE_H
#define DISPATCH_EXCHANGE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/wire.h"
#include "book/account.h"
#include "net/http.h"

struct net;

/* One request, waited for. */
struct exchange {
    struct net           *net;
    const struct account *account;
    const struct request *request;
    http_door             door;         /* NULL: a question                   */
    void                 *door_owner;

    struct reply reply;                 /* filled; the secrets of the account
                                           blotted out of its body            */
    bool         landed, left;  /* left: the door let it out              */
};

/**
 * exchange_run(x):
 * Send and wait for the end.  A stop signal ends a question; what has a door is
 * waited for, because only its answer tells what became of it.  Whatever goes
 * wrong stands in the reply.  exchange_release(x) when done with it.
 */
void exchange_run(struct exchange *);
void exchange_release(struct exchange *);

/**
 * exchange_judge(x, fault):
 * What it means.  Only the provider's own words are a refusal after the door:
 * a page of something in front of it, whatever it says, is in doubt.
 */
enum answer exchange_judge(const struct exchange *, struct fault_answer *);

#endif
