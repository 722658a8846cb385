#include "cli/sample.h"

#include <inttypes.h>

static const char *const first_names[] = {
    "Wanjiku", "Otieno", "Achieng", "Kamau", "Njeri", "Mutua", "Chebet",
    "Kiprono", "Amina", "Hassan", "Fatuma", "Barasa", "Nekesa", "Moraa",
    "Nyambura", "Juma", "Wairimu", "Kiptoo", "Zawadi", "Baraka", "Nzuki",
    "Mwende", "Odhiambo", "Akinyi", "Cherono", "Rotich", "Halima", "Said",
    "Wambui", "Karanja", "Mumbua", "Simiyu",
};
static const char *const last_names[] = {
    "Mwangi", "Odhiambo", "Kiplagat", "Njoroge", "Wekesa", "Mutiso", "Omondi",
    "Cheruiyot", "Abdi", "Mohamed", "Kariuki", "Maina", "Onyango", "Koech",
    "Nyaga", "Muthoni", "Wafula", "Kilonzo", "Auma", "Langat", "N'gang'a",
    "Ali-Noor", "Gĩthĩnji", "Ochieng'", "Rono", "Mwikali", "Were", "Sang",
};
static const char *const departments[] = {
    "Operations", "Finance", "Field, North Rift", "Sales", "Stores",
    "Transport", "Human Resources", "Production \"B\"",
};
static const char *const mobile[] = { "71", "72", "79", "11" };

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A small generator of our own, so that a seed means the same everywhere. */
static uint64_t
mix(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

struct person_row {
    int64_t nr;
    char    name[96], phone[32], amount[32];
    const char *department;
    uint64_t dice;
};

/* A different number for every row: 7919 and ten million have no common
 * factor, so the last seven digits of four networks never repeat. */
static void
make_phone(struct person_row *p, uint32_t seed)
{
    uint64_t nr = (uint64_t)p->nr / COUNT(mobile);
    uint64_t tail = (nr * 7919 + seed) % 10000000;
    const char *net = mobile[(uint64_t)p->nr % COUNT(mobile)];

    switch (p->dice % 5) {
    case 0:
        snprintf(p->phone, sizeof(p->phone), "0%s%07" PRIu64, net, tail);
        break;
    case 1:
        snprintf(p->phone, sizeof(p->phone), "254%s%07" PRIu64, net, tail);
        break;
    case 2:
        snprintf(p->phone, sizeof(p->phone), "+254 %s%" PRIu64 " %06" PRIu64,
                 net, tail / 1000000, tail % 1000000);
        break;
    case 3:
        snprintf(p->phone, sizeof(p->phone), "%s%07" PRIu64, net, tail);
        break;
    default:
        snprintf(p->phone, sizeof(p->phone), "0%s%" PRIu64 "-%06" PRIu64, net,
                 tail / 1000000, tail % 1000000);
        break;
    }
}

static int64_t
make_row(struct person_row *p, int64_t nr, uint32_t seed)
{
    int64_t shillings;

    p->nr = nr;
    p->dice = mix((uint64_t)nr ^ ((uint64_t)seed << 32));
    snprintf(p->name, sizeof(p->name), "%s %s",
             first_names[p->dice / 7 % COUNT(first_names)],
             last_names[p->dice / 1009 % COUNT(last_names)]);
    p->department = departments[p->dice / 31 % COUNT(departments)];
    make_phone(p, seed);
    shillings = 18000 + (int64_t)(p->dice / 64 % 132000);
    if (p->dice / 3 % 4 == 0)
        snprintf(p->amount, sizeof(p->amount), "%" PRId64, shillings);
    else if (shillings >= 100000 || p->dice / 3 % 4 == 1)
        snprintf(p->amount, sizeof(p->amount), "%" PRId64 ".00", shillings);
    else
        snprintf(p->amount, sizeof(p->amount), "%" PRId64 ",%03" PRId64 ".00",
                 shillings / 1000, shillings % 1000);
    return shillings * 100;
}

/* The mistakes people really make.  Each row of the first pages of the file
 * that is a multiple of the stride gets the next kind. */
static const char *const bad_phones[] = {
    "7.12346E+08", "07123456", "07l2345678", "0712345678 / 0722000111", ""
};
static const char *const bad_amounts[] = {
    "1.25E+05", "-4500", "45,000.50", "3OOOO", "5", "990000"
};

#define MISTAKE_KINDS (COUNT(bad_phones) + COUNT(bad_amounts) + 2)

static void
spoil(struct person_row *p, size_t kind)
{
    if (kind < COUNT(bad_phones)) {
        snprintf(p->phone, sizeof(p->phone), "%s", bad_phones[kind]);
        return;
    }
    kind -= COUNT(bad_phones);
    if (kind < COUNT(bad_amounts)) {
        snprintf(p->amount, sizeof(p->amount), "%s", bad_amounts[kind]);
        return;
    }
    if (kind == COUNT(bad_amounts))
        p->name[0] = '\0';
    else                                /* a hidden right-to-left override */
        snprintf(p->name, sizeof(p->name), "Achieng \xe2\x80\xae Otieno");
}

static void
put_quoted(FILE *out, const char *text)
{
    if (strpbrk(text, ",\"\n") == NULL) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void
put_row(FILE *out, const struct person_row *p)
{
    fprintf(out, "EMP%05" PRId64 ",", p->nr);
    put_quoted(out, p->name);
    fprintf(out, ",%s,", p->phone);
    put_quoted(out, p->amount);
    fputc(',', out);
    put_quoted(out, p->department);
    fprintf(out, ",CC-%03d\n", (int)(p->dice / 17 % 40));
}

int
sample_write(const struct sample *s, FILE *out, struct sample_facts *facts)
{
    struct sample_facts f = { s->rows, 0, 0 };
    int64_t stride = s->rows / (int64_t)(2 * MISTAKE_KINDS);

    fputs("Employee No,Employee Name,Phone Number,Net Pay,Department,"
          "Cost Centre\n", out);
    for (int64_t nr = 1; nr <= s->rows; nr++) {
        struct person_row p;
        int64_t minor = make_row(&p, nr, s->seed);

        if (s->mistakes && stride > 0 && nr % stride == stride / 2 &&
            f.mistakes < (int64_t)MISTAKE_KINDS)
            spoil(&p, (size_t)f.mistakes++);
        else
            f.minor += minor;
        put_row(out, &p);
        if (s->mistakes && nr == s->rows / 2) {     /* the same row again */
            put_row(out, &p);
            f.mistakes++;
        }
    }
    if (facts != NULL)
        *facts = f;
    return fflush(out) == EOF || ferror(out) ? -1 : 0;
}
