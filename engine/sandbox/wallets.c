#include "sandbox/wallets.h"

#include "sandbox/ids.h"

void
wallets_release(struct wallets *all)
{
    for (uint32_t i = 0; i < all->n; i++)
        free(all->list[i]);
    free(all->list);
    *all = (struct wallets){ 0 };
}

struct wallet *
wallets_add(struct wallets *all, uint64_t salt)
{
    struct wallet *w = NULL;

    if (all->n == all->cap) {
        uint32_t wide = all->cap == 0 ? 8 : all->cap * 2;
        struct wallet **p = reallocarray(all->list, wide, sizeof(*p));

        if (p == NULL)
            return NULL;
        all->list = p;
        all->cap = wide;
    }
    if ((w = calloc(1, sizeof(*w))) == NULL)
        return NULL;
    w->n = all->n;
    ids_alias(salt, IDS_WALLET, w->n + 1, w->id);
    all->list[all->n++] = w;
    return w;
}

struct wallet *
wallets_find(const struct wallets *all, struct str id)
{
    for (uint32_t i = 0; i < all->n; i++)
        if (str_eq(str_of(all->list[i]->id), id))
            return all->list[i];
    return NULL;
}

int64_t
wallet_available_minor(const struct wallet *w)
{
    return w->current_minor - w->held_minor;
}

int64_t
wallet_free_minor(const struct wallet *w)
{
    return wallet_available_minor(w) - w->promised_minor;
}

struct wallet
wallets_sum(const struct wallets *all)
{
    struct wallet sum = { 0 };

    for (uint32_t i = 0; i < all->n; i++) {
        sum.given_minor += all->list[i]->given_minor;
        sum.current_minor += all->list[i]->current_minor;
        sum.held_minor += all->list[i]->held_minor;
        sum.promised_minor += all->list[i]->promised_minor;
    }
    return sum;
}
