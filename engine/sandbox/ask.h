#ifndef SANDBOX_ASK_H
#define SANDBOX_ASK_H

#include <stdbool.h>

#include <jansson.h>

#include "base/str.h"
#include "sandbox/fate.h"
#include "sandbox/payfile.h"
#include "sandbox/refusal.h"

/*
 * Request bodies in.  Every number outside of a string arrives as a string of
 * the very characters that were sent: 10.50 stays "10.50" and no double ever
 * holds an amount.
 */

/* ask_json(out, body, r): a JSON object, to be json_decref'ed.  0 or -1. */
int ask_json(json_t **, struct str body, struct refusal *);

/* ask_quote(out, body): ${body} with its bare numbers in quotes. */
void ask_quote(struct buf *, struct str body);

/* ask_text(object, key): a text member, borrowed; { NULL, 0 } when it is not
 * there, null, or not text. */
struct str ask_text(const json_t *, const char *);

/* ask_i64(out, object, key): a whole number; ${out} is untouched when it is
 * not there.  Return 0, or -1 when it is something else. */
int ask_i64(int64_t *, const json_t *, const char *);

/**
 * ask_file(out, body, play, r):
 * Read the body of initiate into a file that is in no books yet.
 * Return 0, or -1 with what the provider would answer in ${r}.
 */
int ask_file(struct payfile **, const json_t *, const struct play *,
             struct refusal *);

/**
 * ask_release(body, file, lenient, r):
 * Does the body of approve speak of ${file} as initiate answered it?  Nonce,
 * number of items, every account and amount must agree, unless ${lenient} and
 * they are not there at all.  Return 0, or -1.
 */
int ask_release(const json_t *, const struct payfile *, bool lenient,
                struct refusal *);

#endif
