#include "sandbox/cash_rules.h"

#include "sandbox/cash_figures.h"

static const struct rule {
    const char *name;
    int64_t     usual, most;    /* ${most} 1 with no words: true or false */
    const char *words[5];
} rules[RULE_COUNT] = {
    [RULE_SNAKE] = { "snake", 0, 1, { NULL } },
    [RULE_NUMBERS_TEXT] = { "numbers_text", 0, 1, { NULL } },
    [RULE_PHONE_LOCAL] = { "phone_local", 1, 1, { NULL } },
    [RULE_ERROR_HTML] = { "error_html", 0, 1, { NULL } },
    [RULE_FORMAT_REDIRECT] = { "format_redirect", 1, 1, { NULL } },
    [RULE_PAGE_CLAMP] = { "page_clamp", 1, 1, { NULL } },
    [RULE_PER_PAGE_CAP] = { "per_page_cap", CASH_PER_PAGE_CAP, 1000000,
                            { NULL } },
    [RULE_TRANS_TIME] = { "trans_time", TIME_DOCUMENTED, 3,
                          { "documented", "dashes", "digits", "colons" } },
    [RULE_DATE_BLANK] = { "date_blank", 1, 1, { NULL } },
    [RULE_DATE_ZERO] = { "date_zero", 1, 1, { NULL } },
    [RULE_BAD_KEY] = { "bad_key", BAD_KEY_API_KEY, 2,
                       { "api_key", "hash", "token" } },
    [RULE_KNOWN_ID] = { "unknown_id", UNKNOWN_EMPTY, 1, { "empty", "404" } },
    [RULE_TRANSFER_PATH] = { "transfer_path", PATH_DOCUMENTED, 2,
                             { "intiate_transfer", "initiate_transfer",
                               "both" } },
    [RULE_TRANSFER_MESSAGE] = { "transfer_message", MESSAGE_DOCUMENTED, 1,
                                { "Intiated", "Initiated" } },
    [RULE_HASH_ARRAYS] = { "hash_arrays", ARRAYS_EXCLUDED, 1,
                           { "excluded", "word" } },
    [RULE_REFERENCE_KEY] = { "reference_key", KEY_EITHER, 2,
                             { "either", "trans_id", "trans_reference" } },
    [RULE_REFERENCE_ECHO] = { "reference_echo", ECHO_TRANS_ID, 1,
                              { "trans_id", "trans_reference" } },
    [RULE_PARTIAL] = { "partial", 0, 1000000, { NULL } },
    [RULE_REFUSED_SHAPE] = { "refused_shape", REFUSED_ERROR, 3,
                             { "error", "null", "zero", "absent" } },
    [RULE_INPUT_VARS_MAX] = { "input_vars_max", CASH_INPUT_VARS_MAX, 10000000,
                              { NULL } },
    [RULE_DUPLICATES] = { "duplicates", DUPLICATES_PAID, 1,
                          { "paid", "refused" } },
    [RULE_CENTS] = { "cents", 1, 1, { NULL } },
    [RULE_BENEFICIARIES_MAX] = { "beneficiaries_max", 0, 1000000, { NULL } },
    [RULE_ANSWERS_LOST] = { "answers_lost", 0, 1, { NULL } },
    [RULE_ANSWER_DELAY_MS] = { "answer_delay_ms", 0, CASH_DELAY_MS_MAX,
                               { NULL } },
    [RULE_ROW_DELAY_MS] = { "row_delay_ms", 0, CASH_DELAY_MS_MAX, { NULL } },
    [RULE_ROWS_LISTED] = { "rows_listed", 1, 1, { NULL } },
    [RULE_ROW_TRANS_ID] = { "row_trans_id", ROW_ID_SWITCHES, 2,
                            { "switches", "receipt", "reference" } },
    [RULE_ROW_REFERENCE] = { "row_reference", ROW_REFERENCE_NUMBER, 1,
                             { "reference_number", "none" } },
    [RULE_ROW_CALLBACK_URL] = { "row_callback_url", 1, 1, { NULL } },
    [RULE_ANY_WITH_PHONE] = { "any_with_phone", 1, 1, { NULL } },
    [RULE_SKEW_S] = { "skew_s", CASH_SKEW_S, 86400, { NULL } },
    [RULE_LINE_CHARGES] = { "line_charges", 0, 1, { NULL } },
    [RULE_LINE_REVERSALS] = { "line_reversals", 0, 1, { NULL } },
    [RULE_LINE_OMIT] = { "line_omit", 0, 1000000, { NULL } },
    [RULE_LINE_AMOUNT] = { "line_amount", 0, 1000000, { NULL } },
    [RULE_LINE_AGAIN] = { "line_again", 0, 1000000, { NULL } },
    [RULE_LINE_PAYEE] = { "line_payee", 0, 1000000, { NULL } },
    [RULE_LINE_CHARGE] = { "line_charge", 0, 1000000, { NULL } },
    [RULE_LINE_UNKNOWN] = { "line_unknown", 0, 1000000, { NULL } },
    [RULE_LINE_LATE_S] = { "line_late_s", 0, 864000, { NULL } },
    [RULE_CALLBACK_COPIES] = { "callback_copies", 1, CASH_COPIES_MAX,
                               { NULL } },
    [RULE_CALLBACK_DELAY_MS] = { "callback_delay_ms", 0, CASH_DELAY_MS_MAX,
                                 { NULL } },
    [RULE_CALLBACK_SHUFFLE_MS] = { "callback_shuffle_ms", 0,
                                   CASH_DELAY_MS_MAX, { NULL } },
    [RULE_CALLBACK_CONTRADICT] = { "callback_contradict", 0, 1, { NULL } },
    [RULE_CALLBACK_FORGE] = { "callback_forge", 0, 1, { NULL } },
    [RULE_CALLBACK_TRANS_ID] = { "callback_trans_id", CALLBACK_REFERENCE, 1,
                                 { "reference", "receipt" } },
    [RULE_CALLBACK_SHAPE] = { "callback_shape", SHAPE_FULL, 1,
                              { "full", "bare" } },
    [RULE_CALLBACK_METHOD] = { "callback_method", METHOD_ASKED, 2,
                               { "asked", "get", "post" } },
    [RULE_CALLBACK_STATUS] = { "callback_status", STATUS_SUCCESS, 2,
                               { "success", "received", "number" } },
    [RULE_CALLBACK_PENDING] = { "callback_pending", 0, 1, { NULL } },
    [RULE_CALLBACK_MARKS] = { "callback_marks", 1, 1, { NULL } },
    [RULE_CALLBACK_RETRIES] = { "callback_retries", 0, 10, { NULL } },
    [RULE_GET_SPACE] = { "get_space", SPACE_PERCENT, 1, { "%20", "+" } },
    [RULE_POST_SPACE] = { "post_space", SPACE_PLUS, 1, { "%20", "+" } },
    [RULE_URL_WINS] = { "url_wins", 1, 1, { NULL } },
    [RULE_SANDBOX_PAYS] = { "sandbox_pays", 1, 1, { NULL } },
    [RULE_MIN_MINOR] = { "amount_min_minor", CASH_AMOUNT_MIN_MINOR,
                         INT64_C(1000000000000), { NULL } },
    [RULE_MAX_MINOR] = { "amount_max_minor", CASH_AMOUNT_MAX_MINOR,
                         INT64_C(1000000000000), { NULL } },
    [RULE_CHARGE_MINOR] = { "charge_minor", 0, INT64_C(1000000000000),
                            { NULL } },
    [RULE_LATENCY_MS] = { "latency_ms", 0, CASH_DELAY_MS_MAX, { NULL } },
    [RULE_FAIL_PER_MILLE] = { "fail_per_mille", 0, 1000, { NULL } },
};

void
cash_rules_init(struct cash_rules *r)
{
    for (int i = 0; i < RULE_COUNT; i++)
        r->is[i] = rules[i].usual;
}

static bool
is_switch(const struct rule *rule)
{
    return rule->most == 1 && rule->words[0] == NULL;
}

/* The value that ${v} names, or -1. */
static int64_t
rule_value(const struct rule *rule, const json_t *v)
{
    if (is_switch(rule))
        return json_is_boolean(v) ? json_is_true(v) : -1;
    if (rule->words[0] == NULL)
        return json_is_integer(v) && json_integer_value(v) <= rule->most
            ? json_integer_value(v) : -1;
    for (int i = 0; i <= rule->most; i++)
        if (json_is_string(v)
            && strcmp(json_string_value(v), rule->words[i]) == 0)
            return i;
    return -1;
}

static void
rule_wants(struct buf *out, const struct rule *rule)
{
    buf_printf(out, "%s is ", rule->name);
    if (is_switch(rule)) {
        buf_text(out, "true or false");
    } else if (rule->words[0] == NULL) {
        buf_printf(out, "a whole number from 0 to %lld",
                   (long long)rule->most);
    } else {
        buf_text(out, "one of");
        for (int i = 0; i <= rule->most; i++)
            buf_printf(out, " \"%s\"", rule->words[i]);
    }
}

static int
rule_find(const char *name)
{
    for (int i = 0; i < RULE_COUNT; i++)
        if (strcmp(rules[i].name, name) == 0)
            return i;
    return -1;
}

/* Into a copy first: a refused request changes nothing. */
int
cash_rules_set(struct cash_rules *r, const json_t *changes, struct buf *why)
{
    struct cash_rules to = *r;
    const char *name;
    json_t *v;

    json_object_foreach((json_t *)(uintptr_t)changes, name, v) {
        int i = rule_find(name);

        if (i < 0) {
            buf_printf(why, "there is no switch \"%s\"", name);
            return -1;
        }
        if ((to.is[i] = rule_value(&rules[i], v)) < 0) {
            rule_wants(why, &rules[i]);
            return -1;
        }
    }
    *r = to;
    return 0;
}

void
cash_rules_json(struct buf *out, const struct cash_rules *r)
{
    buf_char(out, '{');
    for (int i = 0; i < RULE_COUNT; i++) {
        const struct rule *rule = &rules[i];

        buf_printf(out, "%s\"%s\":", i > 0 ? "," : "", rule->name);
        if (is_switch(rule))
            buf_text(out, r->is[i] != 0 ? "true" : "false");
        else if (rule->words[0] == NULL)
            buf_i64(out, r->is[i]);
        else
            buf_json(out, str_of(rule->words[r->is[i]]));
    }
    buf_char(out, '}');
}
