#ifndef NET_MAIL_H
#define NET_MAIL_H

#include <stdint.h>

#include "base/err.h"
#include "base/secret.h"
#include "base/str.h"

/* A letter to an SMTP relay. */
struct mail {
    const char        *relay;       /* "smtp://host:25", "smtps://host:465"   */
    const char        *from;
    const char *const *to;          /* ends with NULL                         */
    const char        *user;        /* "": without a login                    */
    const struct secret *password;
    const char        *id;          /* of its Message-ID                      */
    struct str         subject, text;
    int64_t            at_s;        /* its Date, seconds since 1970           */
    int64_t            connect_ms, answer_ms;
};

/**
 * mail_send(m, e):
 * Give ${m} to its relay and wait for the answer: for a process that may wait.
 * To another machine only over TLS (STARTTLS with smtp://).  Return 0, or -1:
 * ERR_CONFIG for an address that is none, ERR_UNAVAILABLE.
 */
int mail_send(const struct mail *, struct err *);

/* mail_write(m, out): the letter itself, lines ended by CR LF. */
struct buf;
void mail_write(const struct mail *, struct buf *);

/* mail_check(relay, e): whether mail_send() would take it: 0 or -1. */
int mail_check(const char *relay, struct err *);

#endif
