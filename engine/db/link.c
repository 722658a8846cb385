#include "db/inside.h"

#include "base/log.h"

/*
 * What every connection is set to, whatever the server, the role or PGOPTIONS
 * say.  statement_timeout stays off: when it strikes while COMMIT waits for
 * the standby, the server reports success for what no standby has.  Jit costs
 * a fifth of a second for each question about a large table, and never earns
 * it back with ours.
 *
 * "server" names this start of this server: its identity, the timeline (a
 * failover changes it), and two times, because a crash of one backend resets
 * shared memory without restarting the postmaster, but not without resetting
 * the statistics.  fate() in txn.c needs it.
 */
static const char sql_settle[] =
"-- settle: set up a new connection\n"
"SELECT set_config('search_path', 'payrun', false),"
"       set_config('TimeZone', 'UTC', false),"
"       set_config('DateStyle', 'ISO, YMD', false),"
"       set_config('bytea_output', 'hex', false),"
"       set_config('jit', 'off', false),"
"       set_config('statement_timeout', '0', false),"
"       set_config('lock_timeout', '" TEXT_OF(DB_LOCK_TIMEOUT_MS) "', false),"
"       set_config('idle_in_transaction_session_timeout', '"
                   TEXT_OF(DB_IDLE_TXN_MS) "', false),"
"       set_config('synchronous_commit',"
"                  CASE WHEN current_setting('synchronous_commit')"
"                            IN ('off', 'local') THEN 'on'"
"                       ELSE current_setting('synchronous_commit') END, false),"
"       concat_ws('/', (SELECT system_identifier FROM pg_control_system()),"
"                 CASE WHEN pg_is_in_recovery() THEN 'standby'"
"                      ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END,"
"                 extract(epoch FROM pg_postmaster_start_time()),"
"                 (SELECT extract(epoch FROM stats_reset)"
"                    FROM pg_stat_bgwriter)) AS server";

static const char sql_become[] =
"-- become: act as role $1; as the login itself when it is empty\n"
"SELECT set_config('role', CASE WHEN $1::text = '' THEN 'none'"
"                          ELSE $1::text END, false) AS role";

bool
link_up(const struct db *db)
{
    return PQstatus(db->pg) == CONNECTION_OK;
}

void
link_drop(struct db *db)
{
    query_forget(db);
    PQfinish(db->pg);
    db->pg = NULL;
    db->sent = NULL;
}

void
link_end_copy(struct db *db, const char *why)
{
    PGresult *res = NULL;

    if (PQputCopyEnd(db->pg, why) != 1) {
        link_drop(db);          /* broken, or not a COPY that can be ended */
        return;
    }
    while ((res = PQgetResult(db->pg)) != NULL)
        PQclear(res);
}

/* The server's NOTICEs are for developers; a WARNING matters to COMMIT. */
static void
link_notice(void *owner, const PGresult *res)
{
    struct db *db = owner;
    const char *level = PQresultErrorField(res, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char *text = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);

    if (level != NULL && strcmp(level, "WARNING") == 0)
        db->warned = true;
    log_event(LOG_DEBUG, "db_notice", L_STR("level", level),
              L_STR("text", text));
}

/*
 * Before ${url} count the defaults it may override, behind it what it may
 * not.  Of several hosts the one that takes writes is used, so that a
 * reconnect after a failover finds the new primary.
 */
static PGconn *
link_dial(const char *url)
{
    static const char *const keys[] = {
        "connect_timeout", "target_session_attrs", "fallback_application_name",
        "keepalives_idle", "tcp_user_timeout", "dbname", "client_encoding", NULL
    };
    const char *const values[] = {
        TEXT_OF(DB_CONNECT_S), "read-write", "payrun",
        "30", TEXT_OF(DB_TCP_TIMEOUT_MS), url, "UTF8", NULL
    };

    return PQconnectdbParams(keys, values, 1);
}

enum db_status
link_become(struct db *db, const char *role)
{
    const struct db_arg args[] = { A_TEXT(role != NULL ? role : "") };

    return db_do(db, sql_become, args, LEN(args));
}

enum db_status
link_open(struct db *db)
{
    const struct db_col cols[] = { C_TEXT("server", db->server) };
    enum db_status st = DB_SOFT;

    link_drop(db);
    db->life++;                 /* whatever was prepared, was prepared there */
    db->in_txn = false;
    db->server[0] = '\0';
    if ((db->pg = link_dial(db->url)) == NULL)
        return fault_say(db, DB_SOFT, "-- connect:", "out of memory");
    PQsetNoticeReceiver(db->pg, link_notice, db);
    if (!link_up(db))
        return fault_of(db, "-- connect:", NULL);
    st = db_one(db, sql_settle, NULL, 0, cols, LEN(cols));
    if (st == DB_OK && db->role != NULL)
        st = link_become(db, db->role);
    query_forget(db);
    if (st != DB_OK)
        link_drop(db);          /* never work on a half set up connection */
    return st;
}

enum db_status
link_ready(struct db *db)
{
    /* libpq would throw its answer away without a word. */
    if (db->sent != NULL)
        return fault_say(db, DB_HARD, db->sent, "it is still under way");
    /*
     * A server that stopped while we were idle has said so; read it, before
     * a statement goes there.  Twice: its last words, then the end.
     */
    for (int i = 0; i < 2 && !db->in_txn && link_up(db); i++)
        (void)PQconsumeInput(db->pg);
    if (link_up(db))
        return DB_OK;
    if (db->in_txn)
        return fault_say(db, DB_SOFT, "-- connection:",
                         "it was lost in the middle of a transaction");
    return link_open(db);
}
