#include "sandbox/wording.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

struct word {
    const char *name;
    const char *text;
};

/* Recorded where there is a recording (contract 3), else the likeliest text;
 * a client decides by the code and never by these. */
static const struct word files[] = {
    [FILE_BP101] = { "BP101", "Preview and approve" },
    [FILE_BF102] = { "BF102", "Failed Processing" },
    [FILE_BP103] = { "BP103", "Preview and approve" },
    [FILE_BP104] = { "BP104", "Confirming balance" },
    [FILE_BF105] = { "BF105", "Failed on low balance" },
    [FILE_BP106] = { "BP106", "Processing (FLT)" },
    [FILE_BF107] = { "BF107", "Failed float check" },
    [FILE_BP108] = { "BP108", "Processing (FLTRSLT)" },
    [FILE_BP109] = { "BP109", "Sending payment" },
    [FILE_BP110] = { "BP110", "Processing payment" },
    [FILE_BC100] = { "BC100", "Completed" },
    [FILE_BE111] = { "BE111", "Cancelled" },
};

static const struct word items[] = {
    [ITEM_TP101] = { "TP101", "Pending" },
    [ITEM_TF103] = { "TF103", "Initiation failed" },
    [ITEM_TF104] = { "TF104", "Processing results" },
    [ITEM_TP104] = { "TP104", "Processing results" },
    [ITEM_TF105] = { "TF105", "Unknown outcome" },
    [ITEM_TS100] = { "TS100", "Successful" },
    [ITEM_TF106] = { "TF106", "Unsuccessful" },
    [ITEM_TH107] = { "TH107", "Under observation" },
    [ITEM_TC108] = { "TC108", "Cancelled" },
    [ITEM_TR109] = { "TR109", "Queued for retry" },
    [ITEM_TX999] = { "TX999", "Deferred" },
};

/* The texts of numbered reasons are Safaricom's own. */
static const struct word reasons[] = {
    [REASON_NONE] = { "-", NULL },
    [REASON_PAID] = { "0", "The service request is processed successfully." },
    [REASON_UNREGISTERED] = { "2040",
        "Credit Party customer type (Unregistered or Registered Customer) "
        "can't be supported by the service." },
    [REASON_NO_OPERATOR] = { "SFC_IC0003", "The operator does not exist." },
    [REASON_FULL] = { "8",
        "Declined due to limit rule: would exceed the maximum balance." },
    [REASON_DAILY] = { "4",
        "Declined due to limit rule: would exceed daily transfer limit" },
    [REASON_STATUS] = { "2006",
        "Declined due to account rule: The account status does not allow "
        "this transaction." },
    [REASON_TOO_SMALL] = { "2", "Declined due to limit rule" },
    [REASON_TOO_LARGE] = { "3",
        "Declined due to limit rule: greater than the maximum transaction "
        "amount." },
    [REASON_DETAILS] = { "details",
        "The payment details are missing or not supported." },
    [REASON_UNKNOWN] = { "unknown",
        "The outcome could not be determined. Contact support." },
    [REASON_RESULTS] = { "results", "Results are being processed." },
    [REASON_WATCHED] = { "watched", "Transaction is under observation." },
    [REASON_CANCELLED] = { "cancelled", "Transaction cancelled." },
    [REASON_RETRY] = { "retry", "Transaction is queued for retry." },
    [REASON_NO_FUNDS] = { "1",
        "The balance is insufficient for the transaction." },
    [REASON_REVERSED] = { "reversed", "The transaction was reversed." },
};

const char *
wording_file_name(enum file_code c)
{
    return files[c].name;
}

const char *
wording_file_text(enum file_code c)
{
    return files[c].text;
}

bool
wording_file_final(enum file_code c)
{
    switch (c) {
    case FILE_BF102:
    case FILE_BF105:
    case FILE_BF107:
    case FILE_BC100:
    case FILE_BE111:
        return true;
    case FILE_BP101:
    case FILE_BP103:
    case FILE_BP104:
    case FILE_BP106:
    case FILE_BP108:
    case FILE_BP109:
    case FILE_BP110:
        return false;
    }
    return false;
}

const char *
wording_item_name(enum item_code c)
{
    return items[c].name;
}

const char *
wording_item_text(enum item_code c)
{
    return items[c].text;
}

const char *
wording_reason_key(enum reason r)
{
    return reasons[r].name;
}

const char *
wording_reason_text(enum reason r)
{
    return reasons[r].text;
}

/* The place of ${name} in ${words}, or -1. */
static int
word_place(const struct word *words, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(str_of(words[i].name), name))
            return (int)i;
    return -1;
}

int
wording_file_read(enum file_code *out, struct str name)
{
    int at = word_place(files, LEN(files), name);

    if (at < 0)
        return -1;
    *out = (enum file_code)at;
    return 0;
}

int
wording_item_read(enum item_code *out, struct str name)
{
    int at = word_place(items, LEN(items), name);

    if (at < 0)
        return -1;
    *out = (enum item_code)at;
    return 0;
}

int
wording_reason_read(enum reason *out, struct str name)
{
    int at = word_place(reasons, LEN(reasons), name);

    if (at < 0)
        return -1;
    *out = (enum reason)at;
    return 0;
}
