#include "pack/members.h"

#include <stddef.h>

#include "db/sql.h"

const struct pack_list pack_lists[] = {
    { PACK_RUN, sql_pack_run,
      "the run: account, period, totals, digest, who made it, its file" },
    { PACK_APPROVALS, sql_pack_approvals,
      "who approved it, when, which digest and total" },
    { "people.jsonl", sql_pack_people,
      "everybody who had to do with it, and their role" },
    { "problems.jsonl", sql_pack_problems,
      "what was noticed in the file and accepted all the same" },
    { "let_go.jsonl", sql_pack_let_go,
      "checkers who let it go on although payees were in doubt elsewhere" },
    { PACK_BATCHES, sql_pack_batches,
      "its batches: who pays them, their digests and counters" },
    { PACK_PAYMENTS, sql_pack_payments,
      "every payment as it was asked for, and what became of it" },
    { PACK_STRAYS, sql_pack_strays,
      "answers about payments that nobody asked for: has to be empty" },
    { PACK_ATTEMPTS, sql_pack_attempts,
      "every request: made, left, answered when, and what the answer meant" },
    { PACK_ANSWERS, sql_pack_answers,
      "the list of the providers' raw answers" },
    { PACK_CALLBACKS, sql_pack_callbacks,
      "the list of what the providers told without being asked" },
    { "statements.jsonl", sql_pack_statements,
      "the statements that have lines about it" },
    { PACK_LINES, sql_pack_statement_lines,
      "those lines: what moved, as the provider or the bank tells it" },
    { "matches.jsonl", sql_pack_matches,
      "which of those lines is which payment, and by what" },
    { "reconciliations.jsonl", sql_pack_reconciliations,
      "when it was held against statements, and the sums of that" },
    { "three_way.jsonl", sql_pack_three_way,
      "asked, sent, answered and moved, of each of those" },
    { "findings.jsonl", sql_pack_findings,
      "what did not agree, both sides and the amount" },
    { "breaks.jsonl", sql_pack_breaks,
      "those differences as people deal with them: owner, state, note" },
    { "break_history.jsonl", sql_pack_break_history,
      "every step of that, and who gave money up" },
    { PACK_EVIDENCE, sql_pack_evidence,
      "what people said of payments in doubt, and who agreed" },
    { PACK_EXPLAINED, sql_pack_explanations,
      "what people found out about doubles" },
    { "contradictions.jsonl", sql_pack_contradictions,
      "answers of the providers against a final one" },
    { "retries.jsonl", sql_pack_retries,
      "failures paid again, here or in another run" },
    { "history.jsonl", sql_pack_history,
      "every move of the run and its batches" },
    { PACK_AUDIT, sql_pack_audit,
      "the audit chain from the first entry about the run to the newest" },
    { NULL, NULL, NULL }
};

const struct pack_bodies pack_bodies[] = {
    { "answers/", sql_pack_answer_bodies,
      "the providers' raw answers themselves, with our secrets blotted" },
    { "callbacks/", sql_pack_callback_bodies,
      "what the providers told without being asked, as it came" },
    { "desk/", sql_pack_desk_bodies,
      "the files people showed about payments in doubt" },
    { NULL, NULL, NULL }
};
