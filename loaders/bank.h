#ifndef LOADERS_BANK_H
#define LOADERS_BANK_H

#include "base/err.h"
#include "base/str.h"
#include "money/rules.h"

/*
 * Banks by what people write: a code, or a name in any case, with or without
 * signs, blanks and words such as Bank, Kenya and Limited.
 */
#define BANK_PLAIN_BYTES  48
#define BANK_NEAR_BYTES   160

struct bank_index {
    const struct rules *rules;
    struct bank_plain {
        char   p[BANK_PLAIN_BYTES];
        size_t len;
    } names[RULES_BANKS_MAX];       /* of rules->banks */
};

/* bank_index_make(ix, rules, e): ERR_CONFIG when a name could mean two banks.
 * ${rules} must outlive ${ix}. */
int bank_index_make(struct bank_index *, const struct rules *, struct err *);

/* bank_find(ix, text): by code (leading zeros do not count) or by name; the
 * bank by the name to show, or NULL. */
const struct bank_name *bank_find(const struct bank_index *, struct str);

/* bank_near(ix, text, out): up to three banks that may be meant, such as
 * "Equity Bank (68)"; "" when none is like it. */
void bank_near(const struct bank_index *, struct str,
               char out[BANK_NEAR_BYTES]);

#endif
