#include "cli/cmds.h"

#include "base/clock.h"
#include "book/people.h"
#include "cli/phrase.h"
#include "db/backup.h"
#include "db/migrate.h"
#include "db/sql.h"
#include "db/txn.h"
#include "outbox/outbox.h"

const struct opt backup_check_opts[] = {
    { "from", "FILE|DIR", "a dump or a folder of *.dump; default: backups: of "
      "the configuration", false },
    { "max-age", "HOURS", "older than this is too old; default: 26", false },
    { "drill", NULL, "restore it into a server of its own, and count", false },
    { NULL, NULL, NULL, false }
};

struct look {
    struct app   *app;
    struct backup b;
    bool          drill, good;
    char          said[ERR_TEXT_BYTES];
    int64_t       runs, payments, lines, audits;
};

/* --- the drill: what came back is whole -----------------------------------*/

static int
count(struct look *l, struct db *db, struct err *e)
{
    const struct db_col cols[] = {
        C_I64("runs", &l->runs), C_I64("payments", &l->payments),
        C_I64("audits", &l->audits), C_I64("lines", &l->lines)
    };
    struct audit_fault fault = { 0 };

    if (db_one(db, sql_backup_holds, NULL, 0, cols, LEN(cols)) != DB_OK)
        return db_fail(db, e, "counting what was restored");
    if (l->payments != l->lines)
        return err_set(e, ERR_DATA, "the backup has %lld payments where its "
                       "batches have %lld", (long long)l->lines,
                       (long long)l->payments);
    if (audit_verify(db, &fault, e) < 0)
        return -1;
    if (fault.why[0] != '\0')
        return err_set(e, ERR_DATA, "the backup's audit does not hold from "
                       "entry %lld on: %s", (long long)fault.audit_id,
                       fault.why);
    return 0;
}

static int
restored(void *owner, const char *url, struct err *e)
{
    struct look *l = owner;
    struct db *db = db_open(url, e);
    int rc = -1;

    if (db != NULL && migrate_check(db, e) == 0)
        rc = count(l, db, e);
    db_close(db);
    return rc;
}

/* --- the look -------------------------------------------------------------*/

static int
judge(struct look *l, int64_t max_h, struct err *e)
{
    int64_t age_h = (clock_wall_us() / 1000000 - l->b.made_s) / 3600;
    char work[PATH_BYTES_MAX], runs[PHRASE_BYTES], lines[PHRASE_BYTES];

    if (snprintf(work, sizeof(work), "%s/backup-check", l->app->dir)
        >= (int)sizeof(work))
        return err_set(e, ERR_USAGE, "the path of --dir is too long");
    if (age_h >= max_h) {
        err_set(e, ERR_DATA, "the newest backup, %s, is %lld hours old; %lld "
                "are allowed", l->b.path, (long long)age_h, (long long)max_h);
        return err_fix(e, "look why none was made since");
    }
    if (backup_reads(&l->b, work, e) < 0
        || (l->drill && backup_drill(&l->b, work, restored, l, e) < 0))
        return -1;
    snprintf(l->said, sizeof(l->said), "%.300s is %lld hours old and can be read",
             l->b.path, (long long)age_h);
    if (!l->drill)
        return 0;
    phrase_count(l->runs, "run", "runs", runs);
    phrase_count(l->lines, "payment", "payments", lines);
    snprintf(l->said, sizeof(l->said), "%.300s is %lld hours old; restored, it "
             "has %s, %s and a whole audit", l->b.path, (long long)age_h, runs,
             lines);
    return 0;
}

static int
note(struct look *l, struct err *e)
{
    const struct db_arg args[] = {
        A_TEXT(l->b.path), A_I64(l->b.bytes), A_I64(l->b.made_s),
        A_BOOL(l->drill), A_BOOL(l->good), A_TEXT(l->said),
        A_TEXT("payrun backup check")
    };
    const struct told t = {
        .class = "alert", .kind = "backup.bad", .subject = "backup",
        .title = "The backup is not what it should be",
        .detail = str_of(l->said)
    };
    int64_t id = 0;

    if (db_do(l->app->db, sql_backup_note, args, LEN(args)) != DB_OK
        || (!l->good && outbox_tell(l->app->db, &t, &id) != DB_OK))
        return db_fail(l->app->db, e, "noting what was found");
    return 0;
}

static int
look_end(struct look *l, const struct err *why, struct err *e)
{
    if (note(l, e) < 0)
        return -1;
    if (!l->good) {
        *e = *why;
        return -1;
    }
    if (l->app->json)
        return app_json(l->app, json_pack(
            "{s:s, s:I, s:b, s:s, s:I, s:I}", "file", l->b.path, "bytes",
            (json_int_t)l->b.bytes, "drill", l->drill, "said", l->said, "runs",
            (json_int_t)l->runs, "payments", (json_int_t)l->lines), e);
    puts(l->said);
    return 0;
}

int
cmd_backup_check(struct app *app, struct err *e)
{
    const char *from = args_value(&app->args, "from");
    struct look l = { .app = app, .drill = args_has(&app->args, "drill") };
    struct err why = { 0 };
    int64_t max_h = 0;

    if (args_i64(&app->args, "max-age", BACKUP_AGE_H, 1, 24 * 366, &max_h, e)
        < 0 || app_config(app, e) < 0)
        return -1;
    if (from == NULL)
        from = app->config.backups;
    if (from[0] == '\0') {
        err_set(e, ERR_CONFIG, "nobody said where the backups are");
        return err_fix(e, "add backups: /var/backups/payrun to payrun.yaml, "
                       "or say --from DIR");
    }
    if (app_as(app, DB_AS_WORKER, e) < 0 || app_db(app, e) < 0)
        return -1;
    l.good = backup_newest(from, &l.b, &why) == 0
        && judge(&l, max_h, &why) == 0;
    if (!l.good)
        snprintf(l.said, sizeof(l.said), "%s", why.text);
    return look_end(&l, &why, e);
}
