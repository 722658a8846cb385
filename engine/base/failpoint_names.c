#include "base/failpoint_names.h"

/*
 * Every failpoint there is.  Who adds a transaction, a statement that commits
 * by itself or a request adds a row here; tests/story/41_failpoints.t and
 * 42_failpoints_people.t fail when one is not come past, or is not listed.
 */
#ifdef PAYRUN_FAILPOINTS

/* Who comes past: */
#define WORKER "worker"         /* any small run                              */
#define SELDOM "seldom"         /* a worker, when something went wrong        */
#define PEOPLE "people"         /* a command                                  */
#define SERVE  "serve"          /* the callback listener                      */
/* ... or a story that says so at its end (came_past in tests/lib/story.sh): */
#define RESTORE   "51_restore_sapama"
#define FROZEN    "61_frozen"
#define EXPLAIN   "62_explain"
#define STATEMENT "70_statement_files"
#define PULL      "71_statement_pull"
#define RECONCILE "80_reconcile"
#define TAKENBACK "82_taken_back"
#define SCHEDULE  "91_schedule"
#define FOLDER    "92_inbox"
#define PREFLIGHT "94_preflight"
#define CANARY    "95_canary"
#define TOLD      "96_told"
#define ALARMS    "108_alarms"

struct entry {
    const char *name, *who, *means;
};

/* Transactions: "commit.NAME" before COMMIT is sent, "committed.NAME" before
 * its answer is read.  The name is that of the file and the function. */
static const struct entry txns[] = {
    { "claim.initiate", WORKER, "a batch is taken, to be prepared there" },
    { "claim.approve", WORKER, "a prepared batch is taken, to be released" },
    { "claim.send", WORKER, "a batch is taken, to be paid at once" },
    { "landing.initiate", WORKER, "what was answered to initiate" },
    { "landing.approve", WORKER, "what was answered to approve" },
    { "landing.send", WORKER, "what was answered to send" },
    { "landing.cancel", WORKER, "what was answered to cancel" },
    { "landing.evidence", SELDOM, "an answer to what others took over" },
    { "funds", WORKER, "does the wallet cover the run?" },
    { "notice", WORKER, "what a file's status says of its payments" },
    { "covered", WORKER, "how far the provider's list was read" },
    { "group", WORKER, "what the list says of a batch's payments" },
    { "group.found_sent", ALARMS, "the list has what was held for not sent" },
    { "hints.hint", SERVE, "a callback is looked at, by a worker" },
    { "cancel", SELDOM, "a cancelled run's file is to be cancelled there" },
    { "desk.pause", SELDOM, "a run stops for a person" },
    { "claim.canary", CANARY, "not all of the canary was paid: a run stops" },
    { "account.close", SELDOM, "our key was refused: the lane is closed" },
    { "alarm.once", ALARMS, "a file must be cancelled by hand" },
    { "alarm.grave", ALARMS, "the provider contradicts itself" },
    { "alarm.reopen", ALARMS, "a closed run is opened for a contradiction" },
    { "alarm.slow", ALARMS, "a file has no end after a day" },
    { "migrate.step", PEOPLE, "a schema step is applied" },
    { "upload", PEOPLE, "a file becomes a run" },
    { "approve.submit", PEOPLE, "the maker submits" },
    { "approve.approve", PEOPLE, "the checker approves" },
    { "approve.reject", PEOPLE, "the checker sends it back" },
    { "approve.send", WORKER, "it may be sent" },
    { "approve.pause", PEOPLE, "somebody pauses it" },
    { "approve.resume", PEOPLE, "somebody resumes it" },
    { "approve.cancel", PEOPLE, "somebody cancels what was not released" },
    { "people.add_in", PEOPLE, "a person is added" },
    { "standstill.change", PEOPLE, "everything is paused, or goes on" },
    { "evidence_end.propose", PEOPLE, "evidence about a payment in doubt" },
    { "evidence_end.agree", PEOPLE, "another person agrees" },
    { "evidence_end.refuse", PEOPLE, "it is refused" },
    { "errand.intend", PEOPLE, "an errand is to leave" },
    { "errand.store", PEOPLE, "what was answered to it" },
    { "cmd_banks.store", PEOPLE, "the provider's list of banks" },
    { "ceiling.propose", PEOPLE, "a ceiling is proposed" },
    { "ceiling.answer", PEOPLE, "another person agrees, or does not" },
    { "frozen.allow", FROZEN, "a payee in doubt may be paid all the same" },
    { "outbox.resend", TOLD, "an event is to be told again" },
    { "explanation", EXPLAIN, "a person explains a difference" },
    { "import", STATEMENT, "a statement is read in" },
    { "pull.page", PULL, "a page of the provider's statement" },
    { "pull.done", PULL, "all its pages are there" },
    { "reconcile.all", RECONCILE, "books and statements are compared" },
    { "breaks.do", RECONCILE, "a person does something about a break" },
    { "watch.one", TAKENBACK, "a statement proves what became of a payment" },
    { "lineage_hold.open", RESTORE, "history went backwards: nothing is sent" },
    { "lineage_left.bring", RESTORE, "what left, by this host's journal" },
    { "lineage_list.store", RESTORE, "what the provider lists meanwhile" },
    { "lineage_people.propose", RESTORE, "how to go on is proposed" },
    { "lineage_people.agree", RESTORE, "another person agrees" },
    { "lineage_lift.lift", RESTORE, "it may be sent again" },
    { "schedule.add", SCHEDULE, "a schedule is made" },
    { "schedule.set", SCHEDULE, "it is paused, resumed or removed" },
    { "plan", SCHEDULE, "its times become slots" },
    { "slot.take", SCHEDULE, "a slot is done with" },
    { "slot.set", SCHEDULE, "it is held, asks, or is skipped" },
    { "slot.decide", SCHEDULE, "a person decides about one" },
    { "drop", FOLDER, "a file of a watched folder is noted" },
    { "drop_folder.change", FOLDER, "a folder is watched, or no more" },
    { "standing.change", FOLDER, "a standing approval is changed" },
    { NULL, NULL, NULL }
};

/* Statements that commit by themselves: "write.NAME" before, "written.NAME"
 * before the answer is read.  The name is that of the file in schema/queries. */
static const struct entry writes[] = {
    { "attempt_leave", WORKER, "the door: the request may leave" },
    { "batch_move_rest", WORKER, "what a cancelled run has left" },
    { "batch_poll_claim", WORKER, "a status is to be asked for" },
    { "batch_poll_done", SELDOM, "nothing new was learned" },
    { "batch_reclaim", WORKER, "what dead workers held is taken back" },
    { "run_move", WORKER, "a run is settled, a run is closed" },
    { "run_recount", ALARMS, "the sums of a run do not tie" },
    { "tracker_contradicted", WORKER, "paid and failed: a contradiction" },
    { "tracker_scan_claim", WORKER, "the list is to be read" },
    { "tracker_scan_hold", SELDOM, "the list is held for the next page" },
    { "tracker_sought_claim", WORKER, "a payment is to be looked up" },
    { "tracker_sought_done", SELDOM, "it was looked up" },
    { "tracker_wake", WORKER, "what was looked for in vain is due again" },
    { "tracker_worker_seen", WORKER, "a sign of life" },
    { "short_look_now", SELDOM, "a worker starts: is there money by now?" },
    { "tracker_worker_gone", WORKER, "a worker ends" },
    { "lineage_seen", WORKER, "the mark outside agrees with the database" },
    { "account_add", PEOPLE, "an account is used for the first time" },
    { "errand_leave", PEOPLE, "the door of an errand" },
    { "desk_ask", PEOPLE, "ask now" },
    { "drop_file_moved", FOLDER, "a file is out of its folder" },
    { "standing_note", FOLDER, "what a standing approval said of a file" },
    { "preflight_add", PREFLIGHT, "what was found before a release" },
    { "inbox_store", SERVE, "callbacks are stored" },
    { NULL, NULL, NULL }
};

/* Requests: see edges[]. */
static const struct entry requests[] = {
    { "initiate", WORKER, "a file is prepared" },
    { "approve", WORKER, "a file is released" },
    { "cancel", WORKER, "a file is cancelled" },
    { "send", WORKER, "payments are made" },
    { "status", WORKER, "what became of a file" },
    { "wallet", WORKER, "how much there is" },
    { "scan", WORKER, "a page of the list" },
    { "lookup", WORKER, "one payment" },
    { "errand", PEOPLE, "something a person asks for" },
    { "question", PEOPLE, "a question a person asks" },
    { NULL, NULL, NULL }
};
static const struct entry edges[] = {
    { "net.start", NULL, "before it connects" },
    { "net.door", NULL, "connected, before the door" },
    { "net.left", NULL, "the door is open, not one byte is out" },
    { "net.sent", NULL, "its last byte is out" },
    { "net.head", NULL, "the answer's headers are here" },
    { "net.whole", NULL, "the whole answer is here, nothing is stored" },
    { NULL, NULL, NULL }
};

static const struct entry places[] = {
    { "copy.end", PEOPLE, "all rows are with the database" },
    { "callback.received", SERVE, "a callback is here" },
    { "callback.stored", SERVE, "stored, and not acknowledged" },
    { NULL, NULL, NULL }
};

/* Two tables make one list: every pair. */
struct product {
    const char *kind;
    const struct entry *of;
    const char *when;
};

static const struct product products[] = {
    { "commit", txns, "before COMMIT" }, { "committed", txns, "after COMMIT" },
    { "write", writes, "before it" }, { "written", writes, "after it" },
    { NULL, NULL, NULL }
};

typedef bool each_name(const char *name, const char *who, const char *means,
                       const char *when, const char *asked);

static bool
each(each_name *fn, const char *asked)
{
    char name[FAILPOINT_BYTES];

    for (const struct product *p = products; p->kind != NULL; p++)
        for (const struct entry *e = p->of; e->name != NULL; e++) {
            snprintf(name, sizeof(name), "%s.%s", p->kind, e->name);
            if (fn(name, e->who, e->means, p->when, asked))
                return true;
        }
    for (const struct entry *k = edges; k->name != NULL; k++)
        for (const struct entry *e = requests; e->name != NULL; e++) {
            snprintf(name, sizeof(name), "%s.%s", k->name, e->name);
            if (fn(name, e->who, e->means, k->means, asked))
                return true;
        }
    for (const struct entry *e = places; e->name != NULL; e++)
        if (fn(e->name, e->who, e->means, "", asked))
            return true;
    return false;
}

static bool
same(const char *name, const char *who, const char *means, const char *when,
     const char *asked)
{
    size_t n = strlen(asked);

    (void)who;
    (void)means;
    (void)when;
    return n > 0 && asked[n - 1] == '*' ? strncmp(name, asked, n - 1) == 0
                                        : strcmp(name, asked) == 0;
}

static bool
show(const char *name, const char *who, const char *means, const char *when,
     const char *asked)
{
    (void)asked;
    printf("%s\t%s\t%s%s%s\n", name, who, means, when[0] != '\0' ? ": " : "",
           when);
    return false;
}

bool
failpoint_known(const char *name)
{
    return each(same, name);
}

void
failpoint_list(void)
{
    (void)each(show, "");
}
#endif
