#include "providers/intasend.h"

const char *const intasend_rails[] = {
    "MPESA-B2C", "MPESA-B2B", "PESALINK", "INTASEND", "AIRTIME", NULL
};

/*
 * Section 3.1.  Only BP103 waits for us.  BP101 comes before it, and calling
 * it "waiting" would approve a file that IntaSend is still reading.
 */
const struct code_row intasend_file_codes[] = {
    { "BP101", "IntaSend received the file and is reading it",
      "Wait; payrun asks again by itself.", "", FILE_READING, false },
    { "BF102", "IntaSend could not use the file; it ended without paying",
      "Payments still untouched were not paid; send them again in a new run. "
      "Ask IntaSend why the file failed.", "NARR", FILE_DEAD, false },
    { "BP103", "the file waits for approval; no money has moved",
      "Nothing to do: payrun approves it when what IntaSend read back is "
      "what was sent.", "", FILE_WAITING, false },
    { "BP104", "released; IntaSend will check the balance of the wallet",
      "Wait; payrun asks again by itself.", "", FILE_MOVING, false },
    { "BF105", "the wallet did not hold enough for the amounts and charges; "
      "no money moved",
      "Fund the wallet, then pay the untouched payments in a new run.",
      "AM04", FILE_DEAD, false },
    { "BP106", "IntaSend is checking the balance of the wallet",
      "Wait; payrun asks again by itself.", "", FILE_MOVING, false },
    { "BF107", "IntaSend's second check of the balance failed; no money "
      "moved",
      "Check the wallet's balance with IntaSend, then pay the untouched "
      "payments in a new run.", "AM04", FILE_DEAD, false },
    { "BP108", "IntaSend is doing its second check of the file",
      "Wait; payrun asks again by itself.", "", FILE_MOVING, false },
    { "BP109", "IntaSend is sending the payments",
      "Wait; payrun asks again by itself.", "", FILE_MOVING, false },
    { "BP110", "the payments are sent; results are coming in",
      "Wait; payrun asks again by itself.", "", FILE_MOVING, false },
    { "BC100", "IntaSend finished the file; each payment has its own result",
      "Look at the failed payments, if there are any.", "", FILE_DONE, false },
    { "BE111", "the file was cancelled or ended early",
      "Payments still untouched were not paid; send them again in a new run "
      "if they are still due.", "CUST", FILE_DEAD, false },
    { NULL, NULL, NULL, NULL, 0, false }
};

/*
 * Section 3.2.  Finality is in section 3.3; what is not proven to be unpaid
 * is never ITEM_FAILED.
 */
const struct code_row intasend_item_codes[] = {
    { "TP101", "accepted by IntaSend, not started", "", "",
      ITEM_UNTOUCHED, false },
    { "TP102", "IntaSend has started the payment",
      "Wait; payrun asks again by itself.", "", ITEM_MOVING, false },
    { "TF103", "IntaSend could not start the payment; it was not paid",
      "Check the account and its details against the reason, correct them "
      "and pay it in a new run.", "NARR", ITEM_FAILED, false },
    /* "F", but no failure: the providers' table says results are processed.
     * Some of IntaSend's pages and clients print TP104 for the same. */
    { "TF104", "sent; IntaSend is working on the result (not a failure)",
      "Wait; payrun asks again by itself.", "", ITEM_MOVING, false },
    { "TP104", "sent; IntaSend is working on the result",
      "Wait; payrun asks again by itself.", "", ITEM_MOVING, false },
    { "TF105", "IntaSend cannot tell whether it was paid",
      "Do not pay it again. payrun goes on asking by itself; ask IntaSend's "
      "support and the payee too.", "", ITEM_IN_DOUBT, false },
    { "TS100", "paid", "", "", ITEM_PAID, false },
    { "TF106", "the payment failed; it was not paid",
      "Read the reason: often the number is not registered for M-Pesa, or "
      "a limit of the payee was reached. Correct it and pay it in a new "
      "run.", "NARR", ITEM_FAILED, false },
    { "TH107", "held by IntaSend for observation",
      "Wait; if it stays held for a day, ask IntaSend's support. Do not pay "
      "it again.", "", ITEM_MOVING, false },
    { "TC108", "cancelled; it was not paid",
      "Pay it in a new run if it is still due.", "CUST", ITEM_CANCELLED,
      false },
    { "TR109", "IntaSend will try the payment again by itself",
      "Wait. Do not pay it again: IntaSend may still pay it.", "",
      ITEM_MOVING, false },
    { NULL, NULL, NULL, NULL, 0, false }
};
