#include "providers/sapama.h"

const char *const sapama_rails[] = { "SAPAMA-MPESA", "SAPAMA-EQUITEL", NULL };

/*
 * System codes, section 1.1.  A good answer to b2c means scheduled, not paid
 * (7.2).  Only the documented 900 says that nothing was done; the others come
 * from an ancestor of Sapama's server and prove nothing.
 */
const struct code_row sapama_file_codes[] = {
    { "700", "Sapama scheduled the payments; their results come later",
      "Wait; payrun asks again by itself.", "", FILE_MOVING, false },
    { "900", "Sapama refused the request; nothing was paid",
      "Read what it says is wrong, correct it, and pay in a new run.", "NARR",
      FILE_DEAD, false },
    { "903", "Sapama says that the account may not do this",
      "Check key, secret and till number with Sapama. Do not pay again before "
      "Sapama says that nothing was paid.", "", FILE_UNKNOWN, true },
    { "904", "Sapama did not find what was asked for",
      "Not finding a payment does not prove that it was not made. Look in "
      "Sapama's console.", "", FILE_UNKNOWN, false },
    { "1000", "Sapama had an error of its own; payments may have been made",
      "Do not pay again. payrun looks for each payment by itself.", "",
      FILE_UNKNOWN, false },
    { NULL, NULL, NULL, NULL, 0, false }
};

/* What is the same in many rows. */
#define ASK      "Do not pay it again. payrun goes on asking by itself; ask " \
                 "Sapama and the payee too."
#define SETUP    "Ask Sapama to correct the set-up of your paybill, then " \
                 "resume. "
#define NEW_RUN  "Pay it in a new run."
#define REQUEST  "Give this code and the time to Sapama's support before you " \
                 "resume. Pay it in a new run."

/* The columns of a row by its class in mpesa.md 2: PAID, FINAL and LATER, FIX
 * (which is about the payer: stop), UNKNOWN. */
#define NOT_PAID(code, iso, meaning, todo) \
    { code, meaning, todo, iso, ITEM_FAILED, false }
#define FIX(code, iso, meaning, todo) \
    { code, meaning, todo, iso, ITEM_FAILED, true }
#define UNKNOWN(code, meaning) \
    { code, meaning, ASK, "", ITEM_IN_DOUBT, false }

/*
 * Ours, then mpesa.md 2.1 to 2.4 in its order.  The codes of too many requests
 * (26, 100000001, 100000002, 500.003.02, 500.003.03) say "not executed" at
 * M-Pesa, but Sapama stands between and may try again by itself: no proof
 * here.  "404.*" of 2.4 has no one code and stays with what is not in the
 * table: in doubt.
 */
const struct code_row sapama_item_codes[] = {
    { SAPAMA_SCHEDULED, "taken by Sapama; not paid yet",
      "Wait; payrun asks again by itself.", "", ITEM_MOVING, false },
    UNKNOWN(SAPAMA_UNCLEAR,
            "Sapama's answer does not say what became of this payment"),

    { "0", "paid", "", "", ITEM_PAID, false },
    FIX("1", "AM04", "the utility account of the paybill did not hold enough; "
        "it was not paid",
        "Put money into the utility account (not the working account), then "
        "resume. " NEW_RUN),
    NOT_PAID("2", "AM06", "the amount is below M-Pesa's minimum; it was not "
             "paid", "Pay at least the minimum of the rail, in a new run."),
    NOT_PAID("3", "AM02", "the amount is above M-Pesa's maximum; it was not "
             "paid", "Pay it in parts or to a bank account, in a new run."),
    NOT_PAID("4", "AM14", "it would pass a daily limit, usually the payee's; "
             "it was not paid", "Pay it tomorrow, in a new run."),
    NOT_PAID("8", "AM14", "the payee's wallet would hold more than it may; it "
             "was not paid",
             "Ask the payee to make room, or pay to a bank account, in a new "
             "run."),
    FIX("11", "AC06", "the paybill that pays is not active; it was not paid",
        SETUP NEW_RUN),
    FIX("21", "AG01", "the paybill's user may not make payments; it was not "
        "paid", SETUP NEW_RUN),
    FIX("2001", "AG01", "the paybill's user or password is wrong at M-Pesa; "
        "it was not paid", SETUP NEW_RUN),
    FIX("2006", "AC06", "an account is not active, probably the paybill's, "
        "perhaps the payee's; it was not paid",
        "Ask Sapama which account it is before you resume. " NEW_RUN),
    FIX("2028", "AG01", "the paybill has no permission to pay people; it was "
        "not paid", SETUP NEW_RUN),
    NOT_PAID("2040", "AC14", "the payee is not registered for M-Pesa; it was "
             "not paid", "Ask the payee for a registered number, or pay to a "
             "bank account, in a new run."),
    FIX("8006", "AG01", "the paybill's user is locked at M-Pesa; it was not "
        "paid", SETUP NEW_RUN),
    NOT_PAID("SFC_IC0003", "AC01", "the number is wrong or not on M-Pesa; it "
             "was not paid", "Correct the phone number and pay it in a new "
             "run."),

    FIX("5", "AM04", "the paybill would hold less than it must; it was not "
        "paid", "Put money into the utility account, then resume. " NEW_RUN),
    NOT_PAID("6", "AC02", "M-Pesa did not find the payer; it was not paid",
             "Check the paybill number of the account. " NEW_RUN),
    NOT_PAID("7", "AC03", "M-Pesa did not find the payee; it was not paid",
             "Correct the phone number and pay it in a new run."),
    NOT_PAID("12", "AC03", "the payee's account is not valid; it was not paid",
             "Correct the phone number and pay it in a new run."),
    NOT_PAID("13", "AC02", "M-Pesa did not find the account that pays; it was "
             "not paid", "Check the paybill number of the account. " NEW_RUN),
    NOT_PAID("14", "AC03", "M-Pesa did not find the payee's account; it was "
             "not paid", "Correct the phone number and pay it in a new run."),
    UNKNOWN("15", "M-Pesa has seen this payment before; the earlier one may "
            "have been paid"),
    UNKNOWN("17", "M-Pesa had an internal failure; it may have been paid"),
    FIX("18", "AG01", "M-Pesa did not accept the paybill's user; it was not "
        "paid", SETUP NEW_RUN),
    UNKNOWN("19", "M-Pesa lost the order of messages; it may have been paid"),
    FIX("20", "AG01", "M-Pesa does not know the paybill's user; it was not "
        "paid", SETUP NEW_RUN),
    FIX("22", "AG01", "the paybill may not pay this kind of payee; it was not "
        "paid", SETUP NEW_RUN),
    FIX("24", "NARR", "a required field was missing at M-Pesa; it was not "
        "paid", REQUEST),
    FIX("25", "NARR", "a field was not valid at M-Pesa; it was not paid",
        REQUEST),
    UNKNOWN("26", "M-Pesa was too busy; Sapama may try it again by itself"),
    FIX("29", "AG01", "M-Pesa does not allow this kind of payment; it was not "
        "paid", SETUP NEW_RUN),
    UNKNOWN("100000000", "M-Pesa keeps the payment and will run it later"),
    UNKNOWN("100000001", "M-Pesa was overloaded; Sapama may try it again by "
            "itself"),
    UNKNOWN("100000002", "M-Pesa slowed the payments down; Sapama may try it "
            "again by itself"),
    UNKNOWN("100000004", "M-Pesa had an internal error; it may have been "
            "paid"),

    /* of prompts, reversals and queries; of a payment they say nothing */
    UNKNOWN("1001", "M-Pesa says that the payee is busy in another session, "
            "which says nothing about a payment"),
    UNKNOWN("1019", "a code of payment prompts, not of payments: expired"),
    UNKNOWN("1025", "a code of payment prompts, not of payments: not sent"),
    UNKNOWN("1032", "a code of payment prompts, not of payments: cancelled"),
    UNKNOWN("1037", "a code of payment prompts, not of payments: no answer"),
    UNKNOWN("9999", "a code of payment prompts, not of payments: failed"),
    UNKNOWN("R000001", "a code of reversals, not of payments"),
    UNKNOWN("R000002", "a code of reversals, not of payments"),

    FIX("400.002.02", "NARR", "M-Pesa could not read the request; it was not "
        "paid", REQUEST),
    FIX("400.003.02", "NARR", "M-Pesa could not read the request; it was not "
        "paid", REQUEST),
    FIX("400.002.05", "NARR", "M-Pesa could not read the request; it was not "
        "paid", REQUEST),
    FIX("400.003.01", "AG01", "Sapama's token was not taken by M-Pesa; it was "
        "not paid", SETUP NEW_RUN),
    FIX("401.002.01", "AG01", "Sapama's token was not taken by M-Pesa; it was "
        "not paid", SETUP NEW_RUN),
    FIX("404.001.03", "AG01", "Sapama's token was not taken by M-Pesa; it was "
        "not paid", SETUP NEW_RUN),
    FIX("405.001", "NARR", "Sapama asked M-Pesa in a wrong way; it was not "
        "paid", REQUEST),
    UNKNOWN("500.003.02", "too many payments a second for M-Pesa; Sapama may "
            "try it again by itself"),
    UNKNOWN("500.003.03", "the paybill's quota at M-Pesa is used up; Sapama "
            "may try it again by itself"),
    UNKNOWN("500.003.1001", "M-Pesa had an internal error; it may have been "
            "paid"),
    UNKNOWN("500.002.1001", "M-Pesa had an internal error or has seen this "
            "payment before; it may have been paid"),
    { NULL, NULL, NULL, NULL, 0, false }
};
