#ifndef PROVIDERS_SAPAMA_FORM_H
#define PROVIDERS_SAPAMA_FORM_H

#include "base/crypto.h"
#include "providers/provider.h"

/*
 * Sapama's requests: form fields in a body or a query string, with a hash over
 * the ones that are not in an array.  Source: contract sapama.md 1, 1.2.
 */

/* api_key, format, hash and the parameters of the longest request (checkout
 * has 18). */
#define SAPAMA_FIELDS_MAX 24

/* One field, as it is before encoding.  ${name} has letters and '_' only. */
struct sapama_field {
    const char *name;
    struct str  value;                  /* borrowed                           */
};

/* A request in the making; { 0 } is an empty one. */
struct sapama_form {
    struct sapama_field fields[SAPAMA_FIELDS_MAX];
    int n;
    size_t more_bytes;                  /* expected of sapama_form_more(): room
                                           is made for them beforehand        */
};

/* sapama_form_start(f, payer): empty but for format=json and the api_key. */
void sapama_form_start(struct sapama_form *, const struct payer *);

/* sapama_form_put(f, name, value): one more; empty values are fields too. */
void sapama_form_put(struct sapama_form *, const char *, struct str);

/**
 * sapama_form_hash(f, secret, out):
 * SHA-256 in lower-case hex of the values, sorted by name and joined with '.',
 * ${secret} among them as api_secret unless its p is NULL.
 */
void sapama_form_hash(const struct sapama_form *, struct str secret,
                      char out[SHA256_HEX]);

/* sapama_form_escape(b, s): percent-encoded, all but A-Z a-z 0-9 - . _ ~ */
void sapama_form_escape(struct buf *, struct str);

/**
 * sapama_form_post(r, path, f, payer, changes, e) / sapama_form_get(...):
 * The whole request: ${f} and its hash, in the body of a POST or behind the
 * '?' of a GET.  Overwrites ${r}.  Return 0, or -1 with nothing to release:
 * ERR_CONFIG when key or secret is missing or a query does not fit its room,
 * ERR_TEMP without memory.  The secret itself is never in it; the key is, so
 * neither body nor path may be logged or stored.
 */
int sapama_form_post(struct request *, const char *path,
                     const struct sapama_form *, const struct payer *,
                     bool changes, struct err *);
int sapama_form_get(struct request *, const char *path,
                    const struct sapama_form *, const struct payer *,
                    struct err *);

/* sapama_form_more(r, list, index, key, value): append list[index][key]=value
 * to the body of a POST; arrays are not hashed.  Ask r->body.failed at the
 * end. */
void sapama_form_more(struct request *, const char *list, int index,
                      const char *key, struct str value);

#endif
