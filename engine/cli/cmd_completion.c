/* Completions for bash, zsh and fish, from the table of commands. */
#include "cli/cmds.h"

#include "cli/cmds_help.h"

/* First words once each: "db up" and "db down" both begin with "db". */
static bool
is_first(const struct cmd *c)
{
    size_t n = strcspn(c->name, " ");

    for (const struct cmd *b = cmds; b != c; b++)
        if (strncmp(b->name, c->name, n) == 0
            && (b->name[n] == ' ' || b->name[n] == '\0'))
            return false;
    return true;
}

static void
first_words(FILE *out)
{
    for (const struct cmd *c = cmds; c->name != NULL; c++)
        if (is_first(c))
            fprintf(out, " %.*s", (int)strcspn(c->name, " "), c->name);
}

static void
flags(FILE *out, const struct opt *o)
{
    for (; o->name != NULL; o++)
        fprintf(out, " --%s", o->name);
}

/* One line a command: what may follow it. */
static void
bash_case(FILE *out, const struct cmd *c)
{
    fprintf(out, "        \"%s\") words=\"", c->name);
    for (const struct cmd *s = cmds; s->name != NULL; s++)
        if (help_begins(s, c->name))
            fprintf(out, " %s", s->name + strlen(c->name) + 1);
    flags(out, c->opts);
    fputs("\" ;;\n", out);
}

/* "db" is no command, but "db up" is. */
static void
bash_family(FILE *out, const struct cmd *c)
{
    char word[64];
    size_t n = strcspn(c->name, " ");

    snprintf(word, sizeof(word), "%.*s", (int)n, c->name);
    for (const struct cmd *s = cmds; s->name != NULL; s++)
        if (strcmp(s->name, word) == 0)
            return;
    fprintf(out, "        \"%s\") words=\"", word);
    for (const struct cmd *s = cmds; s->name != NULL; s++)
        if (help_begins(s, word))
            fprintf(out, " %s", s->name + n + 1);
    fputs("\" ;;\n", out);
}

static void
bash_write(FILE *out)
{
    fputs("# payrun(1) completion for bash; made by: payrun completion bash\n"
          "_payrun() {\n"
          "    local cur=${COMP_WORDS[COMP_CWORD]} one=${COMP_WORDS[1]} "
          "two=${COMP_WORDS[2]} words=\n"
          "    local common=\"", out);
    flags(out, common_opts);
    fputs("\"\n    COMPREPLY=()\n"
          "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n        words=\"", out);
    first_words(out);
    fputs(" --version --help\"\n"
          "        COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
          "        return\n    fi\n"
          "    case $one in\n", out);
    for (const struct cmd *c = cmds; c->name != NULL; c++) {
        if (strchr(c->name, ' ') == NULL)
            bash_case(out, c);
        else if (is_first(c))
            bash_family(out, c);
    }
    fputs("    esac\n    case \"$one $two\" in\n", out);
    for (const struct cmd *c = cmds; c->name != NULL; c++)
        if (strchr(c->name, ' ') != NULL)
            bash_case(out, c);
    fputs("    esac\n"
          "    [ \"$one\" != help ] || words=\"", out);
    first_words(out);
    fputs("\"\n"
          "    case $cur in\n"
          "        -*) COMPREPLY=($(compgen -W \"$words $common\" -- \"$cur\")) ;;\n"
          "        *) COMPREPLY=($(compgen -W \"$words\" -- \"$cur\")\n"
          "                      $(compgen -f -- \"$cur\")) ;;\n"
          "    esac\n}\n"
          "complete -o filenames -F _payrun payrun\n", out);
}

/* zsh runs what bash does: one description of what may follow is enough. */
static void
zsh_write(FILE *out)
{
    fputs("#compdef payrun\n# payrun(1) completion for zsh; made by: payrun "
          "completion zsh\nautoload -U +X bashcompinit && bashcompinit\n",
          out);
    bash_write(out);
}

static void
fish_text(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'' || *text == '\\')
            fputc('\\', out);
        fputc(*text, out);
    }
}

static void
fish_flags(FILE *out, const char *when, const struct opt *o)
{
    for (; o->name != NULL; o++) {
        fprintf(out, "complete -c payrun %s -l %s%s -d '", when, o->name,
                o->value != NULL ? " -r" : "");
        fish_text(out, o->help);
        fputs("'\n", out);
    }
}

static void
fish_cmd(FILE *out, const struct cmd *c)
{
    const char *second = strchr(c->name, ' ');
    size_t n = strcspn(c->name, " ");
    char when[200];

    if (second == NULL)
        snprintf(when, sizeof(when), "-n __fish_use_subcommand");
    else
        snprintf(when, sizeof(when), "-n '__fish_seen_subcommand_from %.*s'",
                 (int)n, c->name);
    if (second != NULL && is_first(c))
        fprintf(out, "complete -c payrun -n __fish_use_subcommand -a %.*s\n",
                (int)n, c->name);
    fprintf(out, "complete -c payrun %s -a %s -d '", when,
            second != NULL ? second + 1 : c->name);
    fish_text(out, c->help);
    fputs("'\n", out);
    if (second == NULL)
        snprintf(when, sizeof(when), "-n '__fish_seen_subcommand_from %s'",
                 c->name);
    else
        snprintf(when, sizeof(when), "-n '__fish_seen_subcommand_from %.*s; "
                 "and __fish_seen_subcommand_from %s'", (int)n, c->name,
                 second + 1);
    fish_flags(out, when, c->opts);
}

static void
fish_write(FILE *out)
{
    fputs("# payrun(1) completion for fish; made by: payrun completion fish\n",
          out);
    fish_flags(out, "", common_opts);
    for (const struct cmd *c = cmds; c->name != NULL; c++)
        fish_cmd(out, c);
}

int
cmd_completion(struct app *app, struct err *e)
{
    static const struct {
        const char *name;
        void (*write)(FILE *);
    } shells[] = {
        { "bash", bash_write }, { "zsh", zsh_write }, { "fish", fish_write }
    };

    for (size_t i = 0; i < LEN(shells); i++)
        if (strcmp(shells[i].name, app->args.plain[0]) == 0) {
            shells[i].write(stdout);
            return 0;
        }
    err_set(e, ERR_USAGE, "there are no completions for \"%s\"",
            app->args.plain[0]);
    return err_fix(e, "payrun completion bash, zsh or fish");
}
