#ifndef PACK_VERIFY_H
#define PACK_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/sign.h"

/*
 * An evidence pack, examined without a database and without trust: is it whole,
 * who signed it, and does everything in it follow from the rest of it?
 *
 *   archive   every byte is where payrun writes it, nothing is missing or extra
 *   signature the manifest is the one that was signed, by the key that is asked
 *             for; every member is as the manifest says
 *   content   rows -> batch digests -> run digest = approved digest; sums at
 *             every hop; every paid payment has an answer, an agreement of two
 *             people or a statement line that says so; the audit chain links
 */
struct pack_verdict {
    int64_t findings;               /* 0: nothing is wrong                    */
    int64_t members;
    char    run[32], program[32], made_by[USER_NAME_BYTES_MAX],
            approver[USER_NAME_BYTES_MAX], ccy[4];
    char    fingerprint[SIGN_PRINT_BYTES], signed_at[40], approved_at[40];
    char    digest[65], audit_hash[65];
    bool    live, expected;         /* ${expected}: the key is the one asked  */
    int64_t audit_nr;
    int64_t rows, minor, paid_rows, paid_minor, failed_rows, failed_minor,
            doubt_rows, doubt_minor, cancelled_rows, cancelled_minor,
            open_rows, open_minor;
};

/* One thing that is wrong: in which member ("" for the archive), and what. */
typedef void pack_found(void *, const char *member, const char *text);

/**
 * pack_verify(path, fingerprint, found, owner, out, e):
 * ${fingerprint}: of the key it has to be signed with; NULL: any, and then
 * ${out}->fingerprint must be held against what its owner says.  At most
 * PACK_FINDINGS_MAX are told one by one.  Return 0 when it could be examined
 * (see ${out}->findings), or -1: ERR_NOINPUT, ERR_DATA (no pack), ERR_TEMP.
 */
int pack_verify(const char *path, const char *fingerprint, pack_found *,
                void *owner, struct pack_verdict *, struct err *);

#endif
