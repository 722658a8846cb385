#include "book/lineage.h"

#include "base/log.h"
#include "book/people.h"
#include "db/sql.h"
#include "db/txn.h"

int
lineage_hold_read(struct db *db, struct lineage_hold *out, struct err *e)
{
    const struct db_col cols[] = {
        C_I64("hold_id", &out->hold_id), C_I64("opened_us", &out->opened_us),
        C_TEXT("opened_by", out->opened_by), C_TEXT("why", out->why),
        C_I64("mark_beat", &out->mark_beat), C_I64("mark_us", &out->mark_us),
        C_I64("db_beat", &out->db_beat), C_I64("since_us", &out->since_us)
    };

    *out = (struct lineage_hold){ .hold_id = 0 };
    if (db_one(db, sql_lineage_hold_read, NULL, 0, cols, LEN(cols)) >= DB_NONE)
        return 0;
    return db_fail(db, e, "looking whether history went backwards");
}

struct opening {
    const struct mark *mark;
    const char *why, *actor;
    int64_t since_us, lost, hold_id;
};

static enum db_status
open_txn(struct db *db, void *owner)
{
    struct opening *o = owner;
    const struct db_arg args[] = {
        A_TEXT(o->actor), A_TEXT(o->why), A_I64(o->mark->beat),
        A_I64(o->mark->epoch), A_I64(o->mark->at_us), A_I64(o->since_us),
        A_I64(o->lost + LINEAGE_RUNS_SKIPPED)
    };
    const struct db_col cols[] = { C_I64("hold_id", &o->hold_id) };
    enum db_status st = db_one(db, sql_lineage_hold_open, args, LEN(args),
                               cols, LEN(cols));
    char detail[ERR_TEXT_BYTES];

    if (st != DB_OK || o->hold_id == 0)
        return st < DB_NONE ? st : DB_NONE;
    snprintf(detail, sizeof(detail), "hold %lld: %.400s", (long long)o->hold_id,
             o->why);
    return audit_add(db, o->actor, "lineage hold", "everything", detail);
}

enum db_status
lineage_hold_open(struct db *db, const struct mark *m, const char *why,
                  int64_t since_us, int64_t lost, const char *actor)
{
    struct opening o = {
        .mark = m, .why = why, .actor = actor, .lost = lost,
        .since_us = since_us > 0 ? since_us : 0
    };
    enum db_status st = db_txn(db, open_txn, &o);

    if (st == DB_OK)
        log_event(LOG_WARN, "history_went_back", L_I64("hold", o.hold_id),
                  L_STR("why", why));
    return st;
}
