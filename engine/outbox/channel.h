#ifndef OUTBOX_CHANNEL_H
#define OUTBOX_CHANNEL_H

#include "base/buf.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/secret.h"

struct net;

/*
 * A way to tell somebody.  What it wants is a list of classes (alert, run,
 * report), kinds (lane.closed) or all.
 */
enum channel_way {
    CHANNEL_COMMAND,            /* a program; title and text on its stdin     */
    CHANNEL_MAIL,               /* an SMTP relay                              */
    CHANNEL_FOLDER,             /* a file an event                            */
    CHANNEL_HOOK                /* an HTTPS address; signed                   */
};

struct channel {
    char name[USER_NAME_BYTES_MAX];
    enum channel_way way;
    char words[OUTBOX_WORDS_MAX][256];  /* of the command; or mailboxes       */
    int  nwords;
    char wants[OUTBOX_WORDS_MAX][48];
    int  nwants;
    char place[PATH_BYTES_MAX];         /* URL of relay or hook, or folder    */
    char from[256], user[256];          /* of mail; user "": without a login  */
    struct secret secret;               /* signs, or logs in                  */
};

struct event {
    int64_t outbox_id;
    int     tries;
    char    channel[USER_NAME_BYTES_MAX];
    char    event_id[48], kind[48], subject[128];
    struct buf title, detail, body;
};

/**
 * channel_hand(c, net, ev, now_s, e):
 * Hand ${ev} to ${c} and wait until it was taken, at most OUTBOX_HAND_MS.
 * ${now_s}: the time that is signed, seconds since 1970.  Return 0, or -1 with
 * why: it is tried again.
 */
int channel_hand(const struct channel *, struct net *, const struct event *,
                 int64_t now_s, struct err *);

const char *channel_way_name(enum channel_way);

/**
 * channel_sign(key, id, time_s, body, out):
 * The header Webhook-Signature: "v1," and the base64 of HMAC-SHA256 over
 * "id.time.body" (Standard Webhooks).  A key "whsec_..." is base64; another is
 * taken as it is.  0, or -1: "whsec_" and no base64.
 */
#define CHANNEL_SIGN_BYTES 64
int channel_sign(struct str key, const char *id, int64_t time_s,
                 struct str body, char out[CHANNEL_SIGN_BYTES]);

/* channel_command.c, channel_hook.c: one way each; as channel_hand(). */
int channel_run(const struct channel *, const struct event *, struct err *);
int channel_post(const struct channel *, struct net *, const struct event *,
                 int64_t now_s, struct err *);

#endif
