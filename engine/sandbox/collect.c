#include "sandbox/collect.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

int
shelf_add(struct shelf *s, void *thing)
{
    if (s->n == s->cap) {
        uint32_t wide = s->cap == 0 ? 16 : s->cap * 2;
        void **p = reallocarray(s->list, wide, sizeof(*p));

        if (p == NULL)
            return -1;
        s->list = p;
        s->cap = wide;
    }
    s->list[s->n++] = thing;
    return 0;
}

void
shelf_release(struct shelf *s)
{
    for (uint32_t i = 0; i < s->n; i++)
        free(s->list[i]);
    free(s->list);
    *s = (struct shelf){ 0 };
}

static const char *const invoice_states[] = {
    [INVOICE_PENDING] = "PENDING",   [INVOICE_PROCESSING] = "PROCESSING",
    [INVOICE_COMPLETE] = "COMPLETE", [INVOICE_FAILED] = "FAILED",
};

static const char *const chargeback_states[] = {
    [CHARGEBACK_PENDING] = "PENDING",
    [CHARGEBACK_COMPLETED] = "COMPLETED",
    [CHARGEBACK_CANCELLED] = "CANCELLED",
};

static const struct { const char *code, *text; } declines[DECLINE_COUNT] = {
    [DECLINE_NONE] = { NULL, NULL },
    [DECLINE_CANCELLED] = { "1032", "Request cancelled by user." },
    [DECLINE_TIMEOUT] = { "1037", "DS timeout user cannot be reached." },
    [DECLINE_FUNDS] = { "1",
        "The balance is insufficient for the transaction." },
    [DECLINE_PIN] = { "2001", "The initiator information is invalid." },
    [DECLINE_EXPIRED] = { "1019", "Transaction has expired." },
};

static int
name_place(const char *const *names, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(str_of(names[i]), name))
            return (int)i;
    return -1;
}

const char *
invoice_state_name(enum invoice_state s)
{
    return invoice_states[s];
}

int
invoice_state_read(enum invoice_state *out, struct str name)
{
    int at = name_place(invoice_states, LEN(invoice_states), name);

    if (at < 0)
        return -1;
    *out = (enum invoice_state)at;
    return 0;
}

const char *
chargeback_state_name(enum chargeback_state s)
{
    return chargeback_states[s];
}

int
chargeback_state_read(enum chargeback_state *out, struct str name)
{
    int at = name_place(chargeback_states, LEN(chargeback_states), name);

    if (at < 0)
        return -1;
    *out = (enum chargeback_state)at;
    return 0;
}

const char *
decline_code(enum decline d)
{
    return declines[d].code;
}

const char *
decline_text(enum decline d)
{
    return declines[d].text;
}

enum decline
decline_read(struct str code)
{
    for (int i = DECLINE_NONE + 1; i < DECLINE_COUNT; i++)
        if (str_eq(str_of(declines[i].code), code))
            return (enum decline)i;
    return DECLINE_NONE;
}
