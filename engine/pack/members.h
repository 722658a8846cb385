#ifndef PACK_MEMBERS_H
#define PACK_MEMBERS_H

/*
 * What is in a pack: one table from which it is written, explained in its
 * README, and read by who verifies it.  All lists are JSON, one object a line.
 */
struct pack_list {
    const char *name;           /* "payments.jsonl"                           */
    const char *sql;            /* sql_pack_*: (run_id) to column line        */
    const char *what;           /* for the README, one sentence               */
};

extern const struct pack_list pack_lists[];     /* ends with name NULL        */

/* Raw bytes: a member each, named by the statement. */
struct pack_bodies {
    const char *name;           /* "answers/": what their names begin with   */
    const char *sql;            /* sql_pack_*: (run_id) to columns name, body */
    const char *what;
};

extern const struct pack_bodies pack_bodies[];  /* ends with sql NULL         */

#define PACK_README    "README.txt"
#define PACK_RUN       "run.json"
#define PACK_TOTALS    "totals.json"
#define PACK_PAYMENTS  "payments.jsonl"
#define PACK_BATCHES   "batches.jsonl"
#define PACK_APPROVALS "approvals.jsonl"
#define PACK_ATTEMPTS  "attempts.jsonl"
#define PACK_ANSWERS   "answers.jsonl"
#define PACK_CALLBACKS "callbacks.jsonl"
#define PACK_LINES     "statement_lines.jsonl"
#define PACK_EVIDENCE  "evidence.jsonl"
#define PACK_EXPLAINED "explanations.jsonl"
#define PACK_AUDIT     "audit.jsonl"
#define PACK_STRAYS    "strays.jsonl"
#define PACK_FILE      "original-file"      /* and the ending of its name     */
#define PACK_MANIFEST  "MANIFEST.json"
#define PACK_SIGNED    "SIGNED"             /* the text that is signed        */
#define PACK_SIGNATURE "SIGNATURE"          /* 64 bytes                       */
#define PACK_KEY       "KEY.pem"

#endif
