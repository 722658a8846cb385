#ifndef CLI_BOOKS_H
#define CLI_BOOKS_H

#include <stdint.h>

#include "base/err.h"

/* What the sandbox's own books say. */
struct books {
    int64_t payments, minor;        /* money that really moved            */
    int64_t doubles;                /* paid more than once: must be 0     */
};

/* books_ask(port, out, e): GET /_books/summary of the sandbox on loopback. */
int books_ask(int port, struct books *, struct err *);

#endif
