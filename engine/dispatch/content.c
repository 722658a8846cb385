#include "dispatch/content.h"

#include "base/limits.h"
#include "book/digest.h"
#include "book/short.h"
#include "db/sql.h"

struct content {
    struct sha256 hash;
    struct digest_batch batch;
    char    account[USER_NAME_BYTES_MAX], provider[24], rail[24];
    char    grouped[SHORT_WORDS_BYTES];
    struct str digest;
    bool    broken;
};

static int
content_batch(void *cls)
{
    struct content *c = cls;

    c->batch.digest = (const unsigned char *)c->digest.p;
    if (c->digest.len != SHA256_BYTES)
        c->broken = true;
    else
        digest_run_batch(&c->hash, &c->batch);
    return 0;
}

/* The head of the digest; what was approved goes to ${approved}. */
static enum db_status
content_head(struct db *db, int64_t run_id, struct content *c,
             unsigned char approved[SHA256_BYTES])
{
    char account[USER_NAME_BYTES_MAX], provider[24], period[8], kind[16],
         pay_date[16], ccy[4], narration[256];
    struct str file = { NULL, 0 }, digest = { NULL, 0 };
    struct digest_run run = {
        .account = account, .provider = provider, .period = period,
        .kind = kind, .pay_date = pay_date, .ccy = ccy, .narration = narration
    };
    const struct db_arg args[] = { A_I64(run_id) };
    const struct db_col cols[] = {
        C_TEXT("account", account), C_TEXT("provider", provider),
        C_BOOL("live", &run.live), C_TEXT("period", period),
        C_TEXT("kind", kind), C_TEXT("pay_date", pay_date),
        C_TEXT("ccy", ccy), C_TEXT("narration", narration),
        C_I64("rows", &run.rows), C_I64("minor", &run.minor),
        C_BYTES("file_sha256", &file), C_BYTES("approved", &digest)
    };
    enum db_status st = db_one(db, sql_dispatch_content, args, LEN(args),
                               cols, LEN(cols));

    if (st != DB_OK)
        return st;
    c->broken = file.len != SHA256_BYTES || digest.len != SHA256_BYTES;
    if (c->broken)
        return st;
    run.file_sha256 = (const unsigned char *)file.p;
    memcpy(approved, digest.p, SHA256_BYTES);
    digest_run_begin(&c->hash, &run);
    return st;
}

enum db_status
content_check(struct db *db, int64_t run_id, bool *same)
{
    unsigned char approved[SHA256_BYTES], now[SHA256_BYTES];
    struct content c = { .batch = { .account = c.account, .rail = c.rail,
                                    .provider = c.provider,
                                    .grouped = c.grouped } };
    const struct db_arg args[] = { A_I64(run_id) };
    const struct db_col cols[] = {
        C_TEXT("grouped", c.grouped),
        C_TEXT("account", c.account), C_TEXT("provider", c.provider),
        C_I64("rows", &c.batch.rows), C_I64("minor", &c.batch.minor),
        C_TEXT("rail", c.rail), C_BYTES("digest", &c.digest)
    };
    enum db_status st = content_head(db, run_id, &c, approved);

    *same = false;
    if (st == DB_NONE)
        return DB_OK;
    if (st != DB_OK || c.broken)
        return st;
    st = db_each(db, sql_run_digest_batches, args, LEN(args), cols, LEN(cols),
                 content_batch, &c);
    if (st != DB_OK || c.broken)
        return st;
    sha256_end(&c.hash, now);
    *same = memcmp(now, approved, SHA256_BYTES) == 0;
    return DB_OK;
}
