/* The tables of states: whole, reachable, and the same as in SQL. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "book/edges.h"
#include "book/states.h"

#define STATES_MAX 16

static const struct state_machine *const machines[] = {
    &machine_run, &machine_batch, &machine_outcome
};

#define EACH_MACHINE(m) \
    for (size_t m##_i = 0; m##_i < 3; m##_i++) \
        for (const struct state_machine *m = machines[m##_i]; m != NULL; \
             m = NULL)

static int
count(const char *const *names)
{
    int n = 0;

    while (names[n] != NULL)
        n++;
    return n;
}

static void
test_names(void **state)
{
    (void)state;
    assert_int_equal(count(machine_run.states), RUN_EXPIRED + 1);
    assert_int_equal(count(machine_run.events), RUN_ON_REOPEN + 1);
    assert_int_equal(count(machine_batch.states), BATCH_CANCELLED + 1);
    assert_int_equal(count(machine_batch.events), BATCH_ON_DECIDED + 1);
    assert_int_equal(count(machine_outcome.states), OUTCOME_REVERSED + 1);
    for (int i = 0; i <= RUN_EXPIRED; i++)
        assert_int_equal(run_state_of(run_state_name((enum run_state)i)), i);
    for (int i = 0; i <= BATCH_CANCELLED; i++)
        assert_int_equal(batch_state_of(batch_state_name((enum batch_state)i)),
                         i);
    for (int i = 0; i <= OUTCOME_REVERSED; i++)
        assert_int_equal(
            outcome_state_of(outcome_state_name((enum outcome_state)i)), i);
    assert_int_equal(run_state_of("flying"), -1);
    assert_int_equal(batch_state_of(""), -1);
}

static void
test_every_edge_is_one(void **state)
{
    (void)state;
    EACH_MACHINE(m) {
        int states = count(m->states), events = count(m->events);

        for (size_t i = 0; i < m->nedges; i++) {
            const struct state_edge *e = &m->edges[i];

            if (e->from < 0 || e->from >= states || e->to < 0
                || e->to >= states || e->on < 0 || e->on >= events)
                fail_msg("%s: edge %zu is out of range", m->name, i);
            if (e->why == NULL || e->why[0] == '\0')
                fail_msg("%s: edge %zu says nothing", m->name, i);
            if (e->from == e->to)
                fail_msg("%s: edge %zu goes nowhere", m->name, i);
            /* the first of that state and event is this one: no two */
            if (state_edge_of(m, e->from, e->on) != e)
                fail_msg("%s: %s on %s has two edges", m->name,
                         m->states[e->from], m->events[e->on]);
        }
    }
}

static void
test_every_event_is_used(void **state)
{
    (void)state;
    EACH_MACHINE(m)
        for (int on = 0; m != &machine_outcome && m->events[on] != NULL; on++) {
            bool used = false;

            for (size_t i = 0; i < m->nedges; i++)
                used = used || m->edges[i].on == on;
            if (!used)
                fail_msg("%s: nothing happens on %s", m->name, m->events[on]);
        }
}

static void
test_every_state_is_reachable(void **state)
{
    (void)state;
    EACH_MACHINE(m) {
        bool seen[STATES_MAX] = { false };
        bool more = true;

        seen[m->first] = true;
        while (more) {
            more = false;
            for (size_t i = 0; i < m->nedges; i++)
                if (seen[m->edges[i].from] && !seen[m->edges[i].to])
                    seen[m->edges[i].to] = more = true;
        }
        for (int s = 0; m->states[s] != NULL; s++)
            if (!seen[s])
                fail_msg("%s: %s cannot be reached", m->name, m->states[s]);
    }
}

/* From every state something final can be reached; only final ones end. */
static void
test_dead_ends_are_final(void **state)
{
    (void)state;
    EACH_MACHINE(m) {
        bool ends[STATES_MAX] = { false };
        bool more = true;

        for (int s = 0; m->states[s] != NULL; s++) {
            bool leaves = false;

            for (size_t i = 0; i < m->nedges; i++)
                leaves = leaves || m->edges[i].from == s;
            if (!leaves && !m->final[s])
                fail_msg("%s: %s is a dead end", m->name, m->states[s]);
            ends[s] = m->final[s];
        }
        while (more) {
            more = false;
            for (size_t i = 0; i < m->nedges; i++)
                if (ends[m->edges[i].to] && !ends[m->edges[i].from])
                    ends[m->edges[i].from] = more = true;
        }
        for (int s = 0; m->states[s] != NULL; s++)
            if (!ends[s])
                fail_msg("%s: %s never ends", m->name, m->states[s]);
    }
}

/* What must never be possible, whatever is added to the tables. */
static void
test_forbidden(void **state)
{
    static const struct { int from, to; const char *why; } never[] = {
        { BATCH_IN_DOUBT, BATCH_READY, "in doubt is never sent again" },
        { BATCH_IN_DOUBT, BATCH_SENDING, "in doubt is never sent again" },
        { BATCH_INITIATED, BATCH_READY, "a file that waits stays the one" },
        { BATCH_RELEASING, BATCH_READY, "a file to be released stays that" },
        { BATCH_RELEASING, BATCH_CANCELLED, "it may have left" },
        { BATCH_SENDING, BATCH_CANCELLED, "it may have left" },
        { BATCH_IN_FLIGHT, BATCH_READY, "released is not sent again" },
        { BATCH_IN_FLIGHT, BATCH_CANCELLED, "released is not called back" },
        { BATCH_DONE, BATCH_READY, "done is done" },
    };

    (void)state;
    for (size_t k = 0; k < sizeof(never) / sizeof(never[0]); k++)
        for (size_t i = 0; i < machine_batch.nedges; i++)
            if (machine_batch.edges[i].from == never[k].from
                && machine_batch.edges[i].to == never[k].to)
                fail_msg("%s", never[k].why);
    /* A final outcome only ever becomes returned or reversed, from paid. */
    for (size_t i = 0; i < machine_outcome.nedges; i++) {
        const struct state_edge *e = &machine_outcome.edges[i];

        if (machine_outcome.final[e->from])
            assert_int_equal(e->from, OUTCOME_PAID);
        assert_int_not_equal(e->to, OUTCOME_IN_DOUBT);
    }
    /* Only the checker's approval leads to paying. */
    for (size_t i = 0; i < machine_run.nedges; i++)
        if (machine_run.edges[i].to == RUN_APPROVED)
            assert_int_equal(machine_run.edges[i].on, RUN_ON_APPROVE);
}

/* "CREATE TYPE run_state AS ENUM ('draft', ...)": the same names in order. */
static void
test_sql_has_the_same(void **state)
{
    struct buf sql = { 0 };
    struct err e = { 0 };

    (void)state;
    buf_init(&sql, 1 << 20);
    if (buf_read_file(&sql, "schema/0002_book.sql", &e) < 0)
        fail_msg("%s (run from the top of the tree)", e.text);
    EACH_MACHINE(m) {
        char head[64];
        const char *p = NULL;

        snprintf(head, sizeof(head), "CREATE TYPE %s_state AS ENUM (", m->name);
        p = strstr(sql.p, head);
        if (p == NULL)
            fail_msg("0002_book.sql has no %s_state", m->name);
        for (int s = 0; m->states[s] != NULL; s++) {
            size_t n = strlen(m->states[s]);

            p += strcspn(p, "')");
            if (*p != '\'' || strncmp(p + 1, m->states[s], n) != 0
                || p[n + 1] != '\'')
                fail_msg("%s: \"%.20s\" in SQL should be '%s'", m->name, p,
                         m->states[s]);
            p += n + 2;
        }
        if (p[strcspn(p, "')")] != ')')
            fail_msg("%s: SQL has more names", m->name);
    }
    buf_release(&sql);
}

static void
test_edge_lists(void **state)
{
    struct edges e;

    (void)state;
    edges_on(&e, &machine_batch, BATCH_ON_CANCEL);
    assert_int_equal(e.n, 3);
    assert_string_equal(e.event, "cancel");
    assert_true(str_eq(e.to[0], STR("cancelled")));
    edges_on(&e, &machine_batch, BATCH_ON_CLAIM_RELEASE);
    assert_int_equal(e.n, 1);
    assert_true(str_eq(e.from[0], STR("initiated")));
    edges_all(&e, &machine_outcome);
    assert_int_equal(e.n, machine_outcome.nedges);
    /* every list has room for any event */
    EACH_MACHINE(m)
        for (int on = 0; m->events[on] != NULL; on++)
            edges_on(&e, m, on);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_every_edge_is_one),
        cmocka_unit_test(test_every_event_is_used),
        cmocka_unit_test(test_every_state_is_reachable),
        cmocka_unit_test(test_dead_ends_are_final),
        cmocka_unit_test(test_forbidden),
        cmocka_unit_test(test_sql_has_the_same),
        cmocka_unit_test(test_edge_lists),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
