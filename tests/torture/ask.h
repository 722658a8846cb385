#ifndef TORTURE_ASK_H
#define TORTURE_ASK_H

#include "base/buf.h"
#include "base/err.h"

/* ask(port, method, path, body, answer, e): one request to a stand-in on
 * 127.0.0.1, waited for up to ten seconds; ${body} may be NULL.  ${answer}
 * gets the body of a 200.  Return 0 or -1. */
int ask(int port, const char *method, const char *path, const char *body,
        struct buf *answer, struct err *);

#endif
