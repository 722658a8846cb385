/* The parts of a report that need no database: proof, words, times, charts. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "money/money.h"
#include "report/proof.h"
#include "report/render.h"
#include "report/report.h"
#include "report/svg.h"
#include "report/table.h"
#include "report/when.h"

#define LEN_OF(a) (sizeof(a) / sizeof((a)[0]))

/* --- the proof ----------------------------------------------------------- */

/* A run in the middle of its way, whose sums tie. */
static const struct run_sums good = {
    .parsed_rows = 99, .parsed_minor = 10000, .held_rows = 3, .more_rows = 4,
    .approved_rows = 100, .approved_minor = 10000,
    .book_rows = 100, .book_minor = 10000,
    .sent_rows = 80, .sent_minor = 8000,
    .waiting_rows = 15, .waiting_minor = 1500,
    .withdrawn_rows = 5, .withdrawn_minor = 500,
    .flight_rows = 10, .flight_minor = 1000,
    .paid_rows = 60, .paid_minor = 6000,
    .failed_rows = 7, .failed_minor = 700,
    .doubt_rows = 2, .doubt_minor = 200,
    .cancelled_rows = 6, .cancelled_minor = 600,
    .counters_tie = true
};

#define AT(member) offsetof(struct run_sums, member)

/* Any one number off by one shows, in the hop where it belongs. */
static const struct {
    const char *name;
    size_t at;
    int hop;
} slips[] = {
    { "parsed_rows", AT(parsed_rows), 0 },
    { "held_rows", AT(held_rows), 0 },
    { "more_rows", AT(more_rows), 0 },
    { "approved_rows", AT(approved_rows), 1 },
    { "approved_minor", AT(approved_minor), 1 },
    { "book_rows", AT(book_rows), 1 },
    { "book_minor", AT(book_minor), 1 },
    { "sent_rows", AT(sent_rows), 2 },
    { "sent_minor", AT(sent_minor), 2 },
    { "waiting_rows", AT(waiting_rows), 2 },
    { "waiting_minor", AT(waiting_minor), 2 },
    { "withdrawn_rows", AT(withdrawn_rows), 2 },
    { "withdrawn_minor", AT(withdrawn_minor), 3 },
    { "flight_rows", AT(flight_rows), 3 },
    { "flight_minor", AT(flight_minor), 3 },
    { "paid_rows", AT(paid_rows), 3 },
    { "paid_minor", AT(paid_minor), 3 },
    { "failed_rows", AT(failed_rows), 3 },
    { "failed_minor", AT(failed_minor), 3 },
    { "doubt_rows", AT(doubt_rows), 3 },
    { "doubt_minor", AT(doubt_minor), 3 },
    { "cancelled_rows", AT(cancelled_rows), 3 },
    { "cancelled_minor", AT(cancelled_minor), 3 },
};

static void
test_proof_ties(void **state)
{
    struct proof p;

    (void)state;
    proof_make(&p, &good);
    assert_true(p.ties);
    assert_true(run_sums_tie(&good));
    for (int i = 0; i < PROOF_HOPS; i++)
        assert_true(proof_hop_ties(&p.hop[i]));
}

static void
test_proof_slips(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN_OF(slips); i++) {
        struct run_sums s = good;
        struct proof p;
        int64_t n = 0;

        memcpy(&n, (char *)&s + slips[i].at, sizeof(n));
        n++;
        memcpy((char *)&s + slips[i].at, &n, sizeof(n));
        proof_make(&p, &s);
        if (p.ties)
            fail_msg("%s: one off, and it ties", slips[i].name);
        if (proof_hop_ties(&p.hop[slips[i].hop]))
            fail_msg("%s: not in hop %d", slips[i].name, slips[i].hop);
        /* what closes a run and what is printed never disagree */
        if (run_sums_tie(&s) != p.ties)
            fail_msg("%s: the book says otherwise", slips[i].name);
    }
}

static void
test_proof_counters(void **state)
{
    struct run_sums s = good;
    struct proof p;

    (void)state;
    s.counters_tie = false;
    proof_make(&p, &s);
    assert_false(p.ties);
}

static char *
proof_text(const struct run_sums *s, bool color)
{
    char *text = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&text, &n);

    assert_non_null(f);
    report_proof(f, s, "KES", color);
    fclose(f);
    return text;
}

static void
test_proof_text(void **state)
{
    struct run_sums s = good;
    char *text = proof_text(&good, false);
    char line[120];

    (void)state;
    assert_non_null(strstr(text, "All sums tie.\n"));
    assert_null(strstr(text, "DIFFERS"));
    assert_null(strchr(text, '\x1b'));
    assert_null(strstr(text, " \n"));
    snprintf(line, sizeof(line), "  + %-32s %11d %24s\n", "in doubt", 2,
             "KES 2.00");
    assert_non_null(strstr(text, line));
    free(text);
    s.paid_rows -= 2;
    s.paid_minor -= 123456;
    text = proof_text(&s, true);
    assert_non_null(strstr(text, "DIFFERS BY 2 payments and KES 1,234.56"));
    assert_non_null(strstr(text, "DO NOT TIE"));
    assert_non_null(strchr(text, '\x1b'));
    free(text);
}

/* --- words --------------------------------------------------------------- */

static const struct {
    const char *outcome, *batch, *want;
} states[] = {
    { "paid", "done", "paid" },
    { "failed", "done", "failed" },
    { "returned", "done", "returned" },
    { "reversed", "done", "reversed" },
    { "in_doubt", "in_flight", "in doubt" },
    { "cancelled", "cancelled", "cancelled" },
    { "", "ready", "waiting" },
    { "", "initiating", "waiting" },
    { "", "initiated", "waiting" },
    { "", "releasing", "sent" },
    { "", "sending", "sent" },
    { "", "in_flight", "sent" },
    { "", "in_doubt", "sent" },
    { "", "done", "sent" },
    { "", "cancelled", "cancelled" },
    /* what this program does not know is never shown as certain */
    { "sent", "done", "in doubt" },
    { "waiting", "done", "in doubt" },
    { "PAID", "done", "in doubt" },
};

static void
test_pay_states(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN_OF(states); i++) {
        enum pay_state s = pay_state_of(str_of(states[i].outcome),
                                        str_of(states[i].batch));

        if (strcmp(pay_state_name(s), states[i].want) != 0)
            fail_msg("%s in %s: %s", states[i].outcome, states[i].batch,
                     pay_state_name(s));
    }
}

static const struct {
    enum pay_state state;
    const char *code, *part;
} todos[] = {
    { PAY_PAID, "TS100", NULL },
    { PAY_WAITING, "", NULL },
    { PAY_FAILED, "TF106", "Correct it and pay it in a new run" },
    { PAY_FAILED, "BF105", "Fund the wallet" },
    { PAY_FAILED, "NOBODY-KNOWS", "Find out why" },
    /* a code that says "wait" does not speak for a failure */
    { PAY_FAILED, "TP102", "Find out why" },
    { PAY_DOUBT, "TF105", "Do not pay it again" },
    { PAY_DOUBT, "PR-TRK-002", "Ask the provider what was paid" },
    /* nor does a failed file for a payment in doubt */
    { PAY_DOUBT, "BF105", "Do not pay it again" },
    { PAY_DOUBT, "TF106", "Do not pay it again" },
    { PAY_SENT, "TP102", "Wait" },
    { PAY_CANCELLED, "TC108", "if it is still due" },
    { PAY_RETURNED, "PR-X", "came back" },
};

static void
test_todos(void **state)
{
    (void)state;
    for (size_t i = 0; i < LEN_OF(todos); i++) {
        const char *got = words_todo(&provider_intasend, todos[i].state,
                                     todos[i].code);

        if (todos[i].part == NULL ? got[0] != '\0'
                                  : strstr(got, todos[i].part) == NULL)
            fail_msg("%s %s: %s", pay_state_name(todos[i].state),
                     todos[i].code, got);
    }
    assert_non_null(strstr(words_todo(NULL, PAY_DOUBT, "TF105"),
                           "Do not pay it again"));
}

static void
test_reasons(void **state)
{
    struct str r = words_reason(&provider_intasend, "TF106", STR("as told"));

    (void)state;
    assert_true(str_eq(r, STR("as told")));
    r = words_reason(&provider_intasend, "TF105", STR(""));
    assert_true(str_eq(r, STR("IntaSend cannot tell whether it was paid")));
    assert_int_equal(words_reason(NULL, "TF105", STR("")).len, 0);
}

/* --- times --------------------------------------------------------------- */

static void
test_when(void **state)
{
    static const struct { const char *in, *want; } dates[] = {
        { "2026-11-27", "27 Nov 2026" }, { "2026-01-02", "2 Jan 2026" },
        { "2026-11", "November 2026" }, { "2026-13", "2026-13" },
        { "", "" }, { "soon", "soon" },
    };
    char out[WHEN_BYTES];

    (void)state;
    for (size_t i = 0; i < LEN_OF(dates); i++) {
        when_date(dates[i].in, out);
        assert_string_equal(out, dates[i].want);
    }
    /* 22:30 in London is the next day in Nairobi */
    when_text(INT64_C(1795818600) * 1000000, out);
    assert_string_equal(out, "28 Nov 2026 01:30");
    when_cell(INT64_C(1795818605) * 1000000, out);
    assert_string_equal(out, "2026-11-28 01:30:05");
    when_text(0, out);
    assert_string_equal(out, "");
}

/* --- charts -------------------------------------------------------------- */

static void
test_share(void **state)
{
    static const struct { int64_t part, whole; const char *want; } rows[] = {
        { 0, 0, "0 %" }, { 0, 10, "0 %" }, { 1, 12000, "< 0.1 %" },
        { 11999, 12000, "99.9 %" }, { 12000, 12000, "100.0 %" },
        { 1, 3, "33.3 %" }, { 2, 3, "66.7 %" }, { 1, 600, "0.2 %" },
        { MONEY_MINOR_MAX / 2, MONEY_MINOR_MAX, "50.0 %" },
    };
    char out[SVG_SHARE_BYTES];

    (void)state;
    for (size_t i = 0; i < LEN_OF(rows); i++) {
        int64_t n = table_share(rows[i].part, rows[i].whole);

        svg_share(rows[i].part, rows[i].whole, out);
        assert_string_equal(out, rows[i].want);
        /* what the tables say, in every other rendering */
        if (strchr(out, '.') != NULL && out[0] != '<') {
            snprintf(out, sizeof(out), "%d.%d %%", (int)(n / 10),
                     (int)(n % 10));
            assert_string_equal(out, rows[i].want);
        }
    }
}

/* The widths of a bar's parts, in hundredths of a percent, summed up. */
static void
test_bar_is_whole(void **state)
{
    const struct model_part p[] = {
        { PAY_PAID, "paid", 1000000, 0 }, { PAY_FAILED, "failed", 1, 0 },
        { PAY_DOUBT, "in doubt", 1, 0 }, { PAY_SENT, "sent", 0, 0 },
    };
    struct buf b;
    const char *at = NULL;
    int64_t sum = 0;
    int n = 0;

    (void)state;
    buf_init(&b, 64 * 1024);
    svg_states(&b, p, 4, false, "Payments");
    assert_false(b.failed);
    for (at = b.p; (at = strstr(at, " width=\"")) != NULL; at += 8) {
        char *end = NULL;
        int64_t whole = strtoll(at + 8, &end, 10);

        if (*end != '.')
            continue;                   /* a gap: two pixels */
        sum += whole * 100 + strtoll(end + 1, NULL, 10);
        n++;
    }
    assert_int_equal(n, 3);
    assert_int_equal(sum, 10000);
    /* one in a million is still seen */
    assert_non_null(strstr(b.p, "width=\"0.60%\" height=\"100%\" "
                           "fill=\"url(#p-failed)\""));
    assert_non_null(strstr(b.p, "failed &lt; 0.1 %"));
    buf_release(&b);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_proof_ties),
        cmocka_unit_test(test_proof_slips),
        cmocka_unit_test(test_proof_counters),
        cmocka_unit_test(test_proof_text),
        cmocka_unit_test(test_pay_states),
        cmocka_unit_test(test_todos),
        cmocka_unit_test(test_reasons),
        cmocka_unit_test(test_when),
        cmocka_unit_test(test_share),
        cmocka_unit_test(test_bar_is_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
