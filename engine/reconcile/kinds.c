#include "reconcile/kinds.h"

#include <string.h>

const struct finding_kind finding_kinds[] = {
    { "missing_there", "answered paid, not on the statement",
      "Pull the statement again when its day is over; then ask the provider "
      "for the line of this receipt. Do not pay it again.", true },
    { "missing_here", "on the statement, not paid by us",
      "Find out who made this payment: compare payee and time. If it is one "
      "of ours, the provider has to say so.", false },
    { "amount_differs", "another amount",
      "Ask the provider which amount reached the payee, and claim the "
      "difference.", false },
    { "paid_twice", "paid twice",
      "Ask the provider to reverse the second payment, or the payee to give "
      "it back.", false },
    { "late", "booked late",
      "The money is where it belongs; ask the provider why it took so long.",
      false },
    { "wrong_payee", "another payee",
      "Ask the provider at once whom it paid, and have it taken back.", false },
    { "charge_differs", "another charge",
      "Compare with the tariff, and claim the difference.", false },
    { "taken_back", "returned or reversed after it was paid",
      "The payee does not have the money: find out why before it is paid "
      "again. payrun retry takes what was returned, not what was reversed.",
      false },
    { "duplicate_line", "twice on the statement",
      "Ask the provider whether the money left twice; the balance tells.",
      false },
    { "unknown", "a movement nobody knows",
      "Ask the provider or the bank what it is.", false },
    { "ambiguous", "fits more than one",
      "Compare the payments by hand: receipts tell which is which.", false },
    { "not_covered", "no statement to compare with",
      "Take a statement of these days in: payrun statement --pull ACCOUNT, or "
      "payrun statement import FILE.", true },
    { "statement_gap", "statements that do not follow on",
      "Take in the statement of the days between.", true },
    { "statement_differs", "a statement that does not add up",
      "Lines of it were changed, added or removed here: take the statement in "
      "once more and compare.", false },
    { "line_changed", "a line that was changed here",
      "Somebody changed it in the database: compare it with the provider's "
      "statement, and find out who.", false },
    { "engine_unpaid", "answered paid, the engine says otherwise",
      "Do not pay it again: the provider says it was paid. payrun resolve "
      "shows both sides.", false },
    { "engine_unproven", "the engine says paid, nothing proves it",
      "Ask the provider or the payee; if it was not paid, correct it with "
      "evidence: payrun resolve.", false },
    { "outcome_differs", "the result is not what was answered",
      "Somebody changed it in the database: compare with the raw answer "
      "(payrun resolve), and find out who.", false },
    { "never_ended", "sent, and nothing says what became of it",
      "Let payrun work ask on; then payrun resolve.", true },
    { "answer_changed", "a raw answer that was changed here",
      "Somebody changed evidence in the database: keep it as it is and find "
      "out who.", false },
    { "answer_missing", "a raw answer that is gone",
      "Somebody removed evidence from the database: find out who.", false },
    { "request_differs", "a request that is not of this content",
      "What was sent is not what stands here: compare with the provider's "
      "file.", false },
    { "content_differs", "not what was approved",
      "The rows, the batch or the run were changed after approval: compare "
      "with the original file.", false },
    { "sums_differ", "sums that do not tie",
      "Somebody changed a sum or a row in the database: the detail says "
      "which.", false },
    { "approval_differs", "an approval that does not fit",
      "Ask the checker what was approved; the audit has it.", false },
    { "audit_differs", "the audit does not hold",
      "Stop, keep the database as it is, and find out who could write to it: "
      "payrun audit verify.", false },
    { 0 }
};

const struct finding_kind *
finding_kind(const char *name)
{
    for (const struct finding_kind *k = finding_kinds; k->name != NULL; k++)
        if (strcmp(k->name, name) == 0)
            return k;
    return NULL;
}
