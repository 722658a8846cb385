#include "cli/args.h"

#include "base/str.h"

static const struct opt *
opt_named(const struct opt *list, struct str name)
{
    for (; list->name != NULL; list++)
        if (str_eq(str_of(list->name), name))
            return list;
    return NULL;
}

/* Edit distance of two short words; longer than 63 counts as far away. */
static int
distance(const char *a, const char *b)
{
    int row[64], n = (int)strlen(b);

    if (strlen(a) > 63 || n > 63)
        return 64;
    for (int j = 0; j <= n; j++)
        row[j] = j;
    for (int i = 1; a[i - 1] != '\0'; i++) {
        int corner = row[0];

        row[0] = i;
        for (int j = 1; j <= n; j++) {
            int keep = corner + (a[i - 1] != b[j - 1]);
            int least = row[j] < row[j - 1] ? row[j] : row[j - 1];

            corner = row[j];
            row[j] = least + 1 < keep ? least + 1 : keep;
        }
    }
    return row[n];
}

const char *
args_nearest(const char *word, const char *const *names, int n)
{
    const char *best = NULL;
    int least = 4;                      /* farther is another word */

    for (int i = 0; i < n; i++) {
        int d = distance(word, names[i]);

        if (d < least && d < (int)strlen(word)) {
            least = d;
            best = names[i];
        }
    }
    return best;
}

static int
no_such_flag(const char *word, const struct opt *own,
             const struct opt *common, struct err *e)
{
    const char *names[ARGS_OPTS_MAX];
    const char *near;
    int n = 0;

    for (; own->name != NULL && n < ARGS_OPTS_MAX; own++)
        names[n++] = own->name;
    for (; common->name != NULL && n < ARGS_OPTS_MAX; common++)
        names[n++] = common->name;
    near = args_nearest(word, names, n);
    err_set(e, ERR_USAGE, "there is no flag --%s here", word);
    if (near != NULL)
        return err_fix(e, "did you mean --%s?", near);
    return err_fix(e, "`payrun help COMMAND` lists the flags of a command");
}

/* One flag at argv[*i]; moves *i on when its value is the next word. */
static int
read_flag(struct args *a, int argc, char **argv, int *i,
          const struct opt *own, const struct opt *common, struct err *e)
{
    const char *word = argv[*i] + 2;
    const char *eq = strchr(word, '=');
    struct str name = { word, eq != NULL ? (size_t)(eq - word) : strlen(word) };
    const struct opt *o = opt_named(own, name);

    if (o == NULL)
        o = opt_named(common, name);
    if (o == NULL)
        return no_such_flag(word, own, common, e);
    if (!o->repeats && args_has(a, o->name))
        return err_set(e, ERR_USAGE, "--%s is given twice", o->name);
    if (a->nopts == ARGS_OPTS_MAX)
        return err_set(e, ERR_USAGE, "too many flags");
    if (o->value == NULL && eq != NULL)
        return err_set(e, ERR_USAGE, "--%s takes no value", o->name);
    if (o->value != NULL && eq == NULL && *i + 1 >= argc)
        return err_set(e, ERR_USAGE, "--%s needs a value: --%s %s", o->name,
                       o->name, o->value);
    a->opts[a->nopts].opt = o;
    a->opts[a->nopts].value = o->value == NULL ? "" :
                              eq != NULL ? eq + 1 : argv[++*i];
    a->nopts++;
    return 0;
}

int
args_read(struct args *a, int argc, char **argv, const struct opt *own,
          const struct opt *common, struct err *e)
{
    static char long_help[] = "--help";
    char *help = long_help;
    bool flags = true;
    int zero = 0;

    for (int i = 0; i < argc; i++) {
        if (flags && strcmp(argv[i], "--") == 0) {
            flags = false;
        } else if (flags && strncmp(argv[i], "--", 2) == 0) {
            if (read_flag(a, argc, argv, &i, own, common, e) < 0)
                return -1;
        } else if (flags && strcmp(argv[i], "-h") == 0) {
            if (read_flag(a, 1, &help, &zero, own, common, e) < 0)
                return -1;
        } else if (flags && argv[i][0] == '-' && argv[i][1] != '\0') {
            return err_set(e, ERR_USAGE, "flags are long here: \"%s\" is none",
                           argv[i]);
        } else if (a->nplain == ARGS_PLAIN_MAX) {
            return err_set(e, ERR_USAGE, "too many words at \"%s\"", argv[i]);
        } else {
            a->plain[a->nplain++] = argv[i];
        }
    }
    return 0;
}

const char *
args_nth(const struct args *a, const char *name, int n)
{
    for (int i = 0; i < a->nopts; i++)
        if (strcmp(a->opts[i].opt->name, name) == 0 && n-- == 0)
            return a->opts[i].value;
    return NULL;
}

const char *
args_value(const struct args *a, const char *name)
{
    return args_nth(a, name, 0);
}

bool
args_has(const struct args *a, const char *name)
{
    return args_value(a, name) != NULL;
}

int
args_i64(const struct args *a, const char *name, int64_t fallback, int64_t lo,
         int64_t hi, int64_t *out, struct err *e)
{
    const char *text = args_value(a, name);

    *out = fallback;
    if (text == NULL)
        return 0;
    if (str_i64(out, str_of(text)) < 0 || *out < lo || *out > hi)
        return err_set(e, ERR_USAGE,
                       "--%s takes a whole number from %lld to %lld, not \"%s\"",
                       name, (long long)lo, (long long)hi, text);
    return 0;
}
