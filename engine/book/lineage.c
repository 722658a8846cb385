#include "book/lineage.h"

#include <stdarg.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/log.h"
#include "book/lineage_left.h"
#include "db/sql.h"

/* What the database says about itself and about the mark. */
struct look {
    struct mark here;
    char    mark_nonce[40], mark_hash[72], hold_why[ERR_TEXT_BYTES];
    int64_t mark_beat_us, hold_id;
    bool    vouched;
};

void
lineage_init(struct lineage *l, const char *path, const char *actor)
{
    char name[128] = "";

    *l = (struct lineage){ .state = LINEAGE_UNKNOWN };
    (void)str_copy(l->path, sizeof(l->path), str_of(path));
    (void)str_copy(l->actor, sizeof(l->actor),
                   str_cut(str_of(actor), sizeof(l->actor) - 1));
    (void)gethostname(name, sizeof(name) - 1);
    snprintf(l->host, sizeof(l->host), "%s:%.100s", name, path);
}

static enum db_status
look(struct db *db, const struct mark *m, struct look *k)
{
    const struct db_arg args[] = { A_I64(m->beat), A_I64(m->audit_id) };
    const struct db_col cols[] = {
        C_TEXT("installation", k->here.installation),
        C_I64("epoch", &k->here.epoch), C_I64("beat", &k->here.beat),
        C_TEXT("nonce", k->here.nonce), C_I64("at_us", &k->here.at_us),
        C_TEXT_NULL("mark_nonce", k->mark_nonce),
        C_I64_NULL("mark_beat_us", &k->mark_beat_us),
        C_I64("audit_id", &k->here.audit_id),
        C_TEXT("audit_hash", k->here.audit_hash),
        C_TEXT_NULL("mark_hash", k->mark_hash),
        C_TEXT("place", k->here.place), C_I64("hold_id", &k->hold_id),
        C_TEXT_NULL("hold_why", k->hold_why), C_BOOL("vouched", &k->vouched)
    };

    *k = (struct look){ .hold_id = 0 };
    return db_one(db, sql_lineage_look, args, LEN(args), cols, LEN(cols));
}

/* --- judging -------------------------------------------------------------- */

/*
 * How this database contradicts the mark; false: it does not.  ${since_us}:
 * from when on it may not know everything.  A hold that was lifted has gone
 * over all that a mark of before it can know.
 */
static bool
went_back(const struct mark *m, const struct look *k, char *why, size_t bytes,
          int64_t *since_us)
{
    const struct mark *h = &k->here;
    const char *at = m->place;

    *since_us = h->at_us < m->at_us ? h->at_us : m->at_us;
    if (strcmp(h->installation, m->installation) != 0) {
        snprintf(why, bytes, "this is another database than the one payments "
                 "were sent from");
        *since_us = m->at_us - LINEAGE_BACK_US;
    } else if (h->epoch > m->epoch) {
        return false;
    } else if (h->epoch < m->epoch) {
        snprintf(why, bytes, "this database does not know that a hold was "
                 "lifted before: it is older than that");
        *since_us -= LINEAGE_BACK_US;
    } else if (h->beat < m->beat) {
        snprintf(why, bytes, "this database knows %lld requests that may have "
                 "moved money, and the mark of this host %lld: the last ones "
                 "are missing", (long long)h->beat, (long long)m->beat);
    } else if (strcmp(k->mark_nonce, m->nonce) != 0 && m->beat > 0) {
        snprintf(why, bytes, "request %lld in this database is not the one "
                 "that the mark of this host knows: its history is another",
                 (long long)m->beat);
        *since_us -= LINEAGE_BACK_US;
    } else if (m->audit_id > 0 && strcmp(k->mark_hash, m->audit_hash) != 0) {
        snprintf(why, bytes, "entry %lld of the audit is %s in this database: "
                 "what people decided last is missing",
                 (long long)m->audit_id,
                 k->mark_hash[0] == '\0' ? "missing" : "another one");
    } else if (strcmp(h->place, m->place) != 0) {
        snprintf(why, bytes, "the database was moved or failed over (%s is %s "
                 "now), and nobody can tell whether its last seconds came "
                 "along", at, h->place);
    } else {
        return false;
    }
    return true;
}

static void
say(struct lineage *l, enum lineage_state state, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void
say(struct lineage *l, enum lineage_state state, const char *fmt, ...)
{
    char why[ERR_TEXT_BYTES];
    bool news = l->state != state;
    va_list args;

    va_start(args, fmt);
    vsnprintf(why, sizeof(why), fmt, args);
    va_end(args);
    l->state = state;
    memcpy(l->why, why, sizeof(l->why));
    if (news && state != LINEAGE_SOUND)
        log_event(LOG_WARN, "lineage", L_STR("why", l->why));
}

static void
held(struct lineage *l, const char *why)
{
    say(l, LINEAGE_HELD, "nothing is sent: %.300s. Next: payrun lineage --ask",
        why);
}

/* --- looking -------------------------------------------------------------- */

/* The mark learns what is here, and the journal what leaves (NULL: nothing). */
static void
keep(struct lineage *l, const struct mark *here, struct left_entry *leaves)
{
    struct mark m = *here;
    struct err e = { 0 };

    /* also when somebody took the file away */
    m.left = m.left > l->known.left ? m.left : l->known.left;
    m.kept = m.kept > l->known.kept ? m.kept : l->known.kept;
    if ((leaves != NULL ? mark_leave(l->path, &m, leaves, &e)
                        : mark_write(l->path, &m, &e)) < 0) {
        say(l, LINEAGE_UNWRITABLE, "nothing is sent: %.250s. %.200s", e.text,
            e.fix);
        return;
    }
    l->known = m;
    say(l, LINEAGE_SOUND, "%s", "");
}

static enum db_status
back(struct lineage *l, struct db *db, const struct mark *m,
     const struct look *k, const char *why, int64_t since_us)
{
    int64_t lost = m->audit_id > k->here.audit_id
        ? m->audit_id - k->here.audit_id : 0;
    enum db_status st = lineage_hold_open(db, m, why,
                                          since_us - LINEAGE_SLACK_US, lost,
                                          l->actor);

    if (st >= DB_NONE)
        held(l, why);
    return st;
}

static enum db_status
sound(struct lineage *l, struct db *db, const struct look *k)
{
    const struct db_arg args[] = { A_TEXT(l->host), A_I64(k->here.beat) };

    keep(l, &k->here, NULL);
    if (l->state != LINEAGE_SOUND)
        return DB_OK;
    return db_do(db, sql_lineage_seen, args, LEN(args));
}

static enum db_status
judge(struct lineage *l, struct db *db, const struct mark *m, bool has_mark,
      const struct look *k)
{
    char why[ERR_TEXT_BYTES];
    int64_t since_us = 0, untold = 0;
    enum db_status st = DB_OK;

    if (k->hold_id != 0) {
        held(l, k->hold_why);
        return lineage_bring(db, l->path, l->host, has_mark ? m : NULL,
                             k->hold_id);
    }
    if (has_mark && went_back(m, k, why, sizeof(why), &since_us))
        return back(l, db, m, k, why, since_us);
    /* A hold was lifted since, and not all that left from here was known. */
    if (has_mark && k->here.epoch > m->epoch && m->left > 0) {
        if ((st = lineage_untold(db, l->path, &untold)) < DB_NONE)
            return st;
        snprintf(why, sizeof(why), "%lld batches left from this host that the "
                 "database does not know, and its journal was not seen when "
                 "the last hold was lifted", (long long)untold);
        if (untold > 0)
            return back(l, db, m, k, why, m->at_us);
    }
    if (has_mark || k->vouched)
        return sound(l, db, k);
    say(l, LINEAGE_STRANGE, "nothing is sent from here: this host has no mark "
        "of the database's history (%.200s), payments were made from it, and "
        "no other host with a mark has looked since the server started. Start "
        "payrun work on such a host first; if there is none any more: payrun "
        "lineage --hold \"REASON\"", l->path);
    return DB_OK;
}

enum db_status
lineage_check(struct lineage *l, struct db *db)
{
    struct mark m;
    struct look k;
    struct err e = { 0 };
    enum db_status st = DB_OK;
    int there = mark_read(l->path, &m, &e);

    if (there < 0) {
        say(l, LINEAGE_UNWRITABLE, "nothing is sent: %.250s. %.200s", e.text,
            e.fix);
        return DB_OK;
    }
    /* A file that was taken away does not make us forget. */
    if (there == 0 && l->known.epoch > 0) {
        m = l->known;
        there = 1;
    }
    if ((st = look(db, &m, &k)) != DB_OK)
        return st == DB_NONE ? DB_HARD : st;
    l->life = db_life(db);
    st = judge(l, db, &m, there == 1, &k);
    /* A hold that was opened just now wants the journal. */
    if (st >= DB_NONE && l->state == LINEAGE_HELD && k.hold_id == 0
        && (st = look(db, &m, &k)) == DB_OK && k.hold_id != 0)
        st = judge(l, db, &m, there == 1, &k);
    return st;
}

bool
lineage_ready(struct lineage *l, struct db *db)
{
    if (l->state == LINEAGE_SOUND && l->life == db_life(db))
        return true;
    return lineage_check(l, db) >= DB_NONE && l->state == LINEAGE_SOUND
        && l->life == db_life(db);
}

/* --- the door ------------------------------------------------------------- */

void
lineage_step(struct lineage_step *step)
{
    unsigned char bytes[16];

    crypto_random(bytes, sizeof(bytes));
    step->beat = step->at_us = 0;
    hex_of(bytes, sizeof(bytes), step->nonce);
}

bool
lineage_passed(struct lineage *l, struct db *db,
               const struct lineage_step *step, struct left_entry *leaves)
{
    struct mark m;

    /* The statement may have made a connection of its own, to a server nobody
     * has looked at. */
    if (!lineage_ready(l, db))
        return false;
    if (step->beat == 0)
        return true;
    m = l->known;
    m.beat = step->beat;
    m.at_us = step->at_us;
    memcpy(m.nonce, step->nonce, sizeof(m.nonce));
    if (leaves != NULL) {
        leaves->beat = step->beat;
        leaves->at_us = step->at_us;
        memcpy(leaves->nonce, step->nonce, sizeof(leaves->nonce));
        memcpy(leaves->installation, m.installation,
               sizeof(leaves->installation));
    }
    keep(l, &m, leaves);
    return l->state == LINEAGE_SOUND;
}
