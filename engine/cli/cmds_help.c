/* Help, as text and as JSON, from the table of commands. */
#include "cli/cmds_help.h"

#include <ctype.h>

#include "loaders/problem.h"

const char *const help_groups[] = {
    "Start", "File", "Pay", "Look (changes nothing)",
    "Accounts and money", "Run", "Admin"
};

const char help_exit_codes[] =
    "Exit codes: 0 done, 1 some payments certainly failed, 3 something in\n"
    "doubt, 4 stopped by a guard, 5 the books differ, 64 usage, 65 mistakes in\n"
    "the file, 66 file cannot be read, 69 unreachable, 70 bug, 73/74 cannot\n"
    "write, 75 try again, 77 not allowed, 78 configuration, 130/143 stopped by a\n"
    "signal (resume is safe).\n";

/* Two columns; a long name takes of the second what it needs. */
static void
one_line(FILE *out, const char *before, const struct cmd *c, int name, int args)
{
    int used = fprintf(out, "%s%-*s %s", before, name, c->name, c->plain);
    int width = (int)strlen(before) + name + 1 + args;

    fprintf(out, "%*s  %s\n", used < width ? width - used : 0, "", c->help);
}

void
help_all(FILE *out)
{
    fputs("payrun - pay many people from one file, once each\n", out);
    for (int g = CMD_START; g <= CMD_ADMIN; g++) {
        fprintf(out, "\n%s\n", help_groups[g]);
        for (const struct cmd *c = cmds; c->name != NULL; c++)
            if ((int)c->group == g)
                one_line(out, "  ", c, 14, 10);
    }
    fprintf(out, "\nEvery command takes --json, --dir DIR, --db URL and "
            "--config FILE;\n`payrun help COMMAND` lists its flags. The "
            "sandbox is the default: live\naccounts need --live.\n\n%s",
            help_exit_codes);
}

static void
help_opts(FILE *out, const struct opt *o)
{
    for (; o->name != NULL; o++) {
        char flag[64];

        snprintf(flag, sizeof(flag), "--%s%s%s", o->name,
                 o->value != NULL ? " " : "", o->value != NULL ? o->value : "");
        fprintf(out, strlen(flag) > 26 ? "  %s\n%29s%s\n" : "  %-26s%s %s\n",
                flag, "", o->help);
    }
}

void
help_cmd(FILE *out, const struct cmd *c)
{
    fprintf(out, "payrun %s%s%s\n  %s\n\n", c->name,
            c->plain[0] != '\0' ? " " : "", c->plain, c->help);
    help_opts(out, c->opts);
    fputs(c->opts->name != NULL ? "\nAs every command:\n" : "", out);
    help_opts(out, common_opts);
    fprintf(out, "\n%s%s", c->more != NULL ? c->more : "", help_exit_codes);
}

const struct cmd *
help_find(int argc, char **argv, int *words)
{
    char two[64];

    for (const struct cmd *c = cmds; argc >= 1 && c->name != NULL; c++) {
        *words = 1;
        if (strcmp(c->name, argv[0]) == 0)
            return c;
        if (argc < 2)
            continue;
        *words = 2;
        snprintf(two, sizeof(two), "%s %s", argv[0], argv[1]);
        if (strcmp(c->name, two) == 0)
            return c;
    }
    return NULL;
}

bool
help_begins(const struct cmd *c, const char *word)
{
    size_t n = strlen(word);

    return strncmp(c->name, word, n) == 0 && c->name[n] == ' ';
}

int
help_family(FILE *out, const char *word)
{
    int n = 0;

    for (const struct cmd *c = cmds; c->name != NULL; c++)
        if (help_begins(c, word)) {
            n++;
            one_line(out, "  payrun ", c, 16, 6);
        }
    return n;
}

static int
no_such_topic(const char *word, struct err *e)
{
    err_set(e, ERR_USAGE, "there is no command or problem code \"%s\"", word);
    return err_fix(e, "`payrun help` lists the commands");
}

/* A problem code in any case, or NULL. */
static const struct problem_kind *
find_code(const char *word)
{
    char code[64];
    size_t n = 0;

    for (; word[n] != '\0' && n + 1 < sizeof(code); n++)
        code[n] = (char)toupper((unsigned char)word[n]);
    code[n] = '\0';
    return problem_kind(code);
}

static const char *
severity_of(const struct problem_kind *k)
{
    return k->severity == SEV_WARNING ? "warning" :
           k->severity == SEV_STOP ? "stop (--allow-duplicates REASON)" :
           "error";
}

static int
help_code(const char *word, struct err *e)
{
    const struct problem_kind *k = find_code(word);

    if (k == NULL)
        return no_such_topic(word, e);
    printf("%s  %s\n  %s\n  fix: %s\n", k->code, severity_of(k), k->cause,
           k->fix);
    return 0;
}

static json_t *
json_flags(const struct opt *o)
{
    json_t *flags = json_array();

    for (; o->name != NULL; o++)
        json_array_append_new(flags, json_pack(
            "{s:s, s:s, s:s}", "name", o->name, "value",
            o->value != NULL ? o->value : "", "help", o->help));
    return flags;
}

static json_t *
json_cmd(const struct cmd *c)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "command", c->name,
                     "takes", c->plain, "group", help_groups[c->group],
                     "help", c->help, "more", c->more != NULL ? c->more : "",
                     "flags", json_flags(c->opts));
}

int
help_json(const struct app *app, const struct cmd *one, const char *word,
          struct err *e)
{
    const struct problem_kind *k = word != NULL ? find_code(word) : NULL;
    json_t *list = json_array();

    for (const struct cmd *c = cmds; c->name != NULL; c++)
        if (c == one || (one == NULL && (word == NULL || help_begins(c, word))))
            json_array_append_new(list, json_cmd(c));
    if (json_array_size(list) > 0)
        return app_json(app, json_pack("{s:o, s:o}", "commands", list,
                                       "every_command",
                                       json_flags(common_opts)), e);
    json_decref(list);
    if (k == NULL)
        return no_such_topic(word, e);
    return app_json(app, json_pack("{s:s, s:s, s:s, s:s}", "code", k->code,
                                   "severity", severity_of(k), "cause",
                                   k->cause, "fix", k->fix), e);
}

const struct opt help_opts_own[] = {
    { "man", NULL, "as a manual page, for man -l -", false },
    { NULL, NULL, NULL, false }
};

int
cmd_help(struct app *app, struct err *e)
{
    const char *word = app->args.nplain > 0 ? app->args.plain[0] : NULL;
    const struct cmd *c;
    int words = 0;

    c = help_find(app->args.nplain, (char **)(uintptr_t)app->args.plain,
                 &words);
    if (c != NULL && words < app->args.nplain)
        return no_such_topic(app->args.plain[words], e);
    if (app->args.nplain == 2 && words < 2)
        c = NULL;
    if (args_has(&app->args, "man") && (word == NULL || c != NULL)) {
        manual_write(stdout, c);
        return 0;
    }
    if (app->json)
        return help_json(app, c, word, e);
    if (word == NULL) {
        help_all(stdout);
        return 0;
    }
    if (c == NULL)
        return help_family(stdout, word) > 0 ? 0 : help_code(word, e);
    help_cmd(stdout, c);
    return 0;
}

