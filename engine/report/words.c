#include "report/words.h"

#include "tracker/settle.h"

static const struct {
    const char *name, *key;
} pay_words[PAY_STATES] = {
    [PAY_PAID] = { "paid", "paid" },
    [PAY_FAILED] = { "failed", "failed" },
    [PAY_RETURNED] = { "returned", "returned" },
    [PAY_REVERSED] = { "reversed", "reversed" },
    [PAY_DOUBT] = { "in doubt", "in_doubt" },
    [PAY_SENT] = { "sent", "sent" },
    [PAY_WAITING] = { "waiting", "waiting" },
    [PAY_CANCELLED] = { "cancelled", "cancelled" }
};

/* As run_sums.sql counts them: waiting and cancelled batches were not sent. */
static enum pay_state
unanswered(struct str batch)
{
    if (str_eq(batch, STR("ready")) || str_eq(batch, STR("initiating"))
        || str_eq(batch, STR("initiated")))
        return PAY_WAITING;
    return str_eq(batch, STR("cancelled")) ? PAY_CANCELLED : PAY_SENT;
}

enum pay_state
pay_state_of(struct str outcome, struct str batch)
{
    if (outcome.len == 0)
        return unanswered(batch);
    for (int s = 0; s < PAY_STATES; s++)
        if (s != PAY_SENT && s != PAY_WAITING
            && str_eq(outcome, str_of(pay_words[s].key)))
            return (enum pay_state)s;
    return PAY_DOUBT;
}

const char *
pay_state_name(enum pay_state s)
{
    return pay_words[s].name;
}

const char *
pay_state_key(enum pay_state s)
{
    return pay_words[s].key;
}

bool
pay_state_failed(enum pay_state s)
{
    return s == PAY_FAILED || s == PAY_RETURNED || s == PAY_REVERSED;
}

const char *
words_run(enum run_state s)
{
    switch (s) {
    case RUN_DRAFT:
        return "draft: not yet submitted for approval";
    case RUN_SUBMITTED:
        return "submitted: waits for approval";
    case RUN_APPROVED:
        return "approved: nothing was sent yet";
    case RUN_PAYING:
        return "paying: payments are being sent";
    case RUN_PAUSED:
        return "paused: nothing more is sent, what is under way goes on";
    case RUN_SETTLED:
        return "settled: every payment has an answer; the run is not closed";
    case RUN_CLOSED:
        return "closed: every payment has its end and all sums tie";
    case RUN_REJECTED:
        return "rejected: the checker sent it back, nobody was paid";
    case RUN_CANCELLED:
        return "cancelled";
    case RUN_EXPIRED:
        return "expired: it was not approved or sent in time";
    }
    return "unknown";
}

struct str
words_batch(struct str state)
{
    static const struct { struct str is, say; } words[] = {
        { STR_INIT("ready"), STR_INIT("waiting") },
        { STR_INIT("initiating"), STR_INIT("being prepared") },
        { STR_INIT("initiated"), STR_INIT("prepared, not released") },
        { STR_INIT("releasing"), STR_INIT("being released") },
        { STR_INIT("sending"), STR_INIT("being sent") },
        { STR_INIT("in_flight"), STR_INIT("sent") },
        { STR_INIT("in_doubt"), STR_INIT("in doubt") }
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (str_eq(state, words[i].is))
            return words[i].say;
    return state;               /* done, refused, cancelled */
}

const char *
words_provider(const char *name)
{
    if (strcmp(name, "intasend") == 0)
        return "IntaSend";
    return strcmp(name, "sapama") == 0 ? "Sapama Cash" : name;
}

const char *
words_kind(const char *kind)
{
    return strcmp(kind, "main") == 0 ? "main pay" : kind;
}

/* --- codes --------------------------------------------------------------- */

static const struct code_row *
ours(const char *code)
{
    for (const struct code_row *r = settle_codes; r->code != NULL; r++)
        if (strcmp(r->code, code) == 0)
            return r;
    return NULL;
}

static const struct code_row *
row_of(const struct provider *p, const char *code)
{
    const struct code_row *r = p != NULL ? provider_item_code(p, code) : NULL;

    if (r == NULL && p != NULL)
        r = provider_file_code(p, code);
    return r != NULL ? r : ours(code);
}

struct str
words_reason(const struct provider *p, const char *code, struct str reason)
{
    const struct code_row *r = NULL;

    if (reason.len > 0 || (r = row_of(p, code)) == NULL)
        return reason;
    return str_of(r->meaning);
}

static const char *
todo_of_state(enum pay_state s)
{
    switch (s) {
    case PAY_PAID: case PAY_WAITING:
        return "";
    case PAY_FAILED:
        return "Find out why, correct it, and pay it in a new run.";
    case PAY_RETURNED: case PAY_REVERSED:
        return "The money came back. Find out why before it is paid again in "
               "a new run.";
    case PAY_DOUBT:
        return "Do not pay it again: payrun goes on asking by itself. Ask the "
               "provider about the file number, and the payee.";
    case PAY_SENT:
        return "Wait; payrun asks again by itself.";
    case PAY_CANCELLED:
        return "Pay it in a new run if it is still due.";
    }
    return "";
}

/*
 * A code speaks for the state it stands for: a failed payment must never show
 * the "wait" of a code that was final by another rule.
 */
static bool
speaks_for(const struct code_row *r, enum pay_state s)
{
    return (s == PAY_FAILED && r->fate == ITEM_FAILED)
           || (s == PAY_DOUBT && r->fate == ITEM_IN_DOUBT)
           || (s == PAY_CANCELLED && r->fate == ITEM_CANCELLED);
}

const char *
words_todo(const struct provider *p, enum pay_state s, const char *code)
{
    const struct code_row *r = NULL;

    /* what to do about a doubt does not depend on the provider's code */
    if (p != NULL && s != PAY_DOUBT)
        r = provider_item_code(p, code);
    if (r == NULL)
        r = ours(code);
    if (r != NULL && speaks_for(r, s) && r->todo[0] != '\0')
        return r->todo;
    /* a file code's fates are another enum: only what ended without paying */
    r = p != NULL ? provider_file_code(p, code) : NULL;
    if (s == PAY_FAILED && r != NULL && r->fate == FILE_DEAD)
        return r->todo;
    return todo_of_state(s);
}
