#include "dispatch/flight.h"

#include "base/clock.h"
#include "base/log.h"
#include "net/http.h"
#include "net/loop.h"

/* 5000 lines of at most NAME_BYTES_MAX twice, and what else is in them */
#define FLIGHT_ARENA_BYTES_MAX ((size_t)64 * 1024 * 1024)

bool
flight_changes(enum flight_step step)
{
    return step == FLIGHT_INITIATE || step == FLIGHT_APPROVE
        || step == FLIGHT_CANCEL || step == FLIGHT_SEND;
}

const char *
flight_step_name(enum flight_step step)
{
    switch (step) {
    case FLIGHT_INITIATE: return "initiate";
    case FLIGHT_APPROVE:  return "approve";
    case FLIGHT_CANCEL:   return "cancel";
    case FLIGHT_SEND:     return "send";
    case FLIGHT_STATUS:   return "status";
    case FLIGHT_WALLET:   return "wallet";
    case FLIGHT_SCAN:     return "scan";
    case FLIGHT_LOOKUP:   return "lookup";
    }
    return "";
}

static int *
flight_seat(struct flight *f)
{
    return flight_changes(f->step) ? &f->lane->sends : &f->lane->asks;
}

struct flight *
flight_new(struct desk *d, struct lane *l, enum flight_step step)
{
    struct flight *f = calloc(1, sizeof(*f));

    if (f == NULL) {
        log_event(LOG_WARN, "no_memory",
                  L_STR("for", flight_step_name(step)));
        return NULL;
    }
    f->desk = d;
    f->lane = l;
    f->step = step;
    arena_init(&f->arena, FLIGHT_ARENA_BYTES_MAX);
    ++*flight_seat(f);
    f->next = d->flights;
    d->flights = f;
    return f;
}

static void
flight_waits(struct flight *f, bool waits)
{
    f->lane->waits += (int)waits - (int)f->waits;
    f->waits = waits;
}

void
flight_free(struct flight *f)
{
    struct flight **at = &f->desk->flights;

    while (*at != f)
        at = &(*at)->next;
    *at = f->next;
    flight_waits(f, false);
    --*flight_seat(f);
    request_release(&f->request);
    reply_release(&f->reply);
    arena_release(&f->arena);
    free(f);
}

/* What the journal says of the batch; its payments only as hashes. */
static bool
flight_leaves(struct flight *f, struct left_entry *n)
{
    const struct batch *b = &f->batch;
    int64_t *payments = arena_alloc(&f->arena,
                                    (size_t)b->rows * sizeof(*payments));

    if (payments == NULL)
        return false;
    for (int i = 0; i < b->rows; i++)
        payments[i] = left_payment(f->desk->lineage.known.installation,
                                   &f->lines[i], b->ccy);
    *n = (struct left_entry){
        .batch_id = b->batch_id, .minor = b->minor, .rows = b->rows,
        .payments = payments
    };
    memcpy(n->digest, b->digest, sizeof(n->digest));
    return str_copy(n->step, sizeof(n->step),
                    str_of(flight_step_name(f->step))) == 0
        && str_copy(n->run_ref, sizeof(n->run_ref), str_of(b->run_ref)) == 0
        && str_copy(n->period, sizeof(n->period), str_of(b->period)) == 0
        && str_copy(n->kind, sizeof(n->kind), str_of(b->kind)) == 0
        && str_copy(n->account, sizeof(n->account), str_of(b->account)) == 0
        && str_copy(n->ccy, sizeof(n->ccy), str_of(b->ccy)) == 0;
}

/*
 * The door: the last moment at which the request can be kept back.  The stop
 * and the lease are looked at again after the database was asked, which may
 * have taken a while.  A cancel tidies up, whatever history says.
 */
static enum db_status
flight_leave(struct flight *f)
{
    struct desk *d = f->desk;
    struct lineage_step step;
    struct left_entry leaves;
    bool cancels = f->step == FLIGHT_CANCEL;
    bool pays = f->step == FLIGHT_APPROVE || f->step == FLIGHT_SEND;
    enum db_status st = DB_NONE;

    if (!cancels && !lineage_ready(&d->lineage, d->db))
        return DB_NONE;
    if (pays && !flight_leaves(f, &leaves))
        return DB_SOFT;
    lineage_step(&step);
    st = attempt_leave(d->db, &f->attempt, &d->lineage, &step);
    if (cancels)
        return st;
    if (st == DB_NONE)
        d->lineage.state = LINEAGE_UNKNOWN;     /* that may be why */
    if (st == DB_OK && !lineage_passed(&d->lineage, d->db, &step,
                                         pays ? &leaves : NULL))
        return DB_NONE;
    return st;
}

static bool
flight_door(void *cls)
{
    struct flight *f = cls;
    enum db_status st = DB_OK;

    f->shut = true;
    if (net_stopping() != 0 || clock_boot_ms() >= f->lease_end_ms)
        return false;
    st = flight_leave(f);
    f->door_failed = !desk_db(f->desk, st, "letting a request out");
    f->shut = st != DB_OK || net_stopping() != 0
              || clock_boot_ms() >= f->lease_end_ms;
    return !f->shut;
}

bool
flight_tried(const struct flight *f)
{
    return !f->shut || f->door_failed;
}

/* Only notes: this runs inside net_turn(). */
static void
flight_done(void *cls, const struct reply *r)
{
    struct flight *f = cls;

    f->call = NULL;
    f->landed = true;
    f->desk->busy = true;
    f->reply = *r;
    buf_init(&f->reply.body, NET_REPLY_BYTES_MAX);
    buf_str(&f->reply.body, buf_view(&r->body));
    account_blot(f->lane->account, &f->reply.body);     /* it will be stored */
    if (f->reply.body.failed) {
        /* An answer we cannot hold is one we did not get. */
        f->reply.wire = WIRE_NO_ANSWER;
        f->reply.http = 0;
        snprintf(f->reply.why, sizeof(f->reply.why),
                 "no memory for the answer");
    }
    if (!f->shut && !f->desk->stopping)
        lane_heard(f->lane, &f->reply);
}

void
flight_start(struct flight *f)
{
    const struct account *a = f->lane->account;
    const struct http_order order = {
        .base_url = a->base_url, .request = &f->request, .bearer = &a->key,
        .connect_ms = a->connect_ms, .answer_ms = a->answer_ms,
        .door = flight_changes(f->step) ? flight_door : NULL,
        .done = flight_done, .owner = f, .what = flight_step_name(f->step)
    };
    struct reply none = { .wire = WIRE_NOT_SENT };
    struct err e = { 0 };

    flight_waits(f, false);
    f->landed = false;
    f->shut = f->door_failed = f->alone = false;
    reply_release(&f->reply);
    f->reply = (struct reply){ 0 };
    f->desk->busy = true;
    if (net_start(f->desk->net, &order, &f->call, &e) < 0) {
        str_copy(none.why, sizeof(none.why),
                 str_cut(str_of(e.text), sizeof(none.why) - 1));
        flight_done(f, &none);
    }
}

void
flight_wait(struct flight *f)
{
    flight_waits(f, true);
}

void
flight_keep_back(struct flight *f)
{
    struct reply none = { .wire = WIRE_NOT_SENT };

    (void)str_copy(none.why, sizeof(none.why), STR("there was no room for it"));
    flight_waits(f, false);
    f->shut = true;
    flight_done(f, &none);
}

enum flight_fate
flight_store_failed(struct flight *f, enum db_status st)
{
    if (st == DB_SOFT && clock_boot_ms() < f->lease_end_ms
        && !f->desk->failed)
        return FLIGHT_AGAIN;
    /* Lost knowledge.  The book still says that the request may have left;
     * when the lease is over, that is what the next owner goes by. */
    log_event(LOG_WARN, st == DB_NONE ? "not_ours" : "answer_lost",
              L_I64("batch", f->batch.batch_id),
              L_STR("step", flight_step_name(f->step)));
    return FLIGHT_OVER;
}

void
flight_log(const struct flight *f, const char *answer, const char *detail)
{
    log_event(LOG_INFO, "answer", L_I64("batch", f->batch.batch_id),
              L_STR("step", flight_step_name(f->step)),
              L_STR("provider", f->lane->account->provider->name),
              L_I64("epoch", f->attempt.epoch), L_I64("http", f->reply.http),
              L_STR("answer", answer), L_STR("detail", detail),
              L_I64("ms", f->reply.took_ms));
}
