#include "tests/torture/plan.h"

#include "tests/torture/dice.h"

/* What the stand-ins may do to us; each with its greatest chance of 1000. */
struct misdeed {
    const char *on, *what;
    int most;
};

static const struct misdeed two_phase[] = {
    { "initiate", "\"do\":\"drop_before\"", 150 },
    { "initiate", "\"do\":\"drop_after\"", 150 },
    { "initiate", "\"do\":\"status\",\"http\":503", 150 },
    { "initiate", "\"do\":\"status\",\"http\":429,\"retry_after\":1", 60 },
    { "initiate", "\"do\":\"delay\",\"delay_ms\":700", 150 },
    { "initiate", "\"do\":\"truncate\"", 100 },
    { "initiate", "\"do\":\"html\"", 100 },
    { "initiate", "\"do\":\"missing\"", 60 },
    { "initiate", "\"do\":\"garbage\"", 100 },
    { "approve", "\"do\":\"drop_before\"", 200 },
    { "approve", "\"do\":\"drop_after\"", 300 },
    { "approve", "\"do\":\"status\",\"http\":503", 150 },
    { "approve", "\"do\":\"status\",\"http\":429", 100 },
    { "approve", "\"do\":\"delay\",\"delay_ms\":400", 300 },
    { "approve", "\"do\":\"delay\",\"delay_ms\":1800", 150 },
    { "approve", "\"do\":\"truncate\"", 150 },
    { "approve", "\"do\":\"garbage\"", 150 },
    { "approve", "\"do\":\"html\"", 150 },
    { "status", "\"do\":\"drop_before\"", 200 },
    { "status", "\"do\":\"status\",\"http\":500", 150 },
    { "status", "\"do\":\"delay\",\"delay_ms\":900", 150 },
    { "status", "\"do\":\"drip\",\"delay_ms\":1,\"bytes\":100", 200 },
    { "status", "\"do\":\"garbage\"", 150 },
    { "wallets", "\"do\":\"drop_after\"", 200 },
    { "wallets", "\"do\":\"status\",\"http\":502", 200 },
    { "cancel", "\"do\":\"drop_after\"", 300 },
    { "webhook", "\"do\":\"repeat\",\"times\":3", 0 },
    { "webhook", "\"do\":\"drop\"", 400 },
    { "webhook", "\"do\":\"late\",\"delay_ms\":700", 300 },
    { "webhook", "\"do\":\"forge\"", 300 },
    { "webhook", "\"do\":\"shuffle\"", 0 },
    { "item", "\"do\":\"fail\"", 100 },
    { "item", "\"do\":\"slow\"", 60 },
    { "item", "\"do\":\"th107\"", 60 },
    { "item", "\"do\":\"tf104\"", 60 },
    { "item", "\"do\":\"tr109\"", 60 },
    { "item", "\"do\":\"late_receipt\"", 60 },
};

static const struct misdeed one_phase[] = {
    { "b2c", "\"do\":\"drop_before\"", 40 },
    { "b2c", "\"do\":\"drop_after\"", 200 },
    { "b2c", "\"do\":\"status\",\"http\":503", 40 },
    { "b2c", "\"do\":\"status\",\"http\":429,\"retry_after\":1", 60 },
    { "b2c", "\"do\":\"delay\",\"delay_ms\":400", 300 },
    { "b2c", "\"do\":\"delay\",\"delay_ms\":1800", 150 },
    { "b2c", "\"do\":\"truncate\"", 150 },
    { "b2c", "\"do\":\"garbage\"", 150 },
    { "b2c", "\"do\":\"html\"", 150 },
    { "get_transactions", "\"do\":\"drop_before\"", 200 },
    { "get_transactions", "\"do\":\"status\",\"http\":503", 150 },
    { "get_transactions", "\"do\":\"status\",\"http\":429", 100 },
    { "get_transactions", "\"do\":\"delay\",\"delay_ms\":900", 150 },
    { "get_transactions", "\"do\":\"truncate\"", 150 },
    { "get_transactions", "\"do\":\"drip\",\"delay_ms\":300", 200 },
    { "callback", "\"do\":\"drop\"", 300 },
    { "callback", "\"do\":\"repeat\",\"copies\":3", 400 },
    { "callback", "\"do\":\"forge\"", 300 },
    { "callback", "\"do\":\"late\",\"delay_ms\":700", 400 },
};

bool
plan_fault(const struct plan_key *k, int nr, int stand, char out[256])
{
    int n = stand == 0 ? (int)(sizeof(two_phase) / sizeof(two_phase[0]))
        : (int)(sizeof(one_phase) / sizeof(one_phase[0]));
    struct dice d = dice_at(k->seed, k->round, DICE_FAULT, stand, nr);
    const struct misdeed *m = NULL;
    char chance[64] = "";
    bool taken = dice_chance(&d, 250);

    out[0] = '\0';
    if (nr >= n)
        return false;
    m = stand == 0 ? &two_phase[nr] : &one_phase[nr];
    /* repeat and shuffle last until cleared and have no chance of their own;
     * the first says with "times" how often. */
    if (m->most > 0)
        snprintf(chance, sizeof(chance), ",\"times\":0,\"per_mille\":%d,"
                 "\"seed\":%d", (int)dice_log(&d, 10, m->most),
                 (int)dice_range(&d, 1, 1 << 30));
    snprintf(out, 256, "{\"on\":\"%s\",%s%s}", m->on, m->what, chance);
    return taken;
}
